"""Monitoring of places: what share of a rise is found and how often a quiet place alarms; and the scan's time."""

import time
from typing import Any

import numpy as np

from algorithms.count_cusum import count_cusum, rise_looked_for
from algorithms.place_expectation import expectation
from algorithms.space_time_scan import ScanSettings, space_time_clusters
from tests.algorithms.made_places import WINTER
from tests.algorithms.test_space_time_scan import planted, scattered

PLACES, WORLDS, SPREAD, RISING = 200, 20, 0.4, 0.1
# Successful detection and false alarms in seven years as published for k = 2, h = 5 (Guthrie et al. 2008, appendix).
PUBLISHED_FOUND, PUBLISHED_FALSE = 0.824, 0.023


def run() -> list[dict[str, Any]]:
    """Return one row a size of place and time watched, and one a size of scan."""
    rows = []
    for past, watched in ((24, 12), (24, 36), (36, 84)):
        for a_year in (3, 12, 30):
            found, false = rates(past, watched, a_year)
            what = f"{a_year} deaths a year, {past} months of past, {watched} watched"
            rows.append(row(f"2-sigma rise found: {what}", found, PUBLISHED_FOUND))
            rows.append(row(f"false alarms: {what}", false, PUBLISHED_FALSE))
    for size in (1000, 3000):
        events = planted(scattered(size, 1), 5, at=size // 2, day=19300)
        began = time.process_time()
        clusters = space_time_clusters(events, ScanSettings())
        seconds = time.process_time() - began
        rows.append(
            {"benchmark": "Places", "what": f"space-time scan of {size:,} deaths over two years, 199 shuffles",
             "ours": round(seconds, 1), "other": None, "ratio": None, "unit": "s of processor time",
             "note": f"5 deaths planted in ten days and about 100 m; clusters found: {len(clusters)}"}
        )  # fmt: skip
    return rows


def row(what: str, ours: float, other: float) -> dict[str, Any]:
    """Return a row of shares of places."""
    return {
        "benchmark": "Places", "what": what, "ours": round(ours, 3), "other": other, "ratio": round(ours / other, 2),
        "unit": "share of places", "note": "other: published for seven years of practices' yearly deaths",
    }  # fmt: skip


def rates(past: int, watched: int, a_year: float) -> tuple[float, float]:
    """Return which share of rising places alarmed on the adjusted chart, and which share of the others did.

    Levels differ between places (gamma, coefficient of variation 0.4), winters are steep, months are good and bad for
    all (8 %); a tenth of places rise by two standard deviations of their yearly count, from the first month watched.
    """
    hits, misses = [], []
    for seed in range(WORLDS):
        rng = np.random.default_rng(seed)
        level = rng.gamma(1 / SPREAD**2, SPREAD**2 * a_year / 12, PLACES)
        months = np.arange(past + watched) % 12
        shared = np.exp(rng.normal(0, 0.08, past + watched))
        mean = level[:, None] * (WINTER / WINTER.mean())[months] * shared
        rising = rng.random(PLACES) < RISING
        mean[rising, past:] *= (1 + 2 / np.sqrt(level[rising] * 12))[:, None]
        deaths = rng.poisson(mean)
        expected = rng.binomial(deaths, 0.5)
        old = rng.binomial(expected, 0.5)
        old_too = rng.binomial(deaths - expected, 0.5)
        strata = np.stack([expected - old, old, deaths - expected - old_too, old_too])
        known = expectation(strata, months, past)
        ratio = rise_looked_for(known.level[:, 0] * 12, known.dispersion, known.shape, 2.0)
        _, crossed, _ = count_cusum(deaths[:, past:], known.peers[:, past:], ratio, known.dispersion, 5.0)
        hits.append(crossed.any(axis=1)[rising])
        misses.append(crossed.any(axis=1)[~rising])
    return float(np.concatenate(hits).mean()), float(np.concatenate(misses).mean())
