"""One extract into a real graph: what is written, what stays as it is, and what a kill leaves."""

import os
import signal
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

from graph import ledger, reader
from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.settings import CHECKOUT
from loaders.pipeline import load, refresh_people
from loaders.writing import store
from tests.loaders.extracts import WORLD, write_extract


def person_of(graph: Connection, nominal: str) -> str:
    return graph.read("MATCH (:Nominal {id: $id})-[:IDENTIFIES]->(p) RETURN p.id AS id", id=nominal)[0]["id"]


def test_every_row_read_is_written_unchanged_or_rejected(graph: Connection, tmp_path: Path) -> None:
    broken = {**WORLD, "incidents": WORLD["incidents"] + "\nI3,crime,Theft,31/02/2026,,L1,,\n"}
    report = load(graph, write_extract(tmp_path / "x", broken))
    assert report.rejects == {"bad_date": 1}
    assert all(c.read == c.written + c.unchanged + c.rejected for c in report.tables.values())
    assert report.total.written == report.total.read - 1


def test_a_mended_extract_answers_the_rejects_of_the_one_before(graph: Connection, tmp_path: Path) -> None:
    broken = {**WORLD, "incidents": WORLD["incidents"] + "\nI3,crime,Theft,31/02/2026,,L1,,\n"}
    load(graph, write_extract(tmp_path / "x", broken))
    assert graph.read("MATCH (r:Reject) RETURN r.line AS line, r.column AS column") == [
        {"line": 5, "column": "occurred_from"}
    ]
    report = load(
        graph,
        write_extract(tmp_path / "y", {**broken, "incidents": broken["incidents"].replace("31/02/2026", "2026-02-03")}),
    )
    assert graph.read("MATCH (r:Reject) RETURN r.line AS line") == []
    assert report.tables["incidents"].written == 1


def test_the_same_extract_twice_changes_nothing(graph: Connection, tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "x", WORLD)
    load(graph, extract)
    before = reader.checksum(graph)
    again = load(graph, extract)
    assert again.already_loaded
    assert again.total.unchanged == again.total.read
    assert reader.checksum(graph) == before


def test_the_same_rows_in_a_later_extract_are_unchanged(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "x", WORLD))
    nodes = reader.counts(graph)
    later = load(graph, write_extract(tmp_path / "y", WORLD, extracted_at="2026-06-02T05:00:00Z"))
    assert (later.total.written, later.total.unchanged) == (0, later.total.read)
    assert reader.counts(graph)["relationship_types"] == nodes["relationship_types"]


def test_two_records_of_one_man_are_one_person_with_the_roles_of_both(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "x", WORLD))
    assert person_of(graph, "niche:P1") == person_of(graph, "niche:P2")
    roles = graph.read(
        "MATCH (p:Person {id: $id})-[r:SUSPECT_IN]->(i) RETURN i.id AS i, r.nominal_ids AS n, r.status AS s ORDER BY i",
        id=person_of(graph, "niche:P1"),
    )
    assert [row["i"] for row in roles] == ["niche:D1", "niche:I1", "niche:I2"]
    assert roles[2]["n"] == ["niche:P2"]
    assert {row["s"] for row in roles} == {"named"}


def test_roles_in_an_incident_hold_for_its_death_and_both_are_one_event(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "x", WORLD))
    through = graph.read("MATCH (:Person)-[r:SUSPECT_IN]->(:Death {id: 'niche:D1'}) RETURN r.through_incident AS i")
    assert through == [{"i": "niche:I1"}]
    events = graph.read("MATCH (i:Incident) RETURN i.id AS id, i.event_id AS event ORDER BY id")
    assert {row["id"]: row["event"] for row in events}["niche:I1"] == "niche:D1"
    assert graph.read("MATCH (:Incident)-[r:SAME_EVENT]->() RETURN r.basis AS b") == [{"b": "deaths of one incident"}]


def test_names_of_one_substance_meet(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "x", WORLD))
    assert graph.read("MATCH (s:Substance)<-[r]-() RETURN s.id AS id, count(r) AS n") == [
        {"id": "substance:ghb", "n": 2}
    ]


def test_a_human_verdict_parts_two_records_and_can_be_taken_back(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "x", WORLD))
    untouched = person_of(graph, "niche:P3")
    before = reader.checksum(graph)
    ledger.record_judgement(graph, "person", "niche:P1", "niche:P2", "different", by="A. Analyst", reason="brothers")
    refresh_people(graph)
    assert person_of(graph, "niche:P1") != person_of(graph, "niche:P2")
    left = graph.read("MATCH (p:Person {id: $id})-[:SUSPECT_IN]->(i) RETURN i.id AS i", id=person_of(graph, "niche:P2"))
    assert left == [{"i": "niche:I2"}]
    ledger.record_judgement(graph, "person", "niche:P2", "niche:P1", "same", by="A. Analyst", reason="one and the same")
    refresh_people(graph)
    assert person_of(graph, "niche:P1") == person_of(graph, "niche:P2")
    assert person_of(graph, "niche:P3") == untouched
    # What an analyst said is now the basis, so the graph is the first one but for these words.
    basis = graph.read("MATCH (:Nominal)-[r:IDENTIFIES]->(p) WHERE p.nominal_count = 2 RETURN r.basis AS b")
    assert reader.checksum(graph) != before
    assert "analyst" in basis[0]["b"]


NAMED = "event_ref,person_ref,role,status,recorded_at\nI2,P1,suspect,{},2026-0{}-01T00:00Z\n"
PEOPLE = {name: WORLD[name] for name in ("locations", "people", "incidents")}


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_versions_arriving_in_any_order_give_one_graph_with_its_history(
    graph: Connection, tmp_path: Path, order: tuple[int, ...]
) -> None:
    load(graph, write_extract(tmp_path / "world", PEOPLE))
    status = {1: "named", 2: "arrested", 3: "charged"}
    for n in order:
        text = NAMED.format(status[n], n)
        load(graph, write_extract(tmp_path / str(n), {"involvements": text}, extracted_at=f"2026-06-1{n}T00:00Z"))
    derived = graph.read("MATCH (:Person)-[r:SUSPECT_IN]->() RETURN r.status AS status")
    assert derived == [{"status": "charged"}]
    kept = graph.read("MATCH (v:RecordVersion) RETURN v.recorded_at.month AS month, v.row AS row ORDER BY month")
    assert [row["month"] for row in kept] == [1, 2]
    assert '"status": "named"' in kept[0]["row"]
    assert '"status": "arrested"' in kept[1]["row"]


def test_a_record_replaced_loses_the_edges_it_no_longer_states(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "x", WORLD))
    moved = "death_ref,person_ref,category,found_at,location_ref\nD2,P1,unexpected_not_suspicious,2026-03-24T08:00,L1\n"
    load(graph, write_extract(tmp_path / "y", {"deaths": moved}, extracted_at="2026-06-02T05:00:00Z"))
    died = graph.read("MATCH (n)-[:DECEASED_IN]->(:Death {id: 'niche:D2'}) RETURN n.id AS id ORDER BY id")
    assert [row["id"] for row in died] == ["niche:P1", person_of(graph, "niche:P1")]
    assert graph.read("MATCH (:Death {id: 'niche:D2'})-[:INVOLVES_SUBSTANCE]->() RETURN count(*) AS n") == [{"n": 0}]


def test_a_withdrawn_record_goes_with_what_was_derived_from_it(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "x", WORLD))
    later = {"extracted_at": "2026-06-02T05:00:00Z"}
    gone = write_extract(tmp_path / "y", {"people": "person_ref,withdrawn\nP2,true\n"}, **later)
    load(graph, gone)
    assert graph.read("MATCH (n:Nominal {id: 'niche:P2'}) RETURN n") == []
    roles = graph.read(
        "MATCH (:Person {id: $id})-[r:SUSPECT_IN]->(i) RETURN i.id AS i ORDER BY i", id=person_of(graph, "niche:P1")
    )
    assert [row["i"] for row in roles] == ["niche:D1", "niche:I1"]
    stone = graph.read("MATCH (v:RecordVersion {record_id: 'niche:P2'}) RETURN v.row AS row, v.row_hash AS hash")
    assert stone == [{"row": None, "hash": "withdrawn"}]


def test_an_anonymous_source_brings_events_without_people(graph: Connection, tmp_path: Path) -> None:
    tables = {
        "locations": WORLD["locations"],
        "incidents": """
            incident_ref,kind,reported_at,location_ref,patient_age_band
            A1,ambulance,2026-01-05T23:30,L1,25-34
        """,
        "people": "person_ref,given_name\nX1,Nobody\n",
    }
    report = load(
        graph, write_extract(tmp_path / "x", tables, source="ambo", agency_kind="ambulance", identifiable=False)
    )
    assert report.rejects == {"identity_in_anonymous_source": 1}
    seen = graph.read("MATCH (i:Incident {id: 'ambo:A1'}) RETURN i.occurred_basis AS basis, i.patient_age_band AS band")
    assert seen == [{"basis": "reported", "band": "25-34"}]


RUNNER = """
import sys
from pathlib import Path
from graph.connection import Connection
from loaders import pipeline
from loaders.writing import store

class Loud:
    def stage(self, name, total):
        print("stage", name, flush=True)
        return lambda rows: print("batch", name, flush=True)

store.BATCH_ROWS = 3
uri, user, password, extract = sys.argv[1:]
with Connection(uri, user, password) as connection:
    pipeline.load(connection, Path(extract), progress=Loud())
"""


@pytest.mark.slow
def test_a_load_killed_at_any_point_and_run_again_gives_the_graph_of_an_undisturbed_one(
    graph: Connection, server: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small batches, so that there are many boundaries to be killed at.
    monkeypatch.setattr(store, "BATCH_ROWS", 3)
    extract = write_extract(tmp_path / "x", WORLD)
    undisturbed = load(graph, extract)
    expected, counts = reader.checksum(graph), undisturbed.tables
    command = [sys.executable, "-c", RUNNER, server.uri, server.user, server.password(), str(extract)]
    line_to_die_at, ended = 2, False
    while not ended:
        graph.write("MATCH (n) DETACH DELETE n")
        with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for number, _ in enumerate(process.stdout, start=1):
                if number == line_to_die_at:
                    os.kill(process.pid, signal.SIGKILL)
                    break
        ended = process.returncode == 0
        again = load(graph, extract)
        assert reader.checksum(graph) == expected, f"killed at line {line_to_die_at}"
        # Killed after its last word it may have been done already.
        assert again.already_loaded or again.tables == counts
        line_to_die_at += 1
    assert line_to_die_at > 30
