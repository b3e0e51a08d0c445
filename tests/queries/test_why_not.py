"""The first condition that was not met, on a rule of two events with one suspect."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.connection import Connection
from queries.rule import load_rules, read_rule
from queries.why_not import steps, why_not

Draw = Callable[[str], None]
WriteRule = Callable[..., Path]


def test_a_query_is_taken_apart_into_clauses_and_conditions_in_their_order() -> None:
    query = (
        "MATCH (a:Incident)\nWHERE a.id IN $anchors\nMATCH (p)-[:SUSPECT_IN]->(a)\nWHERE p.x = 1\n"
        "  AND NOT EXISTS {\n    MATCH (p)--(q)\n    WHERE q.y = 2\n  }\n"
        "WITH p, a\nORDER BY p.id\nWHERE p.z > 1\n  OR p.z < 0\nRETURN p.id AS person\n"
    )
    assert [(step.kind, step.text.split("\n")[0], step.line) for step in steps(query)] == [
        ("clause", "MATCH (a:Incident)", 1),
        ("clause", "MATCH (p)-[:SUSPECT_IN]->(a)", 3),
        ("condition", "WHERE p.x = 1", 4),
        ("condition", "AND NOT EXISTS {", 5),
        ("clause", "WITH p, a", 9),
        ("condition", "WHERE p.z > 1", 11),
    ]


def test_every_rule_can_be_taken_apart() -> None:
    for rule in load_rules().values():
        found = steps(rule.query)
        assert found[0].text.startswith("MATCH"), rule.id
        assert any(step.kind == "condition" or step.text.startswith("CALL") for step in found), rule.id


@pytest.mark.parametrize(
    ("patterns", "verdict", "says"),
    [
        (
            """(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
               (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 123})""",
            "fires",
            "it fires",
        ),
        (
            """(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
               (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 140})""",
            "not_met",
            "(here abs(b.occurred_day - a.occurred_day) is 40, $window_days is 30)",
        ),
        (
            """(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
               (p)-[:SUSPECT_IN]->(b:Incident)""",
            "not_met",
            "abs(b.occurred_day - a.occurred_day) is not known: the field is missing",
        ),
        (
            """(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
               (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 100, event_id: 'a'})""",
            "not_met",
            "not met: b.event_id <> a.event_id (here b.event_id is a, a.event_id is a)",
        ),
        (
            "(p:Person)-[:VICTIM_IN]->(a:Incident {occurred_day: 100})",
            "no_pattern",
            "nothing of the shape that it looks for next: MATCH (p:Person)-[:SUSPECT_IN]->(a)",
        ),
    ],
)
def test_the_first_condition_that_was_not_met_is_named_with_its_values(
    graph: Connection, draw: Draw, write_rule: WriteRule, patterns: str, verdict: str, says: str
) -> None:
    draw(patterns)
    found = why_not(graph, read_rule(write_rule()), {"a": "Incident"})
    assert (found.verdict, says in found.says) == (verdict, True), found.says


def test_a_rule_that_starts_elsewhere_is_asked_from_the_nearest_places_it_starts_at(
    graph: Connection, draw: Draw, write_rule: WriteRule
) -> None:
    draw(
        """(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
        (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 200})
        (q:Person)-[:LIVES_AT]->(l:Location)"""
    )
    rule = read_rule(write_rule())
    assert "is 100" in why_not(graph, rule, {"p": "Person"}).says
    nowhere = why_not(graph, rule, {"q": "Person"})
    assert (nowhere.verdict, "starts at a Incident" in nowhere.says) == ("no_anchor", True)
    assert "is 100" not in why_not(graph, rule, {"p": "Person"}, parameters={"window_days": 150}).says


def test_a_condition_inside_a_part_of_its_own_is_named_when_it_alone_was_in_the_way(
    graph: Connection, draw: Draw
) -> None:
    draw(
        """(a:Death {occurred_day: 20000, near_miss: true})-[:OCCURRED_AT]->(l:Location)
        (b:Death {occurred_day: 20030})-[:OCCURRED_AT]->(l)"""
    )
    rule = load_rules()["near_miss_then_death"]
    assert why_not(graph, rule, {"b": "Death"}).verdict == "fires"
    late = why_not(graph, rule, {"b": "Death"}, parameters={"window_days": 29})
    assert (late.verdict, late.says) == ("not_met", "met but for: n.occurred_day >= day - $window_days")
    assert rule.query.splitlines()[(late.line or 0) - 1].strip() == "AND n.occurred_day >= day - $window_days"
