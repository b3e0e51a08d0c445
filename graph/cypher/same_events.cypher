// The other records of the same events.
MATCH (i:Incident)
WHERE elementId(i) IN $ids
WITH DISTINCT i.event_id AS event
MATCH (j:Incident {event_id: event})
RETURN DISTINCT elementId(j) AS id
