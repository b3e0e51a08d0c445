"""The reader of a case's graph: what is read, what is refused and where, and that nothing is lost on the way."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j.spatial import WGS84Point

from queries.case_graph import read_case_graph


def test_a_path_is_read_in_both_directions() -> None:
    graph = read_case_graph("(p:Person)-[:FOUND]->(a:Death)<-[:DECEASED_IN]-(x:Person)")
    assert [(r.start, r.type, r.end) for r in graph.relationships] == [("p", "FOUND", "a"), ("x", "DECEASED_IN", "a")]
    assert {n.id: n.label for n in graph.nodes.values()} == {"p": "Person", "a": "Death", "x": "Person"}


def test_several_patterns_stand_on_lines_or_after_commas() -> None:
    graph = read_case_graph("(p:Person), (a:Death) // a remark\n(p)-[:FOUND]->(a)\n(p)-[f:REPORTED]->(a)")
    assert [r.type for r in graph.relationships] == ["FOUND", "REPORTED"]


def test_values_have_the_types_of_the_schema() -> None:
    graph = read_case_graph(
        "(i:Incident {occurred_day: -3, flags: ['a', 'b'], summary: \"it's \\\"so\\\"\", severity_cchi: 2.5, "
        "reported_at: datetime('2020-01-31T12:00:00Z'), outcome_on: date('2020-02-01')})"
        "-[:OCCURRED_AT]->(l:Location {point: point({latitude: 51.5, longitude: 0.1}), is_hub: true})"
    )
    assert graph.problems == []
    stated = graph.nodes["i"].properties
    assert stated["occurred_day"] == -3
    assert stated["flags"] == ["a", "b"]
    assert stated["summary"] == 'it\'s "so"'
    assert stated["reported_at"] == datetime(2020, 1, 31, 12, tzinfo=UTC)
    assert stated["outcome_on"] == date(2020, 2, 1)
    assert graph.nodes["l"].properties["point"] == WGS84Point((0.1, 51.5))


def test_what_every_record_carries_is_filled_in() -> None:
    graph = read_case_graph(
        "(b:Death {occurred_day: 5})-[:SAME_EVENT]->(a:Incident)-[:SAME_EVENT]->(c:Incident) "
        "(p:Person) (q:Person {name: 'Ada Sample'}) (l:Location {latitude: 51.5, longitude: 0.1}) "
        "(e:Incident {event_id: 'other'})"
    )
    nodes = {n.id: n.properties for n in graph.nodes.values()}
    assert [nodes[id_]["event_id"] for id_ in "abce"] == ["a", "a", "a", "other"]
    assert nodes["b"]["kind"] == "death"
    assert nodes["b"]["occurred_span_days"] == 0
    assert (nodes["p"]["name"], nodes["q"]["name"]) == ("p", "Ada Sample")
    assert nodes["l"]["point"] == WGS84Point((0.1, 51.5))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("(p:Person)\n(:Death)", 2, "every node needs a name"),
        ("(p)", 1, "(p) has no label where it is first named"),
        ("(person:Person)\n(persn)-[:FOUND]->(a:Death)", 2, "Did you mean person?"),
        ("(p:Person)-[:FOUND]-(a:Death)", 1, "[:FOUND] needs one direction"),
        ("(p:Person)<-[:FOUND]->(a:Death)", 1, "[:FOUND] needs one direction"),
        ("(p:Person)-->(a:Death)", 1, "[ should stand where '->' stands"),
        ("(p:Person)-[:FOUND|REPORTED]->(a:Death)", 1, "a relationship of a case has one type"),
        ("(a:Incident:Death)", 1, "state the most special one"),
        ("(a:Incident)\n(a:Death)", 2, "(a) is a Incident on line 1, and a Death here"),
        ("(a:Death {occurred_day: 1})\n(a {occurred_day: 2})", 2, "(a) already has another occurred_day"),
        ("(a:Death {occurred_day: 1, occurred_day: 1})", 1, "occurred_day is stated twice"),
        ("(a:Death {occurred_day: yesterday})", 1, "yesterday is no value"),
        ("(a:Death {found_at: datetime('2020-01-31')})", 1, "write date('2020-01-31')"),
        ("(a:Death {closed_on: date('2020-02-31')})", 1, "write date('2020-01-31')"),
        ("(a:Death", 1, "the pattern ends where ) should stand"),
        ("(p:Person)\n\n(a:Death) & (b:Death)", 3, "cannot read '& (b:Death)'"),
        ("(a:Deth)", 1, "unknown label :Deth. Did you mean :Death?"),
        ("(p:Person)-[:FUND]->(a:Death)", 1, "unknown relationship type :FUND. Did you mean :FOUND?"),
        (
            "(a:Death)-[:FOUND]->(p:Person)",
            1,
            "(a:Death) cannot be an end of this: the schema has (:Nominal|Person)-[:FOUND]->(:Incident)",
        ),
        ("(a:Death {occured_day: 1})", 1, ":Death has no property occured_day. Did you mean occurred_day?"),
        ("(a:Death {occurred_day: '1'})", 1, "occurred_day is integer in the schema, not '1'"),
        ("(a:Death {occurred_day: true})", 1, "occurred_day is integer in the schema, not True"),
        ("(a:Death {near_miss: 1})", 1, "near_miss is boolean in the schema, not 1"),
        ("(a:Death {id: 'b'})", 1, "(a) must not state an id"),
        ("(p:Person)-[:FOUND {rol: 'x'}]->(a:Death)", 1, ":FOUND has no property rol"),
    ],
)
def test_each_mistake_is_named_with_its_line(text: str, line: int, says: str) -> None:
    problems = read_case_graph(text).problems
    assert [p.line for p in problems if says in p.message] == [line], [str(p) for p in problems]


def test_lines_are_counted_from_where_the_graph_stands_in_its_file() -> None:
    problems = read_case_graph("(a:Death)\n(b:Deth)", "x.cases.yml", first_line=41).problems
    assert [str(p) for p in problems] == ["x.cases.yml:42: unknown label :Deth. Did you mean :Death?"]


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\\", exclude_categories=("Cs",)), max_size=20)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "occurred_day": st.integers(-30_000, 30_000),
        "summary": TEXTS,
        "flags": st.lists(TEXTS, max_size=3),
        "severity_cchi": st.floats(0, 1e6, allow_nan=False).map(lambda f: round(f, 3)),
    },
)


def _written(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("'", "\\'") + "'"
    return repr(value)


@given(st.dictionaries(NAMES, PROPERTIES, min_size=1, max_size=5), st.data())
def test_whatever_is_written_as_a_pattern_is_read_back(nodes: dict[str, dict[str, Any]], data: st.DataObject) -> None:
    maps = {id_: "{" + ", ".join(f"{k}: {_written(v)}" for k, v in p.items()) + "}" for id_, p in nodes.items()}
    edges = data.draw(
        st.lists(st.tuples(st.sampled_from(list(nodes)), st.sampled_from(list(nodes)), st.booleans()), max_size=5)
    )
    lines = [f"({id_}:Incident {properties})" for id_, properties in maps.items()]
    lines += [
        f"({a})<-[:LINKED_BY_FORCE]-({b})" if back else f"({a})-[:LINKED_BY_FORCE]->({b})" for a, b, back in edges
    ]
    graph = read_case_graph("\n".join(lines))
    assert graph.problems == []
    for id_, stated in nodes.items():
        read = graph.nodes[id_].properties
        assert {name: read[name] for name in stated} == stated
    expected = [(b, a) if back else (a, b) for a, b, back in edges]
    assert [(r.start, r.end) for r in graph.relationships] == expected


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_but_never_breaks_the_reader(text: str) -> None:
    graph = read_case_graph(text)
    assert all(problem.message for problem in graph.problems)
