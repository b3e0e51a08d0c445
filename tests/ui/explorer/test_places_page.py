"""The page of places through the app's entry point: the list by state, one place, and what it must never show."""

import pytest

from graph.connection import Connection
from tests.algorithms.made_places import deaths_from_counts, usual
from tests.ui.explorer.test_pages import links, opened, words
from tests.ui.test_monitoring import HOMES, write_nodes_of
from ui.explorer import frame
from ui.service import Service, open_service

LONG = "Saint Ethelburga's Nursing and Convalescent House for Retired Lighthouse Keepers *of* the " + "Wraxholme" * 6


@pytest.fixture
def watched(graph: Connection, explorer: None) -> Service:
    """Three years of deaths at care homes; one rises in the last year, and one has a long name with marks in it."""
    counts = usual(HOMES)
    counts[7, 26:] += 3
    write_nodes_of(graph, deaths_from_counts(counts))
    graph.write("MATCH (l:Location {id: 'niche:H003'}) SET l.name = $name", name=LONG)
    graph.write(
        "MATCH (i:Death) WITH i ORDER BY i.id LIMIT 30 "
        "CREATE (:Person {id: 'person:' + i.id, name: 'Quillon Staveley'})-[:CARER_IN {nominal_ids: ['x']}]->(i)"
    )
    return open_service()


def test_the_list_shows_places_with_more_deaths_than_usual_and_leads_to_the_others(watched: Service) -> None:
    app = opened(frame.PLACES)
    said = words(app)
    assert "1 place with more deaths than usual" in said
    assert "Home 007" in " ".join(label for label, _ in links(app))
    assert "Worth a look" in said
    quiet = next(link for link in links(app) if link[0].startswith("Nothing unusual"))
    assert quiet == ("Nothing unusual (11)", "state=quiet")
    every = opened(frame.PLACES, state="all")
    assert f"{HOMES} places" in words(every)
    assert "Home 007" in " ".join(label for label, _ in links(every))
    # By name, not by rank: the one with the alarm stands where its name puts it.
    names = [label for label, query in links(every) if query.startswith("id=")]
    assert names == sorted(names)


def test_a_place_says_what_alarmed_what_could_be_wrong_and_how_far_the_data_goes(watched: Service) -> None:
    app = opened(frame.PLACES, id="niche:H007")
    said = words(app)
    for part in (
        "Rise, ",
        "were expected",
        "More people live or stay there than before",
        "Ask first what changed there",
        "How far the data can be trusted",
        "Months without any report",
        "Sep 2026",
        "Nov 2024 (past)",
    ):
        assert part in said, part
    assert len(app.get("vega_lite_chart")) == 2


def test_a_place_without_an_alarm_has_its_chart_and_no_alarm(watched: Service) -> None:
    app = opened(frame.PLACES, id="niche:H001")
    assert "Nothing unusual" in words(app)
    assert "Rise, " not in words(app)
    assert len(app.get("vega_lite_chart")) == 2


@pytest.mark.parametrize("query", [{}, {"state": "all"}, {"id": "niche:H007"}])
def test_nobody_who_works_at_a_place_is_named(watched: Service, query: dict[str, str]) -> None:
    assert "Staveley" not in words(opened(frame.PLACES, **query))


def test_a_long_name_with_marks_in_it_is_shown_as_it_is(watched: Service) -> None:
    app = opened(frame.PLACES, id="niche:H003")
    assert "\\*of\\* the" in app.title[0].value


def test_figures_stand_until_something_is_loaded(watched: Service, graph: Connection) -> None:
    assert "1 place with more deaths than usual" in words(opened(frame.PLACES))
    # Behind the explorer's back: no load, so nothing to work out anew.
    graph.write("MATCH (l:Location {id: 'niche:H007'}) SET l.name = 'Renamed House'")
    assert "Home 007" in " ".join(label for label, _ in links(opened(frame.PLACES)))
    graph.write("CREATE (:LoadRun {id: 'run:1', load_id: 'niche@2', ended_at: datetime('2026-11-01T05:00:00Z')})")
    assert "Renamed House" in " ".join(label for label, _ in links(opened(frame.PLACES)))


def test_no_alarm_is_not_said_to_be_nothing_there(watched: Service, graph: Connection) -> None:
    graph.write("MATCH (d:Death)-[:OCCURRED_AT]->(:Location {id: 'niche:H007'}) DETACH DELETE d")
    said = words(opened(frame.PLACES))
    assert "No place with more deaths than usual" in said
    assert "That is not the same as nothing there: at 1 of 12 places there are too few deaths" in said


def test_an_unknown_place_names_the_near_ones(watched: Service) -> None:
    app = opened(frame.PLACES, id="Home 0077")
    assert app.title[0].value == "This place cannot be shown"
    assert "Home 007" in words(app)


def test_without_places_or_past_the_page_says_what_is_missing(world: Service) -> None:
    app = opened(frame.PLACES)
    assert app.title[0].value == "No places are watched yet"
    assert "place\\_type" in words(app)


def test_of_400_places_twenty_are_shown_and_a_link_leads_on(watched: Service, graph: Connection) -> None:
    graph.write(
        "UNWIND range(1, 400) AS n CREATE (:Location {id: 'niche:K' + n, source: 'niche', ref: 'K' + n, "
        "name: 'Hostel ' + n, place_type: 'hostel'})"
    )
    graph.write("CREATE (:Incident {id: 'niche:new', source: 'niche'})")
    app = opened(frame.PLACES, state="all", type="hostel")
    assert "400 places" in words(app)
    assert sum(query.startswith("id=") for _, query in links(app)) == 20
    assert ("Show 20 more places of 400", "state=all&type=hostel&show=40") in links(app)
