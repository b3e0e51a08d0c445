/* ---
id: order_ending_soon
version: 1
status: active
title: An order that is about to end, with a recent event
question: Does this order end within two weeks, and was its respondent in an event with a protected person in the last two months?
description: >
  The order certainly binds today and ceases to within `ends_within_days`, and the respondent and a person whom it
  protects both had a part in an event in the last `window_days`, whether or not it was a breach. The last day is the
  earliest that the records allow (end, discharge). A protected person for whom another order against the same respondent
  certainly binds beyond that day is not counted. Notices of 48 hours are left out: the law takes them to court before
  they end. `contacts` is the number of such events, so that repeated contact ranks first.
parameters:
  ends_within_days: {type: int, default: 14, min: 0, max: 365, unit: days, why: "domain.md O3: time enough to apply for another order"}
  window_days: {type: int, default: 60, min: 1, max: 3650, unit: days, why: "domain.md O3"}
  notices: {type: list, default: [dvpn, dapn], why: "these run 48 hours to a court hearing by law (domain.md 4)"}
  max_events: {type: int, default: 500, min: 1, max: 100000, unit: events, why: "who is suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: ProtectiveOrder, column: order, reach: 3}
daily: true
identity: {respondent: one, order: one}
about: {Person: respondent, ProtectiveOrder: order}
evidence: {Incident: records, ProtectiveOrder: order, Person: [respondent, protected]}
strength: contacts
explain: >-
  The order {order} ({order_type}) against {respondent_name} ends {when_it_ends}; {respondent_name} was {role} in
  {newest_event}, with {protected_names}, whom it protects, {last_days_ago} days ago. Such events within {window_days}
  days: {contacts}. No other order that protects them beyond that day is on record.
could_be_wrong:
  - The order may have been renewed, or replaced, where the records are not loaded.
  - The protected person may not want it renewed.
  - The event may be the one that led to the order.
  - A part in an event does not always mean that the two met.
action: Tell the order's owner today; ask the protected person whether it should be renewed, and what protects them from then on.
references: [domain.md 4, domain.md O3]
max_background: 2
history: {1: first version}
--- */
MATCH (o:ProtectiveOrder)
WHERE o.id IN $anchors
  AND o.in_force_from_day <= $as_of_day
  AND o.in_force_to_day >= $as_of_day
  AND o.in_force_to_day <= $as_of_day + $ends_within_days
  AND NOT coalesce(o.order_type, '') IN $notices
WITH DISTINCT o
MATCH (respondent:Person)-[:RESPONDENT_TO]->(o)
WHERE COUNT { (respondent)-[:SUSPECT_IN]->() } <= $max_events
  AND respondent.deceased_on IS NULL
MATCH (o)-[:PROTECTS]->(protected:Person)
WHERE protected <> respondent
  AND protected.deceased_on IS NULL
  AND NOT EXISTS {
    MATCH (respondent)-[:RESPONDENT_TO]->(other:ProtectiveOrder)-[:PROTECTS]->(protected)
    WHERE other.in_force_from_day <= o.in_force_to_day + 1
      AND coalesce(other.in_force_to_day, o.in_force_to_day + 1) > o.in_force_to_day
  }
WITH o, respondent, collect(DISTINCT protected) AS everyone
MATCH (respondent)-[part:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|FOUND|LAST_SEEN_WITH|INVOLVED_IN]->(i:Incident)
WHERE NOT coalesce(i.kind, '') IN ['arrest', 'missing', 'safeguarding']
  AND NOT coalesce(part.grade, '') =~ '3.*|.E.*'
  AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
WITH o, respondent, everyone, i.event_id AS event, collect(DISTINCT type(part)) AS parts
// Several records of one event are one event: what any of them says counts.
MATCH (record:Incident {event_id: event})
WITH o, respondent, everyone, event, parts, collect(record) AS records, min(record.occurred_day) AS day,
  max(coalesce(record.occurred_span_days, 0)) AS span
WHERE day >= $as_of_day - $window_days
  AND day <= $as_of_day
  AND span <= $window_days
WITH o, respondent, event, parts, records, day,
  COLLECT {
    UNWIND records AS r
    MATCH (r)<-[there]-(q:Person)
    WHERE q IN everyone
      AND NOT type(there) IN ['ATTENDED_PROFESSIONALLY', 'NAMED_IN', 'NEXT_OF_KIN_IN', 'LANDLORD_IN']
      AND NOT coalesce(there.grade, '') =~ '3.*|.E.*'
    WITH DISTINCT q
    RETURN q
    ORDER BY q.name, q.id
  } AS met
WHERE size(met) > 0
WITH o, respondent, event, parts, records, day, met
ORDER BY day DESC, event
WITH o, respondent, collect({event: event, parts: parts, records: records, day: day, met: met}) AS found
WITH o, respondent, found, found[0] AS newest, o.in_force_to_day - $as_of_day AS days_left, [
  ['SUSPECT_IN', 'suspect'], ['VICTIM_IN', 'victim'], ['WITNESS_IN', 'witness'], ['REPORTED', 'caller'],
  ['FOUND', 'finder'], ['LAST_SEEN_WITH', 'last seen with the deceased'], ['INVOLVED_IN', 'involved']
] AS words
WITH o, respondent, found, newest, days_left, [word IN words WHERE word[0] IN newest.parts | word[1]] AS roles
RETURN o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  respondent.id AS respondent,
  respondent.name AS respondent_name,
  days_left,
  CASE days_left WHEN 0 THEN 'today' WHEN 1 THEN 'tomorrow' ELSE 'in ' + toString(days_left) + ' days' END AS when_it_ends,
  newest.event AS newest_event,
  reduce(text = roles[0], role IN roles[1..] | text + ' and ' + role) AS role,
  [q IN newest.met | q.name] AS protected_names,
  COLLECT { UNWIND found AS f UNWIND f.met AS q WITH DISTINCT q RETURN q.id ORDER BY q.id } AS protected,
  COLLECT { UNWIND found AS f UNWIND f.records AS r WITH DISTINCT r RETURN r.id ORDER BY r.id } AS records,
  $as_of_day - newest.day AS last_days_ago,
  size(found) AS contacts
