"""What changed since the last detection, and from which anchors of each rule it can be reached.

A load leaves its id on every record and relationship that it writes. A person is derived anew when anything about any
of their records changes; that wipes the number of the detection that last looked at them. What matters to a rule lies
at most `reach` hops from what changed. Records of one event are one event, and places within the rule's largest
distance are one place: both cost no hop. Nothing is reached through a hub, which joins what has nothing to do with
each other.
Anchors of findings that stand are always looked at again: what a load took away makes them stop.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from graph.connection import Connection, Row
from graph.errors import ThroughlineError
from graph.reader import cypher
from graph.writer import write_nodes
from queries.read_only import assert_reads_only
from queries.rule_model import Rule
from queries.run import given

DETECTION = "detection"
# Far above the caps on hubs that rules set for themselves.
HUB_DEGREE = 1_000
BATCH = 5_000
# Past this share of a label's nodes the rule runs everywhere: looking up what changed has not paid.
MOST = 0.5


class Everywhere(Enum):
    """Said instead of anchors: the rule has to look everywhere."""

    EVERYWHERE = "everywhere"


EVERYWHERE = Everywhere.EVERYWHERE
Anchors = list[str] | Everywhere


@dataclass(frozen=True)
class LookedAt:
    """Up to where the last complete detection looked, and what there is now. number: of the detection that begins;
    loads, all_loads: `load id|rows rejected`.
    """

    number: int
    before: int
    loads: frozenset[str]
    all_loads: tuple[str, ...]
    event_judgements: int
    all_event_judgements: int
    rules: dict[str, str] = field(default_factory=dict)

    @property
    def new_loads(self) -> list[str]:
        """Return the complete loads that the last detection did not know."""
        return sorted({tag.rpartition("|")[0] for tag in set(self.all_loads) - self.loads})


def begin(connection: Connection) -> LookedAt:
    """Return up to where the last detection looked, read before anything runs: what a load adds meanwhile stays new."""
    kept = connection.read("MATCH (d:Detection {id: $id}) RETURN properties(d) AS d", id=DETECTION)
    last: Row = kept[0]["d"] if kept else {}
    # Rows of an old load that waited and were written since make it new again: fewer of its rows are rejected.
    loads = connection.read(
        "MATCH (l:Load {state: 'complete'}) "
        "RETURN l.id + '|' + toString(coalesce(l.rows_rejected, 0)) AS id ORDER BY id"
    )
    told = connection.read("MATCH (j:Judgement {about: 'event'}) RETURN count(j) AS n")[0]["n"]
    before = int(last.get("number", 0))
    anew = connection.read(
        "MATCH (p:Person) WHERE coalesce(p.looked_at, $before + 1) > $before RETURN count(p) AS n", before=before
    )[0]["n"]
    return LookedAt(
        number=before + 1 if anew else before,
        before=before,
        loads=frozenset(last.get("load_ids", [])),
        all_loads=tuple(row["id"] for row in loads),
        event_judgements=int(last.get("event_judgements", 0)),
        all_event_judgements=told,
        rules=json.loads(last.get("rules", "{}")),
    )


def finish(connection: Connection, looked: LookedAt, as_of: datetime, rules: Mapping[str, str]) -> None:
    """Note that the rules (id -> fingerprint) have looked at everything that `begin` saw."""
    row = {
        "id": DETECTION,
        "number": looked.number,
        "as_of": as_of,
        "load_ids": list(looked.all_loads),
        "event_judgements": looked.all_event_judgements,
        "rules": json.dumps(dict(rules), sort_keys=True),
    }
    connection.write_in_one(lambda transaction: write_nodes(transaction, "Detection", [row]))


def mark_people(connection: Connection, looked: LookedAt) -> None:
    """Give every person derived anew the number of this detection, before it runs.

    A person derived anew while it runs loses the number again, and a detection that never finishes leaves a number
    above that of the last: both are looked at next time.
    """
    connection.write(cypher("mark_people_looked_at"), before=looked.before, number=looked.number)


def anchors_to_look_at(
    connection: Connection,
    rules: Sequence[Rule],
    looked: LookedAt,
    values: Mapping[str, Mapping[str, Any]],
    as_of: datetime,
) -> dict[str, Anchors]:
    """Return rule id -> the anchors at which a nightly run has to start.

    values: rule id -> parameter values; a rule's largest distance says which places count as one.
    """
    found = changed_since(connection, rules, looked, values)
    for rule in rules:
        anchors = found[rule.id]
        daily = _daily(connection, rule, values[rule.id], as_of)
        if isinstance(anchors, Everywhere) or isinstance(daily, Everywhere):
            found[rule.id] = EVERYWHERE
        else:
            found[rule.id] = sorted({*anchors, *daily, *_standing(connection, rule)})
    return found


def changed_since(
    connection: Connection,
    rules: Sequence[Rule],
    looked: LookedAt,
    values: Mapping[str, Mapping[str, Any]],
) -> dict[str, Anchors]:
    """Return rule id -> the anchors that something new can have touched.

    New is what the new loads wrote, and the people derived anew. Where a load took records away, what stood around them
    is no longer known: then it is everywhere.
    """
    if connection.read(cypher("loads_took_away"), loads=looked.new_loads)[0]["n"]:
        return {rule.id: EVERYWHERE for rule in rules}
    seeds = _seeds(connection, looked)
    found: dict[str, Anchors] = {}
    for metres in sorted({_metres(rule, values[rule.id]) for rule in rules}):
        near = [rule for rule in rules if _metres(rule, values[rule.id]) == metres]
        levels = _levels(connection, seeds, max(rule.anchor.reach for rule in near), metres)
        for rule in near:
            found[rule.id] = _anchors(connection, rule, levels[: rule.anchor.reach + 1])
    return found


def _seeds(connection: Connection, looked: LookedAt) -> set[str]:
    seeds = connection.read(cypher("changed_people"), before=looked.before)
    if looked.new_loads:
        seeds += connection.read(cypher("changed_records"), loads=looked.new_loads)
    if looked.event_judgements != looked.all_event_judgements:
        seeds += connection.read(cypher("judged_events"))
    return {row["id"] for row in seeds}


def _metres(rule: Rule, values: Mapping[str, Any]) -> float:
    """Return the largest distance that a rule looks over, in metres."""
    return max((float(values[p.name]) for p in rule.parameters.values() if p.unit == "m"), default=0.0)


def _levels(connection: Connection, seeds: set[str], reach: int, metres: float) -> list[set[str]]:
    """Return what is first reached after 0, 1, 2 ... hops, as the server's own ids."""
    levels = [_with_equals(connection, seeds, set(), metres)]
    seen = set(levels[0])
    for _ in range(reach):
        rows = _in_batches(connection, "one_hop", levels[-1], hub=HUB_DEGREE)
        level = _with_equals(connection, rows - seen, seen, metres)
        seen |= level
        levels.append(level)
    return levels


def _with_equals(connection: Connection, ids: set[str], seen: set[str], metres: float) -> set[str]:
    """Return the nodes with the other records of their events, and the places near their places."""
    found = ids | _in_batches(connection, "same_events", ids)
    if metres:
        found |= _in_batches(connection, "near_places", found, metres=metres)
    return found - seen


def _in_batches(connection: Connection, query: str, ids: set[str], **values: Any) -> set[str]:
    ordered = sorted(ids)
    return {
        row["id"]
        for at in range(0, len(ordered), BATCH)
        for row in connection.read(cypher(query), ids=ordered[at : at + BATCH], **values)
    }


def _anchors(connection: Connection, rule: Rule, levels: Iterable[set[str]]) -> Anchors:
    label = rule.anchor.label
    nodes = sorted(set().union(*levels))
    found = [
        row["id"]
        for at in range(0, len(nodes), BATCH)
        for row in connection.read(
            f"MATCH (n:{label}) WHERE elementId(n) IN $ids RETURN n.id AS id", ids=nodes[at : at + BATCH]
        )
    ]
    count = connection.read(f"MATCH (n:{label}) RETURN count(n) AS n")[0]["n"]
    return EVERYWHERE if len(found) > MOST * count else found


def _standing(connection: Connection, rule: Rule) -> list[str]:
    rows = connection.read("MATCH (f:Finding {rule: $rule}) WHERE f.active RETURN f.columns AS columns", rule=rule.id)
    return [json.loads(row["columns"])[rule.anchor.column] for row in rows]


def _daily(connection: Connection, rule: Rule, values: Mapping[str, Any], as_of: datetime) -> Anchors:
    """Return the small set that a rule looks at every day, because time alone changes its answer."""
    if not rule.daily:
        return []
    if rule.daily is True:
        return EVERYWHERE
    parameters = {**values, **given(as_of)}
    try:
        assert_reads_only(connection, rule.daily, parameters)
        return [row["id"] for row in connection.read(rule.daily, **parameters)]
    except (ThroughlineError, KeyError) as error:
        raise ThroughlineError(f"rule {rule.id}: daily: {error}") from error
