"""Extracts cut into what was recorded by each day, so that they can be loaded in the order in which they were known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from loaders.checking.times import parse_times
from loaders.extract import Extract, open_extract, read_tables
from loaders.reading.manifest import MANIFEST_FILE, Manifest

DAY = timedelta(days=1)


@dataclass(frozen=True)
class RecordedExtract:
    """An extract with the day on which each of its rows was recorded.

    frames: table -> rows as text; days: table -> UTC day of each row (datetime64[D]), that of extracted_at where a row
    does not say. unreadable: lines that are no row. replaces: it is a full extract that follows another extract of its
    source, so that what it leaves out is gone from then on.
    """

    extract: Extract
    frames: Mapping[str, pd.DataFrame]
    days: Mapping[str, npt.NDArray[np.datetime64]]
    unreadable: int
    replaces: bool

    @property
    def extracted_on(self) -> date:
        """Return the UTC day on which it was made."""
        return self.extract.manifest.extracted_at.astimezone(UTC).date()

    def rows_by_day(self) -> dict[date, int]:
        """Return day -> rows recorded on it; the day of extraction is there where the extract replaces another."""
        every = np.concatenate([np.zeros(0, "M8[D]"), *self.days.values()])
        days, counts = np.unique(every, return_counts=True)
        found = dict(zip(days.astype(object).tolist(), counts.tolist(), strict=True))
        return found | ({self.extracted_on: found.get(self.extracted_on, 0)} if self.replaces else {})


@dataclass(frozen=True)
class ReplayExtracts:
    """Every extract of a replay, in the order in which they were made, and the rows recorded on each day."""

    extracts: tuple[RecordedExtract, ...]
    rows: Mapping[date, int]

    @property
    def unreadable(self) -> int:
        """Return how many lines are no row; they are in no step."""
        return sum(one.unreadable for one in self.extracts)

    def rows_from(self, first: date | None, last: date) -> int | None:
        """Return how many rows were recorded from `first` (None: ever) to `last`, None where there is nothing to load.

        A full extract may bring no row and yet take some away: that is 0, not None.
        """
        found = [count for day, count in self.rows.items() if (first is None or first <= day) and day <= last]
        return sum(found) if found else None


def read_recorded(paths: Sequence[Path], mapping: str | None = None) -> ReplayExtracts:
    """Return extracts with the day on which each row was recorded.

    mapping: as of `loaders.extract.open_extract`. Raises ThroughlineError for an extract that cannot be read.
    """
    opened = [open_extract(Path(path), mapping) for path in paths]
    opened.sort(key=lambda extract: extract.manifest.extracted_at)
    sources: set[str] = set()
    extracts = []
    for extract in opened:
        manifest = extract.manifest
        tables = read_tables(extract)
        extracts.append(
            RecordedExtract(
                extract,
                tables.frames,
                {name: _days(frame, manifest) for name, frame in tables.frames.items()},
                len(tables.rejects),
                manifest.kind == "full" and manifest.source in sources,
            )
        )
        sources.add(manifest.source)
    rows: dict[date, int] = {}
    for one in extracts:
        for day, count in one.rows_by_day().items():
            rows[day] = rows.get(day, 0) + count
    return ReplayExtracts(tuple(extracts), dict(sorted(rows.items())))


def end_of(day: date) -> datetime:
    """Return the last second of a day, UTC: up to there a step knows."""
    return datetime.combine(day, time(23, 59, 59), UTC)


def write_step(replayed: ReplayExtracts, first: date | None, last: date, folder: Path) -> list[Path]:
    """Write what was recorded from `first` (None: ever) to `last` as extracts under folder, and return them in order.

    They are as if made at the end of `last`, or when the extract they come from was made where that was before: no
    date after that passes the checks. A full extract that replaces another is written whole on the day it was made.
    """
    written = []
    for number, one in enumerate(replayed.extracts):
        whole = one.replaces and (first is None or first <= one.extracted_on) and one.extracted_on <= last
        frames = dict(one.frames) if whole else _between(one, first, last)
        if not frames:
            continue
        path = folder / f"{number}-{one.extract.manifest.source}"
        path.mkdir(parents=True)
        _write_manifest(path, one.extract.manifest, last, "full" if whole else "increment")
        for name, frame in frames.items():
            columns = {str(c): frame[c] for c in frame.columns if not str(c).startswith("_")}
            text = [pa.array(cells, pa.string(), from_pandas=True) for cells in columns.values()]
            pq.write_table(pa.table(text, names=list(columns)), path / f"{name}.parquet")
        written.append(path)
    return written


def _days(frame: pd.DataFrame, manifest: Manifest) -> npt.NDArray[np.datetime64]:
    extracted = np.datetime64(manifest.extracted_at.astimezone(UTC).replace(tzinfo=None), "us")
    if "recorded_at" not in frame:
        return np.full(len(frame), extracted).astype("M8[D]")
    # As the checks read it: the end of what a row says, never after the extract was made. What cannot be read comes
    # with the extract, and is rejected there.
    recorded = np.fmin(parse_times(frame["recorded_at"], manifest.timezone).latest, extracted)
    return np.asarray(np.where(np.isnat(recorded), extracted, recorded).astype("M8[D]"))


def _between(one: RecordedExtract, first: date | None, last: date) -> dict[str, pd.DataFrame]:
    low = np.datetime64("0001-01-01" if first is None else first.isoformat(), "D")
    here = {name: (days >= low) & (days <= np.datetime64(last.isoformat(), "D")) for name, days in one.days.items()}
    return {name: one.frames[name][rows] for name, rows in here.items() if rows.any()}


def _write_manifest(path: Path, manifest: Manifest, last: date, kind: str) -> None:
    stated = manifest.model_dump(mode="json", exclude_none=True, exclude={"mapping"})
    extracted_at = min(end_of(last), manifest.extracted_at)
    stated |= {"kind": kind, "extracted_at": extracted_at.isoformat()}
    (path / MANIFEST_FILE).write_text(yaml.safe_dump(stated, allow_unicode=True), encoding="utf-8")
