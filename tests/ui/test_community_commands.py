"""`throughline communities ...`, on a real database with its own Leiden."""

import pytest

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.errors import ThroughlineError
from graph.reader import checksum
from queries.communities import detect_communities, get_community
from tests.ui.commands_app import draw, lead_to, run, run_json

# Two families, four people each, that know nothing of each other.
WORLD = """
    (a:Person {name: 'Orrin Thackwaite'})-[:RELATED_TO {relation: 'sibling'}]->(b:Person {name: 'Sela Thackwaite'})
    (a)-[:RELATED_TO {relation: 'parent'}]->(c:Person)
    (b)-[:RELATED_TO {relation: 'parent'}]->(d:Person)
    (a)-[:USES]->(o:Object {kind: 'phone', identifier_key: '07700900123'})
    (d)-[:USES]->(o)
    (e:Person {name: 'Delphine Marrowick'})-[:RELATED_TO {relation: 'sibling'}]->(f:Person)
    (f)-[:RELATED_TO {relation: 'parent'}]->(g:Person)
    (e)-[:RELATED_TO {relation: 'partner'}]->(g)
    (d)-[:VICTIM_IN]->(early:Incident {kind: 'crime', occurred_day: 19800, severity_cchi: 10.0})
    (a)-[:LIVES_AT]->(hostel:Location {is_hub: true})
    (e)-[:LIVES_AT]->(hostel)
"""


@pytest.fixture
def world(graph: Connection, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Connection:
    lead_to(server, monkeypatch)
    draw(graph, WORLD)
    return graph


def test_communities_are_born_merge_lose_people_and_keep_their_names(world: Connection) -> None:
    before = checksum(world)
    born = run_json("communities", "detect")
    assert (born["communities"], born["steps"]) == (2, {"born": 2})
    listed = {tuple(v["people"][0]): v["id"] for v in run_json("communities", "list", "--all")}
    first, second = listed[("a", "Orrin Thackwaite")], listed[("e", "Delphine Marrowick")]
    assert "a" not in first.removeprefix("community:").split()
    # Whether somebody looked for communities makes no other graph.
    assert checksum(world) == before
    again = run_json("communities", "detect")
    assert (again["kept"], again["moved"], again["steps"]) == (2, 0, {"same": 2})

    for who in "abcd":
        for other in "efg":
            world.write(
                "MATCH (x:Person {id: $x}), (y:Person {id: $y}) MERGE (i:Incident {id: $x + $y}) "
                "SET i.event_id = i.id, i.kind = 'crime', i.occurred_day = 20000, i.severity_cchi = 365.0 "
                "MERGE (x)-[:VICTIM_IN]->(i) MERGE (y)-[:SUSPECT_IN]->(i)",
                x=who,
                y=other,
            )
    merged = detect_communities(world)
    assert (merged.communities, merged.steps) == (1, {"merged": 2})
    one = get_community(world, first)
    assert (one.state, one.size, one.joined_by) == ("merged", 7, "ae")
    assert one.step_up == "gravest event 365 harm-days, before 10"
    assert get_community(world, second).ended_on is not None
    assert run_json("communities", "history", second)[-1]["others"] == [first]

    # Her records are gone, and so is she, from the community and from its story.
    world.write("MATCH (p:Person {id: 'e'}) DETACH DELETE p")
    detect_communities(world)
    lost = get_community(world, first)
    assert (lost.size, lost.history[-1]["gone"], "e" in lost.members) == (6, 1, False)
    assert "e" not in [part for step in lost.history for part in step["others"]]
    shown = run("communities", "show", first)
    assert "6 people" in shown
    assert "two communities became this one" in shown


def test_a_community_that_is_not_there_is_said(world: Connection) -> None:
    with pytest.raises(ThroughlineError, match="communities list"):
        get_community(world, "nowhere")
    assert "communities detect" in run("communities", "list")
