"""Frames -> plain rows with the types that the database keeps, and the driver's values back to Python's own."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

import pandas as pd

from graph.schema import SCHEMA


def native(value: Any) -> Any:
    """Return the driver's or pandas' time as Python's own; other values as they are."""
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.to_native() if hasattr(value, "to_native") else value


_FROM_TYPE: dict[str, Callable[[Any], Any]] = {
    "integer": int,
    "float": float,
    "boolean": bool,
    "list<string>": list,
    "date": lambda value: value.date() if isinstance(value, datetime) else value,
    "datetime": native,
}


def to_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one mapping a row, each value of the schema's type for its column; missing values are None."""
    types = _property_types()
    columns = {str(name): _values(frame[name], types.get(str(name), "string")) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _values(column: pd.Series, kind: str) -> Iterable[Any]:
    convert = _FROM_TYPE.get(kind)
    if kind == "list<string>":
        missing = column.map(lambda value: not isinstance(value, list | tuple) or not value)
    else:
        missing = column.isna()
    return [
        None if gone else (convert(value) if convert else value)
        for value, gone in zip(column.astype(object), missing, strict=True)
    ]


@cache
def _property_types() -> dict[str, str]:
    nodes = {p.name: str(p.type) for node in SCHEMA.nodes.values() for p in node.properties}
    return nodes | {p.name: str(p.type) for edge in SCHEMA.relationships.values() for p in edge.properties}
