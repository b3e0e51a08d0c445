"""Which pairs of events are worth comparing, and how far apart they are in space and time, and in everything else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from algorithms.linkage_frames import Floats, Ints, LinkageFrames, all_pairs, pair_key
from algorithms.shared_ties import MAX_DEGREE, shared_ties

# domain.md 1: gaps of up to 359 days within 500 m; twice that in both.
NEAR_KM, NEAR_DAYS = 1.0, 730.0
# A substance in more events than this is usual; what is usual brings no pair forward by itself.
RARE_TOKEN = 40
RARE_GROUPS = ("substance", "position", "item_missing")
HOURS, WEEKDAYS = 24, 7


@dataclass(frozen=True)
class Pairs:
    """Pairs of events, a < b (positions in frames.ids), sorted, each once; ties: see shared_ties."""

    a: Ints
    b: Ints
    ties: pd.DataFrame

    def __len__(self) -> int:
        return len(self.a)


def candidates(
    frames: LinkageFrames, *, near_km: float = NEAR_KM, near_days: float = NEAR_DAYS, max_degree: int = MAX_DEGREE
) -> Pairs:
    """Return the pairs that share somebody or something, or a rare token, or fall near in space, all within a window.

    near_km, near_days: how near (km), and how far apart in time at most (days; an unknown day is never too far).
    """
    count = len(frames)
    ties = shared_ties(frames, max_degree=max_degree)
    keys = [pair_key(ties["a"].to_numpy(), ties["b"].to_numpy(), count), _near(frames, near_km), _rare(frames)]
    key = np.unique(np.concatenate(keys)).astype(np.int64)
    a, b = key // count, key % count
    apart = set_apart(frames)
    low, high = frames.days
    gap = np.maximum(low[b] - high[a], low[a] - high[b])
    keep = ~(gap > near_days) & ~np.isin(key, apart)
    return Pairs(a[keep], b[keep], ties)


def every_pair(frames: LinkageFrames, *, max_degree: int = MAX_DEGREE) -> Pairs:
    """Return all pairs, for sets that are small enough; those set apart are left out."""
    a, b = all_pairs(len(frames))
    keep = ~np.isin(pair_key(a, b, len(frames)), set_apart(frames))
    return Pairs(a[keep], b[keep], shared_ties(frames, max_degree=max_degree))


def set_apart(frames: LinkageFrames) -> Ints:
    """Return the keys of the pairs that somebody judged not linked."""
    a, b = frames.positions(frames.set_apart["a"]), frames.positions(frames.set_apart["b"])
    known = (a >= 0) & (b >= 0)
    return np.unique(pair_key(a[known], b[known], len(frames)))


def distance_km(frames: LinkageFrames, a: Ints, b: Ints) -> Floats:
    """Return km between the events of each pair; missing where either place is not known well enough."""
    return np.asarray(np.sqrt(((frames.spot[a] - frames.spot[b]) ** 2).sum(axis=1)))


def age_apart(frames: LinkageFrames, a: Ints, b: Ints) -> Floats:
    """Return years between the victims of each pair."""
    age = frames.ordered["age"].to_numpy()
    return np.asarray(np.abs(age[a] - age[b]))


def days_apart(frames: LinkageFrames, a: Ints, b: Ints, first: float = 0.5, second: float = 0.5) -> Floats:
    """Return days between the events of each pair, each taken at this share of its interval (0.5: the middle)."""
    low, high = frames.days
    return np.abs(low[a] + first * (high - low)[a] - low[b] - second * (high - low)[b])


def exposure(frames: LinkageFrames, of: str) -> Floats:
    """Return the share of each event's interval in each hour of the day or day of the week; flat where not known.

    of: hour (24 columns) or weekday (7, Monday first). A bare date says nothing of the hour.
    """
    slots, length = (HOURS, 1 / HOURS) if of == "hour" else (WEEKDAYS, 1.0)
    low, high = frames.days
    # 1970-01-01 was a Thursday.
    shift = 0.0 if of == "hour" else 3.0
    start = (low + shift) / length
    end = np.maximum((high + shift) / length, start)
    found = np.full((len(frames), slots), 1.0 / slots)
    known = np.isfinite(start) & (end - start < slots - 1e-6)
    if not known.any():
        return found
    start, end = start[known], end[known]
    first = np.floor(start)
    width = np.maximum(end - start, 1e-9)
    share = np.zeros((len(start), slots))
    rows = np.arange(len(start))
    for step in range(slots + 1):
        inside = np.minimum(end, first + step + 1) - np.maximum(start, first + step)
        point = (step == 0) & (end - start < 1e-9)
        part = np.where(point, 1.0, np.clip(inside, 0.0, None) / width)
        share[rows, (first + step).astype(np.int64) % slots] += np.where(point | (end - start >= 1e-9), part, 0.0)
    found[known] = share / share.sum(axis=1, keepdims=True)
    return found


def _near(frames: LinkageFrames, near_km: float) -> Ints:
    known = np.flatnonzero(np.isfinite(frames.spot[:, 0]))
    if len(known) < 2:
        return np.zeros(0, dtype=np.int64)
    found = cKDTree(frames.spot[known]).query_pairs(near_km, output_type="ndarray")
    return pair_key(known[found[:, 0]], known[found[:, 1]], len(frames))


def _rare(frames: LinkageFrames) -> Ints:
    tokens = frames.tokens[frames.tokens["group"].isin(RARE_GROUPS)]
    position = frames.positions(tokens["event"])
    rows = tokens.assign(position=position)[position >= 0][["group", "token", "position"]].drop_duplicates()
    degree = rows.groupby(["group", "token"])["position"].transform("size")
    rows = rows[(degree >= 2) & (degree <= RARE_TOKEN)]
    both = rows.merge(rows, on=["group", "token"], suffixes=("_a", "_b"))
    both = both[both["position_a"] < both["position_b"]]
    return pair_key(both["position_a"].to_numpy(), both["position_b"].to_numpy(), len(frames))
