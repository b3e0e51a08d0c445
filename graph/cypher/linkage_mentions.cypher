// What a note, message or photograph of a death names.
MATCH (d:Death)-[r:MENTIONS]->(n)
WHERE NOT n:Nominal
  AND NOT coalesce(r.grade, '') =~ '3.*|.E.*'
RETURN d.id AS record,
  CASE WHEN n:Person THEN 'person' WHEN n:Incident THEN 'event' WHEN n:Location THEN 'place'
    WHEN n:Object OR n.identifier_key IS NOT NULL THEN 'object' ELSE 'name' END AS kind,
  CASE WHEN n:Object OR n:Mention THEN coalesce(n.identifier_key, n.text, n.id) ELSE n.id END AS target
