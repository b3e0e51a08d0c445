"""Why a rule says nothing about somebody or something: the first condition of its query that was not met."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from neo4j.exceptions import DriverError, Neo4jError

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.reader import cypher
from queries.cypher_text import code_and_strings, code_only
from queries.mutants import conditions
from queries.rule_model import Rule
from queries.run import assert_reads_only, data_as_of, given, native

# Clauses that begin a line outside all brackets; what stands before one is a whole query but for its RETURN.
_CLAUSE = re.compile(r"^(OPTIONAL MATCH|MATCH|WITH|UNWIND|CALL|RETURN|UNION|ORDER BY|LIMIT|SKIP)\b", re.MULTILINE)
_COMPARED = re.compile(r"<=|>=|<>|=~|(?<![-<>=])=(?!~)|(?<!-)<(?![-=>])|(?<![-=])>(?!=)")
_OPENING, _CLOSING = "([{", ")]}"
# Anchors looked at around something that is no anchor itself; a hub would have thousands (count).
MOST_ANCHORS = 300
HUB = 100
TIMEOUT_S = 20.0
# Values shown of one condition (count).
MOST_VALUES = 3


@dataclass(frozen=True)
class Step:
    """A piece of a query that may let nothing through. text: the clause or condition; head: the query up to and with
    the clause, without its conditions; before: the query up to this condition.
    """

    kind: str
    text: str
    line: int
    before: str


@dataclass(frozen=True)
class WhyNot:
    """What a rule makes of something. verdict: fires, not_met, no_pattern, no_anchor, not_about or cannot_say.

    condition, line: what was not met and where it stands in the rule's file; values: what stood on its two sides; says:
    the same in a sentence.
    """

    rule: str
    title: str
    status: str
    verdict: str
    says: str
    condition: str | None = None
    line: int | None = None
    values: list[dict[str, Any]] = field(default_factory=list)


def why_not(
    connection: Connection, rule: Rule, about: Mapping[str, str], *, parameters: Mapping[str, Any] | None = None
) -> WhyNot:
    """Return why a rule does not fire about something, or that it does.

    about: id -> label of the nodes in question (of a person, their own node). parameters: the force's own values.
    """
    found = _Question(connection, rule, about, parameters)
    try:
        return found.answer()
    except (Neo4jError, DriverError, ThroughlineError) as error:
        return found.told("cannot_say", f"it could not be taken apart: {str(error)[:200]}")


class _Question:
    def __init__(
        self, connection: Connection, rule: Rule, about: Mapping[str, str], parameters: Mapping[str, Any] | None
    ) -> None:
        self._connection = connection
        self._rule = rule
        self._about = dict(about)
        self._values = {**rule.values(parameters), **given(data_as_of(connection))}

    def told(self, verdict: str, says: str, step: Step | None = None, values: Sequence[dict[str, Any]] = ()) -> WhyNot:
        text, line = (" ".join(step.text.split()), step.line) if step is not None else (None, None)
        rule = self._rule
        return WhyNot(rule.id, rule.title, rule.status, verdict, says, text, line, list(values))

    def answer(self) -> WhyNot:
        own = [id_ for id_, label in self._about.items() if self._is_anchor(label)]
        first = self._from(own) if own else None
        if first is not None and first.verdict != "no_pattern":
            return first
        # A victim is no suspect: what a rule says about her it says starting from somebody else.
        around = [id_ for id_ in self._around() if id_ not in own]
        if around:
            found = self._from(around)
            if first is None or found.verdict == "fires":
                return found
            return replace(found, says=f"starting here, {first.says}; starting at those around, {found.says}")
        label, reach = self._rule.anchor.label, self._rule.anchor.reach
        return first or self.told("no_anchor", f"it starts at a {label}, and there is none within {reach} hops")

    def _from(self, anchors: Sequence[str]) -> WhyNot:
        self._values["anchors"] = list(anchors)
        assert_reads_only(self._connection, self._rule.query, self._values)
        rows = self._connection.read(self._rule.query, TIMEOUT_S, **self._values)
        if rows:
            if any(self._names(row) for row in rows):
                return self.told("fires", "it fires: `throughline findings list` shows it once `detect` has run")
            return self.told("not_about", "it fires close by, but what it finds there does not include this")
        for step in steps(self._rule.query):
            if not self._lets_through(step):
                return self._not_met(step)
        return self.told("cannot_say", "each condition is met on its own way, but the whole gives nothing")

    def _not_met(self, step: Step) -> WhyNot:
        if step.text.startswith("CALL"):
            return self._not_met_inside(step)
        if step.kind != "condition":
            text = " ".join(step.text.split())
            return self.told("no_pattern", f"there is nothing of the shape that it looks for next: {text}", step)
        values = self._sides(step)
        shown = "; ".join(_side_words(side) for side in values)
        text = re.sub(r"^(WHERE|AND)\s+", "", " ".join(step.text.split()))
        return self.told("not_met", f"not met: {text}{f' (here {shown})' if shown else ''}", step, values)

    def _not_met_inside(self, step: Step) -> WhyNot:
        """Return which condition inside a CALL was in the way: each that, left out alone, lets something through."""
        alone = []
        for condition in conditions(code_and_strings(step.text)):
            text = f"{step.text[: condition.start]}{condition.word} true{step.text[condition.end :]}"
            said = step.text[condition.start : condition.end]
            if condition.word not in ("OR", "XOR") and self._lets_through(Step("clause", text, step.line, step.before)):
                line = step.line + step.text.count("\n", 0, condition.start)
                alone.append(Step("condition", said, line, step.before))
        if not alone:
            return self.told(
                "no_pattern", "more than one thing is missing in this part", replace(step, text="CALL ...")
            )
        texts = [re.sub(r"^(WHERE|AND)\s+", "", " ".join(one.text.split())) for one in alone]
        return self.told("not_met", f"met but for: {'; or but for: '.join(texts)}", alone[0])

    def _is_anchor(self, label: str) -> bool:
        return label == self._rule.anchor.label or (label == "Death" and self._rule.anchor.label == "Incident")

    def _around(self) -> list[str]:
        rows = self._connection.read(
            "UNWIND $ids AS id MATCH (n:Person|Incident|Location|ProtectiveOrder|Object {id: id}) "
            "RETURN DISTINCT elementId(n) AS id",
            ids=list(self._about),
        )
        seen = {row["id"] for row in rows}
        frontier = set(seen)
        for _ in range(self._rule.anchor.reach):
            near = self._connection.read(cypher("one_hop"), ids=sorted(frontier)[:MOST_ANCHORS], hub=HUB)
            frontier = {row["id"] for row in near} - seen
            seen |= frontier
        found = self._connection.read(
            "MATCH (n) WHERE elementId(n) IN $ids AND $label IN labels(n) RETURN n.id AS id ORDER BY id LIMIT $most",
            ids=sorted(seen),
            label=self._rule.anchor.label,
            most=MOST_ANCHORS,
        )
        return [row["id"] for row in found]

    def _names(self, row: Mapping[str, Any]) -> bool:
        named = {column for group in (self._rule.about, self._rule.evidence) for cs in group.values() for column in cs}
        for column in named:
            value = row.get(column)
            if any(one in self._about for one in (value if isinstance(value, list) else [value])):
                return True
        return False

    def _lets_through(self, step: Step) -> bool:
        query = f"{step.before}\n{step.text}\nRETURN 1 AS one LIMIT 1"
        return bool(self._connection.read(query, TIMEOUT_S, **self._values))

    def _sides(self, step: Step) -> list[dict[str, Any]]:
        """Return what stood on the two sides of a comparison, for the first few rows that reached it."""
        text = re.sub(r"^(WHERE|AND)\s+", "", step.text.strip())
        cut = _comparator(text)
        if cut is None:
            return []
        left, right = text[: cut[0]].strip(), text[cut[1] :].strip()
        if re.match(r"NOT\b", left) or re.search(r"\b(OR|AND|XOR)\b", code_only(text)):
            return []
        query = f"{step.before}\nRETURN DISTINCT {left} AS left, {right} AS right LIMIT {MOST_VALUES}"
        try:
            rows = self._connection.read(query, TIMEOUT_S, **self._values)
        except (Neo4jError, DriverError, ThroughlineError):
            return []
        return [
            {
                "left": left,
                "is": native(row["left"]),
                "sign": text[cut[0] : cut[1]],
                "right": right,
                "than": native(row["right"]),
            }
            for row in rows
        ]


def steps(query: str) -> list[Step]:
    """Return the pieces of a query in the order in which rows pass through them: each clause, then its conditions.

    Conditions inside brackets belong to their clause. Where a WHERE holds an OR, it is one condition. Raises
    ThroughlineError for a UNION outside brackets, which has no such order.
    """
    code = code_and_strings(query)
    depth = _depths(code)
    starts = [m for m in _CLAUSE.finditer(code) if depth[m.start()] == 0]
    if any(m.group(1) == "UNION" for m in starts):
        raise ThroughlineError("a rule of two parts joined by UNION has no one way through")
    body = [m for m in starts if m.group(1) not in ("ORDER BY", "LIMIT", "SKIP")]
    outside = [c for c in conditions(code) if c.depth == 0]
    found: list[Step] = []
    for at, match in enumerate(body):
        if match.group(1) == "RETURN":
            break
        end = body[at + 1].start() if at + 1 < len(body) else len(query)
        own = [c for c in outside if match.start() <= c.start < end]
        head_end = own[0].start if own else end
        line = query.count("\n", 0, match.start()) + 1
        before = query[: match.start()]
        head = query[match.start() : head_end].rstrip()
        found.append(Step("clause", head, line, before))
        pieces = [(c.start, c.end) for c in own]
        if any(c.word in ("OR", "XOR") for c in own):
            pieces = [(own[0].start, own[-1].end)]
        for start, stop in pieces:
            text = query[start:stop]
            if "$anchors" not in text:
                found.append(Step("condition", text, query.count("\n", 0, start) + 1, query[:start].rstrip()))
    return found


def _comparator(text: str) -> tuple[int, int] | None:
    code = code_and_strings(text)
    depth = _depths(code)
    signs = [m for m in _COMPARED.finditer(code) if depth[m.start()] == 0]
    return (signs[0].start(), signs[0].end()) if len(signs) == 1 else None


def _depths(code: str) -> list[int]:
    depth, found = 0, []
    for sign in code:
        if sign in _CLOSING:
            depth -= 1
        found.append(depth)
        if sign in _OPENING:
            depth += 1
    return found


def _side_words(side: Mapping[str, Any]) -> str:
    if side["is"] is None or side["than"] is None:
        missing = side["left"] if side["is"] is None else side["right"]
        return f"{missing} is not known: the field is missing"
    return f"{side['left']} is {side['is']}, {side['right']} is {side['than']}"
