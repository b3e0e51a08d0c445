"""Rows -> MERGE batches, by the schema's keys. The Cypher is generated from `graph.schema`, never written by hand."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from graph.errors import ThroughlineError
from graph.schema import SCHEMA

BATCH_ROWS = 5_000

Row = Mapping[str, Any]


class Runner(Protocol):
    """A session or a transaction."""

    def run(self, query: Any, parameters: dict[str, Any] | None = None) -> Any:
        """Run one query."""


def write_nodes(runner: Runner, label: str, rows: Sequence[Row]) -> None:
    """Write one node a row, found by `id`; what a row does not state is removed from the node.

    rows: mappings of property to value with `id`; None is left out. Unknown properties raise ThroughlineError.
    """
    known = SCHEMA.node(label).property_names()
    for batch in _batches(rows):
        _refuse_unknown(batch, known, f":{label}")
        runner.run(_node_query(label), {"rows": [{"id": r["id"], "properties": _present(r)} for r in batch]})


def write_relationships(runner: Runner, name: str, start_label: str, end_label: str, rows: Sequence[Row]) -> None:
    """Write one relationship a row between nodes that exist.

    rows: mappings with `start` and `end` (ids), `key` where the pair may have several, and the type's properties.
    A row whose ends are not in the graph writes nothing: check references first. Raises ThroughlineError for ends or
    properties that the schema does not know.
    """
    declared = SCHEMA.relationship(name)
    for label, allowed, side in ((start_label, declared.starts, "start"), (end_label, declared.ends, "end")):
        accepted = {label, *SCHEMA.node(label).also}
        if not accepted & set(allowed):
            raise ThroughlineError(f":{name} cannot {side} at :{label}: the schema has {declared.drawing}")
    known = declared.property_names() | {"start", "end"}
    for batch in _batches(rows):
        _refuse_unknown(batch, known, f":{name}")
        parameters = [
            {
                "start": r["start"],
                "end": r["end"],
                "key": r.get("key"),
                "properties": _present(r, without=("start", "end")),
            }
            for r in batch
        ]
        keyed = [p for p in parameters if p["key"] is not None]
        plain = [p for p in parameters if p["key"] is None]
        for part, by_key in ((keyed, True), (plain, False)):
            if part:
                runner.run(_relationship_query(name, start_label, end_label, by_key), {"rows": part})


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for at in range(0, len(rows), BATCH_ROWS):
        yield rows[at : at + BATCH_ROWS]


def _present(row: Row, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and name not in without}


def _refuse_unknown(rows: Sequence[Row], known: frozenset[str], what: str) -> None:
    unknown = {name for row in rows for name in row} - known
    if unknown:
        raise ThroughlineError(f"{what} has no property {', '.join(sorted(unknown))} in graph/schema.py")


@cache
def _node_query(label: str) -> str:
    # A node is found by its most special label, and carries the others too: a Death is also an Incident.
    also = "".join(f":{name}" for name in SCHEMA.node(label).also)
    extra = f" SET n{also}" if also else ""
    return f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET n = row.properties{extra}"


@cache
def _relationship_query(name: str, start_label: str, end_label: str, by_key: bool) -> str:
    key = " {key: row.key}" if by_key else ""
    return (
        f"UNWIND $rows AS row MATCH (a:{start_label} {{id: row.start}}) MATCH (b:{end_label} {{id: row.end}}) "
        f"MERGE (a)-[r:{name}{key}]->(b) SET r = row.properties"
    )
