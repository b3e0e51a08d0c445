"""throughline seed | load | layout"""

from pathlib import Path

import typer

from graph.errors import ThroughlineError
from graph.settings import settings
from loaders import layout as interchange
from loaders.first_load import first_load_pays
from loaders.pipeline import LoadReport
from loaders.runs import WAIT_S, run_first_load, run_load
from seed.world import generate
from ui.output import Bars, out, print_json, print_table, say
from ui.session import connect, embedded_server


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (seed, load, layout):
        app.command()(command)


def seed(
    folder: Path = typer.Argument(..., metavar="OUT", help="folder to write the extracts to"),
    size: str = typer.Option("small", help="small: about 5,000 incidents and 250 deaths"),
    number: int = typer.Option(1, "--seed", help="the same number gives the same world"),
    benign: bool = typer.Option(False, "--benign", help="a world with nothing planted in it"),
) -> None:
    """Write a synthetic force's extracts, and the planted truth beside them."""
    with Bars() as bars:
        report = generate(folder, size=size, seed=number, benign=benign, progress=bars.share)
    say(
        f"{report.incidents:,} incidents and {report.deaths:,} deaths in {len(report.extracts)} extracts under {folder}"
    )


def load(
    extracts: list[Path] = typer.Argument(..., metavar="EXTRACT...", help="folders with manifest.yml and tables"),
    mapping: str | None = typer.Option(None, help="a mapping of loaders/mappings, for a foreign layout"),
    accept_removals: bool = typer.Option(
        False, "--accept-removals", help="let a full extract remove over a fifth of its source"
    ),
    wait: bool = typer.Option(True, help="wait while another load runs"),
    bulk: bool | None = typer.Option(
        None, "--bulk/--no-bulk", help="an empty graph through Neo4j's importer; not said: where it is quicker"
    ),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Bring extracts into the graph, in order: read, check, write, identify people. Safe to repeat."""
    options = {"by": settings().user, "mapping": mapping, "accept_removals": accept_removals}
    connection = connect()
    if bulk is None:
        bulk = settings().neo4j_uri is None and first_load_pays(connection, extracts)
    if bulk:
        if settings().neo4j_uri is not None:
            raise ThroughlineError("--bulk needs the embedded server: a server at NEO4J_URI is loaded row by row")
        connection.close()
        with Bars() as bars:
            connection, reports = run_first_load(embedded_server(), extracts, progress=bars, **options)
    else:
        reports = []
        for extract in extracts:
            with Bars() as bars:
                report = run_load(
                    connection,
                    extract,
                    wait_s=WAIT_S if wait else 0,
                    waiting=lambda holder: say(f"{holder} has to end first; waiting"),
                    progress=bars,
                    **options,
                )
            reports.append(report)
    connection.close()
    if as_json:
        print_json(reports if len(reports) > 1 else reports[0])
        return
    for report in reports:
        show_load(report)


def show_load(report: LoadReport) -> None:
    """Print what became of each row."""
    for warning in report.warnings:
        say(f"note: {warning}")
    if report.already_loaded:
        out.print(f"{report.load_id} is loaded already: nothing changed.")
        return
    print_table(
        f"Loaded {report.load_id}",
        ["table", "read", "written", "unchanged", "rejected"],
        [(name, c.read, c.written, c.unchanged, c.rejected) for name, c in report.tables.items()],
    )
    t = report.total
    out.print(f"read {t.read:,} = written {t.written:,} + unchanged {t.unchanged:,} + rejected {t.rejected:,}")
    if report.rejects:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(report.rejects.items()))
        out.print(f"rejected: {reasons}. See `throughline rejects list`.")
    if report.removed:
        out.print(f"rows removed because this full extract no longer has them: {report.removed:,}")
    if report.released:
        out.print(f"rows of earlier loads that had waited for what came now, and are written: {report.released:,}")
    out.print(
        f"people: {report.people['nominals']:,} records of {report.people['people']:,} people, "
        f"{report.people['possible']:,} possible matches left open"
    )


def layout(
    template: Path | None = typer.Option(None, metavar="DIR", help="write empty files with headers to DIR instead"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Print the layout in which a source brings its records."""
    if template:
        interchange.write_template(template)
        say(f"empty tables and a manifest are in {template}")
    elif as_json:
        print_json(interchange.TABLES)
    else:
        print(interchange.markdown(), end="")
