"""Local time: when things happen, and how a time is written. Minutes and days are counted from 1970-01-01."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from seed.codes import DAY, MONTH, YEAR
from seed.ledger import FloatArray, IntArray
from seed.sizes import EPOCH, WorldSize

DAY_MINUTES = 1440
Texts = np.ndarray[tuple[int, ...], np.dtype[np.str_]]

# Share of events by hour of the day (24 figures), by weekday (Monday first) and by month (January first).
# Shapes are general knowledge of police demand: shops by day, violence on weekend nights, deaths found in the morning.
_HOURS = {
    "shop": [0, 0, 0, 0, 0, 0, 1, 3, 6, 8, 9, 10, 10, 10, 10, 10, 10, 9, 7, 5, 3, 2, 1, 0],
    "night": [9, 9, 8, 6, 3, 1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10],
    "home": [6, 5, 4, 3, 2, 1, 1, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8, 9, 10, 10, 10, 8],
    "office": [1, 1, 0, 0, 0, 1, 2, 4, 8, 10, 10, 10, 9, 9, 10, 10, 9, 7, 5, 4, 3, 3, 2, 1],
    "found": [2, 2, 2, 2, 2, 3, 6, 9, 10, 10, 9, 8, 7, 6, 5, 5, 5, 5, 5, 5, 4, 4, 3, 3],
    "even": [3, 2, 2, 2, 2, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 3],
}
_WEEKDAYS = {
    "shop": [10, 10, 10, 10, 12, 13, 8],
    "night": [7, 6, 7, 8, 13, 20, 17],
    "home": [9, 9, 9, 9, 10, 13, 14],
    "office": [12, 12, 12, 12, 12, 5, 4],
    "found": [11, 10, 10, 10, 10, 9, 9],
    "even": [10, 10, 10, 10, 11, 11, 10],
}
_MONTHS = {
    "night": [9, 9, 10, 10, 11, 11, 12, 11, 10, 10, 9, 10],
    "home": [10, 9, 10, 10, 10, 11, 11, 11, 10, 10, 9, 11],
}
# Winter excess of natural deaths, and the steeper one of care homes (general knowledge; ONS excess winter mortality).
DEATH_MONTHS = np.array([12.5, 11, 10, 9.3, 9, 8.7, 8.7, 8.7, 8.7, 9.3, 10, 12], dtype=np.float64)
CARE_HOME_MONTHS = np.array([16, 14, 11, 9, 8, 7, 7, 7, 7.5, 8.5, 11, 15], dtype=np.float64)
EVEN_MONTHS = np.full(12, 1.0)


def day_number(year: int, month: int, day: int) -> int:
    """Return days since 1970-01-01."""
    return (date(year, month, day) - EPOCH).days


class Clock:
    """Draws days and minutes inside the years that a world covers."""

    def __init__(self, size: WorldSize) -> None:
        self.first = size.first_day
        self.days = size.days
        span = np.arange(self.first, self.first + self.days)
        self._weekday = (span + 3) % 7  # 1970-01-01 was a Thursday
        self._month = np.array([(EPOCH + timedelta(days=int(day))).month - 1 for day in span])
        self._cumulated: dict[str, FloatArray] = {}
        for profile, weekdays in _WEEKDAYS.items():
            months = np.asarray(_MONTHS.get(profile, [1.0] * 12), dtype=np.float64)
            self._cumulated[profile] = self._shares(np.asarray(weekdays, dtype=np.float64)[self._weekday], months)

    def _shares(self, by_day: FloatArray, months: FloatArray) -> FloatArray:
        weights = np.cumsum(by_day * months[self._month])
        return np.asarray(weights / weights[-1], dtype=np.float64)

    def draw_days(self, rng: np.random.Generator, count: int, profile: str) -> IntArray:
        """Return days, by weekday and season of the profile."""
        return self.first + np.searchsorted(self._cumulated[profile], rng.random(count)).astype(np.int64)

    def draw_days_by_month(self, rng: np.random.Generator, count: int, months: FloatArray) -> IntArray:
        """Return days whose months follow these twelve weights."""
        shares = self._shares(np.ones(self.days), months)
        return self.first + np.searchsorted(shares, rng.random(count)).astype(np.int64)

    def draw(self, rng: np.random.Generator, count: int, profile: str) -> IntArray:
        """Return minutes, by hour, weekday and season of the profile."""
        return minutes_on(rng, self.draw_days(rng, count, profile), profile)


def minutes_on(rng: np.random.Generator, days: IntArray, profile: str) -> IntArray:
    """Return a minute on each of these days, by hour of the profile."""
    hours = np.cumsum(np.asarray(_HOURS[profile], dtype=np.float64))
    hour = np.searchsorted(hours / hours[-1], rng.random(days.size)).astype(np.int64)
    return days * DAY_MINUTES + hour * 60 + rng.integers(0, 60, days.size)


def _clock_changes() -> tuple[IntArray, IntArray]:
    """Return the local minutes at which summer time starts (01:00) and ends (02:00), for 1972 to 2035."""

    def last_sunday(year: int, month: int) -> int:
        last = date(year, month, 31)
        return (last - timedelta(days=(last.weekday() + 1) % 7) - EPOCH).days

    years = range(1972, 2036)
    starts = np.array([last_sunday(year, 3) * DAY_MINUTES + 60 for year in years], dtype=np.int64)
    ends = np.array([last_sunday(year, 10) * DAY_MINUTES + 120 for year in years], dtype=np.int64)
    return starts, ends


_SUMMER_STARTS, _SUMMER_ENDS = _clock_changes()


def existing(minutes: IntArray) -> IntArray:
    """Return local minutes with those in the lost hour of spring moved to its end, which keeps their order."""
    start = _SUMMER_STARTS[np.clip(np.searchsorted(_SUMMER_STARTS, minutes, side="right") - 1, 0, None)]
    lost = (minutes >= start) & (minutes < start + 60)
    return np.where(lost, start + 60, minutes)


def to_utc(minutes: IntArray) -> IntArray:
    """Return UTC minutes of local ones; the hour that exists twice in autumn is taken as its first pass."""
    summers = np.searchsorted(_SUMMER_STARTS, minutes, side="right")
    ended = np.searchsorted(_SUMMER_ENDS, minutes, side="right")
    return np.where(summers > ended, minutes - 60, minutes)


def local_texts(minutes: IntArray, precision: IntArray | None = None) -> Texts:
    """Return ISO local times without an offset, cut to a day, month or year where `precision` says so."""
    texts = np.datetime_as_string(existing(minutes).astype("datetime64[m]"))
    if precision is not None:
        for level, width in ((DAY, 10), (MONTH, 7), (YEAR, 4)):
            if np.any(precision == level):
                texts = np.where(precision == level, texts.astype(f"U{width}"), texts)
    return texts


def utc_texts(minutes: IntArray) -> Texts:
    """Return ISO times in UTC, ending in Z: what a records system stamps on a row."""
    return np.datetime_as_string(to_utc(existing(minutes)).astype("datetime64[m]"), timezone="UTC")


def day_texts(days: IntArray, precision: IntArray | None = None) -> Texts:
    """Return ISO dates, cut to a month or a year where `precision` says so."""
    texts = np.datetime_as_string(days.astype("datetime64[D]"))
    if precision is not None:
        for level, width in ((MONTH, 7), (YEAR, 4)):
            if np.any(precision == level):
                texts = np.where(precision == level, texts.astype(f"U{width}"), texts)
    return texts
