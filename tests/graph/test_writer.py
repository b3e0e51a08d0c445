"""The writer: by key, whole rows, and nothing that the schema does not know."""

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.writer import write_nodes, write_relationships


def test_a_row_written_twice_is_one_node_and_loses_what_it_no_longer_states(graph: Connection) -> None:
    with graph.write_session() as session:
        write_nodes(session, "Location", [{"id": "s:L1", "town": "Marrowby", "postcode": "ZZ1 1AA"}])
        write_nodes(session, "Location", [{"id": "s:L1", "town": "Marrowby", "postcode": None}])
    assert graph.read("MATCH (l:Location) RETURN properties(l) AS l") == [{"l": {"id": "s:L1", "town": "Marrowby"}}]


def test_a_death_is_an_incident_too(graph: Connection) -> None:
    with graph.write_session() as session:
        write_nodes(session, "Death", [{"id": "s:D1"}])
    assert graph.read("MATCH (i:Incident) RETURN labels(i) AS labels")[0]["labels"] == ["Incident", "Death"]


def test_two_keys_between_the_same_two_are_two_edges_and_one_key_is_one(graph: Connection) -> None:
    with graph.write_session() as session:
        write_nodes(session, "Nominal", [{"id": "s:P1"}])
        write_nodes(session, "Object", [{"id": "s:O1"}])
        for key in ("a", "b", "a"):
            rows = [{"start": "s:P1", "end": "s:O1", "key": key, "role": "owned"}]
            write_relationships(session, "USES", "Nominal", "Object", rows)
    assert graph.read("MATCH ()-[r:USES]->() RETURN count(r) AS n") == [{"n": 2}]


def test_unknown_properties_and_ends_are_refused(graph: Connection) -> None:
    with graph.write_session() as session:
        with pytest.raises(ThroughlineError, match="has no property colour"):
            write_nodes(session, "Location", [{"id": "s:L1", "colour": "red"}])
        with pytest.raises(ThroughlineError, match="cannot start at :Location"):
            write_relationships(session, "SUSPECT_IN", "Location", "Incident", [{"start": "a", "end": "b"}])
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_a_read_session_refuses_to_write(graph: Connection) -> None:
    with pytest.raises(ThroughlineError, match="only reading is allowed"):
        graph.read("CREATE (:Location {id: 'x'})")
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_a_query_that_never_ends_is_stopped(graph: Connection) -> None:
    with pytest.raises(ThroughlineError, match="longer than 1 s"):
        graph.read("UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b) AS n", timeout_s=1)
