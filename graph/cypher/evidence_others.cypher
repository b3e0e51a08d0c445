// The people, places, orders and objects that a finding is about or rests on.
MATCH (f:Finding {id: $id})-[:ABOUT|EVIDENCED_BY]->(n)
WHERE NOT n:Incident
RETURN DISTINCT properties(n) AS node, labels(n) AS labels
ORDER BY labels, node.id
