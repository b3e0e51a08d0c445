"""Each kind of bad input, its named reject, and that everything else in the extract is still good."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from graph.errors import ThroughlineError
from loaders.extract import open_extract, read_tables
from loaders.layout import REASONS
from tests.loaders.tiny import WORLD, check, write_tables, write_world

LONG_NAME, LONG_TEXT = "n" * 201, "t" * 20_001


@dataclass(frozen=True)
class Bad:
    """One bad row, added to a sound world: where it is, what it says, and the reject that it must become."""

    kind: str
    table: str
    row: Mapping[str, str]
    column: str
    value: str | None
    reason: str
    message: str
    manifest: Mapping[str, str] = field(default_factory=dict)
    # Good rows that the bad one needs.
    beside: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)


def death(**cells: str) -> dict[str, str]:
    return {"death_ref": "D9", "category": "expected", **cells}


def crime(**cells: str) -> dict[str, str]:
    return {"incident_ref": "I9", "kind": "crime", **cells}


def person(**cells: str) -> dict[str, str]:
    return {"person_ref": "P9", **cells}


def place(**cells: str) -> dict[str, str]:
    return {"location_ref": "L9", **cells}


def order(**cells: str) -> dict[str, str]:
    return {"order_ref": "R9", "order_type": "dvpo", "respondent_ref": "P1", **cells}


def part(**cells: str) -> dict[str, str]:
    return {"event_ref": "I2", "person_ref": "P2", "role": "victim", **cells}


# kind, table, the bad row, column, value, reason, words of the message
ROWS = [
    Bad("own ref empty", "people", {"given_name": "Noa"}, "person_ref", None, "missing_required", "empty"),
    Bad("own ref only spaces", "people", person(person_ref="  "), "person_ref", None, "missing_required", "empty"),
    Bad("required choice empty", "incidents", crime(kind=""), "kind", None, "missing_required", "required"),
    Bad("required ref empty", "involvements", part(person_ref=""), "person_ref", None, "missing_required", "required"),
    Bad("required date empty", "order_breaches", {"order_ref": "R1", "occurred_on": "", "condition": "curfew"},
        "occurred_on", None, "missing_required", "required"),
    Bad("police death without category", "deaths", death(category=""), "category", None, "missing_required",
        "police force"),
    Bad("none of 'one of'", "object_links", {"object_ref": "X1", "event_ref": "", "person_ref": "", "role": "used"},
        "event_ref", None, "missing_required", "event_ref, person_ref"),
    Bad("neither event nor order of a breach", "order_breaches",
        {"event_ref": "", "order_ref": "", "occurred_on": "2025-05-01"}, "event_ref", None, "missing_required",
        "one of event_ref, order_ref"),
    Bad("both of 'one of'", "organisation_links",
        {"organisation_ref": "O1", "event_ref": "I1", "person_ref": "P1", "role": "employer"}, "person_ref", "P1",
        "conflicting_columns", "only one of"),
    Bad("a mention of two things", "mentions",
        {"event_ref": "I1", "medium": "note", "mentions_person_ref": "P1", "mentions_text": "Tam"}, "mentions_text",
        "Tam", "conflicting_columns", "only one of"),
    Bad("latitude without longitude", "locations", place(latitude="52.1"), "longitude", None, "missing_required",
        "beside latitude"),
    Bad("easting without northing", "locations", place(easting="600000"), "northing", None, "missing_required",
        "beside easting"),
    Bad("day first", "people", person(date_of_birth="03/04/1990"), "date_of_birth", "03/04/1990", "bad_date",
        "day-first"),
    Bad("day first with dots", "people", person(date_of_birth="3.4.1990"), "date_of_birth", "3.4.1990", "bad_date",
        "day-first"),
    Bad("date in words", "incidents", crime(occurred_from="last night"), "occurred_from", "last night", "bad_date",
        "ISO 8601"),
    Bad("date without hyphens", "people", person(date_of_birth="19900403"), "date_of_birth", "19900403", "bad_date",
        "ISO 8601"),
    Bad("spreadsheet serial date", "people", person(date_of_birth="45321"), "date_of_birth", "45321", "bad_date",
        "ISO 8601"),
    Bad("31 February", "people", person(date_of_birth="1990-02-31"), "date_of_birth", "1990-02-31",
        "impossible_date", "does not exist"),
    Bad("29 February of a common year", "people", person(date_of_birth="2001-02-29"), "date_of_birth", "2001-02-29",
        "impossible_date", "does not exist"),
    Bad("month 13", "incidents", crime(occurred_from="2025-13-01"), "occurred_from", "2025-13-01",
        "impossible_date", "does not exist"),
    Bad("hour 25", "incidents", crime(occurred_from="2025-03-01T25:00"), "occurred_from", "2025-03-01T25:00",
        "impossible_date", "does not exist"),
    Bad("an hour that the clock change skips", "incidents", crime(occurred_from="2025-03-30T01:30"), "occurred_from",
        "2025-03-30T01:30", "impossible_date", "clock change"),
    Bad("year 201", "people", person(date_of_birth="0201-01-01"), "date_of_birth", "0201-01-01", "impossible_date",
        "before 1800"),
    Bad("end before start", "incidents", crime(occurred_from="2025-03-02", occurred_to="2025-03-01"), "occurred_to",
        "2025-03-01", "impossible_date", "before occurred_from"),
    Bad("order ends before it starts", "orders", order(starts_on="2025-03-02", ends_on="2025-02"), "ends_on",
        "2025-02", "impossible_date", "before starts_on"),
    Bad("died before born", "people", person(date_of_birth="1990", deceased_on="1989-12-31"), "deceased_on",
        "1989-12-31", "impossible_date", "before date_of_birth"),
    Bad("in the future", "incidents", crime(reported_at="2026-01-31T05:00:01Z"), "reported_at",
        "2026-01-31T05:00:01Z", "impossible_date", "future of extracted_at"),
    Bad("known after the extract was made", "people", person(recorded_at="2026-02-01"), "recorded_at", "2026-02-01",
        "impossible_date", "future of extracted_at"),
    Bad("served in the future", "orders", order(served_on="2027-01-01"), "served_on", "2027-01-01",
        "impossible_date", "future of extracted_at"),
    Bad("born after the event", "involvements", part(event_ref="I1", person_ref="P8"), "person_ref", "P8",
        "impossible_date", "born after",
        beside={"people": [{"person_ref": "P8", "date_of_birth": "2025-03-05"}]}),
    Bad("died before being born", "deaths", death(person_ref="P8", died_from="2025-01", died_to="2025-02"),
        "person_ref", "P8", "impossible_date", "born after",
        beside={"people": [{"person_ref": "P8", "date_of_birth": "2025-03-05"}]}),
    Bad("number in words", "people", person(age="about 40"), "age", "about 40", "bad_number", "not a number"),
    Bad("decimal comma", "locations", place(latitude="52,1", longitude="1.7"), "latitude", "52,1", "bad_number",
        "not a number"),
    Bad("formula", "locations", place(easting="=1+1", northing="300000"), "easting", "=1+1", "bad_number",
        "not a number"),
    Bad("not a number", "order_places", {"order_ref": "R1", "location_ref": "L1", "radius_m": "nan"}, "radius_m",
        "nan", "bad_number", "not a number"),
    Bad("half a year", "people", person(age="40.5"), "age", "40.5", "bad_number", "whole number"),
    Bad("age of 200", "people", person(age="200"), "age", "200", "out_of_range", "between 0 and 130"),
    Bad("radius below zero", "order_places", {"order_ref": "R1", "location_ref": "L1", "radius_m": "-5"}, "radius_m",
        "-5", "out_of_range", "at least 0"),
    Bad("off the globe", "locations", place(latitude="95", longitude="1"), "latitude", "95", "out_of_range",
        "between -90 and 90"),
    Bad("latitude and longitude swapped", "locations", place(latitude="1.7", longitude="52.6"), "latitude", "1.7",
        "out_of_range", "manifest's bounds", manifest={"bounds": "[49.8, -8.7, 60.9, 1.8]"}),
    Bad("off the National Grid", "locations", place(easting="900000", northing="300000"), "easting", "900000",
        "out_of_range", "between 0 and 700000"),
    Bad("grid and latitude apart", "locations",
        place(latitude="52.6579", longitude="1.7160", easting="651409", northing="312000"), "easting", "651409",
        "conflicting_place", "m apart"),
    Bad("misspelt role", "involvements", part(role="suspct"), "role", "suspct", "unknown_value", "'suspect'"),
    Bad("role with a capital", "involvements", part(role="Victim"), "role", "Victim", "unknown_value", "'victim'"),
    Bad("unknown role", "involvements", part(role="xyz"), "role", "xyz", "unknown_value", "it can be suspect"),
    Bad("unknown flag in a list", "incidents", crime(flags="stalking;strangling"), "flags", "stalking;strangling",
        "unknown_value", "'strangulation'"),
    Bad("true in words", "people", person(unidentified="yes"), "unidentified", "yes", "unknown_value", "'true'"),
    Bad("no grade", "people", person(grade="B2"), "grade", "B2", "unknown_value", "2C P"),
    Bad("no age band", "incidents", crime(patient_age_band="34-25"), "patient_age_band", "34-25", "unknown_value",
        "25-34"),
    Bad("no time zone", "locations", place(timezone="Europe/Londn"), "timezone", "Europe/Londn", "unknown_value",
        "'Europe/London'"),
    Bad("people who are linked", "judgements",
        {"about": "person", "first_ref": "P1", "second_ref": "P2", "verdict": "linked"}, "verdict", "linked",
        "unknown_value", "same or different"),
    Bad("unknown person", "involvements", part(person_ref="P7"), "person_ref", "P7", "unknown_reference", "waits"),
    Bad("unknown event", "involvements", part(event_ref="I7"), "event_ref", "I7", "unknown_reference", "no event"),
    Bad("unknown record of another source", "orders", order(respondent_ref="other:P7"), "respondent_ref", "other:P7",
        "unknown_reference", "waits"),
    Bad("a death that an order_ref names", "order_parties",
        {"order_ref": "D1", "person_ref": "P1", "part": "protected"}, "order_ref", "D1", "unknown_reference",
        "no order"),
    Bad("an incident_ref that names a death", "deaths", death(incident_ref="D1"), "incident_ref", "D1",
        "unknown_reference", "no incident"),
    Bad("unknown linked event", "incidents", crime(linked_refs="I1;I7"), "linked_refs", "I1;I7", "unknown_reference",
        "'I7'"),
    Bad("a ref of another alphabet", "involvements", part(person_ref="\u0420\u0031"), "person_ref", "\u0420\u0031",
        "unknown_reference", "waits"),
    Bad("a ref in another case", "involvements", part(person_ref="p1"), "person_ref", "p1", "unknown_reference",
        "waits"),
    Bad("same key, other content", "people", {"person_ref": "P1", "given_name": "Tom"}, "person_ref", "P1",
        "duplicate_key", "people.csv:2"),
    Bad("same link, other content", "involvements",
        {"event_ref": "I1", "person_ref": "P1", "role": "suspect", "status": "charged"}, "event_ref", "I1",
        "duplicate_key", "involvements.csv:2"),
    Bad("name too long", "people", person(family_name=LONG_NAME), "family_name", LONG_NAME[:199] + "…", "too_long",
        "201 characters where 200"),
    Bad("text too long", "incidents", crime(summary=LONG_TEXT), "summary", LONG_TEXT[:199] + "…", "too_long",
        "20,001 characters where 20,000"),
    Bad("ref too long", "objects", {"object_ref": LONG_NAME, "kind": "phone"}, "object_ref", LONG_NAME[:199] + "…",
        "too_long", "201"),
    Bad("item of a list too long", "people", person(aliases=f"Al;{LONG_NAME}"), "aliases",
        ("Al;" + LONG_NAME)[:199] + "…", "too_long", "201"),
    Bad("related to oneself", "relations", {"person_ref": "P1", "other_ref": "P1", "relation": "sibling"},
        "other_ref", "P1", "self_reference", "same as person_ref"),
    Bad("related to oneself in two spellings", "relations",
        {"person_ref": "P1", "other_ref": "niche:P1", "relation": "sibling"}, "other_ref", "niche:P1",
        "self_reference", "same as person_ref"),
    Bad("linked to itself", "incidents", crime(linked_refs="I9"), "linked_refs", "I9", "self_reference", "itself"),
    Bad("own victim", "involvements", part(role="suspect", victim_ref="P2"), "victim_ref", "P2", "self_reference",
        "same as person_ref"),
    Bad("the same death as itself", "deaths", death(same_as="niche:D9"), "same_as", "niche:D9", "self_reference",
        "itself"),
    Bad("a judgement of one person", "judgements",
        {"about": "person", "first_ref": "P1", "second_ref": "P1", "verdict": "same"}, "second_ref", "P1",
        "self_reference", "same as first_ref"),
]  # fmt: skip


@dataclass(frozen=True)
class BadLine:
    """Bytes added to the end of a file of the sound world, and the one reject that they must become."""

    kind: str
    table: str
    raw: bytes
    column: str | None
    value: str
    reason: str
    message: str
    good_rows_in_raw: int = 0
    line: int = 0


LINES = [
    BadLine("cells missing", "people", b"P9,Noa\n", None, "P9,Noa", "wrong_column_count", "2 cells"),
    BadLine("comma too many", "people", b"P9,Noa,1990-01-01,\n", None, "P9,Noa,1990-01-01,", "wrong_column_count",
            "needs quotes"),
    BadLine("comma without quotes", "people", b"P9,Noa, Jr,1990-01-01\n", None, "P9,Noa, Jr,1990-01-01",
            "wrong_column_count", "4 cells where the header has 3"),
    BadLine("quote not closed, at the end", "people", b'P9,"Noa,1990-01-01\n', None, 'P9,"Noa,1990-01-01',
            "bad_quoting", "never closed"),
    BadLine("quote not closed, good rows after it", "people", b'P9,"Noa,1990\nP8,Ash,1991\nP7,"Ola, M",1992\n', None,
            'P9,"Noa,1990', "bad_quoting", "closing quote", good_rows_in_raw=2),
    BadLine("text after a quote", "people", b'P9,"Noa" B,1990\n', None, 'P9,"Noa" B,1990', "bad_quoting",
            "closing quote"),
    BadLine("cp1252", "people", b"P9,No\xe9,1990\n", "given_name", "Noé", "bad_encoding", "cp1252"),
    BadLine("half a UTF-8 letter", "people", b"P9,No\xc3,1990\n", "given_name", "NoÃ", "bad_encoding", "0xC3"),
    BadLine("NUL byte", "people", b"P9,N\x00oa,1990\n", "given_name", "N\ufffdoa", "bad_encoding", "NUL"),
    BadLine("after a cell with newlines", "people", b'P8,"Ash\r\nor\nAsher",1991\nP9,Noa\n', None, "P9,Noa",
            "wrong_column_count", "2 cells", good_rows_in_raw=1, line=7),
    BadLine("after blank lines", "people", b"\n\nP9,Noa,19/1990\n", "date_of_birth", "19/1990", "bad_date", "ISO",
            line=6),
]  # fmt: skip


@pytest.mark.parametrize("bad", ROWS, ids=lambda bad: bad.kind)
def test_a_bad_row_is_one_named_reject_and_the_rest_is_good(tmp_path: Path, bad: Bad) -> None:
    beside = {table: list(rows) for table, rows in bad.beside.items()}
    beside[bad.table] = [*beside.get(bad.table, []), dict(bad.row)]
    found = check(write_world(tmp_path / "x", beside, **bad.manifest))

    rows = found.rejects.to_dict("records")
    assert len(rows) == 1, rows
    line = len(WORLD.get(bad.table, [])) + len(beside[bad.table]) + 1
    assert (rows[0]["file"], rows[0]["line"], rows[0]["table"]) == (f"{bad.table}.csv", line, bad.table)
    value = rows[0]["value"] if isinstance(rows[0]["value"], str) else None
    assert (rows[0]["column"], value, rows[0]["reason"]) == (bad.column, bad.value, bad.reason)
    assert bad.message in rows[0]["message"]
    for table in {*WORLD, *beside}:
        expected = len(WORLD.get(table, [])) + len(beside.get(table, [])) - (table == bad.table)
        assert len(found.frames[table]) == expected, table
        assert found.counts[table].adds_up


@pytest.mark.parametrize("bad", LINES, ids=lambda bad: bad.kind)
def test_a_bad_line_is_one_named_reject_and_the_rest_is_good(tmp_path: Path, bad: BadLine) -> None:
    found = check(write_world(tmp_path / "x", raw={bad.table: bad.raw}))

    rows = found.rejects.to_dict("records")
    assert len(rows) == 1, rows
    assert (rows[0]["file"], rows[0]["line"]) == (f"{bad.table}.csv", bad.line or len(WORLD[bad.table]) + 2)
    column = rows[0]["column"] if isinstance(rows[0]["column"], str) else None
    assert (column, rows[0]["value"], rows[0]["reason"]) == (bad.column, bad.value, bad.reason)
    assert bad.message in rows[0]["message"]
    assert len(found.frames[bad.table]) == len(WORLD[bad.table]) + bad.good_rows_in_raw
    assert all(counts.adds_up for counts in found.counts.values())


# kind, files, words of the one message
FILES: list[tuple[str, dict[str, str | bytes], tuple[str, ...]]] = [
    ("UTF-16 with a mark", {"people.csv": "person_ref\nP1\n".encode("utf-16")}, ("people.csv:1", "UTF-16", "UTF-8")),
    ("UTF-16 without a mark", {"people.csv": "person_ref\nP1\n".encode("utf-16-le")}, ("people.csv", "UTF-16")),
    ("empty file", {"people.csv": ""}, ("people.csv", "empty", "header")),
    ("no header", {"people.csv": "P1,Tam\nP2,Ira\n"}, ("people.csv:1", "no header", "P1, Tam")),
    ("key column missing", {"people.csv": "persn_ref,given_name\nP1,Tam\n"},
     ("people.csv:1", "person_ref", "persn_ref")),
    ("semicolons", {"people.csv": "person_ref;given_name\nP1;Tam\n"}, ("people.csv:1", "semicolons", "commas")),
    ("tabs", {"people.csv": "person_ref\tgiven_name\nP1\tTam\n"}, ("people.csv:1", "tabs")),
    ("column twice", {"people.csv": "person_ref,sex,sex\nP1,F,M\n"}, ("people.csv:1", "sex", "twice")),
    ("header with an open quote", {"people.csv": '"person_ref,sex\nP1,F\n'}, ("people.csv:1", "bad_quoting")),
    ("header in cp1252", {"people.csv": b"person_ref,pr\xe9nom\nP1,Tam\n"}, ("people.csv:1", "cp1252", "UTF-8")),
    ("old Mac line ends", {"people.csv": b"person_ref,sex\rP1,F\r"}, ("people.csv:1", "CR", "LF")),
    ("truncated gzip", {"people.csv.gz": gzip.compress(b"person_ref\n" + b"P1\n" * 9999)[:60]},
     ("people.csv.gz", "cut short")),
    ("no gzip at all", {"people.csv.gz": b"person_ref\nP1\n"}, ("people.csv.gz", "gzip")),
    ("broken Parquet", {"people.parquet": b"PAR1 and no more"}, ("people.parquet", "Parquet")),
    ("two files of one table", {"people.csv": "person_ref\nP1\n", "people.csv.gz": gzip.compress(b"person_ref\nP1\n")},
     ("people.csv", "people.csv.gz", "Keep one")),
    ("no table", {"peoples.csv": "person_ref\nP1\n"}, ("no table", "peoples.csv", "'people.csv'", "--mapping")),
]  # fmt: skip


@pytest.mark.parametrize(("files", "words"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_a_file_that_cannot_be_read_stops_the_extract_with_one_message(
    tmp_path: Path, files: dict[str, str | bytes], words: tuple[str, ...]
) -> None:
    folder = write_tables(tmp_path / "x", files)
    with pytest.raises(ThroughlineError) as stopped:
        read_tables(open_extract(folder))
    for word in words:
        assert word in str(stopped.value)


def test_all_files_that_cannot_be_read_are_named_together(tmp_path: Path) -> None:
    folder = write_tables(
        tmp_path / "x", {"people.csv": "", "incidents.csv": "a;b\n", "objects.csv": "object_ref,kind\n"}
    )
    with pytest.raises(ThroughlineError, match=r"people\.csv.*\n.*incidents\.csv"):
        read_tables(open_extract(folder))


def test_a_person_in_an_anonymous_source_is_a_reject_and_its_events_load(tmp_path: Path) -> None:
    found = check(write_world(tmp_path / "x", agency_kind="ambulance", identifiable="false"))

    assert set(found.rejects["reason"]) == {"identity_in_anonymous_source"}
    assert sorted(found.rejects["table"]) == ["deaths", "involvements", "orders", "people", "people"]
    assert len(found.frames["incidents"]) == 2
    assert len(found.frames["locations"]) == 2


def test_a_ref_that_is_an_incident_and_a_death_is_ambiguous(tmp_path: Path) -> None:
    found = check(
        write_world(
            tmp_path / "x",
            {
                "deaths": [{"death_ref": "I1", "category": "expected"}],
                "involvements": [{"event_ref": "I1", "person_ref": "P2", "role": "victim"}],
            },
        )
    )

    said = found.rejects[["table", "line", "column", "value", "reason"]].to_dict("records")
    assert [tuple(row.values()) for row in said] == [
        ("deaths", 3, "death_ref", "I1", "ambiguous_reference"),
        ("involvements", 2, "event_ref", "I1", "ambiguous_reference"),
        ("involvements", 3, "event_ref", "I1", "ambiguous_reference"),
    ]
    assert found.frames["incidents"]["id"].tolist() == ["niche:I1", "niche:I2"]


def test_a_row_with_several_problems_is_one_reject_that_names_them_all(tmp_path: Path) -> None:
    row = {"event_ref": "I7", "person_ref": "P2", "role": "victm", "status_on": "1/2/2025", "injury": "bad"}
    found = check(write_world(tmp_path / "x", {"involvements": [row]}))

    assert len(found.rejects) == 1
    reject = found.rejects.iloc[0]
    assert reject["reason"] == "unknown_value"
    for words in ("role: 'victm'", "injury: 'bad'", "status_on: '1/2/2025'", "event_ref: no event 'I7'"):
        assert words in reject["message"]
    assert '"status_on": "1/2/2025"' in reject["row"]


def test_every_reason_of_the_layout_has_a_case() -> None:
    tried = {bad.reason for bad in ROWS} | {bad.reason for bad in LINES}
    elsewhere = {"ambiguous_reference", "identity_in_anonymous_source"}
    assert tried | elsewhere == set(REASONS)
    assert len(ROWS) + len(LINES) + len(FILES) >= 45
