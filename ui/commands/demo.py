"""throughline demo"""

import shutil

import typer

from graph.settings import settings
from loaders.runs import run_load
from queries.findings import detect
from queries.rule import load_rules
from seed.world import generate
from ui.commands.detection import print_finding
from ui.commands.loading import show_load
from ui.commands.server import explore
from ui.output import Bars, out, say
from ui.service import Service
from ui.session import embedded_server, start


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command()(demo)


def demo(
    number: int = typer.Option(1, "--seed", help="the number of the synthetic world"),
    headless: bool = typer.Option(False, "--headless", help="stop before the explorer"),
    findings: int = typer.Option(5, min=1, help="how many findings to print"),
) -> None:
    """From nothing to findings: start Neo4j, make a synthetic force, load it, detect, and open the explorer."""
    with start(embedded_server()) as connection:
        folder = settings().home / "demo"
        shutil.rmtree(folder, ignore_errors=True)
        with Bars() as bars:
            world = generate(folder, size="small", seed=number, progress=bars.share)
        say(f"A synthetic force: {world.incidents:,} incidents, {world.deaths:,} deaths, in {folder}")
        for extract in world.extracts:
            with Bars() as bars:
                report = run_load(connection, extract, by=settings().user, progress=bars)
            show_load(report)
        with Bars() as bars:
            detected = detect(connection, load_rules(), progress=bars)
        new, kept = sum(r.new for r in detected.rules), sum(r.kept for r in detected.rules)
        out.print(f"Detection: {new + kept:,} findings from {len(detected.rules)} rules, {new:,} of them new\n")
        out.print(f"The {findings} strongest, one rule after the other:\n")
        service = Service(connection, settings().user)
        for finding in service.findings(limit=findings):
            print_finding(service.finding(finding.id), records=False)
            out.print()
    if headless:
        say("The explorer: `.venv/bin/throughline explore`. Stop the database: `.venv/bin/throughline down`.")
    else:
        explore(port=None, headless=False, address="127.0.0.1")
