"""Try a rule's mutants on its cases: which case kills each, and which survive without a reason."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from graph.connection import Connection
from queries.cases import Case, case_values, judged, write_case
from queries.located_yaml import LocatedYaml, read_yaml
from queries.mutants import Mutant, mutants
from queries.problem import Problem, did_you_mean, shown_path
from queries.rule_model import Rule

# A mutant that runs longer than this on a graph of a few nodes does something else than its rule.
TIMEOUT_S = 10.0
# Mutants tried in one transaction: its time limit is shared by them, and a failed one ends it for all.
TOGETHER = 10


@dataclass(frozen=True)
class Survivor:
    """A mutant that may survive, with the reason, and the line on which the cases file says so."""

    mutant: str
    why: str
    line: int


@dataclass(frozen=True)
class MutationReport:
    """What became of a rule's mutants. killed: mutant -> the case that noticed it."""

    rule: str
    killed: dict[str, str] = field(default_factory=dict)
    survived: list[Mutant] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def count(self) -> int:
        """Return how many mutants there were."""
        return len(self.killed) + len(self.survived)


def try_mutants(connection: Connection, rule: Rule, cases: Sequence[Case]) -> MutationReport:
    """Return which mutants of a rule its cases kill.

    connection: to an empty scratch graph, which stays empty. The rule must have been shown to only read, and all cases
    must pass. A mutant that the server cannot plan, or that takes too long, is killed.
    """
    begun = monotonic()
    alive = mutants(rule.query)
    killed: dict[str, str] = {}
    for case in cases:
        dead: set[str] = set()
        for at in range(0, len(alive), TOGETHER):
            dead |= _killed_by(connection, rule, case, alive[at : at + TOGETHER])
        killed |= dict.fromkeys(sorted(dead), case.name)
        alive = [mutant for mutant in alive if mutant.name not in dead]
    return MutationReport(rule.id, killed, alive, monotonic() - begun)


def _killed_by(connection: Connection, rule: Rule, case: Case, group: Sequence[Mutant]) -> set[str]:
    values = case_values(rule, case)
    dead: set[str] = set()
    left = list(group)
    while left:
        with connection.write_session() as session:
            transaction = session.begin_transaction(timeout=TIMEOUT_S)
            try:
                write_case(transaction, case.graph)
                while left:
                    mutant = left.pop(0)
                    try:
                        if not _passes(transaction, rule, case, mutant, values):
                            dead.add(mutant.name)
                    except (Neo4jError, DriverError):
                        # It ended the transaction too; the others go on in a new one.
                        dead.add(mutant.name)
                        break
            finally:
                transaction.close()
    return dead


def _passes(transaction: neo4j.Transaction, rule: Rule, case: Case, mutant: Mutant, values: dict[str, Any]) -> bool:
    query: Any = mutant.query
    found = transaction.run(query, values).data()
    if not judged(rule, case, found, values).passed:
        return False
    # Only a mutant at the anchors themselves can find something without any.
    if "$anchors" not in mutant.name:
        return True
    return not transaction.run(query, {**values, "anchors": []}).data()


def read_survivors(rule: Rule) -> tuple[list[Survivor], list[Problem]]:
    """Return the mutants that a rule's cases file lets survive, and what is wrong with the list."""
    file = shown_path(rule.cases_path)
    try:
        document = read_yaml(rule.cases_path.read_text("utf-8"), file)
    except (OSError, UnicodeDecodeError):
        return [], []
    if document.problems or not isinstance(document.data, dict) or "survivors" not in document.data:
        return [], []
    stated = document.take("survivors", list, 'a list of {mutant: "...", why: "..."}', [])
    return [s for n in range(len(stated)) if (s := _survivor(document, n)) is not None], document.problems


def _survivor(document: LocatedYaml, n: int) -> Survivor | None:
    where = ("survivors", n)
    if not isinstance(document.at(*where), dict):
        document.report('a survivor is {mutant: "...", why: "..."}', *where)
        return None
    document.check_keys({"mutant": True, "why": True}, *where)
    mutant, why = (document.take(key, str, "a text", "", *where).strip() for key in ("mutant", "why"))
    return Survivor(" ".join(mutant.split()), why, document.line(*where)) if mutant and why else None


def mutation_problems(rule: Rule, report: MutationReport) -> Iterator[Problem]:
    """Yield what is wrong with a rule's mutants: one that survives without a reason, a reason that is not needed."""
    listed, problems = read_survivors(rule)
    yield from problems
    file, cases_file = shown_path(rule.path), shown_path(rule.cases_path)
    allowed = {survivor.mutant for survivor in listed}
    for mutant in report.survived:
        if mutant.name not in allowed:
            entry = f"{{mutant: {json.dumps(mutant.name, ensure_ascii=False)}, why: ...}}"
            message = f"no case notices this mistake, so that one is missing; or list it under survivors: {entry}"
            yield Problem(file, mutant.line, message)
    known = {*report.killed, *(mutant.name for mutant in report.survived)}
    for survivor in listed:
        if survivor.mutant in report.killed:
            case = report.killed[survivor.mutant]
            yield Problem(cases_file, survivor.line, f"this mutant is noticed by {case!r}: take it off the survivors")
        elif survivor.mutant not in known:
            near = did_you_mean(survivor.mutant, known)
            yield Problem(cases_file, survivor.line, f"there is no such mutant: take it off the survivors.{near}")
