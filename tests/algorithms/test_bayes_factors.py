"""Scores: what is rare counts for much, what is unknown for nothing, and order never matters."""

from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.bayes_factors import Scores, score_pairs
from algorithms.evaluation import area_under_curve
from algorithms.linkage_frames import LinkageFrames
from algorithms.linkage_model import LinkageModel, default_model, read_model
from algorithms.linkage_training import train
from algorithms.pair_features import candidates, every_pair, exposure
from algorithms.unlinked import measure_unlinked
from tests.algorithms.linkage_worlds import scattered, shuffled, ties


def scored(frames: LinkageFrames, model: LinkageModel, *, every: bool = True) -> Scores:
    pairs = every_pair(frames) if every else candidates(frames)
    return score_pairs(frames, pairs, model, measure_unlinked(frames, pairs.ties))


def total(frames: LinkageFrames, scores: Scores, a: str, b: str) -> dict[str, float]:
    at = frames.positions(pd.Series(sorted([a, b])))
    row = int(np.flatnonzero((scores.a == at[0]) & (scores.b == at[1]))[0])
    return {name: float(scores.parts[row, i]) for i, name in enumerate(scores.names)}


def with_ties(frames: LinkageFrames, extra: pd.DataFrame) -> LinkageFrames:
    return LinkageFrames(frames.events, frames.tokens, extra)


def test_the_score_is_the_sum_of_its_contributions() -> None:
    frames, _ = scattered(80, (4,))
    scores = scored(frames, default_model("crimes"))
    assert np.allclose(scores.total, scores.parts.sum(axis=1))
    assert len(scores.a) == 84 * 83 // 2


def test_events_of_one_hand_rank_above_others() -> None:
    frames, linked = scattered(150, (4, 3, 3, 5))
    scores = scored(frames, default_model("crimes"))
    truth = set(map(tuple, linked.itertuples(index=False)))
    hit = np.array([(frames.ids[a], frames.ids[b]) in truth for a, b in zip(scores.a, scores.b, strict=True)])
    assert area_under_curve(scores.total, hit) > 0.95


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    frames, _ = scattered(60, (3, 3))
    once, again = scored(frames, default_model("deaths")), scored(shuffled(frames, seed), default_model("deaths"))
    assert np.array_equal(once.a, again.a)
    assert np.allclose(once.parts, again.parts, atol=1e-12)


def test_a_rare_method_says_more_than_a_usual_one() -> None:
    frames, _ = scattered(200)
    token = frames.tokens.set_index("event")["token"]
    usual, rare = (token[token == name].index[:2] for name in ("a", "h"))
    scores = scored(frames, default_model("deaths"))
    assert total(frames, scores, *rare)["method"] > total(frames, scores, *usual)["method"] > 0


def test_what_is_not_known_contributes_nothing() -> None:
    frames, _ = scattered(60)
    first, second = frames.ids[:2]
    blind = frames.events.copy()
    blind.loc[blind["event"] == first, ["low_day", "high_day", "latitude", "longitude"]] = np.nan
    known = frames.tokens[frames.tokens["event"] != first]
    frames = LinkageFrames(blind, known)
    parts = total(frames, scored(frames, default_model("deaths")), str(first), str(second))
    assert all(abs(value) < 1e-9 for value in parts.values())


def test_a_shared_finder_counts_and_less_so_the_more_deaths_he_finds() -> None:
    frames, _ = scattered(300)
    a, b, c, d = map(str, frames.ids[:4])
    pair = with_ties(frames, ties((a, "p", "person", "finder"), (b, "p", "person", "finder")))
    many = with_ties(frames, ties(*[(event, "p", "person", "finder") for event in (a, b, c, d)]))
    one = total(pair, scored(pair, default_model("deaths")), a, b)["person"]
    four = total(many, scored(many, default_model("deaths")), a, b)["person"]
    assert one > four > 0


def test_kin_who_share_a_caller_weigh_less_than_strangers_who_do() -> None:
    frames, _ = scattered(300)
    ids = list(map(str, frames.ids))
    shared = ties(*[(event, f"p{number // 2}", "person", "reporter") for number, event in enumerate(ids[:20])])
    kin = pd.DataFrame({"a": ids[0:18:2], "b": ids[1:18:2]})
    frames = LinkageFrames(frames.events, frames.tokens, shared, kin)
    scores = scored(frames, default_model("deaths"))
    assert total(frames, scores, ids[0], ids[1])["person"] < 1.0
    assert total(frames, scores, ids[18], ids[19])["person"] > 5.0


def test_a_crowded_spot_says_less_of_deaths_than_a_quiet_one() -> None:
    frames, _ = scattered(300)
    events = frames.events.sort_values("event", ignore_index=True)
    events.loc[:19, ["latitude", "longitude"]] = 52.05, -1.02
    events.loc[20:21, ["latitude", "longitude"]] = 51.93, -0.9
    frames = LinkageFrames(events, frames.tokens)
    scores = scored(frames, default_model("deaths"))
    ids = list(map(str, frames.ids))
    quiet, crowded = (total(frames, scores, *pair)["distance_km"] for pair in ((ids[20], ids[21]), (ids[0], ids[1])))
    assert quiet > crowded + 1


def test_pairs_judged_not_linked_are_not_scored() -> None:
    frames, _ = scattered(20)
    apart = pd.DataFrame({"a": [frames.ids[0]], "b": [frames.ids[1]]})
    frames = LinkageFrames(frames.events, frames.tokens, set_apart=apart)
    assert len(every_pair(frames)) == 20 * 19 // 2 - 1


def test_a_bare_date_says_nothing_of_the_hour_and_a_night_spreads_over_its_hours() -> None:
    events = pd.DataFrame(
        {"event": ["a", "b", "c"], "low_day": [10.0, 10.9375, 10.5], "high_day": [11.0, 11.0625, 10.5]}
    )
    hours = exposure(LinkageFrames(events), "hour")
    assert np.allclose(hours[0], 1 / 24)
    # From 22:30 to 01:30: half an hour of the first and the last, two whole ones between.
    assert np.allclose(hours[1][[22, 23, 0, 1]], [1 / 6, 1 / 3, 1 / 3, 1 / 6])
    assert hours[2][12] == 1.0


def test_a_learnt_model_keeps_through_a_file_and_knows_what_it_was_taught(tmp_path: Path) -> None:
    frames, linked = scattered(100, (4, 4, 4, 3, 3, 3))
    model = train(frames, linked, default_model("crimes"), name="learnt")
    assert model.pairs == 3 * 6 + 3 * 3
    near, far = model.scales["distance_km"].linked[:6], model.scales["distance_km"].linked[-3:]
    assert sum(near) > 5 * sum(far)
    file = tmp_path / "model.json"
    file.write_text(model.to_json())
    assert read_model(file) == model
