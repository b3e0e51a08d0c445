"""The space-time permutation scan: what it finds, what it leaves alone, and that its p is honest."""

import numpy as np
import pandas as pd
import pytest

from algorithms.space_time_scan import ScanSettings, space_time_clusters

QUICK = ScanSettings(trials=39, radii_m=(250.0, 500.0, 1000.0, 5000.0), windows=(1, 2, 4, 8))


def scattered(count: int, seed: int, days: int = 730) -> pd.DataFrame:
    """Return events in a few towns, spread evenly over the days."""
    rng = np.random.default_rng(seed)
    towns = rng.uniform([53.5, -2.0], [54.5, -0.5], (12, 2))
    at = towns[rng.choice(12, count, p=np.linspace(2, 0.2, 12) / np.linspace(2, 0.2, 12).sum())]
    at = at + rng.normal(0, 0.012, (count, 2))
    return pd.DataFrame(
        {
            "event_id": [f"e{n:05d}" for n in range(count)],
            "day": rng.integers(19000, 19000 + days, count),
            "latitude": at[:, 0],
            "longitude": at[:, 1],
        }
    )


def planted(events: pd.DataFrame, count: int, *, at: int, day: int, seed: int = 3) -> pd.DataFrame:
    """Return the events with the first so many moved beside one of them, within ten days."""
    rng = np.random.default_rng(seed)
    moved = events.copy()
    centre = events.loc[at, ["latitude", "longitude"]].to_numpy(dtype=float)
    moved.loc[: count - 1, ["latitude", "longitude"]] = centre + rng.normal(0, 0.0008, (count, 2))
    moved.loc[: count - 1, "day"] = day + rng.integers(0, 10, count)
    return moved


def test_five_deaths_in_ten_days_within_a_few_hundred_metres_are_one_cluster() -> None:
    events = planted(scattered(300, 1), 5, at=200, day=19300)
    found = space_time_clusters(events, QUICK)
    assert len(found) == 1
    cluster = found.iloc[0]
    assert {"e00000", "e00001", "e00002", "e00003", "e00004"} <= set(cluster["event_ids"])
    assert cluster["observed"] == len(cluster["event_ids"]) >= 5
    assert cluster["expected"] < 1
    assert cluster["p"] <= 0.025
    assert cluster["radius_m"] <= 1000
    assert 19300 - 7 <= cluster["first_day"] <= cluster["last_day"] <= 19310 + 7
    centre = events.loc[200]
    assert abs(cluster["latitude"] - centre["latitude"]) < 0.01


def test_a_busy_place_and_a_busy_week_are_no_cluster() -> None:
    events = scattered(300, 2)
    # Always busy there; that week busy everywhere. Both vanish when days are shuffled.
    events.loc[:29, ["latitude", "longitude"]] = events.loc[0, ["latitude", "longitude"]].to_numpy()
    events.loc[270:, "day"] = 19350
    assert space_time_clusters(events, QUICK).empty


def test_p_is_honest_where_nothing_is_planted() -> None:
    """At p <= 0.1, one world in ten shows a cluster by chance; 24 worlds show 8 or more less than once in 1,000."""
    loose = ScanSettings(trials=19, most_p=0.1, radii_m=(2000.0,), windows=(1, 6))
    shown = sum(not space_time_clusters(scattered(80, 100 + n), loose).empty for n in range(24))
    assert shown < 8


def test_clusters_that_overlap_a_stronger_one_are_dropped_and_others_kept() -> None:
    events = planted(scattered(300, 4), 6, at=200, day=19200)
    second = planted(scattered(300, 4), 6, at=290, day=19500)
    events.loc[6:11, ["day", "latitude", "longitude"]] = second.loc[0:5, ["day", "latitude", "longitude"]].to_numpy()
    found = space_time_clusters(events, QUICK)
    planted_ids = [{f"e{n:05d}" for n in range(first, first + 6)} for first in (0, 6)]
    strongest = [set(ids) for ids in found["event_ids"].head(2)]
    assert sorted(len(ids & strongest[0]) for ids in planted_ids) == [0, 6]
    assert sorted(len(ids & strongest[1]) for ids in planted_ids) == [0, 6]
    every = [event for ids in found["event_ids"] for event in ids]
    assert len(every) == len(set(every))
    assert found["log_likelihood_ratio"].is_monotonic_decreasing


def test_the_same_events_in_any_order_give_the_same_clusters() -> None:
    events = planted(scattered(250, 5), 5, at=200, day=19200)
    one = space_time_clusters(events, QUICK)
    other = space_time_clusters(events.sample(frac=1, random_state=1), QUICK)
    pd.testing.assert_frame_equal(one, other)


def test_an_event_recorded_twice_counts_once_and_rows_without_place_are_not_used() -> None:
    events = scattered(150, 6)
    twice = pd.concat([events, *[events.head(1)] * 8], ignore_index=True)
    twice = pd.concat([twice, twice.tail(3).assign(event_id=["x", "y", "z"], latitude=np.nan)], ignore_index=True)
    pd.testing.assert_frame_equal(space_time_clusters(twice, QUICK), space_time_clusters(events, QUICK))


def test_the_ratio_is_that_of_kulldorff() -> None:
    """Four of 40 events in one place and week, where 4 * 4 / 40 are expected."""
    events = pd.DataFrame(
        {
            "event_id": [f"e{n:02d}" for n in range(40)],
            "day": [19000] * 4 + [19000 + 14 * n for n in range(1, 37)],
            "latitude": [54.0] * 4 + [54.0 + 0.5 * n for n in range(1, 37)],
            "longitude": [-1.0] * 40,
        }
    )
    cluster = space_time_clusters(events, ScanSettings(trials=99, radii_m=(500.0,), windows=(1,))).iloc[0]
    assert cluster["observed"] == 4
    assert cluster["expected"] == pytest.approx(0.4)
    assert cluster["log_likelihood_ratio"] == pytest.approx(4 * np.log(4 / 0.4) + 36 * np.log(36 / 39.6), abs=1e-3)
    assert cluster["p"] == 0.01


@pytest.mark.parametrize("few", [0, 2])
def test_too_few_events_make_no_cluster(few: int) -> None:
    assert space_time_clusters(scattered(300, 7).head(few), QUICK).empty
