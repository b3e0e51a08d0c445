"""What follows from the records: who is whom, what they did as people, which places are hubs.

Only what changed is derived anew. A nominal is marked `touched` in the transaction that changes anything about it, and
the mark goes in the transaction that derives its person, so that a run that is killed leaves nothing stale behind.
"""

from collections.abc import Callable, Collection
from typing import Any

import neo4j
import pandas as pd

from graph import ledger
from graph.connection import Connection, Row
from graph.reader import cypher
from graph.schema import SCHEMA
from graph.writer import write_nodes
from loaders.people import stored
from loaders.people.training import FEWEST_TO_TRAIN
from loaders.resolve import Increment, Model, Resolution, resolve_everybody, resolve_people, resolve_some
from loaders.writing.elements import HUB_PLACES

PEOPLE_A_BATCH = 2_000
# A place at which more events than this happened connects people who have nothing to do with each other.
HUB_EVENTS = 100

Advance = Callable[[int], None]


def identify(connection: Connection, model: Model | None = None, *, everybody: bool = False) -> dict[str, int]:
    """Decide which nominals are one person, write what changed, and return counts.

    Only the nominals that are marked are decided anew, and those that they could move; the model is the one trained
    before. Everybody is decided anew, by a model trained on all, when `everybody` asks for it, when no model is there
    yet, and when there are over twice as many nominals as it was trained on; below FEWEST_TO_TRAIN each time, by the
    committed defaults. model: parameters to use for everybody, once. A nominal that changes hands is marked, and so are
    the others of the person it leaves.
    """
    marked = stored.touched(connection)
    counts = connection.read(cypher("people_counts"))[0]
    if not marked and not everybody and model is None:
        return {**counts, "changed": 0}
    told = ledger.judgements(connection, "person")
    judged = pd.DataFrame(
        [(j.first_id, j.second_id, j.verdict) for j in told], columns=["first_ref", "second_ref", "verdict"]
    )
    saved = None if everybody or model is not None else stored.saved_model(connection)
    if saved is None or counts["nominals"] < FEWEST_TO_TRAIN or counts["nominals"] > 2 * saved.population.nominals:
        return _identify_everybody(connection, judged, model)
    return _identify_marked(connection, marked, told, judged, saved)


def _identify_everybody(connection: Connection, judged: pd.DataFrame, model: Model | None) -> dict[str, int]:
    nominals = stored.read_nominals(connection)
    # Whatever is cut off from here on is done again as a whole.
    stored.forget_model(connection)
    settled = None
    if model is None and len(nominals) >= FEWEST_TO_TRAIN:
        settled = resolve_everybody(nominals, judged)
        resolution = settled.resolution
    else:
        resolution = resolve_people(nominals, judged, model=model)
    evidence = stored.fingerprints(nominals)
    changed = _write_memberships(connection, resolution, stored.read_memberships(connection), evidence, last=set())
    possible = resolution.possible.to_dict("records")
    connection.write_in_one(lambda transaction: _write_possible(transaction, possible))
    if settled is not None:
        stored.save_model(connection, stored.SavedModel(resolution.model, settled.population), settled.index)
    return {
        "nominals": len(nominals),
        "people": int(resolution.clusters["person_id"].nunique()),
        "changed": changed,
        "possible": len(possible),
        "contradicting verdicts": len(resolution.contradictions),
    }


def _identify_marked(
    connection: Connection,
    marked: list[Row],
    told: list[ledger.Judgement],
    judged: pd.DataFrame,
    saved: stored.SavedModel,
) -> dict[str, int]:
    before = {row["id"]: row["evidence"] for row in marked}
    nominals = stored.read_nominals(connection, before)
    evidence = stored.fingerprints(nominals)
    changed = {nominal for nominal, now in evidence.items() if before[nominal] != now}
    spoken_of = {nominal for j in told for nominal in (j.first_id, j.second_id)}
    unsettled = {row["id"] for row in marked if row["lost"] or row["id"] in spoken_of}
    if not changed and not unsettled:
        return {**connection.read(cypher("people_counts"))[0], "changed": 0}
    found, index = stored.candidates(connection, nominals[nominals["id"].isin(changed)], saved.population)
    increment = Increment(
        changed,
        unsettled,
        found,
        lambda ids: stored.read_nominals(connection, ids),
        lambda ids: stored.reach(connection, ids, told),
    )
    resolution = resolve_some(increment, judged, model=saved.model, population=saved.population)
    moved = resolution.clusters["nominal_id"].tolist()
    possible = resolution.possible.to_dict("records")
    connection.write_in_one(lambda transaction: _write_possible(transaction, possible, changed, moved))
    stored.add_to_index(connection, index)
    memberships = stored.read_memberships(connection, moved)
    written = _write_memberships(connection, resolution, memberships, evidence, last=changed)
    return {
        **connection.read(cypher("people_counts"))[0],
        "changed": written,
        "contradicting verdicts": len(resolution.contradictions),
    }


def _write_memberships(
    connection: Connection, resolution: Resolution, before: pd.DataFrame, evidence: dict[str, str], *, last: set[str]
) -> int:
    """Write who is whom where it changed, and return of how many. last: of these the evidence counts as looked at, so
    they come after all others: what is cut off before is done again.
    """
    after = resolution.clusters.set_index("nominal_id")[["person_id", "probability", "basis"]]
    after["evidence"] = [evidence.get(nominal) for nominal in after.index]
    joined = after.join(before.add_suffix("_before"))
    # What was not read anew rests on what it rested on.
    joined["evidence"] = joined["evidence"].where(joined["evidence"].notna(), joined["evidence_before"])
    differs = pd.Series(False, index=joined.index)
    for name in ("person_id", "probability", "basis", "evidence"):
        differs |= joined[name].ne(joined[f"{name}_before"])
    rows = [
        {
            "nominal": nominal,
            "person": row["person_id"],
            "probability": row["probability"],
            "basis": row["basis"],
            "evidence": row["evidence"],
        }
        for nominal, row in zip(joined.index[differs], joined[differs].to_dict("records"), strict=True)
    ]
    rows.sort(key=lambda row: row["nominal"] in last)
    for start in range(0, len(rows), PEOPLE_A_BATCH):
        connection.write(_IDENTIFY, rows=rows[start : start + PEOPLE_A_BATCH])
    return len(rows)


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
SET i.probability = row.probability, i.basis = row.basis, i.evidence = row.evidence, n.touched = true
"""


def _write_possible(
    transaction: neo4j.ManagedTransaction,
    rows: list[dict[Any, Any]],
    changed: Collection[str] | None = None,
    moved: Collection[str] = (),
) -> None:
    """Put the pairs that may be one person in the place of those that there were: of `changed` all of them, of the
    `moved` those between two of them; without these, of everybody.
    """
    of_everybody = changed is None
    before = transaction.run(
        "MATCH (a:Nominal)-[r:POSSIBLY_SAME]->(b:Nominal) "
        "RETURN a.id AS a, b.id AS b, r.probability AS probability, r.basis AS basis"
        if of_everybody
        else "UNWIND $ids AS id MATCH (n:Nominal {id: id})-[r:POSSIBLY_SAME]-() "
        "WITH DISTINCT r RETURN startNode(r).id AS a, endNode(r).id AS b, r.probability AS probability, "
        "r.basis AS basis",
        ids=sorted({*(changed or ()), *moved}),
    ).data()
    known = {(row["a"], row["b"]): (row["probability"], row["basis"]) for row in before}
    now = {(row["nominal_a"], row["nominal_b"]): (row["probability"], row["basis"]) for row in rows}
    inside = set(moved)
    gone = [
        {"a": a, "b": b}
        for a, b in sorted(set(known) - set(now))
        if of_everybody or a in (changed or ()) or b in (changed or ()) or (a in inside and b in inside)
    ]
    new = [
        {"a": a, "b": b, "probability": p, "basis": basis}
        for (a, b), (p, basis) in now.items()
        if known.get((a, b)) != (p, basis)
    ]
    for query, part in ((_NO_LONGER_POSSIBLE, gone), (_POSSIBLE, new)):
        for start in range(0, len(part), PEOPLE_A_BATCH):
            transaction.run(query, rows=part[start : start + PEOPLE_A_BATCH]).consume()


_NO_LONGER_POSSIBLE = (
    "UNWIND $rows AS row MATCH (a:Nominal {id: row.a})-[r:POSSIBLY_SAME]->(b:Nominal {id: row.b}) DELETE r"
)
_POSSIBLE = (
    "UNWIND $rows AS row MATCH (a:Nominal {id: row.a}) MATCH (b:Nominal {id: row.b}) "
    "MERGE (a)-[r:POSSIBLY_SAME]->(b) SET r.probability = row.probability, r.basis = row.basis"
)


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
    "d.record = null, d.source = null, d.load_id = null, d.row_hash = null, d.confirmed_at = null"
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
