"""Series among scored deaths, what chance gives, and how groups are followed from run to run."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.bayes_factors import Scores, score_pairs
from algorithms.chance import series_by_chance
from algorithms.lineage import follow
from algorithms.linkage_frames import LinkageFrames
from algorithms.linkage_model import default_model
from algorithms.linkage_records import LinkageRecords, assemble
from algorithms.pair_features import candidates
from algorithms.series import Series, connected, default_line, find_series
from algorithms.unlinked import measure_unlinked
from tests.algorithms.linkage_worlds import scattered, shuffled, ties


def series_of(frames: LinkageFrames) -> tuple[list[Series], Scores]:
    pairs = candidates(frames)
    scores = score_pairs(frames, pairs, default_model("deaths"), measure_unlinked(frames, pairs.ties))
    return find_series(scores, len(frames)), scores


def with_finder(frames: LinkageFrames, events: list[str]) -> LinkageFrames:
    return LinkageFrames(frames.events, frames.tokens, ties(*[(e, "p", "person", "finder") for e in events]))


def near(frames: LinkageFrames, events: list[str]) -> LinkageFrames:
    """Return the same with these events within a few metres of one spot."""
    moved = frames.events.set_index("event")
    moved.loc[events, ["latitude", "longitude"]] = 52.07, -0.93
    return LinkageFrames(moved.reset_index(), frames.tokens, frames.ties, frames.kin)


def test_a_world_without_links_has_no_series() -> None:
    assert series_of(scattered(600, seed=5)[0])[0] == []


def test_a_finder_at_three_deaths_of_one_spot_makes_one_series_of_three() -> None:
    frames, _ = scattered(300)
    own = [str(id_) for id_ in frames.ids[:3]]
    found, _ = series_of(near(with_finder(frames, own), own))
    assert [tuple(frames.ids[list(series.members)]) for series in found] == [tuple(own)]


def test_a_series_that_grows_is_stronger_than_its_strongest_pair() -> None:
    frames, _ = scattered(300)
    own = [str(id_) for id_ in frames.ids[:3]]
    frames = near(with_finder(frames, own), own)
    (series,), scores = series_of(frames)
    assert series.score > scores.total[list(series.pairs)].max()


def test_a_professional_s_many_deaths_make_no_series() -> None:
    frames, _ = scattered(300)
    many = [str(id_) for id_ in frames.ids[:30]]
    assert series_of(with_finder(frames, many))[0] == []


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_series_and_chance_do_not_depend_on_the_order_of_rows(seed: int) -> None:
    frames, _ = scattered(120)
    frames = near(with_finder(frames, list(frames.ids[:3])), list(frames.ids[:3]))
    results = []
    for each in (frames, shuffled(frames, seed)):
        found, _ = series_of(each)
        unlinked = measure_unlinked(each, candidates(each).ties)
        chance = series_by_chance(each, default_model("deaths"), unlinked, default_line(120), trials=3)
        results.append((found, chance.scores.tolist()))
    assert results[0] == results[1]


def test_an_event_recorded_twice_is_no_series() -> None:
    record = pd.Series([f"r{n}" for n in range(60)] + ["late"])
    day = np.append(np.linspace(19_000, 19_700, 60), 19_000 + 3 * 700 / 59)
    records = pd.DataFrame({"record": record, "event": record.replace("r3", "late"), "low_day": day, "high_day": day})
    frames = assemble(LinkageRecords(records=records))
    assert len(frames) == 60
    assert "r3" not in set(frames.ids)


def test_what_is_dealt_out_by_chance_is_rarely_as_strong_as_a_real_series() -> None:
    frames, _ = scattered(300)
    own = [str(id_) for id_ in frames.ids[:3]]
    frames = near(with_finder(frames, own), own)
    (series,), _ = series_of(frames)
    unlinked = measure_unlinked(frames, candidates(frames).ties)
    chance = series_by_chance(frames, default_model("deaths"), unlinked, default_line(300), trials=10)
    expected, low, high = chance.expected(series.score)
    assert low <= expected <= high
    assert expected < 0.5
    assert chance.expected(0.0)[0] >= expected


def test_a_long_chain_is_split_where_it_is_thinnest() -> None:
    inside = [(a, b, 9.0) for start in (0, 6) for a in range(start, start + 6) for b in range(a + 1, start + 6)]
    links = pd.DataFrame([*inside, (5, 6, 1.0)], columns=["a", "b", "weight"])
    groups = connected(links)
    assert {groups[n] for n in range(6)} == {0}
    assert {groups[n] for n in range(6, 12)} == {6}


def group(*members: str) -> frozenset[str]:
    return frozenset(members)


def test_a_series_keeps_its_id_while_it_grows() -> None:
    (step,) = follow({"s1": group("a", "b")}, [group("a", "b", "c")])
    assert (step.id, step.what, step.joined) == ("s1", "grew", group("c"))


def test_two_that_merge_go_on_under_the_id_of_the_larger_part() -> None:
    steps = {step.id: step for step in follow({"s1": group("a", "b", "c"), "s2": group("x", "y")}, [group(*"abcxy")])}
    assert steps["s1"].what == "merged"
    assert steps["s1"].others == ("s2",)
    assert (steps["s2"].what, steps["s2"].others) == ("merged", ("s1",))


def test_of_one_that_splits_the_larger_part_keeps_the_id_and_none_has_the_same() -> None:
    steps = follow({"series:a": group(*"abcde")}, [group("a", "b"), group("c", "d", "e")], "series:{}")
    by_id = {step.id: step for step in steps}
    assert by_id["series:a"].members == group("c", "d", "e")
    assert by_id["series:b"].what == "split"


def test_one_that_is_gone_is_said_to_have_ended() -> None:
    assert [(step.id, step.what) for step in follow({"s1": group("a", "b")}, [])] == [("s1", "ended")]


@given(st.permutations([group("a", "b"), group("c", "d"), group("e", "f", "g")]))
def test_following_does_not_depend_on_the_order_of_groups(now: list[frozenset[str]]) -> None:
    before = {"s2": group("c", "e"), "s1": group("a", "f", "g")}
    assert follow(before, now) == follow(dict(reversed(before.items())), now[::-1])
