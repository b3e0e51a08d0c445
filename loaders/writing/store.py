"""Checked rows of one table -> the graph: compared with what is there, then written batch by batch.

Every batch is one transaction, so that a load that is killed leaves whole batches; the same load run again finds them
by their load_id and goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import neo4j
import pandas as pd

from graph.connection import Connection, Row
from graph.frames import native, to_rows
from graph.writer import write_nodes, write_relationships
from loaders.writing.elements import LABELS, Elements, elements, record_ids
from loaders.writing.history import versions_in_graph, versions_of_rows
from loaders.writing.stones import (
    REMOVED,
    STONES,
    WITHDRAWN,
    Stone,
    end_past,
    leave_stones,
    remove_link_rows,
    remove_records,
)
from loaders.writing.timeline import Decision, Fate, Statement, Timeline, Version, decide

BATCH_ROWS = 5_000


@dataclass(frozen=True)
class TableCounts:
    """What became of a table's rows; the three last add up to the first."""

    read: int = 0
    written: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class TableToWrite:
    """One table of an extract, checked. newest: a row a key; older: earlier versions of the same keys."""

    name: str
    source: str
    load_id: str
    timezone: str
    newest: pd.DataFrame
    older: pd.DataFrame
    places: pd.DataFrame | None = None
    # Nothing of this source is in the graph yet, so there is nothing to compare with.
    first_load: bool = False
    # Of the extract; a record that an earlier full extract no longer held comes back with a later one.
    extracted_at: datetime | None = None

    def stamped(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows with their source, load and the id under which the graph keeps each."""
        rows = rows.assign(source=self.source, load_id=self.load_id)
        return rows.assign(record=record_ids(self.name, rows) if len(rows) else [])

    def elements(self, rows: pd.DataFrame) -> Elements:
        """Return what the rows become in the graph."""
        return elements(self.name, rows, timezone=self.timezone, places=self.places)

    def rounds(self) -> list[pd.DataFrame]:
        """Return the rows, stamped, so that no frame holds a record twice and older versions come first."""
        rows = self.stamped(self.newest)
        if self.older.empty:
            return [rows]
        rows = pd.concat([self.stamped(self.older), rows], ignore_index=True)
        turn = rows.sort_values("recorded_at", kind="stable").groupby("record").cumcount().reindex(rows.index)
        return [rows[turn == n] for n in range(int(turn.max()) + 1)]


@dataclass(frozen=True)
class Written:
    """What a table's writing came to. conflicts: rows that say otherwise than a row with the same recorded_at."""

    written: int
    unchanged: int
    conflicts: pd.DataFrame


def write_table(connection: Connection, table: TableToWrite, advance: Callable[[int], None]) -> Written:
    """Write what is new in a table and return the counts. advance(rows) is told after each batch."""
    if table.newest.empty:
        return Written(0, 0, table.newest)
    written = unchanged = 0
    conflicts = []
    for number, rows in enumerate(table.rounds()):
        for start in range(0, len(rows), BATCH_ROWS):
            batch = rows.iloc[start : start + BATCH_ROWS]
            known = {} if table.first_load and number == 0 else _timelines(connection, table, batch)
            decisions = _decide(table, batch, known)
            _write_batch(connection, table, batch, decisions)
            clash = [d.fate is Fate.CONFLICT for d in decisions]
            conflicts.append(batch[clash])
            counted = sum(d.counts_as_written for d in decisions) - sum(clash)
            written += counted
            unchanged += len(batch) - counted - sum(clash)
            advance(len(batch))
    return Written(written, unchanged, pd.concat(conflicts))


def _decide(table: TableToWrite, batch: pd.DataFrame, known: dict[str, Timeline]) -> list[Decision]:
    nothing = Timeline()
    return [
        decide(
            Statement(at.to_pydatetime(), row_hash, bool(withdrawn), table.load_id, table.extracted_at),
            known.get(record, nothing),
        )
        for record, at, row_hash, withdrawn in zip(
            batch["record"], batch["recorded_at"], batch["row_hash"], batch["withdrawn"], strict=True
        )
    ]


def _timelines(connection: Connection, table: TableToWrite, batch: pd.DataFrame) -> dict[str, Timeline]:
    """Return what the graph holds of these records, by record id."""
    found: dict[str, Timeline] = {}
    for row in _look_up(connection, table, batch):
        known = found.setdefault(row["record"], Timeline())
        version = Version(native(row["recorded_at"]), row["row_hash"], row["load_id"], native(row["confirmed_at"]))
        if row["row_hash"] in STONES:
            if known.stone is None or version.recorded_at > known.stone.recorded_at:
                known.stone = version
        elif row["older"]:
            known.history.append(version)
        else:
            known.current = version
            known.first_recorded_at = native(row["first_recorded_at"])
    return found


def _look_up(connection: Connection, table: TableToWrite, batch: pd.DataFrame) -> list[Row]:
    found = connection.read(
        "UNWIND $ids AS id MATCH (v:RecordVersion {record_id: id}) "
        "RETURN id AS record, v.row_hash AS row_hash, v.recorded_at AS recorded_at, v.load_id AS load_id, "
        "null AS confirmed_at, null AS first_recorded_at, true AS older",
        ids=batch["record"].tolist(),
    )
    returned = (
        "RETURN {0} AS record, {1}.row_hash AS row_hash, {1}.recorded_at AS recorded_at, {1}.load_id AS load_id, "
        "{1}.confirmed_at AS confirmed_at, {1}.first_recorded_at AS first_recorded_at, false AS older"
    )
    label = LABELS.get(table.name)
    if label:
        query = f"UNWIND $rows AS id MATCH (n:{label} {{id: id}}) " + returned.format("id", "n")
        found += connection.read(query, rows=batch["record"].tolist())
    else:
        for edges in table.elements(batch).edges:
            rows = edges.rows[["start", "end", "key"]].to_dict("records")
            query = (
                f"UNWIND $rows AS row MATCH (:{edges.start_label} {{id: row.start}})"
                f"-[r:{edges.name} {{key: row.key}}]->(:{edges.end_label} {{id: row.end}}) "
            ) + returned.format("row.key", "r")
            found += connection.read(query, rows=rows)
    return found


class _Sorted:
    """The rows of a batch by what is done with them."""

    def __init__(self, batch: pd.DataFrame, decisions: Sequence[Decision]) -> None:
        self._batch = batch
        self._decisions = decisions

    def of(self, *fates: Fate) -> pd.DataFrame:
        """Return the rows with one of these fates."""
        return self._batch[[d.fate in fates for d in self._decisions]]

    def moments(self, *fates: Fate) -> dict[str, datetime]:
        """Return record -> recorded_at of the rows with one of these fates."""
        rows = self.of(*fates)
        return {record: at.to_pydatetime() for record, at in zip(rows["record"], rows["recorded_at"], strict=True)}

    def fresh(self) -> pd.DataFrame:
        """Return the rows to write, with first_recorded_at and confirmed_at."""
        fates = (Fate.NEW, Fate.REPLACE, Fate.EARLIER)
        made = [d for d in self._decisions if d.fate in fates]
        rows = self.of(*fates)
        first = [d.first_recorded_at or at for d, at in zip(made, rows["recorded_at"], strict=True)]
        return rows.assign(
            first_recorded_at=pd.Series(first, index=rows.index, dtype="datetime64[us, UTC]"),
            confirmed_at=pd.Series([d.confirmed_at for d in made], index=rows.index, dtype="datetime64[us, UTC]"),
        )

    def changes(self, table: TableToWrite) -> list[dict[str, Any]]:
        """Return what changes on records that are not written anew: record, and the properties that are set."""
        found = []
        for record, d in zip(self._batch["record"], self._decisions, strict=True):
            change: dict[str, Any] = {"record": record}
            if d.fate is Fate.CONFIRM:
                change["confirmed_at"] = d.confirmed_at
            elif d.fate in (Fate.BETWEEN, Fate.WITHDRAW_PAST):
                change["recorded_at"] = d.recorded_at
            if d.fate in (Fate.HISTORY, Fate.WITHDRAW_PAST) and table.name in LABELS:
                change["first_recorded_at"] = d.first_recorded_at
            if len(change) > 1:
                found.append(change)
        return found

    def drops(self) -> list[str]:
        """Return ids of the history's versions that a row of this batch replaces."""
        return [
            f"{record}|{d.drop_version.isoformat()}"
            for record, d in zip(self._batch["record"], self._decisions, strict=True)
            if d.drop_version is not None
        ]

    def returning(self) -> list[str]:
        """Return records whose tombstone goes."""
        return [r for r, d in zip(self._batch["record"], self._decisions, strict=True) if d.drop_stone]


def _write_batch(
    connection: Connection, table: TableToWrite, batch: pd.DataFrame, decisions: Sequence[Decision]
) -> None:
    if all(d.fate in (Fate.UNCHANGED, Fate.CONFLICT) for d in decisions):
        return
    todo = _Sorted(batch, decisions)
    fresh, changes = todo.fresh(), todo.changes(table)
    built = table.elements(fresh) if len(fresh) else Elements()
    past = todo.of(Fate.HISTORY, Fate.BETWEEN)
    versions = versions_of_rows(table.name, table.elements(past), past) if len(past) else []
    becoming_past = todo.of(Fate.REPLACE, Fate.BETWEEN)
    gone = todo.of(Fate.WITHDRAW)

    def write(transaction: neo4j.ManagedTransaction) -> None:
        replaced = becoming_past["record"].tolist()
        before = table.elements(becoming_past) if replaced else Elements()
        kept = versions_in_graph(transaction, table.name, before, replaced) if replaced else []
        _delete_versions(transaction, todo.drops(), todo.returning())
        write_nodes(transaction, "RecordVersion", [*versions, *kept])
        _drop_old_edges(transaction, table, todo.of(Fate.REPLACE)["record"].tolist())
        for label, frame in built.nodes.items():
            touched = {"touched": True} if label == "Nominal" else {}
            write_nodes(transaction, label, [{**row, **touched} for row in to_rows(frame)])
        for edges in built.edges:
            write_relationships(transaction, edges.name, edges.start_label, edges.end_label, to_rows(edges.rows))
        _touch_ends(transaction, built)
        _change(transaction, table, batch, changes)
        if len(gone):
            _withdraw(transaction, table, gone, todo.moments(Fate.WITHDRAW))
        stone = Stone(table.name, table.source, table.load_id, WITHDRAWN)
        end_past(transaction, stone, todo.moments(Fate.WITHDRAW_PAST))

    connection.write_in_one(write)


def _delete_versions(transaction: neo4j.ManagedTransaction, versions: Sequence[str], stones: Sequence[str]) -> None:
    transaction.run("UNWIND $ids AS id MATCH (v:RecordVersion {id: id}) DELETE v", ids=list(versions)).consume()
    transaction.run(
        "UNWIND $ids AS id MATCH (v:RecordVersion {record_id: id, row_hash: $removed}) DELETE v",
        ids=list(stones),
        removed=REMOVED,
    ).consume()


def _change(
    transaction: neo4j.ManagedTransaction, table: TableToWrite, batch: pd.DataFrame, changes: list[dict[str, Any]]
) -> None:
    """Set when a record was first known, known and confirmed, where the row itself is not written."""
    if not changes:
        return
    settled = (
        "SET x.confirmed_at = CASE WHEN row.recorded_at > x.recorded_at THEN null "
        "ELSE coalesce(row.confirmed_at, x.confirmed_at) END, x.recorded_at = coalesce(row.recorded_at, x.recorded_at)"
    )
    label = LABELS.get(table.name)
    if label:
        touched = ", x.touched = CASE WHEN row.first_recorded_at IS NULL THEN x.touched ELSE true END"
        transaction.run(
            f"UNWIND $rows AS row MATCH (x:{label} {{id: row.record}}) {settled}, "
            "x.first_recorded_at = coalesce(row.first_recorded_at, x.first_recorded_at)"
            + (touched if label == "Nominal" else ""),
            rows=changes,
        ).consume()
        # The edges that a record's row made carry its moment too.
        transaction.run(
            f"UNWIND $rows AS row MATCH (n:{label} {{id: row.record}})-[x]-() WHERE x.record = row.record "
            "AND row.recorded_at IS NOT NULL SET x.recorded_at = row.recorded_at",
            rows=changes,
        ).consume()
        return
    by_record = {change["record"]: change for change in changes}
    for edges in table.elements(batch[batch["record"].isin(by_record)]).edges:
        ends = edges.rows[["start", "end", "key", "record"]].to_dict("records")
        transaction.run(
            f"UNWIND $rows AS row MATCH (a:{edges.start_label} {{id: row.start}})"
            f"-[x:{edges.name} {{key: row.key}}]->(b:{edges.end_label} {{id: row.end}}) {settled} "
            "FOREACH (n IN [n IN [a, b] WHERE n:Nominal AND row.recorded_at IS NOT NULL] | SET n.touched = true)",
            rows=[{**end, **by_record[end["record"]]} for end in ends],
        ).consume()


def _drop_old_edges(transaction: neo4j.ManagedTransaction, table: TableToWrite, records: Sequence[str]) -> None:
    """Remove the edges that the last version of these records made, and mark the people who lose them."""
    label = LABELS.get(table.name)
    if label is None or not records:
        return
    transaction.run(
        f"UNWIND $ids AS id MATCH (n:{label} {{id: id}})-[r]-(other) WHERE r.record = id "
        "FOREACH (_ IN CASE WHEN other:Nominal THEN [1] ELSE [] END | SET other.touched = true) DELETE r",
        ids=list(records),
    ).consume()


def _touch_ends(transaction: neo4j.ManagedTransaction, built: Elements) -> None:
    """Mark every nominal at an edge just written, so that its person is derived anew."""
    ids: set[str] = set()
    for edges in built.edges:
        if edges.start_label == "Nominal":
            ids |= set(edges.rows["start"])
        if edges.end_label == "Nominal":
            ids |= set(edges.rows["end"])
        if edges.name == "DIED_IN":
            # Roles in the incident hold for each of its deaths.
            transaction.run(
                "UNWIND $ids AS id MATCH (:Incident {id: id})<-[]-(n:Nominal) SET n.touched = true",
                ids=sorted(set(edges.rows["end"])),
            ).consume()
    if ids:
        transaction.run("UNWIND $ids AS id MATCH (n:Nominal {id: id}) SET n.touched = true", ids=sorted(ids)).consume()


def _withdraw(
    transaction: neo4j.ManagedTransaction, table: TableToWrite, rows: pd.DataFrame, moments: dict[str, datetime]
) -> None:
    """Remove the records with all that hangs on them, and leave a tombstone without their content."""
    stone = Stone(table.name, table.source, table.load_id, WITHDRAWN)
    if table.name in LABELS:
        remove_records(transaction, stone, moments)
        return
    for edges in table.elements(rows).edges:
        remove_link_rows(transaction, edges.rows, (edges.start_label, edges.name, edges.end_label))
    leave_stones(transaction, stone, moments)
