// Every record of a death or near miss, for monitoring and reporting: no name, date of birth or address leaves here.
// `person` only tells two deaths of one event apart.
MATCH (d:Death)
OPTIONAL MATCH (source:Source {id: d.source})
CALL (d) {
  OPTIONAL MATCH (d)-[:OCCURRED_AT]->(l:Location)
  WITH l
  ORDER BY l.id
  LIMIT 1
  // Locations with one property reference number are one place.
  OPTIONAL MATCH (same:Location {uprn: l.uprn})
  RETURN l, coalesce(min(same.id), l.id) AS place_id
}
CALL (d) {
  OPTIONAL MATCH (p:Person)-[:DECEASED_IN]->(d)
  RETURN p
  ORDER BY p.id
  LIMIT 1
}
CALL (d) {
  OPTIONAL MATCH (d)-[x:INVOLVES_SUBSTANCE]->(s:Substance)
  WITH x.basis AS basis, s.name AS name
  ORDER BY name
  RETURN collect(DISTINCT CASE WHEN basis = 'found' THEN name END) AS found,
         collect(DISTINCT CASE WHEN basis <> 'found' THEN name END) AS suspected
}
RETURN d.id AS id, d.event_id AS event_id, d.source AS source, source.agency_kind AS agency_kind,
       d.recorded_at AS recorded_at, coalesce(d.first_recorded_at, d.recorded_at) AS first_recorded_at,
       d.occurred_day AS day, d.occurred_span_days AS span_days, d.occurred_basis AS basis,
       d.died_from AS died_from, d.died_from_latest AS died_from_latest,
       d.found_at AS found_at, d.found_at_latest AS found_at_latest,
       d.category AS category, d.manner AS manner, coalesce(d.near_miss, false) AS near_miss,
       d.suspected_means AS means, found, suspected, d.toxicology AS toxicology,
       d.coroner_area AS coroner_area, d.coroner_status AS coroner_status, d.conclusion AS conclusion,
       d.checks_done AS checks_done, d.supervisor_attended AS supervisor_attended,
       d.next_of_kin_informed AS next_of_kin_informed, d.items_missing AS items_missing,
       d.primacy_declined_by IS NOT NULL AS primacy_declined, d.family_concern IS NOT NULL AS family_concern,
       d.closed_on IS NOT NULL AS closed, d.force AS force, d.area AS area,
       place_id, l.place_type AS place_type, l.timezone AS timezone,
       l.latitude AS latitude, l.longitude AS longitude, l.precision AS precision,
       p.id AS person, p.sex AS sex, p.born_from AS born_from, p.born_to AS born_to
ORDER BY id
