"""Check rules: what their files say, what they may do, and what their cases prove; all problems at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.cases import Case, parse_cases, refuse_loaded, run_case
from queries.plan_sample import planning_sample
from queries.problem import Problem, shown_path
from queries.read_only import assert_reads_only, details_of, first_step, operator_of, scans, seeks_anchors
from queries.rule import parse_rules
from queries.rule_model import Rule
from queries.run import given

MIN_NEGATIVE = 2


def check_rules(rules: Mapping[str, Rule], connection: Connection) -> list[Problem]:
    """Return every problem of rules that could be read, sorted by file and line.

    connection: to an empty scratch graph with the schema's indexes. Raises ThroughlineError when it is not empty.
    """
    refuse_loaded(connection, "rules check")
    with planning_sample(connection):
        planned = [problem for rule in rules.values() for problem in _plan_problems(rule, connection)]
    unplanned = {problem.file for problem in planned}
    proved = [
        problem
        for rule in rules.values()
        for problem in _case_problems(rule, connection, run=shown_path(rule.path) not in unplanned)
    ]
    return sorted({*planned, *proved})


def check_files(paths: Sequence[Path], connection: Connection) -> list[Problem]:
    """Return every problem of rule files, also of those that cannot be read as rules, sorted by file and line."""
    rules, problems = parse_rules(paths)
    return sorted({*problems, *check_rules({rule.id: rule for rule in rules}, connection)})


def _plan_problems(rule: Rule, connection: Connection) -> Iterator[Problem]:
    file, label = shown_path(rule.path), rule.anchor.label
    try:
        values = {**rule.values(), **given(datetime(1970, 1, 2, tzinfo=UTC)), "anchors": ["a", "b"]}
        plan = assert_reads_only(connection, rule.query, values)
    except ThroughlineError as error:
        line = re.search(r"\(line (\d+), column", str(error))
        yield Problem(file, int(line[1]) if line else rule.query_line, str(error).splitlines()[0])
        return
    first = first_step(plan)
    if not seeks_anchors(first, label):
        yield Problem(
            file,
            rule.query_line,
            f"the plan must start by looking $anchors up in the index of :{label}(id), but starts with "
            f"{operator_of(first)} {details_of(first)}: begin with the anchors, and end that part with WITH DISTINCT",
        )
    for scan in scans(plan):
        yield Problem(file, rule.query_line, f"the plan reads everything of a kind ({scan}): reach it from the anchors")


def _case_problems(rule: Rule, connection: Connection, *, run: bool) -> Iterator[Problem]:
    cases, problems = parse_cases(rule.cases_path)
    yield from problems
    yield from _too_few(rule, cases)
    # What does more than read, or cannot be planned, is not run even on a scratch graph.
    for result in (run_case(connection, rule, case) for case in cases if run):
        for failure in result.failures:
            yield Problem(result.case.file, result.case.line, f"{result.name}: {failure}")


def _too_few(rule: Rule, cases: Sequence[Case]) -> Iterator[Problem]:
    file = shown_path(rule.cases_path)
    if not any(case.positive and case.explains for case in cases):
        yield Problem(file, 1, "at least one case must find something and state its sentence (explains)")
    negative = sum(not case.positive for case in cases)
    if negative < MIN_NEGATIVE:
        yield Problem(file, 1, f"at least {MIN_NEGATIVE} cases must find nothing (finds: []), not {negative}")
