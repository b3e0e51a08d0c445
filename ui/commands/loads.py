"""throughline loads list | show"""

from datetime import datetime

import typer

from graph.errors import ThroughlineError
from loaders.runs import LoadEntry, load_entries
from ui.output import out, print_json, print_table
from ui.session import connect

app = typer.Typer(help="What was loaded, when, by whom, and what became of its rows.", no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add this module's commands."""
    parent.add_typer(app, name="loads")


@app.command("list")
def list_loads(
    source: str | None = typer.Option(None, help="of one source"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """List every load, newest extract first."""
    with connect() as connection:
        entries = load_entries(connection, source=source)
    if as_json:
        print_json(entries)
        return
    print_table(
        "Loads",
        ["load", "rows", "rejected", "state", "last run"],
        [(e.id, e.read, _rejected(e), _state(e), f"{_moment(e.started_at)} {e.by or ''}") for e in entries],
    )


@app.command("show")
def show_load_entry(
    load: str = typer.Argument(..., metavar="LOAD", help="its id, or how that begins"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show one load: its counts by table, how late its records were, and how it was run."""
    with connect() as connection:
        entries = load_entries(connection, load)
    if not entries:
        raise ThroughlineError(f"no load {load}: `throughline loads list` shows their ids")
    if len(entries) > 1 and entries[0].id != load:
        raise ThroughlineError(f"{load} is how {len(entries)} loads begin: give more of the id")
    entry = entries[0]
    if as_json:
        print_json(entry)
        return
    out.print(f"{entry.id}: {entry.kind} extract of {_moment(entry.extracted_at)}, {_state(entry)}")
    out.print(f"content {entry.content_hash}")
    print_table(
        "Rows",
        ["table", "read", "written", "unchanged", "rejected", "known after the event (days, median / 90 %)"],
        [
            (name, c["read"], c["written"], c["unchanged"], c["rejected"], _lateness(entry, name))
            for name, c in entry.tables.items()
        ],
    )
    if entry.waiting:
        out.print(f"{entry.waiting:,} of the rejected rows wait for a record that has not come yet")
    if entry.removed:
        out.print(f"{entry.removed:,} rows were removed because this full extract no longer has them")
    if entry.seconds:
        out.print("seconds: " + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in entry.seconds.items()))
    ran = f"run {entry.runs} time{'' if entry.runs == 1 else 's'}"
    out.print(f"{ran}, last with an effect by {entry.by} at {_moment(entry.started_at)}" if entry.runs else ran)
    if entry.message:
        out.print(f"failed: {entry.message}")


def _rejected(entry: LoadEntry) -> str:
    waiting = f", {entry.waiting} of them wait" if entry.waiting else ""
    return f"{entry.rejected}{waiting}"


def _state(entry: LoadEntry) -> str:
    if entry.state == "complete":
        return f"complete, {entry.removed} removed" if entry.removed else "complete"
    return "failed: run it again" if entry.outcome == "failed" else "not finished: run it again"


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else ""


def _lateness(entry: LoadEntry, table: str) -> str:
    late = entry.lateness.get(table)
    return f"{late['median_days']:g} / {late['p90_days']:g}" if late else ""
