"""Figures of ranking, on lists short enough to count by hand."""

import numpy as np
import pytest

from algorithms.company import SHARE, company
from algorithms.evaluation import area_under_curve, average_precision, calibration, split_groups, top_share

SCORE = np.array([5.0, 4.0, 3.0, 2.0, 1.0])
LINKED = np.array([True, False, True, False, False])


def test_area_is_the_share_of_pairs_in_the_right_order() -> None:
    assert area_under_curve(SCORE, LINKED) == pytest.approx(5 / 6)
    assert area_under_curve(np.zeros(5), LINKED) == pytest.approx(0.5)


def test_average_precision_counts_how_many_stand_above() -> None:
    assert average_precision(SCORE, LINKED) == pytest.approx((1 + 2 / 3) / 2)


def test_ties_have_no_order_to_profit_from() -> None:
    assert average_precision(np.zeros(5), LINKED) == pytest.approx(0.4)
    assert top_share(np.zeros(5), LINKED, 2) == pytest.approx(0.4)
    assert top_share(SCORE, LINKED, 3) == pytest.approx(2 / 3)


def test_calibration_counts_every_pair_once() -> None:
    found = calibration(np.log([0.5, 2.0, 20.0, 200.0, 5000.0]), LINKED)
    assert found["pairs"].sum() == 5
    assert found["linked"].sum() == 2


def test_groups_are_split_by_lot_and_whole() -> None:
    learn, rest = split_groups([str(number) for number in range(10)], 0.6, 1)
    assert len(learn) == 6
    assert not learn & rest
    assert split_groups(map(str, reversed(range(10))), 0.6, 1) == (learn, rest)
    with pytest.raises(ValueError, match="between 0 and 1"):
        split_groups(["a"], 1.5, 1)


def test_a_third_event_close_to_both_adds_to_a_pair() -> None:
    a, b = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3])
    added = company(a, b, np.array([4.0, 1.0, 6.0, -1.0]), 4)
    assert added.tolist() == pytest.approx([SHARE * 1.0, SHARE * 4.0, SHARE * 1.0, 0.0])
