// Events of the last year in which people of these communities were suspect or victim: how grave, and whether a breach.
MATCH (c:Community)
WHERE c.id IN $ids
MATCH (c)<-[:MEMBER_OF]-(p:Person)-[:SUSPECT_IN|VICTIM_IN]->(i:Incident)
WHERE i.occurred_day > $as_of_day - 365
  AND i.occurred_day <= $as_of_day
WITH DISTINCT c, i
RETURN c.id AS community, i.event_id AS event, i.occurred_day AS day, i.severity_cchi AS harm,
  'order_breach' IN coalesce(i.flags, []) OR EXISTS { (i)-[:BREACHES]->() } OR EXISTS { (i)-[:RECORDS]->(:Breach) } AS breach
ORDER BY community, day, event
