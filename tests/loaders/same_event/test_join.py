"""Events joined and parted in a real graph: whole passes, passes over what changed, verdicts, explanations."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import ledger, reader
from graph.connection import Connection
from graph.errors import ThroughlineError
from loaders.pipeline import load
from loaders.same_event.explain import explain_events, judge_events, possible_events
from loaders.same_event.join import join_events
from tests.conftest import empty
from tests.loaders.extracts import write_extract
from tests.loaders.same_event.told import told, write

COUPLE = "delphine v, orrin s"
ASSAULT = {"offence": "Violence with injury", "offence_code": "8N"}
CAME = {"kind": "ambulance", "patient_sex": "F", "age_band": "25-34"}


def events(graph: Connection) -> dict[str, list[str]]:
    rows = graph.read("MATCH (i:Incident) RETURN i.event_id AS event, i.id AS id ORDER BY id")
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row["event"], []).append(row["id"])
    return {event: ids for event, ids in groups.items() if len(ids) > 1}


def test_one_assault_in_three_sources_is_one_event(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:1", 0, COUPLE, at="B", **ASSAULT))
    write(graph, told("ambo:1", 5, at="B", **CAME), told("alpha:2", 1440, COUPLE, **ASSAULT))
    assert join_events(graph) == 3
    assert events(graph) == {"alpha:1": ["alpha:1", "ambo:1", "beta:1"]}
    edges = graph.read(
        "MATCH (a)-[r:SAME_EVENT]->(b) RETURN a.id AS a, b.id AS b, r.probability AS p, r.basis AS basis"
    )
    assert {(row["a"], row["b"]) for row in edges} == {
        ("alpha:1", "ambo:1"),
        ("alpha:1", "beta:1"),
        ("ambo:1", "beta:1"),
    }
    assert all(0.99 <= row["p"] <= 1 for row in edges)
    assert any("at the same minute" in row["basis"] for row in edges)
    assert graph.read("MATCH (i {touched: true}) RETURN i") == []


def test_a_couples_many_calls_stay_apart(graph: Connection) -> None:
    calls = [told(f"alpha:{n}", minutes, COUPLE, **ASSAULT) for n, minutes in enumerate([0, 90, 700, 1500, 3000, 9000])]
    write(graph, *calls)
    assert join_events(graph) == 0
    assert graph.read("MATCH ()-[r:POSSIBLY_SAME_EVENT]->() RETURN count(r) AS n") == [{"n": 0}]


def test_a_second_pass_changes_nothing(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:1", 0, COUPLE, **ASSAULT), told("ambo:1", 5, **CAME))
    join_events(graph)
    before = reader.checksum(graph)
    join_events(graph)
    join_events(graph, only_touched=True)
    assert reader.checksum(graph) == before


def test_a_record_that_is_gone_leaves_the_others_their_event(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:1", 0, COUPLE, **ASSAULT), told("ambo:1", 5, **CAME))
    join_events(graph)
    graph.write("MATCH (i:Incident {id: 'alpha:1'})-[:SAME_EVENT]-(o) SET o.touched = true")
    graph.write("MATCH (i:Incident {id: 'alpha:1'}) DETACH DELETE i")
    join_events(graph, only_touched=True)
    assert events(graph) == {"ambo:1": ["ambo:1", "beta:1"]}
    before = reader.checksum(graph)
    join_events(graph)
    assert reader.checksum(graph) == before


def test_verdicts_join_and_part_and_undone_leave_the_graph_as_before(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, COUPLE, **ASSAULT), told("alpha:2", 1440, COUPLE, **ASSAULT))
    write(graph, told("beta:9", 90_000, "ludo v", at="C"))
    join_events(graph)
    before = reader.checksum(graph)
    joined = judge_events(graph, "alpha:1", "alpha:2", "same", by="A. Analyst", reason="one call, two clerks")
    assert (joined.verdict, joined.basis) == ("joined", "said by an analyst")
    assert events(graph) == {"alpha:1": ["alpha:1", "alpha:2"]}
    parted = judge_events(graph, "alpha:2", "alpha:1", "different", by="A. Analyst", reason="the next day")
    assert parted.why_not == ("A. Analyst said that these are two events.",)
    assert reader.checksum(graph) == before


def test_different_parts_what_the_evidence_joins(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:1", 0, COUPLE, **ASSAULT))
    join_events(graph)
    assert explain_events(graph, "beta:1", "alpha:1").verdict == "joined"
    judge_events(graph, "alpha:1", "beta:1", "different", by="A. Analyst", reason="two assaults")
    assert events(graph) == {}
    # A whole pass, as after a reload, comes to the same.
    join_events(graph)
    assert events(graph) == {}


def test_a_verdict_about_a_record_that_went_waits_for_its_return(graph: Connection) -> None:
    rows = [told("alpha:1", 0, COUPLE), told("alpha:2", 1440, COUPLE)]
    write(graph, *rows)
    judge_events(graph, "alpha:1", "alpha:2", "same", by="A. Analyst", reason="one call")
    graph.write("MATCH (i:Incident {id: 'alpha:2'}) DETACH DELETE i")
    assert join_events(graph) == 0
    write(graph, rows[1])
    assert join_events(graph) == 2


def test_verdicts_that_contradict_each_other_are_said(graph: Connection, caplog: pytest.LogCaptureFixture) -> None:
    write(graph, *(told(f"alpha:{n}", n * 9000, COUPLE) for n in (1, 2, 3)))
    for a, b, verdict in (("1", "2", "same"), ("2", "3", "same"), ("1", "3", "different")):
        ledger.record_judgement(graph, "event", f"alpha:{a}", f"alpha:{b}", verdict, by="A. Analyst")
    join_events(graph)
    assert "1 verdicts contradict each other" in caplog.text
    assert events(graph) == {"alpha:2": ["alpha:2", "alpha:3"]}


def test_a_link_of_the_force_keeps_two_events_apart(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:1", 0, COUPLE, **ASSAULT))
    graph.write("MATCH (a {id: 'alpha:1'}), (b {id: 'beta:1'}) CREATE (b)-[:LINKED_BY_FORCE {key: 'k'}]->(a)")
    join_events(graph)
    assert events(graph) == {}
    found = explain_events(graph, "alpha:1", "beta:1")
    assert found.why_not == (
        "A link is recorded between them, which makes them two events: that forbids it, whatever agrees.",
    )


def test_one_person_dies_once_whatever_the_times_say(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, "orrin d", kind="death"), told("beta:1", 90_000, "orrin d", kind="death", at="C"))
    write(graph, told("alpha:2", -90_000, "orrin d", kind="death", near_miss=True))
    join_events(graph)
    assert events(graph) == {"alpha:1": ["alpha:1", "beta:1"]}


def test_two_deaths_of_a_couple_are_two_deaths_with_an_ambulance_each(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, "delphine d", kind="death"), told("alpha:2", 20, "casimir d", kind="death"))
    write(graph, told("ambo:1", 5, **CAME), told("ambo:2", 25, kind="ambulance", patient_sex="M", age_band="65-74"))
    join_events(graph)
    assert events(graph) == {"alpha:1": ["alpha:1", "ambo:1"], "alpha:2": ["alpha:2", "ambo:2"]}


def test_an_explanation_adds_up_and_says_what_is_short(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, COUPLE, **ASSAULT), told("ambo:1", 5, kind="ambulance"))
    write(graph, told("alpha:3", 0, COUPLE, kind="arrest"))
    join_events(graph)
    found = explain_events(graph, "ambo:1", "alpha:1")
    assert found.verdict == "possible"
    assert sum(bar.bits for bar in found.bars) == pytest.approx(found.total_bits)
    assert "bits short of being joined" in found.why_not[-1]
    assert [row["a"] for row in possible_events(graph)] == ["alpha:1"]
    arrest = explain_events(graph, "alpha:1", "alpha:3")
    assert arrest.bars == ()
    assert arrest.why_not == ("One is crime, the other arrest: these are never one event, unless a person says so.",)


def test_an_unknown_record_is_named_with_one_like_it(graph: Connection) -> None:
    write(graph, told("alpha:1", 0, COUPLE))
    with pytest.raises(ThroughlineError, match="Did you mean alpha:1"):
        explain_events(graph, "beta:1", "alpha:1")
    with pytest.raises(ThroughlineError, match="given twice"):
        explain_events(graph, "alpha:1", "alpha:1")


_RECORD = st.builds(
    lambda source, kind, minutes, wide, who, at: (source, kind, minutes, wide, who, at),
    st.sampled_from(["alpha", "beta", "ambo"]),
    st.sampled_from(["crime", "crime", "non_crime", "death"]),
    st.sampled_from([0, 0, 3, 40, 400, 1500, 30_000]),
    st.sampled_from([0, 0, 0, 1440]),
    st.sampled_from(["", COUPLE, "delphine v", "orrin v", "casimir v, orrin s", "nobody r, delphine v"]),
    st.sampled_from(["A", "B", "C", "H", None]),
)


def _written(number: int, row: tuple[str, str, int, int, str, str | None]) -> dict[str, Any]:
    source, kind, minutes, wide, who, at = row
    if source == "ambo":
        return told(f"ambo:{number}", minutes, at=at, **CAME)
    if kind == "death":
        who = who.replace(" v", " d")
    return told(f"{source}:{number}", minutes, who, at=at, kind=kind, wide=wide, **({} if kind == "death" else ASSAULT))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_RECORD, min_size=3, max_size=9), st.randoms(use_true_random=False))
def test_records_arriving_in_any_order_give_the_events_of_one_whole_pass(
    graph: Connection, rows: list[tuple[str, str, int, int, str, str | None]], random: Any
) -> None:
    empty(graph)
    batch = [_written(number, row) for number, row in enumerate(rows)]
    random.shuffle(batch)
    while batch:
        size = random.randint(1, 4)
        write(graph, *batch[:size])
        join_events(graph, only_touched=True)
        batch = batch[size:]
    step_by_step = reader.checksum(graph)
    join_events(graph)
    assert reader.checksum(graph) == step_by_step


POLICE = {
    "locations": "location_ref,address,town,place_type\nL1,4 Teasel Close,Marrowby,home\n",
    "people": """
        person_ref,given_name,family_name,date_of_birth,sex,phone
        P1,Orrin,Thackwaite,1990-03-07,M,07700 900123
        P2,Delphine,Marrowick,1994-01-20,F,07700 900456
    """,
    "incidents": """
        incident_ref,kind,offence_code,offence,occurred_from,location_ref
        I1,crime,8N,Assault with injury,2026-01-05T22:07,L1
        I2,crime,8N,Assault with injury,2026-01-06T22:41,L1
    """,
    "deaths": """
        death_ref,person_ref,category,found_at,location_ref,coroner_area,coroner_ref
        D1,P1,unexpected_not_suspicious,2026-03-01T08:11,L1,Seaward,2026-0007
    """,
    "involvements": "event_ref,person_ref,role\nI1,P1,suspect\nI1,P2,victim\nI2,P1,suspect\nI2,P2,victim\n",
}
AMBULANCE = {
    "locations": "location_ref,address,town,place_type\nX9,4 Teasel Close,Marrowby,home\n",
    "incidents": """
        incident_ref,kind,occurred_from,reported_at,location_ref,patient_sex,patient_age_band
        A1,ambulance,2026-01-05T22:09,2026-01-05T22:20,X9,F,25-34
        A2,ambulance,2026-03-01T08:15,2026-03-01T08:30,X9,M,35-44
    """,
}
CORONER = {
    "people": "person_ref,given_name,family_name,date_of_birth\nC1,Orrin,Thackwaite,1990-03-07\n",
    "deaths": "death_ref,person_ref,found_at,coroner_area,coroner_ref\nM1,C1,2026-03-01T09:00,Seaward,2026-0007\n",
}


@pytest.mark.slow
def test_extracts_loaded_in_any_order_give_the_same_events(graph: Connection, tmp_path: Path) -> None:
    extracts = [
        write_extract(tmp_path / "p", POLICE, source="police"),
        write_extract(tmp_path / "a", AMBULANCE, source="ambo", agency_kind="ambulance", identifiable=False),
        write_extract(tmp_path / "c", CORONER, source="coroner", agency_kind="coroner"),
    ]
    found = []
    for order in permutations(extracts):
        empty(graph)
        for extract in order:
            load(graph, extract)
        found.append((events(graph), reader.checksum(graph)))
    assert found[0][0] == {
        "ambo:A1": ["ambo:A1", "police:I1"],
        "ambo:A2": ["ambo:A2", "coroner:M1", "police:D1"],
    }
    assert all(other == found[0] for other in found)
