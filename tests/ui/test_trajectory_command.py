"""`throughline trajectory`, on a real database: a pair whose parts change sides."""

import pytest

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.errors import ThroughlineError
from tests.ui.commands_app import draw, lead_to, run, run_json
from ui.trajectory_service import pair_trajectory, person_trajectory, place_trajectory

# Day 20000 is 4 Oct 2024. Orrin is named against Delphine three times, the second while an order binds him; once she is
# named against him; one event is told by two records.
WORLD = """
    (n:Nominal)-[:IDENTIFIES]->(a:Person {name: 'Orrin Thackwaite'})
    (b:Person {name: 'Delphine Marrowick'})
    (a)-[:SUSPECT_IN {status: 'named'}]->(one:Incident {kind: 'non_crime', occurred_day: 20000, severity_cchi: 1.0})
    (b)-[:VICTIM_IN]->(one)
    (a)-[:SUSPECT_IN {status: 'no_further_action'}]->(two:Incident {kind: 'crime', offence: 'Harassment',
        occurred_day: 20040, severity_cchi: 10.0, flags: ['stalking']})
    (b)-[:VICTIM_IN]->(two)
    (a)-[:SUSPECT_IN {status: 'charged'}]->(three:Incident {kind: 'crime', offence: 'Assault', occurred_day: 20050,
        severity_cchi: 365.0, flags: ['strangulation', 'stalking']})
    (b)-[:VICTIM_IN]->(three)
    (a)-[:SUSPECT_IN]->(again:Incident {kind: 'ambulance', occurred_day: 20050, event_id: 'three', severity_cchi: 1.0})
    (b)-[:SUSPECT_IN {status: 'named'}]->(back:Incident {kind: 'crime', offence: 'Assault', occurred_day: 20045,
        severity_cchi: 10.0})
    (a)-[:VICTIM_IN]->(back)
    (a)-[:WITNESS_IN]->(seen:Incident {kind: 'crime', occurred_day: 20060})
    (c:Person {name: 'Sela Brackenrigg'})-[:VICTIM_IN]->(seen)
    (a)-[:RESPONDENT_TO]->(o:ProtectiveOrder {order_type: 'non_molestation', in_force_from_day: 20041,
        in_force_to_day: 20100})
    (o)-[:PROTECTS]->(b)
    (three)-[:OCCURRED_AT]->(l:Location {address: '1 Mill Lane', postcode: 'ZZ1 1AA'})
    (seen)-[:OCCURRED_AT]->(m:Location {address: '1 MILL LANE', postcode: 'ZZ1 1AA'})
"""


@pytest.fixture
def world(graph: Connection, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Connection:
    lead_to(server, monkeypatch)
    draw(graph, WORLD)
    return graph


def test_a_pair_s_parts_are_never_mixed(world: Connection) -> None:
    view = pair_trajectory(world, "n", "b")
    assert [section.title for section in view.sections] == [
        "Orrin Thackwaite (a) as suspect, Delphine Marrowick (b) as victim",
        "Delphine Marrowick (b) as suspect, Orrin Thackwaite (a) as victim",
    ]
    his, hers = view.sections
    assert [(e.event, e.gap_days) for e in his.entries] == [("one", None), ("two", 40), ("three", 10)]
    assert [e.event for e in hers.entries] == ["back"]
    assert hers.entries[0].people == ("Orrin Thackwaite - victim", "Delphine Marrowick - suspect (named)")
    # What he did does not raise what she is named for, nor the other way round.
    assert (hers.figures is not None and hers.figures.gravity, hers.entries[0].step) == (10.0, "")
    assert his.entries[1].step == "step: 10 harm-days, the gravest before 1"
    assert his.entries[2].step == "step: 365 harm-days, the gravest before 10"


def test_an_event_shows_what_is_new_and_which_order_bound_on_its_day(world: Connection) -> None:
    two, three = pair_trajectory(world, "a", "b").sections[0].entries[1:]
    assert (two.orders, two.markers) == ((), ("stalking (for the first time)",))
    assert three.orders == ("Orrin Thackwaite was under non-molestation order o, which protects Delphine Marrowick",)
    assert three.markers == ("strangulation (for the first time)", "stalking")
    assert (three.records, three.harm) == (("again", "three"), "CCHI 365 days, no ONS score")
    assert three.what == "ambulance and crime: Assault"


def test_a_person_is_shown_as_suspect_as_victim_and_in_other_parts_apart(world: Connection) -> None:
    sections = {s.title: [e.event for e in s.entries] for s in person_trajectory(world, "a").sections}
    assert sections == {
        "as suspect": ["one", "two", "three"],
        "as victim": ["back"],
        "in other parts": ["seen"],
    }
    told = run_json("trajectory", "--person", "a")["sections"][0]
    assert told["figures"]["victims"] == 1
    assert told["rate"].startswith("There are too few people named as suspect")
    assert "365 harm-days" in run("trajectory", "--person", "a")


def test_an_address_is_one_place_under_all_its_records(world: Connection) -> None:
    assert [e.event for e in place_trajectory(world, "l").sections[0].entries] == ["three", "seen"]


def test_allegations_of_a_year_are_listed_without_counting_records_twice(world: Connection) -> None:
    listed = run_json("trajectory", "--allegations")
    assert [(row["person"], row["allegations"], row["harm_days"]) for row in listed] == [("a", 3, 376.0)]


def test_what_cannot_be_asked_is_said(world: Connection) -> None:
    for ask, says in (
        (lambda: pair_trajectory(world, "a", "n"), "one person"),
        (lambda: person_trajectory(world, "l"), "nobody's id"),
        (lambda: place_trajectory(world, "a"), "no place a"),
    ):
        with pytest.raises(ThroughlineError, match=says):
            ask()
