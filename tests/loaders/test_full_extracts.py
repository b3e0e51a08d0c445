"""Full extracts: what the source no longer has goes, with all that came of it; too much at once is asked about."""

from pathlib import Path

import pytest

from graph import reader
from graph.connection import Connection
from graph.errors import ThroughlineError
from loaders.pipeline import load
from tests.loaders.extracts import WORLD, write_extract

FIRST = {"kind": "full", "extracted_at": "2026-06-01T05:00:00Z"}
SECOND = {"kind": "full", "extracted_at": "2026-06-02T05:00:00Z"}
THIRD = {"kind": "full", "extracted_at": "2026-06-03T05:00:00Z"}


def without(table: str, *starts: str) -> dict[str, str]:
    """The world without the rows of a table that begin with one of these."""
    lines = [line for line in WORLD[table].strip().splitlines() if not line.strip().startswith(starts)]
    return {**WORLD, table: "\n".join(lines)}


# Without the one record, and the two rows that point to it.
NO_P5 = {**without("people", "P5"), "deaths": without("deaths", "D2")["deaths"]}


def test_what_a_full_extract_no_longer_has_goes_after_the_new_is_in(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", WORLD, **FIRST))
    person = graph.read("MATCH (:Nominal {id: 'niche:V1'})-[:IDENTIFIES]->(p) RETURN p.id AS id")
    assert person == []
    report = load(graph, write_extract(tmp_path / "b", without("objects", "V1"), **SECOND), accept_removals=True)
    # The vehicle, and the two links to it, whose rows now wait for it.
    assert report.removed == 1
    assert report.rejects == {"unknown_reference": 2}
    assert graph.read("MATCH (o:Object) RETURN o.id AS id") == []
    assert graph.read("MATCH ()-[r:USES|USED_IN]->() RETURN r") == []
    assert all(c.read == c.written + c.unchanged + c.rejected for c in report.tables.values())


def test_a_link_that_is_gone_takes_what_was_derived_from_it(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", WORLD, **FIRST))
    report = load(graph, write_extract(tmp_path / "b", without("involvements", "D2,P3"), **SECOND))
    assert report.removed == 1
    assert graph.read("MATCH (n)-[:FOUND]->(:Death {id: 'niche:D2'}) RETURN n") == []
    assert len(graph.read("MATCH (n)-[:FOUND]->(:Death {id: 'niche:D1'}) RETURN n")) == 2


def test_what_comes_back_in_a_later_extract_is_as_if_it_had_never_gone(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", WORLD, **FIRST))
    before = reader.counts(graph)["relationship_types"]
    load(graph, write_extract(tmp_path / "b", without("involvements", "D2,P3", "I2,P2"), **SECOND))
    report = load(graph, write_extract(tmp_path / "c", WORLD, **THIRD))
    assert report.tables["involvements"].written == 2
    assert reader.counts(graph)["relationship_types"] == before
    assert graph.read("MATCH (v:RecordVersion) RETURN v") == []


def test_an_older_extract_that_arrives_late_brings_nothing_back(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", WORLD, **FIRST))
    load(graph, write_extract(tmp_path / "c", without("involvements", "D2,P3"), **THIRD))
    late = {"involvements": "event_ref,person_ref,role\nD2,P3,finder\n"}
    load(graph, write_extract(tmp_path / "b", late, extracted_at="2026-06-02T05:00:00Z"))
    assert graph.read("MATCH (n)-[:FOUND]->(:Death {id: 'niche:D2'}) RETURN n") == []


def test_more_than_a_fifth_is_asked_about_before_anything_is_written(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", WORLD, **FIRST))
    before = reader.checksum(graph)
    header = WORLD["involvements"].strip().splitlines()[0]
    few = write_extract(tmp_path / "b", {**WORLD, "involvements": header}, **SECOND)
    with pytest.raises(ThroughlineError, match=r"lacks 8 of the \d+ rows .*involvements 8.*--accept-removals"):
        load(graph, few)
    assert reader.checksum(graph) == before
    report = load(graph, few, accept_removals=True)
    assert report.removed == 8


def test_a_table_that_is_not_sent_at_all_is_left_alone(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", WORLD, **FIRST))
    tables = {name: text for name, text in WORLD.items() if name != "involvements"}
    report = load(graph, write_extract(tmp_path / "b", tables, **SECOND))
    assert report.removed == 0
    assert len(graph.read("MATCH (:Nominal)-[r:FOUND]->() RETURN r")) == 2


def test_a_record_whose_row_is_rejected_is_not_gone(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", WORLD, **FIRST))
    broken = {**WORLD, "people": WORLD["people"].replace("1992-02-02", "31/02/1992")}
    report = load(graph, write_extract(tmp_path / "b", broken, **SECOND))
    assert (report.removed, report.rejects) == (0, {"bad_date": 1})
    assert graph.read("MATCH (n:Nominal {id: 'niche:P5'}) RETURN n.family_name AS f") == [{"f": "Pellingham"}]


def test_other_sources_keep_their_records(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", WORLD, source="north"))
    load(graph, write_extract(tmp_path / "b", WORLD, **FIRST))
    load(graph, write_extract(tmp_path / "c", without("involvements", "D2,P3"), **SECOND))
    assert len(graph.read("MATCH (n:Nominal {source: 'north'})-[r:FOUND]->() RETURN r")) == 2


def test_a_finding_on_a_record_that_is_gone_says_nothing_more_about_it(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", WORLD, **FIRST))
    graph.write(
        "MATCH (o:Object {id: 'niche:V1'}) CREATE (f:Finding {id: 'f1', active: true, explanation: 'seen twice', "
        'columns: \'{"plate": "ZZ99 ABC"}\'})-[:EVIDENCED_BY]->(o)'
    )
    gone = {"objects": "object_ref,withdrawn\nV1,true\n"}
    load(graph, write_extract(tmp_path / "b", gone, extracted_at="2026-06-02T05:00:00Z"))
    found = graph.read("MATCH (f:Finding) RETURN f.active AS active, f.explanation AS said, f.columns AS columns")
    assert found == [
        {"active": False, "said": "A record that this rested on is gone from its source.", "columns": "{}"}
    ]
