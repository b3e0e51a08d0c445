"""What `throughline rules check` asks of a rule, each mistake with file and line; and the skeleton of a new rule."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.cases import run_cases
from queries.check import check_files, check_rules
from queries.rule import read_rule, rule_files
from queries.scaffold import new_rule

WriteRule = Callable[..., Path]
Draw = Callable[[str], None]


def _check(graph: Connection, path: Path) -> list[str]:
    return [str(problem).removeprefix(f"{path.parent}/") for problem in check_files([path], graph)]


def test_a_rule_in_order_has_no_problem(graph: Connection, write_rule: WriteRule) -> None:
    assert _check(graph, write_rule()) == []


def test_all_problems_of_all_files_come_at_once(graph: Connection, write_rule: WriteRule) -> None:
    broken = write_rule(("status: active", "status: activ"), name="two_events", pack="deaths")
    failing = write_rule(
        ("days_apart,", "days_apart + 1 AS days_apart,"), ("abs(b.occurred_day - a.occurred_day) AS ", "")
    )
    problems = check_files([broken, failing], graph)
    assert {Path(p.file).parent.name for p in problems} == {"deaths", "people"}


MISTAKES = [
    (
        "MATCH (p:Person)-[:SUSPECT_IN]->(a)",
        "MATCH (p:Person)-[:SUSPECT_IN]->(a) SET p.name = 'x' WITH p, a",
        "cypher:21: only reading is allowed here: the query would change the graph",
    ),
    (
        "MATCH (p:Person)-[:SUSPECT_IN]->(a)",
        "CALL gds.graph.drop('x') YIELD graphName\nMATCH (p:Person)-[:SUSPECT_IN]->(a)",
        "cypher:21: only reading is allowed here: the procedure gds.graph.drop is not on the list",
    ),
    (
        "b.event_id <> a.event_id",
        "b.event_id <> c.event_id",
        "cypher:25: the query is not valid: Variable `c` not defined",
    ),
    (
        "WHERE a.id IN $anchors",
        "WHERE a.event_id IN $anchors",
        "cypher:21: the plan must start by looking $anchors up in the index of :Incident(id)",
    ),
    (
        "MATCH (p)-[:SUSPECT_IN]->(b:Incident)",
        "MATCH (l:Location)\nMATCH (p)-[:SUSPECT_IN]->(b:Incident)",
        "cypher:21: the plan reads everything of a kind (NodeByLabelScan l:Location)",
    ),
    (
        "p.name AS person_name, ",
        "",
        "cases.yml:2: two events: the query does not return person_name, which the metadata names",
    ),
    (
        "<= $window_days",
        "< $window_days - 10",
        'cases.yml:2: two events: expected a row with {"days_apart": 23',
    ),
]


def test_each_mistake_that_shows_on_a_server_has_file_and_line(graph: Connection, write_rule: WriteRule) -> None:
    paths = [
        write_rule((old, new), ("id: two_events", f"id: mistake_{n}"), name=f"mistake_{n}")
        for n, (old, new, _) in enumerate(MISTAKES)
    ]
    problems = [str(problem).removeprefix(f"{paths[0].parent}/") for problem in check_files(paths, graph)]
    for n, (_, _, says) in enumerate(MISTAKES):
        told = [problem for problem in problems if problem.startswith(f"mistake_{n}.")]
        assert any(problem.startswith(f"mistake_{n}.{says}") for problem in told), told


CASE = (
    "  - name: {name}\n    graph: |\n      (p:Person)-[:SUSPECT_IN]->(a:Incident {{occurred_day: 1}})\n    finds: []\n"
)


def test_a_rule_needs_a_positive_case_with_its_sentence_and_two_negative_ones(
    graph: Connection, write_rule: WriteRule
) -> None:
    assert _check(graph, write_rule(cases="cases:\n" + CASE.format(name="one"))) == [
        "two_events.cases.yml:1: at least 2 cases must find nothing (finds: []), not 1",
        "two_events.cases.yml:1: at least one case must find something and state its sentence (explains)",
    ]


def test_a_rule_without_cases_is_told(graph: Connection, write_rule: WriteRule) -> None:
    path = write_rule()
    path.with_suffix(".cases.yml").unlink()
    assert any("the cases cannot be read" in problem for problem in _check(graph, path))


def test_checking_refuses_a_graph_that_holds_anything(graph: Connection, draw: Draw, write_rule: WriteRule) -> None:
    draw("(p:Person)")
    with pytest.raises(ThroughlineError, match="rules check: this graph holds 1 nodes"):
        check_rules({}, graph)


def test_a_new_rule_reads_well_and_opens_with_a_failing_case(graph: Connection, tmp_path: Path) -> None:
    cypher, cases = new_rule("shared_vehicle", "people", tmp_path)
    assert (cypher.name, cases.name) == ("shared_vehicle.cypher", "shared_vehicle.cases.yml")
    rule = read_rule(cypher)
    results = list(run_cases(graph, rule))
    assert [result.passed for result in results] == [False, True, True, True, True, True]
    assert '"days_apart": 24' in results[0].message
    cases.write_text(cases.read_text().replace("days_apart: 24", "days_apart: 23"))
    assert check_files(rule_files(tmp_path), graph) == []


@pytest.mark.parametrize(
    ("name", "pack", "says"),
    [
        ("shared_vehicle", "peple", r"there is no pack peple .* Did you mean people\?"),
        ("Shared Vehicle", "people", "cannot be a rule's id"),
        ("two_events", "people", "the id two_events is already used"),
    ],
)
def test_a_new_rule_that_cannot_be_is_refused(
    write_rule: WriteRule, tmp_path: Path, name: str, pack: str, says: str
) -> None:
    write_rule()
    with pytest.raises(ThroughlineError, match=says):
        new_rule(name, pack, tmp_path)
