"""One extract into the graph: read, check, write, identify people, derive. In order, restartable."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from graph import reader
from graph.connection import Connection
from graph.reader import cypher
from graph.schema import apply_schema
from loaders.extract import Extract, ReadTables, open_extract, read_tables
from loaders.progress import Clock, NoProgress, Progress
from loaders.same_event.join import join_events
from loaders.validate import Validated, validate
from loaders.waiting import release_waiting
from loaders.writing.derive import derive_people, identify, mark_hubs
from loaders.writing.load_record import lateness, write_load, write_rejects
from loaders.writing.removals import (
    Removals,
    check_brake,
    ended_records,
    known_after_removals,
    plan_removals,
    remove_missing,
)
from loaders.writing.store import TableCounts
from loaders.writing.tables import WrittenTables, write_tables


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
    # Rows removed because a full extract no longer has them; rows of earlier loads that had waited for this one.
    removed: int = 0
    released: int = 0
    # Days from what happened to its record, by table: median_days, p90_days, events.
    lateness: dict[str, dict[str, float]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> TableCounts:
        """Return the counts over all tables."""
        counts = [asdict(c) for c in self.tables.values()]
        return TableCounts(**{name: sum(c[name] for c in counts) for name in asdict(TableCounts())})


def load(
    connection: Connection,
    path: Path,
    *,
    mapping: str | None = None,
    accept_removals: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Bring one extract into the graph and return what became of each row.

    path: the extract's folder. mapping: a mapping's name where its manifest does not state one. accept_removals: a full
    extract may remove over a fifth of its source. The same extract again changes nothing; a load that was killed is
    finished by running it again. Raises ThroughlineError, before anything is written, for an extract that cannot be
    read at all. Hold `graph.exclusive` where another process may load too.
    """
    extract = open_extract(path, mapping)
    return load_extract(connection, extract, accept_removals=accept_removals, progress=progress)


def load_extract(
    connection: Connection, extract: Extract, *, accept_removals: bool = False, progress: Progress | None = None
) -> LoadReport:
    """Bring an extract that is open into the graph; see `load`. Opening one reads every byte of it for its hash."""
    shown = progress or NoProgress()
    clock = Clock()
    apply_schema(connection)
    before = counts_before(connection, extract)
    if before is not None:
        return before

    shown.stage("Reading", None)
    read = read_tables(extract)
    clock.lap("read")
    shown.stage("Checking", None)
    known = known_after_removals(lambda kind, ids: reader.known_ids(connection, kind, ids), extract, read)
    ended = ended_records(connection, extract)
    checked = validate(extract, read, known, lambda ids: reader.time_zones(connection, ids), ended)
    removals = plan_removals(connection, extract, read, checked)
    check_brake(removals, extract, accepted=accept_removals)
    clock.lap("check")
    loads = connection.read("MATCH (l:Load {source: $source}) RETURN count(l) AS n", source=extract.manifest.source)
    write_load(connection, extract, "started", {})
    written = write_tables(connection, extract, read, checked, shown, first_load=loads[0]["n"] == 0)
    clock.lap("write")
    return finish(connection, extract, read, checked, written, shown, clock, removals=removals)


def counts_before(connection: Connection, extract: Extract) -> LoadReport | None:
    """Return the report of an extract that is loaded already, every row unchanged; None where it is not."""
    done = connection.read("MATCH (l:Load {id: $id, state: 'complete'}) RETURN l.tables AS tables", id=extract.load_id)
    if not done:
        return None
    before = {name: TableCounts(**counts) for name, counts in json.loads(done[0]["tables"]).items()}
    tables = {n: TableCounts(c.read, 0, c.read - c.rejected, c.rejected) for n, c in before.items()}
    return LoadReport(extract.load_id, extract.manifest.source, True, tables)


def finish(
    connection: Connection,
    extract: Extract,
    read: ReadTables,
    checked: Validated,
    written: WrittenTables,
    shown: Progress,
    clock: Clock,
    *,
    removals: Removals | None = None,
) -> LoadReport:
    """Do what follows the writing of an extract's rows, and return the report.

    Rejects are kept, what a full extract no longer has goes, rows that waited are tried again, people and events are
    decided, and the load is marked complete.
    """
    removals = removals or Removals()
    write_rejects(connection, extract, read, written.rejects)
    removed = remove_missing(connection, extract, removals, shown.stage("Removing", removals.count))
    # Rows that wait are counted on their load, so its counts have to be there first.
    rejected = len(written.rejects)
    write_load(connection, extract, "started", written.counts, rejected=rejected, removed=removed)
    released = release_waiting(connection, shown)
    clock.lap("settle")
    people = refresh_people(connection, progress=shown)
    connection.write(cypher("drop_orphans"))
    clock.lap("people")
    complete(connection, extract)
    by_reason = {str(reason): int(n) for reason, n in written.rejects["reason"].value_counts().items()}
    return LoadReport(
        extract.load_id,
        extract.manifest.source,
        False,
        written.counts,
        by_reason,
        [*checked.warnings, *removals.warnings],
        people,
        removed,
        released,
        lateness(checked.frames),
        clock.laps,
    )


def complete(connection: Connection, extract: Extract) -> None:
    """Mark an extract's load as complete."""
    connection.write("MATCH (l:Load {id: $id}) SET l.state = 'complete'", id=extract.load_id)


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
