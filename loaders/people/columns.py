"""Columns of nominals as they come: texts, lists and dates, whatever kind of empty they hold."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import pandas as pd


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of a frame; empty where there is none."""
    return frame[name] if name in frame.columns else pd.Series([None] * len(frame), index=frame.index, dtype="object")


def texts(frame: pd.DataFrame, name: str) -> list[str | None]:
    """Return a column as stripped texts, None for empty."""
    found = column(frame, name)
    values = found.astype("object").where(found.notna(), None).tolist()
    return [str(v).strip() or None if v is not None else None for v in values]


def lists(frame: pd.DataFrame, name: str) -> list[list[str]]:
    """Return a column as lists of texts; text is split at semicolons."""
    return [_as_list(value) for value in column(frame, name).tolist()]


def _as_list(value: Any) -> list[str]:
    if value is None or isinstance(value, float):
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    if isinstance(value, Iterable):
        return [str(item).strip() for item in value if item is not None and str(item).strip()]
    return []


def dates(frame: pd.DataFrame, name: str) -> list[date | None]:
    """Return a column as dates, None for empty and unreadable."""
    return map_unique(column(frame, name).tolist(), as_date)


def as_date(value: Any) -> date | None:
    """Return a date from a date, a datetime, a pandas timestamp or ISO text; None from anything empty or unreadable."""
    if value is None or value is pd.NaT or isinstance(value, float):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def truth(value: Any) -> bool:
    """Return whether a value says yes."""
    return value is True or (
        value is not None and not isinstance(value, float) and str(value).casefold() in ("true", "1")
    )


def map_unique(values: list[Any], function: Callable[[Any], Any]) -> list[Any]:
    """Apply the function once per different value: extracts repeat names, streets and days many times over."""
    done: dict[Any, Any] = {}
    out = []
    for value in values:
        if value not in done:
            done[value] = function(value)
        out.append(done[value])
    return out
