"""One extract: its manifest, its files, and their rows as text."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import ThroughlineError
from loaders.checking.rejects import Reject, rejects_frame, row_json
from loaders.interchange.columns import Table
from loaders.layout import TABLES
from loaders.nearest import did_you_mean, nearest
from loaders.reading.arrow_text import as_text, tidy
from loaders.reading.csv_files import read_csv, read_header
from loaders.reading.manifest import MANIFEST_FILE, Manifest, mapping_folder, read_manifest
from loaders.reading.mapping import run_mapping

log = logging.getLogger(__name__)

SUFFIXES = (".csv", ".csv.gz", ".parquet")
# What may lie beside the tables without a word.
_SILENT = ("readme", "licence", "license", "changelog", "why.csv")
_MOST_WARNINGS = 20


@dataclass(frozen=True)
class Extract:
    """An extract as it was opened.

    content_hash: sha256 (hex) over the names and bytes of all that its rows depend on: files, manifest, mapping.
    load_id: `source@extracted_at#hash8`, the same for the same content.
    """

    path: Path
    manifest: Manifest
    content_hash: str
    load_id: str


@dataclass(frozen=True)
class ReadTables:
    """The rows of an extract as text.

    frames: table -> known columns (str, missing where empty), `_file` (str), `_line` (int64, the physical line on which
    the row starts; the row's number in Parquet). rejects: rows that could not be split into cells or decoded.
    """

    frames: dict[str, pd.DataFrame]
    rejects: pd.DataFrame
    warnings: list[str] = field(default_factory=list)


def open_extract(path: Path, mapping: str | None = None) -> Extract:
    """Return the extract in a folder, its manifest checked.

    mapping: name of a mapping, or the path of its folder, for a foreign layout; wins over the manifest's.
    Raises ThroughlineError when there is no such folder or its manifest is wrong.
    """
    path = Path(path)
    if path.is_file():
        raise ThroughlineError(f"{path} is a file. Name the folder that holds it and its {MANIFEST_FILE}.")
    if not path.is_dir():
        near = nearest(path.name, (entry.name for entry in path.parent.iterdir())) if path.parent.is_dir() else None
        raise ThroughlineError(
            f"{path}: no such folder." + (f" Did you mean {path.parent / near}?" if near is not None else "")
        )
    manifest = read_manifest(path, mapping)
    content_hash = _content_hash(path, manifest)
    load_id = f"{manifest.source}@{manifest.extracted_text}#{content_hash[:8]}"
    return Extract(path, manifest, content_hash, load_id)


def read_tables(extract: Extract) -> ReadTables:
    """Return every row of an extract as text, and a reject for each line that cannot be read.

    Raises one ThroughlineError that names every file which cannot be read at all, where and what to do.
    """
    if extract.manifest.mapping is not None:
        return _read_mapped(extract)
    files, warnings = _table_files(extract.path)
    warnings += _clock_warning(extract.manifest)
    frames: dict[str, pd.DataFrame] = {}
    rejects: list[Reject] = []
    broken: list[str] = []
    for name in (name for name in TABLES if name in files):
        try:
            frames[name], bad, said = _read_file(files[name], TABLES[name])
        except ThroughlineError as error:
            broken.append(str(error))
            continue
        rejects += bad
        warnings += said
        log.info("%s: %d rows read, %d lines unreadable", files[name].name, len(frames[name]), len(bad))
    if broken:
        raise ThroughlineError("\n".join(broken))
    return ReadTables(frames, rejects_frame(rejects), warnings)


def _content_hash(path: Path, manifest: Manifest) -> str:
    own = [entry for entry in (path / MANIFEST_FILE,) if entry.exists()]
    if manifest.mapping is None:
        parts = [(entry.name, entry) for entry in sorted([*_table_files(path)[0].values(), *own])]
    else:
        folder = mapping_folder(manifest.mapping)
        inside = sorted(entry for entry in path.rglob("*") if entry.is_file())
        parts = [(entry.relative_to(path).as_posix(), entry) for entry in inside]
        parts += [(f"mapping/{entry.name}", entry) for entry in sorted(folder.iterdir()) if entry.is_file()]
    total = hashlib.sha256()
    for name, entry in parts:
        try:
            with entry.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise ThroughlineError(
                f"{entry}: cannot be read ({error.strerror or error}). Let the account that loads read it."
            ) from None
        total.update(f"{name}\0{digest}\n".encode())
    return total.hexdigest()


def _clock_warning(manifest: Manifest) -> list[str]:
    """A date far ahead would let every date of the future pass, and make later extracts look older than this one."""
    if manifest.extracted_at <= datetime.now(UTC) + timedelta(days=1):
        return []
    return [
        f"{MANIFEST_FILE}: extracted_at ({manifest.extracted_text}) is in the future of this machine's clock. "
        "Is its year right?"
    ]


def _table_files(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Return the file of each table that is there, and a warning for each file that is none."""
    expected = {f"{table}{suffix}": table for table in TABLES for suffix in SUFFIXES}
    files: dict[str, Path] = {}
    warnings: list[str] = []
    strangers = 0
    for path in sorted(folder.iterdir()):
        if path.name == MANIFEST_FILE or path.name.startswith("."):
            continue
        table = expected.get(path.name)
        if table is None:
            if path.name.lower().startswith(_SILENT):
                continue
            strangers += 1
            if strangers <= _MOST_WARNINGS:
                what = "a folder, and what is in it" if path.is_dir() else "not a table and"
                warnings.append(f"{path.name} is {what} was not read.{did_you_mean(path.name, expected)}")
            continue
        _refuse_no_file(path, folder)
        if table in files:
            raise ThroughlineError(
                f"{folder}: {files[table].name} and {path.name} are the same table. Keep one of them, or put the rows "
                "of both in one file."
            )
        files[table] = path
    if strangers > _MOST_WARNINGS:
        warnings.append(f"{strangers - _MOST_WARNINGS} more files are not tables and were not read.")
    if not files:
        raise ThroughlineError(
            f"{folder}: no table of the interchange layout (as people.csv, incidents.csv.gz, deaths.parquet). "
            + (warnings[0] + " " if warnings else "")
            + "For a foreign layout name its mapping (--mapping NAME)."
        )
    return files, warnings


def _refuse_no_file(path: Path, folder: Path) -> None:
    """Raise ThroughlineError for what has a table's name and is not a file inside the folder."""
    if path.is_dir():
        raise ThroughlineError(
            f"{path}: a folder, not a file. Put the rows of its parts in one file of that name, or move it away."
        )
    if path.is_symlink() and not path.exists():
        raise ThroughlineError(f"{path}: a link to a file that is not there. Copy the file itself into the folder.")
    if not path.resolve().is_relative_to(folder.resolve()):
        # Whoever sends an extract could have any file of this machine shown to them in its rejects.
        raise ThroughlineError(f"{path}: a link to a file outside the folder. Copy the file itself into the folder.")
    if not path.is_file():
        raise ThroughlineError(f"{path}: a pipe or a device, not a file. Write the rows to a file.")


def _read_file(path: Path, table: Table) -> tuple[pd.DataFrame, list[Reject], list[str]]:
    if path.suffix == ".parquet":
        rows, header = _read_parquet(path)
        keep, warnings = _known_columns(header, table, str(path), path.name)
        frame = tidy(as_text(rows.select(keep), str(path))).to_pandas()
        return _without_nul(_placed(frame, path.name, np.arange(1, len(frame) + 1)), table.name, warnings)
    header = read_header(path)
    keep, warnings = _known_columns(header, table, str(path), path.name)
    rows, lines, rejects = read_csv(path, header, table.name, path.name, keep)
    return _placed(tidy(rows).to_pandas(), path.name, lines), rejects, warnings


def _read_parquet(path: Path) -> tuple[pa.Table, list[str]]:
    try:
        twice = sorted(name for name, count in Counter(pq.read_schema(path).names).items() if count > 1)
        if twice:
            raise ThroughlineError(f"{path}: the column {', '.join(twice)} is there twice. Keep one.")
        # A folder called `force=x` above the file is no column of it.
        rows = pq.read_table(path, partitioning=None)
        rows.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        raise ThroughlineError(
            f"{path}: not a sound Parquet file ({str(error).splitlines()[0]}). Copy it again."
        ) from None
    return rows, [str(name) for name in rows.column_names]


def _read_mapped(extract: Extract) -> ReadTables:
    assert extract.manifest.mapping is not None
    frames: dict[str, pd.DataFrame] = {}
    rejects: list[Reject] = []
    warnings = _clock_warning(extract.manifest)
    for name, frame in run_mapping(extract.manifest.mapping, extract.path).items():
        header = [column for column in frame.columns if column not in ("_file", "_line")]
        keep, said = _known_columns(header, TABLES[name], f"{name}.sql", f"{name}.sql")
        frames[name], bad, said = _without_nul(frame[[*keep, "_file", "_line"]], name, said)
        rejects += bad
        warnings += said
    return ReadTables(frames, rejects_frame(rejects), warnings)


def _placed(frame: pd.DataFrame, file: str, lines: Sequence[int] | np.ndarray) -> pd.DataFrame:
    return frame.assign(_file=pd.Series(file, index=frame.index, dtype="str"), _line=np.asarray(lines, dtype=np.int64))


def _without_nul(frame: pd.DataFrame, table: str, warnings: list[str]) -> tuple[pd.DataFrame, list[Reject], list[str]]:
    """Return the rows without a NUL byte in them, which no text of the graph or a report can hold."""
    rejects: list[Reject] = []
    bad = np.zeros(len(frame), dtype=bool)
    for name in (column for column in frame.columns if column not in ("_file", "_line")):
        here = frame[name].str.contains("\x00", regex=False).fillna(False).to_numpy(dtype=bool) & ~bad
        for position in np.flatnonzero(here):
            row = {column: cell.replace("\x00", "\ufffd") for column, cell in _texts(frame.iloc[position])}
            message = "holds a NUL byte; export the file again as text"
            place = str(frame["_file"].iloc[position]), int(frame["_line"].iloc[position])
            rejects.append(Reject(*place, name, row[name][:200], "bad_encoding", message, row_json(row), table))
        bad |= here
    return frame[~bad].reset_index(drop=True) if bad.any() else frame, rejects, warnings


def _texts(row: pd.Series) -> Iterable[tuple[str, str]]:
    return ((str(name), cell) for name, cell in row.items() if isinstance(cell, str) and not str(name).startswith("_"))


def _known_columns(header: Sequence[str], table: Table, where: str, file: str) -> tuple[list[str], list[str]]:
    """Return the columns of the layout that are there, and a warning for each other one.

    Raises ThroughlineError where a column of the key is missing: no row of the file could be told from another.
    """
    known = frozenset(table.names)
    keep = [name for name in header if name in known]
    unknown = [name for name in header if name not in known]
    needed = [name for name in table.key if table.column(name).required]
    missing = [name for name in needed if name not in keep]
    if missing:
        raise ThroughlineError(f"{where}:1: {_header_problem(header, keep, unknown, missing, table)}")
    warnings = [
        f"{file}: the column {name!r} is not known and was kept out.{did_you_mean(name, table.names)}"
        if name
        else f"{file}: a column without a name was kept out."
        for name in unknown[:_MOST_WARNINGS]
    ]
    if len(unknown) > _MOST_WARNINGS:
        warnings.append(f"{file}: {len(unknown) - _MOST_WARNINGS} more unknown columns were kept out.")
    return keep, warnings


def _header_problem(
    header: Sequence[str], keep: Sequence[str], unknown: Sequence[str], missing: Sequence[str], table: Table
) -> str:
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and mark in header[0]:
            return f"the columns are separated by {word}. Save the file with commas."
    if not keep:
        seen = ", ".join(header)[:120]
        return (
            f"no header line that names columns of {table.name} (the first line is: {seen}). Write the column names, "
            "or name a mapping for a foreign layout."
        )
    near = [f"{name!r} as {found!r}" for name in missing if (found := nearest(name, unknown)) is not None]
    return f"the column {', '.join(missing)} is missing." + (f" Did you write {', '.join(near)}?" if near else "")
