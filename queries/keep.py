"""Write what a rule found: new findings added, known ones brought up to date, those that no longer fire set aside."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import neo4j

from graph.connection import Row
from graph.errors import ThroughlineError
from graph.ids import person_id
from graph.writer import write_nodes, write_relationships
from queries.explanation import explanation
from queries.identity import Identity, as_json, finding_id, fingerprint, identity_of, in_order
from queries.rule_model import Rule

# Far above any rule's budget: a rule past this has a hub in it, and would fill the memory of whoever lists findings.
MOST_FINDINGS = 20_000


@dataclass(frozen=True)
class Kept:
    """How many findings of a rule are new, were known, and no longer fire."""

    new: int
    kept: int
    cleared: int


@dataclass(frozen=True)
class FoundRow:
    """A row that a rule returned, and the parameter values with which it ran."""

    row: Row
    parameters: Mapping[str, Any]


def keep_findings(
    transaction: neo4j.ManagedTransaction,
    rule: Rule,
    rows: Sequence[FoundRow],
    as_of: datetime,
    anchors: Sequence[str] | None = None,
) -> Kept:
    """Write the findings of one run in one transaction, so that nobody sees half of it.

    rows: one an identity, each with the values that were used. anchors: where the run started; None was everywhere, and
    only what started there can be said to have stopped firing. first_detected, decisions and ids are kept.
    Raises ThroughlineError when the rows name a record that is not in the graph.
    """
    if len(rows) > MOST_FINDINGS:
        raise ThroughlineError(
            f"found {len(rows)} rows, over {MOST_FINDINGS}: cap the hubs that its pattern goes through"
        )
    known = _known(transaction, rule.id)
    values = {id(found.row): found.parameters for found in rows}
    found = {finding_id(rule.id, identity_of(rule, each.row)): each.row for each in rows}
    found = _under_known_ids(transaction, rule, found, known)
    nodes = [_node(rule, id_, row, known.get(id_), values[id(row)], as_of) for id_, row in found.items()]
    write_nodes(transaction, "Finding", nodes)
    _write_edges(transaction, rule, found)
    gone = [
        id_
        for id_, old in known.items()
        if id_ not in found and old.get("active") and _started_at(rule, json.loads(old["columns"]), anchors)
    ]
    transaction.run("MATCH (f:Finding) WHERE f.id IN $ids SET f.active = false", {"ids": gone}).consume()
    return Kept(new=sum(id_ not in known for id_ in found), kept=sum(id_ in known for id_ in found), cleared=len(gone))


def _known(transaction: neo4j.ManagedTransaction, rule_id: str) -> dict[str, Row]:
    result = transaction.run("MATCH (f:Finding {rule: $rule}) RETURN properties(f) AS f", {"rule": rule_id})
    return {record["f"]["id"]: record["f"] for record in result}


def _started_at(rule: Rule, columns: Row, anchors: Sequence[str] | None) -> bool:
    return anchors is None or columns.get(rule.anchor.column) in set(anchors)


def _node(
    rule: Rule, id_: str, row: Row, old: Row | None, parameters: Mapping[str, Any], as_of: datetime
) -> dict[str, Any]:
    strength = row.get(rule.strength) if rule.strength else None
    evidence = _evidence_hash(rule, row)
    sentence, columns = explanation(rule.explain, {**parameters, **row}), as_json(row)
    if old is not None and not in_order(rule, row) and old.get("evidence_hash") == evidence:
        # A pair met from its other end says the same thing the other way round; the sentence people know stays.
        sentence, columns = old["explanation"], old["columns"]
    return {
        "id": id_,
        "rule": rule.id,
        "rule_version": rule.version,
        "title": rule.title,
        "explanation": sentence,
        "strength": None if strength is None else float(strength),
        "expected_by_chance": row.get("expected_by_chance", (old or {}).get("expected_by_chance")),
        "first_detected": (old or {}).get("first_detected", as_of),
        "last_detected": as_of,
        "active": True,
        "identity": as_json(identity_of(rule, row)),
        "columns": columns,
        "parameters": as_json(dict(parameters)),
        "evidence_hash": evidence,
        "experimental": True if rule.status == "experimental" else None,
    }


def _evidence_hash(rule: Rule, row: Row) -> str:
    # What it rests on, not how it is worded or ranked: a changed threshold or a corrected name is no new evidence.
    return fingerprint({label: sorted(_ids(row, columns)) for label, columns in rule.evidence.items()})


def _ids(row: Row, columns: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for column in columns:
        if column not in row:
            raise ThroughlineError(f"the query does not return {column}, which the metadata names")
        value = row[column]
        found |= set(value) if isinstance(value, list) else ({value} if value is not None else set())
    return found


def _write_edges(transaction: neo4j.ManagedTransaction, rule: Rule, found: Mapping[str, Row]) -> None:
    wanted: dict[tuple[str, str, str, str], str] = {}
    for type_, groups in (("ABOUT", rule.about), ("EVIDENCED_BY", rule.evidence)):
        for label, columns in groups.items():
            for id_, row in found.items():
                for column in columns:
                    for end in _ids(row, [column]):
                        wanted[(id_, type_, "Incident" if label == "Death" else label, end)] = column
    present: dict[tuple[str, str, str, str], str] = {}
    result = transaction.run(
        "MATCH (f:Finding) WHERE f.id IN $ids MATCH (f)-[r:ABOUT|EVIDENCED_BY]->(n) "
        "RETURN f.id AS finding, type(r) AS type, labels(n) AS labels, n.id AS end, r.name AS name",
        {"ids": list(found)},
    )
    for record in result:
        label = "Incident" if "Incident" in record["labels"] else record["labels"][0]
        present[(record["finding"], record["type"], label, record["end"])] = record["name"]
    stale = [{"finding": f, "type": t, "label": la, "end": e} for f, t, la, e in present.keys() - wanted.keys()]
    transaction.run(
        "UNWIND $rows AS row MATCH (f:Finding {id: row.finding})-[r:ABOUT|EVIDENCED_BY]->(n {id: row.end}) "
        "WHERE type(r) = row.type AND row.label IN labels(n) DELETE r",
        {"rows": stale},
    ).consume()
    fresh = {edge: name for edge, name in wanted.items() if present.get(edge) != name}
    for type_, label in sorted({(edge[1], edge[2]) for edge in fresh}):
        rows = [{"start": e[0], "end": e[3], "name": n} for e, n in fresh.items() if (e[1], e[2]) == (type_, label)]
        _refuse_unknown_records(transaction, label, {row["end"]: row["name"] for row in rows})
        write_relationships(transaction, type_, "Finding", label, rows)


def _refuse_unknown_records(transaction: neo4j.ManagedTransaction, label: str, ends: Mapping[str, str]) -> None:
    # The label is one of the schema's, checked when the rule was read.
    query: Any = f"UNWIND $ids AS id OPTIONAL MATCH (n:{label} {{id: id}}) WITH id, n WHERE n IS NULL RETURN id LIMIT 1"
    missing = transaction.run(query, {"ids": list(ends)}).single()
    if missing is not None:
        raise ThroughlineError(
            f"the column {ends[missing['id']]} holds {missing['id']!r}, which is no id of a :{label}: return `x.id`"
        )


def _under_known_ids(
    transaction: neo4j.ManagedTransaction, rule: Rule, found: dict[str, Row], known: Mapping[str, Row]
) -> dict[str, Row]:
    """Return the rows under the ids that people know them by.

    A person who turned out to be two records more, or an event told by one more source, may carry another id than when
    the finding was made. It is still the same finding: its old identity, read with today's ids, is the new one.
    """
    unknown = {id_ for id_ in found if id_ not in known}
    idle = {id_: json.loads(old["identity"]) for id_, old in known.items() if id_ not in found}
    if not unknown or not idle:
        return found
    ids = sorted({part for id_ in unknown for part in _parts(identity_of(rule, found[id_]))})
    today = _todays_ids(transaction, ids)
    renamed: dict[str, str] = {}
    # Of several that became one, the one decided upon stands, else the one that was first.
    decided = _decided(transaction, list(idle))
    for old in sorted(idle, key=lambda id_: (id_ not in decided, known[id_]["first_detected"], id_)):
        new = finding_id(rule.id, _read_with(idle[old], today))
        if new in unknown and new not in renamed:
            renamed[new] = old
    return {renamed.get(id_, id_): row for id_, row in found.items()}


def _todays_ids(transaction: neo4j.ManagedTransaction, ids: Sequence[str]) -> dict[str, str]:
    """Return id that a person or event may have had -> its id today."""
    result = transaction.run(
        "UNWIND $ids AS id OPTIONAL MATCH (p:Person {id: id}) OPTIONAL MATCH (i:Incident {id: id}) "
        "OPTIONAL MATCH (same:Incident {event_id: i.event_id}) "
        "RETURN id, p.nominal_ids AS nominals, collect(same.id) AS records",
        {"ids": list(ids)},
    )
    today: dict[str, str] = {}
    for record in result:
        for nominal in record["nominals"] or []:
            today[person_id(nominal)] = record["id"]
        today |= dict.fromkeys(record["records"], record["id"])
    return today


def _decided(transaction: neo4j.ManagedTransaction, ids: Sequence[str]) -> set[str]:
    query = "MATCH (d:Decision) WHERE d.finding_id IN $ids RETURN DISTINCT d.finding_id AS id"
    return {record["id"] for record in transaction.run(query, {"ids": list(ids)})}


def _parts(identity: Identity) -> set[str]:
    values = (value if isinstance(value, list) else [value] for value in identity.values())
    return {part for group in values for part in group if isinstance(part, str)}


def _read_with(identity: Identity, today: Mapping[str, str]) -> Identity:
    def read(value: Any) -> Any:
        return today.get(value, value) if isinstance(value, str) else value

    # A set, since two that became one person are one in the group too.
    return {
        n: sorted({read(v) for v in value}) if isinstance(value, list) else read(value) for n, value in identity.items()
    }
