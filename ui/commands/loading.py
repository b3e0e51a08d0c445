"""throughline seed | load | rejects list | layout"""

from pathlib import Path

import typer

from graph.reader import cypher
from loaders import layout as interchange
from loaders.pipeline import LoadReport
from loaders.pipeline import load as load_extract
from seed.world import generate
from ui.output import Bars, out, print_json, print_table, say
from ui.session import connect

rejects = typer.Typer(help="Rows that could not be written, each with its reason.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (seed, load, layout):
        app.command()(command)
    app.add_typer(rejects, name="rejects")


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
    extract: Path = typer.Argument(..., metavar="EXTRACT", help="folder with manifest.yml and tables"),
    mapping: str | None = typer.Option(None, help="a mapping of loaders/mappings, for a foreign layout"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Bring one extract into the graph: read, check, write, identify people. Safe to repeat."""
    with connect() as connection, Bars() as bars:
        report = load_extract(connection, extract, mapping=mapping, progress=bars)
    if as_json:
        print_json(report)
    else:
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
    out.print(
        f"people: {report.people['nominals']:,} records of {report.people['people']:,} people, "
        f"{report.people['possible']:,} possible matches left open"
    )


@rejects.command("list")
def list_rejects(
    source: str | None = typer.Option(None, help="of one source"),
    reason: str | None = typer.Option(None, help="of one reason"),
    limit: int = typer.Option(100, min=1, help="at most so many"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """List rejected rows: where each stands, what is wrong with it, and what to do."""
    with connect() as connection:
        rows = connection.read(cypher("rejects"), source=source, reason=reason, limit=limit)
    if as_json:
        print_json(rows)
        return
    print_table(
        "Rejected rows",
        ["where", "column", "value", "reason", "what to do"],
        [(f"{r['file']}:{r['line']}", r["column"], r["value"], r["reason"], r["message"]) for r in rows],
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
