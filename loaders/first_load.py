"""The first load of an empty graph: several extracts through Neo4j's importer at once, then what follows any load.

What the importer is given is made by the same functions as what MERGE writes, so that either way the graph is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from graph.bulk import ImportFiles, NotImportable, import_files, is_empty
from graph.connection import Connection
from graph.embedded import preflight
from graph.embedded.admin import HeldHome
from graph.embedded.endpoint import Endpoint
from graph.embedded.server import EmbeddedServer
from graph.schema import apply_schema
from loaders.extract import Extract, ReadTables, open_extract, read_tables
from loaders.layout import TABLES
from loaders.pipeline import LoadReport, finish, load_extract
from loaders.progress import Clock, NoProgress, Progress
from loaders.validate import Validated, validate
from loaders.writing.bulk_tables import FiledTable, file_table
from loaders.writing.load_record import HAPPENED, conflict_rejects, write_load
from loaders.writing.store import TableCounts, TableToWrite, write_table
from loaders.writing.tables import WrittenTables, place_zones, write_judgements

DOING = "bringing in the first load of an empty graph"
# Bytes of tables from which the import, with the stop and start of the server around it, is the quicker way. Packed
# tables count for more.
SMALLEST_BYTES = 20_000_000
PACKED = {".gz": 5, ".parquet": 4}


def first_load_pays(connection: Connection, paths: Sequence[Path]) -> bool:
    """Return whether `load_first` would be quicker than loading these extracts one after the other."""
    files = [entry for path in paths if Path(path).is_dir() for entry in Path(path).iterdir() if entry.is_file()]
    size = sum(entry.stat().st_size * PACKED.get(entry.suffix, 1) for entry in files)
    return size >= SMALLEST_BYTES and is_empty(connection)


def load_first(
    server: EmbeddedServer,
    paths: Sequence[Path],
    *,
    mapping: str | None = None,
    accept_removals: bool = False,
    progress: Progress | None = None,
) -> tuple[Connection, list[LoadReport]]:
    """Bring extracts, in this order, into an empty graph of an embedded server; return a connection and their reports.

    The first extract of each source is imported; from the first one on that adds to a source, or that speaks only of
    another source's records, they are loaded as ever, and so are all where the graph is not empty. Killed at any point
    and run again it gives the same graph. While it reads and imports the server is stopped and the home is held.
    Raises ThroughlineError as `loaders.pipeline.load` does; the graph is then empty as before.
    """
    shown = progress or NoProgress()
    extracts = [open_extract(path, mapping) for path in paths]
    connection, imported = import_extracts(server, extracts, shown)
    for one in imported:
        write_load(connection, one.extract, "started", {})
        write_judgements(connection, one.extract, one.judgements)
    reports = [_finish(connection, one, shown) for one in imported]
    for extract in extracts[len(imported) :]:
        reports.append(load_extract(connection, extract, accept_removals=accept_removals, progress=progress))
    return connection, reports


def import_extracts(
    server: EmbeddedServer, extracts: Sequence[Extract], shown: Progress
) -> tuple[Connection, list["Imported"]]:
    """Import the rows of as many of the extracts as can be, and return a connection and what was imported.

    Nothing is where the graph is not empty. What follows the writing of rows, people above all, is yet to be done.
    """
    imported: list[Imported] = []
    with server.hold(DOING) as held:
        connection = _connect(held.running() or held.start())
        if is_empty(connection):
            connection.close()
            held.stop()
            imported = _import(held, extracts, shown)
            shown.stage("Starting the server", None)
            connection = _connect(held.start())
    shown.stage("Making indexes", None)
    apply_schema(connection)
    for one in imported:
        one.clock.lap("import")
    return connection, imported


@dataclass(frozen=True)
class Imported:
    """An extract whose rows are in the import. checked: rejects, counts and warnings; of its rows only the times."""

    extract: Extract
    checked: Validated
    tables: dict[str, FiledTable]
    judgements: pd.DataFrame
    clock: Clock


class _Known:
    """What the extracts so far hold: ids by kind of record, and the time zones that locations state."""

    def __init__(self) -> None:
        self.zones: dict[str, str] = {}
        self._ids: dict[str, set[str]] = {}

    def __call__(self, kind: str, ids: Sequence[str]) -> set[str]:
        return self._ids.get(kind, set()) & set(ids)

    def add(self, checked: Validated) -> None:
        for name, rows in checked.frames.items():
            kind = TABLES[name].record
            if kind is not None:
                self._ids.setdefault(kind, set()).update(rows.loc[~rows["withdrawn"], "id"])
        places = checked.frames.get("locations", pd.DataFrame())
        if "timezone" in places:
            stated = places.loc[~places["withdrawn"], ["id", "timezone"]].dropna()
            self.zones |= dict(zip(stated["id"], stated["timezone"], strict=True))

    def zones_of(self, ids: Sequence[str]) -> dict[str, str]:
        return {ident: self.zones[ident] for ident in ids if ident in self.zones}


def _import(held: HeldHome, extracts: Sequence[Extract], shown: Progress) -> list[Imported]:
    """Import what can be imported of the extracts and return it; nothing where their text cannot be."""
    preflight.check_folder(held.files.work)
    files = ImportFiles(held.files.work)
    known = _Known()
    imported: list[Imported] = []
    try:
        for extract in extracts:
            one = _file_extract(files, extract, known, shown, first=not imported)
            if one is None or any(extract.manifest.source == i.extract.manifest.source for i in imported):
                break
            imported.append(one)
        if files.rows:
            import_files(held, files, shown.stage("Importing", 100))
    except NotImportable as problem:
        shown.stage(f"{problem}: loading row by row", None)
        return []
    return imported


def _file_extract(
    files: ImportFiles, extract: Extract, known: _Known, shown: Progress, *, first: bool
) -> Imported | None:
    """Write an extract's rows to the import's files; None where it has to be loaded by MERGE."""
    clock = Clock()
    name = extract.manifest.source
    shown.stage(f"Reading {name}", None)
    read = read_tables(extract)
    clock.lap("read")
    shown.stage(f"Checking {name}", None)
    checked = validate(extract, read, known, known.zones_of)
    clock.lap("check")
    if not first and _speaks_of_others(checked, f"{name}:"):
        return None
    own = place_zones(None, checked)
    zones = known.zones | (dict(zip(own["id"], own["timezone"], strict=True)) if own is not None else {})
    places = pd.DataFrame({"id": list(zones), "timezone": list(zones.values())}) if zones else None
    known.add(checked)
    advance = shown.stage(f"Preparing {name}", sum(map(len, checked.frames.values())))
    judgements = checked.frames.pop("judgements", pd.DataFrame())
    filed: dict[str, FiledTable] = {}
    times: dict[str, pd.DataFrame] = {}
    for table in list(checked.frames):
        # Table by table what is written is let go, so that memory does not hold an extract twice.
        newest, older = checked.frames.pop(table), checked.superseded.pop(table, pd.DataFrame())
        write = TableToWrite(
            table, name, extract.load_id, extract.manifest.timezone, newest, older, places, True,
            extract.manifest.extracted_at,
        )  # fmt: skip
        filed[table] = file_table(files, write)
        if table in HAPPENED:
            times[table] = newest[[c for c in ("recorded_at", *HAPPENED[table]) if c in newest.columns]]
        advance(len(newest))
    slim = replace(checked, frames=times, keys={})
    clock.lap("prepare")
    return Imported(extract, slim, filed, judgements, clock)


def _speaks_of_others(checked: Validated, prefix: str) -> bool:
    """Return whether a link lies between records of other sources only: their own extract may have the same one."""
    for name, rows in checked.frames.items():
        table = TABLES[name]
        if table.record is not None or name == "judgements" or rows.empty:
            continue
        refs = [c.name for c in table.columns if c.refers_to is not None and not c.is_list and c.name in rows]
        own = pd.concat([rows[ref].str.startswith(prefix).fillna(False).astype(bool) for ref in refs], axis=1)
        if not own.any(axis=1).all():
            return True
    return False


def _finish(connection: Connection, one: Imported, shown: Progress) -> LoadReport:
    """Write what the importer could not, then do what follows the writing of any extract."""
    counts: dict[str, TableCounts] = {}
    rejects = [one.checked.rejects]
    for name in (name for name in TABLES if name in one.checked.counts):
        seen = one.checked.counts[name]
        written, unchanged, clashes = 0, 0, 0
        if name == "judgements":
            written = len(one.judgements)
        elif name in one.tables:
            written = one.tables[name].written
            rest = one.tables[name].rest
            if rest is not None:
                advance = shown.stage(f"Writing versions of {name}", len(rest.newest) + len(rest.older))
                result = write_table(connection, rest, advance)
                written, unchanged, clashes = written + result.written, result.unchanged, len(result.conflicts)
                rejects.append(conflict_rejects(name, result.conflicts, result.conflicts))
        counts[name] = TableCounts(
            read=seen.read,
            written=written,
            unchanged=unchanged + seen.duplicates_unchanged,
            rejected=seen.rejected + clashes,
        )
    every = pd.concat([part for part in rejects if len(part)] or rejects[:1], ignore_index=True)
    one.clock.lap("write")
    # What was read answers earlier rejects of its source, and in an empty graph there are none.
    nothing = ReadTables({}, one.checked.rejects.iloc[:0])
    return finish(connection, one.extract, nothing, one.checked, WrittenTables(counts, every), shown, one.clock)


def _connect(endpoint: Endpoint) -> Connection:
    return Connection(endpoint.uri, endpoint.user, endpoint.password())
