"""The one declaration of what is in the graph: every label, relationship type and property.

Constraints, indexes (`apply_schema`), docs/schema.md (`markdown`) and the writer are generated from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from graph.errors import ThroughlineError

if TYPE_CHECKING:
    from graph.connection import Connection

PropertyType = Literal[
    "string", "integer", "float", "boolean", "date", "datetime", "point", "list<string>", "list<float>"
]


@dataclass(frozen=True)
class Property:
    """One property: its type, its unit where it has one, and whether two records may be compared by it."""

    name: str
    type: PropertyType
    description: str
    unit: str | None = None
    comparable: bool = False


@dataclass(frozen=True)
class NodeLabel:
    """One label. Nodes are found by `id`; `also` are the labels that a node of this label carries as well."""

    name: str
    description: str
    properties: tuple[Property, ...]
    also: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    full_text: tuple[str, ...] = ()

    def property_names(self) -> frozenset[str]:
        """Return the names of all properties, the key included."""
        return frozenset(p.name for p in self.properties) | {"id"}


@dataclass(frozen=True)
class RelationshipType:
    """One relationship type with the labels it may leave and enter, written as the edge is drawn."""

    name: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    description: str
    properties: tuple[Property, ...] = ()
    role: str | None = None

    @property
    def drawing(self) -> str:
        """Return the edge as it is drawn, for example `(:Incident)-[:OCCURRED_AT]->(:Location)`."""
        return f"(:{'|'.join(self.starts)})-[:{self.name}]->(:{'|'.join(self.ends)})"

    def property_names(self) -> frozenset[str]:
        """Return the names of all properties."""
        return frozenset(p.name for p in self.properties)


@dataclass(frozen=True)
class Schema:
    """All labels and relationship types, by name."""

    nodes: dict[str, NodeLabel]
    relationships: dict[str, RelationshipType]

    def node(self, label: str) -> NodeLabel:
        """Return the label's declaration. Raises ThroughlineError with the nearest known label."""
        if label not in self.nodes:
            raise ThroughlineError(f"unknown label :{label}.{_near(label, self.nodes)}")
        return self.nodes[label]

    def relationship(self, name: str) -> RelationshipType:
        """Return the type's declaration. Raises ThroughlineError with the nearest known type."""
        if name not in self.relationships:
            raise ThroughlineError(f"unknown relationship type :{name}.{_near(name, self.relationships)}")
        return self.relationships[name]

    @property
    def role_types(self) -> dict[str, str]:
        """Return the relationship type for each role of the layout's involvements, plus `deceased`."""
        return {r.role: name for name, r in self.relationships.items() if r.role}


def _near(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(word, list(known), n=1)
    return f" Did you mean {nearest[0]}?" if nearest else ""


def _declared() -> Schema:
    from graph.schema_nodes import NODES
    from graph.schema_relationships import RELATIONSHIPS

    return Schema({n.name: n for n in NODES}, {r.name: r for r in RELATIONSHIPS})


SCHEMA = _declared()


def ddl() -> list[str]:
    """Return the Cypher statements that make the constraints and indexes; each may be run again."""
    statements = []
    for node in SCHEMA.nodes.values():
        name = node.name.lower()
        statements.append(f"CREATE CONSTRAINT {name}_id IF NOT EXISTS FOR (n:{node.name}) REQUIRE n.id IS UNIQUE")
        # Only a point index serves a distance.
        kinds = {p.name: "POINT " for p in node.properties if p.type == "point"}
        statements += [
            f"CREATE {kinds.get(prop, '')}INDEX {name}_{prop} IF NOT EXISTS FOR (n:{node.name}) ON (n.{prop})"
            for prop in node.indexes
        ]
        if node.full_text:
            fields = ", ".join(f"n.{prop}" for prop in node.full_text)
            statements.append(f"CREATE FULLTEXT INDEX {name}_text IF NOT EXISTS FOR (n:{node.name}) ON EACH [{fields}]")
    return statements


def apply_schema(connection: "Connection") -> None:
    """Make every constraint and index of the schema, and wait until they answer. Safe to run again."""
    for statement in ddl():
        connection.write(statement)
    connection.read("CALL db.awaitIndexes(300)")


def markdown() -> str:
    """Return docs/schema.md."""
    lines = [
        "# The graph",
        "",
        "Generated from `graph/schema.py` by `make docs`. Every node is found by `id`, unique within its label.",
        "Times are UTC; a date or time that was given only to the day, month or year holds the earliest possible",
        "value in the property itself and the latest possible one in the property of the same name with `_latest`.",
        "",
        "## Nodes",
    ]
    for node in SCHEMA.nodes.values():
        also = f" (also `:{'`, `:'.join(node.also)}`)" if node.also else ""
        lines += ["", f"### `:{node.name}`{also}", "", node.description, "", *_table(node.properties)]
    lines += ["", "## Relationships"]
    for relationship in SCHEMA.relationships.values():
        lines += ["", f"### `:{relationship.name}`", "", f"`{relationship.drawing}`", "", relationship.description]
        if relationship.properties:
            lines += ["", *_table(relationship.properties)]
    return "\n".join(lines) + "\n"


def _table(properties: tuple[Property, ...]) -> list[str]:
    rows = [
        f"| `{p.name}` | {p.type} | {p.unit or ''} | {'yes' if p.comparable else ''} | {p.description} |"
        for p in properties
    ]
    return ["| property | type | unit | compared | what it is |", "|---|---|---|---|---|", *rows]
