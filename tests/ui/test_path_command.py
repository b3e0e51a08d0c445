"""`throughline path A B`, on a real database."""

import pytest

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.errors import ThroughlineError
from graph.reader import cypher
from graph.schema import SCHEMA
from tests.ui.commands_app import draw, lead_to, run, run_json
from ui.path_service import find_paths

WORLD = """
    (one:Nominal)-[:IDENTIFIES]->(a:Person {name: 'Orrin Thackwaite'})
    (other:Nominal)-[:IDENTIFIES]->(b:Person {name: 'Delphine Marrowick'})
    (a)-[:SUSPECT_IN {status: 'named', nominal_ids: ['one']}]->(i:Incident {kind: 'crime', occurred_day: 20000})
    (a)-[:VICTIM_IN {nominal_ids: ['one']}]->(j:Incident {kind: 'crime', occurred_day: 20100})
    (c:Person {name: 'Sela Brackenrigg'})-[:VICTIM_IN]->(i)
    (c)-[:SUSPECT_IN]->(j)
    (c)-[:RELATED_TO {relation: 'sibling'}]->(b)
    (a)-[:FREQUENTS]->(h:Location {place_type: 'hostel', is_hub: true})
    (b)-[:FREQUENTS]->(h)
    (d:Person {name: 'Ludo Pellingham'})-[:FREQUENTS]->(h)
"""


@pytest.fixture
def world(graph: Connection, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Connection:
    lead_to(server, monkeypatch)
    draw(graph, WORLD)
    return graph


def test_a_path_is_told_hop_by_hop_with_the_part_that_each_had_in_each_event(world: Connection) -> None:
    found = run_json("path", "one", "other")
    assert [hop["says"] for hop in found["paths"][0]["hops"]][:1] == [
        ["Orrin Thackwaite (a) was suspect (named) in crime, 4 Oct 2024 (i)."]
    ]
    assert found["paths"][0]["hops"][0]["records"] == ["i", "one"]
    assert [path["through"][1] for path in found["paths"]] == ["crime, 4 Oct 2024 (i)", "crime, 12 Jan 2025 (j)"]
    # The same two people, the parts the other way round: each event says its own.
    assert found["paths"][1]["hops"][0]["says"] == ["Orrin Thackwaite (a) was victim in crime, 12 Jan 2025 (j)."]
    assert found["paths"][1]["hops"][2]["says"] == [
        "Sela Brackenrigg (c) is recorded as sibling of Delphine Marrowick (b) (dates not known)."
    ]
    assert "Path 1 (3 steps, " in run("path", "a", "b")


def test_no_path_but_through_a_hub_is_said(world: Connection) -> None:
    found = find_paths(world, ["a"], ["d"])
    assert [path.hubs for path in found.paths] == [("hostel (h)",)]
    assert any("No path but through a hub" in remark for remark in found.remarks)


def test_dates_and_roles_narrow_what_may_connect(world: Connection) -> None:
    by_role = run_json("path", "a", "b", "--role", "suspect")["paths"]
    assert [path["through"][1] for path in by_role] == ["hostel (h)"]
    later = run_json("path", "a", "b", "--from", "2025-01-01")["paths"]
    assert [path["through"][1] for path in later] == ["crime, 12 Jan 2025 (j)"]
    assert [path["rank"] for path in run_json("path", "a,one", "b", "--k", "1")["paths"]] == [1]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"starts": ["nobody"]}, "nothing called nobody"),
        ({"starts": ["other"]}, "same person or record"),
        ({"roles": ["suspekt"]}, "Did you mean suspect"),
        ({"k": 0}, "ask for 1 to"),
    ],
)
def test_what_cannot_be_asked_is_said(world: Connection, asked: dict[str, object], says: str) -> None:
    with pytest.raises(ThroughlineError, match=says):
        find_paths(world, **{"starts": ["one"], "ends": ["b"], **asked})  # type: ignore[arg-type]


def test_the_queries_go_along_every_tie_between_records_that_the_schema_knows() -> None:
    # Left out on purpose, each for its reason.
    not_gone_along = {
        "IDENTIFIES": "what a record says hangs on its person",
        "POSSIBLY_SAME": "perhaps is not enough",
        "POSSIBLY_SAME_EVENT": "perhaps is not enough",
        "ARREST_MADE_AT": "a custody suite connects nobody",
        "APPLIED_FOR_BY": "officers apply for a great many orders",
        "INVOLVES_SUBSTANCE": "a substance is no record; linkage weighs it",
        "RECORDED_AS": "an offence connects nobody",
        "RECORDS": "a breach is told by its event",
        "OF_ORDER": "a breach is told by its event",
        "BASED_AT": "where an organisation has its office",
        "MEMBER_OF": "a community is no fact",
        "ABOUT": "findings are no facts",
        "EVIDENCED_BY": "findings are no facts",
    }
    for name in ("path_expand", "path_details", "path_kinds"):
        text = cypher(name)
        assert {kind for kind in SCHEMA.relationships if kind not in text} == set(not_gone_along), name
