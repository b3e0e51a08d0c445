"""throughline up | down | status | doctor | explore"""

import subprocess

import typer

from graph import reader
from graph.embedded.doctor import doctor as examine
from graph.errors import ThroughlineError
from graph.settings import settings
from ui.explorer.launch import explorer_address, explorer_command
from ui.output import out, print_json, print_table, say
from ui.session import connect, embedded_server, scratch_server, start


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (up, down, status, doctor, explore):
        app.command()(command)


def up() -> None:
    """Start the embedded Neo4j with Graph Data Science (installed on first use)."""
    with start(embedded_server()) as connection:
        say(f"Neo4j answers at {connection.uri}")


def down() -> None:
    """Stop the embedded Neo4j (the data stays)."""
    servers = (embedded_server(), scratch_server())
    stopped = [server.stop() for server in servers]
    for server in servers:
        for note in server.notes:
            say(note)
    if not any(one.pid for one in stopped):
        say("the embedded Neo4j is not running")
    for one in stopped:
        if one.pid:
            how = "it did not end in time and was killed" if one.killed else f"in {one.seconds:.0f} s"
            say(f"stopped Neo4j (process {one.pid}), {how}")


def status(as_json: bool = typer.Option(False, "--json", help="as JSON on stdout")) -> None:
    """Show whether the database runs, where, and what is in it."""
    chosen = settings()
    server = embedded_server()
    endpoint = None if chosen.neo4j_uri else server.status().endpoint
    running = chosen.neo4j_uri is not None or endpoint is not None
    seen = {
        "running": running,
        "embedded": chosen.neo4j_uri is None,
        "uri": chosen.neo4j_uri or (endpoint.uri if endpoint else None),
        "user": chosen.neo4j_user if chosen.neo4j_uri else (endpoint.user if endpoint else None),
        "password_file": str(endpoint.password_file) if endpoint else None,
        "home": str(server.home),
        "labels": {},
        "relationship_types": {},
    }
    if running:
        with connect() as connection:
            seen |= reader.counts(connection)
    if as_json:
        print_json(seen)
        return
    if not running:
        out.print("The embedded Neo4j is not running: start it with `throughline up`.")
        return
    out.print(f"Neo4j answers at {seen['uri']} as {seen['user']}")
    print_table("Nodes", ["label", "count"], seen["labels"].items(), empty="the graph is empty")
    print_table("Relationships", ["type", "count"], seen["relationship_types"].items())


def doctor(as_json: bool = typer.Option(False, "--json", help="as JSON on stdout")) -> None:
    """Check everything the embedded Neo4j needs, and say what to do about what is wrong."""
    checks = examine(settings())
    if as_json:
        print_json(checks)
    else:
        print_table(
            "Doctor",
            ["", "check", "seen", "what to do"],
            [("ok" if c.ok else "PROBLEM", c.name, c.detail, "" if c.ok else c.remedy) for c in checks],
        )
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def explore(
    port: int | None = typer.Option(None, help="port; a free one where none is given"),
    headless: bool = typer.Option(False, "--headless", help="do not open a browser"),
    address: str = typer.Option(
        "127.0.0.1", help="address to serve on; leave it on loopback unless a proxy is before it"
    ),
) -> None:
    """Open the explorer in the browser, until Ctrl-C."""
    connect().close()
    command = [*explorer_command(port, headless), f"--server.address={address}"]
    say(f"The explorer is at {explorer_address(command)} (Ctrl-C ends it)")
    try:
        code = subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return
    if code:
        raise ThroughlineError(f"the explorer ended with code {code}: is the port taken? Try another with --port")
