"""Space-time permutation scan: events closer together in place and time than places and times alone make likely.

It needs no count of residents: a busy place is busy on every day, a busy week everywhere, and only both at once is a
cluster. Source: Kulldorff et al. 2005, PLoS Medicine 2(3), e59.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
IntArray = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

EVENT_COLUMNS = ("event_id", "day", "latitude", "longitude")
CLUSTER_COLUMNS = (
    "cluster", "latitude", "longitude", "radius_m", "first_day", "last_day", "days", "observed", "expected", "ratio",
    "log_likelihood_ratio", "p", "event_ids", "could_be_wrong",
)  # fmt: skip
METRES_PER_DEGREE = 111_195.0
FLOOR = 0.7
COULD_BE_WRONG = (
    "More people moved there, or a place opened there, in just that time.",
    "Deaths were reported from there in that time that were not reported before or after.",
    "One fire, crash or bad supply of a drug makes a cluster without any series.",
    "A circle and a number of weeks are a crude shape: the true extent may differ.",
)


@dataclass(frozen=True)
class ScanSettings:
    """What the scan looks for.

    radii_m: radii of the circles (m). windows: lengths in steps of time. step_days: length of a step (days).
    trials: how often the days are shuffled; the smallest p is 1 / (trials + 1). seed: of the shuffles.
    fewest: events in a cluster (count). least_ratio: observed over expected of a cluster; the same bar holds for the
    shuffled events, so that p stays honest. most_share: a circle with more of all events than this is a region, not
    a cluster. most_p: clusters with a larger p are not returned. cell_m: circles are centred on the means of events
    in squares of this size (m).
    """

    radii_m: tuple[float, ...] = (100.0, 250.0, 500.0, 1000.0, 2000.0, 5000.0)
    windows: tuple[int, ...] = (1, 2, 3, 4, 6, 9, 13)
    step_days: int = 7
    trials: int = 199
    seed: int = 20260101
    fewest: int = 3
    least_ratio: float = 2.0
    most_share: float = 0.5
    most_p: float = 0.05
    cell_m: float = 200.0


def space_time_clusters(
    events: pd.DataFrame, settings: ScanSettings | None = None, progress: Callable[[int], object] | None = None
) -> pd.DataFrame:
    """Return clusters, strongest first, those left out that overlap a stronger one in place and time.

    events: one row an event; columns event_id (str), day (days since 1970-01-01), latitude, longitude (WGS84).
    Rows without a day or coordinates are not used. progress: called with the number of shuffles done.
    Returns CLUSTER_COLUMNS; radius_m is the circle's, expected what place and time alone make likely, p the share of
    shuffles whose strongest cluster is at least as strong. Empty with the same columns when there is none.
    Raises ValueError if a column is missing or a setting makes no sense.
    """
    chosen = settings or ScanSettings()
    _check(events, chosen)
    located = events.dropna(subset=["day", "latitude", "longitude"]).drop_duplicates("event_id")
    located = located.sort_values("event_id", ignore_index=True)
    if len(located) < chosen.fewest:
        return pd.DataFrame(columns=list(CLUSTER_COLUMNS))
    scan = _Scan(located, chosen)
    rng = np.random.default_rng(chosen.seed)
    maxima = np.zeros(chosen.trials)
    for trial in range(chosen.trials):
        maxima[trial] = scan.maximum(rng.permutation(scan.step))
        if trial == 0:
            # Nothing much weaker than what chance just made can get a small p: not looking at it saves most of the
            # time, and leaves the p of everything stronger as it is.
            scan.look_above(FLOOR * maxima[0])
        if progress is not None:
            progress(1)
    return scan.clusters(scan.strongest(scan.step), maxima)


class _Scan:
    """Circles and windows over one set of events. A shuffle changes only which events fall into which step of time."""

    def __init__(self, events: pd.DataFrame, chosen: ScanSettings) -> None:
        self.chosen = chosen
        self.ids = events["event_id"].astype(str).to_numpy(dtype=object)
        self.day = events["day"].to_numpy(dtype=np.int64)
        self.first_day = int(self.day.min())
        self.step = (self.day - self.first_day) // chosen.step_days
        self.steps = int(self.step.max()) + 1
        self.windows = [length for length in chosen.windows if length < self.steps] or [1]
        latitude = events["latitude"].to_numpy(dtype=np.float64)
        longitude = events["longitude"].to_numpy(dtype=np.float64)
        self.middle = float(latitude.mean())
        # Metres on a plane are off by less than 1 % within a country's breadth of latitude, far below a radius's step.
        self.at = np.column_stack(
            [longitude * METRES_PER_DEGREE * np.cos(np.radians(self.middle)), latitude * METRES_PER_DEGREE]
        )
        self.total = len(self.at)
        self.radii = np.sort(np.asarray(chosen.radii_m, dtype=np.float64))
        self.centres = self._centres()
        self.ring, self.member = self._rings()
        inside = np.bincount(self.ring, minlength=len(self.centres) * len(self.radii))
        self.inside = inside.reshape(len(self.centres), len(self.radii)).cumsum(axis=1)
        too_wide = self.inside > chosen.most_share * self.total
        # A circle that holds the same events as a smaller one of its centre adds nothing.
        same = np.zeros_like(too_wide)
        same[:, 1:] = self.inside[:, 1:] == self.inside[:, :-1]
        self.idle = too_wide | same | (self.inside < chosen.fewest)
        by_step = np.bincount(self.step, minlength=self.steps)
        self.in_window = {length: _sums(by_step[None, :], length)[0] for length in self.windows}
        self.kind = np.int16 if self.total < np.iinfo(np.int16).max else np.int32
        self.never = int(np.iinfo(self.kind).max)
        self.look_above(0.0)

    def _centres(self) -> FloatArray:
        cells = np.floor(self.at / self.chosen.cell_m).astype(np.int64)
        _, group = np.unique(cells, axis=0, return_inverse=True)
        group = group.ravel()
        counts = np.bincount(group)
        return np.column_stack([np.bincount(group, weights=self.at[:, axis]) / counts for axis in (0, 1)])

    def _rings(self) -> tuple[IntArray, IntArray]:
        """Return, of each pair of centre and event within reach, its ring (centre x radii + radius) and the event."""
        tree = cKDTree(self.at)
        reach = tree.query_ball_point(self.centres, self.radii[-1], return_sorted=True)
        sizes = np.array([len(found) for found in reach])
        centre = np.repeat(np.arange(len(self.centres)), sizes)
        member = np.concatenate([np.asarray(found, dtype=np.int64) for found in reach])
        distance = np.hypot(*(self.at[member] - self.centres[centre]).T)
        radius = np.minimum(np.searchsorted(self.radii, distance - 1e-6), len(self.radii) - 1)
        return centre * len(self.radii) + radius, member

    def look_above(self, floor: float) -> None:
        """Leave out circles and windows whose log likelihood ratio is below this."""
        self.least = {length: self._least(length, floor) for length in self.windows}

    def _least(self, length: int, floor: float) -> np.ndarray:
        """Return the fewest events that make a cluster of this strength, of each circle and window of this length."""
        expected = self.inside[:, :, None] * self.in_window[length][None, None, :] / self.total
        least = np.maximum(np.ceil(expected * self.chosen.least_ratio), self.chosen.fewest)
        least = np.maximum(least, np.searchsorted(_most_expected(self.total, floor), expected) + 1)
        least[self.idle] = self.never
        return np.asarray(np.minimum(least, self.never), dtype=self.kind)

    def _counts(self, step: IntArray) -> np.ndarray:
        """Return events by centre, radius and step, then summed up over steps (with a leading 0)."""
        size = len(self.centres) * len(self.radii) * self.steps
        flat = np.bincount(self.ring * self.steps + step[self.member], minlength=size)
        cube = flat.reshape(len(self.centres), len(self.radii), self.steps).astype(self.kind)
        np.cumsum(cube, axis=1, out=cube)
        summed = np.zeros((*cube.shape[:2], self.steps + 1), dtype=self.kind)
        np.cumsum(cube, axis=2, out=summed[:, :, 1:])
        return summed

    def _candidates(self, step: IntArray) -> list[tuple[int, tuple[np.ndarray, ...], FloatArray, FloatArray]]:
        """Return per window length: where there are enough events, how many, and the log likelihood ratio."""
        summed = self._counts(step)
        found = []
        for length in self.windows:
            counts = summed[:, :, length:] - summed[:, :, :-length]
            where = np.unravel_index(np.flatnonzero(counts >= self.least[length]), counts.shape)
            observed = counts[where].astype(np.float64)
            expected = self.inside[where[0], where[1]] * self.in_window[length][where[2]] / self.total
            found.append((length, where, observed, _log_likelihood_ratio(observed, expected, self.total)))
        return found

    def maximum(self, step: IntArray) -> float:
        """Return the strongest log likelihood ratio of these events."""
        return max((float(ratio.max()) for _, _, _, ratio in self._candidates(step) if ratio.size), default=0.0)

    def strongest(self, step: IntArray) -> pd.DataFrame:
        """Return every circle and window with enough events, strongest first, the smaller before the wider."""
        frames = []
        for length, (centre, radius, start), observed, ratio in self._candidates(step):
            frames.append(
                pd.DataFrame(
                    {"centre": centre, "radius": radius, "start": start, "length": length, "observed": observed,
                     "ratio": ratio}
                )
            )  # fmt: skip
        best = pd.concat(frames, ignore_index=True)
        best = best[best["ratio"] > 0]
        order = ["ratio", "radius", "length", "centre", "start"]
        return best.sort_values(order, ascending=[False, True, True, True, True], ignore_index=True)

    def clusters(self, best: pd.DataFrame, maxima: FloatArray) -> pd.DataFrame:
        """Return the clusters that chance seldom makes, without those that overlap a stronger one."""
        rows: list[dict[str, object]] = []
        taken: list[tuple[FloatArray, float, int, int]] = []
        ranked = np.sort(maxima)
        columns = [best[name].tolist() for name in ("centre", "radius", "start", "length", "ratio")]
        for at, wide_as, start, length, strength in zip(*columns, strict=True):
            at_least = len(ranked) - int(np.searchsorted(ranked, strength - 1e-9))
            p = (at_least + 1) / (len(ranked) + 1)
            if p > self.chosen.most_p:
                break
            centre, radius, end = self.centres[at], float(self.radii[wide_as]), start + length
            if any(
                np.hypot(*(centre - other)) < radius + wide and start < until and since < end
                for other, wide, since, until in taken
            ):
                continue
            taken.append((centre, radius, start, end))
            inside = np.hypot(*(self.at - centre).T) <= radius + 1e-6
            members = inside & (self.step >= start) & (self.step < end)
            expected = float(inside.sum() * ((self.step >= start) & (self.step < end)).sum() / self.total)
            rows.append(
                {
                    "cluster": len(rows) + 1,
                    "latitude": round(float(centre[1] / METRES_PER_DEGREE), 5),
                    "longitude": round(float(centre[0] / (METRES_PER_DEGREE * np.cos(np.radians(self.middle)))), 5),
                    "radius_m": radius,
                    "first_day": int(self.day[members].min()),
                    "last_day": int(self.day[members].max()),
                    "days": length * self.chosen.step_days,
                    "observed": int(members.sum()),
                    "expected": round(expected, 2),
                    "ratio": round(float(members.sum()) / expected, 1),
                    "log_likelihood_ratio": round(strength, 3),
                    "p": round(p, 4),
                    "event_ids": sorted(self.ids[members]),
                    "could_be_wrong": list(COULD_BE_WRONG),
                }
            )
        return pd.DataFrame(rows, columns=list(CLUSTER_COLUMNS))


def _sums(counts: np.ndarray, length: int) -> np.ndarray:
    summed = np.concatenate([np.zeros((len(counts), 1), dtype=np.int64), counts.cumsum(axis=1)], axis=1)
    return np.asarray(summed[:, length:] - summed[:, :-length])


def _most_expected(total: int, floor: float) -> FloatArray:
    """Return, for 1, 2, 3 ... events, up to which expected count they reach this log likelihood ratio; ascending."""
    observed = np.arange(1, total + 1, dtype=np.float64)
    low, high = np.full(total, 1e-12), observed.copy()
    for _ in range(50):
        middle = (low + high) / 2
        enough = _log_likelihood_ratio(observed, middle, total) >= floor
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return np.maximum.accumulate(low)


def _log_likelihood_ratio(observed: FloatArray, expected: FloatArray, total: int) -> FloatArray:
    outside, outside_expected = total - observed, total - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = observed * np.log(observed / expected) + np.where(
            outside > 0, outside * np.log(np.maximum(outside, 1) / outside_expected), 0.0
        )
    return np.asarray(np.where(observed > expected, ratio, 0.0), dtype=np.float64)


def _check(events: pd.DataFrame, chosen: ScanSettings) -> None:
    missing = [name for name in EVENT_COLUMNS if name not in events.columns]
    if missing:
        raise ValueError(f"events lack the columns {', '.join(missing)}")
    if not chosen.radii_m or min(chosen.radii_m) <= 0 or not chosen.windows or min(chosen.windows) < 1:
        raise ValueError("radii and windows must be positive, and there must be one of each")
    if chosen.trials < 1 or chosen.step_days < 1 or chosen.fewest < 2 or chosen.least_ratio < 1:
        raise ValueError("trials and step_days are at least 1, fewest at least 2, least_ratio at least 1")
