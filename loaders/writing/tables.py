"""The checked tables of an extract -> the graph, table by table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import neo4j
import pandas as pd

from graph import ledger, reader
from graph.connection import Connection
from graph.frames import to_rows
from graph.writer import write_nodes
from loaders.checking.rejects import rejects_frame
from loaders.extract import Extract, ReadTables
from loaders.layout import TABLES
from loaders.progress import Progress
from loaders.validate import Validated
from loaders.writing.load_record import conflict_rejects
from loaders.writing.store import TableCounts, TableToWrite, write_table


@dataclass(frozen=True)
class WrittenTables:
    """What became of every row: counts by table, and all rejects (columns of REJECT_COLUMNS)."""

    counts: dict[str, TableCounts] = field(default_factory=dict)
    rejects: pd.DataFrame = field(default_factory=lambda: rejects_frame([]))


def write_tables(
    connection: Connection,
    extract: Extract,
    read: ReadTables,
    checked: Validated,
    shown: Progress,
    *,
    first_load: bool = False,
) -> WrittenTables:
    """Write what is new in each table. first_load: nothing of this source is in the graph yet."""
    zones = place_zones(connection, checked)
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
            written, unchanged, conflicts = write_judgements(connection, extract, newest), 0, newest.iloc[:0]
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
                extract.manifest.extracted_at,
            )
            result = write_table(connection, table, advance)
            written, unchanged, conflicts = result.written, result.unchanged, result.conflicts
        rejects.append(conflict_rejects(name, conflicts, read.frames.get(name, conflicts)))
        counts[name] = TableCounts(
            read=seen.read,
            written=written,
            unchanged=unchanged + seen.duplicates_unchanged,
            rejected=seen.rejected + len(conflicts),
        )
    return WrittenTables(counts, pd.concat([part for part in rejects if len(part)] or rejects[:1], ignore_index=True))


def place_zones(connection: Connection | None, checked: Validated) -> pd.DataFrame | None:
    """Return the time zones that places state, those of the graph included: columns id, timezone; None if none does."""
    stated: dict[str, str] = {}
    events = [checked.frames[name] for name in ("incidents", "deaths") if name in checked.frames]
    pointed = sorted({ref for rows in events if "location_ref" in rows for ref in rows["location_ref"].dropna()})
    if connection is not None and pointed:
        stated = reader.time_zones(connection, pointed)
    own = checked.frames.get("locations")
    if own is not None and "timezone" in own.columns:
        known = own[["id", "timezone"]].dropna()
        stated |= dict(zip(known["id"], known["timezone"], strict=True))
    return _zones_frame(stated) if stated else None


def _zones_frame(stated: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"id": list(stated), "timezone": list(stated.values())})


def write_judgements(connection: Connection, extract: Extract, rows: pd.DataFrame) -> int:
    """Add the judgements that a force brings along to the ledger, before those made here; return how many."""
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
