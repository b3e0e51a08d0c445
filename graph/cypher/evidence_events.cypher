// The events that a finding is about or rests on, each with its place and the people in it. A death told by two sources
// is there twice: what the sentence states may stand in the other record.
MATCH (f:Finding {id: $id})-[:ABOUT|EVIDENCED_BY]->(stated:Incident)
OPTIONAL MATCH (stated)-[:SAME_EVENT]-(other:Incident)
UNWIND [stated, other] AS e
WITH DISTINCT e
WHERE e IS NOT NULL
OPTIONAL MATCH (e)-[:OCCURRED_AT]->(l:Location)
WITH e, head(collect(l)) AS place
OPTIONAL MATCH (p:Person)-[r]->(e)
WHERE r.nominal_ids IS NOT NULL
WITH e, place, p, r
ORDER BY p.name, type(r)
WITH e, place, [x IN collect(CASE WHEN p IS NULL THEN null ELSE {name: p.name, role: type(r), status: r.status} END) | x] AS people
RETURN properties(e) AS event, labels(e) AS labels, properties(place) AS place, people
ORDER BY e.occurred_day, e.id
