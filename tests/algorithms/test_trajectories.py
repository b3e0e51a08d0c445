"""Steps, gaps, four figures and how often it goes on, on little worlds that can be counted by hand."""

import pandas as pd
import pytest

from algorithms.trajectories import allegations, base_rate, figures, points, rate_in_words, wilson

NOW = 1000


def events(*rows: tuple[str, int | None, float | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["event", "day", "harm"])


def units(*rows: tuple[str, int, float | None]) -> pd.DataFrame:
    cells = [(unit, f"{unit}{n}", day, harm) for n, (unit, day, harm) in enumerate(rows)]
    return pd.DataFrame(cells, columns=["unit", "event", "day", "harm"])


def test_a_step_is_five_times_the_gravest_before_and_no_less_than_ten_days() -> None:
    told = points(events(("a", 10, 1), ("b", 20, 5), ("c", 40, 10), ("d", 41, 365), ("e", 90, 365), ("x", None, 9999)))
    assert [p.gap_days for p in told] == [None, 10, 20, 1, 49, None]
    assert [p.event for p in told if p.step] == ["d"]
    assert told[3].step == "step: 365 harm-days, the gravest before 10"
    assert [p.step for p in points(events(("a", 10, None), ("b", 20, 10.0)))] == [
        "",
        "step: 10 harm-days, the gravest before 1",
    ]


def test_an_event_of_a_half_life_ago_counts_half() -> None:
    found = figures(
        events(
            ("a", NOW, 10), ("b", NOW - 90, 365), ("c", NOW - 180, None), ("old", NOW - 730, 5475), ("later", 1001, 1)
        ),
        pd.DataFrame({"event": ["a", "b", "b", "old"], "victim": ["v", "v", "w", "z"]}),
        NOW,
    )
    assert (found.recency, found.frequency, found.gravity, found.victims) == (1.75, 3, 365.0, 2)


def test_who_was_named_twice_in_a_year_is_listed_by_harm_days_with_the_gravest_beside() -> None:
    rows = [
        ("often", "1", NOW, 200.0), ("often", "2", NOW, 200.0), ("often", "2", NOW, 200.0),
        ("often", "3", NOW - 364, None), ("grave", "4", NOW, 365.0), ("grave", "5", NOW, 1.0),
        ("once", "6", NOW, 5475.0), ("once", "7", NOW - 365, 5475.0),
    ]  # fmt: skip
    listed = allegations(pd.DataFrame(rows, columns=["person", "event", "day", "harm"]), NOW)
    assert listed[["person", "allegations", "harm_days", "gravest"]].values.tolist() == [
        ["often", 3, 401.0, 200.0],
        ["grave", 2, 366.0, 365.0],
    ]


def test_a_base_rate_counts_only_those_whose_year_after_is_known() -> None:
    world = units(
        ("again", 100, 1), ("again", 465, 1),  # the last day that still counts
        ("late", 100, 1), ("late", 466, 365),
        ("grave", 100, 1), ("grave", 120, None), ("grave", 200, 365),
        ("same_day", 100, 1), ("same_day", 100, 365),
        ("unknown", 636, 1), ("unknown", 640, 365),
        ("itself", 100, 1), ("itself", 101, 365),
    )  # fmt: skip
    first = base_rate(world, 1, NOW, without="itself")
    assert (first.of, first.further, first.grave) == (4, 2, 1)
    second = base_rate(world, 2, NOW, without="itself")
    assert (second.of, second.further, second.grave) == (3, 1, 1)
    assert base_rate(world, 9, NOW).alike == 5
    with pytest.raises(ValueError, match="had 0 events"):
        base_rate(world, 0, NOW)


def test_the_interval_is_wilson_s() -> None:
    low, high = wilson(10, 100)
    assert (low, high) == (pytest.approx(0.0552, abs=1e-4), pytest.approx(0.1744, abs=1e-4))
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0


def test_small_numbers_are_hidden_also_by_what_is_left() -> None:
    def told(further: int, grave: int, of: int) -> str:
        rows = []
        for n in range(of):
            rows.append((f"u{n:03d}", 100, 1.0))
            if n < further:
                rows.append((f"u{n:03d}", 200, 365.0 if n < grave else 1.0))
        return rate_in_words(base_rate(units(*rows), 1, NOW), "pairs")

    assert told(24, 6, 100) == (
        "Of 100 pairs in the loaded data that had 1 event, 24 (17 to 33) had a further event within 12 months, "
        "6 (3 to 12) had a grave one (counted on 100; intervals of 95 %)."
    )
    assert "fewer than 5 had a grave one" in told(24, 4, 100)
    assert told(24, 0, 100) == told(24, 4, 100)
    assert "nearly all had a further event" in told(96, 6, 100)
    assert told(4, 4, 4).startswith("There are too few pairs")
