"""Loads as they are run: one at a time, each run kept in the ledger with its counts, or with why it failed."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.connection import Connection
from graph.embedded.server import EmbeddedServer
from graph.errors import ThroughlineError
from graph.exclusive import exclusive
from graph.frames import native
from graph.reader import cypher
from graph.schema import apply_schema
from graph.writer import write_nodes
from loaders.extract import open_extract
from loaders.first_load import load_first
from loaders.pipeline import LoadReport, load_extract
from loaders.progress import Progress

LOCK = "load"
# A night's load waits for a first load that runs late, not for one that hangs.
WAIT_S = 3_600.0


@dataclass(frozen=True)
class LoadEntry:
    """One load with its last run. counts: read, written, unchanged, rejected; waiting: rows that wait for a record."""

    id: str
    source: str
    kind: str
    extracted_at: datetime
    state: str
    content_hash: str
    read: int
    rejected: int
    waiting: int
    removed: int
    tables: dict[str, dict[str, int]]
    runs: int
    by: str | None
    started_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    message: str | None
    lateness: dict[str, dict[str, float]]
    seconds: dict[str, float]


def run_load(
    connection: Connection,
    path: Path,
    *,
    by: str,
    mapping: str | None = None,
    accept_removals: bool = False,
    wait_s: float = WAIT_S,
    waiting: Callable[[str], None] = lambda _: None,
    progress: Progress | None = None,
) -> LoadReport:
    """Load one extract while no other load runs, and keep the run in the ledger; return what became of each row.

    by: who runs it. wait_s: how long to wait for another load (seconds); waiting(holder) is called once if there is
    one. Raises ThroughlineError as `loaders.pipeline.load` does, and when the other load is not done in time.
    """
    extract = open_extract(path, mapping)
    apply_schema(connection)
    with (
        one_load(connection, wait_s, waiting),
        recorded(connection, extract.load_id, extract.manifest.source, by) as run,
    ):
        report = load_extract(connection, extract, accept_removals=accept_removals, progress=progress)
        run(report)
    return report


def run_first_load(
    server: EmbeddedServer,
    paths: Sequence[Path],
    *,
    by: str,
    mapping: str | None = None,
    accept_removals: bool = False,
    progress: Progress | None = None,
) -> tuple[Connection, list[LoadReport]]:
    """Load extracts into an empty graph through the importer, and keep the runs; return a connection and the reports.

    The server is stopped meanwhile and its home held, so that no other load can run. See `loaders.first_load`.
    """
    begun = datetime.now(UTC)
    connection, reports = load_first(server, paths, mapping=mapping, accept_removals=accept_removals, progress=progress)
    for report in reports:
        row = {**_begun(report.load_id, report.source, by), "started_at": begun, "ended_at": datetime.now(UTC)}
        _keep(connection, {**row, **_outcome(report)})
    return connection, reports


def one_load(connection: Connection, wait_s: float = WAIT_S, waiting: Callable[[str], None] = lambda _: None) -> Any:
    """Return a context in which no other load runs."""
    return exclusive(connection, LOCK, wait_s=wait_s, waiting=waiting)


@contextmanager
def recorded(connection: Connection, load_id: str, source: str, by: str) -> Iterator[Callable[[LoadReport], None]]:
    """Keep a run in the ledger; call what is yielded with the report. A run that is cut off stays without an end."""
    row = _begun(load_id, source, by)
    _keep(connection, row)

    def done(report: LoadReport) -> None:
        row.update(_outcome(report))

    try:
        yield done
    except ThroughlineError as error:
        _keep(connection, {**row, "outcome": "failed", "message": str(error), "ended_at": datetime.now(UTC)})
        raise
    _keep(connection, {**row, "ended_at": datetime.now(UTC)})


def _begun(load_id: str, source: str, by: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "load_id": load_id,
        "source": source,
        "by": by,
        "started_at": datetime.now(UTC),
        "outcome": "running",
    }


def _outcome(report: LoadReport) -> dict[str, Any]:
    counts = {
        "tables": {name: asdict(c) for name, c in report.tables.items()},
        "rejects": report.rejects,
        "removed": report.removed,
        "released": report.released,
        "seconds": report.seconds,
    }
    outcome = "unchanged" if report.already_loaded else "complete"
    return {"outcome": outcome, "counts": json.dumps(counts), "lateness": json.dumps(report.lateness)}


def _keep(connection: Connection, row: dict[str, Any]) -> None:
    connection.write_in_one(lambda transaction: write_nodes(transaction, "LoadRun", [row]))


def load_entries(connection: Connection, load_id: str | None = None, *, source: str | None = None) -> list[LoadEntry]:
    """Return the loads, newest extract first, each with its last run; one load by its id or the start of it."""
    entries = []
    for row in connection.read(cypher("loads"), id=load_id, source=source):
        counts = json.loads(row.pop("counts") or "{}")
        tables, late = json.loads(row.pop("tables") or "{}"), json.loads(row.pop("lateness") or "{}")
        entries.append(
            LoadEntry(
                **{name: native(value) for name, value in row.items()},
                tables=tables,
                lateness=late,
                seconds=counts.get("seconds", {}),
            )
        )
    return entries
