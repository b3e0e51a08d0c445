/* ---
id: unrecorded_breach
version: 1
status: active
title: Contact under an order, not recorded as a breach
question: Was the respondent of an order in an event with a protected person, or inside an exclusion zone, while it bound, without a breach on record?
description: >
  The respondent had a part in an event in which a person whom the order protects had one too, or which happened inside
  the order's exclusion zone, on a day on which the order certainly bound, and nothing says breach: no link to the order,
  no breach row of the event or of that day, no order_breach flag, no offence of breach. The day on which the order began
  to bind is left out, since the event that led to it is often of that day. Somebody who only called counts as met, but
  not as inside a zone; so does a zone that a police car took them to. `contacts` is the number of such events under the
  order, so that repeated contact ranks first.
parameters:
  max_events: {type: int, default: 500, min: 1, max: 100000, unit: events, why: "who is suspect in more events than this is a placeholder such as an unknown person, not somebody"}
  taken_there: {type: list, default: [custody, police_station, prison, hospital], why: "people are brought to these places; being there is no choice of theirs"}
anchor: {label: ProtectiveOrder, column: order, reach: 3}
identity: {respondent: one, order: one, event: one}
about: {Person: respondent, ProtectiveOrder: order}
evidence: {Incident: records, ProtectiveOrder: order, Person: [respondent, protected], Location: zones}
strength: contacts
explain: >-
  {respondent_name} was {role} in {event}, {how}, {days_in_force} days after the order {order} ({order_type}) began to
  bind; no breach is recorded.
could_be_wrong:
  - The order may allow this contact, such as handing over a child.
  - The protected person may have come to the respondent.
  - The breach may be recorded in a system that is not loaded.
  - A part in an event does not always mean that somebody was there.
action: Read the order's conditions beside the event; if it was a breach, have it recorded and tell the order's owner.
references: [domain.md 4, domain.md O2]
# 13 and 8 on benign seeds 3 and 8209: contact under an order that nobody took for a breach.
max_background: 13
history: {1: first version}
--- */
MATCH (o:ProtectiveOrder)
WHERE o.id IN $anchors
MATCH (respondent:Person)-[:RESPONDENT_TO]->(o)
WHERE COUNT { (respondent)-[:SUSPECT_IN]->() } <= $max_events
MATCH (respondent)-[part:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|FOUND|LAST_SEEN_WITH|INVOLVED_IN]->(i:Incident)
WHERE NOT coalesce(i.kind, '') IN ['arrest', 'missing', 'safeguarding']
  AND NOT coalesce(part.grade, '') =~ '3.*|.E.*'
  AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
WITH o, respondent, i.event_id AS event, collect(DISTINCT type(part)) AS parts
// Several records of one event are one event: what any of them says counts, and all of them must lie in force.
MATCH (record:Incident {event_id: event})
WITH o, respondent, event, parts, collect(record) AS records,
  min(record.occurred_day) AS day,
  min(record.occurred_day - toInteger(ceil(coalesce(record.occurred_span_days, 0) / 2.0))) AS earliest,
  max(record.occurred_day + toInteger(ceil(coalesce(record.occurred_span_days, 0) / 2.0))) AS latest
WHERE earliest > o.in_force_from_day
  AND latest <= coalesce(o.in_force_to_day, latest)
  AND none(r IN records WHERE 'order_breach' IN coalesce(r.flags, []))
  AND none(r IN records WHERE toLower(coalesce(r.offence, '')) CONTAINS 'breach')
  AND NOT EXISTS {
    UNWIND records AS r
    MATCH (r)-[:BREACHES]->(o)
  }
  AND NOT EXISTS {
    UNWIND records AS r
    MATCH (r)-[:RECORDS]->(b:Breach)
    WHERE (b)-[:OF_ORDER]->(o) OR NOT (b)-[:OF_ORDER]->()
  }
  AND NOT EXISTS {
    MATCH (o)<-[:OF_ORDER]-(b:Breach)
    WHERE duration.inDays(date('1970-01-01'), b.occurred_on).days >= earliest
      AND duration.inDays(date('1970-01-01'), b.occurred_on).days <= latest
  }
WITH o, respondent, event, parts, records, day,
  COLLECT {
    UNWIND records AS r
    MATCH (r)<-[there]-(q:Person)<-[:PROTECTS]-(o)
    WHERE q <> respondent
      AND NOT type(there) IN ['ATTENDED_PROFESSIONALLY', 'NAMED_IN', 'NEXT_OF_KIN_IN', 'LANDLORD_IN']
    WITH DISTINCT q
    RETURN q
    ORDER BY q.name, q.id
  } AS met,
  COLLECT {
    UNWIND records AS r
    MATCH (r)-[:OCCURRED_AT]->(l:Location)
    WHERE NOT coalesce(l.precision, 'exact') IN ['displaced', 'area']
      AND any(type IN parts WHERE type <> 'REPORTED')
    MATCH (o)-[x:EXCLUDES_FROM]->(z:Location)
    WHERE z = l
      OR (point.distance(z.point, l.point) <= x.radius_m
        AND NOT coalesce(z.precision, 'exact') IN ['displaced', 'area']
        AND NOT coalesce(l.place_type, '') IN $taken_there)
    WITH z, min(CASE WHEN z = l THEN 0.0 ELSE point.distance(z.point, l.point) END) AS metres
    RETURN {zone: z.id, metres: toInteger(round(metres))}
    ORDER BY metres, z.id
  } AS inside
WHERE size(met) > 0
  OR size(inside) > 0
WITH o, respondent, collect({event: event, parts: parts, records: records, day: day, met: met, inside: inside}) AS found
UNWIND found AS f
WITH o, respondent, f, size(found) AS contacts, [
  ['SUSPECT_IN', 'suspect'], ['VICTIM_IN', 'victim'], ['WITNESS_IN', 'witness'], ['REPORTED', 'caller'],
  ['FOUND', 'finder'], ['LAST_SEEN_WITH', 'last seen with the deceased'], ['INVOLVED_IN', 'involved']
] AS words
WITH o, respondent, f, contacts,
  [word IN words WHERE word[0] IN f.parts | word[1]] AS roles,
  [q IN f.met | 'with ' + q.name + ', whom it protects']
    + [near IN f.inside | CASE near.metres WHEN 0 THEN 'at a place' ELSE toString(near.metres) + ' m from a place' END + ' it keeps them out of'] AS how
RETURN o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  respondent.id AS respondent,
  respondent.name AS respondent_name,
  f.event AS event,
  reduce(text = roles[0], role IN roles[1..] | text + ' and ' + role) AS role,
  reduce(text = how[0], reason IN how[1..] | text + ' and ' + reason) AS how,
  [q IN f.met | q.id] AS protected,
  [near IN f.inside | near.zone] AS zones,
  head([near IN f.inside | near.metres]) AS distance_m,
  o.conditions AS conditions,
  COLLECT { UNWIND f.records AS r RETURN r.id ORDER BY r.id } AS records,
  f.day - o.in_force_from_day AS days_in_force,
  contacts
