"""ISO 8601 text -> intervals. A bare date is some time in that day, never midnight; nothing is guessed."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Times = npt.NDArray[np.datetime64]

# Older dates in police records are typing errors.
FIRST_YEAR = 1800
WIDEST_OFFSET_MIN = 14 * 60

_ISO = (
    r"^(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:[Tt ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)?)?)?)?$"
)
_DAY_FIRST = re.compile(r"\s*\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}")
_NAT = np.datetime64("NaT", "us")
_SECOND = np.timedelta64(1, "s")
# Dates like 9999-12-31 stand for "no end": no zone moves them, which a datetime could not hold.
_NO_END = np.datetime64("9990-01-01", "us")


@dataclass(frozen=True)
class Intervals:
    """Intervals, aligned with the text they were read from.

    earliest, latest: datetime64[us], both ends included and equal where the moment is known; NaT where the text is
    empty or bad. Times are UTC; dates are midnights without a zone.
    problem: object array of None, "bad_date" or "impossible_date".
    """

    earliest: Times
    latest: Times
    problem: npt.NDArray[np.object_]


def parse_times(text: pd.Series, timezone: str | pd.Series) -> Intervals:
    """Return the UTC interval of each ISO 8601 time.

    text: str, missing where unknown. timezone: IANA name of times without an offset, one for all or one a row.
    A local time that the clock change skips is an impossible_date; one that exists twice is the interval of both.
    """
    return _by_zone(text, timezone, _utc_interval)


def parse_dates(text: pd.Series, timezone: str | pd.Series) -> Intervals:
    """Return the interval of days of each ISO 8601 date; of a time with an offset, the local day it falls on."""
    return _by_zone(text, timezone, _day_interval)


def parse_instant(text: str, timezone: str) -> datetime:
    """Return one moment in UTC; of an interval (a bare date) its end. Raises ValueError with what to write."""
    found = parse_times(pd.Series([text.strip()], dtype="str"), timezone)
    if found.problem[0] is not None:
        raise ValueError(date_problem(text, str(found.problem[0])))
    moment: datetime = pd.Timestamp(found.latest[0]).to_pydatetime()
    return moment.replace(tzinfo=UTC)


def date_problem(value: str, reason: str) -> str:
    """Return what is wrong with a date, and what to do."""
    value = value[:40]
    if reason == "impossible_date":
        return f"{value!r} does not exist (no such day, or an hour that the clock change skips, or before {FIRST_YEAR})"
    if _DAY_FIRST.match(value):
        return (
            f"{value!r} may be day-first or month-first, and is never guessed: write 2026-04-03, "
            "or let a mapping state the format"
        )
    return f"{value!r} is not ISO 8601: write 2026-04-03, 2026-04, 2026 or 2026-04-03T18:30:00Z"


def _by_zone(text: pd.Series, timezone: str | pd.Series, read: Any) -> Intervals:
    size = len(text)
    if isinstance(timezone, str):
        return _over_unique(text, timezone, read)
    earliest, latest = np.full(size, _NAT), np.full(size, _NAT)
    problem = np.full(size, None, dtype=object)
    zones, names = pd.factorize(timezone)
    for code, name in enumerate(names):
        rows = np.flatnonzero(zones == code)
        part = _over_unique(text.iloc[rows], str(name), read)
        earliest[rows], latest[rows], problem[rows] = part.earliest, part.latest, part.problem
    return Intervals(earliest, latest, problem)


def _over_unique(text: pd.Series, zone: str, read: Any) -> Intervals:
    """Read each distinct text once: extracts repeat their dates a great deal."""
    codes, unique = pd.factorize(text)
    if len(unique) == 0:
        return Intervals(np.full(len(text), _NAT), np.full(len(text), _NAT), np.full(len(text), None, dtype=object))
    found: Intervals = read(_parts(unique), zone)
    # Code -1 (missing) takes the last entry, so one is appended for it.
    return Intervals(
        np.append(found.earliest, _NAT)[codes],
        np.append(found.latest, _NAT)[codes],
        np.concatenate([found.problem, np.array([None], dtype=object)])[codes],
    )


@dataclass(frozen=True)
class _Parts:
    """Local start and end of each text, as written; offset in minutes, -9999 where there is none."""

    start: Times
    end: Times
    has_time: npt.NDArray[np.bool_]
    offset: npt.NDArray[np.int64]
    problem: npt.NDArray[np.object_]


def _parts(unique: Any) -> _Parts:
    groups = pc.extract_regex(pa.array(unique, type=pa.large_string()), _ISO)
    matched = groups.is_valid().to_numpy(zero_copy_only=False)

    def part(name: str, default: int) -> npt.NDArray[np.int64]:
        written = pc.struct_field(groups, name)
        filled = pc.if_else(pc.equal(written, ""), str(default), written).fill_null(str(default))
        return np.asarray(pc.cast(filled, pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)

    year, month, day = part("year", 2000), part("month", 0), part("day", 0)
    hour, minute, second = part("hour", -1), part("minute", 0), part("second", 0)
    has_time = hour >= 0
    fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.struct_field(groups, "fraction"), 6, "0"), 0, 6)
    micro = np.asarray(pc.cast(fraction.fill_null("0"), pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)

    written_offset = pc.struct_field(groups, "offset").fill_null("").to_pylist() if has_time.any() else []
    offset = np.full(len(unique), -9999, dtype=np.int64)
    if written_offset:
        offset_codes, offsets = pd.factorize(pd.Series(written_offset, dtype="str"))
        offset = np.array([_offset_minutes(text) for text in offsets], dtype=np.int64)[offset_codes]

    whole_year, whole_month = month == 0, day == 0
    month_start = (year - 1970).astype("M8[Y]").astype("M8[M]") + np.where(whole_year, 0, month - 1)
    month_days = ((month_start + 1).astype("M8[D]") - month_start.astype("M8[D]")).astype(np.int64)
    exists = (
        (year >= FIRST_YEAR)
        & (whole_year | ((month >= 1) & (month <= 12)))
        & (whole_month | ((day >= 1) & (day <= month_days)))
        & (hour <= 23)
        & (minute <= 59)
        & (second <= 59)
        & ((offset == -9999) | (np.abs(offset) <= WIDEST_OFFSET_MIN))
    )
    first_day = month_start.astype("M8[D]") + np.where(whole_month, 0, day - 1)
    next_day = np.where(
        whole_year,
        (month_start + 12).astype("M8[D]"),
        np.where(whole_month, (month_start + 1).astype("M8[D]"), first_day + 1),
    )
    clock = np.where(has_time, ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro, 0).astype("m8[us]")
    start = first_day.astype("M8[us]") + clock
    end = np.where(has_time, start, next_day.astype("M8[us]") - _SECOND)
    problem = np.full(len(unique), None, dtype=object)
    # A written 00 in month or day is not "absent".
    zero = _written_zero(groups, "month") | _written_zero(groups, "day")
    problem[~exists | zero] = "impossible_date"
    problem[~matched] = "bad_date"
    return _Parts(start, end, has_time, offset, problem)


def _written_zero(groups: Any, name: str) -> npt.NDArray[np.bool_]:
    return np.asarray(
        pc.equal(pc.struct_field(groups, name), "00").fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_
    )


def _offset_minutes(text: str) -> int:
    if text == "":
        return -9999
    if text in "Zz":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    # Minutes over 59 are made an offset that no place has.
    minutes = int(digits[:2]) * 60 + int(digits[2:]) if int(digits[2:]) < 60 else 9998
    return -minutes if text[0] == "-" else minutes


def _utc_interval(parts: _Parts, zone: str) -> Intervals:
    problem = parts.problem.copy()
    good = problem == None  # noqa: E711 - elementwise
    earliest, latest = np.full(len(problem), _NAT), np.full(len(problem), _NAT)

    fixed = good & (parts.offset != -9999)
    moved = np.where(parts.start < _NO_END, parts.offset, 0) * 60_000_000
    earliest[fixed] = latest[fixed] = parts.start[fixed] - moved[fixed].astype("m8[us]")

    whole = good & ~parts.has_time
    earliest[whole] = _to_utc(parts.start[whole], zone, first=True, skipped="shift_forward")
    latest[whole] = _to_utc(parts.end[whole], zone, first=False, skipped="shift_backward")

    local = good & parts.has_time & (parts.offset == -9999)
    earliest[local] = _to_utc(parts.start[local], zone, first=True, skipped="NaT")
    latest[local] = _to_utc(parts.start[local], zone, first=False, skipped="NaT")
    problem[local & np.isnat(earliest)] = "impossible_date"
    return Intervals(earliest, latest, problem)


def _to_utc(local: Times, zone: str, *, first: bool, skipped: Any) -> Times:
    """Return UTC; of a time that exists twice the first (summer time) or the second."""
    moved = local.astype("M8[us]")
    near = moved < _NO_END
    index = pd.DatetimeIndex(moved[near])
    summer = np.full(len(index), first)
    moved[near] = index.tz_localize(zone, ambiguous=summer, nonexistent=skipped).tz_convert(None).to_numpy()
    return moved


def _day_interval(parts: _Parts, zone: str) -> Intervals:
    problem = parts.problem.copy()
    good = problem == None  # noqa: E711 - elementwise
    start, end = parts.start.copy(), parts.end.copy()
    fixed = good & (parts.offset != -9999) & (parts.start < _NO_END)
    if fixed.any():
        moved = parts.start[fixed] - (parts.offset[fixed] * 60_000_000).astype("m8[us]")
        there = pd.DatetimeIndex(moved).tz_localize("UTC").tz_convert(zone).tz_localize(None)
        start[fixed] = end[fixed] = there.to_numpy().astype("M8[us]")
    earliest, latest = start.astype("M8[D]").astype("M8[us]"), end.astype("M8[D]").astype("M8[us]")
    earliest[~good] = latest[~good] = _NAT
    return Intervals(earliest, latest, problem)
