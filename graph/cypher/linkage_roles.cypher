// Who was at each death as what; intelligence of an untested source, or of suspected falsehood, never makes a link.
MATCH (p:Person)-[r]->(d:Death)
WHERE type(r) IN $types
  AND NOT coalesce(r.grade, '') =~ '3.*|.E.*'
RETURN d.id AS record, p.id AS person, type(r) AS role
