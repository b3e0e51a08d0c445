"""Mutants: which mistakes are made in a query, which case notices each, and what is said of those that none notices."""

from collections.abc import Callable
from pathlib import Path

from graph.connection import Connection
from queries.cases import read_cases
from queries.check import Records, check
from queries.lock import read_lines
from queries.mutants import mutants
from queries.mutation import mutation_problems, try_mutants
from queries.rule import read_rule

WriteRule = Callable[..., Path]


def _names(query: str) -> list[str]:
    return [mutant.name for mutant in mutants(query)]


def test_each_condition_is_left_out_and_each_comparator_turned() -> None:
    query = "MATCH (a)\nWHERE a.id IN $anchors\n  AND a.day <= $days\nRETURN a"
    found = {mutant.name: mutant.query.splitlines()[1:3] for mutant in mutants(query)}
    assert found == {
        "without WHERE a.id IN $anchors": ["WHERE true", "  AND a.day <= $days"],
        "without AND a.day <= $days": ["WHERE a.id IN $anchors", "  AND true"],
        "AND a.day <= $days: <= becomes <": ["WHERE a.id IN $anchors", "  AND a.day < $days"],
        "AND a.day <= $days: <= becomes >": ["WHERE a.id IN $anchors", "  AND a.day > $days"],
    }
    assert [mutant.line for mutant in mutants(query)] == [2, 3, 3, 3]


def test_an_alternative_is_left_out_by_making_it_false() -> None:
    found = {mutant.name: mutant.query for mutant in mutants("MATCH (a)\nWHERE a.x = 1\n  OR a.y IS NULL\nRETURN a")}
    assert found["without WHERE a.x = 1"].splitlines()[1:3] == ["WHERE false", "  OR a.y IS NULL"]
    assert found["without anything beside WHERE a.x = 1"].splitlines()[1] == "WHERE true"
    assert found["without OR a.y IS NULL"].splitlines()[2] == "  OR false"
    assert found["OR a.y IS NULL: IS NULL becomes IS NOT NULL"].splitlines()[2] == "  OR a.y IS NOT NULL"


def test_a_condition_over_several_lines_goes_as_one() -> None:
    query = (
        "MATCH (a)\nWHERE NOT EXISTS {\n    MATCH (a)-->(b)\n    WHERE b.x > 1\n  }\n  AND a.y = 'AND z < 2'\nRETURN a"
    )
    found = {mutant.name: mutant.query for mutant in mutants(query)}
    outer = found["without WHERE NOT EXISTS { MATCH (a)-->(b) WHERE b.x > 1 }"]
    assert outer == "MATCH (a)\nWHERE true\n  AND a.y = 'AND z < 2'\nRETURN a"
    assert "WHERE true\n  }" in found["without WHERE b.x > 1"]
    assert "WHERE EXISTS {" in found["WHERE NOT EXISTS {: without NOT"]


def test_arrows_patterns_assignments_strings_and_comments_are_no_comparators() -> None:
    query = "MATCH (a)<-[:X]-(b)-->(c)<--(d) // a < b\nRETURN reduce(t = 0, x IN [1] | t + x), '<', a.name =~ 'x' AS y"
    assert _names(query) == []


def test_two_mistakes_of_one_name_are_told_apart() -> None:
    assert _names("MATCH (a)\nWHERE a.x = 1\nMATCH (b)\nWHERE a.x = 1\nRETURN a")[2:] == [
        "without WHERE a.x = 1 (2)",
        "WHERE a.x = 1: = becomes <> (2)",
    ]


def test_good_cases_kill_every_mutant(graph: Connection, write_rule: WriteRule) -> None:
    rule = read_rule(write_rule())
    report = try_mutants(graph, rule, read_cases(rule.cases_path))
    assert report.survived == []
    assert report.count == 6
    assert graph.read("MATCH (n) RETURN count(n) AS n")[0]["n"] == 0


NO_EDGE = """cases:
  - name: two events
    graph: |
      (p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
      (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 123})
    finds: [{person: p, event_a: a, event_b: b, days_apart: 23}]
    explains: ["p in a and b, 23 of 30 days."]
  - name: one event
    graph: |
      (p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
    finds: []
  - name: too far apart
    graph: |
      (p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
      (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 323})
    finds: []
"""
EDGE = "a.occurred_day) <= $window_days: <= becomes <"


def test_a_mutant_that_no_case_notices_is_told_with_what_to_write(graph: Connection, write_rule: WriteRule) -> None:
    rule = read_rule(write_rule(cases=NO_EDGE))
    problems = list(mutation_problems(rule, try_mutants(graph, rule, read_cases(rule.cases_path))))
    assert len(problems) == 1
    assert problems[0].line == 26
    assert f'{EDGE}", why: ...}}' in problems[0].message


def test_a_survivor_is_allowed_with_a_reason_and_a_stale_reason_fails(graph: Connection, write_rule: WriteRule) -> None:
    listed = (
        f'survivors:\n  - {{mutant: "abs(b.occurred_day - {EDGE}", why: the edge does not matter here}}\n'
        '  - {mutant: "without WHERE a.id IN $anchors", why: never needed}\n'
        '  - {mutant: "without WHERE a.id IN $anchor", why: misspelt}\n'
        '  - {mutant: "no reason"}\n'
    )
    rule = read_rule(write_rule(cases=NO_EDGE + listed))
    problems = list(mutation_problems(rule, try_mutants(graph, rule, read_cases(rule.cases_path))))
    assert [(p.line, p.message) for p in problems] == [
        (21, "why is missing"),
        (19, "this mutant is noticed by 'two events': take it off the survivors"),
        (20, "there is no such mutant: take it off the survivors. Did you mean without WHERE a.id IN $anchors?"),
    ]


def test_what_was_proved_is_not_tried_again_until_query_or_cases_change(
    graph: Connection, write_rule: WriteRule, tmp_path: Path
) -> None:
    path, records = write_rule(), Records(proofs=tmp_path / "mutants.json")
    first = check([path], graph, records=records, keep=True)
    assert (first.problems, [r.rule for r in first.mutants], first.proved) == ([], ["two_events"], [])
    assert read_lines(tmp_path / "mutants.json")["two_events"]["mutants"] == 6
    again = check([path], graph, records=records)
    assert (again.mutants, again.proved) == ([], ["two_events"])
    cases = path.with_suffix(".cases.yml")
    cases.write_text(cases.read_text("utf-8").replace("occurred_day: 131", "occurred_day: 132"), "utf-8")
    after = check([path], graph, records=records, keep=True)
    assert [p.message for p in after.problems] == []
    assert [r.rule for r in after.mutants] == ["two_events"]


def test_a_rule_with_a_surviving_mutant_is_not_noted_as_proved(
    graph: Connection, write_rule: WriteRule, tmp_path: Path
) -> None:
    records = Records(proofs=tmp_path / "mutants.json")
    assert len(check([write_rule(cases=NO_EDGE)], graph, records=records, keep=True).problems) == 1
    assert read_lines(tmp_path / "mutants.json") == {}


def test_mutants_are_left_out_on_request(graph: Connection, write_rule: WriteRule) -> None:
    assert check([write_rule(cases=NO_EDGE)], graph, mutants=False).problems == []
