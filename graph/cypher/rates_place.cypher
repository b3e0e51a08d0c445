// Every event at every place that is no hub, for base rates.
MATCH (l:Location)<-[:OCCURRED_AT]-(i:Incident)
WHERE i.kind IN ['crime', 'non_crime', 'death']
  AND i.occurred_day IS NOT NULL
  AND NOT coalesce(l.is_hub, false)
  AND NOT coalesce(l.precision, 'exact') IN ['displaced', 'area']
RETURN l.id AS unit, i.event_id AS event, min(i.occurred_day) AS day, max(i.severity_cchi) AS harm
