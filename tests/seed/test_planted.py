"""Each planted truth holds in the files, and a benign world has none."""

from collections import Counter

import pandas as pd
import pytest

from seed.cases import SERIES_KINDS
from tests.seed.worlds import Written, metres


def _cases(worlds: list[Written], rule: str) -> list[tuple[Written, pd.Series]]:
    found = [(world, row) for world in worlds for _, row in world.truth[world.truth["rule"] == rule].iterrows()]
    assert len(found) >= 5 * len(worlds)
    return found


def _people(world: Written, row: pd.Series) -> set[str]:
    return {world.true_person[ref] for ref in row["persons"]}


def test_every_rule_has_cases_of_every_difficulty(several: list[Written]) -> None:
    for world in several:
        counts = Counter(zip(world.truth["rule"], world.truth["difficulty"], strict=True))
        for rule in (
            "shared_finder",
            "reporter_as_subject",
            "behaviour_marker",
            "serial_suspect",
            "unrecorded_breach",
            "near_miss_then_death",
        ):
            assert counts[rule, "easy"] >= 1
            assert counts[rule, "medium"] >= 2
            assert counts[rule, "hard"] >= 2


def test_truth_names_rows_that_are_there(several: list[Written]) -> None:
    for world in several:
        events = set(world.incidents["id"]) | set(world.deaths["id"])
        orders = set(world.rows("orders").pipe(lambda rows: rows["source"] + ":" + rows["order_ref"]))
        for _, row in world.truth.iterrows():
            assert set(row["events"]) <= events
            assert set(row["orders"]) <= orders
            assert set(row["persons"]) <= set(world.true_person)


def test_a_shared_finder_was_at_both_deaths(several: list[Written]) -> None:
    for world, row in _cases(several, "shared_finder"):
        found = world.shared_finders
        both = found[found["event_id_a"].isin(row["events"]) & found["event_id_b"].isin(row["events"])]
        assert _people(world, row) & set(both["person"]), row["series_id"]


def test_a_planted_reporter_was_a_suspect_before(several: list[Written]) -> None:
    for world, row in _cases(several, "reporter_as_subject"):
        found = world.known_reporters
        both = found[found["event_id"].isin(row["events"]) & found["event_id_before"].isin(row["events"])]
        assert set(both["person"]) == _people(world, row), row["series_id"]


def test_the_marker_is_the_first_of_its_pair(several: list[Written]) -> None:
    for world, row in _cases(several, "behaviour_marker"):
        found = world.first_markers
        last = found[found["event_id"] == row["events"][-1]]
        assert len(last) == 1, row["series_id"]
        assert {last["person_suspect"].item(), last["person_victim"].item()} == _people(world, row)


def test_a_serial_suspect_has_two_victims(several: list[Written]) -> None:
    for world, row in _cases(several, "serial_suspect"):
        assert _people(world, row) & set(world.serial_suspects.index), row["series_id"]


def test_an_order_in_force_was_broken_and_nobody_wrote_it_down(several: list[Written]) -> None:
    for world, row in _cases(several, "unrecorded_breach"):
        found = world.unrecorded_breaches
        here = found[found["id"].isin(row["orders"]) & (found["event_id"] == row["events"][-1])]
        assert len(here) == 1, row["series_id"]


def test_a_near_miss_came_before_the_death(several: list[Written]) -> None:
    for world, row in _cases(several, "near_miss_then_death"):
        found = world.near_misses_then_deaths
        assert ((found["id"] == row["events"][0]) & (found["id_death"] == row["events"][1])).any(), row["series_id"]


def test_two_records_means_two_records_and_same_record_one(several: list[Written]) -> None:
    for world in several:
        for _, row in world.truth[world.truth["note"].str.contains("two records")].iterrows():
            counts = Counter(world.true_person[ref] for ref in row["persons"])
            assert max(counts.values()) >= 2, row["series_id"]
        for _, row in world.truth[world.truth["note"] == "same record both times"].iterrows():
            assert len(row["persons"]) == 1


def test_two_records_of_a_person_still_have_something_in_common(several: list[Written]) -> None:
    shared = 0
    for world in several:
        people = world.newest("people", "person_ref").set_index("id")
        for _, row in world.truth[world.truth["note"].str.contains("two records")].iterrows():
            by_person: dict[str, list[str]] = {}
            for ref in row["persons"]:
                by_person.setdefault(world.true_person[ref], []).append(ref)
            first, second, *_ = next(
                people.loc[refs].to_dict("records") for refs in by_person.values() if len(refs) > 1
            )
            same = [
                c for c in ("date_of_birth", "phone", "address", "given_name", "family_name") if first[c] == second[c]
            ]
            shared += bool(same)
            assert not pd.isna(first["date_of_birth"]) or not pd.isna(second["date_of_birth"]) or same
    total = sum(world.truth["note"].str.contains("two records").sum() for world in several)
    assert shared >= 0.9 * total


@pytest.fixture
def archetype(planted: Written) -> tuple[Written, pd.DataFrame]:
    """The world and the four deaths of its archetype series, in order."""
    row = planted.truth[(planted.truth["kind"] == "archetype") & (planted.truth["rule"] == "")].iloc[0]
    return planted, planted.deaths.set_index("id").loc[row["events"]]


def test_the_archetype_has_its_gaps_its_radius_and_its_drug(archetype: tuple[Written, pd.DataFrame]) -> None:
    world, deaths = archetype
    # A person is found hours after they die, so a gap may be a day off.
    assert [round(gap) for gap in deaths["day"].diff().dt.days.dropna()] == pytest.approx([70, 23, 359], abs=3)
    at = world.locations.loc[deaths["source"] + ":" + deaths["location_ref"]]
    for _, place in at.iterrows():
        away = metres(at["latitude"], at["longitude"], *(pd.Series([place[c]] * 4) for c in ("latitude", "longitude")))
        assert away.max() <= 500
    assert deaths["substances"].str.contains("ghb").all()
    everywhere = world.deaths["substances"].fillna("").str.contains("ghb").sum()
    assert everywhere <= 12
    assert (deaths["category"] == "unexpected_not_suspicious").all()


def test_the_archetype_is_tied_by_finder_bail_note_and_address(archetype: tuple[Written, pd.DataFrame]) -> None:
    world, deaths = archetype
    mentions = world.rows("mentions")
    mentions["event"] = mentions["source"] + ":" + mentions["event_ref"]
    third = mentions[mentions["event"] == deaths.index[2]]
    assert (third["source"] + ":" + third["mentions_event_ref"]).isin([deaths.index[1]]).any()
    places = mentions[mentions["event"].isin([deaths.index[1], deaths.index[3]])]["mentions_location_ref"].dropna()
    assert places.nunique() == 1
    caller = world.truth[(world.truth["kind"] == "archetype") & (world.truth["rule"] == "reporter_as_subject")].iloc[0]
    bail = world.orders.set_index("id").loc[caller["orders"][0]]
    assert bail["order_type"] == "pre_charge_bail"
    assert bail["first"] < deaths["day"].iloc[1] < deaths["day"].iloc[2] < bail["last"]


def test_the_contested_pairs_share_nobody(several: list[Written]) -> None:
    for world in several:
        row = world.truth[world.truth["kind"] == "contested"].iloc[0]
        assert row["rule"] == ""
        deaths = world.deaths.set_index("id").loc[row["events"]]
        assert deaths["incident_ref"].nunique() == 2
        rows = world.involvements
        rows = rows[rows["event_id"].isin(row["events"]) & (rows["role"] != "attending_professional")]
        first, second = (
            set(rows[rows["event_id"].isin(half)]["person"]) for half in (row["events"][:2], row["events"][2:])
        )
        assert not first & second


def test_a_benign_world_has_no_truth_to_find(benign: Written) -> None:
    assert benign.truth.empty
    assert len(benign.true_person) > 5_000


def test_a_benign_world_is_the_planted_one_without_its_cases(benign: Written, planted: Written) -> None:
    """Chance is left alone: what fires in both worlds by nature differs by little more than the cases."""
    extra = len(planted.serial_suspects) - len(benign.serial_suspects)
    assert 5 <= extra <= 7
    assert 5 <= len(planted.first_markers) - len(benign.first_markers) <= 8
    of_series = {
        event for events in planted.truth[planted.truth["kind"].isin(SERIES_KINDS)]["events"] for event in events
    }
    found = planted.shared_finders
    pairs = found[~(found["event_id_a"].isin(of_series) | found["event_id_b"].isin(of_series))]
    # Five pairs of the rule and the family pair; a series makes several of its own, and a home's staff meet its deaths.
    assert 6 <= len(pairs) - len(benign.shared_finders) <= 9
    assert len(benign.first_markers) >= 5
    assert len(benign.serial_suspects) >= 5
    assert len(benign.shared_finders) <= 12
