"""Graphs drawn as Cypher patterns, and rule files written for one test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.connection import Connection
from queries.case_graph import read_case_graph
from queries.cases import write_case
from queries.problem import refuse

Draw = Callable[[str], None]

RULE = """/* ---
id: two_events
version: 1
status: active
title: Two events with one suspect
question: Is one person suspect in two events?
description: >
  Two events within `window_days`. `closeness` is in days.
parameters:
  window_days: {type: int, default: 30, min: 1, max: 3650, unit: days, why: "for this test"}
anchor: {label: Incident, column: event_a, reach: 2}
identity: {person: one, events: [event_a, event_b]}
about: {Person: person}
evidence: {Incident: [event_a, event_b], Person: person}
strength: closeness
explain: "{person_name} in {event_a} and {event_b}, {days_apart} of {window_days} days."
could_be_wrong: [anything]
action: nothing
history: {1: first version}
--- */
MATCH (a:Incident)
WHERE a.id IN $anchors
MATCH (p:Person)-[:SUSPECT_IN]->(a)
MATCH (p)-[:SUSPECT_IN]->(b:Incident)
WHERE b.event_id <> a.event_id
  AND abs(b.occurred_day - a.occurred_day) <= $window_days
RETURN p.id AS person, p.name AS person_name, a.id AS event_a, b.id AS event_b,
  abs(b.occurred_day - a.occurred_day) AS days_apart,
  $window_days - abs(b.occurred_day - a.occurred_day) AS closeness
"""

CASES = """cases:
  - name: two events
    graph: |
      (p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
      (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 123})
    finds: [{person: p, event_a: a, event_b: b, days_apart: 23}]
    explains: ["p in a and b, 23 of 30 days."]
  - name: as far apart as the window is wide
    graph: |
      (p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
      (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 130})
    finds: [{person: p, event_a: a, event_b: b, days_apart: 30}]
  - name: a day farther apart
    graph: |
      (p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
      (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 131})
    finds: []
  - name: one event
    graph: |
      (p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
    finds: []
  - name: two people
    graph: |
      (p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
      (q:Person)-[:SUSPECT_IN]->(b:Incident {occurred_day: 123})
    finds: []
"""


@pytest.fixture
def draw(graph: Connection) -> Draw:
    """Write the graph of the patterns, checked against the schema; a variable is the id."""

    def write(patterns: str) -> None:
        drawn = read_case_graph(patterns)
        refuse(drawn.problems)
        with graph.write_session() as session, session.begin_transaction() as transaction:
            write_case(transaction, drawn)
            transaction.commit()

    return write


@pytest.fixture
def write_rule(tmp_path: Path) -> Callable[..., Path]:
    """Write the rule two_events and its cases, with texts replaced, and return the rule's path."""

    def write(*changes: tuple[str, str], cases: str = CASES, name: str = "two_events", pack: str = "people") -> Path:
        text = RULE
        for old, new in changes:
            assert old in text, f"the rule of the tests has no {old!r}"
            text = text.replace(old, new)
        folder = tmp_path / pack
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.cypher"
        path.write_text(text, "utf-8")
        path.with_suffix(".cases.yml").write_text(cases, "utf-8")
        return path

    return write
