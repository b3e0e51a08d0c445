"""Run a rule: batch after batch of anchors, in sessions that only read, within a time limit."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from neo4j.exceptions import DriverError, Neo4jError

from graph.connection import Connection, Row
from graph.errors import ThroughlineError
from graph.schema import SCHEMA
from graph.settings import settings
from queries.identity import one_row_an_identity
from queries.read_only import Plan, assert_reads_only, first_step, seeks_anchors, steps
from queries.rule_model import Rule

__all__ = ["ANCHORS_A_BATCH", "anchor_ids", "assert_reads_only", "data_as_of", "given", "native", "run_rule"]

log = logging.getLogger(__name__)

# Bounds what one transaction holds. Measured on 100,000 incidents: 500 is a tenth slower, 5,000 no faster.
ANCHORS_A_BATCH = 2_000
# With so few nodes of a label the planner may rightly read them all instead of looking anchors up.
FEW_NODES = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Progress(Protocol):
    """Shows how far a run is: `stage` begins one and returns what is called with each number of steps done."""

    def stage(self, name: str, total: int | None) -> Callable[[int], None]:
        """Begin a stage of so many steps."""


def run_rule(
    connection: Connection,
    rule: Rule,
    *,
    anchors: Sequence[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    as_of: datetime | None = None,
    timeout_s: float | None = None,
    batch_size: int = ANCHORS_A_BATCH,
    progress: Progress | None = None,
) -> Iterator[Row]:
    """Yield one row an identity, columns as the rule returns them, in the order in which they were found.

    anchors: ids to start at; None is every node of the anchor's label. parameters: the force's own values.
    as_of: "now" for the rule, default the data's. timeout_s: longest a batch may take, default the settings'.
    progress: shown one stage, in anchors.
    Raises ThroughlineError, naming the rule, when it does more than read, takes too long, or contradicts itself.
    """
    values = {**rule.values(parameters), **given(as_of or data_as_of(connection))}
    limit = timeout_s or settings().query_timeout_s
    try:
        plan = assert_reads_only(connection, rule.query, {**values, "anchors": ["a", "b"]})
        _refuse_reading_all(connection, rule, plan)
        rows: list[Row] = []
        total = len(anchors) if anchors is not None else _count(connection, rule.anchor.label)
        advance = progress.stage(rule.id, total) if progress is not None else None
        done = 0
        for batch in _batches(connection, rule.anchor.label, anchors, batch_size):
            found = connection.read(rule.query, limit, **{**values, "anchors": batch})
            rows += [{name: native(value) for name, value in row.items()} for row in found]
            done += len(batch)
            if advance is not None:
                advance(len(batch))
        log.info("rule %s: %d anchors, %d rows", rule.id, done, len(rows))
        yield from one_row_an_identity(rule, rows)
    except ThroughlineError as error:
        raise ThroughlineError(f"rule {rule.id}: {error}") from error
    except (Neo4jError, DriverError) as error:
        raise ThroughlineError(f"rule {rule.id}: the server stopped it: {error}") from error


def given(as_of: datetime) -> dict[str, Any]:
    """Return the parameters that the engine gives to every rule, the anchors apart."""
    return {"as_of": as_of, "as_of_day": (as_of.astimezone(UTC).date() - EPOCH.date()).days}


def data_as_of(connection: Connection) -> datetime:
    """Return up to when the graph knows: the newest complete load, else the newest record, else the newest event.

    Never the clock of this machine: the same data give the same answer on any day.
    """
    for query in (
        "MATCH (l:Load {state: 'complete'}) RETURN max(l.extracted_at) AS moment",
        "MATCH (i:Incident) RETURN max(i.recorded_at) AS moment",
    ):
        moment = connection.read(query)[0]["moment"]
        if moment is not None:
            found: datetime = native(moment)
            return found
    day = connection.read("MATCH (i:Incident) RETURN max(i.occurred_day) AS day")[0]["day"]
    return EPOCH + timedelta(days=0 if day is None else day + 1)


def anchor_ids(connection: Connection, label: str, page: int) -> Iterator[list[str]]:
    """Yield all ids of a label in order, page by page; what is added behind the page meanwhile is not seen."""
    SCHEMA.node(label)
    query = f"MATCH (n:{label}) WHERE n.id > $after RETURN n.id AS id ORDER BY n.id LIMIT $page"
    after = ""
    while rows := connection.read(query, after=after, page=page):
        ids = [row["id"] for row in rows]
        yield ids
        after = ids[-1]


def native(value: Any) -> Any:
    """Return the server's dates and times as Python's, also inside lists and maps."""
    if isinstance(value, list):
        return [native(item) for item in value]
    if isinstance(value, dict):
        return {name: native(item) for name, item in value.items()}
    return value.to_native() if hasattr(value, "to_native") else value


def _batches(connection: Connection, label: str, anchors: Sequence[str] | None, size: int) -> Iterator[list[str]]:
    if anchors is None:
        yield from anchor_ids(connection, label, size)
    else:
        ids = sorted(set(anchors))
        yield from (ids[at : at + size] for at in range(0, len(ids), size))


def _count(connection: Connection, label: str) -> int:
    SCHEMA.node(label)
    return int(connection.read(f"MATCH (n:{label}) RETURN count(n) AS n")[0]["n"])


def _refuse_reading_all(connection: Connection, rule: Rule, plan: Plan) -> None:
    label = rule.anchor.label
    if seeks_anchors(first_step(plan), label) or any(seeks_anchors(step, label) for step in steps(plan)):
        return
    if _count(connection, label) > FEW_NODES:
        raise ThroughlineError(
            f"its plan does not look up $anchors in the index of :{label}(id): begin with "
            f"`MATCH (a:{label})` and `WHERE a.id IN $anchors`"
        )
