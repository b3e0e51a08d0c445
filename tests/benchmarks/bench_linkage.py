"""Linkage: solved crimes told from others, the speed of scoring, and how it grows with the number of deaths a year."""

from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from algorithms.bayes_factors import score_pairs
from algorithms.linkage_frames import LinkageFrames
from algorithms.linkage_model import default_model
from algorithms.pair_features import every_pair
from algorithms.unlinked import measure_unlinked
from queries.series import link_deaths

# Deaths over two years at 1x, 4x, 16x: 2,500, 10,000 and 40,000 reports.
GROWTH = (2_500, 10_000, 40_000)
A_TOWN = 5_000


def run() -> list[dict[str, Any]]:
    """Return rows with benchmark, what, ours, other, ratio, unit, note."""
    return [*_speed(), *_growth()]


def _speed() -> list[dict[str, Any]]:
    frames = made_up(2_000)
    pairs = every_pair(frames)
    unlinked = measure_unlinked(frames, pairs.ties)
    score_pairs(frames, pairs, default_model("deaths"), unlinked)
    began = perf_counter()
    score_pairs(frames, pairs, default_model("deaths"), unlinked)
    rate = len(pairs) / (perf_counter() - began) / 1e6
    return [_row("pairs scored", rate, 1.0, "million pairs/s", f"{len(pairs):,} pairs, every contribution kept")]


def _growth() -> list[dict[str, Any]]:
    rows, before = [], None
    for count in GROWTH:
        frames = made_up(count)
        began = perf_counter()
        linked = link_deaths(frames, chance=False)
        seconds = perf_counter() - began
        note = f"{len(linked.scores.a):,} candidate pairs; other: a quarter of the deaths"
        rows.append(_row(f"{count:,} deaths in 24 months, all steps", seconds, before, "s", note))
        before = seconds
    return rows


def made_up(count: int, seed: int = 4) -> LinkageFrames:
    """Return deaths over two years in towns of 5,000 deaths each, people and drugs as often as in the seed worlds."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"d{number:06d}" for number in range(count)], dtype=object)
    town = rng.integers(0, max(count // A_TOWN, 1), count)
    day = rng.uniform(19_000, 19_730, count).round()
    events = pd.DataFrame(
        {
            "event": ids,
            "low_day": day,
            "high_day": day + 1,
            "latitude": 51 + town * 0.2 + rng.normal(0, 0.06, count),
            "longitude": -1 + rng.normal(0, 0.1, count),
            "place_type": rng.choice(["home", "street", "park", "hospital"], count, p=[0.7, 0.1, 0.1, 0.1]),
            "sex": rng.choice(["F", "M"], count),
            "age": rng.uniform(18, 95, count),
        }
    )
    means = rng.choice(["natural", "overdose", "hanging", "fall"], count, p=[0.7, 0.1, 0.1, 0.1])
    drugged = rng.random(count) < 0.15
    drug = rng.choice(["alcohol", "heroin", "cocaine", "ghb"], count, p=[0.5, 0.3, 0.18, 0.02])
    tokens = pd.concat(
        [
            pd.DataFrame({"event": ids, "group": "means", "token": means}),
            pd.DataFrame({"event": ids[drugged], "group": "substance", "token": drug[drugged]}),
        ]
    )
    person = rng.integers(0, count * 20, count * 3)
    roles = rng.choice(["finder", "reporter", "next_of_kin"], count * 3)
    ties = pd.DataFrame(
        {"event": np.tile(ids, 3), "entity": person.astype(str), "kind": "person", "how": roles, "via": ""}
    )
    return LinkageFrames(events, tokens, ties)


def _row(what: str, ours: float, other: float | None, unit: str, note: str) -> dict[str, Any]:
    return {
        "benchmark": "linkage",
        "what": what,
        "ours": round(ours, 3),
        "other": None if other is None else round(other, 3),
        "ratio": None if not other else round(ours / other, 2),
        "unit": unit,
        "note": note,
    }
