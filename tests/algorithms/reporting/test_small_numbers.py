"""Small numbers are hidden so that nobody works them out from what is shown."""

import numpy as np
import pytest

from algorithms.reporting.small_numbers import Sum, hide_small, intervals

# A table of two by three with its margins and total: positions 0-5 cells, 6-7 rows, 8-10 columns, 11 the total.
GRID = [
    Sum((0, 1, 2), (6,)),
    Sum((3, 4, 5), (7,)),
    Sum((0, 3), (8,)),
    Sum((1, 4), (9,)),
    Sum((2, 5), (10,)),
    Sum((6, 7), (11,)),
    Sum((8, 9, 10), (11,)),
]


def grid(*cells: int) -> list[int]:
    a, b, c, d, e, f = cells
    return [*cells, a + b + c, d + e + f, a + d, b + e, c + f, sum(cells)]


def possible(values: list[int], hidden: np.ndarray) -> np.ndarray:
    """Return every grid (rows) that one who sees the rest can think of, found by trying whole numbers."""
    unknown = [int(n) for n in np.flatnonzero(hidden) if n < 6]
    most = 14 if len(unknown) < 6 else 9
    tried = np.indices((most,) * len(unknown), dtype=np.int16).reshape(len(unknown), -1).T + 1
    cells = np.tile(np.array(values[:6], dtype=np.int16), (len(tried), 1))
    cells[:, unknown] = tried
    rows, columns = cells.reshape(-1, 2, 3).sum(axis=2), cells.reshape(-1, 2, 3).sum(axis=1)
    whole = np.column_stack([cells, rows, columns, cells.sum(axis=1)])
    seen = ~hidden
    return whole[(whole[:, seen] == np.array(values)[seen]).all(axis=1)]


@pytest.mark.parametrize(
    "cells",
    [(2, 9, 8, 11, 7, 6), (1, 1, 9, 7, 9, 8), (3, 0, 0, 9, 9, 9), (2, 7, 0, 6, 0, 9), (1, 6, 7, 8, 1, 9)],
)
def test_no_hidden_number_can_be_worked_out_from_rows_columns_and_total(cells: tuple[int, ...]) -> None:
    values = grid(*cells)
    hidden = hide_small(values, GRID, below=5, spare=[11])
    assert all(hidden[n] for n, value in enumerate(values) if 0 < value < 5)
    assert not hidden[11]
    thinkable = possible(values, hidden)
    for position in np.flatnonzero(hidden):
        assert len(np.unique(thinkable[:, position])) >= 2, (values, hidden, position)


def test_one_small_number_takes_company_along_and_no_more_than_that() -> None:
    values = [3, 40, 50, 60, 153]
    hidden = hide_small(values, [Sum((0, 1, 2, 3), (4,))], below=5, spare=[4])
    assert hidden.tolist() == [True, True, False, False, False]
    assert intervals(values, [Sum((0, 1, 2, 3), (4,))], hidden, [0]) == [(1.0, 42.0)]


def test_two_ones_alone_would_be_told_by_their_sum() -> None:
    """1 + 1 = 2 leaves no other way, since a hidden number is never 0."""
    values = [1, 1, 30, 40, 72]
    hidden = hide_small(values, [Sum((0, 1, 2, 3), (4,))], below=5, spare=[4])
    assert hidden.tolist() == [True, True, True, False, False]


def test_nothing_small_hides_nothing_and_zeros_are_shown() -> None:
    assert not hide_small([0, 9, 9], [Sum((0, 1), (2,))], below=5).any()


def test_a_total_that_is_small_itself_goes_too() -> None:
    assert hide_small([1, 2, 3], [Sum((0, 1), (2,))], below=5, spare=[2]).all()


def test_sums_that_do_not_hold_are_refused() -> None:
    with pytest.raises(ValueError, match="count different things"):
        hide_small([1, 2, 4], [Sum((0, 1), (2,))], below=5)
