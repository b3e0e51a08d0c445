"""A backup brings back what was there, proved by checksum; a ledger goes from graph to graph entry by entry."""

import json
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import ledger, reader
from graph.backup import back_up, read_manifest, restore
from graph.connection import Connection
from graph.embedded.server import EmbeddedServer
from graph.errors import ThroughlineError
from graph.ledger_file import export_ledger, import_ledger
from graph.settings import CHECKOUT
from graph.writer import write_nodes
from tests.conftest import SMALL, empty

NOMINALS = [{"id": "niche:P1", "given_name": 'Ann\n"é"'}, {"id": "niche:P2", "aliases": ["a;b"]}]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, jars: Path) -> Iterator[EmbeddedServer]:
    """A server of this module's: a backup stops and starts it."""
    embedded = EmbeddedServer(tmp_path_factory.mktemp("homes") / "home", heap="512m", jars=jars, jvm=SMALL)
    yield embedded
    embedded.stop()


def connect(server: EmbeddedServer) -> Connection:
    endpoint = server.start()
    return Connection(endpoint.uri, endpoint.user, endpoint.password())


def decide(connection: Connection) -> None:
    with connection.write_session() as session:
        write_nodes(session, "Finding", [{"id": "f1", "explanation": "two deaths"}])
        write_nodes(session, "Nominal", NOMINALS)
    ledger.record_decision(connection, "f1", "monitor", reason='asked "twice"\nfor it', by="A. Analyst")
    ledger.record_judgement(connection, "person", "niche:P1", "niche:P2", "different", by="B. Clerk")


@pytest.mark.slow
def test_what_was_backed_up_comes_back_and_what_it_replaces_keeps_its_ledger(
    own: EmbeddedServer, tmp_path: Path
) -> None:
    with connect(own) as connection:
        empty(connection)
        decide(connection)
        expected = reader.checksum(connection, ledger=True)
    file = tmp_path / "night.backup"
    manifest = back_up(own, file)
    assert own.status().running
    assert (manifest.ledger_entries, file.stat().st_mode & 0o777) == (2, 0o600)
    assert read_manifest(file) == manifest
    with pytest.raises(ThroughlineError, match="is there already"):
        back_up(own, file)
    with connect(own) as connection:
        ledger.record_decision(connection, "f1", "dismiss", reason="since then", by="A. Analyst")
    with pytest.raises(ThroughlineError, match="not empty, so nothing was restored"):
        restore(own, file)
    restored = restore(own, file, replace=True)
    assert restored.kept_ledger is not None
    with connect(own) as connection:
        assert reader.checksum(connection, ledger=True) == expected
        assert [d.kind for d in ledger.decisions(connection)] == ["monitor"]
        # The decision that was replaced is not lost.
        assert import_ledger(connection, restored.kept_ledger).added == {"Decision": 1}
        assert [d.kind for d in ledger.decisions(connection)] == ["monitor", "dismiss"]
    assert not own.files.former.exists()
    assert not own.files.work.exists()


def rewritten(file: Path, out: Path, **parts: bytes) -> Path:
    """A backup with the bytes of some parts changed, or the part left out where empty."""
    with tarfile.open(file) as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive.getmembers()}  # type: ignore[union-attr]
    changed = {name.partition(".")[0]: name for name in members}
    members |= {changed[name]: content for name, content in parts.items()}
    folder = out.with_suffix(".parts")
    folder.mkdir()
    with tarfile.open(out, "w") as archive:
        for name, content in members.items():
            (folder / name).write_bytes(content)
            if content:
                archive.add(folder / name, arcname=name)
    return out


@pytest.mark.slow
def test_a_damaged_backup_changes_nothing(own: EmbeddedServer, tmp_path: Path) -> None:
    with connect(own) as connection:
        empty(connection)
        decide(connection)
        before = reader.checksum(connection, ledger=True)
    file = tmp_path / "good"
    manifest = back_up(own, file)
    newer = json.dumps({**json.loads(json.dumps(manifest.__dict__)), "neo4j": "99.1.0"}).encode()
    whole = file.read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 3])
    (tmp_path / "text").write_text("not a backup")
    for broken, message in (
        (rewritten(file, tmp_path / "a", neo4j=b"x"), "neo4j.dump is damaged"),
        (rewritten(file, tmp_path / "b", ledger=b""), "ledger.jsonl cannot be read"),
        (rewritten(file, tmp_path / "c", manifest=newer), "was made with Neo4j 99.1.0"),
        (tmp_path / "cut", "cannot be read|damaged"),
        (tmp_path / "text", "not a backup"),
        (tmp_path / "none", "cannot be read|not a backup"),
    ):
        with pytest.raises(ThroughlineError, match=message):
            restore(own, broken, replace=True)
        with connect(own) as connection:
            assert reader.checksum(connection, ledger=True) == before


RUNNER = """
import os, signal, sys
from pathlib import Path
from graph.backup import back_up, restore
from graph.embedded.server import EmbeddedServer
from tests.conftest import SMALL

home, jars, file, what, last = sys.argv[1:]

def say(text):
    if text == last:
        # The tool has been started by the time the signal comes.
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, 1.0)

server = EmbeddedServer(Path(home), heap="512m", jars=Path(jars), jvm=SMALL)
if what == "backup":
    back_up(server, Path(file), say)
else:
    restore(server, Path(file), replace=True, say=say)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "last"), [("backup", "Dumping the database"), ("restore", "Bringing the database back")]
)
def test_killed_half_way_the_graph_is_as_before_and_no_half_file_is_left(
    own: EmbeddedServer, tmp_path: Path, what: str, last: str
) -> None:
    with connect(own) as connection:
        empty(connection)
        decide(connection)
    file = tmp_path / "night.backup"
    if what == "restore":
        back_up(own, file)
        with connect(own) as connection:
            ledger.record_decision(connection, "f1", "dismiss", reason="since then", by="A. Analyst")
    with connect(own) as connection:
        before = reader.checksum(connection, ledger=True)
    command = [sys.executable, "-c", RUNNER, str(own.home), str(own.jars), str(file), what, last]
    done = subprocess.run(command, cwd=CHECKOUT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert file.exists() == (what == "restore")
    with connect(own) as connection:
        assert reader.checksum(connection, ledger=True) == before
    assert not own.files.work.exists()
    assert not own.files.aside.exists()


def test_a_ledger_comes_into_another_graph_once_and_decides_people_anew(graph: Connection, tmp_path: Path) -> None:
    decide(graph)
    file = tmp_path / "ledger.jsonl"
    assert export_ledger(graph, file) == 2
    assert file.stat().st_mode & 0o777 == 0o600
    again = import_ledger(graph, file)
    assert (again.total_added, again.unchanged) == (0, 2)
    before = ledger.decisions(graph), ledger.judgements(graph)
    empty(graph)
    with graph.write_session() as session:
        write_nodes(session, "Nominal", NOMINALS)
        write_nodes(session, "Finding", [{"id": "f1"}])
    assert import_ledger(graph, file).added == {"Decision": 1, "Judgement": 1}
    assert (ledger.decisions(graph), ledger.judgements(graph)) == before
    assert graph.read("MATCH (n:Nominal {touched: true}) RETURN count(n) AS n") == [{"n": 2}]
    # The order of decisions goes on where it was.
    assert ledger.record_decision(graph, "f1", "accept", reason="now", by="A. Analyst").number == 2


def test_an_entry_that_says_otherwise_stops_the_whole_file(graph: Connection, tmp_path: Path) -> None:
    decide(graph)
    file = tmp_path / "ledger.jsonl"
    export_ledger(graph, file)
    graph.write("MATCH (d:Decision) SET d.reason = 'quite another'")
    graph.write("MATCH (j:Judgement) DELETE j")
    with pytest.raises(ThroughlineError, match="says otherwise under the same id: Decision"):
        import_ledger(graph, file)
    assert ledger.judgements(graph) == []


HEAD = '{"format": "throughline ledger", "version": 1}\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("decision,reason\n", ":1: "),
        ('{"some": "json"}\n', ":1: is not a ledger"),
        (HEAD.replace("1}", "9}"), "version 9"),
        (HEAD + '{"label": "Decision", "entry": {"id": "d", "numb', ":2: "),
        (HEAD + '{"label": "Nominal", "entry": {"id": "x"}}\n', ":2: 'Nominal' is not kept in a ledger"),
        (HEAD + '{"label": "Decision", "entry": {}}\n', ":2: Decision without an id"),
        (HEAD + '{"label": "Decision", "entry": {"id": "d", "colour": "x"}}\n', ":2: Decision has no property colour"),
        (HEAD + '{"label": "Decision", "entry": {"id": "d", "number": "1"}}\n', ":2: number: '1' is not a integer"),
        (HEAD + '{"label": "Decision", "entry": {"id": "d", "at": "yesterday"}}\n', ":2: "),
    ],
)
def test_a_file_that_is_no_whole_ledger_is_refused_with_its_line(
    graph: Connection, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "ledger.jsonl").write_text(text)
    with pytest.raises(ThroughlineError, match=message):
        import_ledger(graph, tmp_path / "ledger.jsonl")
    assert reader.counts(graph)["labels"] == {}


def test_a_ledger_that_cannot_be_written_leaves_no_file(graph: Connection, tmp_path: Path) -> None:
    with pytest.raises(ThroughlineError, match="cannot be written"):
        export_ledger(graph, tmp_path / "nowhere" / "ledger.jsonl")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ThroughlineError, match="cannot be written"):
        export_ledger(graph, tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    assert list((tmp_path / "folder").iterdir()) == []
