"""The bridge hands a finding's subgraph to py2neo, from the real database."""

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.py2neo_bridge import finding_subgraph, py2neo_graph
from graph.writer import write_nodes, write_relationships


def test_a_findings_subgraph_comes_with_its_relationships(graph: Connection) -> None:
    with graph.write_session() as session:
        write_nodes(session, "Finding", [{"id": "f1"}])
        write_nodes(session, "Person", [{"id": "person:1", "name": "Orrin Thackwaite"}])
        write_nodes(session, "Death", [{"id": "s:D1"}, {"id": "s:D2"}])
        for death in ("s:D1", "s:D2"):
            write_relationships(session, "FOUND", "Person", "Death", [{"start": "person:1", "end": death}])
            write_relationships(session, "ABOUT", "Finding", "Death", [{"start": "f1", "end": death, "name": "death"}])
        write_relationships(session, "ABOUT", "Finding", "Person", [{"start": "f1", "end": "person:1", "name": "who"}])
    found = finding_subgraph(graph, "f1")
    assert {node["id"] for node in found.nodes} == {"f1", "person:1", "s:D1", "s:D2"}
    assert (
        sorted(type(edge).__name__ for edge in found.relationships if type(edge).__name__ == "FOUND") == ["FOUND"] * 2
    )


def test_an_unknown_finding_is_said(graph: Connection) -> None:
    with pytest.raises(ThroughlineError, match="no finding nowhere"):
        finding_subgraph(graph, "nowhere")


def test_py2neo_matches_nodes_of_the_same_database(graph: Connection) -> None:
    with graph.write_session() as session:
        write_nodes(session, "Location", [{"id": "s:L1", "town": "Marrowby"}])
    assert py2neo_graph(graph).nodes.match("Location", town="Marrowby").first()["id"] == "s:L1"
