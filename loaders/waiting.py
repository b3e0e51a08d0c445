"""Rejected rows, tried again: those that waited for a record once it is there, and any others on request."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from graph import reader
from graph.connection import Connection
from graph.reader import cypher
from graph.writer import write_nodes
from loaders.checking.rejects import rejects_frame
from loaders.extract import Extract, ReadTables
from loaders.layout import TABLES
from loaders.progress import NoProgress, Progress
from loaders.validate import validate
from loaders.writing.load_record import read_manifest_of, reject_rows
from loaders.writing.removals import ended_records
from loaders.writing.store import TableCounts
from loaders.writing.tables import write_tables

# Such a row never became cells: only its source can send it again.
UNREADABLE = ("bad_encoding", "bad_quoting", "wrong_column_count", "too_long")
ROWS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Retried:
    """What a retry came to, in rows. left: still rejected."""

    tried: int
    written: int

    @property
    def left(self) -> int:
        """Return how many are still rejected."""
        return self.tried - self.written


def release_waiting(connection: Connection, progress: Progress | None = None) -> int:
    """Write the rows whose awaited records have come, those that come with them included; return how many rows."""
    released = 0
    tried: set[str] = set()
    while True:
        ready = [id_ for id_ in _ready(connection) if id_ not in tried]
        if not ready:
            return released
        written = _retry(connection, ready, progress or NoProgress()).written
        released += written
        # What fell again may yet stand once what it waits for is written; without news it would fall the same way.
        tried = set() if written else tried | set(ready)


def retry_rejects(
    connection: Connection, *, source: str | None = None, reason: str | None = None, progress: Progress | None = None
) -> Retried:
    """Check rejected rows again as they came, write those that pass, and return the counts.

    Rows that could not be split into cells or decoded stay: only their source can send them again. Call
    `loaders.pipeline.refresh_people` afterwards.
    """
    rows = connection.read(cypher("rejects"), source=source, reason=reason, limit=2**31 - 1)
    ids = [row["id"] for row in rows if row["reason"] not in UNREADABLE]
    done = _retry(connection, ids, progress or NoProgress())
    return Retried(len(rows), done.written + release_waiting(connection, progress))


def _ready(connection: Connection) -> list[str]:
    """Return ids of the rejects whose awaited records are in the graph, or wait themselves and may come with them."""
    rows = connection.read(
        "MATCH (r:Reject {reason: 'unknown_reference'}) WHERE r.waits_for IS NOT NULL "
        "RETURN r.id AS id, r.source AS source, r.table AS table, r.row AS row, r.waits_for AS waits ORDER BY id"
    )
    if not rows:
        return []
    # `x:1` may be record 1 of source x, or the record that the row's own source calls `x:1`.
    asked = sorted({form for row in rows for ident in row["waits"] for form in (ident, f"{row['source']}:{ident}")})
    there = reader.known_records(connection, asked) | {ident for row in rows if (ident := _own_id(row))}
    return [
        row["id"]
        for row in rows
        if all(ident in there or f"{row['source']}:{ident}" in there for ident in row["waits"])
    ]


def _own_id(reject: dict[str, Any]) -> str | None:
    table = TABLES[reject["table"]]
    ref = json.loads(reject["row"]).get(table.key[0]) if table.record is not None else None
    return f"{reject['source']}:{ref}" if ref else None


def _retry(connection: Connection, ids: Sequence[str], shown: Progress) -> Retried:
    written = 0
    for start in range(0, len(ids), ROWS_AT_ONCE):
        rows = connection.read(cypher("rejects_to_retry"), ids=list(ids[start : start + ROWS_AT_ONCE]))
        loads: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            loads.setdefault(row["load_id"], []).append(row)
        for load_id, rejects in loads.items():
            written += _retry_load(connection, load_id, rejects, shown)
    return Retried(len(ids), written)


def _retry_load(connection: Connection, load_id: str, rejects: list[dict[str, Any]], shown: Progress) -> int:
    """Check and write rejected rows of one load as if its extract held them alone; return how many are written."""
    first = rejects[0]
    manifest = read_manifest_of(first["manifest"])
    extract = Extract(Path(load_id), manifest, first["content_hash"], load_id)
    frames = {
        name: _as_read([row for row in rejects if row["table"] == name])
        for name in TABLES
        if any(row["table"] == name for row in rejects)
    }
    read = ReadTables(frames, rejects_frame([]))
    checked = validate(
        extract,
        read,
        lambda kind, wanted: reader.known_ids(connection, kind, wanted),
        lambda wanted: reader.time_zones(connection, wanted),
        ended_records(connection, extract),
    )
    result = write_tables(connection, extract, read, checked, shown)
    again = {(row["table"], row["file"], row["line"]): row for row in reject_rows(extract, result.rejects)}
    answered = [row["id"] for row in rejects]
    left = [again[place] for row in rejects if (place := (row["table"], row["file"], row["line"])) in again]

    def settle(transaction: Any) -> None:
        transaction.run("UNWIND $ids AS id MATCH (r:Reject {id: id}) DELETE r", ids=answered).consume()
        write_nodes(transaction, "Reject", left)
        _recount(transaction, load_id)

    connection.write_in_one(settle)
    return len(answered) - len(left)


def _as_read(rejects: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [json.loads(row["row"]) for row in rejects]
    columns = {name: [row.get(name) for row in rows] for name in sorted({key for row in rows for key in row})}
    frame = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})
    return frame.assign(
        _file=pd.Series([row["file"] for row in rejects], dtype="str"), _line=[row["line"] for row in rejects]
    )


def _recount(transaction: Any, load_id: str) -> None:
    """Make the load's counts say what became of its rows by now."""
    load = transaction.run("MATCH (l:Load {id: $id}) RETURN l.tables AS tables", id=load_id).single()
    found = transaction.run("MATCH (r:Reject {load_id: $id}) RETURN r.table AS table, count(r) AS n", id=load_id).data()
    rejected = {row["table"]: row["n"] for row in found}
    tables = {name: TableCounts(**counts) for name, counts in json.loads(load["tables"]).items()}
    counted = {
        name: {
            "read": c.read,
            "written": c.read - c.unchanged - rejected.get(name, 0),
            "unchanged": c.unchanged,
            "rejected": rejected.get(name, 0),
        }
        for name, c in tables.items()
    }
    transaction.run(
        "MATCH (l:Load {id: $id}) SET l.tables = $tables, l.rows_rejected = $rejected",
        id=load_id,
        tables=json.dumps(counted),
        rejected=sum(rejected.values()),
    ).consume()
