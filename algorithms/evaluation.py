"""How well linkage ranks pairs: area under the curve, average precision, the top of the list, calibration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

TOPS = (20, 50, 100)
FACTORS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)


def area_under_curve(score: Floats, linked: Mask) -> float:
    """Return the chance that a linked pair scores above an unlinked one, ties half; nan without both kinds."""
    positives = int(linked.sum())
    negatives = len(linked) - positives
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[linked].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def average_precision(score: Floats, linked: Mask) -> float:
    """Return the mean, over linked pairs, of the share linked among those that score as high or higher."""
    if not linked.any():
        return float("nan")
    order = np.argsort(-score, kind="stable")
    ranked, value = linked[order], score[order]
    # Pairs of one score stand together: their order is no merit.
    last = np.append(value[1:] != value[:-1], True)
    hits, seen = np.cumsum(ranked)[last], np.flatnonzero(last) + 1
    gained = np.diff(hits, prepend=0)
    return float((gained * hits / seen).sum() / linked.sum())


def top_share(score: Floats, linked: Mask, most: int) -> float:
    """Return the share linked among the `most` highest; ties at the edge count by their own share."""
    most = min(most, len(score))
    if most == 0:
        return float("nan")
    edge = np.partition(score, len(score) - most)[len(score) - most]
    above, at = score > edge, score == edge
    return float((linked[above].sum() + linked[at].mean() * (most - above.sum())) / most)


def calibration(score: Floats, linked: Mask, factors: Sequence[float] = FACTORS) -> pd.DataFrame:
    """Return, for pairs given at least each factor and less than the next, how many there were and were linked.

    score: natural log of a Bayes factor. Columns factor_from, factor_to, pairs, linked, share, measured_factor: the
    odds of being linked among them over the odds among all pairs. A calibrated score has it between from and to.
    """
    edges = [-np.inf, *np.log(np.asarray(factors)), np.inf]
    overall = linked.mean() / max(1 - linked.mean(), 1e-12) if len(linked) else np.nan
    rows = []
    for low, high in pairwise(edges):
        inside = (score >= low) & (score < high)
        pairs, hits = int(inside.sum()), int(linked[inside].sum())
        odds = (hits + 0.5) / (pairs - hits + 0.5) if pairs else np.nan
        rows.append((np.exp(low), np.exp(high), pairs, hits, hits / pairs if pairs else np.nan, odds / overall))
    columns = ["factor_from", "factor_to", "pairs", "linked", "share", "measured_factor"]
    return pd.DataFrame(rows, columns=columns)


def split_groups(groups: Iterable[str], share: float, seed: int) -> tuple[set[str], set[str]]:
    """Return the groups to learn from and those to try on, by lot. share: of groups to learn from, between 0 and 1."""
    if not 0 < share < 1:
        raise ValueError(f"the share to learn from must lie between 0 and 1, not {share}")
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    first = round(share * len(names))
    return {names[i] for i in order[:first]}, {names[i] for i in order[first:]}
