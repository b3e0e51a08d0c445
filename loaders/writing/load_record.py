"""What the graph keeps of a load itself: its source, its counts, its rejected rows, how late its records came."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from graph.connection import Connection
from graph.frames import to_rows
from graph.writer import write_nodes
from loaders.checking.rejects import Reject, rejects_frame, row_json
from loaders.extract import Extract, ReadTables
from loaders.layout import TABLES
from loaders.reading.manifest import Manifest
from loaders.writing.store import TableCounts

BATCH_ROWS = 5_000
# When a row says it happened, best first.
HAPPENED = {
    "incidents": ("occurred_to", "occurred_from", "reported_at"),
    "deaths": ("found_at", "died_to", "died_from", "reported_at"),
}


def write_load(
    connection: Connection,
    extract: Extract,
    state: str,
    tables: Mapping[str, TableCounts],
    *,
    rejected: int = 0,
    removed: int = 0,
) -> None:
    """Write the Source and the Load of an extract. state: started or complete."""
    manifest = extract.manifest
    newest = connection.read("MATCH (s:Source {id: $id}) RETURN s.extracted_at AS at", id=manifest.source)
    at = max([manifest.extracted_at, *(row["at"].to_native() for row in newest if row["at"])])
    source = {
        "id": manifest.source,
        "title": manifest.title,
        "agency": manifest.agency,
        "agency_kind": manifest.agency_kind,
        "identifiable": manifest.identifiable,
        "handling": manifest.handling,
        "extracted_at": at,
    }
    row = {
        "id": extract.load_id,
        "source": manifest.source,
        "kind": manifest.kind,
        "content_hash": extract.content_hash,
        "extracted_at": manifest.extracted_at,
        "covers_from": manifest.covers_from,
        "covers_to": manifest.covers_to,
        "state": state,
        "rows_read": sum(c.read for c in tables.values()),
        "rows_rejected": rejected,
        "tables": json.dumps({name: asdict(c) for name, c in tables.items()}),
        "manifest": manifest.model_dump_json(exclude_none=True),
        "removed": removed,
    }

    def write(transaction: Any) -> None:
        # An extract that arrives late does not say what its source is like today.
        if manifest.extracted_at == at or not newest:
            write_nodes(transaction, "Source", [source])
        write_nodes(transaction, "Load", [row])

    connection.write_in_one(write)


def read_manifest_of(text: str) -> Manifest:
    """Return the manifest that a Load keeps."""
    return Manifest.model_validate_json(text)


def lateness(frames: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, float]]:
    """Return how many days after it happened a record was known, by table: median_days, p90_days, events.

    frames: good rows of loaders.validate. Tables without a dated event are left out.
    """
    found = {}
    for table, columns in HAPPENED.items():
        rows = frames.get(table, pd.DataFrame())
        times = [pd.to_datetime(rows[name], utc=True) for name in columns if name in rows.columns]
        if not times or rows.empty:
            continue
        happened = times[0]
        for other in times[1:]:
            happened = happened.fillna(other)
        days = ((rows["recorded_at"] - happened).dt.total_seconds() / 86_400).dropna().to_numpy(dtype=float)
        if len(days):
            median, p90 = np.percentile(days, [50, 90])
            found[table] = {
                "median_days": round(float(median), 1),
                "p90_days": round(float(p90), 1),
                "events": float(len(days)),
            }
    return found


def conflict_rejects(table: str, rows: pd.DataFrame, as_read: pd.DataFrame) -> pd.DataFrame:
    """Return rejects for rows that say otherwise than the graph at the same recorded_at. as_read: the table's text."""
    if rows.empty:
        return rejects_frame([])
    text = as_read.set_index(["_file", "_line"])
    made = [
        Reject(
            file=str(row["_file"]),
            line=int(row["_line"]),
            column="recorded_at",
            value=str(row["recorded_at"]),
            reason="duplicate_key",
            message="an earlier extract holds other content for this key with the same recorded_at: give the newer one "
            "a later recorded_at",
            row=row_json({str(name): value for name, value in text.loc[(row["_file"], row["_line"])].items()}),
            table=table,
        )
        for row in rows.to_dict("records")
    ]
    return rejects_frame(made)


def write_rejects(connection: Connection, extract: Extract, read: ReadTables, rejects: pd.DataFrame) -> None:
    """Keep the rejected rows of a load, and drop those that it answers: of the same extract before it was mended."""
    answered = _answered(connection, extract, read)
    connection.write("UNWIND $ids AS id MATCH (r:Reject {id: id}) DELETE r", ids=answered)
    keyed = reject_rows(extract, rejects)
    for start in range(0, len(keyed), BATCH_ROWS):
        batch = keyed[start : start + BATCH_ROWS]
        connection.write_in_one(lambda transaction, batch=batch: write_nodes(transaction, "Reject", batch))  # type: ignore[misc]


def _answered(connection: Connection, extract: Extract, read: ReadTables) -> list[str]:
    """Return ids of rejects of an extract with the same source and time whose rows this one brings again.

    A table sent again whole answers all of them; one that holds the mended rows alone answers those with their keys.
    """
    rows = connection.read(
        "MATCH (r:Reject {source: $source}) WHERE r.load_id STARTS WITH $extract AND r.load_id <> $load "
        "MATCH (l:Load {id: r.load_id}) RETURN r.id AS id, r.table AS table, r.row AS row, l.tables AS tables",
        source=extract.manifest.source,
        extract=extract.load_id.partition("#")[0] + "#",
        load=extract.load_id,
    )
    keys = {name: _keys_as_read(name, frame) for name, frame in read.frames.items()}
    answered = []
    for row in rows:
        name = row["table"]
        before = json.loads(row["tables"]).get(name, {}).get("read", 0)
        whole = name in read.frames and len(read.frames[name]) >= before
        if whole or _key_as_read(name, row["row"]) in keys.get(name, set()):
            answered.append(row["id"])
    return answered


def _keys_as_read(name: str, frame: pd.DataFrame) -> set[tuple[str, ...]]:
    columns = [frame[c].fillna("") if c in frame.columns else [""] * len(frame) for c in TABLES[name].key]
    return set(zip(*columns, strict=True))


def _key_as_read(name: str, row: str) -> tuple[str, ...] | None:
    try:
        cells = json.loads(row)
    except ValueError:
        return None
    return tuple(str(cells.get(c) or "") for c in TABLES[name].key) if isinstance(cells, dict) else None


def reject_rows(extract: Extract, rejects: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the Reject nodes of a load's rejected rows."""
    rows: Sequence[dict[str, Any]] = to_rows(rejects.drop(columns="waits_for"))
    return [
        {
            **row,
            "id": hashlib.sha256(
                f"{extract.load_id}|{row['table']}|{row['file']}|{row['line']}|{row['column']}|{row['reason']}".encode()
            ).hexdigest()[:16],
            "source": extract.manifest.source,
            "load_id": extract.load_id,
            "waits_for": json.loads(waits) if isinstance(waits, str) and waits else None,
        }
        for row, waits in zip(rows, rejects["waits_for"], strict=True)
    ]
