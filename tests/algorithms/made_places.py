"""Made-up places and deaths: care homes with a winter peak, to which a test adds what it is about."""

import numpy as np
import pandas as pd

from algorithms.place_monitoring import month_number

# More deaths in winter than in summer, as care homes have it.
WINTER = np.array([16, 14, 11, 9, 8, 7, 7, 7, 7.5, 8.5, 11, 15], dtype=np.float64)
FIRST = 53 * 12 + 10  # November 2023
DAY_OF_MONTH = 9


def homes(count: int, place_type: str = "care_home") -> pd.DataFrame:
    """Return places to watch, H000 ..."""
    ids = [f"H{n:03d}" for n in range(count)]
    return pd.DataFrame({"place_id": ids, "name": [f"Home {i}" for i in ids], "place_type": place_type, "area": "A1"})


def deaths_from_counts(
    counts: np.ndarray, *, expected_share: float = 0.5, age: float = 84.0, seed: int = 1
) -> pd.DataFrame:
    """Return one row a death of counts (places x months, from November 2023)."""
    rng = np.random.default_rng(seed)
    place, month = np.nonzero(counts)
    times = counts[place, month].astype(int)
    place, month = np.repeat(place, times), np.repeat(month, times)
    number = FIRST + month
    first = pd.to_datetime([f"{1970 + n // 12}-{n % 12 + 1:02d}-01" for n in number])
    judged = np.where(rng.random(len(place)) < expected_share, "expected", "unexpected_not_suspicious")
    frame = pd.DataFrame(
        {
            "place_id": [f"H{n:03d}" for n in place],
            "day": (first - pd.Timestamp("1970-01-01")).days + DAY_OF_MONTH,
            "category": judged,
            "age": rng.normal(age, 6, len(place)).clip(40, 105),
            "lateness_days": 1.0,
        }
    )
    assert set(month_number(frame["day"])) <= set(number)
    return frame


def usual(count: int, months: int = 36, a_year: float = 12.0, seed: int = 2, steep: float = 1.0) -> np.ndarray:
    """Return deaths of places that do what they always did: places x months. steep: of the winter peak."""
    rng = np.random.default_rng(seed)
    of_year = (FIRST + np.arange(months)) % 12
    season = WINTER**steep / (WINTER**steep).mean()
    return rng.poisson(a_year / 12 * season[of_year], (count, months))
