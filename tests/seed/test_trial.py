"""Cases planted for the rules on trial hold in the files."""

from collections import Counter

import pandas as pd
import pytest

from seed.plant_trial import TRIAL_LEVELS, TRIAL_RULES
from tests.seed.worlds import Written, metres

AS_OF = pd.Timestamp("2026-11-20")


def _cases(worlds: list[Written], rule: str) -> list[tuple[Written, pd.Series]]:
    found = [(world, row) for world in worlds for _, row in world.truth[world.truth["rule"] == rule].iterrows()]
    assert len(found) == 5 * len(worlds)
    return found


def _order(world: Written, row: pd.Series) -> pd.Series:
    orders = world.newest("orders", "order_ref").set_index("id")
    return orders.loc[row["orders"]].iloc[0]


def _met(world: Written, row: pd.Series) -> pd.DataFrame:
    """Return the parts of a case's people in its events."""
    who = {world.true_person[ref] for ref in row["persons"]}
    rows = world.involvements[world.involvements["event_id"].isin(row["events"])]
    return rows[rows["person"].isin(who)]


@pytest.mark.parametrize("rule", TRIAL_RULES.values())
def test_every_rule_on_trial_has_cases_of_every_difficulty(several: list[Written], rule: str) -> None:
    for world in several:
        assert Counter(world.truth[world.truth["rule"] == rule]["difficulty"]) == Counter(TRIAL_LEVELS)


def test_a_rare_substance_is_in_two_deaths_within_ninety_days_and_five_kilometres(several: list[Written]) -> None:
    for world, row in _cases(several, "shared_rare_substance"):
        deaths = world.deaths.set_index("id").loc[row["events"]]
        assert deaths["day"].diff().dt.days.abs().max() <= 92
        at = world.locations.loc[deaths["source"] + ":" + deaths["location_ref"]]
        a, b = at.iloc[[0]], at.iloc[[1]]
        assert metres(a["latitude"], a["longitude"], b["latitude"], b["longitude"])[0] <= 5_000
        named = deaths["substances"].fillna("") + ";" + deaths["substances_suspected"].fillna("")
        shared = set.intersection(*(set(cell.split(";")) for cell in named)) - {""}
        known = world.deaths["substances"].fillna("") + ";" + world.deaths["substances_suspected"].fillna("")
        rare = [name for name in shared if known.str.contains(name).sum() <= 20]
        assert rare, row["series_id"]


def test_contacts_come_closer_together(several: list[Written]) -> None:
    for world, row in _cases(several, "closer_contacts"):
        # An event written twice is one row of the pairs, under either of its numbers.
        rows, events = world.pairs, [world.true_event.get(ref, ref) for ref in row["events"]]
        days = rows[rows["event"].isin(events)].sort_values("day")["day"].drop_duplicates()
        gaps = days.diff().dt.days.dropna()
        assert len(gaps) >= 3
        assert gaps.iloc[-2:].mean() <= 0.5 * gaps.iloc[:-2].median(), row["series_id"]


def test_an_order_ends_within_a_fortnight_after_an_event(several: list[Written]) -> None:
    for world, row in _cases(several, "order_ending_soon"):
        order, rows = _order(world, row), _met(world, row)
        assert order["service"] == "served"
        assert 0 <= (pd.Timestamp(order["ends_on"]) - AS_OF).days <= 14
        assert pd.isna(order["discharged_on"])
        last = rows[rows["event_id"] == row["events"][-1]]
        assert last["person"].nunique() == 2
        assert (AS_OF - last["day"].min()).days <= 60, row["series_id"]


def test_an_order_was_made_weeks_ago_and_not_served(several: list[Written]) -> None:
    for world, row in _cases(several, "order_not_served"):
        order = _order(world, row)
        assert order["service"] in ("not_served", "unknown")
        assert pd.isna(order["served_on"])
        assert (AS_OF - pd.Timestamp(order["made_on"])).days > 2
        assert pd.isna(order["ends_on"]) or pd.Timestamp(order["ends_on"]) > AS_OF
        assert pd.isna(order["state"])


def test_an_order_binds_and_nobody_checked_it_for_a_month(several: list[Written]) -> None:
    for world, row in _cases(several, "order_unchecked"):
        order, rows = _order(world, row), _met(world, row)
        assert order["service"] == "served"
        assert pd.isna(order["ends_on"]) or pd.Timestamp(order["ends_on"]) > AS_OF
        since = max(x for x in (order["served_on"], order["last_verified_on"]) if not pd.isna(x))
        assert (AS_OF - pd.Timestamp(since)).days > 30
        last = rows[(rows["event_id"] == row["events"][-1]) & (rows["role"] == "suspect")]
        assert (AS_OF - last["day"].min()).days <= 90, row["series_id"]
