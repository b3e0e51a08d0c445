// Every relationship between the nodes of a chart, recorded or inferred.
MATCH (a)-[r]->(b)
WHERE a.id IN $ids
  AND b.id IN $ids
  AND (a:Person OR a:Incident OR a:Location OR a:ProtectiveOrder OR a:Object)
  AND (b:Person OR b:Incident OR b:Location OR b:ProtectiveOrder OR b:Object)
RETURN elementId(r) AS element, a.id AS start, type(r) AS type, b.id AS end, properties(r) AS edge
ORDER BY start, type, end
