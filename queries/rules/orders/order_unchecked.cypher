/* ---
id: order_unchecked
version: 1
status: active
title: An order that binds and that nobody is recorded to have checked
question: Has no check of this order been recorded for 30 days, while it binds?
description: >
  The order certainly binds today, and no check that its conditions are kept is on record for `check_days`: the last one
  is older, or there was none since it began to bind. That no check is recorded does not say that nobody checked. Only
  orders whose respondent was suspect in an event in the `event_days` before are listed, since a force has more orders
  than anybody can look at in a day; with 0 every order is. Notices of 48 hours, bail and release under investigation
  are left out: they are kept by signing on or by a hearing. `weight` orders the findings, in events: those of the
  respondent as suspect in that time, and below one how long nobody checked.
parameters:
  check_days: {type: int, default: 30, min: 1, max: 3650, unit: days, why: "domain.md O7"}
  event_days: {type: int, default: 90, min: 0, max: 3650, unit: days, why: "three months; 0 lists every order, which is more than can be looked at in a day"}
  kept_otherwise: {type: list, default: [dvpn, dapn, pre_charge_bail, released_under_investigation], why: "checked by a hearing within 48 hours, or by signing on"}
  max_events: {type: int, default: 500, min: 1, max: 100000, unit: events, why: "who is suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: ProtectiveOrder, column: order, reach: 3}
daily: true
identity: {order: one, respondent: one}
about: {ProtectiveOrder: order, Person: respondent}
evidence: {ProtectiveOrder: order, Person: respondent, Incident: records}
strength: weight
explain: >-
  The order {order} ({order_type}) binds {respondent_name}, and {check_words}. Events within {event_days} days in which
  {respondent_name} was suspect: {event_count}. Owner on record: {owner}.
could_be_wrong:
  - Checks are made and written down elsewhere.
  - The source never sends checks, for any order.
  - An allegation is not a breach, and the event may have nothing to do with the order.
action: Ask the owner when compliance was last checked; check it, and record the day.
references: [domain.md 4, domain.md O7]
max_background: 8
history: {1: first version}
--- */
MATCH (o:ProtectiveOrder)
WHERE o.id IN $anchors
  AND coalesce(o.in_force_to_day, $as_of_day) >= $as_of_day
  AND NOT coalesce(o.order_type, '') IN $kept_otherwise
WITH DISTINCT o, duration.inDays(date('1970-01-01'), coalesce(o.last_verified_on_latest, o.last_verified_on)).days AS checked
// A check of the time before it bound says nothing about whether it is kept.
UNWIND [o.in_force_from_day, coalesce(checked, o.in_force_from_day)] AS day
WITH o, checked, max(day) AS since
WHERE $as_of_day - since > $check_days
MATCH (respondent:Person)-[:RESPONDENT_TO]->(o)
WHERE respondent.deceased_on IS NULL
  AND COUNT { (respondent)-[:SUSPECT_IN]->() } <= $max_events
WITH DISTINCT o, checked, since, respondent
WITH o, checked, since, respondent, COLLECT {
  MATCH (respondent)-[s:SUSPECT_IN]->(i:Incident)
  WHERE i.occurred_day >= $as_of_day - $event_days
    AND i.occurred_day <= $as_of_day
    AND coalesce(i.occurred_span_days, 0) <= $event_days
    AND coalesce(s.status, 'named') <> 'acquitted'
    AND NOT coalesce(s.grade, '') =~ '3.*|.E.*'
    AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
  RETURN {event: i.event_id, id: i.id}
} AS found
WITH o, checked, since, respondent, found, $as_of_day - since AS days_unchecked,
  COLLECT { UNWIND found AS f WITH DISTINCT f.event AS event RETURN event } AS events
WHERE size(events) > 0
  OR $event_days = 0
RETURN o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  respondent.id AS respondent,
  respondent.name AS respondent_name,
  coalesce(o.owner, 'nobody') AS owner,
  days_unchecked,
  CASE checked
    WHEN since THEN 'the last check on record was ' + toString(days_unchecked) + ' days ago'
    ELSE 'no check is on record since it began to, ' + toString(days_unchecked) + ' days ago'
  END AS check_words,
  size(events) AS event_count,
  COLLECT { UNWIND found AS f WITH DISTINCT f.id AS id RETURN id ORDER BY id } AS records,
  round(size(events) + 1 - 1.0 / (1 + days_unchecked), 3) AS weight
