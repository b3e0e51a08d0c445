"""The mapping of data.police.uk street files: invented rows, the committed slice, whole months where at hand."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.extract import open_extract, read_tables
from loaders.reading.mapping import run_mapping
from loaders.validate import Validated, validate

SLICE = Path(__file__).resolve().parents[2] / "data" / "police_uk_slice"

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
FORCE = "Exampleshire Constabulary"


def row(
    crime_id: str = "",
    kind: str = "Anti-social behaviour",
    *,
    month: str = "2024-01",
    outcome: str = "",
    point: tuple[str, str] = ("52.1", "1.1"),
    place: str = "On or near Mill Lane",
) -> str:
    latitude, longitude = point
    return f"{crime_id},{month},{FORCE},{FORCE},{longitude},{latitude},{place},E0100,Fenland 001A,{kind},{outcome},"


def month_file(folder: Path, rows: Sequence[str], *, month: str = "2024-01") -> Path:
    """Write a month's file in a folder of its own, as the publisher's archive does, and return the extract's folder."""
    inside = folder / month
    inside.mkdir(parents=True, exist_ok=True)
    (inside / f"{month}-exampleshire-street.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return folder


def incidents(folder: Path) -> pd.DataFrame:
    return run_mapping("police_uk", folder)["incidents"]


def checked(folder: Path) -> Validated:
    """Return the street files mapped and checked, with nothing known beforehand."""
    extract = open_extract(folder, "police_uk")
    return validate(extract, read_tables(extract), lambda kind, ids: set())


def told(frame: pd.DataFrame, *columns: str) -> list[tuple[str | None, ...]]:
    """Return the cells of some columns, None where empty."""
    return [tuple(None if pd.isna(cell) else str(cell) for cell in row) for row in frame[list(columns)].to_numpy()]


def test_a_month_is_an_interval_and_no_day(tmp_path: Path) -> None:
    found = checked(month_file(tmp_path, [row("c1", "Shoplifting", month="2024-02")]))
    assert found.rejects.empty
    (crime,) = found.frames["incidents"].to_dict("records")
    assert str(crime["occurred_from"]) == "2024-02-01 00:00:00+00:00"
    assert str(crime["occurred_to_latest"]).startswith("2024-02-29 23:59:59")


def test_anti_social_behaviour_is_no_crime_and_gets_a_ref_of_its_own(tmp_path: Path) -> None:
    found = incidents(month_file(tmp_path, [row(), row(), row(point=("52.2", "1.1")), row("c1", "Robbery")]))
    assert found["kind"].tolist() == ["non_crime", "non_crime", "non_crime", "crime"]
    assert found["incident_ref"].is_unique
    assert found["incident_ref"].iloc[3] == "c1"
    first, second, elsewhere = found["incident_ref"].iloc[:3]
    assert re.fullmatch(r"2024-01-[0-9a-f]{16}-1", first)
    # The same words twice are two incidents; only the number at the end tells them apart.
    assert second == first[:-1] + "2"
    assert elsewhere[:-2] != first[:-2]


made_rows = st.lists(
    st.builds(
        row,
        outcome=st.just(""),
        point=st.sampled_from([("52.1", "1.1"), ("52.2", "1.1"), ("52.2", "1.2")]),
        place=st.sampled_from(["On or near Mill Lane", "On or near Quay Street"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, deadline=None)
@given(before=made_rows, added=made_rows, data=st.data())
def test_made_up_refs_stay_when_the_file_grows_and_is_reordered(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], added: list[str], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("street")
    old = set(incidents(month_file(folder, before))["incident_ref"])
    new = incidents(month_file(folder, data.draw(st.permutations([*before, *added]))))["incident_ref"]
    assert new.is_unique
    assert old <= set(new)


def test_an_outcome_that_comes_later_does_not_change_a_made_up_ref(tmp_path: Path) -> None:
    before = incidents(month_file(tmp_path, [row(kind="Drugs")]))
    after = incidents(month_file(tmp_path, [row(kind="Drugs", outcome="Local resolution")]))
    assert before["incident_ref"].tolist() == after["incident_ref"].tolist()


def test_a_month_file_that_lies_there_twice_counts_as_unchanged(tmp_path: Path) -> None:
    rows = [row(), row(), row("c1", "Robbery", outcome="Under investigation")]
    found = checked(month_file(month_file(tmp_path / "x", rows) / "copy", rows).parent)
    assert found.rejects.empty
    assert found.counts["incidents"].read == 6
    assert found.counts["incidents"].duplicates_unchanged == 3
    assert len(found.frames["incidents"]) == 3


def test_a_crime_id_published_twice_is_one_crime_that_says_all_it_was_published_as(tmp_path: Path) -> None:
    month_file(tmp_path, [row("c1", "Burglary"), row("c1", "Robbery", outcome="Under investigation")])
    later = [row("c1", "Robbery", month="2024-02", outcome="Local resolution"), row("c2", "Drugs", month="2024-02")]
    found = checked(month_file(tmp_path, later, month="2024-02"))
    assert found.rejects.empty
    # No row is left out: three were read for c1, one says it, two say the same.
    assert found.counts["incidents"].read == 4
    assert found.counts["incidents"].duplicates_unchanged == 2
    columns = ("incident_ref", "offence", "outcome_code", "summary")
    assert sorted(told(found.frames["incidents"], *columns)) == [
        (
            "c1",
            "Robbery",
            "Local resolution",
            "Published more than once: 2024-01, Burglary, On or near Mill Lane / 2024-01, Robbery, "
            "On or near Mill Lane, Under investigation / 2024-02, Robbery, On or near Mill Lane, Local resolution",
        ),
        ("c2", "Drugs", None, None),
    ]
    (crime,) = found.frames["incidents"].query("incident_ref == 'c1'").to_dict("records")
    assert str(crime["occurred_from"]).startswith("2024-01-01")
    assert str(crime["occurred_to_latest"]).startswith("2024-02-29")
    assert sorted(told(found.frames["offences"], "offence", "offence_group", "scheme")) == [
        ("Burglary", None, "other"),
        ("Robbery", "Robbery", "other"),
    ]


def test_a_point_is_one_displaced_location_however_it_is_written(tmp_path: Path) -> None:
    rows = [row("c1", "Drugs", point=("52.10", "1.1")), row("c2", "Drugs", point=("52.100000", "1.10"))]
    tables = run_mapping("police_uk", month_file(tmp_path, rows))
    columns = ("location_ref", "name", "address", "place_type", "precision", "area", "region")
    locations = tables["locations"].assign(address=tables["locations"].get("address"))
    assert told(locations, *columns) == [
        ("52.100000,1.100000", "On or near Mill Lane", None, "street", "displaced", "Fenland 001A", "Fenland")
    ]
    assert set(tables["incidents"]["location_ref"]) == {"52.100000,1.100000"}


def test_a_row_without_a_point_has_no_location(tmp_path: Path) -> None:
    tables = run_mapping("police_uk", month_file(tmp_path, [row("c1", "Drugs", point=("", ""), place="No Location")]))
    assert tables["locations"].empty
    assert told(tables["incidents"], "location_ref") == [(None,)]


def test_a_coordinate_that_is_no_number_is_named_where_it_stands(tmp_path: Path) -> None:
    found = checked(month_file(tmp_path, [row("c1", "Drugs"), row("c2", "Drugs", point=("north", "1.1"))]))
    place = found.rejects.query("table == 'locations'").iloc[0]
    assert (place["file"], place["line"], place["column"], place["value"], place["reason"]) == (
        "2024-01/2024-01-exampleshire-street.csv",
        3,
        "latitude",
        "north",
        "bad_number",
    )


def test_the_slice_is_checked_without_a_reject() -> None:
    found = checked(SLICE)
    assert found.rejects.empty
    assert found.warnings == []
    rows = [line for path in SLICE.glob("*.csv") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert found.counts["incidents"].read == len(rows) == len(found.frames["incidents"]) == 196
    assert (found.frames["incidents"]["kind"] == "non_crime").sum() == sum("Anti-social" in line for line in rows)
    assert found.frames["incidents"]["location_ref"].isna().sum() == sum("No Location" in line for line in rows)
    assert set(found.frames["locations"]["precision"]) == {"displaced"}


def test_each_row_of_the_slice_names_the_line_it_came_from() -> None:
    for path in SLICE.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        mine = incidents(SLICE).query("_file == @path.name")
        assert [lines[number - 1].split(",")[0] for number in mine["_line"]] == [
            ref if len(ref) == 64 else "" for ref in mine["incident_ref"]
        ]


def test_the_slice_says_whose_it_is() -> None:
    words = (SLICE / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert (
        "Contains public sector information licensed under the Open Government Licence v3.0, data.police.uk." in words
    )


def test_two_whole_months_are_checked_without_a_reject(shared_data: Callable[[str], Path]) -> None:
    found = checked(shared_data("police_uk_street"))
    assert found.rejects.empty
    assert found.counts["incidents"].read == len(found.frames["incidents"]) == 10_852
    assert found.frames["incidents"]["kind"].value_counts().to_dict() == {"crime": 9_612, "non_crime": 1_240}
    assert len(found.frames["locations"]) == 4_220
    # No Crime ID of these months was published under two categories.
    assert found.frames["offences"].empty
