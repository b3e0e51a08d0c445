// What linkage compares of each death: when, where, who died, how, what was found.
MATCH (d:Death)
OPTIONAL MATCH (d)-[:OCCURRED_AT]->(l:Location)
WITH d, min(l.id) AS place
OPTIONAL MATCH (p:Person)-[:DECEASED_IN]->(d)
WITH d, place, p
ORDER BY p.id
WITH d, place, head(collect(p)) AS p
RETURN d.id AS record, d.event_id AS event_id, place, d.area AS area, d.category AS category,
  d.occurred_day AS day, d.occurred_span_days AS span, d.suspected_means AS means, d.position AS position,
  d.items_missing AS items_missing, d.flags AS flags,
  [(d)-[:INVOLVES_SUBSTANCE]->(s:Substance) | s.id] AS substances,
  p.sex AS sex, p.born_from AS born_from, p.born_to AS born_to,
  coalesce(d.first_recorded_at, d.recorded_at) AS recorded_at
