/* ---
id: RULE_NAME
version: 1
status: draft
title: Two events with one suspect
question: Write the question that an analyst would ask.
description: >
  Write in two or three sentences what is looked for, what is left out, and why. `closeness` ranks the findings within
  this rule: it is the number of days of the window that do not lie between the two events, in days.
parameters:
  window_days: {type: int, default: 90, min: 1, max: 3650, unit: days, why: "write where the number comes from: measured, or a source"}
  max_events: {type: int, default: 50, min: 2, max: 10000, unit: events, why: "somebody in more events than this connects people who have nothing to do with each other"}
anchor: {label: Incident, column: event_a, reach: 2}
identity: {person: one, events: [event_a, event_b]}
about: {Person: person, Incident: [event_a, event_b]}
evidence: {Incident: [event_a, event_b], Person: person}
strength: closeness
explain: >-
  {person_name} is suspect in {event_a} and {event_b}, {days_apart} days apart.
could_be_wrong:
  - Write what else could explain it.
action: Write what somebody should do about it tomorrow.
history: {1: first version}
--- */
MATCH (a:Incident)
WHERE a.id IN $anchors
MATCH (p:Person)-[:SUSPECT_IN]->(a)
WHERE COUNT { (p)-[:SUSPECT_IN]->() } <= $max_events
MATCH (p)-[:SUSPECT_IN]->(b:Incident)
WHERE b.event_id <> a.event_id
  AND abs(b.occurred_day - a.occurred_day) <= $window_days
WITH DISTINCT p, a, b, abs(b.occurred_day - a.occurred_day) AS days_apart
RETURN p.id AS person,
  p.name AS person_name,
  a.id AS event_a,
  b.id AS event_b,
  days_apart,
  $window_days - days_apart AS closeness
