"""throughline backup | restore | ledger export | ledger import"""

from pathlib import Path

import typer

from graph.backup import back_up
from graph.backup import restore as bring_back
from graph.errors import ThroughlineError
from graph.ledger_file import export_ledger, import_ledger
from graph.schema import apply_schema
from graph.settings import settings
from loaders.pipeline import refresh_people
from ui.output import Bars, err, out, print_json, say
from ui.session import connect, embedded_server

ledger = typer.Typer(help="What people decided, as a file.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (backup, restore):
        app.command()(command)
    app.add_typer(ledger, name="ledger")


def backup(
    file: Path = typer.Argument(..., metavar="FILE", help="file to write; it must not be there yet"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Write the whole graph and the ledger to one file. Of a server at NEO4J_URI: the ledger only."""
    if settings().neo4j_uri:
        if file.exists():
            raise ThroughlineError(f"{file}: is there already, and no backup is written over a file. Name a new one.")
        with connect() as connection:
            count = export_ledger(connection, file)
        say(f"the ledger ({count:,} entries) is in {file}; `throughline ledger import {file}` brings it back.")
        say(
            "The graph itself is kept by its own server: have it dumped there (`neo4j-admin database dump "
            f"{settings().neo4j_database} --to-path=FOLDER`, server stopped), or load the extracts again."
        )
        return
    with err.status("Backing up") as status:
        manifest = back_up(embedded_server(), file, say=status.update)
    if as_json:
        print_json(manifest)
        return
    out.print(
        f"{file}: {manifest.nodes:,} nodes, {manifest.relationships:,} relationships and {manifest.ledger_entries:,} "
        f"entries of the ledger, checksum {manifest.checksum}"
    )


def restore(
    file: Path = typer.Argument(..., metavar="FILE", help="file made by `throughline backup`"),
    replace: bool = typer.Option(False, "--replace", help="also where the graph is not empty"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Make the graph what a backup holds; everything is verified before anything changes."""
    if settings().neo4j_uri:
        raise ThroughlineError(
            "NEO4J_URI is set, and a backup can only be restored to the embedded server. Unset it; or have the dump in "
            "the file (a tar) loaded on that server with `neo4j-admin database load`."
        )
    server = embedded_server()
    with err.status("Restoring") as status:
        restored = bring_back(server, file, replace=replace, say=status.update)
    if restored.kept_ledger is not None:
        say(
            f"the ledger of the graph that was replaced is in {restored.kept_ledger}: `throughline ledger import` adds "
            "what it holds"
        )
    if as_json:
        print_json(restored)
        return
    found = restored.manifest
    out.print(
        f"restored the backup of {found.made_at}: {found.nodes:,} nodes, {found.relationships:,} relationships and "
        f"{found.ledger_entries:,} entries of the ledger; the checksum agrees"
    )


@ledger.command("export")
def export_file(
    file: Path = typer.Argument(..., metavar="FILE", help="file to write, JSON lines; replaced if it is there"),
) -> None:
    """Write decisions, actions, judgements, lessons, meetings and the audit log to a file."""
    with connect() as connection:
        count = export_ledger(connection, file)
    say(f"{count:,} entries are in {file}")


@ledger.command("import")
def import_file(
    file: Path = typer.Argument(..., metavar="FILE", help="file made by `throughline ledger export` or `backup`"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Add the entries of a file that the graph does not hold. The same file twice changes nothing."""
    with connect() as connection, Bars() as bars:
        apply_schema(connection)
        result = import_ledger(connection, file)
        if result.added.get("Judgement"):
            refresh_people(connection, progress=bars)
    if as_json:
        print_json(result)
        return
    added = ", ".join(f"{label} {count:,}" for label, count in sorted(result.added.items()))
    out.print(f"added {result.total_added:,} entries{f' ({added})' if added else ''}; {result.unchanged:,} were there")
