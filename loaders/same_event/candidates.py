"""Which pairs of records are compared: those that share a person or a place and fall near in time.

All columns are numbers and all steps are sorts, so that the cost grows with the records and with how crowded they are.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from loaders.same_event.records import WIDEST_DAYS, WINDOW_DAYS, Records
from loaders.same_event.spots import NEAR_M

Ints = npt.NDArray[np.int64]

# How far apart (minutes) two records may lie that share a person, a spot, or only a neighbourhood.
BY_PERSON, BY_SPOT, NEARBY = 3 * 1440, 1440, 120
# A neighbourhood counts only for records that know the time to within six hours.
NEARBY_WIDTH = 360

ATTENDANCES = ("ambulance", "ed_attendance")
# An arrest is not the crime it is for, a report to safeguarding not the crime it tells of: only these are compared.
_ACROSS = {
    frozenset(pair)
    for pair in [
        ("crime", "non_crime"),
        *((kind, attendance) for kind in ("crime", "non_crime", "death") for attendance in ATTENDANCES),
    ]
}
# What is told is not what happened: two reports of intelligence are two.
_NEVER = ("intelligence",)


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows of Records.events, a < b. person, spot: whether they share one; the same pair once."""

    a: Ints
    b: Ints
    person: npt.NDArray[np.bool_]
    spot: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.a)


def comparable(records: Records, a: Ints, b: Ints) -> npt.NDArray[np.bool_]:
    """Return which pairs are of kinds that may be one event: one kind, or across sources kinds that tell of another."""
    kinds = sorted({*records.events["kind"].dropna(), "other"})
    table = np.zeros((len(kinds), len(kinds), 2), dtype=np.bool_)
    for i, first in enumerate(kinds):
        for j, second in enumerate(kinds):
            one_kind = first == second and first not in _NEVER
            table[i, j] = one_kind, one_kind or frozenset((first, second)) in _ACROSS
    kind = pd.Categorical(records.events["kind"].fillna("other"), categories=kinds).codes
    source = records.events["source"].to_numpy()
    return np.asarray(table[kind[a], kind[b], (source[a] != source[b]).astype(int)])


def find_candidates(records: Records) -> Pairs:
    """Return the pairs worth comparing, sorted."""
    events, people = records.events, records.people
    fine = (events["low"].notna() & (events["high"] - events["low"] <= WIDEST_DAYS * 1440)).to_numpy()
    low, high = events["low"].to_numpy(dtype=float), events["high"].to_numpy(dtype=float)
    low = np.minimum(low, events["reported_low"].fillna(events["low"]).to_numpy(dtype=float))
    named = people.loc[fine[people["event"]], ["event", "person"]].drop_duplicates()
    event = named["event"].to_numpy(dtype=np.int64)
    by_person = _within(pd.factorize(named["person"])[0], event, low, high, BY_PERSON)
    placed = np.flatnonzero(fine & (events["spot"] >= 0).to_numpy())
    by_spot = _within(events["spot"].to_numpy()[placed], placed, low, high, BY_SPOT)
    nearby = _nearby(events, fine)
    a, b, way = (
        np.concatenate(parts)
        for parts in zip(
            *((*pair, np.full(len(pair[0]), n)) for n, pair in enumerate((by_person, by_spot, nearby))), strict=True
        )
    )
    keep = comparable(records, a, b)
    a, b, way = a[keep], b[keep], way[keep]
    key = a * len(events) + b
    unique, at = np.unique(key, return_inverse=True)
    shares = np.zeros((len(unique), 3), dtype=np.bool_)
    shares[at, way] = True
    return Pairs(unique // max(len(events), 1), unique % max(len(events), 1), shares[:, 0], shares[:, 1])


def count_around(
    things: Ints, rows: Ints, records: Records, of: Ints, near: Ints, other: Ints
) -> npt.NDArray[np.int64]:
    """Return, for each question, how many records of a source hold a thing in the window around a record.

    things, rows: one row a thing (a person or spot, a number) in a record (row of events). A question is a thing (of),
    the record around which to look (near) and the record whose source is counted (other); `near` itself is not counted.
    """
    day = records.events["day"].to_numpy(dtype=float)
    source = pd.factorize(records.events["source"])[0]
    sources = int(source.max(initial=0)) + 1
    wide = 1e7
    keys = np.sort((things * sources + source[rows]) * wide + day[rows])
    asked = (of * sources + source[other]) * wide + day[near]
    counts = np.searchsorted(keys, asked + WINDOW_DAYS, "right") - np.searchsorted(keys, asked - WINDOW_DAYS, "left")
    return np.asarray(counts - (source[near] == source[other]), dtype=np.int64)


def _within(
    group: Ints, event: Ints, low: npt.NDArray[np.float64], high: npt.NDArray[np.float64], slack: float
) -> tuple[Ints, Ints]:
    """Return the pairs of events of one group whose intervals lie within `slack` minutes of each other, a < b."""
    start = low[event]
    order = np.lexsort((event, start, group))
    group, event, start = group[order], event[order], start[order]
    # One number that sorts by group, then by start.
    width = 1e8
    key = group * width + start
    last = np.searchsorted(key, group * width + high[event] + slack, side="right")
    counts = np.maximum(last - np.arange(len(event)) - 1, 0)
    first = np.repeat(np.arange(len(event)), counts)
    second = first + 1 + (np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts))
    a, b = event[first], event[second]
    return np.minimum(a, b), np.maximum(a, b)


def _nearby(events: pd.DataFrame, fine: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    narrow = (events["high"] - events["low"] <= NEARBY_WIDTH).to_numpy()
    at = np.flatnonzero(fine & narrow & events["x"].notna().to_numpy() & ~events["hub"].to_numpy())
    if not at.size:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    scaled = events.loc[at, ["x", "y", "z"]].to_numpy(dtype=float) / NEAR_M
    time = events.loc[at, "low"].to_numpy(dtype=float) / NEARBY
    found = cKDTree(np.column_stack([scaled, time])).query_pairs(1.0, p=np.inf, output_type="ndarray")
    a, b = at[found[:, 0]], at[found[:, 1]]
    apart = np.linalg.norm(scaled[found[:, 0]] - scaled[found[:, 1]], axis=1)
    close = apart <= 1.0
    a, b = a[close], b[close]
    return np.minimum(a, b), np.maximum(a, b)
