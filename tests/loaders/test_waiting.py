"""Rows that point to a record not yet seen: they wait, and are written when it comes, in whatever order."""

from pathlib import Path

from graph import reader
from graph.connection import Connection
from graph.reader import cypher
from loaders.pipeline import load
from loaders.reject_export import export_rejects
from loaders.waiting import retry_rejects
from tests.loaders.extracts import write_extract

PLACE = "location_ref,address,timezone\nL1,1 Cutler Row,Europe/Lisbon\n"
PERSON = "person_ref,given_name,family_name,location_ref\nP1,Orrin,Thackwaite,L1\n"
EVENT = "incident_ref,kind,occurred_from,location_ref\nI1,crime,2026-01-05T23:30,L1\n"
ROLE = "event_ref,person_ref,role\nI1,P1,victim\n"
BY_DAY = [{"involvements": ROLE}, {"people": PERSON}, {"incidents": EVENT}, {"locations": PLACE}]


def load_day(graph: Connection, folder: Path, number: int, tables: dict[str, str]) -> int:
    extract = write_extract(folder / str(number), tables, extracted_at=f"2026-06-0{number + 1}T05:00:00Z")
    return load(graph, extract).released


def test_a_row_is_written_when_the_last_record_it_waits_for_comes(graph: Connection, tmp_path: Path) -> None:
    released = [load_day(graph, tmp_path, number, tables) for number, tables in enumerate(BY_DAY)]
    # The place lets the person and the crime in, and they the part that he had in it.
    assert released == [0, 0, 0, 3]
    assert graph.read("MATCH (r:Reject) RETURN r") == []
    assert graph.read("MATCH (:Person)-[:VICTIM_IN]->(i:Incident)-[:OCCURRED_AT]->(l) RETURN i.id AS i, l.id AS l") == [
        {"i": "niche:I1", "l": "niche:L1"}
    ]


def test_the_counts_of_a_load_say_what_became_of_its_rows_by_now(graph: Connection, tmp_path: Path) -> None:
    for number, tables in enumerate(BY_DAY):
        load_day(graph, tmp_path, number, tables)
    loads = graph.read("MATCH (l:Load) RETURN l.rows_read AS read, l.rows_rejected AS rejected, l.tables AS tables")
    assert [(row["read"], row["rejected"]) for row in loads] == [(1, 0)] * 4
    assert all('"written": 1' in row["tables"] for row in loads)


def test_days_in_reverse_order_give_the_same_graph(graph: Connection, tmp_path: Path) -> None:
    days = list(enumerate(BY_DAY))
    for number, tables in days:
        load_day(graph, tmp_path / "forward", number, tables)
    forward = reader.checksum(graph)
    graph.write("MATCH (n) DETACH DELETE n")
    for number, tables in reversed(days):
        load_day(graph, tmp_path / "backward", number, tables)
    assert reader.checksum(graph) == forward


def test_a_row_that_waits_for_another_source_is_let_in_by_it(graph: Connection, tmp_path: Path) -> None:
    there = "event_ref,person_ref,role\nI1,coroner:C9,victim\n"
    report = load(graph, write_extract(tmp_path / "a", {"locations": PLACE, "incidents": EVENT, "involvements": there}))
    assert report.rejects == {"unknown_reference": 1}
    people = {"people": "person_ref,given_name,family_name\nC9,Sela,Brackenrigg\n"}
    other = load(graph, write_extract(tmp_path / "b", people, source="coroner", agency_kind="coroner"))
    assert other.released == 1
    assert graph.read("MATCH (n:Nominal)-[:VICTIM_IN]->() RETURN n.id AS id") == [{"id": "coroner:C9"}]


def test_a_row_with_another_fault_does_not_wait(graph: Connection, tmp_path: Path) -> None:
    broken = {"people": "person_ref,given_name,date_of_birth,location_ref\nP1,Orrin,31/02/1990,L1\n"}
    load(graph, write_extract(tmp_path / "a", broken))
    assert load_day(graph, tmp_path, 8, {"locations": PLACE}) == 0
    assert graph.read("MATCH (r:Reject) RETURN r.waits_for AS w") == [{"w": None}]


def test_a_retry_says_what_still_stands_in_the_way(graph: Connection, tmp_path: Path) -> None:
    load(graph, write_extract(tmp_path / "a", {"people": PERSON.replace("Orrin", "")}))
    graph.write("CREATE (:Location {id: 'niche:L1', source: 'niche'})")
    done = retry_rejects(graph, source="niche")
    assert (done.tried, done.written, done.left) == (1, 1, 0)
    assert retry_rejects(graph).tried == 0


def test_the_zone_of_a_place_that_came_earlier_holds_for_the_times_of_a_later_event(
    graph: Connection, tmp_path: Path
) -> None:
    load_day(graph, tmp_path, 1, {"locations": PLACE.replace("Europe/Lisbon", "Australia/Sydney")})
    load_day(graph, tmp_path, 2, {"incidents": EVENT})
    seen = graph.read(
        "MATCH (i:Incident) RETURN toString(i.occurred_from) AS t, "
        "date({year: 1970}) + duration({days: i.occurred_day}) AS d"
    )
    assert seen[0]["t"].startswith("2026-01-05T12:30")
    assert str(seen[0]["d"]) == "2026-01-05"


def test_rejects_written_out_mended_and_loaded_are_answered(graph: Connection, tmp_path: Path) -> None:
    broken = (
        "person_ref,given_name,date_of_birth\nP1,Orrin,31/02/1990\nP2,Sela,30/02/1991\nP3,=cmd,1990-01-01\n,Ludo,\n"
    )
    load(graph, write_extract(tmp_path / "a", {"people": broken}))
    rows = graph.read(cypher("rejects"), source=None, reason="bad_date", limit=100)
    assert len(rows) == 2
    ((folder, count),) = export_rejects(graph, rows, tmp_path / "out").items()
    assert count == 2
    table = folder / "people.csv"
    assert table.read_text(encoding="utf-8").splitlines()[0] == "person_ref,given_name,date_of_birth"
    table.write_text(table.read_text(encoding="utf-8").replace("31/02/1990", "1990-03-31"), encoding="utf-8")
    report = load(graph, folder)
    assert (report.total.written, report.total.rejected) == (1, 1)
    # The row without a ref was not among them, and still stands.
    left = graph.read("MATCH (r:Reject) RETURN r.reason AS reason, r.value AS value ORDER BY reason")
    assert [(row["reason"], row["value"]) for row in left] == [("bad_date", "30/02/1991"), ("missing_required", None)]
    assert export_rejects(graph, [], tmp_path / "none") == {}


def test_a_cell_that_a_spreadsheet_would_run_is_defused_beside_the_tables(graph: Connection, tmp_path: Path) -> None:
    formula = "person_ref,given_name,sex\nP1,Orrin,=HYPERLINK()\n"
    load(graph, write_extract(tmp_path / "a", {"people": formula}))
    rows = graph.read(cypher("rejects"), source=None, reason=None, limit=100)
    (folder,) = export_rejects(graph, rows, tmp_path / "out")
    assert "'=HYPERLINK()" in (folder / "why.csv").read_text(encoding="utf-8")
    assert ",=HYPERLINK()" in (folder / "people.csv").read_text(encoding="utf-8")
