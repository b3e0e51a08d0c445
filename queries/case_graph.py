"""The graph of a case, written as Cypher patterns: a small exact reader, checked against the schema.

    (p:Person)-[:FOUND]->(a:Death {occurred_day: 100})
    (p)-[:FOUND]->(b:Death {occurred_day: 123}), (b)-[:OCCURRED_AT]->(l:Location)

A variable is the node's id. A node may be named again without its label. Every relationship has a direction.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from neo4j.spatial import WGS84Point

from graph.schema import SCHEMA, Property
from queries.problem import Problem, did_you_mean

_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*)"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<string>'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign><-|->|[-(){}\[\]:,|.])"
)
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "float": (float, int),
    "boolean": (bool,),
    "date": (date,),
    "datetime": (datetime,),
    "point": (WGS84Point,),
    "list<string>": (list,),
    "list<float>": (list,),
}


@dataclass
class CaseNode:
    """A node of a case."""

    id: str
    label: str
    properties: dict[str, Any]
    line: int


@dataclass
class CaseRelationship:
    """A relationship of a case, between ids."""

    type: str
    start: str
    end: str
    properties: dict[str, Any]
    line: int


@dataclass
class CaseGraph:
    """The nodes (by id) and relationships of a case, and what is wrong with them."""

    nodes: dict[str, CaseNode] = field(default_factory=dict)
    relationships: list[CaseRelationship] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


class _Mistake(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read_case_graph(text: str, file: str = "graph", first_line: int = 1) -> CaseGraph:
    """Return the graph of the patterns, checked against the schema; problems carry file and line.

    Reading stops at the first mistake of form; mistakes against the schema are all reported.
    """
    graph = CaseGraph()
    try:
        _Reader(list(_tokens(text, first_line)), graph, first_line).patterns()
    except _Mistake as mistake:
        graph.problems.append(Problem(file, mistake.line, mistake.message))
        return graph
    graph.problems += [Problem(file, line, message) for line, message in _against_schema(graph)]
    if not graph.problems:
        _fill_in(graph)
    return graph


def _tokens(text: str, first_line: int) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        line = first_line + text.count("\n", 0, at)
        if match is None:
            raise _Mistake(line, f"cannot read {text[at : at + 20].splitlines()[0]!r} in a graph pattern")
        if match.lastgroup != "space":
            yield _Token(str(match.lastgroup), match.group(), line)
        at = match.end()


class _Reader:
    def __init__(self, tokens: list[_Token], graph: CaseGraph, first_line: int) -> None:
        self._tokens = tokens
        self._graph = graph
        self._at = 0
        self._last_line = tokens[-1].line if tokens else first_line

    def patterns(self) -> None:
        while self._peek() is not None:
            self._path()
            if self._see(","):
                self._take(",")

    def _path(self) -> None:
        left = self._node()
        while self._see("-") or self._see("<-"):
            line = self._line()
            backwards = self._take("-", "<-").text == "<-"
            name, properties = self._relationship()
            forwards = self._take("-", "->").text == "->"
            right = self._node()
            if forwards == backwards:
                raise _Mistake(line, f"[:{name}] needs one direction: -[:{name}]-> or <-[:{name}]-")
            start, end = (right, left) if backwards else (left, right)
            self._graph.relationships.append(CaseRelationship(name, start, end, properties, line))
            left = right

    def _node(self) -> str:
        line = self._line()
        self._take("(")
        token = self._peek()
        if token is None or token.kind != "name":
            raise _Mistake(line, "every node needs a name, which is its id: (a:Death), and again as (a)")
        name, label = self._name("a node's name"), None
        if self._see(":"):
            self._take(":")
            label = self._name("a label")
            if self._see(":"):
                raise _Mistake(line, f"({name}) has several labels: state the most special one; a Death is an Incident")
        properties = self._map() if self._see("{") else {}
        self._take(")")
        known = self._graph.nodes.get(name)
        if known is None:
            if label is None:
                raise _Mistake(line, f"({name}) has no label where it is first named.{self._near(name)}")
            self._graph.nodes[name] = CaseNode(name, label, properties, line)
        else:
            if label is not None and label != known.label:
                raise _Mistake(line, f"({name}) is a {known.label} on line {known.line}, and a {label} here")
            for key, value in properties.items():
                if key in known.properties and known.properties[key] != value:
                    raise _Mistake(line, f"({name}) already has another {key} on line {known.line}")
                known.properties[key] = value
        return name

    def _near(self, name: str) -> str:
        return did_you_mean(name, self._graph.nodes)

    def _relationship(self) -> tuple[str, dict[str, Any]]:
        self._take("[")
        token = self._peek()
        if token is not None and token.kind == "name":
            self._name("a relationship's name")
        self._take(":")
        name = self._name("a relationship type")
        if self._see("|"):
            raise _Mistake(self._line(), "a relationship of a case has one type")
        properties = self._map() if self._see("{") else {}
        self._take("]")
        return name, properties

    def _map(self) -> dict[str, Any]:
        self._take("{")
        found: dict[str, Any] = {}
        while not self._see("}"):
            key = self._name("a property")
            if key in found:
                raise _Mistake(self._line(), f"{key} is stated twice")
            self._take(":")
            found[key] = self._value()
            if not self._see("}"):
                self._take(",")
        self._take("}")
        return found

    def _value(self) -> Any:
        token = self._next("a value")
        if token.kind == "number":
            return int(token.text) if re.fullmatch(r"-?\d+", token.text) else float(token.text)
        if token.kind == "string":
            return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), token.text[1:-1])
        if token.text == "[":
            return self._list()
        if token.text.lower() in ("true", "false"):
            return token.text.lower() == "true"
        if token.text in ("date", "datetime", "point"):
            return self._called(token)
        raise _Mistake(token.line, f"{token.text} is no value: a number, 'text', true, [..], date('2020-01-31')")

    def _list(self) -> list[Any]:
        found = []
        while not self._see("]"):
            found.append(self._value())
            if not self._see("]"):
                self._take(",")
        self._take("]")
        return found

    def _called(self, token: _Token) -> Any:
        self._take("(")
        if token.text == "point":
            stated = self._map()
            value: Any = None
            if stated.keys() == {"latitude", "longitude"}:
                value = WGS84Point((float(stated["longitude"]), float(stated["latitude"])))
        else:
            text = self._next("a text").text[1:-1]
            value = _moment(token.text, text)
        if value is None:
            raise _Mistake(
                token.line,
                "write date('2020-01-31'), datetime('2020-01-31T12:00:00Z') or point({latitude: 51.5, longitude: 0.1})",
            )
        self._take(")")
        return value

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _line(self) -> int:
        token = self._peek()
        return token.line if token else self._last_line

    def _see(self, text: str) -> bool:
        token = self._peek()
        return token is not None and token.kind == "sign" and token.text == text

    def _next(self, expected: str) -> _Token:
        token = self._peek()
        if token is None:
            raise _Mistake(self._last_line, f"the pattern ends where {expected} should stand")
        self._at += 1
        return token

    def _take(self, *signs: str) -> _Token:
        token = self._next(" or ".join(signs))
        if token.kind != "sign" or token.text not in signs:
            raise _Mistake(token.line, f"{' or '.join(signs)} should stand where {token.text!r} stands")
        return token

    def _name(self, expected: str) -> str:
        token = self._next(expected)
        if token.kind != "name":
            raise _Mistake(token.line, f"{expected} should stand where {token.text!r} stands")
        return token.text


def _moment(kind: str, text: str) -> date | datetime | None:
    try:
        if kind == "date":
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _against_schema(graph: CaseGraph) -> Iterator[tuple[int, str]]:
    for node in graph.nodes.values():
        if node.label not in SCHEMA.nodes:
            yield node.line, f"unknown label :{node.label}.{did_you_mean(node.label, SCHEMA.nodes, ':')}"
            continue
        if "id" in node.properties:
            yield node.line, f"({node.id}) must not state an id: its name is its id"
        yield from _properties(node.properties, SCHEMA.node(node.label).properties, f":{node.label}", node.line)
    for relationship in graph.relationships:
        name, line = relationship.type, relationship.line
        if name not in SCHEMA.relationships:
            yield line, f"unknown relationship type :{name}.{did_you_mean(name, SCHEMA.relationships, ':')}"
            continue
        declared = SCHEMA.relationship(name)
        for id_, allowed in ((relationship.start, declared.starts), (relationship.end, declared.ends)):
            label = graph.nodes[id_].label
            if label in SCHEMA.nodes and not {label, *SCHEMA.node(label).also} & set(allowed):
                yield line, f"({id_}:{label}) cannot be an end of this: the schema has {declared.drawing}"
        yield from _properties(relationship.properties, declared.properties, f":{name}", line)


def _properties(
    stated: dict[str, Any], declared: tuple[Property, ...], what: str, line: int
) -> Iterator[tuple[int, str]]:
    known = {prop.name: prop for prop in declared}
    for name, value in stated.items():
        if name == "id":
            continue
        if name not in known:
            yield line, f"{what} has no property {name}.{did_you_mean(name, known)}"
            continue
        kind = known[name].type
        fits = isinstance(value, _PYTHON_TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")
        if kind == "date" and isinstance(value, datetime):
            fits = False
        if not fits:
            yield line, f"{what}: {name} is {kind} in the schema, not {value!r}"


def _fill_in(graph: CaseGraph) -> None:
    """Add what every record of the graph carries, so that a case states only what it is about."""
    event_of = _events(graph)
    for node in graph.nodes.values():
        add = node.properties.setdefault
        if node.label in ("Incident", "Death"):
            add("event_id", event_of[node.id])
            if "occurred_day" in node.properties:
                add("occurred_span_days", 0)
        if node.label == "Death":
            add("kind", "death")
        if node.label == "Person":
            add("name", node.id)
        if node.label == "Location" and {"latitude", "longitude"} <= node.properties.keys():
            add("point", WGS84Point((float(node.properties["longitude"]), float(node.properties["latitude"]))))


def _events(graph: CaseGraph) -> dict[str, str]:
    """Return the event of every record: the smallest id among those that SAME_EVENT joins, as the loader does."""
    event = {id_: id_ for id_ in graph.nodes}
    pairs = [(r.start, r.end) for r in graph.relationships if r.type == "SAME_EVENT"]
    for _ in pairs:
        for start, end in pairs:
            event[start] = event[end] = min(event[start], event[end])
    return event
