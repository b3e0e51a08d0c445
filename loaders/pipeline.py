"""One extract into the graph: read, check, write, identify people, derive. In order, restartable."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import neo4j
import pandas as pd

from graph import ledger, reader
from graph.connection import Connection
from graph.frames import to_rows
from graph.schema import apply_schema
from graph.writer import write_nodes
from loaders.extract import Extract, open_extract, read_tables
from loaders.layout import TABLES
from loaders.validate import Validated, validate
from loaders.writing.derive import derive_people, identify, mark_hubs
from loaders.writing.events import join_events
from loaders.writing.store import TableCounts, TableToWrite, write_table


class Progress(Protocol):
    """Told how far a stage is."""

    def stage(self, name: str, total: int | None) -> Callable[[int], None]:
        """Start a stage of so many rows (None: not known) and return what to call with each number of rows done."""


class NoProgress:
    """Says nothing."""

    def stage(self, name: str, total: int | None) -> Callable[[int], None]:
        """Return a function that does nothing."""
        return lambda _: None


@dataclass(frozen=True)
class LoadReport:
    """What a load came to. For every table read = written + unchanged + rejected."""

    load_id: str
    source: str
    already_loaded: bool
    tables: dict[str, TableCounts]
    rejects: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> TableCounts:
        """Return the counts over all tables."""
        counts = [asdict(c) for c in self.tables.values()]
        return TableCounts(**{name: sum(c[name] for c in counts) for name in asdict(TableCounts())})


def load(
    connection: Connection, path: Path, *, mapping: str | None = None, progress: Progress | None = None
) -> LoadReport:
    """Bring one extract into the graph and return what became of each row.

    path: the extract's folder. mapping: a mapping's name where its manifest does not state one. The same extract again
    changes nothing; a load that was killed is finished by running it again. Raises ThroughlineError, before anything is
    written, for an extract that cannot be read at all.
    """
    shown = progress or NoProgress()
    clock = _Clock()
    extract = open_extract(path, mapping)
    apply_schema(connection)
    done = connection.read("MATCH (l:Load {id: $id, state: 'complete'}) RETURN l.tables AS tables", id=extract.load_id)
    if done:
        before = {name: TableCounts(**counts) for name, counts in json.loads(done[0]["tables"]).items()}
        tables = {n: TableCounts(c.read, 0, c.read - c.rejected, c.rejected) for n, c in before.items()}
        return LoadReport(extract.load_id, extract.manifest.source, True, tables)

    shown.stage("Reading", None)
    tables_read = read_tables(extract)
    clock.lap("read")
    shown.stage("Checking", None)
    checked = validate(extract, tables_read, lambda kind, ids: reader.known_ids(connection, kind, ids))
    clock.lap("check")
    known = connection.read("MATCH (l:Load {source: $source}) RETURN count(l) AS n", source=extract.manifest.source)
    _write_source(connection, extract, "started", {}, 0)
    tables, rejects = _write_tables(connection, extract, checked, shown, first_load=known[0]["n"] == 0)
    clock.lap("write")
    _write_rejects(connection, extract, rejects)
    people = refresh_people(connection, progress=shown)
    clock.lap("people")
    _write_source(connection, extract, "complete", tables, len(rejects))
    by_reason = {str(reason): int(n) for reason, n in rejects["reason"].value_counts().items()}
    return LoadReport(
        extract.load_id,
        extract.manifest.source,
        False,
        tables,
        by_reason,
        checked.warnings,
        people,
        clock.laps,
    )


def refresh_people(
    connection: Connection, *, everybody: bool = False, progress: Progress | None = None
) -> dict[str, int]:
    """Decide anew which records are one person and which are one event, and derive what follows; return counts.

    everybody: also when nothing has changed since the last time.
    """
    shown = progress or NoProgress()
    shown.stage("Resolving people", None)
    people = identify(connection, everybody=everybody)
    advance = shown.stage("Deriving people's roles", None)
    people["derived"] = derive_people(connection, advance)
    people["records of shared events"] = join_events(connection)
    people["hubs changed"] = mark_hubs(connection)
    return people


def _write_tables(
    connection: Connection, extract: Extract, checked: Validated, shown: Progress, *, first_load: bool
) -> tuple[dict[str, TableCounts], pd.DataFrame]:
    places = checked.frames.get("locations")
    zones = places[["id", "timezone"]].dropna() if places is not None and "timezone" in places else None
    counts: dict[str, TableCounts] = {}
    rejects = [checked.rejects]
    for name in TABLES:
        if name not in checked.counts:
            continue
        seen = checked.counts[name]
        newest = checked.frames.get(name, pd.DataFrame())
        older = checked.superseded.get(name, pd.DataFrame())
        advance = shown.stage(f"Writing {name}", len(newest) + len(older))
        if name == "judgements":
            written, unchanged, conflicts = _write_judgements(connection, extract, newest), 0, newest.iloc[:0]
        else:
            table = TableToWrite(
                name,
                extract.manifest.source,
                extract.load_id,
                extract.manifest.timezone,
                newest,
                older,
                zones,
                first_load,
            )
            result = write_table(connection, table, advance)
            written, unchanged, conflicts = result.written, result.unchanged, result.conflicts
        rejects.append(_conflicts(name, conflicts))
        counts[name] = TableCounts(
            read=seen.read,
            written=written,
            unchanged=unchanged + seen.duplicates_unchanged,
            rejected=seen.rejected + len(conflicts),
        )
    return counts, pd.concat([part for part in rejects if len(part)] or rejects[:1], ignore_index=True)


def _write_judgements(connection: Connection, extract: Extract, rows: pd.DataFrame) -> int:
    """Add the judgements that a force brings along to the ledger, before those made here."""
    if rows.empty:
        return 0
    ledger_rows = [
        {
            "id": f"{extract.manifest.source}|{row['key']}",
            "about": row["about"],
            "first_id": min(row["first_ref"], row["second_ref"]),
            "second_id": max(row["first_ref"], row["second_ref"]),
            "verdict": row["verdict"],
            "number": 0,
            "reason": row.get("reason"),
            "by": row.get("by"),
            "at": row["recorded_at"],
            "source": extract.manifest.source,
        }
        for row in to_rows(rows)
    ]

    def write(transaction: neo4j.ManagedTransaction) -> None:
        write_nodes(transaction, "Judgement", ledger_rows)
        ledger.mark_judged(transaction, [row for row in ledger_rows if row["about"] == "person"])

    connection.write_in_one(write)
    return len(rows)


def _conflicts(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rejects for rows that say otherwise than the graph at the same recorded_at."""
    return pd.DataFrame(
        [
            {
                "file": row["_file"],
                "line": row["_line"],
                "column": "recorded_at",
                "value": str(row["recorded_at"]),
                "reason": "duplicate_key",
                "message": "an earlier extract holds other content for this key with the same recorded_at: give the "
                "newer one a later recorded_at",
                "row": json.dumps({k: v for k, v in row.items() if not str(k).startswith("_")}, default=str),
                "table": table,
            }
            for row in rows.to_dict("records")
        ]
        if len(rows)
        else [],
        columns=["file", "line", "column", "value", "reason", "message", "row", "table"],
    )


def _write_rejects(connection: Connection, extract: Extract, rejects: pd.DataFrame) -> None:
    rows: Sequence[dict[str, Any]] = to_rows(rejects)
    keyed = [
        {
            **row,
            "id": hashlib.sha256(
                f"{extract.load_id}|{row['table']}|{row['file']}|{row['line']}|{row['column']}|{row['reason']}".encode()
            ).hexdigest()[:16],
            "source": extract.manifest.source,
            "load_id": extract.load_id,
        }
        for row in rows
    ]
    # An extract that was mended and sent again has the same source and time: its old rejects are answered by this load.
    connection.write(
        "MATCH (r:Reject {source: $source}) WHERE r.load_id STARTS WITH $extract AND r.load_id <> $load DELETE r",
        source=extract.manifest.source,
        extract=extract.load_id.partition("#")[0] + "#",
        load=extract.load_id,
    )
    for start in range(0, len(keyed), 5_000):
        batch = keyed[start : start + 5_000]
        connection.write_in_one(lambda transaction, batch=batch: write_nodes(transaction, "Reject", batch))  # type: ignore[misc]


def _write_source(
    connection: Connection, extract: Extract, state: str, tables: dict[str, TableCounts], rejected: int
) -> None:
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
    }

    def write(transaction: neo4j.ManagedTransaction) -> None:
        write_nodes(transaction, "Source", [source])
        write_nodes(transaction, "Load", [row])

    connection.write_in_one(write)


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = round(now - self._last, 2)
        self._last = now
