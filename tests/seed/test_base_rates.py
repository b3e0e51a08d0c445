"""The base rates of domain.md hold in the files, within bands."""

import pandas as pd
import pytest

from tests.seed.worlds import Written


def _shares(column: pd.Series) -> dict[str, float]:
    return column.value_counts(normalize=True).to_dict()


def _police_deaths(worlds: list[Written]) -> pd.DataFrame:
    """Return deaths of the background: a small world has nearly a quarter as many planted ones, few of them natural."""
    found = []
    for world in worlds:
        # Those that a busy professional was sent to are the background's own.
        cases = world.truth[world.truth["kind"] != "busy_professional"]
        planted = {ref for refs in cases["events"] for ref in refs}
        found.append(world.deaths[world.deaths["source"].isin(world.police) & ~world.deaths["id"].isin(planted)])
    rows = pd.concat(found)
    return rows[rows["near_miss"] != "true"]


def test_three_in_four_abuse_pairs_never_come_back(several: list[Written]) -> None:
    counts = pd.concat([w.pairs.groupby(["person_suspect", "person_victim"])["event"].nunique() for w in several])
    assert 0.75 <= (counts == 1).mean() <= 0.79
    assert (counts >= 8).mean() < 0.03
    assert counts.max() >= 12


def test_a_few_pairs_carry_most_of_the_harm(several: list[Written]) -> None:
    # Medians of the Cambridge Crime Harm Index by group (domain.md 3); no score for what is not a crime: 1.
    days = {
        "19C": 2555,
        "8N": 365,
        "5D": 365,
        "00877": 365,
        "8Q": 10,
        "8L": 10,
        "8R": 10,
        "8U": 10,
        "105A": 10,
        "3B": 10,
    }
    harm: list[pd.Series] = []
    for world in several:
        scored = world.pairs.merge(world.incidents[["id", "offence_code"]], left_on="event_id", right_on="id")
        scored["harm"] = scored["offence_code"].map(days).fillna(1)
        harm.append(scored.groupby(["person_suspect", "person_victim"])["harm"].sum())
    ranked = pd.concat(harm).sort_values(ascending=False)
    top = ranked.head(int(len(ranked) * 0.1)).sum() / ranked.sum()
    assert top >= 0.75


def test_outcomes_follow_whether_a_suspect_is_known(several: list[Written]) -> None:
    for world in several[:2]:
        crimes = world.incidents[world.incidents["kind"] == "crime"]
        rows = world.involvements
        named = crimes["id"].isin(rows[rows["role"] == "suspect"]["event_id"])
        abuse = crimes["flags"].fillna("").str.contains("domestic_abuse")
        unknown = _shares(crimes[~named]["outcome_code"].fillna("open"))
        assert unknown["18"] > 0.7
        assert "1" not in unknown
        known = _shares(crimes[named & abuse]["outcome_code"].fillna("open"))
        assert 0.4 <= known["16"] <= 0.6
        assert 0.05 <= known["1"] <= 0.15
        assert 0.12 <= known["15"] <= 0.3
        assert _shares(crimes[named & ~abuse]["outcome_code"].fillna("open"))["1"] > 0.15


def test_most_deaths_are_expected_or_not_suspicious(several: list[Written]) -> None:
    shares = _shares(_police_deaths(several)["category"])
    assert 0.25 <= shares["expected"] <= 0.42
    assert 0.5 <= shares["unexpected_not_suspicious"] <= 0.7
    assert 0.005 <= shares["unexpected_under_investigation"] <= 0.08
    assert shares["homicide"] <= 0.015


def test_deaths_are_natural_and_at_home_for_most(several: list[Written]) -> None:
    rows = _police_deaths(several)
    assert 0.65 <= _shares(rows["suspected_means"].fillna("unknown"))["natural"] <= 0.82
    shares = _shares(rows["place_type"].dropna())
    assert 0.6 <= shares["home"] <= 0.82
    assert 0.06 <= shares["care_home"] <= 0.16
    assert rows["place_type"].notna().mean() > 0.9


def test_care_homes_have_a_winter_excess(several: list[Written]) -> None:
    rows = _police_deaths(several)
    winter = rows["day"].dt.month.isin([12, 1, 2])
    in_care = rows["place_type"] == "care_home"
    assert 0.25 < winter[~in_care].mean() < winter[in_care].mean()
    assert winter[in_care].mean() > 0.32


def test_finders_are_kin_and_neighbours_while_police_and_paramedics_attend(several: list[Written]) -> None:
    for world in several[:2]:
        people = world.newest("people", "person_ref").set_index("id")["profession"]
        rows = world.involvements[world.involvements["kind"] == "death"]
        work = rows["person_id"].map(people)
        attending = rows["role"] == "attending_professional"
        assert work[attending].isin(["police", "paramedic", "doctor"]).all()
        linking = rows["role"].isin(["finder", "reporter", "last_seen_with"])
        assert work[linking].isin(["police", "paramedic"]).mean() < 0.03
        busiest = rows[attending].groupby("person")["event"].nunique().max()
        assert busiest >= 20
        # Nobody else comes near: in no other role is one person at more than a handful of deaths.
        assert rows[linking].groupby("person")["event"].nunique().max() <= 4


def test_shops_hostels_and_custody_are_hubs(planted: Written) -> None:
    incidents = planted.incidents
    at = (incidents["source"] + ":" + incidents["location_ref"].fillna("")).value_counts()
    kinds = planted.locations["place_type"].reindex(at.index)
    assert at[kinds == "custody"].max() > 50
    assert at[kinds == "shop"].max() > 25
    assert at[kinds == "home"].max() < 35


@pytest.mark.parametrize(("code", "low", "high"), [("46", 0.15, 0.45), ("28E", 0.6, 0.9)])
def test_hours_follow_the_offence(several: list[Written], code: str, low: float, high: float) -> None:
    rows = pd.concat([world.incidents for world in several])
    rows = rows[(rows["offence_code"] == code) & (rows["occurred_from"].str.len() == 16)]
    hour = rows["occurred_from"].str.slice(11, 13).astype(int)
    assert low <= ((hour >= 17) | (hour < 6)).mean() <= high


def test_violence_peaks_at_the_weekend(several: list[Written]) -> None:
    rows = pd.concat([world.incidents for world in several])
    rows = rows[rows["offence_code"].isin(["8N", "105A"]) & (rows["kind"] == "crime")]
    assert (rows["day"].dt.day_of_week >= 5).mean() > 2 / 7 + 0.02


def test_names_are_common_and_rare(planted: Written) -> None:
    names = planted.newest("people", "person_ref")["family_name"].str.title()
    counts = names.value_counts(normalize=True)
    assert 0.008 <= counts.iloc[0] <= 0.06
    assert (names.value_counts() == 1).sum() > 200


def test_orders_are_served_or_not_and_some_are_broken(several: list[Written]) -> None:
    orders = pd.concat([world.rows("orders") for world in several])
    shares = _shares(orders["service"])
    assert shares["served"] > 0.8
    assert {"not_served", "unknown"} <= set(shares)
    assert orders["order_type"].nunique() >= 6
    assert (orders["ends_on"].isna() == (orders["until_further_order"] == "true")).all()
    assert sum(len(world.rows("order_breaches")) for world in several) >= 30
