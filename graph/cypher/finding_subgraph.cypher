// What a finding is about and rests on, and all relationships between these, one a row.
MATCH (f:Finding {id: $id})-[:ABOUT|EVIDENCED_BY]->(n)
WITH f, collect(DISTINCT n) AS nodes
UNWIND nodes AS a
OPTIONAL MATCH (a)-[r]-(b)
WHERE b IN nodes
RETURN f AS finding, a AS node, r AS relationship
