"""The life of a server. Starts cost seconds: tests share one home and each brings it into the state it needs."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from graph.connection import Connection
from graph.embedded.doctor import doctor
from graph.embedded.jars import JarError, link_or_copy
from graph.embedded.server import EmbeddedServer, Endpoint, java_binary
from graph.errors import ThroughlineError
from graph.settings import CHECKOUT, Settings

pytestmark = pytest.mark.slow

SMALL = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
STARTER = """
import sys
from pathlib import Path
from graph.embedded.server import EmbeddedServer
endpoint = EmbeddedServer(Path(sys.argv[1]), heap="512m", jars=Path(sys.argv[2]), jvm=sys.argv[3:]).start()
print(endpoint.pid, endpoint.port)
"""


def starter(home: Path, jars: Path) -> subprocess.Popen[str]:
    """Start the home's server from a process of its own that has no PATH and nothing else in its environment."""
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, str(home), str(jars), *SMALL],
        env={"PATH": ""},
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, jars: Path) -> Iterator[EmbeddedServer]:
    """A home of this module's; not running at first."""
    # A space and a quote: paths go through Java's argument file and Neo4j's configuration.
    home = tmp_path_factory.mktemp("homes") / "O'Hare court"
    embedded = EmbeddedServer(home, heap="512m", jars=jars, jvm=SMALL)
    yield embedded
    embedded.stop()


def connect(endpoint: Endpoint) -> Connection:
    """A connection to a server of these tests."""
    return Connection(endpoint.uri, endpoint.user, endpoint.password())


def copy_of(embedded: EmbeddedServer, folder: Path) -> EmbeddedServer:
    """A stopped server on a copy of a stopped home."""
    shutil.copytree(embedded.home, folder)
    return EmbeddedServer(folder, heap="512m", jars=embedded.jars, jvm=SMALL)


def test_two_starts_at_once_without_a_path_make_one_server_beside_the_other_home(
    own: EmbeddedServer, server: Endpoint
) -> None:
    processes = [starter(own.home, own.jars) for _ in range(2)]
    results = [process.communicate(timeout=180) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], results
    printed = {output.strip() for output, _ in results}
    assert len(printed) == 1
    endpoint = own.start()
    assert printed == {f"{endpoint.pid} {endpoint.port}"}
    assert endpoint.port != server.port
    # Wherever else the system may find a Java without a PATH.
    assert Path(psutil.Process(endpoint.pid).exe()) == java_binary().resolve()
    with connect(endpoint) as connection:
        connection.write("MERGE (:Location {id: 'niche:L1'})")
        assert connection.read("RETURN gds.version() IS NOT NULL AS there") == [{"there": True}]
    status = own.status()
    assert (status.running, status.answers, status.endpoint) == (True, True, endpoint)
    assert 0 < status.resident_mb < 1500


def test_a_lost_state_file_is_mended_and_said(own: EmbeddedServer) -> None:
    endpoint = own.start()
    (own.home / "run" / "server.json").unlink()
    assert own.start() == endpoint
    assert own.notes == [
        f"The state file of the running server (pid {endpoint.pid}) was lost or wrong, and was mended."
    ]


def test_another_port_for_a_running_server_is_refused(own: EmbeddedServer) -> None:
    endpoint = own.start()
    other = EmbeddedServer(own.home, port=endpoint.port + 1, jars=own.jars)
    with pytest.raises(ThroughlineError, match=rf"runs on port {endpoint.port}, not on .*throughline down"):
        other.start()


def test_doctor_finds_a_running_server_well(own: EmbeddedServer) -> None:
    own.start()
    checks = doctor(Settings(home=own.home, jars=own.jars, heap="512m"))
    assert [check for check in checks if not check.ok] == []
    assert [check.name for check in checks] == [
        "python", "java", "jars", "disk", "memory", "port", "password file", "server", "gds",
    ]  # fmt: skip


def test_a_killed_server_leaves_a_stale_pid_that_mends_itself_and_the_graph_is_whole(own: EmbeddedServer) -> None:
    before = own.start()
    os.kill(before.pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(before.pid)] if psutil.pid_exists(before.pid) else [], timeout=10)
    assert not own.status().running
    stale = next(check for check in doctor(Settings(home=own.home, jars=own.jars)) if check.name == "server")
    assert f"pid {before.pid} is stale" in stale.detail
    after = own.start()
    assert own.notes == [f"The last server (pid {before.pid}) ended without being stopped; its stale pid was cleared."]
    assert after.port == before.port
    assert after.pid != before.pid
    with connect(after) as connection:
        assert connection.read("MATCH (l:Location) RETURN l.id AS id") == [{"id": "niche:L1"}]


def test_a_server_that_does_not_heed_sigterm_is_killed_and_said(own: EmbeddedServer) -> None:
    endpoint = own.start()
    # A stopped process leaves SIGTERM waiting, as one that hangs does.
    os.kill(endpoint.pid, signal.SIGSTOP)
    stopped = own.stop(wait_s=1)
    assert (stopped.pid, stopped.killed) == (endpoint.pid, True)
    assert own.notes == [f"The server (pid {endpoint.pid}) did not stop within 1 s of SIGTERM and was killed."]
    assert not own.status().running
    assert own.stop().pid is None


def test_a_lost_password_file_is_told_and_a_new_one_keeps_the_graph(own: EmbeddedServer) -> None:
    own.stop()
    own.files.password_file.unlink()
    with pytest.raises(ThroughlineError, match="the password file is lost") as problem:
        own.start()
    for folder in ("databases/system", "transactions/system", "dbms"):
        assert str(own.files.data / folder) in str(problem.value)
        shutil.rmtree(own.files.data / folder, ignore_errors=True)
    kept = own.files.state().port
    assert kept is not None
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", kept))
        squatter.listen()
        endpoint = own.start()
    assert own.notes == [f"Port {kept}, used last time, is taken by another program: using {endpoint.port}."]
    with connect(endpoint) as connection:
        assert connection.read("MATCH (l:Location) RETURN l.id AS id") == [{"id": "niche:L1"}]
    assert own.files.password_file.stat().st_mode & 0o777 == 0o600


def test_sigterm_stops_it_in_time(own: EmbeddedServer) -> None:
    endpoint = own.start()
    stopped = own.stop()
    assert (stopped.pid, stopped.killed) == (endpoint.pid, False)
    assert stopped.seconds < 30
    assert own.notes == []


def test_a_wrong_password_in_the_file_is_told(own: EmbeddedServer, tmp_path: Path) -> None:
    own.stop()
    other = copy_of(own, tmp_path / "home")
    other.files.password_file.write_text("0" * 48, encoding="ascii")
    with pytest.raises(ThroughlineError, match=r"does not take this password\. Put the right one back"):
        other.start()
    assert not other.status().running


def test_a_broken_store_is_told_and_an_import_over_it_mends_it(own: EmbeddedServer, tmp_path: Path) -> None:
    own.stop()
    other = copy_of(own, tmp_path / "home")
    store = other.files.data / "databases" / "neo4j" / "neostore"
    store.write_bytes(bytes(store.stat().st_size))
    with pytest.raises(ThroughlineError, match="The store is broken or half written") as problem:
        other.start()
    assert f"Move {other.files.data} out of the way" in str(problem.value)
    assert "Caused by" in str(problem.value)
    assert not other.status().running
    nodes = tmp_path / "nodes.csv"
    nodes.write_text("id:ID,n:int\nx,1\ny,2\n", encoding="utf-8")
    other.run_admin(
        ["database", "import", "full", "neo4j", "--overwrite-destination", f"--nodes=Location={nodes}"], timeout_s=120
    )
    try:
        with connect(other.start()) as connection:
            assert connection.read("MATCH (l:Location) RETURN sum(l.n) AS n") == [{"n": 3}]
    finally:
        other.stop()


def test_a_store_of_another_format_is_told_apart_from_a_broken_one(own: EmbeddedServer, tmp_path: Path) -> None:
    own.stop()
    other = copy_of(own, tmp_path / "home")
    store = other.files.data / "databases" / "neo4j" / "neostore"
    content = bytearray(store.read_bytes())
    # The format's name ends in "aligned"; its major and minor version follow, each after a byte of structure.
    at = content.index(b"aligne")
    minor = content.index(b"d", at) + 3
    content[minor] += 8
    store.write_bytes(content)
    with pytest.raises(ThroughlineError, match=r"written by another version of Neo4j.*(?s:.*)Unknown store version"):
        other.start()


def test_a_store_that_a_newer_neo4j_wrote_is_not_touched(own: EmbeddedServer, tmp_path: Path) -> None:
    own.stop()
    other = copy_of(own, tmp_path / "home")
    other.files.keep_store_version("5.99.0")
    before = {path: path.stat().st_mtime_ns for path in other.files.data.rglob("*")}
    with pytest.raises(ThroughlineError, match=r"last written by Neo4j 5\.99\.0; this checkout has 5\.26\.31"):
        other.start()
    assert {path: path.stat().st_mtime_ns for path in other.files.data.rglob("*")} == before


def test_a_port_that_was_asked_for_and_is_taken_is_told(tmp_path: Path, jars: Path, server: Endpoint) -> None:
    with pytest.raises(ThroughlineError, match=f"Port {server.port} of 127.0.0.1 is taken by another program"):
        EmbeddedServer(tmp_path / "home", port=server.port, jars=jars).start()


def test_a_heap_too_large_for_the_machine_is_told(tmp_path: Path, jars: Path) -> None:
    with pytest.raises(ThroughlineError, match="Too little memory for the heap: THROUGHLINE_HEAP=9000g"):
        EmbeddedServer(tmp_path / "home", heap="9000g", jars=jars).start()


def test_a_corrupt_jar_stops_the_start_and_is_named(tmp_path: Path, jars: Path) -> None:
    folder = tmp_path / "jars"
    folder.mkdir()
    for jar in jars.glob("*.jar"):
        link_or_copy(jar, folder / jar.name)
    # Never through the link: that would corrupt the jar that every checkout shares.
    (folder / "algo-2.13.9.jar").unlink()
    (folder / "algo-2.13.9.jar").write_bytes(b"PK not a jar")
    with pytest.raises(JarError, match=r"algo-2\.13\.9\.jar: corrupt, .*org\.neo4j\.gds:algo:2\.13\.9"):
        EmbeddedServer(tmp_path / "home", jars=folder).start()
    assert not (tmp_path / "home" / "data").exists()


def test_java_that_refuses_to_start_is_quoted(tmp_path: Path, jars: Path) -> None:
    embedded = EmbeddedServer(tmp_path / "home", jars=jars, jvm=("-XX:+NoSuchOption",))
    with pytest.raises(
        ThroughlineError, match=r"Neo4j ended while it started\. Java or Neo4j refused a setting"
    ) as told:
        embedded.start()
    assert "| Unrecognized VM option 'NoSuchOption'" in str(told.value)
    assert not embedded.status().running


def test_java_that_gets_no_memory_is_told_as_such(tmp_path: Path, jars: Path) -> None:
    # The heap passes our own check; the system then refuses what Java asks for.
    embedded = EmbeddedServer(tmp_path / "home", jars=jars, jvm=("-XX:+UseSerialGC", "-Xms100t", "-Xmx100t"))
    with pytest.raises(ThroughlineError, match=r"Too little memory for the server\. Set THROUGHLINE_HEAP lower"):
        embedded.start()


def test_ctrl_c_during_a_start_leaves_no_server_behind(tmp_path: Path, jars: Path) -> None:
    home = tmp_path / "home"
    process = starter(home, jars)
    log = home / "logs" / "console.log"
    deadline = time.monotonic() + 60
    while not (log.exists() and "Starting" in log.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert not EmbeddedServer(home, jars=jars).status().running
    assert json.loads((home / "run" / "server.json").read_text(encoding="utf-8"))["pid"] is None


def test_an_admin_command_that_fails_says_why(own: EmbeddedServer) -> None:
    with pytest.raises(ThroughlineError, match=r"neo4j-admin database nonsense failed with exit code \d+"):
        own.run_admin(["database", "nonsense"], timeout_s=60, heap="256m")


def test_stopping_a_home_that_is_not_there_is_no_error(tmp_path: Path, jars: Path) -> None:
    assert EmbeddedServer(tmp_path / "none", jars=jars).stop().pid is None
    assert not (tmp_path / "none").exists()
