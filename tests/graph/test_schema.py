"""The one declaration: what is made from it, and what it refuses."""

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.schema import SCHEMA, apply_schema, ddl, markdown
from loaders.layout import TABLES

# Columns that become edges or times instead of a property of their own name.
ELSEWHERE = {
    "locations": {"location_ref"},
    "people": {"person_ref", "location_ref"},
    "organisations": {"organisation_ref", "location_ref"},
    "incidents": {"incident_ref", "location_ref", "linked_refs"},
    "deaths": {"death_ref", "person_ref", "incident_ref", "location_ref", "linked_refs"},
    "orders": {"order_ref", "respondent_ref"},
    "objects": {"object_ref"},
}
LABELS = {
    "locations": "Location",
    "people": "Nominal",
    "organisations": "Organisation",
    "incidents": "Incident",
    "deaths": "Death",
    "orders": "ProtectiveOrder",
    "objects": "Object",
}


@pytest.mark.parametrize("table", sorted(LABELS))
def test_every_column_of_a_record_has_a_home_in_the_graph(table: str) -> None:
    known = SCHEMA.node(LABELS[table]).property_names() | ELSEWHERE[table] | {"withdrawn"}
    assert {column.name for column in TABLES[table].columns} - known == set()


def test_ends_of_every_relationship_are_labels_of_the_schema() -> None:
    ends = {label for edge in SCHEMA.relationships.values() for label in (*edge.starts, *edge.ends)}
    assert ends <= set(SCHEMA.nodes)


def test_names_follow_the_house_style() -> None:
    assert all(name[0].isupper() and name.isalnum() for name in SCHEMA.nodes)
    assert all(name == name.upper() for name in SCHEMA.relationships)
    every = [p for owner in (*SCHEMA.nodes.values(), *SCHEMA.relationships.values()) for p in owner.properties]
    assert all(p.name == p.name.lower() and p.description for p in every)


def test_one_property_name_has_one_type_everywhere() -> None:
    types: dict[str, set[str]] = {}
    for owner in (*SCHEMA.nodes.values(), *SCHEMA.relationships.values()):
        for p in owner.properties:
            types.setdefault(p.name, set()).add(p.type)
    assert {name: kinds for name, kinds in types.items() if len(kinds) > 1} == {}


def test_an_unknown_label_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(ThroughlineError, match="Did you mean Incident"):
        SCHEMA.node("Incidents")


def test_the_page_names_every_label_and_type() -> None:
    page = markdown()
    assert [name for name in (*SCHEMA.nodes, *SCHEMA.relationships) if f"`:{name}`" not in page] == []


def test_the_server_holds_every_constraint_and_index_and_takes_them_twice(graph: Connection) -> None:
    apply_schema(graph)
    made = {row["name"] for row in graph.read("SHOW INDEXES YIELD name RETURN name")}
    assert {statement.partition(" IF NOT EXISTS")[0].split()[-1] for statement in ddl()} <= made
