/* ---
id: order_not_served
version: 1
status: active
title: An order made and not served
question: Was this order made more than 48 hours ago without a record that it was served?
description: >
  An order was made more than `wait_days` whole days ago, has not ended, and no service is on record. An order that is
  not served binds nobody. Two things are kept apart and worded apart: the source says that it was not served, or the
  source says nothing of service, which is a gap in the record and may be no more. What binds from the moment it is given
  (bail, release under investigation), an application, and an order that was refused, discharged or is over are left
  out. `weight` orders the findings, without a unit: the events since it was made in which the respondent and a
  protected person both had a part, and one more where the source says that it was not served.
parameters:
  wait_days: {type: int, default: 2, min: 0, max: 365, unit: days, why: "48 hours, domain.md O4; the day on which it was made does not count, since no hour is recorded"}
  bind_when_given: {type: list, default: [pre_charge_bail, released_under_investigation], why: "given to the person in custody; there is no service to wait for (domain.md 4)"}
  unknown_too: {type: bool, default: true, why: "no record of service is told as such; a force whose records never say may switch it off"}
  max_events: {type: int, default: 500, min: 1, max: 100000, unit: events, why: "who is suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: ProtectiveOrder, column: order, reach: 3}
daily: true
identity: {order: one}
about: {ProtectiveOrder: order, Person: respondents}
evidence: {ProtectiveOrder: order, Person: [respondents, protected], Incident: records}
strength: weight
explain: >-
  The order {order} ({order_type}) against {respondent_names} was made {days_since} days ago and {service_words}.
  Events with a protected person since: {contacts}.
could_be_wrong:
  - It was served, and the service was recorded on paper or in a system that is not loaded.
  - The respondent was in court when it was made, and was told there.
  - The respondent cannot be found, and attempts are being made.
action: Ask the owner of the order whether it was served and when; if not, have it served before anybody relies on it, and tell the protected person.
references: [domain.md 4, domain.md O4]
max_background: 2
history: {1: first version}
--- */
MATCH (o:ProtectiveOrder)
WHERE o.id IN $anchors
  AND o.served_on IS NULL
  AND (o.service = 'not_served' OR (coalesce(o.service, 'unknown') = 'unknown' AND $unknown_too))
  AND $as_of_day - duration.inDays(date('1970-01-01'), coalesce(o.made_on_latest, o.made_on)).days > $wait_days
  AND NOT coalesce(o.order_type, '') IN $bind_when_given
  AND NOT coalesce(o.state, '') IN ['applied_for', 'refused', 'ended']
  AND coalesce(duration.inDays(date('1970-01-01'), coalesce(o.ends_on_latest, o.ends_on)).days, $as_of_day) >= $as_of_day
  AND coalesce(duration.inDays(date('1970-01-01'), o.discharged_on).days, $as_of_day + 1) > $as_of_day
WITH DISTINCT o, duration.inDays(date('1970-01-01'), coalesce(o.made_on_latest, o.made_on)).days AS made_day
MATCH (respondent:Person)-[:RESPONDENT_TO]->(o)
WHERE respondent.deceased_on IS NULL
WITH o, made_day, respondent
ORDER BY respondent.name, respondent.id
WITH o, made_day, collect(DISTINCT respondent) AS respondents,
  COLLECT { MATCH (o)-[:PROTECTS]->(q:Person) WITH DISTINCT q RETURN q ORDER BY q.id } AS protected
WITH o, made_day, respondents, protected, COLLECT {
  UNWIND respondents AS respondent
  MATCH (respondent)-[part:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|FOUND|LAST_SEEN_WITH|INVOLVED_IN]->(i:Incident)
  WHERE COUNT { (respondent)-[:SUSPECT_IN]->() } <= $max_events
    AND NOT coalesce(i.kind, '') IN ['arrest', 'missing', 'safeguarding']
    AND NOT coalesce(part.grade, '') =~ '3.*|.E.*'
    AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
  // Several records of one event are one event, on the first of their days.
  MATCH (record:Incident {event_id: i.event_id})
  WITH respondent, i.event_id AS event, collect(DISTINCT record) AS records, min(record.occurred_day) AS day
  WHERE day > made_day
    AND day <= $as_of_day
  UNWIND records AS r
  MATCH (r)<-[there]-(q:Person)
  WHERE q IN protected
    AND q <> respondent
    AND NOT type(there) IN ['ATTENDED_PROFESSIONALLY', 'NAMED_IN', 'NEXT_OF_KIN_IN', 'LANDLORD_IN']
    AND NOT coalesce(there.grade, '') =~ '3.*|.E.*'
  WITH event, records
  RETURN DISTINCT {event: event, ids: [x IN records | x.id]}
} AS found
WITH o, made_day, respondents, protected, found,
  COLLECT { UNWIND found AS f WITH DISTINCT f.event AS event RETURN event } AS events
RETURN o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  [p IN respondents | p.id] AS respondents,
  [p IN respondents | p.name] AS respondent_names,
  [q IN protected | q.id] AS protected,
  $as_of_day - made_day AS days_since,
  CASE o.service
    WHEN 'not_served' THEN 'is recorded as not served: it binds nobody'
    ELSE 'no service is on record, which is not the same as not served: whether it binds is not known'
  END AS service_words,
  COLLECT { UNWIND found AS f UNWIND f.ids AS id WITH DISTINCT id RETURN id ORDER BY id } AS records,
  size(events) AS contacts,
  size(events) + CASE o.service WHEN 'not_served' THEN 1 ELSE 0 END AS weight
