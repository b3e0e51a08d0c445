// Links that the force recorded between records.
MATCH (i)-[:LINKED_BY_FORCE]-(o:Incident)
RETURN DISTINCT i.id AS a, o.id AS b
