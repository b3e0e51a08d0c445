// What a finding's chart shows: what it is about and rests on, then who was in those events and where they happened.
// A death told by two sources is there twice.
MATCH (f:Finding {id: $id})-[:ABOUT|EVIDENCED_BY]->(stated)
OPTIONAL MATCH (stated)-[:SAME_EVENT]-(other:Incident)
UNWIND [stated, other] AS n
WITH n
WHERE n IS NOT NULL
WITH collect(DISTINCT n) AS core
UNWIND core AS c
OPTIONAL MATCH (c)-[r]-(near:Person|Location|ProtectiveOrder)
WHERE c:Incident
  AND (r.nominal_ids IS NOT NULL OR type(r) IN ['OCCURRED_AT', 'BREACHES'])
WITH core, near
ORDER BY near.id
WITH core, [n IN collect(DISTINCT near) WHERE NOT n IN core] AS around
UNWIND core + around[..$most] AS n
RETURN n.id AS id, labels(n) AS labels, properties(n) AS node, n IN core AS core, size(around) AS around
ORDER BY id
