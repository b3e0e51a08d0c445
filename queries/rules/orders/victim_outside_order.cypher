/* ---
id: victim_outside_order
version: 1
status: experimental
title: A victim close to the protected person is outside the order
question: While this order bound, was its respondent suspect in an event against somebody close to a protected person whom no order protects?
description: >
  On a day on which the order certainly bound, its respondent is suspect in an event whose victim is no protected
  person of this order, nor of another one against the same respondent that bound on that day. The victim is close to
  a protected person: a relation of the two is on record, or both had a part as victim or witness in one event with
  this respondent as suspect in the `before_days` before. `events` orders the findings: how many there were.
parameters:
  before_days: {type: int, default: 730, min: 1, max: 7300, unit: days, why: "24 months, as for markers of behaviour (domain.md E3): what led to the order lies in it"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: ProtectiveOrder, column: order, reach: 3}
identity: {order: one, respondent: one, victim: one}
about: {Person: [respondent, victim], ProtectiveOrder: order}
evidence: {Incident: records, ProtectiveOrder: order, Person: [respondent, victim, protected]}
strength: events
explain: >-
  {respondent_name} is suspect and {victim_name}, whom the order {order} ({order_type}) does not protect, victim while
  it bound: events {events}, the first {days_in_force} days after it began. {victim_name} is close to
  {protected_names}, whom it protects: {ties}.
could_be_wrong:
  - An allegation is not a conviction.
  - Another order that protects this victim may not be loaded.
  - The victim may have been offered protection and not want it.
action: Ask whether the order can be varied to protect this victim too, or another one made; tell both who is protected and who is not.
references: [domain.md 4, domain.md O6]
max_background: 3
history: {1: first version}
--- */
MATCH (o:ProtectiveOrder)
WHERE o.id IN $anchors
WITH DISTINCT o
MATCH (respondent:Person)-[:RESPONDENT_TO]->(o)
WHERE COUNT { (respondent)-[:SUSPECT_IN]->() } <= $max_events
MATCH (respondent)-[s:SUSPECT_IN]->(i:Incident)
WHERE NOT coalesce(i.kind, '') IN ['arrest', 'intelligence']
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> respondent
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
WITH o, respondent, victim, i.event_id AS event, min(i.occurred_day) AS day, collect(DISTINCT i.id) AS ids
WHERE day > o.in_force_from_day
  AND day <= coalesce(o.in_force_to_day, day)
  AND NOT EXISTS {
    MATCH (respondent)-[:RESPONDENT_TO]->(any_order:ProtectiveOrder)-[:PROTECTS]->(victim)
    WHERE any_order.in_force_from_day <= day
      AND coalesce(any_order.in_force_to_day, day) >= day
  }
WITH o, respondent, victim, count(event) AS events, min(day) AS day, collect(ids) AS ids
MATCH (o)-[:PROTECTS]->(protected:Person)
WITH DISTINCT o, respondent, victim, events, day, ids, protected
WITH o, respondent, victim, events, day, ids, protected, COLLECT {
  MATCH (victim)-[tie:RELATED_TO]-(protected)
  RETURN DISTINCT replace(tie.relation, '_', ' ') AS word
  ORDER BY word
} + COLLECT {
  MATCH (victim)-[:VICTIM_IN|WITNESS_IN]->(mine:Incident)
  WHERE mine.occurred_day < day
    AND mine.occurred_day >= day - $before_days
  MATCH (other:Incident {event_id: mine.event_id})<-[:VICTIM_IN|WITNESS_IN]-(protected)
  MATCH (respondent)-[:SUSPECT_IN]->(:Incident {event_id: mine.event_id})
  RETURN DISTINCT 'in one event with them before' AS word
} AS ties
WHERE size(ties) > 0
WITH o, respondent, victim, events, day, ids, protected, ties
ORDER BY protected.name, protected.id
WITH o, respondent, victim, events, day, ids, collect(protected) AS everyone, collect(ties) AS ties
RETURN o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  respondent.id AS respondent,
  respondent.name AS respondent_name,
  victim.id AS victim,
  victim.name AS victim_name,
  [q IN everyone | q.id] AS protected,
  [q IN everyone | q.name] AS protected_names,
  COLLECT { UNWIND ties AS some UNWIND some AS word WITH DISTINCT word RETURN word ORDER BY word } AS ties,
  COLLECT { UNWIND ids AS some UNWIND some AS id WITH DISTINCT id RETURN id ORDER BY id } AS records,
  day - o.in_force_from_day AS days_in_force,
  events
