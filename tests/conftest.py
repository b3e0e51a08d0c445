"""One real Neo4j for the whole run, on a home and a port of its own; each test gets its graph empty."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import psutil
import pytest

from graph.connection import Connection
from graph.embedded.server import EmbeddedServer, Endpoint, jars_folder
from graph.schema import apply_schema
from graph.settings import CHECKOUT, Settings

# The first compiler alone: a start costs 11 s of processor time instead of 17 s, and no test runs long enough to miss
# the second.
SMALL = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
HOMES = "throughline-test-"


@pytest.fixture(scope="session")
def jars() -> Path:
    """Folder of the verified jars, shared with the checkout, so that they are fetched once."""
    return jars_folder(Settings())


@pytest.fixture(scope="session")
def server(jars: Path) -> Iterator[Endpoint]:
    """Where this run's own Neo4j answers. NEO4J_URI is not looked at: tests empty the graph they are given."""
    _stop_leftovers(jars)
    home = Path(tempfile.mkdtemp(prefix=f"{HOMES}{os.getpid()}-"))
    embedded = EmbeddedServer(home, heap="1g", jars=jars, jvm=SMALL)
    # A terminated run (CI's time limit) would otherwise leave its server behind: end it as Ctrl-C does.
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield embedded.start()
    finally:
        embedded.stop()
        signal.signal(signal.SIGTERM, before)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def connection(server: Endpoint) -> Iterator[Connection]:
    """A connection to the run's server, with the schema's constraints and indexes in place."""
    with Connection(server.uri, server.user, server.password()) as opened:
        apply_schema(opened)
        yield opened


@pytest.fixture
def graph(connection: Connection) -> Connection:
    """The same connection on an empty graph: no nodes, no GDS projections; constraints stay."""
    empty(connection)
    return connection


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """Return the folder `<checkout>/../shared/data/<name>`; a test that asks for one that is absent is skipped."""

    def folder(name: str) -> Path:
        path = CHECKOUT.parent / "shared" / "data" / name
        if not path.exists():
            pytest.skip("skipped: no shared data")
        return path

    return folder


def empty(connection: Connection) -> None:
    """Remove every node and relationship in batches, and every graph that GDS projected."""
    while connection.write("MATCH (n) WITH n LIMIT 10000 DETACH DELETE n RETURN count(*) AS removed")[0]["removed"]:
        pass
    connection.write(
        "CALL gds.graph.list() YIELD graphName CALL gds.graph.drop(graphName) YIELD graphName AS g RETURN g"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line how many tests did not run for want of data."""
    skipped = terminalreporter.stats.get("skipped", [])
    lacking = [report for report in skipped if "no shared data" in str(report.longrepr)]
    if lacking:
        terminalreporter.write_line(f"skipped: no shared data ({len(lacking)} tests need ../shared/data)", yellow=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop_leftovers(jars: Path) -> None:
    """Stop servers of runs that were killed outright and could not stop them."""
    for home in Path(tempfile.gettempdir()).glob(f"{HOMES}*"):
        owner = home.name.removeprefix(HOMES).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)) and os.access(home, os.W_OK):
            EmbeddedServer(home, jars=jars).stop()
            shutil.rmtree(home, ignore_errors=True)
