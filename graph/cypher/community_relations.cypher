// Who is recorded as related to whom, by blood, friendship or an order; ties of work and letting say nothing.
CALL () {
  MATCH (a:Person)-[r:RELATED_TO]->(b:Person)
  WHERE NOT r.relation IN ['colleague', 'client', 'landlord', 'tenant', 'neighbour', 'carer']
    AND NOT coalesce(r.grade, '') =~ '3.*|.E.*'
  RETURN a.id AS a, b.id AS b
  UNION
  MATCH (a:Person)-[:RESPONDENT_TO]->(:ProtectiveOrder)-[:PROTECTS]->(b:Person)
  RETURN a.id AS a, b.id AS b
}
WITH a, b
WHERE a <> b
RETURN DISTINCT CASE WHEN a < b THEN a ELSE b END AS a, CASE WHEN a < b THEN b ELSE a END AS b
ORDER BY a, b
