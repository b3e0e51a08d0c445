// The newest events that people of two communities share, who were apart until then.
UNWIND $pairs AS pair
MATCH (a:Person)-[:SUSPECT_IN|VICTIM_IN|LAST_SEEN_WITH|SUBJECT_OF|INVOLVED_IN]->(i:Incident)
WHERE a.id IN pair.one
MATCH (record:Incident {event_id: i.event_id})<-[:SUSPECT_IN|VICTIM_IN|LAST_SEEN_WITH|SUBJECT_OF|INVOLVED_IN]-(b:Person)
WHERE b.id IN pair.other
RETURN pair.community AS community, i.event_id AS event, max(i.occurred_day) AS day
ORDER BY community, day DESC, event
