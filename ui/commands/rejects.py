"""throughline rejects list | retry | export"""

from pathlib import Path

import typer

from graph.reader import cypher
from loaders.pipeline import refresh_people
from loaders.reject_export import export_rejects
from loaders.runs import one_load
from loaders.waiting import retry_rejects
from ui.output import Bars, out, print_json, print_table, say
from ui.session import connect

app = typer.Typer(help="Rows that could not be written, each with its reason.", no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    parent.add_typer(app, name="rejects")


SOURCE = typer.Option(None, help="of one source")
REASON = typer.Option(None, help="of one reason")


@app.command("list")
def list_rejects(
    source: str | None = SOURCE,
    reason: str | None = REASON,
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


@app.command()
def retry(
    source: str | None = SOURCE,
    reason: str | None = REASON,
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Check rejected rows again as they came, and write those that pass. Rows that wait do so by themselves."""
    with connect() as connection, one_load(connection), Bars() as bars:
        done = retry_rejects(connection, source=source, reason=reason, progress=bars)
        if done.written:
            refresh_people(connection, progress=bars)
    if as_json:
        print_json({"tried": done.tried, "written": done.written, "left": done.left})
    else:
        out.print(f"tried {done.tried:,} = written {done.written:,} + still rejected {done.left:,}")


@app.command()
def export(
    folder: Path = typer.Argument(..., metavar="OUT", help="folder to write to; made if need be, must be empty"),
    source: str | None = SOURCE,
    reason: str | None = REASON,
) -> None:
    """Write rejected rows as extracts to mend and load: one folder a load, with why.csv beside its tables."""
    with connect() as connection:
        rows = connection.read(cypher("rejects"), source=source, reason=reason, limit=2**31 - 1)
        written = export_rejects(connection, rows, folder)
    for path, count in written.items():
        say(f"{count:,} rows in {path}")
    if not written:
        say("no rejected rows")
