"""Learn from solved events what linked ones look like."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from algorithms.bayes_factors import constancy_of, score_pairs
from algorithms.linkage_frames import Floats, Ints, LinkageFrames, pair_key
from algorithms.linkage_model import LinkageModel, Scale
from algorithms.pair_features import age_apart, candidates, days_apart, distance_km, every_pair
from algorithms.shared_ties import CLASSES, shared_ties
from algorithms.unlinked import Tokens, Unlinked, bin_of, lag_matrix, measure_unlinked

# As many imagined linked pairs stand behind what was stated: with few solved pairs it holds, with many it fades.
BEHIND = 8.0
SMOOTH = (0.25, 0.5, 0.25)
# How firmly weights are held to 1, within what bounds, and from how many linked pairs on they are learnt at all.
HELD, WEIGHTS, FEWEST_TO_WEIGH = 10.0, (0.2, 1.5), 30
MOST_IN_ALL = 1_500
CONSTANCIES = np.linspace(0.01, 0.97, 97)


def train(frames: LinkageFrames, linked: pd.DataFrame, stated: LinkageModel, *, name: str) -> LinkageModel:
    """Return the model learnt from pairs known to be linked, with the stated one behind it.

    frames: the solved events. linked: columns a, b (event ids); pairs of others are left out. Raises ValueError when no
    pair is left.
    """
    a, b = frames.positions(linked["a"]), frames.positions(linked["b"])
    here = (a >= 0) & (b >= 0) & (a != b)
    key = np.unique(pair_key(a[here], b[here], len(frames)))
    if not len(key):
        raise ValueError("there is no pair of events known to be linked to learn from")
    a, b = key // len(frames), key % len(frames)
    ties = shared_ties(frames)
    unlinked = measure_unlinked(frames, ties)
    weight = _weights(a, b, len(frames))
    apart = {"distance_km": distance_km, "days_apart": days_apart, "age_apart": age_apart}
    groups = {
        group: _constancy(tokens, a, b, weight, constancy_of(stated, group))
        for group, tokens in unlinked.tokens.items()
    }
    learnt = replace(
        stated,
        name=name,
        pairs=len(key),
        scales={
            of: _scale(apart[of](frames, a, b), weight, scale, unlinked.shares[of])
            for of, scale in stated.scales.items()
        },
        lags={of: _lags(stated.lags[of], unlinked, of, a, b, weight) for of in stated.lags},
        constancy=stated.constancy | groups,
        ties=_ties(ties, key, len(frames), stated),
    )
    return replace(learnt, weights=_learn_weights(frames, learnt, unlinked, key))


def _learn_weights(frames: LinkageFrames, model: LinkageModel, unlinked: Unlinked, linked: Ints) -> dict[str, float]:
    """Return by how much each contribution counts: those that tell the same twice are taken down.

    A logistic regression of being linked on the contributions, held near 1 (ridge), linked and unlinked pairs weighing
    the same in all.
    """
    pairs = every_pair(frames) if len(frames) <= MOST_IN_ALL else candidates(frames)
    scores = score_pairs(frames, pairs, replace(model, company=False), unlinked)
    hit = np.isin(pair_key(pairs.a, pairs.b, len(frames)), linked)
    used = [name for name in scores.names if np.any(scores.part(name) != 0)]
    if not used or hit.sum() < FEWEST_TO_WEIGH or hit.all():
        return {}
    parts = np.stack([scores.part(name) for name in used], axis=1)
    counted = np.where(hit, 1.0, hit.sum() / (~hit).sum())

    def loss(point: Floats) -> tuple[float, Floats]:
        odds = parts @ point[1:] + point[0]
        value = (counted * np.logaddexp(0, np.where(hit, -odds, odds))).sum() + HELD * ((point[1:] - 1) ** 2).sum()
        slope = counted * (1 / (1 + np.exp(-odds)) - hit)
        return float(value), np.concatenate([[slope.sum()], parts.T @ slope + 2 * HELD * (point[1:] - 1)])

    start = np.concatenate([[0.0], np.ones(len(used))])
    bounds = [(None, None), *([WEIGHTS] * len(used))]
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x[1:]
    return {name: round(float(value), 4) for name, value in zip(used, best, strict=True)}


def _weights(a: Ints, b: Ints, count: int) -> Floats:
    """Return a weight a pair, so that a long series does not teach by the square of its length."""
    degree = np.bincount(np.concatenate([a, b]), minlength=count)
    return np.asarray(1.0 / np.maximum(degree[a], degree[b]))


def _scale(values: Floats, weight: Floats, stated: Scale, unlinked: Floats) -> Scale:
    bins = bin_of(values, stated.edges)
    known = bins >= 0
    counts = np.bincount(bins[known], weights=weight[known], minlength=len(stated.edges) + 1)
    prior = np.asarray(stated.linked) / np.sum(stated.linked)
    # What was learnt is a ratio, and neighbouring bins tell of each other: the ratio is smoothed, not the share.
    ratio = np.log((counts + BEHIND * prior) / (counts.sum() + BEHIND) / unlinked)
    linked = np.exp(np.convolve(np.pad(ratio, 1, mode="edge"), SMOOTH, mode="valid")) * unlinked
    linked /= linked.sum()
    return Scale(stated.edges, tuple(round(float(share), 6) for share in linked))


def _lags(
    stated: tuple[float, ...], unlinked: Unlinked, of: str, a: Ints, b: Ints, weight: Floats
) -> tuple[float, ...]:
    share = unlinked.exposures[of]
    lag = lag_matrix(share.shape[1])
    together = (share[a] * weight[:, None]).T @ share[b]
    counts = np.bincount(lag.ravel(), weights=together.ravel())
    prior = np.asarray(stated) / np.sum(stated)
    linked = (counts + BEHIND * prior) / (counts.sum() + BEHIND)
    return tuple(round(float(value), 6) for value in linked)


def _constancy(tokens: Tokens, a: Ints, b: Ints, weight: Floats, expected: float) -> float:
    """Return the constancy under which what the linked pairs share and do not share is likeliest."""
    known = tokens.known[a] & tokens.known[b]
    first, second = tokens.has[a[known]], tokens.has[b[known]]
    both = first.multiply(second).tocsr()
    only_one = (first.sum(axis=1) + second.sum(axis=1) - 2 * both.sum(axis=1)) / 2
    alone = float(weight[known] @ np.asarray(only_one).ravel())
    common = tokens.common[both.indices]
    counted = np.repeat(weight[known], np.diff(both.indptr))
    best = [
        counted @ np.log(c + (1 - c) * common)
        + (alone + BEHIND / 2 * (1 - expected)) * np.log1p(-c)
        + BEHIND / 2 * expected * np.log(c)
        for c in CONSTANCIES
    ]
    return round(float(CONSTANCIES[int(np.argmax(best))]), 4)


def _ties(ties: pd.DataFrame, linked: Ints, count: int, stated: LinkageModel) -> dict[str, float]:
    key = pair_key(ties["a"].to_numpy(), ties["b"].to_numpy(), count)
    hits = ties[np.isin(key, linked)]["tie"].value_counts()
    return {
        tie: round(float((hits.get(tie, 0) + BEHIND * stated.ties.get(tie, 0.0)) / (len(linked) + BEHIND)), 6)
        for tie in CLASSES
    }
