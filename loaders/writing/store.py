"""Checked rows of one table -> the graph: compared with what is there, then written batch by batch.

Every batch is one transaction, so that a load that is killed leaves whole batches; the same load run again finds them
by their load_id and goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import neo4j
import pandas as pd

from graph.connection import Connection, Row
from graph.frames import native, to_rows
from graph.writer import write_nodes, write_relationships
from loaders.writing.elements import LABELS, Elements, elements, record_ids
from loaders.writing.history import versions_in_graph, versions_of_rows

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

    def stamped(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows with their source, load and the id under which the graph keeps each."""
        rows = rows.assign(source=self.source, load_id=self.load_id)
        return rows.assign(record=record_ids(self.name, rows) if len(rows) else [])

    def elements(self, rows: pd.DataFrame) -> Elements:
        """Return what the rows become in the graph."""
        return elements(self.name, rows, timezone=self.timezone, places=self.places)


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
    newest, older = table.stamped(table.newest), table.stamped(table.older)
    written = unchanged = 0
    conflicts = []
    for start in range(0, len(newest), BATCH_ROWS):
        batch = newest.iloc[start : start + BATCH_ROWS]
        past = older[older["record"].isin(batch["record"])]
        sorted_out = _sort_out(connection, table, batch)
        conflicts.append(batch[sorted_out.conflict])
        unchanged += int(sorted_out.unchanged.sum())
        written += int((~sorted_out.unchanged & ~sorted_out.conflict).sum()) + len(past)
        _write_batch(connection, table, batch, past, sorted_out)
        advance(len(batch) + len(past))
    return Written(written, unchanged, pd.concat(conflicts))


@dataclass(frozen=True)
class SortedOut:
    """For each row of a batch (boolean series by its index) what to do; `first` is when its record was first known."""

    write: "pd.Series[bool]"
    replaces: "pd.Series[bool]"
    late: "pd.Series[bool]"
    unchanged: "pd.Series[bool]"
    conflict: "pd.Series[bool]"
    withdraw: "pd.Series[bool]"
    first: "pd.Series[Any]"


def _sort_out(connection: Connection, table: TableToWrite, batch: pd.DataFrame) -> SortedOut:
    stored = _stored(connection, table, batch).reindex(batch["record"]).set_axis(batch.index)
    there, known_at, first = stored["row_hash"], stored["recorded_at"], stored["first_recorded_at"]
    by_this_load = stored["load_id"] == table.load_id
    gone = stored["withdrawn"].eq(True)
    exists = there.notna()
    same = exists & (there == batch["row_hash"])
    later, earlier = batch["recorded_at"] > known_at, batch["recorded_at"] < known_at
    withdraw = batch["withdrawn"].astype(bool)
    live = ~withdraw
    write = live & (~exists | (~same & later) | (same & earlier & ~gone))
    late = live & exists & ~same & earlier
    conflict = live & exists & ~same & ~later & ~earlier & ~gone
    # A row that this very load wrote before it was interrupted counts as written, so that the counts come out the same.
    unchanged = (live & same & ~earlier & ~by_this_load) | (withdraw & gone & ~by_this_load) | (live & gone & ~later)
    return SortedOut(
        write=write & ~(gone & ~later),
        replaces=write & exists & ~gone & ~same,
        late=late & ~gone,
        unchanged=unchanged,
        conflict=conflict,
        withdraw=withdraw & ~gone & (~exists | later | ~earlier),
        first=first.where(first <= batch["recorded_at"], batch["recorded_at"]),
    )


def _stored(connection: Connection, table: TableToWrite, batch: pd.DataFrame) -> pd.DataFrame:
    """Return what the graph holds of these records, by record id."""
    columns = ["record", "row_hash", "recorded_at", "load_id", "first_recorded_at", "withdrawn"]
    found = [] if table.first_load else _look_up(connection, table, batch)
    frame = pd.DataFrame(found, columns=columns)
    for name in ("recorded_at", "first_recorded_at"):
        frame[name] = pd.to_datetime(pd.Series([native(v) for v in frame[name]], dtype=object), utc=True)
    # A record that came back after its withdrawal has both; the newer one counts.
    return frame.sort_values("recorded_at").drop_duplicates("record", keep="last").set_index("record")


def _look_up(connection: Connection, table: TableToWrite, batch: pd.DataFrame) -> list[Row]:
    found = connection.read(
        "UNWIND $ids AS id MATCH (v:RecordVersion {record_id: id, row_hash: 'withdrawn'}) "
        "RETURN id AS record, v.row_hash AS row_hash, v.recorded_at AS recorded_at, v.load_id AS load_id, "
        "v.recorded_at AS first_recorded_at, true AS withdrawn",
        ids=batch["record"].tolist(),
    )
    returned = (
        "RETURN {0} AS record, {1}.row_hash AS row_hash, {1}.recorded_at AS recorded_at, {1}.load_id AS load_id, "
        "{1}.first_recorded_at AS first_recorded_at, false AS withdrawn"
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


def _write_batch(
    connection: Connection, table: TableToWrite, batch: pd.DataFrame, past: pd.DataFrame, todo: SortedOut
) -> None:
    fresh = batch[todo.write].assign(first_recorded_at=todo.first[todo.write])
    if not past.empty:
        earliest = past.groupby("record")["recorded_at"].min()
        known = fresh["record"].map(earliest)
        fresh["first_recorded_at"] = fresh["first_recorded_at"].where(~(known < fresh["first_recorded_at"]), known)
    history = pd.concat([past, batch[todo.late]])
    built = table.elements(fresh) if len(fresh) else Elements()
    versions = _versions(table, history)
    gone = batch[todo.withdraw]

    def write(transaction: neo4j.ManagedTransaction) -> None:
        replaced = fresh.loc[fresh["record"].isin(batch.loc[todo.replaces, "record"]), "record"].tolist()
        kept = [*versions, *(versions_in_graph(transaction, table.name, built, replaced) if replaced else [])]
        write_nodes(transaction, "RecordVersion", kept)
        _drop_old_edges(transaction, table, replaced)
        for label, frame in built.nodes.items():
            touched = {"touched": True} if label == "Nominal" else {}
            write_nodes(transaction, label, [{**row, **touched} for row in to_rows(frame)])
        for edges in built.edges:
            write_relationships(transaction, edges.name, edges.start_label, edges.end_label, to_rows(edges.rows))
        _touch_ends(transaction, built)
        if len(gone):
            _withdraw(transaction, table, gone)

    if len(fresh) or len(history) or len(gone):
        connection.write_in_one(write)


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


def _withdraw(transaction: neo4j.ManagedTransaction, table: TableToWrite, rows: pd.DataFrame) -> None:
    """Remove the records with all that hangs on them, and leave a tombstone without their content."""
    label = LABELS.get(table.name)
    records = rows["record"].tolist()
    transaction.run("UNWIND $ids AS id MATCH (v:RecordVersion {record_id: id}) DELETE v", ids=records).consume()
    if label:
        # The other records of the same person, and everyone in the same event, are derived anew.
        transaction.run(
            f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) "
            "OPTIONAL MATCH (n)-[:IDENTIFIES]->(:Person)<-[:IDENTIFIES]-(other:Nominal) "
            "OPTIONAL MATCH (n)-[r]-(near:Nominal) WHERE r.record IS NOT NULL "
            "FOREACH (x IN [other, near] | FOREACH (y IN CASE WHEN x IS NULL THEN [] ELSE [x] END | "
            "SET y.touched = true)) "
            "WITH DISTINCT n DETACH DELETE n",
            ids=records,
        ).consume()
    else:
        for edges in table.elements(rows).edges:
            keys = edges.rows[["start", "end", "key"]].to_dict("records")
            transaction.run(
                f"UNWIND $rows AS row MATCH (a:{edges.start_label} {{id: row.start}})"
                f"-[r:{edges.name} {{key: row.key}}]->(b:{edges.end_label} {{id: row.end}}) "
                "FOREACH (x IN [n IN [a, b] WHERE n:Nominal] | SET x.touched = true) DELETE r",
                rows=keys,
            ).consume()
    stones = [
        {
            "id": f"{row['record']}|withdrawn",
            "record_id": row["record"],
            "table": table.name,
            "source": table.source,
            "load_id": table.load_id,
            "recorded_at": native(row["recorded_at"]),
            "row_hash": "withdrawn",
        }
        for row in rows.to_dict("records")
    ]
    write_nodes(transaction, "RecordVersion", stones)


def _versions(table: TableToWrite, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return RecordVersion rows for older rows of the extract; a record may have several."""
    turn = rows.groupby("record").cumcount()
    parts = [rows[turn == n] for n in range(int(turn.max()) + 1)] if len(rows) else []
    return [version for part in parts for version in versions_of_rows(table.name, table.elements(part), part)]
