"""Typed columns (Parquet, SQL results) -> the text that a CSV file would have held."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import ThroughlineError


def as_text(rows: pa.Table, where: str) -> pa.Table:
    """Return the same columns as text: ISO dates and times, true/false, lists joined by `;`; missing stays missing.

    where: file, for messages. Raises ThroughlineError for a column that has no text form (a struct, bytes).
    """
    columns = [_column(column.combine_chunks(), f"{where}: column {name}") for name, column in _named(rows)]
    return pa.table(columns, names=rows.column_names)


def tidy(rows: pa.Table) -> pa.Table:
    """Return text without spaces around it, and nothing instead of an empty text."""
    columns = []
    for column in rows.columns:
        trimmed = pc.utf8_trim_whitespace(column)
        columns.append(pc.if_else(pc.equal(trimmed, ""), None, trimmed))
    return pa.table(columns, names=rows.column_names)


def _named(rows: pa.Table) -> list[tuple[str, Any]]:
    return list(zip(rows.column_names, rows.columns, strict=True))


def _column(cells: Any, where: str) -> Any:
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return _column(cells.cast(kind.value_type), where)
    if pa.types.is_null(kind):
        return pa.nulls(len(cells), pa.string())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _joined(cells, where)
    if pa.types.is_float16(kind):
        cells = cells.cast(pa.float32())
    if pa.types.is_floating(kind):
        # Not a number is how a data frame writes "missing".
        cells = pc.if_else(pc.is_nan(cells), None, cells)
        # The text is that of the narrow type (0.1), not of the nearest wide one (0.10000000149).
        wide = cells.cast(pa.float64())
        whole = pc.equal(pc.floor(wide), wide)
        safe = pc.less(pc.abs(wide), 2**53)
        as_whole = pc.cast(pc.if_else(pc.and_(whole, safe), wide, None), pa.int64(), safe=False)
        return pc.coalesce(pc.cast(as_whole, pa.string()), pc.cast(cells, pa.string()))
    scalar = (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_temporal(kind)
    )
    if not scalar or pa.types.is_duration(kind):
        raise ThroughlineError(
            f"{where} is {kind}, which has no text form. Cast it to text, a number, a date or a list."
        )
    try:
        return cells.cast(pa.string())
    except pa.ArrowException as error:
        raise ThroughlineError(f"{where}: {str(error).splitlines()[0]}. Cast it to text.") from None


def _joined(cells: Any, where: str) -> Any:
    if pa.types.is_list(cells.type.value_type) or pa.types.is_large_list(cells.type.value_type):
        raise ThroughlineError(f"{where} holds lists in lists, which have no text form. Flatten it to one list a row.")
    texts = [
        None if items is None else ";".join(_item(str(item)) for item in items if item is not None)
        for items in pa.chunked_array([_listed(cells, where)]).to_pylist()
    ]
    return pa.array(texts, type=pa.string())


def _item(text: str) -> str:
    escaped = text.replace(";", "\\;")
    # A backslash at the end would swallow the separator; the blank is dropped when the list is read.
    return f"{escaped} " if escaped.endswith("\\") else escaped


def _listed(cells: Any, where: str) -> Any:
    values = _column(cells.values, where)
    return type(cells).from_arrays(cells.offsets, values, mask=cells.is_null() if cells.null_count else None)


def arrow(text: pd.Series) -> Any:
    """Return the chunked Arrow array (large_string) behind a str Series, without going through Python strings."""
    found = pa.array(text.array, type=pa.large_string())
    return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def text_series(cells: Any) -> pd.Series:
    """Return an Arrow array of text as a str Series."""
    whole = cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells])
    found: pd.Series = whole.cast(pa.large_string()).to_pandas()
    return found.astype("str")


def no_text(size: int) -> pd.Series:
    """Return a str Series in which every value is missing."""
    return text_series(pa.nulls(size, pa.large_string()))
