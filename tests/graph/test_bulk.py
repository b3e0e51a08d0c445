"""Frames through Neo4j's importer: the same graph as by MERGE, whole or not at all."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from neo4j.spatial import WGS84Point

from graph import reader
from graph.bulk import BETWEEN_ITEMS, END_OF_FILE, ImportFiles, NotImportable, import_files
from graph.connection import Connection
from graph.embedded.home import ServerHome
from graph.embedded.replacing import put_back, replacing
from graph.embedded.server import EmbeddedServer
from graph.errors import ThroughlineError
from graph.frames import to_rows
from graph.schema import apply_schema
from graph.settings import CHECKOUT
from graph.writer import write_nodes, write_relationships
from tests.conftest import SMALL, empty

STRANGE = [
    'a quote " inside', '"', '""', '"all"', "it's", "back\\slash", '\\"', "new\nline", "cr\r\nlf", "cr\ralone",
    " edges ", "", "a,b;c|d\te", "00123", "1e5", "null", "{x:1}", "é漢😀", "\x00", "\x01\x1f", "\x85\u2028",
    "\ufeffbom", "\ufffe",
]  # fmt: skip
# All that UTF-8 can carry but the one character that the importer takes for a file's end.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=END_OF_FILE))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, jars: Path) -> Iterator[EmbeddedServer]:
    """A home of this module's, at a path with signs that the importer gives a meaning to."""
    embedded = EmbeddedServer(tmp_path_factory.mktemp("homes") / "O'Hare, court+", heap="512m", jars=jars, jvm=SMALL)
    yield embedded
    embedded.stop()


def connect(server: EmbeddedServer) -> Connection:
    endpoint = server.start()
    connection = Connection(endpoint.uri, endpoint.user, endpoint.password())
    apply_schema(connection)
    return connection


def people(texts: list[str], lists: list[list[str]]) -> pd.DataFrame:
    size = len(texts)
    return pd.DataFrame(
        {
            "id": pd.Series([f"niche:{n}{text}" for n, text in enumerate(texts)], dtype="str"),
            "given_name": pd.Series(texts, dtype="str"),
            "family_name": pd.Series([text if n % 2 else None for n, text in enumerate(texts)], dtype="str"),
            "aliases": pd.Series(lists, dtype=object),
            "date_of_birth": pd.Series([date(1, 2, 3), None, date(9999, 12, 31)] * size, dtype=object)[:size],
            "age": pd.array([None, 0, -7] * size, dtype="Int64")[:size],
            "unidentified": pd.array([True, False, None] * size, dtype="boolean")[:size],
            "recorded_at": pd.Series(
                pd.to_datetime(["2026-01-02T03:04:05.000006Z", None, "1800-01-01T00:00:00.000000Z"] * size, utc=True)
            )[:size],
        }
    )


PLACES = pd.DataFrame(
    {
        "id": ["niche:L1", "niche:L2"],
        "latitude": pd.array([54.123456789012345, None], dtype="Float64"),
        "easting": pd.array([1e20, 5e-324], dtype="Float64"),
        "point": pd.Series([WGS84Point((-1e-7, 54.123456789012345)), None], dtype=object),
    }
)


def homes(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"start": rows["id"], "end": "niche:L1", "key": rows["given_name"], "source": "niche"})


def content(connection: Connection) -> dict[str, str]:
    """What each node and relationship says."""
    nodes = connection.read("MATCH (n) RETURN n.id AS id, properties(n) AS p")
    edges = connection.read("MATCH (a)-[r]->(b) RETURN a.id + type(r) + b.id AS id, properties(r) AS p")
    return {row["id"]: str(sorted(row["p"].items(), key=str)) for row in [*nodes, *edges]}


@pytest.mark.slow
@settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(TEXT, min_size=100, max_size=300, unique=True),
    items=st.lists(TEXT.filter(lambda text: text and BETWEEN_ITEMS not in text), max_size=5),
)
def test_what_is_imported_is_what_merge_writes_whatever_the_text(
    own: EmbeddedServer, texts: list[str], items: list[str]
) -> None:
    texts = [*dict.fromkeys([*STRANGE, *texts])]
    rows = people(texts, [[*items, text or "x"] if BETWEEN_ITEMS not in text else [] for text in texts])
    ends = pd.concat([homes(rows), pd.DataFrame([{"start": "niche:nobody", "end": "niche:L1", "key": "k"}])])
    death = pd.DataFrame({"id": ["niche:D1"], "kind": ["death"]})
    incident = pd.DataFrame({"id": ["niche:I1"]})
    deceased = pd.DataFrame({"start": rows["id"][:1], "end": "niche:D1", "key": "niche:D1"})
    with connect(own) as connection:
        empty(connection)
        with connection.write_session() as session:
            write_nodes(session, "Nominal", to_rows(rows))
            write_nodes(session, "Location", to_rows(PLACES))
            write_nodes(session, "Incident", to_rows(incident))
            write_nodes(session, "Death", to_rows(death))
            write_relationships(session, "LIVES_AT", "Nominal", "Location", to_rows(ends))
            write_relationships(session, "DECEASED_IN", "Nominal", "Death", to_rows(deceased))
        expected, counts = reader.checksum(connection), reader.counts(connection)
        wanted = content(connection)
        times = connection.read("MATCH (n:Nominal) RETURN n.id AS id, toString(n.recorded_at) AS at ORDER BY id")
    percent = 0

    def advance(steps: int) -> None:
        nonlocal percent
        percent += steps

    with own.hold("testing") as held:
        held.stop()
        held.files.work.mkdir()
        files = ImportFiles(held.files.work)
        files.add_nodes("Nominal", rows)
        # What two tables share, as a substance, comes twice; the importer keeps either.
        files.add_nodes("Nominal", rows[:3])
        files.add_nodes("Location", PLACES)
        files.add_nodes("Death", death)
        files.add_nodes("Incident", incident)
        files.add_relationships("LIVES_AT", "Nominal", "Location", ends)
        files.add_relationships("DECEASED_IN", "Nominal", "Incident", deceased)
        import_files(held, files, advance)
    with connect(own) as connection:
        assert reader.counts(connection) == counts
        found = content(connection)
        assert {k: (v, wanted.get(k)) for k, v in found.items() if wanted.get(k) != v} == {}
        assert reader.checksum(connection) == expected
        seen = connection.read("MATCH (n:Nominal) RETURN n.id AS id, toString(n.recorded_at) AS at ORDER BY id")
        assert seen == times
    assert percent == 100
    assert not own.files.work.exists()
    assert not own.files.aside.exists()
    assert not own.files.former.exists()


@pytest.mark.parametrize("aliases", [[f"a{BETWEEN_ITEMS}b"], [f"a{END_OF_FILE}"], [""]])
def test_a_list_that_the_format_cannot_carry_is_refused(tmp_path: Path, aliases: list[str]) -> None:
    with pytest.raises(NotImportable, match="aliases"):
        ImportFiles(tmp_path).add_nodes("Nominal", pd.DataFrame({"id": ["niche:P1"], "aliases": [aliases]}))


def test_a_text_that_the_format_cannot_carry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotImportable, match=r"U\+FFFF"):
        ImportFiles(tmp_path).add_nodes("Nominal", pd.DataFrame({"id": ["niche:P1"], "given_name": [END_OF_FILE]}))


def test_a_column_that_the_schema_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ThroughlineError, match="has no property shoe_size"):
        ImportFiles(tmp_path).add_nodes("Nominal", pd.DataFrame({"id": ["niche:P1"], "shoe_size": ["9"]}))


def test_headers_are_typed_by_the_schema_and_a_death_is_found_among_the_incidents(tmp_path: Path) -> None:
    files = ImportFiles(tmp_path)
    rows = pd.DataFrame(
        {"id": ["niche:D1"], "near_miss": [True], "items_missing": [["phone", "keys"]], "position": None}
    )
    files.add_nodes("Death", rows)
    (file,) = tmp_path.iterdir()
    assert file.read_text().splitlines() == [
        '"id:ID(Incident)","near_miss:boolean","items_missing:string[]"',
        f'"niche:D1",true,"phone{BETWEEN_ITEMS}keys"',
    ]
    assert f"--nodes=Incident:Death={tmp_path.name}/{file.name}" in files.arguments(tmp_path / "report")


def import_an_age_in_words(server: EmbeddedServer) -> None:
    with server.hold("testing") as held:
        held.stop()
        held.files.work.mkdir()
        files = ImportFiles(held.files.work)
        files.add_nodes("Nominal", pd.DataFrame({"id": ["niche:P1"], "age": pd.array([7], dtype="Int64")}))
        (file,) = held.files.work.iterdir()
        file.write_text(file.read_text().replace(",7", ",seven"))
        import_files(held, files, lambda _: None)


@pytest.mark.slow
def test_an_import_that_fails_says_why_and_leaves_the_graph_as_it_was(own: EmbeddedServer) -> None:
    with connect(own) as connection:
        empty(connection)
        connection.write("CREATE (:Lock {id: 'before'})")
    with pytest.raises(ThroughlineError, match=r"(?s)graph is empty as before\..*Error in input data"):
        import_an_age_in_words(own)
    # It runs again, as it did before.
    assert own.status().running
    with connect(own) as connection:
        assert connection.read("MATCH (n) RETURN labels(n) AS l, n.id AS id") == [{"l": ["Lock"], "id": "before"}]


SECOND = """
import sys
from pathlib import Path
from graph.embedded.server import EmbeddedServer
from graph.errors import ThroughlineError
server = EmbeddedServer(Path(sys.argv[1]), jars=Path(sys.argv[2]))
print(server.status().detail)
try:
    server.start()
except ThroughlineError as error:
    print(error)
"""


def test_a_second_command_is_told_at_once_who_holds_the_home(tmp_path: Path, jars: Path) -> None:
    server = EmbeddedServer(tmp_path / "home", jars=jars)
    command = [sys.executable, "-c", SECOND, str(server.home), str(jars)]
    with server.hold("bringing in the first load of an empty graph"):
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True)
    status, start = done.stdout.splitlines()
    assert "is bringing in the first load" in status
    assert "has been bringing in the first load of an empty graph. Wait for it" in start
    assert server.status().detail == "stopped"


def home_with_store(folder: Path) -> ServerHome:
    files = ServerHome(folder)
    for part in ("databases", "transactions"):
        for database in ("neo4j", "system"):
            (files.data / part / database).mkdir(parents=True)
            (files.data / part / database / "old").touch()
    return files


def stores(files: ServerHome) -> set[str]:
    return {str(path.relative_to(files.data)) for path in files.data.rglob("*") if path.is_file()}


@pytest.mark.parametrize("killed_after", ["nothing", "one part", "both parts", "one part back"])
def test_files_half_replaced_when_killed_are_put_back(tmp_path: Path, killed_after: str) -> None:
    files = home_with_store(tmp_path)
    before = stores(files)
    files.aside.mkdir()
    if killed_after != "nothing":
        (files.data / "databases" / "neo4j").rename(files.aside / "databases")
    if killed_after in ("both parts", "one part back"):
        (files.data / "transactions" / "neo4j").rename(files.aside / "transactions")
        for part in ("databases", "transactions"):
            (files.data / part / "neo4j").mkdir()
            (files.data / part / "neo4j" / "half").touch()
    if killed_after == "one part back":
        (files.data / "databases" / "neo4j" / "half").unlink()
        (files.data / "databases" / "neo4j").rmdir()
        (files.aside / "databases").rename(files.data / "databases" / "neo4j")
    assert put_back(files)
    assert stores(files) == before
    assert not put_back(files)


def fail_half_way(files: ServerHome) -> None:
    with replacing(files):
        (files.data / "databases" / "neo4j").mkdir()
        (files.data / "databases" / "neo4j" / "half").touch()
        raise OSError(28, "No space left on device")


def test_files_are_replaced_as_one_step_and_the_accounts_stay(tmp_path: Path) -> None:
    files = home_with_store(tmp_path)
    before = stores(files)
    with pytest.raises(ThroughlineError, match="Nothing was changed"):
        fail_half_way(files)
    assert stores(files) == before
    with replacing(files):
        for part in ("databases", "transactions"):
            (files.data / part / "neo4j").mkdir()
            (files.data / part / "neo4j" / "new").touch()
    assert stores(files) == {
        "databases/neo4j/new",
        "databases/system/old",
        "transactions/neo4j/new",
        "transactions/system/old",
    }
    assert files.former.is_dir()
