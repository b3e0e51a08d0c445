// Every event of every suspect, for base rates.
MATCH (p:Person)-[r:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime', 'death']
  AND i.occurred_day IS NOT NULL
  AND coalesce(r.status, 'named') <> 'acquitted'
RETURN p.id AS unit, i.event_id AS event, min(i.occurred_day) AS day, max(i.severity_cchi) AS harm
