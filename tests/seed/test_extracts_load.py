"""Every extract of a world passes the layout without one reject."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loaders.extract import open_extract, read_tables
from loaders.validate import validate
from tests.seed.worlds import Written


def _check(folder: Path) -> None:
    extract = open_extract(folder)
    tables = read_tables(extract)
    checked = validate(extract, tables, lambda kind, ids: set())
    shown = checked.rejects[["table", "line", "column", "reason", "message"]].head(5).to_string()
    assert checked.rejects.empty, shown
    assert not checked.warnings
    assert all(counts.adds_up for counts in checked.counts.values())
    # Every version has a time of its own: nothing is a duplicate, and older ones are history.
    assert all(counts.duplicates_unchanged == 0 for counts in checked.counts.values())


@pytest.mark.parametrize("source", ["wendmark_police", "seaward_ambulance", "seaward_emergency", "seaward_coroner"])
def test_each_extract_loads_with_no_reject(planted: Written, benign: Written, source: str) -> None:
    _check(planted.folder / source)
    _check(benign.folder / source)


def test_worlds_of_other_seeds_load_with_no_reject(several: list[Written]) -> None:
    for world in several[1:3]:
        for source in world.sources:
            _check(world.folder / source)


def test_rows_come_in_versions(planted: Written) -> None:
    for table, keys in (
        ("incidents", ["incident_ref"]),
        ("deaths", ["death_ref"]),
        ("people", ["person_ref"]),
        ("involvements", ["event_ref", "person_ref", "role"]),
    ):
        rows = planted.rows(table)
        assert rows.duplicated(["source", *keys]).any(), table
        assert not rows.duplicated(["source", *keys, "recorded_at"]).any(), table


def test_toxicology_is_requested_then_returned(planted: Written) -> None:
    rows = planted.rows("deaths").sort_values("recorded_at", kind="stable")
    histories = rows.dropna(subset="toxicology").groupby(["source", "death_ref"])["toxicology"].agg(list)
    assert (histories.map(lambda steps: steps == ["requested", "returned"])).sum() >= 20
    assert not histories.map(lambda steps: "returned" in steps[:-1] and steps[-1] == "requested").any()
    early = rows[rows["toxicology"] == "requested"]
    assert early["substances"].isna().all()


def test_nothing_is_recorded_before_it_was_reported_or_after_the_extract(planted: Written) -> None:
    for table in ("incidents", "deaths"):
        rows = planted.rows(table)
        reported = pd.to_datetime(rows["reported_at"].where(rows["reported_at"].str.len() == 16))
        # In the hour that exists twice, the first pass.
        first_pass = np.ones(len(rows), dtype=bool)
        reported = reported.dt.tz_localize("Europe/London", ambiguous=first_pass)
        recorded = pd.to_datetime(rows["recorded_at"], format="ISO8601", utc=True)
        assert (recorded >= reported).all()
        assert recorded.max() < pd.Timestamp("2026-11-20T05:00Z")


def test_nothing_is_recorded_before_what_it_points_to(planted: Written) -> None:
    """So a replay by day of record never waits for a row that is to come."""
    first: dict[str, pd.Series] = {}
    for table, key in (("people", "person_ref"), ("locations", "location_ref"), ("orders", "order_ref"),
                       ("objects", "object_ref"), ("organisations", "organisation_ref")):  # fmt: skip
        first[key] = planted.rows(table).groupby(["source", key])["recorded_at"].min()
    incidents, deaths = planted.rows("incidents"), planted.rows("deaths")
    first["incident_ref"] = incidents.groupby(["source", "incident_ref"])["recorded_at"].min()
    events = pd.concat([incidents.rename(columns={"incident_ref": "ref"}), deaths.rename(columns={"death_ref": "ref"})])
    first["event_ref"] = events.groupby(["source", "ref"])["recorded_at"].min()
    people = ("other_ref", "victim_ref", "respondent_ref", "first_ref", "second_ref")
    points = dict.fromkeys(people, "person_ref") | {"linked_refs": "event_ref"}
    points |= {f"mentions_{kind}_ref": f"{kind}_ref" for kind in ("person", "event", "location")}
    checked = 0
    for path in sorted(planted.folder.glob("*/*.csv")):
        rows = planted.rows(path.stem)
        for column in rows.columns.intersection([*first, *points]):
            target = first[points.get(column, column)].rename("known")
            both = rows.merge(target, left_on=["source", column], right_index=True)
            assert (both["known"] <= both["recorded_at"]).all(), (path.stem, column)
            assert len(both) == rows[column].notna().sum(), (path.stem, column)
            checked += len(both)
    assert checked > 30_000


def test_some_rows_come_days_to_weeks_late(planted: Written) -> None:
    rows = planted.rows("incidents").drop_duplicates(["source", "incident_ref"])
    late = (pd.to_datetime(rows["recorded_at"].str[:10]) - pd.to_datetime(rows["reported_at"].str[:10])).dt.days
    assert 0.06 <= (late >= 2).mean() <= 0.2
    assert late.max() >= 14
