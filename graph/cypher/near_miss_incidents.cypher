// Incidents that a source flagged as a near miss: the person lived, and no death report was made.
MATCH (i:Incident)
WHERE NOT i:Death AND 'near_miss' IN i.flags AND i.occurred_day IS NOT NULL
CALL (i) {
  OPTIONAL MATCH (i)-[:OCCURRED_AT]->(l:Location)
  WITH l
  ORDER BY l.id
  LIMIT 1
  // Locations with one property reference number are one place.
  OPTIONAL MATCH (same:Location {uprn: l.uprn})
  RETURN l, coalesce(min(same.id), l.id) AS place_id
}
RETURN i.id AS id, i.event_id AS event_id, i.source AS source, i.occurred_day AS day, i.occurred_span_days AS span_days,
       place_id, l.place_type AS place_type, l.latitude AS latitude, l.longitude AS longitude,
       l.precision AS precision
ORDER BY id
