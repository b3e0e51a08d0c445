"""Check rules: what their files say, what they may do, and what their cases prove; all problems at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.budget import MEASURED, figure_problems, figure_remarks
from queries.cases import Case, parse_cases, refuse_loaded, run_case
from queries.lock import LOCK, lock_problems
from queries.mutation import MutationReport, mutation_problems, read_survivors, try_mutants
from queries.plan_sample import planning_sample
from queries.problem import Problem, shown_path
from queries.proofs import PROOFS, is_proved, keep_proof
from queries.read_only import assert_reads_only, details_of, first_step, operator_of, scans, seeks_anchors
from queries.rule import parse_rules
from queries.rule_model import Rule
from queries.run import Progress, given

MIN_NEGATIVE = 2


@dataclass(frozen=True)
class Records:
    """The machine files that rules are compared with; None leaves that comparison out."""

    lock: Path | None = None
    proofs: Path | None = None
    measured: Path | None = None


OURS = Records(LOCK, PROOFS, MEASURED)


@dataclass
class CheckReport:
    """What a check found. mutants: those tried now, rule by rule; proved: rules whose mutants were tried before."""

    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    mutants: list[MutationReport] = field(default_factory=list)
    proved: list[str] = field(default_factory=list)


def check_files(
    paths: Sequence[Path], connection: Connection, *, mutants: bool = True, records: Records | None = None
) -> list[Problem]:
    """Return every problem of rule files, also of those that cannot be read as rules, sorted by file and line."""
    return check(paths, connection, mutants=mutants, records=records).problems


def check_rules(rules: Mapping[str, Rule], connection: Connection, *, mutants: bool = True) -> list[Problem]:
    """Return every problem of rules that could be read, the machine files apart, sorted by file and line.

    connection: to an empty scratch graph with the schema's indexes. Raises ThroughlineError when it is not empty.
    """
    report = CheckReport()
    _run_checks(list(rules.values()), connection, report, mutants, Records(), None)
    return sorted(set(report.problems))


def check(
    paths: Sequence[Path],
    connection: Connection,
    *,
    mutants: bool = True,
    records: Records | None = None,
    only: str | None = None,
    keep: bool = False,
    progress: Progress | None = None,
) -> CheckReport:
    """Return what is wrong with rule files, and what should be known besides.

    mutants: try them, where the proofs do not say that it was done. keep: add to the proofs what was proved now.
    only: look at this one rule. progress: shown one stage, in rules.
    """
    records = records or Records()
    rules, problems = parse_rules(paths)
    report = CheckReport(list(problems))
    chosen = [rule for rule in rules if only is None or rule.id == only]
    _run_checks(chosen, connection, report, mutants, records, progress)
    if records.lock is not None:
        report.problems += lock_problems(rules, records.lock)
    if records.measured is not None:
        report.problems += figure_problems(chosen, records.measured)
        report.remarks += figure_remarks(chosen, records.measured)
    if keep and records.proofs is not None:
        faulty = {problem.file for problem in report.problems}
        for tried in report.mutants:
            rule = next(rule for rule in chosen if rule.id == tried.rule)
            if not {shown_path(rule.cases_path), shown_path(rule.path)} & faulty:
                keep_proof(rule, tried, records.proofs)
    if only is not None:
        report.problems = [problem for problem in report.problems if Path(problem.file).name.split(".")[0] == only]
    report.problems = sorted(set(report.problems))
    return report


def _run_checks(
    rules: Sequence[Rule],
    connection: Connection,
    report: CheckReport,
    mutants: bool,
    records: Records,
    progress: Progress | None,
) -> None:
    refuse_loaded(connection, "rules check")
    with planning_sample(connection):
        planned = [problem for rule in rules for problem in _plan_problems(rule, connection)]
    report.problems += planned
    unplanned = {problem.file for problem in planned}
    advance = progress.stage("Checking rules", len(rules)) if progress is not None else None
    for rule in rules:
        _check_cases(rule, connection, report, mutants, records, run=shown_path(rule.path) not in unplanned)
        if advance is not None:
            advance(1)


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
    yield from _daily_problems(rule, connection, values)
    for scan in scans(plan):
        yield Problem(file, rule.query_line, f"the plan reads everything of a kind ({scan}): reach it from the anchors")


def _daily_problems(rule: Rule, connection: Connection, values: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(rule.daily, str):
        return
    file, line = shown_path(rule.path), rule.lines.get("daily", 1)
    try:
        assert_reads_only(connection, rule.daily, values)
    except ThroughlineError as error:
        yield Problem(file, line, f"daily: {str(error).splitlines()[0]}")
        return
    if not re.search(r"\bAS id\b", rule.daily):
        yield Problem(file, line, f"daily: the query must return the ids of {rule.anchor.label} as id")


def _check_cases(
    rule: Rule, connection: Connection, report: CheckReport, mutants: bool, records: Records, *, run: bool
) -> None:
    cases, problems = parse_cases(rule.cases_path)
    problems = [*problems, *_too_few(rule, cases)]
    # What does more than read, or cannot be planned, is not run even on a scratch graph.
    for result in (run_case(connection, rule, case) for case in cases if run):
        for failure in result.failures:
            problems.append(Problem(result.case.file, result.case.line, f"{result.name}: {failure}"))
    report.problems += problems
    if not mutants:
        report.problems += read_survivors(rule)[1]
    elif records.proofs is not None and is_proved(rule, records.proofs):
        report.proved.append(rule.id)
    elif run and not problems:
        # What a mutant does says nothing while the rule itself fails its cases.
        tried = try_mutants(connection, rule, cases)
        report.mutants.append(tried)
        report.problems += mutation_problems(rule, tried)


def _too_few(rule: Rule, cases: Sequence[Case]) -> Iterator[Problem]:
    file = shown_path(rule.cases_path)
    if not any(case.positive and case.explains for case in cases):
        yield Problem(file, 1, "at least one case must find something and state its sentence (explains)")
    negative = sum(not case.positive for case in cases)
    if negative < MIN_NEGATIVE:
        yield Problem(file, 1, f"at least {MIN_NEGATIVE} cases must find nothing (finds: []), not {negative}")
