"""Versions of one record: which row holds, which are history, which say the same twice, which contradict."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from loaders.checking.rows import Mask, Rows
from loaders.reading.arrow_text import arrow, text_series

_FIELD, _PAIR = "\x1e", "\x1f"


@dataclass(frozen=True)
class Versions:
    """What became of each row, one bool a row; a row with a problem is none of them."""

    good: Mask
    superseded: Mask
    unchanged: Mask


def sort_versions(rows: Rows, keys: pd.Series, hashes: pd.Series) -> Versions:
    """Return which rows hold, and note `duplicate_key` where two rows of one key and moment differ.

    keys: identity of each row. hashes: content of each row. The newest recorded_at holds; of equal rows the first.
    """
    good = ~rows.problems.bad
    superseded, unchanged = np.zeros(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.bool_)
    alive = np.flatnonzero(good)
    repeated = alive[keys.iloc[alive].duplicated(keep=False).to_numpy()]
    if len(repeated) == 0:
        return Versions(good, superseded, unchanged)
    frame = pd.DataFrame(
        {
            "key": keys.iloc[repeated].to_numpy(),
            "at": rows.recorded_at[repeated],
            "hash": hashes.iloc[repeated].to_numpy(),
            "row": repeated,
        }
    ).sort_values(["key", "at", "row"], kind="stable")
    first = frame.groupby(["key", "at"], sort=False)[["hash", "row"]].transform("first")
    later = frame["row"] != first["row"]
    same = later & (frame["hash"] == first["hash"])
    unchanged[frame.loc[same, "row"]] = True
    clash = frame.assign(first=first["row"])[later & ~same].sort_values("row")
    if len(clash):
        lines, files = rows.text["_line"], rows.text["_file"]
        rows.problems.add(
            clash["row"].to_numpy(),
            rows.table.key[0],
            "duplicate_key",
            [f"the same key and recorded_at as {files[row]}:{lines[row]}, and other content" for row in clash["first"]],
        )
    kept = frame[~later]
    newest = kept.groupby("key", sort=False)["row"].transform("last")
    superseded[kept.loc[kept["row"] != newest, "row"]] = True
    return Versions(~rows.problems.bad & ~superseded & ~unchanged, superseded, unchanged)


def row_keys(rows: Rows, source: str) -> pd.Series:
    r"""Return the identity of each row: `source:ref` of a record; of a link its key parts (ids, words, days).

    Parts are joined by `|`, a `|` inside one being `\|`; an empty part stays empty. A day that is an interval is
    `earliest/latest`.
    """
    table = rows.table
    if table.record is not None:
        return (f"{source}:" + rows.text[table.key[0]].fillna("")).astype("str")
    parts = {name: _key_part(rows, name) for name in table.key}
    if table.symmetric is not None:
        a, b = table.symmetric
        swap = np.asarray(parts[a] > parts[b], dtype=np.bool_)
        parts[a], parts[b] = parts[a].where(~swap, parts[b]), parts[b].where(~swap, parts[a])
    joined = pc.binary_join_element_wise(*(arrow(part) for part in parts.values()), _large("|"))
    return text_series(joined)


def row_hashes(rows: Rows) -> pd.Series:
    """Return 16 hex digits of the sha256 of each row's content: every filled cell but recorded_at.

    References count as the ids they became and times as the moments they mean, so that the same thing written in
    another way is the same content.
    """
    pieces: list[Any] = []
    content: Any
    for column in rows.table.columns:
        if column.name == "recorded_at" or rows.text[column.name].isna().all():
            continue
        if column.kind == "boolean":
            content = pd.Series(_truths(rows, column.name), dtype="str")
        elif column.is_interval:
            content = _moments(rows, column.name)
        elif column.refers_to is not None and not column.is_list:
            content = rows.values[column.name]
        else:
            content = rows.text[column.name]
        cells = _without_marks(arrow(content))
        pieces.append(pc.binary_join_element_wise(_large(column.name), cells, _large(_PAIR)))
    if not pieces:
        joined = [""] * len(rows)
    else:
        # Arrow 25 drops a row in which every piece is missing, so each row begins with one that is not.
        joined = pc.binary_join_element_wise(_large(""), *pieces, _large(_FIELD), null_handling="skip").to_pylist()
    return pd.Series([sha256(text.encode()).hexdigest()[:16] for text in joined], dtype="str")


def _without_marks(cells: Any) -> Any:
    """Return cells in which the marks between columns are doubled, so that no content looks like two columns."""
    for mark in (_FIELD, _PAIR):
        if pc.any(pc.match_substring(cells, mark)).as_py():
            cells = pc.replace_substring(cells, mark, mark + mark)
    return cells


def _truths(rows: Rows, name: str) -> npt.NDArray[np.object_]:
    words = np.array(["false", "true", None], dtype=object)
    # withdrawn: false is what an absent column says.
    if name == "withdrawn":
        words[0] = None
    return words[rows.values[name]]


def _moments(rows: Rows, name: str, unit: Literal["us", "D"] = "us") -> pd.Series:
    """Return each interval as text: one moment, or `earliest/latest`; missing where it is."""
    found = rows.interval(name)
    earliest = _iso(found.earliest, unit)
    if np.array_equal(found.earliest, found.latest, equal_nan=True):
        return earliest
    return earliest.where(found.earliest == found.latest, earliest + "/" + _iso(found.latest, unit))


def _iso(times: npt.NDArray[np.datetime64], unit: Literal["us", "D"]) -> pd.Series:
    codes, unique = pd.factorize(times.astype(np.int64))
    known = unique.astype("M8[us]")
    texts = np.datetime_as_string(known, unit=unit).astype(object)
    texts[np.isnat(known)] = None
    return pd.Series(texts[codes], dtype="str")


def _key_part(rows: Rows, name: str) -> pd.Series:
    column = rows.table.column(name)
    if column.is_interval:
        return _moments(rows, name, "D").fillna("")
    cells = rows.values[name] if column.refers_to is not None else rows.text[name]
    escaped = cells.fillna("").astype("str")
    if escaped.str.contains("|", regex=False).any() or escaped.str.contains("\\", regex=False).any():
        escaped = escaped.str.replace("\\", "\\\\", regex=False).str.replace("|", "\\|", regex=False)
    return escaped


def _large(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())
