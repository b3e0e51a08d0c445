"""Frames -> files for Neo4j's importer, and the import itself: for the first load of an empty graph.

The files are written a frame at a time and typed by `graph.schema`; the importer is the only thing that reads them.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from graph.connection import Connection
from graph.embedded import preflight
from graph.embedded.admin import HeldHome
from graph.embedded.replacing import drop_former, replacing
from graph.errors import ThroughlineError
from graph.schema import SCHEMA, Property

log = logging.getLogger(__name__)

# Between the items of a list. The importer splits lists at it wherever it stands.
BETWEEN_ITEMS = "\x1f"
# The importer takes this character for the end of a file.
END_OF_FILE = "\uffff"
TYPES = {
    "string": "string",
    "integer": "long",
    "float": "double",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "point": "point{crs:WGS-84}",
    "list<string>": "string[]",
    "list<float>": "double[]",
}
# The store is about as large as the files, and both are there at once.
STORE_PER_BYTE = 2.0
# A value must fit into one of the importer's buffers; the layout's longest text is 20,000 characters.
READ_BUFFER = "4m"
OFF_HEAP = "1g"
HEAP = "1g"


def is_empty(connection: Connection) -> bool:
    """Return whether the graph holds nothing, the ledger included; who holds a lock does not count."""
    return not connection.read("MATCH (n) WHERE NOT n:Lock RETURN 1 AS one LIMIT 1")


class NotImportable(ThroughlineError):
    """A frame holds text that the importer's format cannot carry; write it by MERGE instead."""


@dataclass
class ImportFiles:
    """Files for one import, all in one folder. rows: nodes and relationships written so far."""

    folder: Path
    rows: int = 0
    bytes: int = 0
    _nodes: list[str] = field(default_factory=list)
    _relationships: list[str] = field(default_factory=list)
    _multiline: list[str] = field(default_factory=list)

    def add_nodes(self, label: str, frame: pd.DataFrame) -> None:
        """Write nodes of a label, one a row, by column `id`; a node written before stays as it was.

        frame: columns of the schema's properties; missing values and empty lists are left out. Raises ThroughlineError
        for columns that the schema does not know, NotImportable for text that the format cannot carry.
        """
        if frame.empty:
            return
        declared = SCHEMA.node(label)
        _refuse_unknown(frame, declared.property_names(), f":{label}")
        types = {p.name: p for p in declared.properties}
        columns = {f"id:ID({_group(label)})": _text(frame["id"])}
        columns |= _properties(frame.drop(columns="id"), types)
        name = self._write(label, columns)
        self._nodes.append(f"--nodes={':'.join([*declared.also, label])}={name}")

    def add_relationships(self, kind: str, start_label: str, end_label: str, frame: pd.DataFrame) -> None:
        """Write relationships of a type, one a row, between nodes by columns `start` and `end` (ids).

        One whose ends are not among the nodes is left out by the importer, as MERGE would. Raises as `add_nodes` does.
        """
        if frame.empty:
            return
        declared = SCHEMA.relationship(kind)
        _refuse_unknown(frame, declared.property_names() | {"start", "end"}, f":{kind}")
        types = {p.name: p for p in declared.properties}
        columns = {
            f":START_ID({_group(start_label)})": _text(frame["start"]),
            f":END_ID({_group(end_label)})": _text(frame["end"]),
        }
        columns |= _properties(frame.drop(columns=["start", "end"]), types)
        name = self._write(kind, columns)
        self._relationships.append(f"--relationships={kind}={name}")

    def arguments(self, report: Path) -> list[str]:
        """Return the admin command that imports the files. report: file that the importer keeps for what it skipped."""
        multiline = (
            ["--multiline-fields-format=v2", f"--multiline-fields={','.join(self._multiline)}"]
            if self._multiline
            else []
        )
        return [
            "database",
            "import",
            "full",
            # A node with several labels lists them in the order in which the store came to know them: the wider first.
            *sorted(self._nodes, key=lambda argument: argument.count(":")),
            *self._relationships,
            "--id-type=string",
            "--input-encoding=UTF-8",
            f"--array-delimiter=U+{ord(BETWEEN_ITEMS):04X}",
            # Shared nodes, such as a substance, come once with each source.
            "--skip-duplicate-nodes=true",
            "--skip-bad-relationships=true",
            "--bad-tolerance=1000000000",
            "--skip-bad-entries-logging=true",
            f"--read-buffer-size={READ_BUFFER}",
            f"--max-off-heap-memory={OFF_HEAP}",
            f"--report-file={report}",
            *multiline,
            "neo4j",
        ]

    def _write(self, name: str, columns: dict[str, Any]) -> str:
        number = len(self._nodes) + len(self._relationships)
        path = self.folder / f"{number:03d}_{name}.csv"
        table = pa.table(columns)
        try:
            with path.open("wb") as file:
                file.write((",".join(f'"{header}"' for header in columns) + "\n").encode())
                # Text is quoted, a quote in it doubled; what is missing is empty without quotes.
                options = pa.csv.WriteOptions(include_header=False, batch_size=16_384, quoting_style="needed")
                pa.csv.write_csv(table, file, options)
        except OSError as problem:
            raise ThroughlineError(
                f"{path.parent}: the files of the first load cannot be written ({problem.strerror or problem}). Free "
                "some space, or set THROUGHLINE_HOME to a folder on another disk. Nothing was loaded."
            ) from problem
        # Lines are what the importer works on in parallel, so it is told which files it may not cut at each of them.
        if _has_newlines(path, table.num_rows + 1):
            self._multiline.append(str(path.relative_to(self.folder.parent)))
        self.rows += table.num_rows
        self.bytes += path.stat().st_size
        # The tool runs in the home, and takes commas and other signs in a longer path for its own.
        return str(path.relative_to(self.folder.parent))


def import_files(held: HeldHome, files: ImportFiles, progress: Callable[[int], None]) -> str:
    """Make the graph of a held home, stopped and empty, out of the files, and return the importer's output.

    progress: told each further per cent. Killed or failed, the graph is empty as before. Raises ThroughlineError that
    says why, with the importer's report kept in the home's logs.
    """
    preflight.check_disk(held.files.folder, int(files.bytes * STORE_PER_BYTE))
    report = held.files.folder / "logs" / "import.report"
    done = _Percent(progress)
    try:
        with replacing(held.files):
            output = held.run(files.arguments(report), heap=HEAP, on_text=done.read)
    except ThroughlineError as problem:
        kept = f"\nThe importer's report is {report}." if report.exists() and report.stat().st_size else ""
        raise ThroughlineError(f"The first load failed, and the graph is empty as before. {problem}{kept}") from problem
    drop_former(held.files)
    log.info("imported %d nodes and relationships from %d bytes", files.rows, files.bytes)
    return output


class _Percent:
    """Reads how far the importer is from what it prints."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress = progress
        self._said = 0
        self._stage = 0
        self._line = ""

    def read(self, text: str) -> None:
        self._line = (self._line + text)[-2_000:]
        stages = re.findall(r"\((\d)/(\d)\)", self._line)
        shares = re.findall(r"(\d{1,3})%", self._line.rpartition("/")[2])
        if not stages:
            return
        stage, of = int(stages[-1][0]), int(stages[-1][1])
        share = int(shares[-1]) if shares else 0
        total = min(100, ((stage - 1) * 100 + share) // of)
        if total > self._said:
            self._progress(total - self._said)
            self._said = total


def _group(label: str) -> str:
    """Return the space of ids of a label: a Death is also an Incident, and either may be what an edge points to."""
    also = SCHEMA.node(label).also
    return also[0] if also else label


def _refuse_unknown(frame: pd.DataFrame, known: frozenset[str], what: str) -> None:
    unknown = {str(name) for name in frame.columns} - known
    if unknown:
        raise ThroughlineError(f"{what} has no property {', '.join(sorted(unknown))} in graph/schema.py")


def _properties(frame: pd.DataFrame, types: dict[str, Property]) -> dict[str, Any]:
    columns = {}
    for name in frame.columns:
        kind = types[str(name)].type
        values = _column(frame[name], kind)
        if values.null_count < len(values):
            columns[f"{name}:{TYPES[kind]}"] = values
    return columns


def _column(values: pd.Series, kind: str) -> Any:
    """Return a column as the importer reads it: text, or numbers and truths that Arrow writes alike."""
    if kind in ("list<string>", "list<float>"):
        return _lists(values)
    if kind == "point":
        return _points(values)
    if kind == "integer":
        return pa.array(values, type=pa.int64(), from_pandas=True)
    if kind == "float":
        return pa.array(values, type=pa.float64(), from_pandas=True)
    if kind == "boolean":
        return pa.array(values, type=pa.bool_(), from_pandas=True)
    if kind == "date":
        return pa.array(_days(values), type=pa.date32(), from_pandas=True)
    if kind == "datetime":
        return _moments(values)
    return _text(values)


def _text(values: pd.Series) -> Any:
    found = pa.array(values, type=pa.large_string(), from_pandas=True)
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    if pc.any(pc.match_substring(found, END_OF_FILE)).as_py():
        raise NotImportable(f"{values.name}: a text holds the character U+FFFF, which the importer cannot read")
    return found


def _lists(values: pd.Series) -> Any:
    some = values.map(lambda value: value if isinstance(value, list | tuple) and value else None)
    lists = pa.array(some.astype(object).where(some.notna(), None), type=pa.large_list(pa.large_string()))
    items = lists.flatten()
    for sign in (BETWEEN_ITEMS, END_OF_FILE):
        if pc.any(pc.match_substring(items, sign)).as_py():
            raise NotImportable(f"{values.name}: a list holds the character U+{ord(sign):04X}")
    alone = pc.equal(pc.list_value_length(lists), 1)
    if pc.any(pc.equal(pc.list_element(lists.filter(alone), 0), "")).as_py():
        raise NotImportable(f"{values.name}: a list of one empty text, which the importer takes for no list")
    return pc.binary_join(lists, pa.scalar(BETWEEN_ITEMS, pa.large_string()))


def _points(values: pd.Series) -> Any:
    return pa.array(
        [
            None
            if value is None or value is pd.NA
            else f"{{latitude:{value.latitude!r},longitude:{value.longitude!r}}}"
            for value in values
        ],
        type=pa.large_string(),
    )


def _days(values: pd.Series) -> pd.Series:
    return values.dt.date if pd.api.types.is_datetime64_any_dtype(values) else values


def _moments(values: pd.Series) -> Any:
    """Return moments as ISO 8601 in UTC; each distinct one is written out once."""
    moments = pd.to_datetime(values, utc=True).dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    codes, unique = pd.factorize(moments)
    texts = pc.cast(pa.array(unique, type=pa.timestamp("us")), pa.large_string())
    iso = pc.binary_replace_slice(texts.cast(pa.large_binary()), 10, 11, b"T").cast(pa.large_string())
    stamped = pc.binary_join_element_wise(iso, pa.scalar("Z", pa.large_string()), pa.scalar("", pa.large_string()))
    return stamped.take(pa.array(codes, mask=np.asarray(codes < 0)))


def _has_newlines(path: Path, lines: int) -> bool:
    counted = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 22):
            counted += piece.count(b"\n")
            if b"\r" in piece or counted > lines:
                return True
    return counted != lines
