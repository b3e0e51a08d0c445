// Who knows whom among those who were at a death.
MATCH (p:Person)-[r:RELATED_TO]->(q:Person)
WHERE p.id IN $people AND q.id IN $people
RETURN DISTINCT p.id AS person, q.id AS other, r.relation AS relation
