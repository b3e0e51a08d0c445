// Every community that is not over, with who is in it now.
MATCH (c:Community)
WHERE c.ended_on IS NULL
OPTIONAL MATCH (p:Person)-[:MEMBER_OF]->(c)
WITH c, p
ORDER BY p.id
RETURN c.id AS id, properties(c) AS community, collect(p.id) AS members
ORDER BY id
