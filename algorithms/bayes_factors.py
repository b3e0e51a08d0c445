"""The weight of each thing that two events share or do not: named log Bayes factors, and their sum.

P(what is seen | linked) comes from the model, P(what is seen | unlinked) is measured in the same set (unlinked.py), in
the pair's stratum. What is not known contributes 0: missing is not different.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from algorithms.company import company
from algorithms.linkage_frames import Floats, Ints, LinkageFrames, pair_key
from algorithms.linkage_model import LinkageModel, Scale
from algorithms.pair_features import Pairs, age_apart, days_apart, distance_km
from algorithms.shared_ties import CLASSES, OF_PEOPLE, OVER_ANY_DISTANCE, strata
from algorithms.unlinked import BEHIND, Tokens, Unlinked, bin_of, lag_matrix

SCALES = ("distance_km", "days_apart", "age_apart")
LAGS = ("hour", "weekday")
CATEGORY, COMPANY, PLACE_TYPE = "category", "company", "place_type"
# What is shared of people often tells of one circumstance (a household, a friend): the strongest counts in full.
THE_OTHERS = 1 / 3
CHUNK = 250_000
# Spread an interval over three points where it is wider than this: its middle alone would claim to know the day.
WIDE_DAYS = 1.5
POINTS = (1 / 6, 1 / 2, 5 / 6)
# A long list of things that only one of two events has says less and less.
LEAST_TOKENS = -2.0
# However often nothing else shares a thing, one factor of a hundred thousand is as much as one fact can carry.
MOST = float(np.log(1e5))
FEW = 4


@dataclass(frozen=True)
class Scores:
    """Scored pairs. a, b: positions in frames.ids, a < b; names: the contributions; parts: pairs x names, natural log
    of a Bayes factor each; ties: the things shared, with `part` the contribution of each.
    """

    a: Ints
    b: Ints
    names: tuple[str, ...]
    parts: Floats
    ties: pd.DataFrame

    @property
    def total(self) -> Floats:
        """Return the log Bayes factor of each pair: the sum of its contributions."""
        return np.asarray(self.parts.sum(axis=1))

    def part(self, name: str) -> Floats:
        """Return one contribution of every pair."""
        return self.parts[:, self.names.index(name)]


def score_pairs(frames: LinkageFrames, pairs: Pairs, model: LinkageModel, unlinked: Unlinked) -> Scores:
    """Return every pair with its contributions. unlinked: measured over the same frames."""
    groups = tuple(unlinked.tokens)
    names = (*SCALES, *LAGS, CATEGORY, *groups, *CLASSES, *((COMPANY,) if model.company else ()))
    parts = np.zeros((len(pairs), len(names)))
    km = distance_km(frames, pairs.a, pairs.b)
    tables = {of: _lag_table(model.lags[of], unlinked.lags[of]) for of in LAGS}
    leaned = {of: unlinked.exposures[of] @ tables[of] for of in tables}

    category = _category(frames.ordered["category"], model.expected, unlinked.expected)

    def fill(start: int) -> None:
        rows = slice(start, start + CHUNK)
        a, b = pairs.a[rows], pairs.b[rows]
        found = [
            _distance(km[rows], a, b, model, unlinked),
            _gap(frames, a, b, model.scales["days_apart"], unlinked.shares["days_apart"]),
            _by_bin(age_apart(frames, a, b), model.scales["age_apart"], unlinked.shares["age_apart"]),
            *(_lag(leaned[of], unlinked.exposures[of], a, b) for of in LAGS),
            category[a] + category[b],
            *(_tokens(unlinked.tokens[group], constancy_of(model, group), a, b) for group in groups),
        ]
        parts[rows, : len(found)] = np.stack(found, axis=1)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fill, range(0, len(pairs), CHUNK)))
    ties = _ties(frames, pairs, model, unlinked)
    tied = ties.loc[ties["tie"].isin(OVER_ANY_DISTANCE), "pair"].unique()
    if model.crowding and len(tied):
        # Those who know each other live nearby, and one who moves about is linked over any distance: it says little.
        linked = (_linked(model.scales["distance_km"]) + unlinked.tied) / 2
        known = np.append(np.log(linked / unlinked.tied), 0.0)
        bins = bin_of(km[tied], model.scales["distance_km"].edges)
        parts[tied, names.index("distance_km")] = known[bins]
    for tie in CLASSES:
        rows = ties[ties["tie"] == tie]
        parts[rows["pair"].to_numpy(), names.index(tie)] = rows["part"].to_numpy()
    if PLACE_TYPE in names:
        # Two events at one spot are at one sort of place: the distance has said so.
        parts[km < model.scales["distance_km"].edges[0], names.index(PLACE_TYPE)] = 0.0
    parts *= [model.weights.get(name, 1.0) for name in names]
    if model.company:
        parts[:, -1] = company(pairs.a, pairs.b, parts.sum(axis=1), len(frames))
    return Scores(pairs.a, pairs.b, names, parts, ties)


def constancy_of(model: LinkageModel, group: str) -> float:
    """Return the constancy of a group of tokens: its own, that of the family before its dot, or of every other."""
    for name in (group, group.partition(".")[0], "*"):
        if name in model.constancy:
            return model.constancy[name]
    return 0.0


def _lag_table(linked: tuple[float, ...], unlinked: Floats) -> Floats:
    """Return the Bayes factor for every two slots of the circle."""
    factor = np.asarray(linked) / np.sum(linked) / (unlinked / unlinked.sum())
    slots = 7 if len(linked) == 4 else 24
    return np.asarray(factor[lag_matrix(slots)])


def _lag(leaned: Floats, exposures: Floats, a: Ints, b: Ints) -> Floats:
    """Return the log of the factor over both intervals; 0 where one may be any time of the circle."""
    flat = np.ptp(exposures, axis=1) < 1e-9
    found = np.log(np.einsum("ij,ij->i", leaned[a], exposures[b]))
    return np.where(flat[a] | flat[b], 0.0, found)


def _category(category: pd.Series, linked: float, unlinked: float) -> Floats:
    """Return what each death's being recorded as expected, or not, says; 0 where it is not asked or not known."""
    if linked <= 0:
        return np.zeros(len(category))
    factor = np.where(category == "expected", np.log(linked / unlinked), np.log((1 - linked) / (1 - unlinked)))
    return np.where(category.isna(), 0.0, factor)


def _by_bin(values: Floats, scale: Scale, shares: Floats) -> Floats:
    weight = np.append(np.log(_linked(scale) / shares), 0.0)
    return np.asarray(weight[bin_of(values, scale.edges)])


def _linked(scale: Scale) -> Floats:
    linked = np.asarray(scale.linked) + 1e-4
    return np.asarray(linked / linked.sum())


def _distance(km: Floats, a: Ints, b: Ints, model: LinkageModel, unlinked: Unlinked) -> Floats:
    """Weigh the distance; where crowding counts, by how many other events lie as near around either."""
    scale = model.scales["distance_km"]
    bins = bin_of(km, scale.edges)
    # Farther apart never speaks for a link: a distance that is rare because nobody lives there is no likeness.
    by_bin = np.minimum.accumulate(np.log(_linked(scale) / unlinked.shares["distance_km"]))
    found = np.append(by_bin, 0.0)[bins]
    near = (bins >= 0) & (bins < unlinked.around.shape[1])
    if model.crowding and near.any():
        at = bins[near]
        overall = unlinked.shares["distance_km"][at]
        others = unlinked.events - 1
        # The other of the two is in that bin itself and is taken off.
        either = [np.clip(unlinked.around[side[near], at] - 1, 0, None) for side in (a, b)]
        local = (np.maximum(*either) + BEHIND * others * overall) / (others * (1 + BEHIND))
        # A quiet spot is quiet for want of people as well: it says no more than the whole set's average does.
        share = np.maximum(local, overall)
        found[near] = np.log(_linked(scale)[at] / np.maximum(share, 1e-12))
    return np.asarray(found)


def _gap(frames: LinkageFrames, a: Ints, b: Ints, scale: Scale, shares: Floats) -> Floats:
    found = _by_bin(days_apart(frames, a, b), scale, shares)
    low, high = frames.days
    width = high - low
    wide = np.flatnonzero(np.maximum(width[a], width[b]) > WIDE_DAYS)
    if len(wide):
        some_a, some_b = a[wide], b[wide]
        points = [
            np.exp(_by_bin(days_apart(frames, some_a, some_b, first, second), scale, shares))
            for first in POINTS
            for second in POINTS
        ]
        found[wide] = np.log(np.mean(points, axis=0))
    return found


def _tokens(tokens: Tokens, constancy: float, a: Ints, b: Ints) -> Floats:
    """Weigh tokens that both have by how usual they are, and those that only one has against the link."""
    known = tokens.known[a] & tokens.known[b]
    found = np.zeros(len(a))
    if not known.any() or constancy <= 0:
        return found
    some_a, some_b = a[known], b[known]
    common = tokens.common
    shared_weight = np.log((constancy + (1 - constancy) * common) / common)
    unshared = np.log1p(-constancy)
    if tokens.single and not tokens.local.nnz:
        code = np.full(len(tokens.known), -1, dtype=np.int64)
        code[tokens.known] = tokens.has.indices
        same = code[some_a] == code[some_b]
        found[known] = np.where(same, shared_weight[code[some_a]], unshared)
        return found
    first, second = tokens.has[some_a], tokens.has[some_b]
    both = first.multiply(second).tocsr()
    if tokens.local.nnz:
        usual = tokens.local[some_a].multiply(both).maximum(tokens.local[some_b].multiply(both)).tocsr()
        usual.data = np.clip(usual.data, 1e-9, 1.0)
        usual.data = np.log((constancy + (1 - constancy) * usual.data) / usual.data)
        gain = np.asarray(usual.sum(axis=1)).ravel()
    else:
        gain = both @ shared_weight
    shared = np.asarray(both.sum(axis=1)).ravel()
    only_one = np.diff(first.indptr) + np.diff(second.indptr) - 2 * shared
    found[known] = np.maximum(gain + only_one / 2 * unshared, LEAST_TOKENS)
    return found


def _ties(frames: LinkageFrames, pairs: Pairs, model: LinkageModel, unlinked: Unlinked) -> pd.DataFrame:
    """Return the ties of the pairs with pair (row), stratum, share (of unlinked pairs) and part (log Bayes factor)."""
    count = len(frames)
    key = pair_key(pairs.ties["a"].to_numpy(), pairs.ties["b"].to_numpy(), count)
    own = pair_key(pairs.a, pairs.b, count)
    at = np.searchsorted(own, key)
    here = (
        (at < len(own)) & (own[np.minimum(at, max(len(own) - 1, 0))] == key) if len(own) else np.zeros(len(key), bool)
    )
    ties = pairs.ties[here].reset_index(drop=True).assign(pair=at[here])
    stratum, _ = strata(frames, ties["a"].to_numpy(), ties["b"].to_numpy())
    names = ties["tie"].tolist()
    share = np.array([unlinked.tie_share(tie, int(where)) for tie, where in zip(names, stratum, strict=True)])
    linked = np.array([model.ties.get(tie, 0.0) for tie in names])
    factor = np.log(np.maximum((linked + (1 - linked) * share) / np.where(share > 0, share, 1.0), 1.0))
    # What is tied to many events is on its way to being a hub: from FEW on, each makes it less telling.
    crowd = np.maximum(ties["degree"].to_numpy(dtype=float) / FEW, 1.0)
    part = np.clip(factor - np.log(crowd), 0.0, MOST)
    ties = ties.assign(stratum=stratum, share=share, part=part)
    people = ties[ties["tie"].isin(OF_PEOPLE)].sort_values(["pair", "part", "tie"], ascending=[True, False, True])
    others = people.index[people.groupby("pair").cumcount() > 0]
    ties.loc[others, "part"] *= THE_OTHERS
    return ties
