// Every event of every suspect and victim, for base rates.
MATCH (s:Person)-[r:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime', 'death']
  AND i.occurred_day IS NOT NULL
  AND coalesce(r.status, 'named') <> 'acquitted'
MATCH (record:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(v:Person)
WHERE v <> s
  AND coalesce(r.victim, v.id) IN [v.id] + coalesce(v.nominal_ids, [])
RETURN s.id + ' ' + v.id AS unit, i.event_id AS event, min(i.occurred_day) AS day, max(i.severity_cchi) AS harm
