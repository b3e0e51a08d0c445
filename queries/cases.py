"""A rule's cases: small graphs, what the rule must find in each, and why. They are its specification."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from math import isclose
from pathlib import Path
from typing import Any

import neo4j
from neo4j.exceptions import Neo4jError

from graph.connection import Connection, Row
from graph.errors import ThroughlineError
from graph.schema import SCHEMA
from graph.writer import write_nodes, write_relationships
from queries.case_graph import CaseGraph, read_case_graph
from queries.explanation import explanation
from queries.identity import as_json, one_row_an_identity
from queries.located_yaml import LocatedYaml, read_yaml
from queries.problem import Problem, refuse, shown_path
from queries.read_only import assert_reads_only
from queries.rule_model import Rule
from queries.run import given, native

CASE_TIMEOUT_S = 20.0
_KEYS = {"name": True, "graph": True, "finds": True, "explains": False, "parameters": False, "as_of": False}


@dataclass(frozen=True)
class Case:
    """One case. finds: the rows expected, each with the columns that matter; explains: the sentences, if stated."""

    name: str
    graph: CaseGraph
    finds: tuple[Row, ...]
    file: str
    line: int
    explains: tuple[str, ...] | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    as_of: datetime | None = None

    @property
    def positive(self) -> bool:
        """Return whether the rule must find something here."""
        return bool(self.finds)


@dataclass(frozen=True)
class CaseResult:
    """What came of one case: the rows, and what was expected and did not come (empty when it passed)."""

    case: Case
    rows: list[Row]
    sentences: list[str]
    failures: list[str]

    @property
    def passed(self) -> bool:
        """Return whether the case passed."""
        return not self.failures

    @property
    def name(self) -> str:
        """Return the case's name."""
        return self.case.name

    @property
    def message(self) -> str:
        """Return where the case stands and what failed, one a line; empty when it passed."""
        where = f"{self.case.file}:{self.case.line}: "
        return "\n".join(f"{where}{failure}" for failure in self.failures)


def read_cases(path: Path) -> list[Case]:
    """Return the cases of one file. Raises ThroughlineError with all problems, each with file and line."""
    cases, problems = parse_cases(path)
    refuse(problems)
    return cases


def parse_cases(path: Path) -> tuple[list[Case], list[Problem]]:
    """Return the cases of a file that could be read, and every problem."""
    file = shown_path(path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [], [Problem(file, 1, f"the cases cannot be read: {error}")]
    document = read_yaml(text, file)
    if document.problems:
        return [], document.problems
    if not isinstance(document.data, dict) or not isinstance(document.data.get("cases"), list):
        return [], [Problem(file, 1, "must begin with `cases:` and hold a list of cases")]
    document.check_keys({"cases": True, "survivors": False})
    block_lines = _block_lines(text)
    cases = [_case(document, n, block_lines) for n in range(len(document.data["cases"]))]
    for name, count in Counter(case.name for case in cases if case).items():
        if count > 1:
            document.problems.append(Problem(file, 1, f"two cases are named {name!r}"))
    return [case for case in cases if case is not None], document.problems


def _block_lines(text: str) -> dict[int, int]:
    # The text of a block (`graph: |`) begins on the line after its key; a text on the key's own line begins there.
    lines = text.splitlines()
    return {n + 1: n + 2 for n, line in enumerate(lines) if line.split("#")[0].rstrip().endswith(("|", "|-", "|+"))}


def _case(document: LocatedYaml, n: int, block_lines: dict[int, int]) -> Case | None:
    where = ("cases", n)
    if not isinstance(document.at(*where), dict):
        document.report("a case is a mapping with name, graph and finds", *where)
        return None
    before = len(document.problems)
    document.check_keys(_KEYS, *where)
    take = document.take
    finds = take("finds", list, "a list of rows: [{person: p}], or [] for none", [], *where)
    if not all(isinstance(row, dict) for row in finds):
        document.report("every row of finds is a mapping of column to value", *where, "finds")
    explains = take("explains", list, "a list of sentences", None, *where)
    if explains is not None and len(explains) != len(finds):
        document.report(f"explains has {len(explains)} sentences for {len(finds)} rows", *where, "explains")
    line = document.line(*where, "graph")
    graph = read_case_graph(take("graph", str, "a text", "", *where), document.file, block_lines.get(line, line))
    document.problems += graph.problems
    if len(document.problems) > before:
        return None
    return Case(
        name=str(take("name", str, "a sentence", "", *where)),
        graph=graph,
        finds=tuple(finds),
        file=document.file,
        line=document.line(*where),
        explains=None if explains is None else tuple(str(sentence).strip() for sentence in explains),
        parameters=take("parameters", dict, "a mapping of parameter to value", {}, *where),
        as_of=_moment(take("as_of", (str, date, datetime), "a date or a time", None, *where)),
    )


def _moment(stated: str | date | datetime | None) -> datetime | None:
    if stated is None:
        return None
    moment = datetime.fromisoformat(stated) if isinstance(stated, str) else stated
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def run_cases(connection: Connection, rule: Rule, cases: Sequence[Case] | None = None) -> Iterator[CaseResult]:
    """Yield the result of every case, each in one transaction that is rolled back.

    connection: to a scratch graph. Raises ThroughlineError when that graph is not empty, and for a rule that does
    more than read; nothing has run then.
    """
    cases = read_cases(rule.cases_path) if cases is None else cases
    try:
        assert_reads_only(
            connection, rule.query, {**rule.values(), **given(datetime(1970, 1, 2, tzinfo=UTC)), "anchors": ["a", "b"]}
        )
    except ThroughlineError as error:
        raise ThroughlineError(f"rule {rule.id}: {error}") from error
    for case in cases:
        yield run_case(connection, rule, case)


def run_case(connection: Connection, rule: Rule, case: Case) -> CaseResult:
    """Return what the rule finds in one case; the graph is as before. The rule must have been shown to only read."""
    parameters = case_values(rule, case)
    with connection.write_session() as session:
        transaction = session.begin_transaction(timeout=CASE_TIMEOUT_S)
        try:
            _refuse_nodes(transaction, f"{case.file}:{case.line}")
            write_case(transaction, case.graph)
            text: Any = rule.query
            found = transaction.run(text, parameters).data()
            anywhere = transaction.run(text, {**parameters, "anchors": []}).data()
        except Neo4jError as error:
            return CaseResult(case, [], [], [f"the query failed: {error.message}"])
        finally:
            # Rolls back; what a case wrote is never seen outside it.
            transaction.close()
    return judged(rule, case, found, parameters, anywhere)


def judged(
    rule: Rule, case: Case, found: Sequence[Row], parameters: Mapping[str, Any], anywhere: Sequence[Row] = ()
) -> CaseResult:
    """Return what came of a case. found: the rows as the server gave them; anywhere: those found without an anchor."""
    rows = [{name: native(value) for name, value in row.items()} for row in found]
    if anywhere:
        return CaseResult(case, rows, [], ["finds something without any anchor: begin with `WHERE x.id IN $anchors`"])
    try:
        rows = one_row_an_identity(rule, rows)
    except ThroughlineError as error:
        return CaseResult(case, rows, [], [str(error)])
    return _compared(rule, case, rows, parameters)


def case_values(rule: Rule, case: Case) -> Row:
    """Return the parameters with which a rule runs on a case, the anchors among them: every node of their label."""
    label = rule.anchor.label
    anchors = sorted(n.id for n in case.graph.nodes.values() if label in (n.label, *SCHEMA.node(n.label).also))
    return {**rule.values(case.parameters), **given(case.as_of or _day_after(case.graph)), "anchors": anchors}


def write_case(transaction: neo4j.Transaction, graph: CaseGraph) -> None:
    """Write the graph of a case with the writer that writes real data."""
    nodes = sorted(graph.nodes.values(), key=lambda n: n.label)
    for label, group in groupby(nodes, key=lambda n: n.label):
        write_nodes(transaction, label, [{"id": node.id, **node.properties} for node in group])

    def kind(relationship: Any) -> tuple[str, str, str]:
        return relationship.type, graph.nodes[relationship.start].label, graph.nodes[relationship.end].label

    for (name, start, end), edges in groupby(sorted(graph.relationships, key=kind), key=kind):
        rows = [{"key": f"{n}", "start": r.start, "end": r.end, **r.properties} for n, r in enumerate(edges)]
        keyed = "key" in SCHEMA.relationship(name).property_names()
        write_relationships(transaction, name, start, end, rows if keyed else [_without_key(row) for row in rows])


def _without_key(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "key"}


def _day_after(graph: CaseGraph) -> datetime:
    days = [node.properties.get("occurred_day") or 0 for node in graph.nodes.values()]
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=max(days, default=0) + 1)


def refuse_loaded(connection: Connection, what: str) -> None:
    """Raise ThroughlineError unless the graph is empty: what cases find must come from the case alone."""
    with connection.read_session() as session, session.begin_transaction() as transaction:
        _refuse_nodes(transaction, what)


def _refuse_nodes(transaction: neo4j.Transaction, what: str) -> None:
    found = transaction.run("MATCH (n) RETURN count(n) AS n").single(strict=True)["n"]
    if found:
        raise ThroughlineError(
            f"{what}: this graph holds {found} nodes: cases need an empty scratch graph, so that what they find comes "
            "from the case alone"
        )


def _compared(rule: Rule, case: Case, rows: list[Row], parameters: Mapping[str, Any]) -> CaseResult:
    failures: list[str] = []
    sentences: list[str] = []
    unmet, left = _matched(case.finds, rows)
    failures += [f"expected a row with {as_json(expected)}" for expected in unmet]
    failures += [f"did not expect the row {as_json(row)}" for row in left]
    if failures and case.finds and not rows:
        failures.append("the rule found nothing")
    missing = {name for row in rows for name in rule.columns_named if name not in row}
    if missing:
        failures.append(f"the query does not return {', '.join(sorted(missing))}, which the metadata names")
    else:
        sentences = [explanation(rule.explain, {**parameters, **row}) for row in rows]
    if case.explains is not None and not failures:
        came = Counter(" ".join(sentence.split()) for sentence in sentences)
        wanted = Counter(" ".join(sentence.split()) for sentence in case.explains)
        failures += [f"expected the sentence: {sentence}" for sentence in (wanted - came)]
        failures += [f"the sentence that came: {sentence}" for sentence in (came - wanted)]
    return CaseResult(case, rows, sentences, failures)


def _matched(expected: Sequence[Row], rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the expected rows that did not come and the rows that were not expected, by the best matching."""
    taken: dict[int, int] = {}

    def place(want: int, tried: set[int]) -> bool:
        for at, row in enumerate(rows):
            if at not in tried and _fits(expected[want], row):
                tried.add(at)
                # A row that another expected row took is freed when that one fits elsewhere: order does not matter.
                if at not in taken or place(taken[at], tried):
                    taken[at] = want
                    return True
        return False

    unmet = [row for want, row in enumerate(expected) if not place(want, set())]
    return unmet, [row for at, row in enumerate(rows) if at not in taken]


def _fits(expected: Row, row: Row) -> bool:
    return all(name in row and _same(value, row[name]) for name, value in expected.items())


def _same(expected: Any, came: Any) -> bool:
    if isinstance(expected, float) and isinstance(came, (int, float)):
        return isclose(expected, came, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(expected, list) and isinstance(came, list):
        return len(expected) == len(came) and all(_same(e, c) for e, c in zip(expected, came, strict=True))
    return bool(expected == came)
