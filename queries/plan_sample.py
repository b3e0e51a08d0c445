"""A graph of ordinary proportions, made for a moment, so that the server plans a query as it would on real data.

On an empty graph reading everything costs nothing, and the planner may begin anywhere; what it would do there says
nothing. The sample is generated from the schema and gone again afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from graph.connection import Connection
from graph.schema import SCHEMA, NodeLabel, Property

# Enough for looking up a handful of anchors to be cheaper than reading a label; more only takes longer.
NODES_A_LABEL = 300
_MARK = "plan-sample:"
# Rules read what is derived: an edge of people hangs on the Person rather than on the Nominal.
_PREFERRED = ("Person", "Incident", "Location", "ProtectiveOrder", "Object")
_SAMPLED = ("Death", *_PREFERRED, "Substance", "Organisation", "Breach", "Mention")


@contextmanager
def planning_sample(connection: Connection) -> Iterator[None]:
    """Fill an empty graph with the sample for as long as the block runs."""
    _remove(connection)
    try:
        for label in _SAMPLED:
            connection.write(_nodes(SCHEMA.node(label)), n=NODES_A_LABEL)
        for name, relationship in SCHEMA.relationships.items():
            start, end = _preferred(relationship.starts), _preferred(relationship.ends)
            if start not in _SAMPLED or end not in _SAMPLED:
                continue
            connection.write(
                f"UNWIND range(1, $n) AS i MATCH (a:{start} {{id: {_id(start, 'i')}}}) "
                f"MATCH (b:{end} {{id: {_id(end, '(i * 7 % $n + 1)')}}}) CREATE (a)-[:{name}]->(b)",
                n=NODES_A_LABEL,
            )
        connection.write("CALL db.prepareForReplanning(30)")
        yield
    finally:
        _remove(connection)


def _remove(connection: Connection) -> None:
    connection.write("MATCH (n) WHERE n.id STARTS WITH $mark DETACH DELETE n", mark=_MARK)


def _nodes(node: NodeLabel) -> str:
    indexed = [prop for prop in node.properties if prop.name in node.indexes]
    values = "".join(f", {prop.name}: {_value(prop)}" for prop in indexed)
    labels = ":".join((node.name, *node.also))
    return f"UNWIND range(1, $n) AS i CREATE (:{labels} {{id: '{_MARK}{node.name}' + i{values}}})"


def _id(label: str, number: str) -> str:
    # Half of the events at an edge's end are deaths, which are of both labels.
    if label == "Incident":
        return f"CASE i % 2 WHEN 0 THEN '{_MARK}Death' ELSE '{_MARK}Incident' END + {number}"
    return f"'{_MARK}{label}' + {number}"


def _value(prop: Property) -> str:
    if prop.type == "integer":
        return "18000 + i"
    if prop.type == "point":
        return "point({latitude: 51 + i / 1000.0, longitude: 0.1})"
    return "'v' + i % 10" if prop.name == "kind" else "'v' + i"


def _preferred(labels: tuple[str, ...]) -> str:
    return next((label for label in _PREFERRED if label in labels), labels[0])
