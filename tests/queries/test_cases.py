"""Running a case: on a real server, in one transaction that is rolled back, with messages that say what came."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.cases import CaseResult, parse_cases, run_cases
from queries.rule import read_rule

WriteRule = Callable[..., Path]

TWO = """cases:
  - name: two events
    graph: |
      (p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
      (p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 123})
"""


def _run(graph: Connection, write_rule: WriteRule, case: str, *changes: tuple[str, str]) -> CaseResult:
    return next(iter(run_cases(graph, read_rule(write_rule(*changes, cases=TWO + case)))))


def test_a_case_that_finds_what_it_says_passes(graph: Connection, write_rule: WriteRule) -> None:
    result = _run(
        graph, write_rule, "    finds: [{person: p, days_apart: 23}]\n    explains: ['p in a and b, 23 of 30 days.']"
    )
    assert result.passed, result.message
    assert (result.name, result.message) == ("two events", "")


def test_the_graph_is_empty_again_after_a_case(graph: Connection, write_rule: WriteRule) -> None:
    _run(graph, write_rule, "    finds: [{person: p}]")
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("    finds: [{person: p, days_apart: 24}]", 'expected a row with {"days_apart": 24, "person": "p"}'),
        ("    finds: [{person: p, days_apart: 24}]", 'did not expect the row {"closeness": 7, "days_apart": 23'),
        ("    finds: []", "did not expect the row"),
        ("    finds: [{person: p}, {person: p}]", "expected a row with"),
        ("    finds: [{days: 23}]", 'expected a row with {"days": 23}'),
        ("    finds: [{person: p}]\n    explains: [something else]", "expected the sentence: something else"),
        ("    finds: [{person: p}]\n    explains: [x]", "the sentence that came: p in a and b, 23 of 30 days."),
    ],
)
def test_what_was_expected_and_what_came_are_both_said(
    graph: Connection, write_rule: WriteRule, case: str, says: str
) -> None:
    result = _run(graph, write_rule, case)
    assert not result.passed
    assert says in result.message
    assert result.message.startswith(f"{result.case.file}:2: ")


def test_a_case_sets_parameters(graph: Connection, write_rule: WriteRule) -> None:
    assert _run(graph, write_rule, "    finds: []\n    parameters: {window_days: 22}").passed


def test_a_case_sets_as_of_and_else_it_is_the_day_after_the_newest_event(
    graph: Connection, write_rule: WriteRule
) -> None:
    column = ("AS closeness", "AS closeness, $as_of_day AS today")
    assert _run(graph, write_rule, "    finds: [{today: 124}]", column).passed
    assert _run(graph, write_rule, "    finds: [{today: 365}]\n    as_of: 1971-01-01", column).passed


def test_a_pair_found_from_either_end_is_one_row_with_its_columns_in_order(
    graph: Connection, write_rule: WriteRule
) -> None:
    result = _run(graph, write_rule, "    finds: [{event_a: a, event_b: b}]")
    assert [(row["event_a"], row["event_b"]) for row in result.rows] == [("a", "b")]


def test_two_different_rows_of_one_identity_fail_the_case(graph: Connection, write_rule: WriteRule) -> None:
    twice = ("MATCH (p:Person)", "UNWIND [1, 2] AS n\nMATCH (p:Person)"), ("AS closeness", "AS closeness, n")
    result = _run(graph, write_rule, "    finds: [{person: p}]", *twice)
    assert "two rows have one identity" in result.message
    assert "but differ in n" in result.message


def test_a_column_that_the_metadata_names_must_come(graph: Connection, write_rule: WriteRule) -> None:
    result = _run(graph, write_rule, "    finds: [{person: p}]", ("p.name AS person_name, ", ""))
    assert "the query does not return person_name" in result.message


def test_a_rule_that_ignores_its_anchors_fails_the_case(graph: Connection, write_rule: WriteRule) -> None:
    result = _run(
        graph, write_rule, "    finds: [{person: p}]", ("WHERE a.id IN $anchors", "WHERE $anchors IS NOT NULL")
    )
    assert "finds something without any anchor" in result.message


def test_expected_rows_are_matched_as_a_whole_whatever_their_order(graph: Connection, write_rule: WriteRule) -> None:
    case = (
        "      (p)-[:SUSPECT_IN]->(c:Incident {occurred_day: 110})\n"
        "    finds: [{person: p}, {person: p, event_b: c}, {event_a: a, event_b: b}]"
    )
    assert _run(graph, write_rule, case).passed


def test_cases_refuse_a_graph_that_holds_anything(graph: Connection, write_rule: WriteRule) -> None:
    graph.write("CREATE (:Person {id: 'somebody'})")
    with pytest.raises(ThroughlineError, match="holds 1 nodes: cases need an empty scratch graph"):
        _run(graph, write_rule, "    finds: [{person: p}]")
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 1}]


@pytest.mark.parametrize(
    ("cases", "line", "says"),
    [
        ("case: []\n", 1, "must begin with `cases:`"),
        ("cases:\n  - graph: (p:Person)\n    finds: []\n", 2, "name is missing"),
        ("cases:\n  - name: x\n    grap: (p:Person)\n    finds: []\n", 3, "unknown key grap. Did you mean graph?"),
        ("cases:\n  - name: x\n    graph: (p:Persn)\n    finds: []\n", 3, "unknown label :Persn"),
        ("cases:\n  - name: x\n    graph: |\n\n      (p:Person)\n      (q:Persn)\n    finds: []\n", 6, "unknown label"),
        ("cases:\n  - name: x\n    graph: (p:Person)\n    finds: p\n", 4, "finds must be a list of rows"),
        ("cases:\n  - name: x\n    graph: (p:Person)\n    finds: [p]\n", 4, "every row of finds is a mapping"),
        ("cases:\n  - name: x\n    graph: (p:Person)\n    finds: []\n    explains: [a]\n", 5, "1 sentences for 0 rows"),
        ("cases:\n  - name: [x\n", 3, "not valid YAML"),
        (2 * "cases:\n" + "  - name: x\n", 2, "cases is stated twice"),
    ],
)
def test_a_mistake_in_a_cases_file_is_named_with_its_line(
    write_rule: WriteRule, cases: str, line: int, says: str
) -> None:
    _, problems = parse_cases(write_rule(cases=cases).with_suffix(".cases.yml"))
    assert line in [p.line for p in problems if says in p.message], [str(p) for p in problems]


def test_two_cases_of_one_name_are_a_mistake(write_rule: WriteRule) -> None:
    case = "  - name: x\n    graph: (p:Person)\n    finds: []\n"
    _, problems = parse_cases(write_rule(cases="cases:\n" + case + case).with_suffix(".cases.yml"))
    assert [p.message for p in problems] == ["two cases are named 'x'"]


def test_a_case_that_never_ends_is_stopped(
    graph: Connection, write_rule: WriteRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queries.cases.CASE_TIMEOUT_S", 1.0)
    endless = ("MATCH (p:Person)", "UNWIND range(1, 1000000000) AS n\nWITH a, max(n * 1.1) AS n\nMATCH (p:Person)")
    result = _run(graph, write_rule, "    finds: []", endless)
    assert "the query failed" in result.message
