"""A planted row cannot be told from another by its number, its place in the file, its form or what it leaves out."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.seed.worlds import Written

# Eight tests a table at most: one in a thousand each keeps a false alarm below one in a hundred.
ALPHA = 0.001
CLERKS = {
    "incidents": ["summary", "occurred_from", "occurred_to", "location_ref", "area"],
    "deaths": ["summary", "location_ref", "last_seen_alive_at", "position", "supervisor_attended",
               "next_of_kin_informed", "manner", "checks_done", "died_from", "closed_on"],
    "people": ["given_name", "middle_names", "date_of_birth", "age", "sex", "phone", "email", "address", "postcode",
               "location_ref", "aliases"],
}  # fmt: skip
KEYS = {"incidents": "incident_ref", "deaths": "death_ref", "people": "person_ref"}


def _labelled(worlds: list[Written], table: str) -> pd.DataFrame:
    """Return the newest rows of the police's table with `planted`, `at` (place in the file, 0 to 1) and `number`."""
    parts = []
    for world in worlds:
        column = "persons" if table == "people" else "events"
        marked = {ref for refs in world.truth[column] for ref in refs}
        rows = world.newest(table, KEYS[table])
        rows = rows[rows["source"].isin(world.police)]
        order = pd.read_csv(world.folder / world.police[0] / f"{table}.csv", dtype=str)[KEYS[table]].drop_duplicates()
        place = pd.Series(np.linspace(0, 1, len(order)), index=order)
        rows["at"] = rows[KEYS[table]].map(place)
        number = rows[KEYS[table]].str.slice(1).astype(int)
        rows["number"] = number / number.max()
        rows["planted"] = rows["id"].isin(marked)
        if table == "people":
            roles = world.involvements[world.involvements["person_id"].isin(rows["id"])]
            # Nobody's role: the dead, and those whom an order or a note names.
            rows["kind"] = (
                rows["id"].map(roles.groupby("person_id")["role"].agg(lambda r: "-".join(sorted(set(r))))).fillna("")
            )
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _alike(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of kinds that hold planted ones, so that like is compared with like."""
    kinds = rows[rows["planted"]]["kind"].unique()
    return rows[rows["kind"].isin(kinds)]


@pytest.mark.parametrize("table", list(KEYS))
def test_numbers_and_places_in_the_file_say_nothing(several: list[Written], table: str) -> None:
    rows = _labelled(several, table)
    assert rows["planted"].sum() > 100
    for column in ("at", "number"):
        tested = stats.ks_2samp(rows[rows["planted"]][column], rows[~rows["planted"]][column])
        assert tested.pvalue > ALPHA, (table, column)


@pytest.mark.parametrize("table", list(KEYS))
def test_what_is_left_out_says_nothing(several: list[Written], table: str) -> None:
    rows = _labelled(several, table)
    if table == "deaths":
        rows = rows[rows["near_miss"] != "true"].assign(kind=lambda d: d["suspected_means"].fillna("unknown"))
    if table == "incidents":
        abuse = rows["flags"].fillna("").str.contains("domestic_abuse")
        rows = rows.assign(kind=rows["kind"] + rows["offence_code"].fillna("") + abuse.astype(str))
    rows = _alike(rows)
    for column in CLERKS[table]:
        # Within each kind the planted rows' filled cells are compared with what the kind's share would give.
        filled = rows[column].notna()
        share = filled.groupby(rows["kind"]).transform("mean")
        planted = rows["planted"]
        variance = (share * (1 - share))[planted].sum()
        if variance < 1:
            assert abs(filled[planted].sum() - share[planted].sum()) <= 4, (table, column)
            continue
        z = (filled[planted].sum() - share[planted].sum()) / np.sqrt(variance)
        assert abs(z) < stats.norm.isf(ALPHA / 2), (table, column, round(float(z), 2))


def test_refs_have_one_form(planted: Written) -> None:
    for table, key, letter in (
        ("incidents", "incident_ref", "I"),
        ("deaths", "death_ref", "D"),
        ("people", "person_ref", "P"),
    ):
        assert planted.rows(table)[key].str.fullmatch(rf"{letter}\d{{5}}").all()


def test_recorded_lags_say_nothing(several: list[Written]) -> None:
    rows = _labelled(several, "incidents")
    rows = rows[(rows["kind"] == "crime") & rows["outcome_code"].isna()]
    lag = (pd.to_datetime(rows["recorded_at"].str[:16]) - pd.to_datetime(rows["reported_at"])).dt.total_seconds()
    tested = stats.mannwhitneyu(lag[rows["planted"]], lag[~rows["planted"]])
    assert tested.pvalue > ALPHA


def test_the_tests_above_can_fail(several: list[Written]) -> None:
    """Numbered last, planted rows would be seen at once."""
    rows = _labelled(several[:1], "incidents")
    rows["number"] += rows["planted"] * 0.5
    tested = stats.ks_2samp(rows[rows["planted"]]["number"], rows[~rows["planted"]]["number"])
    assert tested.pvalue < ALPHA
