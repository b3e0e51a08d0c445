"""Nothing but reading: what the server plans to do with a query is read before it may run.

The server refuses every write of a READ session, but such a session can still read a file of the host (`LOAD CSV`),
call procedures and functions that act (`gds.graph.drop`, `gds.graph.project`), and end other people's transactions.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import neo4j
from neo4j.exceptions import ClientError, Neo4jError

from graph.connection import Connection, as_throughline_error
from graph.errors import ThroughlineError
from queries.cypher_text import namespaced_calls

Plan = Mapping[str, Any]

# Short on purpose. What is not here is refused, and whoever adds to it says why it can only read.
PROCEDURES_ALLOWED = {
    "db.index.fulltext.querynodes": "searches a full-text index; names are found this way",
    "db.index.fulltext.queryrelationships": "searches a full-text index",
}
# Functions with a namespace come from the language itself or from a plug-in; a plug-in's may act or reach the network.
NAMESPACES_ALLOWED = {
    "point": "distance and bounding box, computed from values",
    "date": "truncation, computed from values",
    "datetime": "truncation and epoch, computed from values",
    "localdatetime": "truncation, computed from values",
    "time": "truncation, computed from values",
    "localtime": "truncation, computed from values",
    "duration": "differences of dates, computed from values",
    "vector": "similarity, computed from values",
}
_CALL_IN_PLAN = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\(")
_ADMINISTRATION = ("Show", "Terminate")


def assert_reads_only(connection: Connection, query: str, parameters: Mapping[str, Any] | None = None) -> Plan:
    """Return the server's plan for a query that only reads; nothing runs.

    Raises ThroughlineError saying what the query would do beyond reading, or what is wrong with it.
    """
    with connection.read_session() as session:
        try:
            text: Any = "EXPLAIN " + query
            summary = session.run(text, dict(parameters or {})).consume()
        except ClientError as error:
            raise as_throughline_error(error, None) from error
        except Neo4jError as error:
            raise ThroughlineError(f"the server cannot plan the query: {error.message}") from error
    plan = summary.plan
    if plan is None:
        raise ThroughlineError("the server gave no plan for the query, so that it cannot be shown that it only reads")
    doubts = list(_beyond_reading(summary, plan, query))
    if doubts:
        raise ThroughlineError("only reading is allowed here: " + "; ".join(dict.fromkeys(doubts)))
    return plan


def _beyond_reading(summary: neo4j.ResultSummary, plan: Plan, query: str) -> Iterator[str]:
    if summary.query_type != "r":
        yield "the query would change the graph"
    calls = {word.text.lower() for word in namespaced_calls(query)}
    for step in steps(plan):
        operator, details = operator_of(step), details_of(step)
        if operator == "LoadCSV":
            yield "LOAD CSV would read a file of the server"
        if operator.startswith(_ADMINISTRATION):
            yield f"{operator} is a command of administration"
        if operator == "ProcedureCall":
            name = details.split("(", 1)[0].strip()
            if name.lower() not in PROCEDURES_ALLOWED:
                yield f"the procedure {name} is not on the list of those that only read"
        else:
            calls |= {name.lower() for name in _CALL_IN_PLAN.findall(details)}
    for name in sorted(calls - PROCEDURES_ALLOWED.keys()):
        if name.split(".", 1)[0] not in NAMESPACES_ALLOWED and not _is_known_procedure(name, plan):
            yield f"the function {name} is not of the language itself"


def _is_known_procedure(name: str, plan: Plan) -> bool:
    # A refused procedure is already named as one; its name in the text is not a function as well.
    return any(
        operator_of(step) == "ProcedureCall" and details_of(step).lower().startswith(f"{name}(") for step in steps(plan)
    )


def steps(plan: Plan) -> Iterator[Plan]:
    """Yield every step of a plan, the one that runs last first."""
    yield plan
    for child in plan.get("children", ()):
        yield from steps(child)


def operator_of(step: Plan) -> str:
    """Return the operator's name without the database's."""
    return str(step["operatorType"]).split("@", 1)[0]


def details_of(step: Plan) -> str:
    """Return what the step says about itself."""
    return str(step.get("args", {}).get("Details") or "")


def first_step(plan: Plan) -> Plan:
    """Return the step that runs first."""
    while plan.get("children"):
        plan = plan["children"][0]
    return plan


def seeks_anchors(step: Plan, label: str) -> bool:
    """Return whether the step looks up `$anchors` in the label's index."""
    operator, details = operator_of(step), details_of(step)
    return "IndexSeek" in operator and f":{label}(id)" in details.replace("`", "") and "$anchors" in details


def scans(plan: Plan) -> list[str]:
    """Return the steps that read every node or relationship of a kind, in words."""
    return [f"{operator_of(step)} {details_of(step)}".strip() for step in steps(plan) if "Scan" in operator_of(step)]
