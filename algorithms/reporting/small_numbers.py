"""Hiding of small numbers in tables that share totals, so that none can be worked out from what is shown.

A reader knows every number shown, that a hidden one is not 0 (zeros are never hidden), and which numbers add up to
which. What he can work out of a hidden number is an interval: the least and the most that all sums allow. It is found
by linear programming; numbers whose interval is too narrow get company until none is.
Source: Hundepool et al. 2012, Statistical Disclosure Control, chapter 4 (secondary cell suppression).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

BoolArray = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
# Most values of a hidden number that sums allow, less one; with fewer it is as good as told.
WIDTH = 2.0
TRIES = 8
MOST_ROUNDS = 200


@dataclass(frozen=True)
class Sum:
    """Numbers that add up to as much as others do: positions of both sides among all numbers."""

    left: tuple[int, ...]
    right: tuple[int, ...]


def hide_small(values: Sequence[int], sums: Sequence[Sum], *, below: int, spare: Sequence[int] = ()) -> BoolArray:
    """Return which numbers to hide.

    values: every number that is to be shown (counts). sums: what adds up to what. below: numbers from 1 to below this
    are hidden. spare: positions that are hidden only when nothing else helps, such as totals.
    Raises ValueError if below is under 2 or a sum does not hold.
    """
    if below < 2:
        raise ValueError(f"below must be at least 2, since it hides the numbers from 1 to below it, not {below}")
    numbers = np.asarray(values, dtype=np.float64)
    matrix = _matrix(sums, len(numbers))
    if sums and np.abs(matrix @ numbers).max() > 1e-6:
        raise ValueError("a sum does not hold: the tables count different things")
    hidden = np.asarray((numbers > 0) & (numbers < below))
    for _ in range(MOST_ROUNDS):
        told = _told(numbers, matrix, hidden)
        if not told.size:
            return hidden
        for position in told:
            more = _company(int(position), numbers, matrix, hidden, set(spare))
            if more is not None:
                hidden[more] = True
                continue
            # Nothing in its sums is left to hide: everything that it shares a sum with goes.
            rows = np.unique(matrix[:, [position]].nonzero()[0])
            beside = np.unique(matrix[rows].nonzero()[1])
            if hidden[beside[numbers[beside] > 0]].all():
                return np.asarray(numbers > 0)
            hidden[beside[numbers[beside] > 0]] = True
    return np.asarray(numbers > 0)


def intervals(
    values: Sequence[int], sums: Sequence[Sum], hidden: BoolArray, which: Sequence[int]
) -> list[tuple[float, float]]:
    """Return the least and the most that each of these hidden numbers can be, for one who knows the others."""
    numbers = np.asarray(values, dtype=np.float64)
    problem = _Problem(numbers, _matrix(sums, len(numbers)), hidden)
    return [problem.interval(position) for position in which]


class _Problem:
    """What is known about the hidden numbers: each is at least 1, and all sums hold."""

    def __init__(self, numbers: FloatArray, matrix: sparse.csr_matrix, hidden: BoolArray) -> None:
        self.positions = np.flatnonzero(hidden)
        self.column = {int(position): n for n, position in enumerate(self.positions)}
        unknown = matrix[:, self.positions]
        known = -(matrix @ np.where(hidden, 0.0, numbers))
        rows = np.unique(unknown.nonzero()[0])
        self.left, self.right = unknown[rows], known[rows]
        self.in_a_sum = np.zeros(len(self.positions), dtype=np.bool_)
        self.in_a_sum[np.unique(unknown.nonzero()[1])] = True

    def solve(self, objective: FloatArray) -> FloatArray | None:
        """Return values of the hidden numbers that make the objective smallest; None where it has no bound."""
        done = linprog(objective, A_eq=self.left, b_eq=self.right, bounds=(1, 1e7), method="highs")
        return np.asarray(done.x, dtype=np.float64) if done.status == 0 else None

    def interval(self, position: int) -> tuple[float, float]:
        """Return the least and the most that a hidden number can be."""
        column = self.column[position]
        ends = []
        for sign in (1.0, -1.0):
            objective = np.zeros(len(self.positions))
            objective[column] = sign
            found = self.solve(objective)
            ends.append(float(found[column]) if found is not None else sign * np.inf * -1)
        return ends[0], ends[1]


def _told(numbers: FloatArray, matrix: sparse.csr_matrix, hidden: BoolArray) -> np.ndarray:
    """Return positions of hidden numbers that what is shown tells, or all but tells."""
    problem = _Problem(numbers, matrix, hidden)
    if not problem.in_a_sum.any():
        return np.array([], dtype=np.int64)
    low = numbers[problem.positions].copy()
    high = low.copy()
    rng = np.random.default_rng(len(problem.positions))
    # One solution says something about every number: most are seen to be wide without a problem of their own.
    for _ in range(TRIES):
        objective = rng.choice([-1.0, 1.0], len(problem.positions)) * rng.random(len(problem.positions))
        found = problem.solve(objective)
        if found is not None:
            low, high = np.minimum(low, found), np.maximum(high, found)
    told = []
    for column in np.flatnonzero(problem.in_a_sum & (high - low < WIDTH)):
        least, most = problem.interval(int(problem.positions[column]))
        if most - least < WIDTH - 1e-6:
            told.append(int(problem.positions[column]))
    return np.asarray(told, dtype=np.int64)


def _company(
    position: int, numbers: FloatArray, matrix: sparse.csr_matrix, hidden: BoolArray, spare: set[int]
) -> int | None:
    """Return the smallest number still shown that shares a sum with this one; those to spare come last."""
    rows = np.unique(matrix[:, [position]].nonzero()[0])
    found: list[tuple[bool, float, int]] = []
    # The tightest sum first: company there widens it most for the least lost.
    for row in sorted(rows, key=lambda r: int(hidden[matrix[[r]].nonzero()[1]].sum())):
        beside = matrix[[row]].nonzero()[1]
        found = [(int(n) in spare, float(numbers[n]), int(n)) for n in beside if numbers[n] > 0 and not hidden[n]]
        if found and not min(found)[0]:
            break
    return min(found)[2] if found else None


def _matrix(sums: Sequence[Sum], size: int) -> sparse.csr_matrix:
    rows = [n for n, one in enumerate(sums) for _ in (*one.left, *one.right)]
    columns = [position for one in sums for position in (*one.left, *one.right)]
    signs = [sign for one in sums for sign in (*[1.0] * len(one.left), *[-1.0] * len(one.right))]
    return sparse.csr_matrix((signs, (rows, columns)), shape=(len(sums), size))
