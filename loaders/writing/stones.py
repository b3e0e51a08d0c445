"""Removing records, and the tombstones that stay in their place.

What hung on a record goes with it: its edges, its history, what was derived from it, and what findings said of it. A
tombstone holds no content; it keeps an older extract that arrives late from bringing the record back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import neo4j
import pandas as pd

from graph.reader import cypher
from graph.writer import write_nodes
from loaders.writing.elements import LABELS

# row_hash of a tombstone. What a source withdrew stays gone; what a full extract no longer held may come back.
WITHDRAWN, REMOVED = "withdrawn", "removed"
STONES = (WITHDRAWN, REMOVED)


@dataclass(frozen=True)
class Stone:
    """What a tombstone says besides its record and moment. kind: WITHDRAWN or REMOVED."""

    table: str
    source: str
    load_id: str
    kind: str

    def rows(self, moments: Mapping[str, datetime]) -> list[dict[str, Any]]:
        """Return the tombstones of records; moments: record -> since when it is gone."""
        return [
            {
                "id": f"{record}|{self.kind}",
                "record_id": record,
                "table": self.table,
                "source": self.source,
                "load_id": self.load_id,
                "recorded_at": moment,
                "row_hash": self.kind,
            }
            for record, moment in moments.items()
        ]


def remove_records(transaction: neo4j.ManagedTransaction, stone: Stone, moments: Mapping[str, datetime]) -> None:
    """Remove records that are nodes, with all that hangs on them; findings that rest on them lose what they said."""
    label = LABELS[stone.table]
    _forget_history(transaction, list(moments))
    transaction.run(cypher("remove_records").replace("(n:Record ", f"(n:{label} "), ids=list(moments)).consume()
    write_nodes(transaction, "RecordVersion", stone.rows(moments))


def remove_link_rows(transaction: neo4j.ManagedTransaction, edges: pd.DataFrame, ends: tuple[str, str, str]) -> None:
    """Remove the relationships of withdrawn rows. edges: columns start, end, key; ends: their labels and type."""
    start_label, name, end_label = ends
    transaction.run(
        f"UNWIND $rows AS row MATCH (a:{start_label} {{id: row.start}})"
        f"-[r:{name} {{key: row.key}}]->(b:{end_label} {{id: row.end}}) "
        "FOREACH (x IN [n IN [a, b] WHERE n:Nominal] | SET x.touched = true) DELETE r",
        rows=edges[["start", "end", "key"]].to_dict("records"),
    ).consume()


def leave_stones(transaction: neo4j.ManagedTransaction, stone: Stone, moments: Mapping[str, datetime]) -> None:
    """Put tombstones in the place of rows that are gone, and forget what they used to say."""
    _forget_history(transaction, list(moments))
    write_nodes(transaction, "RecordVersion", stone.rows(moments))


def remove_links(
    transaction: neo4j.ManagedTransaction, stone: Stone, elements: Sequence[str], moments: Mapping[str, datetime]
) -> None:
    """Remove relationships by the database's own ids. moments: the keys of their rows -> since when they are gone."""
    transaction.run(
        "MATCH (a)-[r]->(b) WHERE elementId(r) IN $elements "
        "FOREACH (x IN [n IN [a, b] WHERE n:Nominal] | SET x.touched = true) DELETE r",
        elements=list(elements),
    ).consume()
    leave_stones(transaction, stone, moments)


def end_past(transaction: neo4j.ManagedTransaction, stone: Stone, moments: Mapping[str, datetime]) -> None:
    """Forget what was said before a withdrawal of records that have been stated again since. moments: of each."""
    transaction.run(
        "UNWIND $rows AS row MATCH (v:RecordVersion {record_id: row.record}) WHERE v.recorded_at <= row.at DELETE v",
        rows=[{"record": record, "at": moment} for record, moment in moments.items()],
    ).consume()
    write_nodes(transaction, "RecordVersion", stone.rows(moments))


def _forget_history(transaction: neo4j.ManagedTransaction, records: Sequence[str]) -> None:
    transaction.run("UNWIND $ids AS id MATCH (v:RecordVersion {record_id: id}) DELETE v", ids=list(records)).consume()
