"""What follows from the records: who is whom, what they did as people, which places are hubs.

Only what changed is derived anew. A nominal is marked `touched` in the transaction that changes anything about it, and
the mark goes in the transaction that derives its person, so that a run that is killed leaves nothing stale behind.
"""

from collections.abc import Callable
from typing import Any

import neo4j
import pandas as pd

from graph import ledger, reader
from graph.connection import Connection
from graph.reader import cypher
from graph.schema import SCHEMA
from graph.writer import write_nodes
from loaders.resolve import Model, resolve_people
from loaders.writing.elements import HUB_PLACES

PEOPLE_A_BATCH = 2_000
# A place at which more events than this happened connects people who have nothing to do with each other.
HUB_EVENTS = 100

Advance = Callable[[int], None]


def identify(connection: Connection, model: Model | None = None, *, everybody: bool = False) -> dict[str, int]:
    """Decide which nominals are one person, write what changed, and return counts.

    Nothing is decided anew while no nominal is marked, unless `everybody` asks for it. A nominal that changes hands is
    marked, and so are the others of the person it leaves.
    """
    marked = connection.read("MATCH (n:Nominal {touched: true}) RETURN count(n) AS n")[0]["n"]
    if not marked and not everybody:
        return {**connection.read(cypher("people_counts"))[0], "changed": 0}
    frame = reader.nominals(connection)
    told = [
        {"first_ref": j.first_id, "second_ref": j.second_id, "verdict": j.verdict}
        for j in ledger.judgements(connection, "person")
    ]
    judged = pd.DataFrame(told, columns=["first_ref", "second_ref", "verdict"])
    resolution = resolve_people(frame, judged, model=model)
    before = reader.memberships(connection).set_index("nominal_id")
    after = resolution.clusters.set_index("nominal_id")[["person_id", "probability", "basis"]]
    joined = after.join(before.add_suffix("_before"))
    changed = joined[
        (joined["person_id"] != joined["person_id_before"])
        | (joined["probability"] != joined["probability_before"])
        | (joined["basis"] != joined["basis_before"])
    ]
    rows = [
        {"nominal": nominal, "person": row["person_id"], "probability": row["probability"], "basis": row["basis"]}
        for nominal, row in zip(changed.index, changed.to_dict("records"), strict=True)
    ]
    for start in range(0, len(rows), PEOPLE_A_BATCH):
        connection.write(_IDENTIFY, rows=rows[start : start + PEOPLE_A_BATCH])
    possible = resolution.possible.to_dict("records")
    connection.write_in_one(lambda transaction: _write_possible(transaction, possible))
    return {
        "nominals": len(after),
        "people": int(after["person_id"].nunique()),
        "changed": len(rows),
        "possible": len(possible),
    }


_IDENTIFY = """
UNWIND $rows AS row
MATCH (n:Nominal {id: row.nominal})
OPTIONAL MATCH (n)-[old:IDENTIFIES]->(left:Person)
OPTIONAL MATCH (left)<-[:IDENTIFIES]-(sibling:Nominal)
FOREACH (s IN CASE WHEN sibling IS NULL THEN [] ELSE [sibling] END | SET s.touched = true)
WITH DISTINCT n, row, old
DELETE old
MERGE (p:Person {id: row.person})
MERGE (n)-[i:IDENTIFIES]->(p)
SET i.probability = row.probability, i.basis = row.basis, n.touched = true
"""


def _write_possible(transaction: neo4j.ManagedTransaction, rows: list[dict[Any, Any]]) -> None:
    transaction.run(
        "MATCH (a:Nominal)-[r:POSSIBLY_SAME]->(b:Nominal) "
        "WHERE NOT any(row IN $rows WHERE row.nominal_a = a.id AND row.nominal_b = b.id) DELETE r",
        rows=rows,
    ).consume()
    transaction.run(
        "UNWIND $rows AS row MATCH (a:Nominal {id: row.nominal_a}) MATCH (b:Nominal {id: row.nominal_b}) "
        "MERGE (a)-[r:POSSIBLY_SAME]->(b) SET r.probability = row.probability, r.basis = row.basis",
        rows=rows,
    ).consume()


def derive_people(connection: Connection, advance: Advance = lambda _: None) -> int:
    """Write anew the properties and roles of every person with a marked nominal; return how many people."""
    connection.write("MATCH (p:Person) WHERE NOT (p)<-[:IDENTIFIES]-() DETACH DELETE p")
    ids = [
        row["id"]
        for row in connection.read(
            "MATCH (n:Nominal {touched: true})-[:IDENTIFIES]->(p:Person) RETURN DISTINCT p.id AS id ORDER BY id"
        )
    ]
    for start in range(0, len(ids), PEOPLE_A_BATCH):
        batch = ids[start : start + PEOPLE_A_BATCH]
        connection.write_in_one(lambda transaction, batch=batch: _derive(transaction, batch))  # type: ignore[misc]
        advance(len(batch))
    return len(ids)


def _derive(transaction: neo4j.ManagedTransaction, ids: list[str]) -> None:
    members = transaction.run(
        "MATCH (p:Person)<-[i:IDENTIFIES]-(n:Nominal) WHERE p.id IN $ids "
        "RETURN p.id AS person, properties(n) AS nominal, i.probability AS probability ORDER BY person, n.id",
        ids=ids,
    ).data()
    people: dict[str, list[dict[str, Any]]] = {}
    for row in members:
        people.setdefault(row["person"], []).append(row)
    write_nodes(transaction, "Person", [_person(id_, rows) for id_, rows in people.items()])
    transaction.run(
        "MATCH (p:Person)-[r]-() WHERE p.id IN $ids AND r.nominal_ids IS NOT NULL DELETE r", ids=ids
    ).consume()
    for query in _DERIVATIONS:
        transaction.run(query, ids=ids).consume()
    transaction.run(
        "MATCH (p:Person)<-[:IDENTIFIES]-(n:Nominal {touched: true}) WHERE p.id IN $ids REMOVE n.touched", ids=ids
    ).consume()


def _person(id_: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    records = [row["nominal"] for row in rows]
    shown = [name for name in map(display_name, records) if name]
    born = [
        (r["date_of_birth"], r.get("date_of_birth_latest", r["date_of_birth"]))
        for r in records
        if r.get("date_of_birth")
    ]
    names = {*shown, *(alias for r in records for alias in r.get("aliases", []))}
    return {
        "id": id_,
        "name": _most_common(shown) or "unnamed",
        "names": sorted(names) or None,
        "born_from": min(low for low, _ in born) if born else None,
        "born_to": max(high for _, high in born) if born else None,
        "sex": _most_common([r["sex"] for r in records if r.get("sex")]),
        "nominal_ids": [r["id"] for r in records],
        "nominal_count": len(records),
        "probability": min(row["probability"] for row in rows),
        "deceased_on": min((r["deceased_on"] for r in records if r.get("deceased_on")), default=None),
        "markers": sorted({m for r in records for m in r.get("markers", [])}) or None,
        "professions": sorted({r["profession"] for r in records if r.get("profession")}) or None,
    }


def display_name(record: dict[str, Any]) -> str:
    """Return a record's name as it is shown: the parts, else the whole name."""
    parts = [record.get(part) for part in ("given_name", "middle_names", "family_name", "name_suffix")]
    return " ".join(part for part in parts if part) or record.get("full_name") or ""


def _most_common(values: list[str]) -> str | None:
    return min(values, key=lambda v: (-values.count(v), v)) if values else None


def _derivations() -> list[str]:
    """Return the queries that put the nominals' edges on their people, generated from the schema.

    One query takes all types of one direction: the server plans five queries instead of one a type and direction.
    """
    derived = [edge for edge in SCHEMA.relationships.values() if "nominal_ids" in edge.property_names()]
    between = [edge.name for edge in derived if set(edge.starts) == set(edge.ends)]
    leaving = [edge.name for edge in derived if "Nominal" in edge.starts and edge.name not in between]
    entering = [edge.name for edge in derived if "Nominal" not in edge.starts]
    roles = [edge.name for edge in derived if edge.role]
    return [
        _of_person(f"(n)-[r:{'|'.join(leaving)}]->(e)", "(p)-[d:$(name) {key: k}]->(e)"),
        _of_person(f"(n)<-[r:{'|'.join(entering)}]-(e)", "(p)<-[d:$(name) {key: k}]-(e)"),
        _through_incident("|".join(roles)),
        _between_people(f"(n)-[r:{'|'.join(between)}]->(m:Nominal)", "(p)-[d:$(name) {key: k}]->(q)"),
        _between_people(f"(n)<-[r:{'|'.join(between)}]-(m:Nominal)", "(p)<-[d:$(name) {key: k}]-(q)"),
    ]


_MEMBERS = "MATCH (p:Person)<-[i:IDENTIFIES]-(n:Nominal) WHERE p.id IN $ids "
# Of several records of one role the newest statement holds; ties are broken by key, so that order never matters.
_NEWEST = "ORDER BY coalesce(r.status_on, date('0001-01-01')), r.recorded_at, r.key"
# What tells two edges of one type between the same two apart: a relation, a role, a period.
_KIND = (
    "coalesce(r.relation, '') + '|' + coalesce(r.role, '') + '|' + coalesce(r.part, '') + '|' + "
    "coalesce(r.medium, '') + '|' + coalesce(toString(r.from_on), '')"
)
_SETTLE = (
    "SET d = last(found), d.key = k, d.nominal_ids = ids, d.probability = probability, d.recorded_at = known, "
    "d.record = null, d.source = null, d.load_id = null, d.row_hash = null"
)
_GATHER = (
    "collect(properties(r)) AS found, min(i.probability) AS probability, min(r.recorded_at) AS known, "
    "collect(n.id) AS all_ids"
)
_DISTINCT_IDS = "reduce(seen = [], x IN all_ids | CASE WHEN x IN seen THEN seen ELSE seen + x END) AS ids"


def _of_person(raw: str, derived: str) -> str:
    return (
        f"{_MEMBERS} MATCH {raw} WHERE r.record IS NOT NULL "
        f"WITH p, e, i, n, r, type(r) AS name, {_KIND} AS k {_NEWEST} "
        f"WITH p, e, name, k, {_GATHER} WITH p, e, name, k, found, probability, known, {_DISTINCT_IDS} "
        f"CREATE {derived} {_SETTLE}"
    )


def _through_incident(types: str) -> str:
    return (
        f"{_MEMBERS} MATCH (n)-[r:{types}]->(via:Incident)<-[:DIED_IN]-(e:Death) WHERE r.record IS NOT NULL "
        "AND NOT EXISTS { MATCH (p)-[own]->(e) WHERE type(own) = type(r) } "
        f"WITH p, e, via, i, n, r, type(r) AS name, {_KIND} AS k {_NEWEST} "
        f"WITH p, e, name, k, min(via.id) AS through, {_GATHER} "
        f"WITH p, e, name, k, through, found, probability, known, {_DISTINCT_IDS} "
        f"CREATE (p)-[d:$(name) {{key: k}}]->(e) {_SETTLE}, d.through_incident = through"
    )


def _between_people(raw: str, derived: str) -> str:
    return (
        f"{_MEMBERS} MATCH {raw}-[j:IDENTIFIES]->(q:Person) WHERE r.record IS NOT NULL AND q <> p "
        f"WITH p, q, i, j, n, m, r, type(r) AS name, {_KIND} AS k {_NEWEST} "
        "WITH p, q, name, k, collect(properties(r)) AS found, min(CASE WHEN i.probability < j.probability "
        "THEN i.probability ELSE j.probability END) AS probability, min(r.recorded_at) AS known, "
        "collect(startNode(r).id) + collect(endNode(r).id) AS all_ids "
        f"WITH p, q, name, k, found, probability, known, {_DISTINCT_IDS} "
        f"MERGE {derived} {_SETTLE}"
    )


_DERIVATIONS = _derivations()


def mark_hubs(connection: Connection) -> int:
    """Mark the places that are hubs by their kind or by more than HUB_EVENTS events; return how many changed."""
    rows = connection.write(
        "MATCH (l:Location) WITH l, coalesce(l.place_type IN $kinds, false) "
        "OR COUNT { (l)<-[:OCCURRED_AT]-() } > $events AS hub "
        "WHERE coalesce(l.is_hub, false) <> hub SET l.is_hub = hub RETURN count(l) AS n",
        kinds=list(HUB_PLACES),
        events=HUB_EVENTS,
    )
    return int(rows[0]["n"])
