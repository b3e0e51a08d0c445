"""Cumulative sums of counts: how far a run of months lies above what was expected of it."""

from __future__ import annotations

import numpy as np
from scipy import stats

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
BoolArray = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
IntArray = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def rise_looked_for(
    expected_year: FloatArray, dispersion: FloatArray | float, shape: FloatArray, k: float
) -> FloatArray:
    """Return the rate ratio that a rise of k standard deviations of a year's count comes to, per place.

    expected_year: events expected in a year. dispersion: variance of a count over its mean (1 is Poisson).
    shape: weight of what the level rests on, in events; a level known from few events is itself uncertain, and adds
    expected_year ** 2 / shape to the variance. k: standard deviations.
    Raises ValueError if k is not positive.
    """
    if k <= 0:
        raise ValueError(f"k is the rise looked for, in standard deviations of a year, and must be positive, not {k}")
    expected = np.maximum(expected_year, 1e-6)
    deviation = np.sqrt(dispersion * expected + expected**2 / np.maximum(shape, 1e-6))
    return np.asarray(1 + k * deviation / expected, dtype=np.float64)


def count_cusum(
    observed: IntArray, expected: FloatArray, ratio: FloatArray, dispersion: float, h: float
) -> tuple[FloatArray, BoolArray, IntArray]:
    """Return the chart of each place: its value by month, in which months it crossed h, and where that run began.

    observed, expected: places x months. ratio: per place, the rise it is tuned to (above 1). dispersion: divides each
    step, so that counts more scattered than Poisson do not raise more alarms. After an alarm the chart starts again
    at 0. run: the month (position) at which the run behind each value began.
    A step is the log likelihood ratio of `ratio` times the expected count against the expected count.
    Raises ValueError if h is not positive.
    Source: Steiner et al. 2000, Biostatistics 1(4), 441 (risk-adjusted CUSUM); Aylin et al. 2003, Lancet 362, 485
    (k and h in the monitoring of practices).
    """
    if h <= 0:
        raise ValueError(f"h is the height at which a chart alarms and must be positive, not {h}")
    steps = (observed * np.log(ratio)[:, None] - (ratio[:, None] - 1) * expected) / max(dispersion, 1.0)
    places, months = observed.shape
    value = np.zeros((places, months))
    crossed = np.zeros((places, months), dtype=np.bool_)
    run = np.zeros((places, months), dtype=np.int64)
    current = np.zeros(places)
    began = np.zeros(places, dtype=np.int64)
    for month in range(months):
        began = np.where(current <= 0, month, began)
        current = np.maximum(0.0, current + steps[:, month])
        value[:, month], run[:, month] = current, began
        crossed[:, month] = current >= h
        current = np.where(crossed[:, month], 0.0, current)
    return value, crossed, run


def sudden_months(
    observed: IntArray, expected: FloatArray, dispersion: float, shape: FloatArray, chance: float, fewest: int = 3
) -> BoolArray:
    """Return in which months a place had so many events that chance makes it with less than this probability.

    A cumulative sum is tuned to a lasting rise and slow on a single very bad month; this is for that month. The count
    is negative binomial, with the scatter of the type of place and the uncertainty of the place's own level.
    chance: probability per place and month. fewest: a month with fewer events is never sudden (count).
    """
    mean = np.maximum(expected, 1e-6)
    variance = np.maximum(dispersion * mean + mean**2 / np.maximum(shape, 1e-6)[:, None], mean * 1.0001)
    size = mean**2 / (variance - mean)
    upper = stats.nbinom.sf(observed - 1, size, size / (size + mean))
    return np.asarray((upper < chance) & (observed >= fewest), dtype=np.bool_)
