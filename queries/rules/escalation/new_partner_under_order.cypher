/* ---
id: new_partner_under_order
version: 1
status: experimental
title: Another partner harmed while an order protects the last
question: Is the respondent of an order suspect in an event with another partner, the first of the two since the order began to bind?
description: >
  On a day on which the order certainly bound, its respondent is suspect in an event with a partner or former partner
  whom the order does not protect, and no earlier event of these two is on record. What the order holds off from one
  person may be met by another. Partners are those whom the part says so of, or whom a relation on record does.
  `nearness` orders the findings, in days below nought: the sooner after the order began to bind, the higher.
parameters:
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: ProtectiveOrder, column: order, reach: 3}
identity: {order: one, respondent: one, victim: one}
about: {Person: [respondent, victim], ProtectiveOrder: order}
evidence: {Incident: records, ProtectiveOrder: order, Person: [respondent, victim, protected]}
strength: nearness
explain: >-
  {respondent_name} is suspect and {victim_name}, another partner, victim in {event}, {days_in_force} days after the
  order {order} ({order_type}) began to bind; it protects {protected_names}, and no earlier event of the two is on
  record.
could_be_wrong:
  - An allegation is not a conviction.
  - The relationship may be recorded wrongly, or two records of one partner were not joined.
  - Earlier events of the two may be recorded elsewhere.
action: Ask whether the new partner knows of the order and has been told of the right to ask; have the risk to them assessed.
references: [domain.md 2, domain.md 4, domain.md E11]
max_background: 4
history: {1: first version}
--- */
MATCH (o:ProtectiveOrder)
WHERE o.id IN $anchors
WITH DISTINCT o
MATCH (respondent:Person)-[:RESPONDENT_TO]->(o)
WHERE COUNT { (respondent)-[:SUSPECT_IN]->() } <= $max_events
  AND EXISTS { (o)-[:PROTECTS]->(:Person) }
MATCH (respondent)-[s:SUSPECT_IN]->(i:Incident)
WHERE NOT coalesce(i.kind, '') IN ['arrest', 'intelligence']
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> respondent
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
  AND NOT EXISTS { (o)-[:PROTECTS]->(victim) }
  // Who may be the same person as whom it protects is not yet another partner: the one place where a possible match is used.
  AND NOT EXISTS {
    MATCH (victim)<-[:IDENTIFIES]-(:Nominal)-[:POSSIBLY_SAME]-(:Nominal)-[:IDENTIFIES]->(:Person)<-[:PROTECTS]-(o)
  }
WITH o, respondent, victim, i.event_id AS event, min(i.occurred_day) AS day, collect(DISTINCT i.id) AS ids,
  max(coalesce(s.relationship_to_victim, '') IN ['partner', 'ex_partner', 'partner_or_ex']) AS partner_then
ORDER BY day, event
WITH o, respondent, victim, collect({event: event, day: day, ids: ids}) AS events, max(partner_then) AS partner_once
WITH o, respondent, victim, events, partner_once, events[0] AS e
WHERE e.day > o.in_force_from_day
  AND e.day <= coalesce(o.in_force_to_day, e.day)
  AND none(known IN events WHERE known.day IS NULL)
  AND (partner_once
    OR EXISTS {
      MATCH (respondent)-[x:RELATED_TO]-(victim)
      WHERE x.relation IN ['partner', 'ex_partner', 'partner_or_ex']
    })
WITH o, respondent, victim, e, COLLECT { MATCH (o)-[:PROTECTS]->(q:Person) WITH DISTINCT q RETURN q ORDER BY q.name, q.id } AS protected
RETURN o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  respondent.id AS respondent,
  respondent.name AS respondent_name,
  victim.id AS victim,
  victim.name AS victim_name,
  [q IN protected | q.id] AS protected,
  [q IN protected | q.name] AS protected_names,
  e.event AS event,
  COLLECT { UNWIND e.ids AS id RETURN id ORDER BY id } AS records,
  e.day - o.in_force_from_day AS days_in_force,
  o.in_force_from_day - e.day AS nearness
