"""Hiding of small numbers in tables that share totals, so that none can be worked out from what is shown.

A reader knows every number shown, that a hidden one is not 0 (zeros are never hidden), and which numbers add up to
which. What he can work out of a hidden number is an interval: the least and the most that all sums allow. It is found
by linear programming; numbers whose interval is too narrow get company until none is.
Source: Hundepool et al. 2012, Statistical Disclosure Control, chapter 4 (secondary cell suppression).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

BoolArray = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
# Most values of a hidden number that sums allow, less one; with fewer it is as good as told.
WIDTH = 2.0
MOST = 1e7
TRIES = 8
MOST_ROUNDS = 200


@dataclass(frozen=True)
class Sum:
    """Numbers that add up to as much as others do: positions of both sides among all numbers."""

    left: tuple[int, ...]
    right: tuple[int, ...]


def hide_small(
    values: Sequence[int],
    sums: Sequence[Sum],
    *,
    below: int,
    spare: Sequence[int] = (),
    tables: Sequence[int] | None = None,
) -> BoolArray:
    """Return which numbers to hide.

    values: every number that is to be shown (counts). sums: what adds up to what. below: numbers from 1 to below this
    are hidden. spare: positions that are hidden only when nothing else helps, such as totals. tables: which table each
    number stands in; company is looked for in the same table first, so that one small number does not empty others.
    Raises ValueError if below is under 2 or a sum does not hold.
    """
    if below < 2:
        raise ValueError(f"below must be at least 2, since it hides the numbers from 1 to below it, not {below}")
    numbers = np.asarray(values, dtype=np.float64)
    matrix = _matrix(sums, len(numbers))
    of_table = np.zeros(len(numbers), dtype=np.int64) if tables is None else np.asarray(tables, dtype=np.int64)
    if sums and np.abs(matrix @ numbers).max() > 1e-6:
        raise ValueError("a sum does not hold: the tables count different things")
    hidden = np.asarray((numbers > 0) & (numbers < below))
    for _ in range(MOST_ROUNDS):
        # A number that a round's earlier choice has already freed needs no company of its own.
        before = hidden.copy()
        problem = _Problem(numbers, matrix, before)
        told = problem.told()
        if not told.size:
            return hidden
        for position in told:
            gives_away = problem.gives_away(int(position))
            if (hidden & ~before)[gives_away].any():
                continue
            found = [(n in spare, bool(of_table[n] != of_table[position]), numbers[n], n) for n in gives_away]
            if not found:
                return np.asarray(numbers > 0)
            hidden[min(found)[3]] = True
    return np.asarray(numbers > 0)


def intervals(
    values: Sequence[int], sums: Sequence[Sum], hidden: BoolArray, which: Sequence[int]
) -> list[tuple[float, float]]:
    """Return the least and the most that each of these hidden numbers can be, for one who knows the others."""
    numbers = np.asarray(values, dtype=np.float64)
    problem = _Problem(numbers, _matrix(sums, len(numbers)), hidden)
    return [problem.interval(position) for position in which]


class _Problem:
    """What a reader knows about the hidden numbers: each is at least 1, and all sums hold."""

    def __init__(self, numbers: FloatArray, matrix: sparse.csr_matrix, hidden: BoolArray) -> None:
        self.numbers, self.hidden = numbers, hidden
        self.positions = np.flatnonzero(hidden)
        self.column = {int(position): n for n, position in enumerate(self.positions)}
        unknown = matrix[:, self.positions]
        rows = np.unique(unknown.nonzero()[0])
        self.matrix = matrix[rows]
        self.left = unknown[rows]
        self.right = -(self.matrix @ np.where(hidden, 0.0, numbers))
        self.in_a_sum = np.zeros(len(self.positions), dtype=np.bool_)
        self.in_a_sum[np.unique(unknown.nonzero()[1])] = True

    def told(self) -> np.ndarray:
        """Return positions of hidden numbers that what is shown tells, or all but tells."""
        if not self.in_a_sum.any():
            return np.array([], dtype=np.int64)
        low = self.numbers[self.positions].copy()
        high = low.copy()
        rng = np.random.default_rng(len(self.positions))
        # One solution says something about every number: most are seen to be wide without a problem of their own.
        for _ in range(TRIES):
            found = self._solve(rng.choice([-1.0, 1.0], len(self.positions)) * rng.random(len(self.positions)))
            if found is not None:
                low, high = np.minimum(low, found.x), np.maximum(high, found.x)
        narrow = self.positions[self.in_a_sum & (high - low < WIDTH)]
        ends = [self.interval(int(position)) for position in narrow]
        return narrow[[most - least < WIDTH - 1e-6 for least, most in ends]] if len(narrow) else narrow

    def interval(self, position: int) -> tuple[float, float]:
        """Return the least and the most that a hidden number can be."""
        column = self.column[position]
        least, most = (self._solve(self._one(column, sign)) for sign in (1.0, -1.0))
        return (
            1.0 if least is None else float(least.x[column]),
            MOST if most is None else float(most.x[column]),
        )

    def gives_away(self, position: int) -> list[int]:
        """Return numbers still shown by which a reader works this one out: those that its bounds rest on.

        They are read off the dual values: the sums that hold the number where it is, added up with their weights.
        """
        column = self.column[position]
        rests_on = np.zeros(len(self.numbers), dtype=np.bool_)
        for sign in (1.0, -1.0):
            found = self._solve(self._one(column, sign))
            if found is not None:
                rests_on |= np.abs(self.matrix.T @ np.asarray(found.eqlin.marginals)) > 1e-7
        return [int(n) for n in np.flatnonzero(rests_on & ~self.hidden & (self.numbers > 0))]

    def _one(self, column: int, sign: float) -> FloatArray:
        objective = np.zeros(len(self.positions))
        objective[column] = sign
        return objective

    def _solve(self, objective: FloatArray) -> Any:
        """Return the solution that makes the objective smallest; None where it has no bound."""
        done = linprog(objective, A_eq=self.left, b_eq=self.right, bounds=(1, MOST), method="highs")
        return done if done.status == 0 else None


def _matrix(sums: Sequence[Sum], size: int) -> sparse.csr_matrix:
    rows = [n for n, one in enumerate(sums) for _ in (*one.left, *one.right)]
    columns = [position for one in sums for position in (*one.left, *one.right)]
    signs = [sign for one in sums for sign in (*[1.0] * len(one.left), *[-1.0] * len(one.right))]
    return sparse.csr_matrix((signs, (rows, columns)), shape=(len(sums), size))
