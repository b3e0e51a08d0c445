"""Cells of text -> values of their kind, and a problem for each cell that is not of its kind."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from loaders.checking.rejects import Problems, shortened
from loaders.checking.times import Intervals, date_problem, parse_dates, parse_times
from loaders.interchange.columns import MAX_TEXT, Column
from loaders.nearest import did_you_mean, nearest
from loaders.reading.arrow_text import arrow, no_text
from loaders.reading.manifest import timezone_names

# What a column of each kind becomes: text kinds a str Series; lists an object array of lists (None where empty);
# number and integer a float array (NaN); boolean an int8 array (-1 unknown, 0, 1); date and time Intervals.
Values = Any

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_GRADE = re.compile(r"([123])([A-E])\s?([PC])")
_AGE_BAND = re.compile(r"(\d{1,3})-(\d{1,3})|(\d{1,3})\+")
_OLDEST = 130
# Unknown words of one cell that a message names.
_MOST_WORDS = 5


def read_column(text: pd.Series, column: Column, timezone: str | pd.Series, problems: Problems) -> Values:
    """Return the values of one column and note what is not of its kind.

    text: str, stripped, missing where empty. timezone: of times without an offset, one for all or one a row.
    """
    if text.isna().all():
        return empty_values(column, len(text))
    if column.is_interval:
        return _intervals(text, column, timezone, problems)
    if column.is_list:
        return _lists(text, column, problems)
    if column.kind in ("number", "integer"):
        return _numbers(text, column, problems)
    _too_long(text, column, problems)
    if column.kind == "boolean":
        return _booleans(text, column, problems)
    if column.kind == "choice":
        return _choices(text, column, problems)
    if column.kind == "grade":
        return _matched(text, column, problems, _grade, "is no 3x5x2 grade: write as 2C P")
    if column.kind == "age_band":
        return _matched(text, column, problems, _age_band, "is no age band: write as 25-34 or 85+")
    if column.kind == "timezone":
        names = timezone_names()
        return _matched(text, column, problems, lambda cell: cell if cell in names else None, "is no time zone", names)
    return text


def empty_values(column: Column, size: int) -> Values:
    """Return the values of a column in which every cell is empty."""
    if column.is_interval:
        nothing = np.full(size, np.datetime64("NaT", "us"))
        return Intervals(nothing, nothing, np.full(size, None, dtype=object))
    if column.is_list:
        return np.full(size, None, dtype=object)
    if column.kind in ("number", "integer"):
        return np.full(size, np.nan)
    if column.kind == "boolean":
        return np.full(size, -1, dtype=np.int8)
    return no_text(size)


def split_list(cell: str) -> list[str]:
    r"""Return the values of a list cell: separated by `;`, a `\;` being a `;` inside a value; empty ones left out."""
    if "\\" not in cell:
        return [part for item in cell.split(";") if (part := item.strip())]
    items = re.split(r"(?<!\\);", cell)
    return [part for item in items if (part := item.replace("\\;", ";").strip())]


def _per_unique(text: pd.Series, read: Callable[[str], Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Return read(cell) of each distinct cell with None at the end, and each row's place in it."""
    codes, unique = pd.factorize(text)
    found = np.empty(len(unique) + 1, dtype=object)
    for place, cell in enumerate(unique):
        found[place] = read(cell)
    found[-1] = None
    return found, codes


def _too_long(text: pd.Series, column: Column, problems: Problems, allowed: int | None = None) -> None:
    allowed = column.max_length if allowed is None else allowed
    lengths = pc.utf8_length(arrow(text))
    longest = pc.max(lengths).as_py()
    if longest is not None and longest > allowed:
        long = pc.fill_null(pc.greater(lengths, allowed), False)
        problems.add(_numpy(long), column.name, "too_long", lambda cell: _length_message(len(cell), allowed))


def _length_message(length: int, allowed: int) -> str:
    return f"{length:,} characters where {allowed:,} are allowed"


def _intervals(text: pd.Series, column: Column, timezone: str | pd.Series, problems: Problems) -> Intervals:
    found = parse_dates(text, timezone) if column.kind == "date" else parse_times(text, timezone)
    for reason in ("bad_date", "impossible_date"):
        problems.add(found.problem == reason, column.name, reason, partial(date_problem, reason=reason))
    return found


def _lists(text: pd.Series, column: Column, problems: Problems) -> npt.NDArray[np.object_]:
    _too_long(text, column, problems, MAX_TEXT)
    found, codes = _per_unique(text, split_list)
    length = np.array([len(cell) for cell in found[:-1]] + [0])
    allowed = frozenset(column.allowed) if column.kind == "choice_list" else None
    unknown = np.array([_strangers(items, allowed) for items in found], dtype=object)
    problems.add(
        unknown[codes] != "",
        column.name,
        "unknown_value",
        lambda cell: _choice_messages(cell, column),
    )
    widest = np.array([max(map(len, items), default=0) if items else 0 for items in found])
    problems.add(
        widest[codes] > column.max_length,
        column.name,
        "too_long",
        lambda cell: _length_message(max(map(len, split_list(cell))), column.max_length),
    )
    found[np.flatnonzero(length == 0)] = None
    return found[codes]


def _strangers(items: list[str] | None, allowed: frozenset[str] | None) -> str:
    if items is None or allowed is None:
        return ""
    return ";".join(item for item in items if item not in allowed)


def _choices(text: pd.Series, column: Column, problems: Problems) -> pd.Series:
    allowed = pa.array(column.allowed, type=pa.large_string())
    known = pc.is_in(arrow(text), value_set=allowed)
    strange = pc.and_(pc.invert(known), arrow(text).is_valid())
    problems.add(_numpy(strange), column.name, "unknown_value", lambda cell: _choice_message(cell, column))
    return text


def _choice_message(value: str, column: Column) -> str:
    near = nearest(value, column.allowed)
    said = f"{shortened(value, 60)!r} is not allowed"
    if near is not None:
        return f"{said}; the nearest is {near!r}"
    return f"{said}; it can be {', '.join(column.allowed)}"


def _choice_messages(cell: str, column: Column) -> str:
    strange = [word for word in dict.fromkeys(split_list(cell)) if word not in column.allowed]
    said = [_choice_message(word, column) for word in strange[:_MOST_WORDS]]
    if len(strange) > _MOST_WORDS:
        said.append(f"and {len(strange) - _MOST_WORDS} more")
    return "; ".join(said)


def _booleans(text: pd.Series, column: Column, problems: Problems) -> npt.NDArray[np.int8]:
    found, codes = _per_unique(text, lambda cell: {"true": 1, "false": 0}.get(cell.lower(), -2))
    found[-1] = -1
    values = found.astype(np.int8)[codes]
    problems.add(
        values == -2,
        column.name,
        "unknown_value",
        lambda cell: f"{shortened(cell, 60)!r} is neither true nor false; the nearest is {_nearest_truth(cell)!r}",
    )
    return np.where(values == -2, np.int8(-1), values)


def _nearest_truth(cell: str) -> str:
    return "true" if cell.lower() in ("1", "y", "yes", "t", "x", "on") or cell.lower().startswith("t") else "false"


def _numbers(text: pd.Series, column: Column, problems: Problems) -> npt.NDArray[np.float64]:
    cells = arrow(text)
    is_number = pc.match_substring_regex(cells, _NUMBER)
    values = np.asarray(
        pc.cast(pc.if_else(is_number, cells, None), pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64
    ).copy()
    bad = _numpy(pc.fill_null(pc.invert(is_number), False)) | np.isinf(values)
    if (values == 0).any():
        # Too small to be told from zero is not zero.
        bad |= (values == 0) & _numpy(pc.fill_null(pc.match_substring_regex(cells, "^[^eE]*[1-9]"), False))
    problems.add(bad, column.name, "bad_number", lambda cell: f"{shortened(cell, 60)!r} is not a number: write 1234.5")
    if column.kind == "integer":
        broken = ~np.isnan(values) & (np.floor(values) != values)
        problems.add(broken, column.name, "bad_number", lambda cell: f"{shortened(cell, 60)!r} is not a whole number")
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    span = f"at least {low:g}" if np.isinf(high) else f"between {low:g} and {high:g}"
    out = ~np.isnan(values) & ((values < low) | (values > high))
    problems.add(out, column.name, "out_of_range", lambda cell: f"{shortened(cell, 60)!r} is not {span}")
    values[bad | out] = np.nan
    return values


def _matched(
    text: pd.Series,
    column: Column,
    problems: Problems,
    read: Callable[[str], str | None],
    wrong: str,
    known: frozenset[str] = frozenset(),
) -> pd.Series:
    found, codes = _per_unique(text, read)
    bad = text.notna().to_numpy() & (pd.isna(found)[codes])
    problems.add(
        bad, column.name, "unknown_value", lambda cell: f"{shortened(cell, 60)!r} {wrong}.{did_you_mean(cell, known)}"
    )
    return pd.Series(found[codes], dtype="str")


def _grade(cell: str) -> str | None:
    match = _GRADE.fullmatch(cell)
    return f"{match[1]}{match[2]} {match[3]}" if match else None


def _age_band(cell: str) -> str | None:
    match = _AGE_BAND.fullmatch(cell)
    if match is None:
        return None
    low, high = (int(match[3]), _OLDEST) if match[3] else (int(match[1]), int(match[2]))
    return cell if low <= high <= _OLDEST else None


def _numpy(mask: Any) -> npt.NDArray[np.bool_]:
    return np.asarray(mask.to_numpy(), dtype=np.bool_)
