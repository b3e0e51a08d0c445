// The phones, vehicles and accounts of those who were at a death; one number under two refs is one.
MATCH (p:Person)-[:USES]->(o:Object)
WHERE p.id IN $people
RETURN DISTINCT p.id AS person, coalesce(o.identifier_key, o.id) AS object
UNION
MATCH (n:Nominal)-[:IDENTIFIES]->(p:Person)
WHERE p.id IN $people AND n.phone IS NOT NULL
UNWIND n.phone AS phone
RETURN DISTINCT p.id AS person, phone AS object
