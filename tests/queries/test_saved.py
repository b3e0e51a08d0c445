"""Saved queries: read, checked and run like rules, but they make no findings."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.saved import load_library, run_saved

Draw = Callable[[str], None]

HEAD = """/* ---
id: {id}
title: T
category: c
question: q
description: d
parameters: {{n: {{type: int, default: 1}}}}
--- */
"""


@pytest.mark.parametrize("name", load_library())
def test_every_saved_query_runs_on_an_empty_graph(graph: Connection, name: str) -> None:
    assert run_saved(graph, load_library()[name]) == []


def test_a_person_s_timeline_is_found_from_any_of_their_records(graph: Connection, draw: Draw) -> None:
    draw(
        """(p:Person)-[:SUSPECT_IN {status: 'named'}]->(a:Incident {kind: 'crime', occurred_day: 366, offence: 'Theft'})
        (a)-[:OCCURRED_AT]->(l:Location {name: 'Mill Lane'})
        (p)-[:REPORTED]->(b:Death {occurred_day: 400, category: 'expected'})
        (n1:Nominal)-[:IDENTIFIES]->(p)
        (n2:Nominal)-[:IDENTIFIES]->(p)"""
    )
    rows = run_saved(graph, load_library()["person_timeline"], {"record": "n2"})
    assert [(r["record"], r["day"], r["what"], r["part"], r["place"]) for r in rows] == [
        ("b", date(1971, 2, 5), "expected", "reported", None),
        ("a", date(1971, 1, 2), "Theft", "suspect in", "Mill Lane"),
    ]


def test_mistakes_are_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "one.cypher").write_text(HEAD.format(id="two") + "MATCH (n:Persn)\nRETURN $m AS m")
    with pytest.raises(ThroughlineError) as told:
        load_library(tmp_path)
    lines = [line.removeprefix(f"{tmp_path}/") for line in str(told.value).splitlines()]
    assert lines == [
        "one.cypher:2: id must be the file's name, one",
        "one.cypher:9: :Persn is no label or relationship type of graph/schema.py. Did you mean :Person?",
        "one.cypher:10: $m is not declared under parameters.",
    ]


def test_a_saved_query_that_acts_is_refused_by_name(graph: Connection, tmp_path: Path) -> None:
    (tmp_path / "one.cypher").write_text(
        HEAD.format(id="one") + "CREATE (p:Person {id: toString($n)}) RETURN p.id AS id"
    )
    with pytest.raises(ThroughlineError, match="query one: only reading is allowed here"):
        run_saved(graph, load_library(tmp_path)["one"])
    with pytest.raises(ThroughlineError, match="query one: n must be of type int, not 'x'"):
        run_saved(graph, load_library(tmp_path)["one"], {"n": "x"})
