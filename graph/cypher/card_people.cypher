// Whom the standing findings of a rule are about, and in which part.
MATCH (f:Finding {rule: $rule})
WHERE f.active
MATCH (f)-[about:ABOUT]->(p:Person)
RETURN DISTINCT p.id AS person, coalesce(about.name, 'person') AS part, p.sex AS sex, p.born_from AS born_from, p.born_to AS born_to
