"""A database that goes away in the middle of a load: a clear message, nothing half, and the same command goes on."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from graph import reader
from graph.connection import Connection
from graph.embedded.home import ServerHome
from graph.embedded.server import EmbeddedServer, Endpoint
from graph.settings import CHECKOUT
from loaders.pipeline import load
from loaders.runs import load_entries, run_load
from tests.loaders.extracts import WORLD, write_extract


class CutOff:
    """A way to a server that can be cut like a cable."""

    def __init__(self, port: int) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._to = port
        self._open: list[socket.socket] = []
        self.whole = True
        Thread(target=self._accept, daemon=True).start()

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self._listening.getsockname()[1]}"

    def cut(self) -> None:
        self.whole = False
        self._listening.close()
        for end in self._open:
            # Shut down first: another thread may be waiting on it.
            with_effect(end)

    def _accept(self) -> None:
        while self.whole:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            self._open += [near, far]
            Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        while self.whole:
            try:
                for end in select.select([near, far], [], [], 0.5)[0]:
                    data = end.recv(65_536)
                    if not data:
                        return
                    other[end].sendall(data)
            except (OSError, ValueError):
                return


def with_effect(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
    finally:
        end.close()


class CuttingAt:
    """Progress that does something at the n-th thing it is told."""

    def __init__(self, number: int, act: Callable[[], None]) -> None:
        self._left = number
        self._act = act

    def stage(self, name: str, total: int | None) -> Callable[[int], None]:
        self._count()
        return lambda _: self._count()

    def _count(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._act()


COMMAND = "import sys; from ui.cli import main; sys.argv[0] = 'throughline'; main()"


@pytest.mark.slow
@pytest.mark.parametrize("at", [5, 12, 22])
def test_a_connection_cut_in_mid_load_leaves_nothing_half(
    graph: Connection, server: Endpoint, tmp_path: Path, at: int
) -> None:
    extract = write_extract(tmp_path / "x", WORLD)
    load(graph, extract)
    expected = reader.checksum(graph)
    graph.write("MATCH (n) DETACH DELETE n")
    way = CutOff(int(server.uri.rpartition(":")[2]))
    with (
        Connection(way.uri, server.user, server.password()) as cable,
        pytest.raises(Exception, match=r"(?i)connect|defunct|closed|routing|socket"),
    ):
        run_load(cable, extract, by="test", progress=CuttingAt(at, way.cut))
    again = run_load(graph, extract, by="test")
    assert reader.checksum(graph) == expected
    assert again.total.written == again.total.read
    (entry,) = load_entries(graph)
    assert (entry.runs, entry.state) == (2, "complete")


@contextmanager
def own_server(jars: Path, home: Path) -> Iterator[EmbeddedServer]:
    embedded = EmbeddedServer(home, heap="512m", jars=jars, jvm=("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"))
    try:
        yield embedded
    finally:
        embedded.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.slow
def test_a_database_killed_in_mid_load_and_started_again_goes_on_where_it_was(
    graph: Connection, jars: Path, tmp_path: Path
) -> None:
    extract = write_extract(tmp_path / "x", WORLD)
    load(graph, extract)
    expected = reader.checksum(graph)
    with own_server(jars, tmp_path / "home") as embedded:
        endpoint = embedded.start()
        environment = {
            **os.environ,
            "NEO4J_URI": endpoint.uri,
            "NEO4J_USER": endpoint.user,
            "NEO4J_PASSWORD": endpoint.password(),
        }
        with Connection(endpoint.uri, endpoint.user, endpoint.password()) as connection:
            pid = ServerHome(embedded.home).state().pid
            assert pid is not None
            with pytest.raises(Exception, match=r"(?i)connect|defunct|closed"):
                load(connection, extract, progress=CuttingAt(14, lambda: os.kill(pid, signal.SIGKILL)))
        gone = subprocess.run(
            [sys.executable, "-c", COMMAND, "load", str(extract)],
            cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert gone.returncode == 2
        assert "no Neo4j answers" in gone.stderr
        assert "Traceback" not in gone.stderr
        endpoint = embedded.start()
        with Connection(endpoint.uri, endpoint.user, endpoint.password()) as connection:
            load(connection, extract)
            assert reader.checksum(connection) == expected
