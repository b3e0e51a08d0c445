"""Days loaded in any order, some twice or in part: one graph, the one that loading them in order gives."""

from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.connection import Connection
from loaders.pipeline import load
from tests.loaders.extracts import write_extract

DAYS = 4
PLACES, PEOPLE, EVENTS = ("L1", "L2"), ("P1", "P2", "P3"), ("I1", "I2")
NAMES = {"P1": "Orrin Thackwaite", "P2": "Sela Brackenrigg", "P3": "Orin Thackwaite"}


@st.composite
def worlds(draw: st.DrawFn) -> list[dict[str, str]]:
    """What a source tells on each of some days: records and links come, change, are withdrawn, and point ahead."""
    days: list[dict[str, list[str]]] = [{} for _ in range(DAYS)]

    def tell(table: str, key: str, content: list[str]) -> None:
        # Each version says something new.
        told = draw(st.lists(st.integers(0, DAYS - 1), min_size=1, max_size=3, unique=True).map(sorted))
        # What hung on a withdrawn record goes or waits by when it came: see the test below for those.
        gone = draw(st.sampled_from([None, None, *told])) if table == "involvements" else None
        for number, day in enumerate(told):
            text = "," * content[0].count(",") + ",true" if day == gone else content[number] + ","
            days[day].setdefault(table, []).append(f"{key},{text},2026-03-0{day + 1}T0{number}:00:00Z")

    for ref in PLACES:
        tell("locations", ref, [f"{n} Cutler Row,home" for n in range(3)])
    for ref in PEOPLE:
        places = draw(st.lists(st.sampled_from(["", *PLACES]), min_size=3, max_size=3))
        tell("people", ref, [f"{NAMES[ref]},1990-03-07,0{n},{place}" for n, place in enumerate(places)])
    for ref in EVENTS:
        places = draw(st.lists(st.sampled_from(["", *PLACES]), min_size=3, max_size=3))
        tell("incidents", ref, [f"crime,2026-02-0{n + 1},{place}" for n, place in enumerate(places)])
    for event, person in draw(st.lists(st.tuples(st.sampled_from(EVENTS), st.sampled_from(PEOPLE)), unique=True)):
        tell("involvements", f"{event},{person},suspect", ["named", "arrested", "charged"])
    return [{table: "\n".join([HEADERS[table], *rows]) for table, rows in day.items()} for day in days]


HEADERS = {
    "locations": "location_ref,address,place_type,withdrawn,recorded_at",
    "people": "person_ref,full_name,date_of_birth,middle_names,location_ref,withdrawn,recorded_at",
    "incidents": "incident_ref,kind,occurred_from,location_ref,withdrawn,recorded_at",
    "involvements": "event_ref,person_ref,role,status,withdrawn,recorded_at",
}


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), order=st.permutations(range(DAYS)))
def test_days_in_any_order_give_the_same_graph(
    graph: Connection, world: list[dict[str, str]], order: list[int]
) -> None:
    found = {}
    for name, days in (("in order", list(range(DAYS))), ("shuffled", order)):
        graph.write("MATCH (n) DETACH DELETE n")
        with TemporaryDirectory() as folder:
            for day in (day for day in days if world[day]):
                extract = write_extract(
                    Path(folder) / str(day), world[day], extracted_at=f"2026-03-0{day + 1}T09:00:00Z"
                )
                report = load(graph, extract)
                assert all(c.read == c.written + c.unchanged + c.rejected for c in report.tables.values())
        found[name] = everything(graph)
    assert found["shuffled"] == found["in order"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_nothing_is_left_of_a_withdrawn_record_in_whatever_order_it_came(
    graph: Connection, tmp_path: Path, order: tuple[int, ...]
) -> None:
    days = [
        {
            "people": "person_ref,full_name\nP1,Orrin Thackwaite\nP2,Sela Brackenrigg\n",
            "incidents": "incident_ref,kind\nI1,crime\n",
            "involvements": "event_ref,person_ref,role,status\nI1,P1,suspect,named\nI1,P2,victim,\n",
        },
        {"involvements": "event_ref,person_ref,role,status\nI1,P1,suspect,arrested\n"},
        {"people": "person_ref,withdrawn\nP1,true\n"},
    ]
    for day in order:
        extract = write_extract(tmp_path / str(day), days[day], extracted_at=f"2026-03-0{day + 1}T09:00:00Z")
        report = load(graph, extract)
        assert all(c.read == c.written + c.unchanged + c.rejected for c in report.tables.values())
    assert [row["id"] for row in graph.read("MATCH (n:Nominal) RETURN n.id AS id")] == ["niche:P2"]
    assert graph.read("MATCH ()-[r:SUSPECT_IN]->() RETURN r") == []
    assert graph.read("MATCH (v:RecordVersion) WHERE v.row_hash <> 'withdrawn' RETURN v") == []
    assert [row["name"] for row in graph.read("MATCH (p:Person) RETURN p.name AS name")] == ["Sela Brackenrigg"]


def everything(graph: Connection) -> dict[str, list[str]]:
    """All that the graph holds, as sorted text, but for what was new to a load: that depends on the order."""
    nodes = graph.read(
        "MATCH (n) WHERE NOT n:Load AND NOT n:LoadRun AND NOT n:Lock AND NOT n:Reject "
        "RETURN labels(n)[0] + ' ' + n.id AS id, properties(n) AS properties"
    )
    edges = graph.read("MATCH (a)-[r]->(b) RETURN a.id + ' ' + type(r) + ' ' + b.id AS id, properties(r) AS properties")
    waiting = graph.read("MATCH (r:Reject) RETURN r.load_id + r.row + r.reason AS id, {} AS properties")
    return {
        name: sorted(f"{row['id']} {sorted((k, str(v)) for k, v in row['properties'].items())}" for row in rows)
        for name, rows in (("nodes", nodes), ("edges", edges), ("waiting", waiting))
    }
