"""Records of one event: a death and the incident it happened in, the same death told by two sources.

An event recorded twice must never be found as a series, so each record of an event carries the same `event_id`, and
every two of them are joined by SAME_EVENT with the reason.
"""

from itertools import combinations

import networkx as nx

from graph.connection import Connection, Row

BATCH_ROWS = 5_000

# The strongest reason is kept where two records are joined by several.
_IN_ONE_INCIDENT = "deaths of one incident"
_REASONS = (
    (
        _IN_ONE_INCIDENT,
        "MATCH (a:Death)-[:DIED_IN]->(b:Incident) RETURN a.id AS a, b.id AS b",
    ),
    (
        "same coroner's reference",
        "MATCH (d:Death) WHERE d.coroner_ref IS NOT NULL AND d.coroner_area IS NOT NULL "
        "WITH d.coroner_area AS area, d.coroner_ref AS ref, d ORDER BY d.id "
        "WITH area, ref, collect(d.id) AS ids WHERE size(ids) > 1 "
        "UNWIND ids[1..] AS b RETURN ids[0] AS a, b",
    ),
    (
        "one source names the other's record",
        "MATCH (a:Death) WHERE a.same_as IS NOT NULL MATCH (b:Death {id: a.same_as}) WHERE a <> b "
        "RETURN a.id AS a, b.id AS b",
    ),
    (
        "one person dies once",
        "MATCH (p:Person)-[r:DECEASED_IN]->(d:Death) WHERE r.probability >= 0.99 AND NOT coalesce(d.near_miss, false) "
        "WITH p, d ORDER BY d.id WITH p, collect(DISTINCT d.id) AS ids WHERE size(ids) > 1 "
        "UNWIND ids[1..] AS b RETURN ids[0] AS a, b",
    ),
)


def join_events(connection: Connection) -> int:
    """Make event_id and SAME_EVENT say which records are one event; return how many records are in such a group."""
    links = nx.Graph()
    for basis, query in reversed(_REASONS):
        links.add_edges_from((row["a"], row["b"], {"basis": basis}) for row in connection.read(query))
    groups = [sorted(group) for group in nx.connected_components(links)]
    wanted = {(a, b): _basis(links, a, b, group) for group in groups for a, b in combinations(group, 2)}
    present = {
        (row["a"], row["b"]): row["basis"]
        for row in connection.read(
            "MATCH (a:Incident)-[r:SAME_EVENT]->(b:Incident) RETURN a.id AS a, b.id AS b, r.basis AS basis"
        )
    }
    gone = [{"a": a, "b": b} for a, b in present if (a, b) not in wanted]
    fresh = [
        {"a": a, "b": b, "basis": basis} for (a, b), basis in sorted(wanted.items()) if present.get((a, b)) != basis
    ]
    _in_batches(
        connection,
        "UNWIND $rows AS row MATCH (:Incident {id: row.a})-[r:SAME_EVENT]->(:Incident {id: row.b}) DELETE r",
        gone,
    )
    _in_batches(
        connection,
        "UNWIND $rows AS row MATCH (a:Incident {id: row.a}) MATCH (b:Incident {id: row.b}) "
        "MERGE (a)-[r:SAME_EVENT]->(b) SET r.probability = 1.0, r.basis = row.basis",
        fresh,
    )
    named = [{"id": record, "event": group[0]} for group in groups for record in group]
    _in_batches(
        connection,
        "UNWIND $rows AS row MATCH (i:Incident {id: row.id}) WHERE i.event_id <> row.event SET i.event_id = row.event",
        named,
    )
    # A record that is alone again is its own event.
    connection.write("MATCH (i:Incident) WHERE i.event_id <> i.id AND NOT (i)-[:SAME_EVENT]-() SET i.event_id = i.id")
    return len(named)


def _basis(links: "nx.Graph[str]", a: str, b: str, group: list[str]) -> str:
    if links.has_edge(a, b):
        return str(links.edges[a, b]["basis"])
    return f"each is the same event as another of {len(group)} records"


def _in_batches(connection: Connection, query: str, rows: list[Row]) -> None:
    for start in range(0, len(rows), BATCH_ROWS):
        connection.write(query, rows=rows[start : start + BATCH_ROWS])
