"""The mapping of the POLE example graph: a small invented export here, and the whole export where it lies at hand."""

import csv
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from loaders.extract import open_extract, read_tables
from loaders.reading.mapping import run_mapping
from loaders.validate import Validated, validate

SharedData = Callable[[str], Path]

NODES = {
    "Area": "areaCode",
    "Crime": "date,id,type,last_outcome,note,charge",
    "Email": "email_address",
    "Location": "latitude:double,postcode,longitude:double,address",
    "Object": "description,id,type",
    "Officer": "badge_no,rank,name,surname",
    "Person": "surname,nhs_no,name,age",
    "Phone": "phoneNo",
    "PhoneCall": "call_duration,call_time,call_date,call_type",
    "Vehicle": "model,reg,make,year",
}
EDGES = (
    *("CALLED", "CALLER", "CURRENT_ADDRESS", "FAMILY_REL", "HAS_EMAIL", "HAS_PHONE", "INVESTIGATED_BY", "INVOLVED_IN"),
    *("KNOWS", "KNOWS_LW", "KNOWS_PHONE", "KNOWS_SN", "LOCATION_IN_AREA", "OCCURRED_AT", "PARTY_TO"),
)


def export(folder: Path, **rows: list[tuple[str, ...]]) -> Path:
    """Write every file of an export; rows of a file by its label or relationship type, the rest with a header only."""
    for label, columns in NODES.items():
        header = [":ID", *columns.split(","), ":LABEL"]
        _write(folder / f"crime-investigation.nodes.{label}.csv", header, rows.get(label, []), label)
    for kind in EDGES:
        header = [":START_ID", ":END_ID", ":TYPE", *(["rel_type"] if kind == "FAMILY_REL" else [])]
        _write(folder / f"crime-investigation.relationships.{kind}.csv", header, rows.get(kind, []), kind)
    return folder


def _write(path: Path, header: list[str], rows: list[tuple[str, ...]], kind: str) -> None:
    place = header.index(":LABEL" if ":LABEL" in header else ":TYPE")
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows([*row[:place], kind, *row[place:]] for row in rows)


def crime(
    ref: str, kind: str = "Robbery", *, date: str = "03/04/2017", outcome: str = "", charge: str = ""
) -> tuple[str, ...]:
    return (ref, date, f"{ref:0>64}", kind, outcome, "", charge)


def checked(folder: Path) -> Validated:
    """Return the export mapped and checked, with nothing known beforehand."""
    extract = open_extract(folder, "pole")
    return validate(extract, read_tables(extract), lambda kind, ids: set())


def told(frame: pd.DataFrame, *columns: str) -> list[tuple[str | None, ...]]:
    """Return the cells of some columns, None where empty."""
    return [tuple(None if pd.isna(cell) else str(cell) for cell in row) for row in frame[list(columns)].to_numpy()]


def test_a_day_first_date_is_read_as_stated_and_never_as_midnight(tmp_path: Path) -> None:
    folder = export(tmp_path, Crime=[crime("1", date="03/04/2017"), crime("2", date="7/08/2017")])
    incidents = run_mapping("pole", folder)["incidents"]
    assert told(incidents, "occurred_from", "occurred_to") == [
        ("2017-04-03", "2017-04-03"),
        ("2017-08-07", "2017-08-07"),
    ]


def test_a_date_that_does_not_exist_becomes_a_reject_with_its_file_and_line(tmp_path: Path) -> None:
    found = checked(export(tmp_path, Crime=[crime("1"), crime("2", date="31/02/2017")]))
    (reject,) = found.rejects.to_dict("records")
    place = (reject["file"], reject["line"], reject["value"], reject["reason"])
    assert place == ("crime-investigation.nodes.Crime.csv", 3, "2017-02-31", "impossible_date")
    assert len(found.frames["incidents"]) == 1


def test_a_party_is_a_suspect_only_where_the_crime_carries_a_charge(tmp_path: Path) -> None:
    charge = "Possession of Cannabis"
    crimes = [
        crime("1", "Drugs", outcome="Offender given a caution", charge=charge),
        crime("2", "Drugs", outcome="Awaiting court outcome", charge=charge),
        crime("3", "Drugs", outcome="Unable to prosecute suspect", charge=charge),
        crime("4", "Drugs", outcome="Under investigation", charge=charge),
        crime("5", "Vehicle crime", outcome="Offender sent to prison"),
    ]
    folder = export(tmp_path, Crime=crimes, PARTY_TO=[("90", str(n)) for n in range(1, 6)])
    assert told(run_mapping("pole", folder)["involvements"], "event_ref", "person_ref", "role", "status") == [
        ("1", "90", "suspect", "cautioned"),
        ("2", "90", "suspect", "charged"),
        ("3", "90", "suspect", "no_further_action"),
        ("4", "90", "suspect", "named"),
        ("5", "90", "other", None),
    ]


def test_an_officer_is_a_person_of_the_police_who_attended_professionally(tmp_path: Path) -> None:
    folder = export(
        tmp_path,
        Crime=[crime("1")],
        Officer=[("2", "70-1", "Sergeant", "Maren", "Tallow")],
        INVESTIGATED_BY=[("1", "2")],
    )
    tables = run_mapping("pole", folder)
    assert told(tables["people"], "person_ref", "given_name", "family_name", "profession") == [
        ("2", "Maren", "Tallow", "police")
    ]
    assert told(tables["involvements"], "event_ref", "person_ref", "role") == [("1", "2", "attending_professional")]


def test_a_health_number_reaches_no_column(tmp_path: Path) -> None:
    folder = export(tmp_path, Person=[("1", "Brock", "111-22-3333", "Isla", "12")])
    people = run_mapping("pole", folder)["people"]
    assert not people.astype(str).apply(lambda column: column.str.contains("111-22-3333")).to_numpy().any()
    assert told(people, "given_name", "family_name", "age") == [("Isla", "Brock", "12")]


def test_a_parent_is_the_parent_of_the_other(tmp_path: Path) -> None:
    folder = export(
        tmp_path,
        KNOWS=[("1", "2")],
        KNOWS_SN=[("1", "3")],
        KNOWS_LW=[("2", "3")],
        KNOWS_PHONE=[("1", "2")],
        FAMILY_REL=[("1", "2", "PARENT"), ("2", "3", "SIBLING"), ("1", "3", "COUSIN")],
    )
    relations = run_mapping("pole", folder)["relations"]
    assert Counter(told(relations, "person_ref", "other_ref", "relation")) == {
        ("1", "2", "associate"): 2,
        ("1", "3", "friend"): 1,
        ("2", "3", "housemate"): 1,
        ("1", "2", "parent"): 1,
        ("2", "3", "sibling"): 1,
        # A word that the mapping does not know goes on as it is, to be refused by name.
        ("1", "3", "COUSIN"): 1,
    }


def test_a_call_links_two_phones_at_its_time_and_no_person(tmp_path: Path) -> None:
    folder = export(
        tmp_path,
        PhoneCall=[("5", "38", "00:32", "04/08/2017", "CALL")],
        Phone=[("7", "01632 960001"), ("8", "01632 960002")],
        Person=[("1", "Brock", "", "Isla", "")],
        HAS_PHONE=[("1", "7")],
        CALLER=[("5", "7")],
        CALLED=[("5", "8")],
    )
    found = checked(folder)
    assert found.rejects.empty
    (call,) = found.frames["incidents"].to_dict("records")
    assert (call["kind"], str(call["occurred_from"])) == ("intelligence", "2017-08-03 23:32:00+00:00")
    tables = run_mapping("pole", folder)
    assert set(told(tables["object_links"], "object_ref", "event_ref", "person_ref", "role")) == {
        ("7", "5", None, "used"),
        ("8", "5", None, "called"),
        ("7", None, "1", "owned"),
    }
    assert tables["involvements"].empty


def test_a_vehicle_in_a_crime_has_no_role_and_evidence_was_found(tmp_path: Path) -> None:
    folder = export(
        tmp_path,
        Crime=[crime("1", "Vehicle crime"), crime("2", "Drugs")],
        Vehicle=[("3", "Estate", "AB12 CDE", "Roamer", "2005")],
        Object=[("4", "Electronic scale", "E9", "Evidence")],
        INVOLVED_IN=[("3", "1"), ("4", "2")],
    )
    found = checked(folder)
    assert found.rejects.empty
    assert told(run_mapping("pole", folder)["object_links"], "object_ref", "event_ref", "role") == [
        ("3", "1", None),
        ("4", "2", "found"),
    ]
    assert told(found.frames["objects"], "kind", "identifier", "description") == [
        ("vehicle", "AB12 CDE", "Roamer Estate 2005"),
        ("other", "E9", "Evidence: Electronic scale"),
    ]


def test_every_point_is_displaced_and_a_class_of_map_point_is_no_address(tmp_path: Path) -> None:
    folder = export(
        tmp_path,
        Location=[
            ("1", "53.5", "M99 1AA", "-2.3", "4 Heron Row"),
            ("2", "53.6", "M99 1AB", "-2.4", "Parking Area"),
            ("3", "53.7", "OL11 3HA", "-2.5", "9 Quay Street"),
        ],
        Person=[("8", "Brock", "", "Isla", "")],
        CURRENT_ADDRESS=[("8", "1")],
        Area=[("20", "OL11"), ("21", "OL1")],
        LOCATION_IN_AREA=[("3", "20")],
    )
    columns = ("location_ref", "name", "address", "place_type", "precision", "area")
    tables = run_mapping("pole", folder)
    assert told(tables["locations"], *columns) == [
        ("1", None, "4 Heron Row", "home", "displaced", None),
        ("2", "Parking Area", None, "car_park", "displaced", None),
        ("3", None, "9 Quay Street", "street", "displaced", "OL11"),
    ]
    assert told(tables["people"], "address", "postcode") == [("4 Heron Row", "M99 1AA")]
    assert told(tables["person_places"], "person_ref", "location_ref", "relation") == [("8", "1", "home")]


def test_a_category_of_several_subgroups_gets_no_group(tmp_path: Path) -> None:
    charge = "Production of Cannabis with Intent to Supply"
    crimes = [
        crime("1", "Violence and sexual offences"),
        crime("2", "Shoplifting"),
        crime("3", "Drugs"),
        crime("4", "Drugs", charge=charge),
        crime("5", ""),
    ]
    incidents = run_mapping("pole", export(tmp_path, Crime=crimes))["incidents"]
    assert told(incidents, "offence", "offence_group", "flags") == [
        ("Violence and sexual offences", None, None),
        ("Shoplifting", "Shoplifting", None),
        ("Drugs", None, "drugs"),
        ("Drugs", "Trafficking of drugs", "drugs"),
        (None, None, None),
    ]


def test_a_crime_id_that_is_repeated_stays_two_crimes_with_two_refs(tmp_path: Path) -> None:
    twice = [("1", "03/04/2017", "ab12", "Robbery", "", "", ""), ("2", "03/04/2017", "ab12", "Robbery", "", "", "")]
    found = checked(export(tmp_path, Crime=twice))
    assert found.rejects.empty
    assert told(found.frames["incidents"], "summary") == [("Crime id ab12",), ("Crime id ab12",)]


@cache
def checked_once(folder: Path) -> Validated:
    return checked(folder)


@pytest.fixture
def whole(shared_data: SharedData) -> Validated:
    return checked_once(shared_data("pole"))


def test_the_whole_export_is_checked_without_a_reject(whole: Validated) -> None:
    assert whole.rejects.empty, whole.rejects.groupby(["table", "reason", "column"]).size()
    assert not whole.warnings


def test_every_row_of_every_file_reaches_the_tables(whole: Validated, shared_data: SharedData) -> None:
    """Files that become columns of another file's rows (e-mail, areas) are counted there."""
    folder = shared_data("pole")

    def rows(*names: str) -> int:
        return sum(
            len(pd.read_csv(next(folder.glob(f"*.{name}.csv")), dtype=str, keep_default_na=False)) for name in names
        )

    read = {name: counts.read for name, counts in whole.counts.items()}
    assert read == {
        "locations": rows("Location"),
        "people": rows("Person", "Officer"),
        "incidents": rows("Crime", "PhoneCall"),
        "objects": rows("Vehicle", "Phone", "Object"),
        "involvements": rows("INVESTIGATED_BY", "PARTY_TO"),
        "relations": rows("KNOWS", "KNOWS_PHONE", "KNOWS_SN", "KNOWS_LW", "FAMILY_REL"),
        "person_places": rows("CURRENT_ADDRESS"),
        "object_links": rows("INVOLVED_IN", "CALLER", "CALLED", "HAS_PHONE"),
    }
    assert read["locations"] == 14_904
    assert read["incidents"] == 28_762 + 534
    assert read["people"] == 369 + 1_000
    people, incidents = whole.frames["people"], whole.frames["incidents"]
    assert people["email"].map(len, na_action="ignore").sum() == rows("HAS_EMAIL")
    assert people["phone"].map(len, na_action="ignore").sum() == rows("HAS_PHONE")
    assert incidents["location_ref"].notna().sum() == rows("OCCURRED_AT")
    assert whole.frames["locations"]["area"].notna().sum() == rows("LOCATION_IN_AREA")


def test_the_known_counts_hold(whole: Validated) -> None:
    frames = whole.frames
    assert len(frames["locations"]) == 14_904
    assert frames["incidents"]["kind"].value_counts().to_dict() == {"crime": 28_762, "intelligence": 534}
    assert frames["people"]["profession"].isna().sum() == 369
    assert (frames["people"]["profession"] == "police").sum() == 1_000
    assert frames["objects"]["kind"].value_counts().to_dict() == {"vehicle": 1_000, "phone": 328, "other": 7}
    assert frames["involvements"]["role"].value_counts().to_dict() == {
        "attending_professional": 28_762,
        "other": 44,
        "suspect": 11,
    }
    # KNOWS and KNOWS_PHONE say the same of 116 pairs.
    assert whole.counts["relations"].duplicates_unchanged == 116
    assert len(frames["relations"]) == 1_180 - 116


def test_a_charge_has_one_party_and_is_about_cannabis(shared_data: SharedData) -> None:
    """Holds the reason why a party to a charged crime is its suspect; see involvements.sql."""
    folder = shared_data("pole")
    crimes = pd.read_csv(next(folder.glob("*.nodes.Crime.csv")), dtype=str)
    parties = pd.read_csv(next(folder.glob("*.PARTY_TO.csv")), dtype=str)[":END_ID"].value_counts()
    charged = crimes[crimes["charge"].notna()]
    assert len(charged) == 11
    assert charged["charge"].str.contains("of Cannabis").all()
    assert (charged[":ID"].map(parties) == 1).all()
    assert crimes["id"].is_unique
    assert crimes[":ID"].is_unique
