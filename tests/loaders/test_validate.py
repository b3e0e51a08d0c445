"""Rows to good rows: types, ids, references, versions; and that every row ends in exactly one place."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.checking.places import distance_m, grid_to_airy, grid_to_wgs84
from loaders.extract import open_extract, read_tables
from loaders.layout import TABLES
from loaders.validate import Validated, validate
from tests.loaders.tiny import check, csv_text, graph_of, write_manifest, write_world

UTC_AT = "2025-03-01 10:00:00+00:00"


def reasons(found: Validated) -> list[tuple[str, int, str]]:
    return [
        (row["table"], row["line"], row["reason"])
        for row in found.rejects[["table", "line", "reason"]].to_dict("records")
    ]


def test_the_sound_world_is_good_throughout(tmp_path: Path) -> None:
    found = check(write_world(tmp_path / "x"))
    assert reasons(found) == []
    assert found.warnings == []
    assert all(counts.good == counts.read for counts in found.counts.values())


def test_frames_hold_every_column_with_its_type(tmp_path: Path) -> None:
    found = check(write_world(tmp_path / "x"))
    for name, frame in found.frames.items():
        table = TABLES[name]
        expected = ["id" if table.record else "key"]
        for column in table.columns[:-3]:
            expected += [column.name, f"{column.name}_latest"] if column.is_interval else [column.name]
        expected += ["recorded_at", "grade", "withdrawn", "row_hash", "_file", "_line"]
        assert frame.columns.tolist() == expected
        for column in table.columns[:-3]:
            kind = str(frame[column.name].dtype)
            wanted = {"time": "datetime64[us, UTC]", "date": "object", "number": "Float64", "integer": "Int64"} | {
                "boolean": "boolean"
            }
            assert kind == ("object" if column.is_list else wanted.get(column.kind, "str")), column.name
    assert str(found.frames["people"]["recorded_at"].dtype) == "datetime64[us, UTC]"
    assert found.frames["people"]["withdrawn"].dtype == np.bool_


def test_values_become_what_they_mean(tmp_path: Path) -> None:
    added = {
        "people": [
            {"person_ref": "P3", "aliases": "Al; \\;semi ;;", "age": "41.0", "date_of_birth": "1984", "grade": "2CP",
             "unidentified": "FALSE", "recorded_at": "2026-01-02T03:04"},
        ],
        "deaths": [
            {"death_ref": "D2", "category": "expected", "found_at": "2025-07-01T10:00", "note_found": "true",
             "died_to": "2025-06", "died_from": "2025-06", "same_as": "hospital:9", "linked_refs": "D1;I2"},
        ],
    }  # fmt: skip
    found = check(write_world(tmp_path / "x", added))
    person = found.frames["people"].iloc[-1]
    assert person["aliases"] == ["Al", ";semi"]
    assert (person["age"], person["grade"], person["unidentified"]) == (41, "2C P", np.False_)
    assert (person["date_of_birth"], person["date_of_birth_latest"]) == (date(1984, 1, 1), date(1984, 12, 31))
    assert str(person["recorded_at"]) == "2026-01-02 03:04:00+00:00"
    assert found.frames["people"]["date_of_birth_latest"].tolist()[0] is None
    assert found.frames["people"]["aliases"].tolist()[0] is None
    death = found.frames["deaths"].iloc[-1]
    assert str(death["found_at"]) == "2025-07-01 09:00:00+00:00"
    assert pd.isna(death["found_at_latest"])
    assert str(death["died_to_latest"]) == "2025-06-30 22:59:59+00:00"
    assert death["same_as"] == "hospital:9"
    assert death["linked_refs"] == ["niche:D1", "niche:I2"]
    assert bool(death["note_found"])
    assert pd.isna(death["near_miss"])


def test_recorded_at_is_the_extracts_own_where_absent_and_never_too_early(tmp_path: Path) -> None:
    found = check(write_world(tmp_path / "x", {"people": [{"person_ref": "P3", "recorded_at": "2026-01"}]}))
    assert [str(moment) for moment in found.frames["people"]["recorded_at"]] == [
        "2026-01-31 05:00:00+00:00",
        "2026-01-31 05:00:00+00:00",
        "2026-01-31 05:00:00+00:00",
    ]


def test_times_without_an_offset_are_those_of_the_place(tmp_path: Path) -> None:
    added = {
        "locations": [{"location_ref": "L9", "timezone": "America/New_York"}],
        "incidents": [
            {"incident_ref": "I8", "kind": "crime", "reported_at": "2025-07-01T10:00", "location_ref": "L9"},
            {"incident_ref": "I9", "kind": "crime", "reported_at": "2025-07-01T10:00", "location_ref": "niche:L9"},
            {"incident_ref": "I10", "kind": "crime", "reported_at": "2025-07-01T10:00", "location_ref": "map:7"},
            {"incident_ref": "I11", "kind": "crime", "reported_at": "2025-07-01T10:00"},
        ],
    }
    folder = write_world(tmp_path / "x", added)
    extract = open_extract(folder)
    found = validate(
        extract,
        read_tables(extract),
        graph_of(location=["map:7"]),
        lambda ids: {"map:7": "Asia/Kolkata"} if "map:7" in ids else {},
    )
    assert [str(moment)[11:16] for moment in found.frames["incidents"]["reported_at"]][2:] == [
        "14:00",
        "14:00",
        "04:30",
        "09:00",
    ]


def test_references_become_global_ids_own_source_first(tmp_path: Path) -> None:
    added = {
        "people": [{"person_ref": "other:7"}],
        "involvements": [
            {"event_ref": "I1", "person_ref": "other:7", "role": "victim"},
            {"event_ref": "D1", "person_ref": "other:8", "role": "finder"},
            {"event_ref": "niche:D1", "person_ref": "P9", "role": "witness"},
        ],
    }
    graph = graph_of(person=["other:7", "other:8", "niche:P9"])
    found = check(write_world(tmp_path / "x", added), graph)
    assert reasons(found) == []
    assert found.frames["involvements"][["event_ref", "person_ref"]].to_numpy().tolist()[1:] == [
        ["niche:I1", "niche:other:7"],
        ["niche:D1", "other:8"],
        ["niche:D1", "niche:P9"],
    ]
    assert found.frames["people"]["id"].tolist() == ["niche:P1", "niche:P2", "niche:other:7"]


def test_the_graph_is_asked_only_about_what_the_extract_does_not_hold(tmp_path: Path) -> None:
    graph = graph_of()
    check(
        write_world(tmp_path / "x", {"involvements": [{"event_ref": "I1", "person_ref": "x:1", "role": "victim"}]}),
        graph,
    )
    assert ("person", ("niche:x:1", "x:1")) in graph.asked
    assert {kind for kind, _ in graph.asked} <= {"person", "incident", "death"}


def test_a_row_whose_record_was_rejected_waits_with_it(tmp_path: Path) -> None:
    added = {
        "people": [{"person_ref": "P9", "date_of_birth": "1/2/1990"}],
        "orders": [{"order_ref": "R9", "order_type": "dvpo", "respondent_ref": "P9"}],
        "order_parties": [{"order_ref": "R9", "person_ref": "P1", "part": "protected"}],
        "deaths": [
            {"death_ref": "D8", "category": "expected", "linked_refs": "D9"},
            {"death_ref": "D9", "category": "expected", "person_ref": "P9"},
        ],
    }
    found = check(write_world(tmp_path / "x", added))
    assert reasons(found) == [
        ("people", 4, "bad_date"),
        ("deaths", 3, "unknown_reference"),
        ("deaths", 4, "unknown_reference"),
        ("orders", 3, "unknown_reference"),
        ("order_parties", 2, "unknown_reference"),
    ]


def test_a_record_rejected_here_but_known_to_the_graph_can_still_be_pointed_to(tmp_path: Path) -> None:
    added = {
        "people": [{"person_ref": "P9", "date_of_birth": "1/2/1990"}],
        "involvements": [{"event_ref": "I1", "person_ref": "P9", "role": "victim"}],
    }
    found = check(write_world(tmp_path / "x", added), graph_of(person=["niche:P9"]))
    assert reasons(found) == [("people", 4, "bad_date")]


def test_events_that_name_each_other_hold_each_other_up(tmp_path: Path) -> None:
    added = {
        "incidents": [{"incident_ref": "I8", "kind": "crime", "linked_refs": "I9"}],
        "deaths": [{"death_ref": "I9", "category": "expected", "linked_refs": "I8"}],
    }
    found = check(write_world(tmp_path / "x", added))
    assert reasons(found) == []


def test_a_long_chain_falls_as_a_whole(tmp_path: Path) -> None:
    chain = [{"incident_ref": f"C{number}", "kind": "crime", "linked_refs": f"C{number + 1}"} for number in range(300)]
    found = check(write_world(tmp_path / "x", {"incidents": chain}))
    assert found.counts["incidents"].rejected == 300
    assert found.counts["incidents"].good == 2


def test_an_incident_here_that_is_a_death_in_the_graph_is_ambiguous(tmp_path: Path) -> None:
    found = check(write_world(tmp_path / "x"), graph_of(death=["niche:I1", "niche:D1"], incident=["niche:I2"]))
    assert reasons(found) == [("incidents", 2, "ambiguous_reference"), ("involvements", 2, "ambiguous_reference")]


def test_a_judgement_points_to_people_or_events_as_it_says(tmp_path: Path) -> None:
    added = {
        "judgements": [
            {"about": "person", "first_ref": "P1", "second_ref": "P2", "verdict": "different"},
            {"about": "event", "first_ref": "I1", "second_ref": "D1", "verdict": "not_linked"},
            {"about": "event", "first_ref": "P1", "second_ref": "D1", "verdict": "linked"},
            {"about": "person", "first_ref": "P2", "second_ref": "P1", "verdict": "different"},
            {"about": "person", "first_ref": "P2", "second_ref": "P1", "verdict": "same"},
        ]
    }
    found = check(write_world(tmp_path / "x", added))
    assert found.frames["judgements"]["key"].tolist() == ["person|niche:P1|niche:P2", "event|niche:D1|niche:I1"]
    # Which of the two is named first means nothing, so the last two are about the same pair as the first.
    assert reasons(found) == [
        ("judgements", 4, "unknown_reference"),
        ("judgements", 5, "duplicate_key"),
        ("judgements", 6, "duplicate_key"),
    ]


def test_the_newest_version_holds_and_the_older_is_history(tmp_path: Path) -> None:
    versions = [
        {"event_ref": "I2", "person_ref": "P1", "role": "suspect", "status": status, "recorded_at": at}
        for status, at in (("arrested", "2025-05-02"), ("charged", "2025-06-03"), ("named", "2025-05-01"))
    ]
    found = check(write_world(tmp_path / "x", {"involvements": versions}))
    assert found.frames["involvements"]["status"].tolist() == ["named", "charged"]
    assert found.superseded["involvements"]["status"].tolist() == ["arrested", "named"]
    assert found.counts["involvements"].superseded == 2


def test_a_version_that_is_a_reject_leaves_the_older_one_in_place(tmp_path: Path) -> None:
    versions = [
        {"event_ref": "I2", "person_ref": "P1", "role": "suspect", "status": "named", "recorded_at": "2025-05-01"},
        {"event_ref": "I2", "person_ref": "P1", "role": "suspect", "status": "chrgd", "recorded_at": "2025-06-01"},
    ]
    found = check(write_world(tmp_path / "x", {"involvements": versions}))
    assert found.frames["involvements"]["status"].tolist() == ["named", "named"]
    assert reasons(found) == [("involvements", 4, "unknown_value")]


def test_the_same_row_twice_is_unchanged_however_it_is_written(tmp_path: Path) -> None:
    rows = [
        {"incident_ref": "I9", "kind": "crime", "reported_at": "2025-07-01T10:00:00+01:00", "location_ref": "L1"},
        {"incident_ref": "I9", "kind": "crime", "reported_at": "2025-07-01T09:00Z", "location_ref": "niche:L1"},
    ]
    found = check(write_world(tmp_path / "x", {"incidents": rows}))
    assert found.counts["incidents"].duplicates_unchanged == 1
    assert reasons(found) == []


def test_the_hash_is_of_the_content_without_recorded_at_and_absent_columns(tmp_path: Path) -> None:
    first = check(write_world(tmp_path / "x")).frames["people"]
    more = {"people": [{"person_ref": "P3", "recorded_at": "2025-01-01", "withdrawn": "false", "sex": ""}]}
    again = check(write_world(tmp_path / "y", more)).frames["people"]
    assert again["row_hash"].tolist()[:2] == first["row_hash"].tolist()
    assert first["row_hash"].str.fullmatch("[0-9a-f]{16}").all()
    assert first["row_hash"].is_unique


def test_a_withdrawn_row_needs_only_its_key(tmp_path: Path) -> None:
    added = {
        "incidents": [{"incident_ref": "I8", "kind": "", "occurred_from": "3/4/25", "withdrawn": "true"}],
        "people": [{"person_ref": "P9", "withdrawn": "true"}],
        "involvements": [{"event_ref": "I8", "person_ref": "P9", "role": "victim", "withdrawn": "true"}],
    }
    found = check(write_world(tmp_path / "x", added))
    assert reasons(found) == []
    gone = found.frames["incidents"].iloc[-1]
    assert bool(gone["withdrawn"])
    assert pd.isna(gone["occurred_from"])
    assert found.frames["involvements"]["key"].tolist()[-1] == "niche:I8|niche:P9|victim"
    found = check(write_world(tmp_path / "y", {"people": [{"person_ref": "", "withdrawn": "true"}]}))
    assert reasons(found) == [("people", 4, "missing_required")]


def test_nothing_can_point_to_a_withdrawn_record(tmp_path: Path) -> None:
    added = {"people": [{"person_ref": "P9", "withdrawn": "true"}]}
    link = {"involvements": [{"event_ref": "I1", "person_ref": "P9", "role": "victim"}]}
    found = check(write_world(tmp_path / "x", {**added, **link}), graph_of(person=["niche:P9"]))
    assert reasons(found) == [("involvements", 3, "unknown_reference")]


@pytest.mark.parametrize(("withdrawn_on", "is_reject"), [("2025-06-01", True), ("2025-04-01", False)])
def test_the_newest_version_says_whether_a_record_is_withdrawn(
    tmp_path: Path, withdrawn_on: str, is_reject: bool
) -> None:
    added = {
        "people": [
            {"person_ref": "P9", "recorded_at": "2025-05-01"},
            {"person_ref": "P9", "recorded_at": withdrawn_on, "withdrawn": "true"},
        ],
        "involvements": [{"event_ref": "I1", "person_ref": "P9", "role": "victim"}],
    }
    found = check(write_world(tmp_path / "x", added))
    assert reasons(found) == ([("involvements", 3, "unknown_reference")] if is_reject else [])
    assert found.frames["people"]["withdrawn"].tolist() == [False, False, is_reject]


def test_keys_of_links_name_every_part_and_escape_the_bar(tmp_path: Path) -> None:
    added = {
        "people": [{"person_ref": "P|3"}],
        "person_places": [
            {"person_ref": "P|3", "location_ref": "L1", "relation": "home", "from_on": "2020-05"},
            {"person_ref": "P1", "location_ref": "L1", "relation": "home", "from_on": ""},
            {"person_ref": "P1", "location_ref": "L1", "relation": "home", "from_on": "2020-05-01"},
        ],
        "object_links": [
            {"object_ref": "X1", "event_ref": "I1", "person_ref": "", "role": ""},
            {"object_ref": "X1", "event_ref": "", "person_ref": "P1", "role": "owned"},
        ],
    }
    found = check(write_world(tmp_path / "x", added))
    assert found.frames["person_places"]["key"].tolist() == [
        "niche:P\\|3|niche:L1|home|2020-05-01/2020-05-31",
        "niche:P1|niche:L1|home|",
        "niche:P1|niche:L1|home|2020-05-01",
    ]
    assert found.frames["object_links"]["key"].tolist() == ["niche:X1|niche:I1|||", "niche:X1||niche:P1|owned|"]


def test_a_death_needs_no_category_outside_the_police_or_as_a_near_miss(tmp_path: Path) -> None:
    bare = {"death_ref": "D9"}
    assert reasons(check(write_world(tmp_path / "a", {"deaths": [bare]}, agency_kind="coroner"))) == []
    assert reasons(check(write_world(tmp_path / "b", {"deaths": [{**bare, "near_miss": "true"}]}))) == []
    assert reasons(check(write_world(tmp_path / "c", {"deaths": [{**bare, "flags": "near_miss"}]}))) == []
    assert reasons(check(write_world(tmp_path / "d", {"deaths": [{**bare, "near_miss": "false"}]}))) != []


@pytest.mark.parametrize(
    ("born", "role", "is_reject"),
    [
        ("2025-03-05", "victim", True),
        ("2025-03-05", "suspect", True),
        # An event of 1 March reported on 9 March: who reported it may be born between, whoever was there may not.
        ("2025-03-05", "reporter", False),
        ("2025-03-12", "reporter", True),
        ("2025-03-01", "victim", False),
        # A partial date contradicts only where every day of it does.
        ("2025", "victim", False),
        ("2025-04", "victim", True),
    ],
)
def test_only_a_certain_birth_after_the_event_is_a_reject(
    tmp_path: Path, born: str, role: str, is_reject: bool
) -> None:
    added = {
        "people": [{"person_ref": "P9", "date_of_birth": born}],
        "incidents": [
            {"incident_ref": "I9", "kind": "crime", "occurred_from": "2025-03-01T20:00",
             "occurred_to": "2025-03-01T22:00", "reported_at": "2025-03-09T10:00"}
        ],
        "involvements": [{"event_ref": "I9", "person_ref": "P9", "role": role}],
    }  # fmt: skip
    found = check(write_world(tmp_path / "x", added))
    assert reasons(found) == ([("involvements", 3, "impossible_date")] if is_reject else [])


def test_plans_may_lie_ahead(tmp_path: Path) -> None:
    order = {"order_ref": "R9", "order_type": "dvpo", "respondent_ref": "P1"}
    ahead = {"starts_on": "2027-01-01", "ends_on": "9999-12-31", "notify_by": "2027-01-02", "review_on": "2027"}
    assert reasons(check(write_world(tmp_path / "x", {"orders": [{**order, **ahead}]}))) == []


def test_a_grid_reference_becomes_latitude_and_longitude(tmp_path: Path) -> None:
    added = {"locations": [{"location_ref": "L9", "easting": "651409.903", "northing": "313177.270"}]}
    found = check(write_world(tmp_path / "x", added, bounds="[49.8, -8.7, 60.9, 1.8]"))
    place = found.frames["locations"].iloc[-1]
    assert (round(place["latitude"], 4), round(place["longitude"], 4)) == (52.6580, 1.7161)
    outside = check(write_world(tmp_path / "y", added, bounds="[50.0, -8.7, 51.0, 1.8]"))
    assert ("locations", 4, "out_of_range") in reasons(outside)


def test_the_grid_conversion_agrees_with_published_points() -> None:
    """Ordnance Survey's own worked example, and its value after their national transformation."""
    east, north = np.array([651409.903]), np.array([313177.270])
    airy = [value[0] for value in grid_to_airy(east, north)]
    assert airy == pytest.approx([52 + 39 / 60 + 27.2531 / 3600, 1 + 43 / 60 + 4.5177 / 3600], abs=1e-8)
    latitude, longitude = grid_to_wgs84(east, north)
    published = np.array([52 + 39 / 60 + 28.8282 / 3600]), np.array([1 + 42 / 60 + 57.8663 / 3600])
    assert distance_m(latitude, longitude, *published)[0] < 5
    # The prime meridian of the satellites passes 102 m east of the Greenwich transit circle.
    latitude, longitude = grid_to_wgs84(np.array([538890.0]), np.array([177320.0]))
    assert distance_m(latitude, longitude, np.array([51.47783]), np.array([-0.00148]))[0] < 30


def test_a_degree_of_latitude_is_111_km() -> None:
    one = distance_m(np.array([51.0]), np.array([0.0]), np.array([52.0]), np.array([0.0]))
    assert one[0] == pytest.approx(111_195, abs=10)


def test_no_log_line_holds_a_name_or_a_date_of_birth(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        check(write_world(tmp_path / "x", {"people": [{"person_ref": "P9", "given_name": "Zebulon", "age": "x"}]}))
    assert "people" in caplog.text
    for private in ("Tam", "Zebulon", "1990-05-01"):
        assert private not in caplog.text


# A row of any table out of few refs and words, good and bad, so that keys collide and references fail.
REF = st.sampled_from(["", "A", "B", "C", "niche:A", "far:1"])
WHEN = st.sampled_from(["", "2025", "2025-02-31", "1/2/2025", "2025-03-01", "2025-03-01T10:00", "2030-01-01"])
RECORDED = st.sampled_from(["", "2025-05-01", "2025-06-01", "x"])
GONE = st.sampled_from(["", "", "", "true", "perhaps"])


def some(**columns: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    common = {"recorded_at": RECORDED, "withdrawn": GONE}
    return st.lists(st.fixed_dictionaries({**columns, **common}), max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=some(person_ref=REF, date_of_birth=WHEN, location_ref=REF, age=st.sampled_from(["", "5", "500", "x"])),
    places=some(location_ref=REF, latitude=st.sampled_from(["", "52", "x"]), longitude=st.sampled_from(["", "1"])),
    incidents=some(incident_ref=REF, kind=st.sampled_from(["", "crime", "crme"]), occurred_from=WHEN, linked_refs=REF),
    deaths=some(death_ref=REF, category=st.sampled_from(["", "expected"]), person_ref=REF, incident_ref=REF),
    parts=some(event_ref=REF, person_ref=REF, role=st.sampled_from(["victim", "finder", "fnder"]), victim_ref=REF),
    about=some(about=st.sampled_from(["person", "event", ""]), first_ref=REF, second_ref=REF,
               verdict=st.sampled_from(["same", "linked", ""])),
    ragged=st.integers(0, 2),
    identifiable=st.sampled_from(["true", "false"]),
)  # fmt: skip
def test_every_row_read_ends_in_exactly_one_place(
    tmp_path: Path,
    people: list[dict[str, str]],
    places: list[dict[str, str]],
    incidents: list[dict[str, str]],
    deaths: list[dict[str, str]],
    parts: list[dict[str, str]],
    about: list[dict[str, str]],
    ragged: int,
    identifiable: str,
) -> None:
    rows = {"people": people, "locations": places, "incidents": incidents, "deaths": deaths, "involvements": parts}
    rows["judgements"] = about
    write_manifest(tmp_path, identifiable=identifiable)
    filled = {table: lines for table, lines in rows.items() if lines}
    for table in rows:
        (tmp_path / f"{table}.csv").unlink(missing_ok=True)
    if not filled:
        return
    for table, lines in filled.items():
        (tmp_path / f"{table}.csv").write_text(csv_text(lines) + "one cell\n" * ragged)
    found = check(tmp_path, graph_of(person=["far:1"], location=["niche:C"]))

    for table, lines in filled.items():
        counts = found.counts[table]
        assert counts.read == len(lines) + ragged
        assert counts.adds_up
        good, older = found.frames[table], found.superseded.get(table)
        assert len(good) == counts.good
        assert (0 if older is None else len(older)) == counts.superseded
        assert (found.rejects["table"] == table).sum() == counts.rejected
        taken = [set(good["_line"]), set(older["_line"]) if older is not None else set()]
        taken.append(set(found.rejects.loc[found.rejects["table"] == table, "line"]))
        assert sum(map(len, taken)) == len(set().union(*taken)) == counts.read - counts.duplicates_unchanged
        assert good.iloc[:, 0].is_unique
    _assert_references_hold(found)


def test_rows_that_hold_one_column_alone_keep_their_places(tmp_path: Path) -> None:
    write_manifest(tmp_path)
    rows = [{"location_ref": ref, "name": ""} for ref in ("", "A", "", "A")]
    (tmp_path / "locations.csv").write_text(csv_text(rows))
    counts = check(tmp_path).counts["locations"]
    assert (counts.good, counts.duplicates_unchanged, counts.rejected) == (1, 1, 2)


def _assert_references_hold(found: Validated) -> None:
    """Nothing good points to a record that is neither good here nor in the graph."""
    graph = {"person": {"far:1"}, "location": {"niche:C"}}
    ids: dict[str, set[str]] = {kind: set(held) for kind, held in graph.items()}
    for table, frame in found.frames.items():
        if TABLES[table].record is not None:
            kind = str(TABLES[table].record)
            ids.setdefault(kind, set()).update(frame.loc[~frame["withdrawn"], "id"])
            ids[kind] -= set(frame.loc[frame["withdrawn"], "id"])
    ids["event"] = ids.get("incident", set()) | ids.get("death", set())
    for table, frame in found.frames.items():
        alive = frame[~frame["withdrawn"]]
        for column in TABLES[table].columns:
            if column.refers_to not in (None, "about"):
                pointed = alive[column.name].explode() if column.is_list else alive[column.name]
                assert set(pointed.dropna()) <= ids.get(str(column.refers_to), set()), f"{table}.{column.name}"


def test_moments_of_the_frame_are_utc(tmp_path: Path) -> None:
    found = check(write_world(tmp_path / "x"))
    first = found.frames["incidents"]["occurred_from"].iloc[0]
    assert str(first) == UTC_AT
    assert first.to_pydatetime() == datetime.fromisoformat(UTC_AT)
