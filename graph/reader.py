"""Graph -> frames, for resolution, algorithms and screens; and a checksum over all of it."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from graph.connection import Connection
from graph.frames import native
from graph.schema import SCHEMA

# Ledger nodes are people's decisions, not something that a load makes.
LEDGER = ("Decision", "Judgement", "Action", "Lesson", "Meeting", "AuditEntry", "LoadRun", "Counter")
# What the program notes for itself: never part of what a graph says.
# Communities follow from when they were looked for, as findings' decisions do: a load does not make them, and its
# checksum must not depend on whether somebody looked.
NOTES = ("Lock", "Detection", "ResolutionModel", "ResolutionIndex", "Community")

KINDS = {
    "person": "Nominal",
    "location": "Location",
    "organisation": "Organisation",
    "incident": "Incident",
    "death": "Death",
    "order": "ProtectiveOrder",
    "object": "Object",
}


@cache
def cypher(name: str) -> str:
    """Return the text of graph/cypher/<name>.cypher."""
    return (Path(__file__).parent / "cypher" / f"{name}.cypher").read_text(encoding="utf-8")


def known_ids(connection: Connection, kind: str, ids: Sequence[str]) -> set[str]:
    """Return those of the ids (`source:ref`) that the graph holds as this kind of record.

    kind: person, location, organisation, incident, death, order or object; an incident is not a death.
    """
    label = KINDS[kind]
    besides = " WHERE NOT n:Death" if kind == "incident" else ""
    found: set[str] = set()
    for start in range(0, len(ids), 20_000):
        rows = connection.read(
            f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}){besides} RETURN n.id AS id",
            ids=list(ids[start : start + 20_000]),
        )
        found |= {row["id"] for row in rows}
    return found


def known_records(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return those of the ids (`source:ref`) that the graph holds as a record of any kind."""
    return set().union(*(known_ids(connection, kind, ids) for kind in KINDS))


def time_zones(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return location id -> IANA time zone, of those locations that state theirs."""
    query = "UNWIND $ids AS id MATCH (l:Location {id: id}) WHERE l.timezone IS NOT NULL RETURN id, l.timezone AS zone"
    found: dict[str, str] = {}
    for start in range(0, len(ids), 20_000):
        found |= {row["id"]: row["zone"] for row in connection.read(query, ids=list(ids[start : start + 20_000]))}
    return found


def nominals(connection: Connection) -> pd.DataFrame:
    """Return one row a nominal with the schema's properties as columns, sorted by id; dates as date objects."""
    columns = sorted(SCHEMA.node("Nominal").property_names())
    rows = connection.read("MATCH (n:Nominal) RETURN properties(n) AS n ORDER BY n.id")
    return pd.DataFrame(
        [{name: native(value) for name, value in row["n"].items()} for row in rows], columns=columns, dtype=object
    )


def memberships(connection: Connection) -> pd.DataFrame:
    """Return who is whom: columns nominal_id, person_id, probability, basis; sorted by nominal_id."""
    rows = connection.read(
        "MATCH (n:Nominal)-[i:IDENTIFIES]->(p:Person) RETURN n.id AS nominal_id, p.id AS person_id, "
        "i.probability AS probability, i.basis AS basis ORDER BY nominal_id"
    )
    return pd.DataFrame(rows, columns=["nominal_id", "person_id", "probability", "basis"])


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """Return how many nodes each label and how many relationships each type has, zeros left out."""
    nodes = Counter[str]()
    for row in connection.read("MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS n ORDER BY label"):
        nodes[row["label"]] = row["n"]
    edges = {
        row["type"]: row["n"]
        for row in connection.read("MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n ORDER BY type")
    }
    return {"labels": dict(nodes), "relationship_types": edges}


def checksum(connection: Connection, *, ledger: bool = False) -> str:
    """Return a fingerprint over all nodes, relationships and properties; equal graphs give equal fingerprints.

    ledger: include what people decided. The order in which things were written does not matter.
    """
    skip = list(NOTES) if ledger else [*LEDGER, *NOTES]
    total = 0
    with connection.read_session() as session:
        for query in (
            "MATCH (n) WHERE NOT any(label IN labels(n) WHERE label IN $skip) "
            "RETURN labels(n) AS a, properties(n) AS b, null AS c, null AS d",
            "MATCH (s)-[r]->(e) WHERE NOT any(label IN labels(s) + labels(e) WHERE label IN $skip) "
            # The order of labels is the store's own: a death is named by the label that it shares with incidents.
            "RETURN type(r) AS a, properties(r) AS b, "
            "CASE WHEN s:Incident THEN 'Incident' ELSE labels(s)[0] END + s.id AS c, "
            "CASE WHEN e:Incident THEN 'Incident' ELSE labels(e)[0] END + e.id AS d",
        ):
            for record in session.run(query, skip=skip):
                total += _fingerprint(record.values())
    return f"{total % (1 << 128):032x}"


def _fingerprint(values: list[Any]) -> int:
    first, *rest = values
    row = [sorted(first) if isinstance(first, list) else first, *rest]
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    # Summed, so that the order in which the server returns rows does not matter.
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])
