// The events of people or at places, one a row whatever number of records tells it: everybody's part in it, each with
// their own role and where it stands, and the orders that bound on its day between people of it.
CALL () {
  MATCH (p:Person)-[r]->(i:Incident)
  WHERE p.id IN $people
    AND type(r) IN $roles
  RETURN DISTINCT i.event_id AS event
  UNION
  MATCH (l:Location)<-[:OCCURRED_AT]-(i:Incident)
  WHERE l.id IN $places
  RETURN DISTINCT i.event_id AS event
}
MATCH (record:Incident {event_id: event})
WHERE record.kind <> 'arrest'
WITH event, record
ORDER BY record.id
WITH event, collect(record) AS records, min(record.occurred_day) AS day, max(record.occurred_span_days) AS span_days
CALL (records) {
  UNWIND records AS record
  MATCH (p:Person)-[r]->(record)
  WHERE type(r) IN $roles
  WITH p, type(r) AS role, collect(r.status) AS statuses, collect(r.nominal_ids) AS nominals
  ORDER BY p.id, role
  RETURN collect({person: p.id, name: p.name, role: role, status: statuses[-1]}) AS people
}
CALL (records, day) {
  UNWIND records AS record
  MATCH (p:Person)-[r]->(record)
  WHERE type(r) IN ['SUSPECT_IN', 'VICTIM_IN']
  WITH DISTINCT p, day
  MATCH (p)-[:RESPONDENT_TO]->(o:ProtectiveOrder)
  WHERE o.in_force_from_day <= day
    AND coalesce(o.in_force_to_day, day) >= day
  WITH DISTINCT p, o
  OPTIONAL MATCH (o)-[:PROTECTS]->(q:Person)
  WITH p, o, collect(q.id) AS protected
  ORDER BY o.id
  RETURN collect({order: o.id, kind: o.order_type, respondent: p.id, protected: protected}) AS orders
}
RETURN event, day, coalesce(span_days, 0) AS span_days, people, orders,
  [r IN records | r.id] AS records,
  [r IN records | r.kind] AS kinds,
  [r IN records | r.category] AS categories,
  [r IN records | coalesce(r.offence, r.offence_group)] AS offences,
  [r IN records | r.severity_cchi] AS cchi,
  [r IN records | r.severity_css] AS css,
  COLLECT { UNWIND records AS r MATCH (r)-[told:RECORDED_AS]->() WHERE coalesce(told.scheme, '') <> 'other'
    OR told.offence_group IS NOT NULL RETURN [CASE WHEN told.scheme = 'other' THEN null ELSE told.offence_code END, told.offence_group] } AS codes,
  reduce(all = [], r IN records | all + coalesce(r.flags, [])) AS flags,
  any(r IN records WHERE EXISTS { (r)-[:BREACHES]->() } OR EXISTS { (r)-[:RECORDS]->(:Breach) }) AS breach
ORDER BY day, event
