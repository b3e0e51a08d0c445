"""Older versions of rows, kept as JSON: what the record said, and when its source knew it."""

import json
from typing import Any

import neo4j
import pandas as pd

from graph.frames import native, to_rows
from loaders.writing.elements import LABELS, Elements

# Not part of a version: what derivation and loading themselves put on a node or an edge.
BOOKKEEPING = frozenset(
    {
        "load_id",
        "row_hash",
        "recorded_at",
        "confirmed_at",
        "first_recorded_at",
        "event_id",
        "is_hub",
        "touched",
        "point",
    }
)
Edge = tuple[str, str, str, dict[str, Any]]


def versions_of_rows(table: str, built: Elements, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return RecordVersion rows for older rows of an extract, one a record; built: what the rows become."""
    nodes = {row["id"]: row for frame in built.nodes.values() for row in to_rows(frame)}
    edges: dict[str, list[Edge]] = {}
    for found in built.edges:
        for row in to_rows(found.rows):
            edges.setdefault(row["record"], []).append((found.name, row["start"], row["end"], row))
    return [
        _version(table, row["record"], row, nodes.get(row["record"]), edges.get(row["record"], []))
        for row in rows.to_dict("records")
    ]


def versions_in_graph(
    transaction: neo4j.ManagedTransaction, table: str, built: Elements, records: list[str]
) -> list[dict[str, Any]]:
    """Return RecordVersion rows for what the graph holds of these records, before it is replaced."""
    label = LABELS.get(table)
    if label:
        rows = transaction.run(
            f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) "
            "RETURN id, properties(n) AS node, "
            "[(n)-[r]-(m) WHERE r.record = id | [type(r), startNode(r).id, endNode(r).id, properties(r)]] AS edges",
            ids=records,
        ).data()
        return [
            _version(table, row["id"], row["node"], row["node"], [(*edge,) for edge in row["edges"]]) for row in rows
        ]
    versions = []
    for found in built.edges:
        wanted = found.rows[found.rows["record"].isin(records)]
        rows = transaction.run(
            f"UNWIND $rows AS row MATCH (a:{found.start_label} {{id: row.start}})"
            f"-[r:{found.name} {{key: row.key}}]->(b:{found.end_label} {{id: row.end}}) "
            "RETURN r.key AS id, type(r) AS name, a.id AS a, b.id AS b, properties(r) AS edge",
            rows=wanted[["start", "end", "key"]].to_dict("records"),
        ).data()
        versions += [
            _version(table, row["id"], row["edge"], None, [(row["name"], row["a"], row["b"], row["edge"])])
            for row in rows
        ]
    return versions


def _version(table: str, record: str, kept: Any, node: dict[str, Any] | None, edges: list[Edge]) -> dict[str, Any]:
    content = {
        "properties": _content(node or {}),
        "edges": sorted([name, start, end, _content(row)] for name, start, end, row in edges),
    }
    moment = native(kept["recorded_at"])
    return {
        "id": f"{record}|{moment.isoformat()}",
        "record_id": record,
        "table": table,
        "source": kept["source"],
        "load_id": kept["load_id"],
        "recorded_at": moment,
        "row_hash": kept["row_hash"],
        "row": json.dumps(content, sort_keys=True, ensure_ascii=False, default=lambda v: str(native(v))),
    }


def _content(row: dict[str, Any]) -> dict[str, Any]:
    skip = BOOKKEEPING | {"start", "end", "record", "key", "source"}
    return {name: value for name, value in row.items() if name not in skip and value is not None}
