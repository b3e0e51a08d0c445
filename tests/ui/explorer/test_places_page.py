"""The page of places through the app's entry point: the list by state, one place, and what it must never show."""

from collections.abc import Iterator

import pytest

from graph.connection import Connection
from tests.algorithms.made_places import deaths_from_counts, usual
from tests.ui.explorer.test_pages import links, opened, words
from tests.ui.test_monitoring import HOMES, write_nodes_of
from ui.explorer import frame
from ui.service import Service, open_service

LONG = "Saint Ethelburga's Nursing and Convalescent House for Retired Lighthouse Keepers *of* the " + "Wraxholme" * 6


@pytest.fixture
def watched(graph: Connection, explorer: None) -> Iterator[Service]:
    """Three years of deaths at care homes; one rises in the last year, and one has a long name with marks in it."""
    counts = usual(HOMES)
    counts[7, 26:] += 3
    write_nodes_of(graph, deaths_from_counts(counts))
    graph.write("MATCH (l:Location {id: 'niche:H003'}) SET l.name = $name", name=LONG)
    graph.write(
        "MATCH (i:Death) WITH i ORDER BY i.id LIMIT 30 "
        "CREATE (:Person {id: 'person:' + i.id, name: 'Quillon Staveley'})-[:CARER_IN {nominal_ids: ['x']}]->(i)"
    )
    yield open_service()
