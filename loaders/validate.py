"""Rows as text -> good rows with types and ids, and a reject with a reason for each other one."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loaders.checking.cells import read_column
from loaders.checking.checks import check_anonymous, check_births, check_joined_files, check_required, check_row
from loaders.checking.references import References
from loaders.checking.rejects import Problems, Reject, rejects_frame
from loaders.checking.rows import Known, Mask, Rows
from loaders.checking.times import Intervals
from loaders.checking.versions import row_hashes, row_keys, sort_versions
from loaders.extract import Extract, ReadTables
from loaders.layout import TABLES, Column, Table
from loaders.reading.arrow_text import no_text
from loaders.reading.manifest import Manifest

log = logging.getLogger(__name__)

# Ids of locations -> the zone that those in the graph state.
Zones = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Counts:
    """What became of the rows of one table; `read` is the sum of the others.

    duplicates_unchanged: same key, moment and content as an earlier row. superseded: an older version of a row here.
    """

    read: int
    good: int
    duplicates_unchanged: int
    superseded: int
    rejected: int

    @property
    def adds_up(self) -> bool:
        """Whether every row read ended in exactly one place."""
        return self.read == self.good + self.duplicates_unchanged + self.superseded + self.rejected


@dataclass(frozen=True)
class Validated:
    """An extract's rows, checked.

    frames: table -> good rows, the newest version of each key. Columns, in this order: `id` (`source:ref`, tables of
    records) or `key` (tables of links); the table's columns; `recorded_at`, `grade`, `withdrawn` (bool); `row_hash`;
    `_file`, `_line`. References are global ids (a record's own ref stays as written), lists are lists of str or None,
    numbers Float64, whole numbers Int64, true/false boolean, dates datetime.date objects or None, times
    datetime64[us, UTC]; a date or time X is its earliest, `X_latest` its latest where that differs, else missing.
    superseded: older versions in the same extract, same columns. rejects: columns of REJECT_COLUMNS.
    keys: table -> what its `id` or `key` is, for every row that could be read, the rejected ones included.
    """

    frames: dict[str, pd.DataFrame]
    superseded: dict[str, pd.DataFrame]
    rejects: pd.DataFrame
    counts: dict[str, Counts]
    warnings: list[str] = field(default_factory=list)
    keys: dict[str, pd.Series] = field(default_factory=dict)


def validate(
    extract: Extract,
    tables: ReadTables,
    known: Known,
    zones: Zones | None = None,
    ended: Mapping[str, np.datetime64] | None = None,
) -> Validated:
    """Return the good rows of an extract and a reject for every other one.

    tables: what `read_tables` returned. known: asked with a kind (person, location, organisation, incident, death,
    order, object; an incident is not a death) and global ids, returns those that the graph holds. zones: asked with
    ids of locations outside the extract, returns the time zones that they state; None: the manifest's holds for them.
    ended: ids of withdrawn records -> when (microseconds, UTC); a row that points to one waits, unless a later row of
    the extract brings the record back.
    """
    manifest = extract.manifest
    checked: dict[str, Rows] = {}
    places = pd.Series(dtype="str")
    for name in (name for name in TABLES if name in tables.frames):
        checked[name] = _read_rows(TABLES[name], tables.frames[name], manifest, places, zones)
        if name == "locations":
            places = _stated_zones(checked[name], manifest)
    references = References(checked, manifest.source, known, ended)
    references.resolve()
    check_births(checked, references)
    references.check()
    # What is done with is let go, table by table: a large extract would be in memory three times otherwise.
    del references

    frames: dict[str, pd.DataFrame] = {}
    superseded: dict[str, pd.DataFrame] = {}
    counts: dict[str, Counts] = {}
    rejects: list[Reject] = []
    all_keys: dict[str, pd.Series] = {}
    for name in list(checked):
        rows = checked.pop(name)
        keys, hashes = row_keys(rows, manifest.source), row_hashes(rows)
        all_keys[name] = keys
        versions = sort_versions(rows, keys, hashes)
        typed = _typed(rows, keys, hashes)
        frames[name] = typed[versions.good].reset_index(drop=True)
        if versions.superseded.any():
            superseded[name] = typed[versions.superseded].reset_index(drop=True)
        bad = rows.problems.rejects(_as_read(TABLES[name], tables.frames[name]), name)
        unreadable = int((tables.rejects["table"] == name).sum())
        counts[name] = Counts(
            read=len(rows) + unreadable,
            good=int(versions.good.sum()),
            duplicates_unchanged=int(versions.unchanged.sum()),
            superseded=int(versions.superseded.sum()),
            rejected=len(bad) + unreadable,
        )
        rejects += bad
        log.info("%s: %s", name, counts[name])
    everything = pd.concat([tables.rejects, rejects_frame(rejects)], ignore_index=True)
    return Validated(frames, superseded, everything, counts, list(tables.warnings), all_keys)


def _as_read(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with every column of the layout, empty where the file has none."""
    nothing = no_text(len(frame)).set_axis(frame.index)
    columns = {name: frame[name] if name in frame.columns else nothing for name in table.names}
    return pd.DataFrame({**columns, "_file": frame["_file"], "_line": frame["_line"]})


def _read_rows(table: Table, frame: pd.DataFrame, manifest: Manifest, places: pd.Series, zones: Zones | None) -> Rows:
    text = _as_read(table, frame).reset_index(drop=True)
    size = len(text)
    problems = Problems(size)
    withdrawn = _withdrawn(text, table, problems)
    if withdrawn.any():
        # Only the key counts in such a row; what else it holds may be out of date or blanked out.
        kept = {*table.key, "recorded_at", "withdrawn", "about"}
        for name in (name for name in table.names if name not in kept):
            text[name] = text[name].mask(withdrawn)
    rows = Rows(table, text, problems, withdrawn, np.full(size, np.datetime64("NaT", "us")))
    check_joined_files(rows)
    check_anonymous(rows, manifest)
    check_required(rows)
    timezone = _row_zones(rows, places, manifest, zones)
    for column in table.columns:
        if column.name == "recorded_at":
            rows.values[column.name] = read_column(text[column.name], column, manifest.timezone, problems)
        elif column.name != "withdrawn":
            rows.values[column.name] = read_column(text[column.name], column, timezone, problems)
    rows.values["withdrawn"] = np.where(rows.filled("withdrawn"), withdrawn.astype(np.int8), np.int8(-1))
    extracted = np.datetime64(manifest.extracted_at.replace(tzinfo=None), "us")
    # Of an interval its end: nobody may be thought to have known earlier than they did.
    recorded = np.fmin(rows.interval("recorded_at").latest, extracted)
    rows.recorded_at = np.where(np.isnat(recorded), extracted, recorded)
    check_row(rows, manifest)
    return rows


def _withdrawn(text: pd.DataFrame, table: Table, problems: Problems) -> Mask:
    values = read_column(text["withdrawn"], table.column("withdrawn"), "UTC", problems)
    return np.asarray(values == 1, dtype=np.bool_)


def _stated_zones(rows: Rows, manifest: Manifest) -> pd.Series:
    """Return ref (as it is, and as `source:ref`) -> zone, for the locations that state theirs."""
    stated = rows.values["timezone"]
    own = stated[stated.notna() & rows.text["location_ref"].notna()]
    refs = rows.text["location_ref"].loc[own.index]
    both = pd.concat([pd.Series(own.to_numpy(), index=f"{manifest.source}:" + refs), own.set_axis(refs)])
    return pd.Series(both[~both.index.duplicated(keep="last")])


def _row_zones(rows: Rows, places: pd.Series, manifest: Manifest, zones: Zones | None) -> str | pd.Series:
    """Return the zone of each row's times: its location's, else the manifest's."""
    if not any(column.kind == "time" and column.name != "recorded_at" for column in rows.table.columns):
        return manifest.timezone
    refs = rows.text["location_ref"]
    found = refs.map(places).astype("str") if len(places) else no_text(len(refs))
    if zones is not None:
        outside = pd.unique(refs[found.isna() & refs.notna()])
        stated = dict(zones(sorted({f"{manifest.source}:{ref}" for ref in outside} | {str(ref) for ref in outside})))
        own = (f"{manifest.source}:" + refs).map(stated).astype("str")
        found = found.fillna(own).fillna(refs.map(stated).astype("str"))
    if found.isna().all():
        return manifest.timezone
    return pd.Series(found.fillna(manifest.timezone))


def _typed(rows: Rows, keys: pd.Series, hashes: pd.Series) -> pd.DataFrame:
    """Return every row with its types; those of rows with a problem mean nothing."""
    table = rows.table
    columns: dict[str, Any] = {"id" if table.record is not None else "key": keys}
    common = {"recorded_at", "grade", "withdrawn"}
    for column in (column for column in table.columns if column.name not in common):
        columns |= _typed_column(column, rows.values[column.name])
    columns["recorded_at"] = _utc(rows.recorded_at)
    columns["grade"] = rows.values["grade"]
    columns["withdrawn"] = rows.withdrawn
    columns["row_hash"] = hashes
    columns["_file"], columns["_line"] = rows.text["_file"], rows.text["_line"]
    return pd.DataFrame(columns)


def _typed_column(column: Column, values: Any) -> dict[str, Any]:
    if column.is_interval:
        found: Intervals = values
        latest = np.where(found.latest == found.earliest, np.datetime64("NaT", "us"), found.latest)
        if column.kind == "date":
            return {column.name: _days(found.earliest), f"{column.name}_latest": _days(latest)}
        return {
            column.name: _utc(found.earliest),
            f"{column.name}_latest": _utc(latest),
        }
    if column.kind == "number":
        return {column.name: pd.array(values, dtype="Float64")}
    if column.kind == "integer":
        return {column.name: pd.array(values, dtype="Float64").astype("Int64")}
    if column.kind == "boolean":
        return {column.name: pd.arrays.BooleanArray(values == 1, values == -1)}
    if column.is_list:
        return {column.name: pd.Series(values, dtype=object)}
    return {column.name: values}


def _utc(times: npt.NDArray[np.datetime64]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(times).tz_localize("UTC")


def _days(times: npt.NDArray[np.datetime64]) -> pd.Series:
    """Return datetime.date objects, None where missing; each distinct day is made once."""
    codes, unique = pd.factorize(times.astype(np.int64))
    days = unique.astype("M8[us]").astype("M8[D]").astype(object)
    return pd.Series(days[codes], dtype=object)
