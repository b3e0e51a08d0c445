// Where those live, stayed or are often who were at a death.
MATCH (p:Person)-[r:LIVES_AT|STAYED_AT|FREQUENTS]->(l:Location)
WHERE p.id IN $people
RETURN DISTINCT p.id AS person, l.id AS place
