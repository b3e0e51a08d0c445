"""The first load of an empty graph through the importer: the same graph as by MERGE, killed or not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import reader
from graph.connection import Connection
from graph.embedded.server import EmbeddedServer
from graph.errors import ThroughlineError
from graph.schema import apply_schema
from graph.settings import CHECKOUT
from loaders.first_load import first_load_pays, load_first
from loaders.pipeline import LoadReport, load
from tests.conftest import SMALL, empty
from tests.loaders.extracts import WORLD, write_extract

# A second source: events of its own, links to the first one's records, one link between records of that one only, and a
# row that waits for what a third one brings.
AMBULANCE = {
    "locations": """
        location_ref,address,place_type,timezone
        A1,"2 ""Cutler"" Row; rear
        entrance",home,Europe/Lisbon
    """,
    "people": """
        person_ref,given_name,family_name,aliases,date_of_birth
        0007,"Ló
        rinc",O'Hare,"The ""Baker"";a\\;b;  é😀",1990
    """,
    "incidents": """
        incident_ref,kind,reported_at,location_ref,summary
        X1,ambulance,2026-01-05T23:30,A1,"back\\slash, ""quoted"" text"
        X2,ambulance,2026-01-06T23:30,niche:L1,
    """,
    "involvements": """
        event_ref,person_ref,role
        X1,niche:P1,subject
        X2,later:Z1,subject
    """,
}
# Versions: one after the other, stated again, withdrawn, back and forth; and rows that are rejected.
VERSIONS = {
    **WORLD,
    "people": """
        person_ref,given_name,family_name,recorded_at,withdrawn
        P1,Orrin,Thackwaite,2026-01-01T00:00Z,
        P1,Orin,Thackwaite,2026-02-01T00:00Z,
        P1,Orrin,Thackwaite,2026-03-01T00:00Z,
        P2,Orin,Thackwaite,2026-01-01T00:00Z,
        P2,Orin,Thackwaite,2026-02-01T00:00Z,
        P3,Delphine,Marrowick,2026-02-01T00:00Z,
        P4,Casimir,Ovenden,2026-01-01T00:00Z,
        P4,Casimir,Ovendon,2026-02-01T00:00Z,
        P5,Ludo,Pellingham,,
        P6,Sela,Brackenrigg,,
        P7,Gone,Altogether,2026-01-01T00:00Z,
        P7,,,2026-02-01T00:00Z,true
        P8,,,2026-02-01T00:00Z,true
        P9,,,2026-01-01T00:00Z,true
        P9,Come,Again,2026-02-01T00:00Z,
    """,
    "relations": """
        person_ref,other_ref,relation,from_on,recorded_at,withdrawn
        P1,P3,ex_partner,2025-06-01,2026-01-01T00:00Z,
        P1,P3,ex_partner,2025-06-01,2026-02-01T00:00Z,true
        P1,P4,friend,,2026-01-01T00:00Z,
        P1,P10,friend,,2026-01-01T00:00Z,
    """,
    "judgements": """
        about,first_ref,second_ref,verdict,by
        person,P1,P2,different,A. Clerk
    """,
}
LATER = {"people": "person_ref,given_name\nZ1,Wim\n"}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, jars: Path) -> Iterator[EmbeddedServer]:
    """A server of this module's: it is stopped and started by what is tested."""
    embedded = EmbeddedServer(tmp_path_factory.mktemp("homes") / "home", heap="512m", jars=jars, jvm=SMALL)
    yield embedded
    embedded.stop()


def connect(server: EmbeddedServer) -> Connection:
    endpoint = server.start()
    connection = Connection(endpoint.uri, endpoint.user, endpoint.password())
    apply_schema(connection)
    return connection


def cleared(server: EmbeddedServer) -> Connection:
    connection = connect(server)
    empty(connection)
    return connection


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("extracts")
    more = "incident_ref,kind,reported_at\nI9,crime,2026-02-01\n"
    return [
        write_extract(folder / "1", VERSIONS),
        write_extract(folder / "2", AMBULANCE, source="ambo", agency_kind="ambulance"),
        write_extract(folder / "3", LATER, source="later"),
        write_extract(folder / "4", {"incidents": more}, extracted_at="2026-06-02T05:00:00Z"),
    ]


@pytest.fixture(scope="module")
def merged(own: EmbeddedServer, extracts: list[Path]) -> tuple[str, str, list[LoadReport]]:
    """What MERGE makes of the extracts: checksums without and with the ledger, and the reports."""
    with cleared(own) as connection:
        reports = [load(connection, path) for path in extracts]
        return reader.checksum(connection), reader.checksum(connection, ledger=True), reports


@pytest.mark.slow
def test_the_first_load_gives_the_graph_and_the_counts_of_merge(
    own: EmbeddedServer, extracts: list[Path], merged: tuple[str, str, list[LoadReport]]
) -> None:
    cleared(own).close()
    connection, reports = load_first(own, extracts)
    with connection:
        assert (reader.checksum(connection), reader.checksum(connection, ledger=True)) == merged[:2]
        assert [report.tables for report in reports] == [report.tables for report in merged[2]]
        assert [report.rejects for report in reports] == [report.rejects for report in merged[2]]
        # The third one adds to a source that was imported, so it went the usual way.
        assert ["prepare" in report.seconds for report in reports] == [True, True, True, False]
        # Once more, on a graph that is not empty any more: nothing changes.
    again, repeated = load_first(own, extracts)
    with again:
        assert all(report.already_loaded for report in repeated)
        assert reader.checksum(again) == merged[0]


@pytest.mark.slow
def test_text_that_the_importer_cannot_read_is_loaded_row_by_row(own: EmbeddedServer, tmp_path: Path) -> None:
    tables = {"people": "person_ref,given_name\nP1,Ann\uffffe\n"}
    path = write_extract(tmp_path / "x", tables)
    with cleared(own) as connection:
        load(connection, path)
        expected = reader.checksum(connection)
        empty(connection)
    connection, (report,) = load_first(own, [path])
    with connection:
        assert report.total.written == 1
        assert reader.checksum(connection) == expected


@pytest.mark.slow
def test_an_extract_that_cannot_be_read_leaves_an_empty_graph_and_a_running_server(
    own: EmbeddedServer, tmp_path: Path
) -> None:
    cleared(own).close()
    broken = write_extract(tmp_path / "x", {"people": "person_ref,given_name\nP1,Ann\n"})
    (broken / "people.csv").write_bytes("person_ref,given_name\n".encode("utf-16"))
    with pytest.raises(ThroughlineError, match="people"):
        load_first(own, [broken])
    assert own.status().running
    with connect(own) as connection:
        assert reader.counts(connection) == {"labels": {}, "relationship_types": {}}


def test_small_extracts_are_quicker_row_by_row(graph: Connection, tmp_path: Path) -> None:
    assert not first_load_pays(graph, [write_extract(tmp_path / "x", WORLD)])
    (tmp_path / "x" / "mentions.csv").write_bytes(b"x" * 20_000_000)
    assert first_load_pays(graph, [tmp_path / "x"])
    graph.write("CREATE (:Decision {id: 'd'})")
    assert not first_load_pays(graph, [tmp_path / "x"])


RUNNER = """
import sys
from pathlib import Path
from graph.embedded.server import EmbeddedServer
from loaders.first_load import load_first
from tests.conftest import SMALL

class Loud:
    def stage(self, name, total):
        print("stage", name, flush=True)
        return lambda rows: print("part", name, flush=True)

home, jars, *paths = sys.argv[1:]
server = EmbeddedServer(Path(home), heap="512m", jars=Path(jars), jvm=SMALL)
connection, _ = load_first(server, [Path(path) for path in paths], progress=Loud())
connection.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["stage Preparing ambo", "stage Importing", "part Importing", "stage Making indexes", "stage Deriving"]
)
def test_a_first_load_killed_anywhere_and_run_again_gives_the_graph_of_an_undisturbed_one(
    own: EmbeddedServer, extracts: list[Path], merged: tuple[str, str, list[LoadReport]], line: str
) -> None:
    cleared(own).close()
    command = [sys.executable, "-c", RUNNER, str(own.home), str(own.jars), *map(str, extracts)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for said in process.stdout:
            if said.startswith(line):
                if line == "stage Importing":
                    # Into the time in which the importer starts; its own end is nobody's care but the next command's.
                    time.sleep(1)
                os.kill(process.pid, signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    if "Importing" in line:
        assert own.files.aside.exists()
        own.start()
        assert any("half-written files were removed" in note for note in own.notes)
        with connect(own) as connection:
            assert reader.counts(connection)["labels"] == {}
    connection, _ = load_first(own, extracts)
    with connection:
        # The counts of each load are part of it.
        assert reader.checksum(connection) == merged[0]
    assert not own.files.work.exists()
    assert not own.files.aside.exists()
