"""How many deaths a place was to expect each month: from its own past, the season, who lives there, and its peers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.count_cusum import FloatArray, IntArray

# Deaths added to both sides of a ratio: with few deaths behind it, a season or a bad month says little.
SEASON_WEIGHT, PEER_WEIGHT = 6.0, 6.0
# The level of a place with fewer peers than this rests on its own past, with a weak pull towards the peers' mean.
FEWEST_PEERS = 5
MOST_DISPERSION = 3.0


@dataclass(frozen=True)
class Expectation:
    """Expected deaths of the places of one type, places x months, each step adding one thing that explains.

    level: the place's own monthly mean, pulled towards its peers' where it rests on few deaths. season: with the
    months of the year of its peers. case_mix: with the season of its own mix of strata. peers: with what happened to
    all peers in that same month. shape: what a level rests on (events). dispersion: variance over mean, 1 is Poisson.
    """

    level: FloatArray
    season: FloatArray
    case_mix: FloatArray
    peers: FloatArray
    shape: FloatArray
    dispersion: float


def expectation(strata: IntArray, month_of_year: IntArray, baseline: int) -> Expectation:
    """Return what places of one type were to expect.

    strata: deaths as strata x places x months. month_of_year: of each month, 0 is January. baseline: the first so many
    months are the past that levels and seasons are learnt from; the months after them change nothing but `peers`.
    Raises ValueError if the baseline is shorter than a year.
    """
    if baseline < 12:
        raise ValueError(f"a season needs at least 12 months of baseline, not {baseline}")
    counts = strata.sum(axis=0)
    places, months = counts.shape
    whole = baseline // 12 * 12
    # Whole years alone: a baseline that holds two winters and one summer would call every summer low.
    years = slice(baseline - whole, baseline)
    before = strata[:, :, years]
    of_year = month_of_year[years]
    by_month = np.zeros((strata.shape[0], places, 12))
    for position, month in enumerate(of_year):
        by_month[:, :, month] += before[:, :, position]
    # What a place is compared with leaves the place itself out: its own excess must not become its excuse.
    others = by_month.sum(axis=1, keepdims=True) - by_month
    season = season_index(others.sum(axis=0))
    by_stratum = np.stack([season_index(others[s], towards=season) for s in range(strata.shape[0])])
    own = before.sum(axis=2)
    mix = own + 4.0 * (others.sum(axis=2) + 0.25) / (others.sum(axis=(0, 2)) + 0.25 * strata.shape[0])
    mix /= mix.sum(axis=0, keepdims=True)
    mixed = (mix[:, :, None] * by_stratum).sum(axis=0)
    shape, rate = level_prior(own.sum(axis=0), whole)
    level = np.repeat((shape / rate)[:, None], months, axis=1)
    by_season = level * season[:, month_of_year]
    by_mix = level * mixed[:, month_of_year]
    elsewhere = counts.sum(axis=0, keepdims=True) - counts
    elsewhere_expected = by_mix.sum(axis=0, keepdims=True) - by_mix
    period = (elsewhere + PEER_WEIGHT) / (elsewhere_expected + PEER_WEIGHT)
    return Expectation(
        level, by_season, by_mix, by_mix * period, shape, _dispersion(counts[:, years], by_mix[:, years])
    )


def season_index(by_month: FloatArray, towards: FloatArray | None = None) -> FloatArray:
    """Return how each month of the year stands to the mean month, from deaths by month (rows x 12); mean 1 a row.

    Neighbouring months are averaged (1-2-1) and little evidence is pulled towards 1, or towards another index.
    """
    smooth = (np.roll(by_month, 1, axis=-1) + 2 * by_month + np.roll(by_month, -1, axis=-1)) / 4
    mean = smooth.mean(axis=-1, keepdims=True)
    prior = np.ones_like(smooth) if towards is None else towards
    index = (smooth + SEASON_WEIGHT * prior) / (mean + SEASON_WEIGHT)
    return np.asarray(index / index.mean(axis=-1, keepdims=True), dtype=np.float64)


def level_prior(totals: FloatArray, months: int) -> tuple[FloatArray, FloatArray]:
    """Return shape and rate of each place's gamma-distributed monthly level, after its own deaths were counted.

    totals: deaths per place over so many months. The spread of levels between places is estimated by moments
    (empirical Bayes): what Poisson does not explain of the variance of their totals.
    """
    mean = max(float(totals.mean()), 0.5 / max(len(totals), 1)) / months
    prior = 0.5
    if len(totals) >= FEWEST_PEERS:
        beyond_poisson = float(totals.var(ddof=1) - totals.mean()) / months**2
        prior = float(np.clip(mean**2 / beyond_poisson, 0.3, 50)) if beyond_poisson > 0 else 50.0
    return prior + totals, np.full(len(totals), prior / mean + months)


def _dispersion(observed: IntArray, expected: FloatArray) -> float:
    """Return Pearson's variance over mean, between 1 and 3; near empty months are left out, where it means nothing."""
    used = expected > 0.05
    if int(used.sum()) < 24:
        return 1.0
    spread = float((((observed - expected) ** 2) / expected)[used].mean())
    return float(np.clip(spread, 1.0, MOST_DISPERSION))
