"""How often chance alone would give what two events share: the denominators of every Bayes factor, measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.spatial import cKDTree

from algorithms.linkage_frames import INSTITUTIONS, Floats, Ints, LinkageFrames, Mask, all_pairs
from algorithms.linkage_model import DAY_EDGES, KM_EDGES, YEAR_EDGES
from algorithms.pair_features import age_apart, days_apart, distance_km, exposure
from algorithms.shared_ties import OVER_ANY_DISTANCE, strata

SAMPLE = 200_000
# What was never seen among unlinked pairs may still come by chance: as if it had been, so many times.
UNSEEN = 3.0
# Around a spot its own crowdedness counts, with this share of the whole set's behind it.
LOCAL_UP_TO_KM, BEHIND = 2.0, 0.25
# Substances come in waves: how usual one is, is measured around each event too.
WAVE_GROUPS, WAVE_KM, WAVE_DAYS, WAVE_BEHIND = ("substance",), 10.0, 30.0, 10.0
# Few pairs share people, and real series are among them: so many imagined pairs like any others stand behind these.
BEHIND_TIED = 50.0
AT_ONE_PLACE, BEHIND_ONE_PLACE = 10.0, 500.0
# One profile column of the events is one token each.
PROFILE = ("sex", "place_type")


@dataclass(frozen=True)
class Tokens:
    """One group of tokens. known: events with any; has: events x tokens (0/1); common: share of those known that have
    each; local: the same shape as `has`, how usual each event's own tokens are around it (empty where not measured).
    single: at most one token an event.
    """

    known: np.ndarray
    has: sp.csr_matrix
    common: Floats
    local: sp.csr_matrix
    single: bool
    names: tuple[str, ...]


@dataclass(frozen=True)
class Unlinked:
    """What pairs look like that have nothing to do with each other, measured over all events of a set.

    shares: distance_km, days_apart, age_apart -> P(bin); edges: of those bins; around: events x bins, how many others
    lie in each bin of distance around each event (only the near bins); lags: hour, weekday -> P(lag); tokens by group;
    ties: (class, stratum) -> pairs that share one, of `pairs_in` in that stratum; expected: share of deaths
    recorded as expected; tied: P(bin of distance) of pairs that share people.
    """

    events: int
    shares: dict[str, Floats]
    edges: dict[str, tuple[float, ...]]
    around: Floats
    lags: dict[str, Floats]
    exposures: dict[str, Floats]
    tokens: dict[str, Tokens]
    ties: dict[tuple[str, int], int]
    pairs_in: dict[int, float]
    expected: float
    tied: Floats

    def tie_share(self, tie: str, stratum: int) -> float:
        """Return the share of pairs of a stratum that share a thing of this class; one more pair than were seen.

        Few pairs lie at one place: behind them stand imagined ones that share things AT_ONE_PLACE times as often as
        pairs elsewhere do.
        """
        shared, pairs = self.ties.get((tie, stratum), 0) + 1.0, self.pairs_in[stratum] + 1.0
        if stratum == 1:
            elsewhere = (self.ties.get((tie, 0), 0) + 1) / (self.pairs_in[0] + 1)
            shared += BEHIND_ONE_PLACE * min(AT_ONE_PLACE * elsewhere, 1.0)
            pairs += BEHIND_ONE_PLACE
        return float(min(1.0, shared / pairs))


def measure_unlinked(
    frames: LinkageFrames,
    ties: pd.DataFrame,
    *,
    km_edges: tuple[float, ...] = KM_EDGES,
    day_edges: tuple[float, ...] = DAY_EDGES,
    year_edges: tuple[float, ...] = YEAR_EDGES,
    seed: int = 7,
) -> Unlinked:
    """Return the denominators, from all events taken as if none were linked; those that are make them too large.

    ties: shared_ties of the frames. seed: of the sample of pairs where all are too many.
    """
    a, b = _sample(len(frames), seed)
    apart = ~_in_one_institution(frames, a, b)
    shares = {
        # The many deaths of one hospital would make lying at one spot look usual everywhere.
        "distance_km": _shares(distance_km(frames, a[apart], b[apart]), km_edges),
        "days_apart": _shares(days_apart(frames, a, b), day_edges),
        "age_apart": _shares(age_apart(frames, a, b), year_edges),
    }
    exposures = {of: exposure(frames, of) for of in ("hour", "weekday")}
    stratum, pairs_in = strata(frames, ties["a"].to_numpy(), ties["b"].to_numpy())
    counts = pd.Series(1, index=pd.MultiIndex.from_arrays([ties["tie"], stratum])).groupby(level=[0, 1]).sum()
    return Unlinked(
        events=len(frames),
        shares=shares,
        edges={"distance_km": km_edges, "days_apart": day_edges, "age_apart": year_edges},
        around=_around(frames, km_edges),
        lags={of: _lags(exposures[of]) for of in exposures},
        exposures=exposures,
        tokens=_tokens(frames),
        ties={(str(key[0]), int(key[1])): int(n) for key, n in zip(counts.index.to_list(), counts, strict=True)},
        pairs_in=pairs_in,
        expected=_expected(frames.ordered["category"]),
        tied=_tied(frames, ties, shares["distance_km"], km_edges),
    )


def _in_one_institution(frames: LinkageFrames, a: Ints, b: Ints) -> Mask:
    place = frames.ordered["place"].fillna("").astype(str).to_numpy(dtype=object)
    kind = frames.ordered["place_type"].isin(INSTITUTIONS).to_numpy()
    return np.asarray((place[a] == place[b]) & (place[a] != "") & kind[a], dtype=np.bool_)


def _tied(frames: LinkageFrames, ties: pd.DataFrame, overall: Floats, edges: tuple[float, ...]) -> Floats:
    """Return P(bin of distance) among pairs that share people or a mention: those who know each other live nearby."""
    pairs = ties[ties["tie"].isin(OVER_ANY_DISTANCE)][["a", "b"]].drop_duplicates()
    bins = bin_of(distance_km(frames, pairs["a"].to_numpy(), pairs["b"].to_numpy()), edges)
    counts = np.bincount(bins[bins >= 0], minlength=len(edges) + 1)
    return np.asarray((counts + BEHIND_TIED * overall) / (counts.sum() + BEHIND_TIED))


def _expected(category: pd.Series) -> float:
    """Return the share of deaths of a known category that are recorded as expected."""
    known = category.dropna()
    return float(((known == "expected").sum() + 0.5) / (len(known) + 1))


def lag_matrix(slots: int) -> Ints:
    """Return how far apart two slots of a circle are."""
    step = np.abs(np.arange(slots)[:, None] - np.arange(slots)[None, :])
    return np.asarray(np.minimum(step, slots - step), dtype=np.int64)


def bin_of(values: Floats, edges: tuple[float, ...]) -> Ints:
    """Return the bin of each value, -1 where it is missing."""
    return np.where(np.isnan(values), -1, np.digitize(values, edges))


def _sample(count: int, seed: int) -> tuple[Ints, Ints]:
    if count * (count - 1) // 2 <= SAMPLE:
        return all_pairs(count)
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, count, (2, SAMPLE))
    return np.minimum(a, b)[a != b], np.maximum(a, b)[a != b]


def _shares(values: Floats, edges: tuple[float, ...]) -> Floats:
    bins = bin_of(values, edges)
    counts = np.bincount(bins[bins >= 0], minlength=len(edges) + 1) + UNSEEN
    return np.asarray(counts / counts.sum())


def _lags(share: Floats) -> Floats:
    """Return P(lag) for two events drawn at will: the circle's autocorrelation of when events happen."""
    mean = share.mean(axis=0)
    lag = lag_matrix(len(mean))
    return np.asarray(np.bincount(lag.ravel(), weights=np.outer(mean, mean).ravel()) + 1e-6, dtype=np.float64)


def _around(frames: LinkageFrames, edges: tuple[float, ...]) -> Floats:
    near = [edge for edge in edges if edge <= LOCAL_UP_TO_KM]
    found = np.zeros((len(frames), len(near)))
    known = np.flatnonzero(np.isfinite(frames.spot[:, 0]))
    if len(known) and near:
        tree = cKDTree(frames.spot[known])
        within = np.stack(
            [tree.query_ball_point(frames.spot[known], edge, return_length=True, workers=2) - 1 for edge in near],
            axis=1,
        )
        found[known] = np.diff(within, axis=1, prepend=0)
    return found


def _tokens(frames: LinkageFrames) -> dict[str, Tokens]:
    own = frames.tokens[["event", "group", "token"]]
    profile = [pd.DataFrame({"event": frames.ids, "group": name, "token": frames.ordered[name]}) for name in PROFILE]
    every = pd.concat([own, *profile], ignore_index=True)
    every = every[every["token"].notna() & (every["token"] != "")]
    position = frames.positions(every["event"])
    every = every.assign(position=position)[position >= 0][["group", "token", "position"]].astype({"token": str})
    every = every.drop_duplicates()
    return {str(group): _group(frames, str(group), rows) for group, rows in every.groupby("group", sort=True)}


def _group(frames: LinkageFrames, group: str, rows: pd.DataFrame) -> Tokens:
    names = sorted(rows["token"].unique())
    column = pd.Index(names).get_indexer(rows["token"])
    shape = (len(frames), len(names))
    has = sp.csr_matrix((np.ones(len(rows)), (rows["position"].to_numpy(), column)), shape=shape)
    known = np.diff(has.indptr) > 0
    common = (np.asarray(has.sum(axis=0)).ravel() + 0.5) / (known.sum() + 1.0)
    local = _wave(frames, has, known, common) if group in WAVE_GROUPS else sp.csr_matrix(shape)
    single = int(np.diff(has.indptr).max(initial=0)) <= 1
    return Tokens(known, has, common, local, single, tuple(map(str, names)))


def _wave(frames: LinkageFrames, has: sp.csr_matrix, known: np.ndarray, common: Floats) -> sp.csr_matrix:
    """Return how usual each event's own tokens are among the known events within WAVE_KM and WAVE_DAYS of it.

    One of the others may be the linked one, so that one is taken off.
    """
    low, high = frames.days
    where = np.column_stack([frames.spot / WAVE_KM, (low + high) / 2 / WAVE_DAYS])
    rows = np.flatnonzero(known & np.isfinite(where).all(axis=1))
    if len(rows) < 2:
        return sp.csr_matrix(has.shape)
    near = cKDTree(where[rows]).sparse_distance_matrix(cKDTree(where[rows]), 1.0, output_type="coo_matrix")
    apart = near.row != near.col
    beside = sp.csr_matrix(
        (np.ones(int(apart.sum())), (rows[near.row[apart]], rows[near.col[apart]])), shape=(len(frames), len(frames))
    )
    others = (beside @ has).multiply(has).tocsr()
    total = np.asarray(beside.sum(axis=1)).ravel()
    found = has.tocoo()
    count = np.asarray(others[found.row, found.col]).ravel()
    share = (np.clip(count - 1, 0, None) + WAVE_BEHIND * common[found.col]) / (
        np.clip(total[found.row] - 1, 0, None) + WAVE_BEHIND
    )
    return sp.csr_matrix((np.maximum(share, common[found.col]), (found.row, found.col)), shape=has.shape)
