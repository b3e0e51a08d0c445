"""Nothing but reading: whatever else a query would do is refused before it runs, and the graph stays as it was."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.reader import checksum
from queries.cases import run_cases
from queries.read_only import assert_reads_only
from queries.rule import read_rule
from queries.run import run_rule

WriteRule = Callable[..., Path]
Draw = Callable[[str], None]

ACTS = {
    "creates": ("CREATE (n:Person {id: 'x'}) RETURN n.id AS id", "would change the graph"),
    "sets": ("MATCH (n:Person) SET n.name = 'x' RETURN n.id AS id", "would change the graph"),
    "deletes": ("MATCH (n) DETACH DELETE n", "would change the graph"),
    "merges in batches": (
        "MATCH (n:Person) CALL (n) { MERGE (:Person {id: n.id + 'x'}) } IN TRANSACTIONS RETURN count(*) AS n",
        "would change the graph",
    ),
    "makes an index": ("CREATE INDEX own IF NOT EXISTS FOR (n:Person) ON (n.sex)", "would change the graph"),
    "reads a file of the host": (
        "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row",
        "LOAD CSV would read a file of the server",
    ),
    "drops a projection": (
        "CALL gds.graph.drop('people') YIELD graphName RETURN graphName",
        "the procedure gds.graph.drop is not on the list",
    ),
    "drops a projection in disguise": (
        "MATCH (n:Person) CALL (n) { CALL `gds`.graph . `drop`('people', false) YIELD graphName RETURN graphName } "
        "RETURN graphName",
        "gds.graph.drop",
    ),
    "makes a projection by a function": (
        "MATCH (n:Person) RETURN gds.graph.project('people', n, null) AS g",
        "the function gds.graph.project is not of the language itself",
    ),
    "ends other people's work": ("TERMINATE TRANSACTIONS 'neo4j-transaction-1'", "TerminateTransactions is a command"),
    "reads other people's work": ("SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery", "ShowTransactions"),
    "reads settings": ("CALL dbms.listConfig() YIELD name RETURN name", "dbms.listConfig is not on the list"),
}


@pytest.fixture
def people(graph: Connection, draw: Draw) -> Iterator[Connection]:
    """A graph with a person, an event and a GDS projection, checked to be the same after the test."""
    draw("(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})")
    graph.write("CALL gds.graph.project('people', 'Person', '*') YIELD graphName RETURN graphName")
    before = checksum(graph, ledger=True)
    indexes = graph.read("SHOW INDEXES YIELD name RETURN collect(name) AS names")
    yield graph
    assert checksum(graph, ledger=True) == before
    assert graph.read("SHOW INDEXES YIELD name RETURN collect(name) AS names") == indexes
    assert graph.read("CALL gds.graph.list() YIELD graphName RETURN graphName") == [{"graphName": "people"}]


@pytest.mark.parametrize("deed", ACTS)
def test_a_query_that_does_more_than_read_is_refused(people: Connection, deed: str) -> None:
    query, says = ACTS[deed]
    with pytest.raises(ThroughlineError, match="only reading is allowed here") as told:
        assert_reads_only(people, query)
    assert says in str(told.value)


@pytest.mark.parametrize("deed", ["creates", "reads a file of the host", "drops a projection"])
def test_a_rule_that_does_more_than_read_is_refused_by_name(
    people: Connection, write_rule: WriteRule, deed: str
) -> None:
    query, says = ACTS[deed]
    rule = replace(read_rule(write_rule()), query=query)
    for run in (lambda: list(run_rule(people, rule)), lambda: list(run_cases(people, rule))):
        with pytest.raises(ThroughlineError, match="rule two_events: only reading is allowed here") as told:
            run()
        assert says in str(told.value)


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (n:Person) WHERE n.id IN ['p'] RETURN n.id AS id",
        "MATCH (n:Location) RETURN point.distance(n.point, n.point) AS d, date.truncate('year', date()) AS y",
        "CALL db.index.fulltext.queryNodes('person_text', 'x') YIELD node RETURN node.id AS id",
        "RETURN 'CALL gds.graph.drop()' AS text // gds.graph.drop()",
    ],
)
def test_a_query_that_reads_is_allowed(graph: Connection, query: str) -> None:
    assert assert_reads_only(graph, query)["operatorType"].startswith("ProduceResults")


def test_a_mistake_in_the_query_is_told_as_the_server_tells_it(graph: Connection) -> None:
    with pytest.raises(ThroughlineError, match="the query is not valid: Variable `m` not defined"):
        assert_reads_only(graph, "MATCH (n:Person) RETURN m.id AS id")


def test_a_rule_that_never_ends_is_stopped_by_name(people: Connection, write_rule: WriteRule) -> None:
    endless = ("MATCH (p:Person)", "UNWIND range(1, 10000000000) AS n\nWITH a, max(n * 1.1) AS n\nMATCH (p:Person)")
    begun = time.monotonic()
    with pytest.raises(ThroughlineError, match=r"rule two_events: the query ran longer than 1 s and was stopped"):
        list(run_rule(people, read_rule(write_rule(endless)), timeout_s=1))
    assert time.monotonic() - begun < 15
