/* ---
id: contact_by_proxy
version: 1
status: experimental
title: Somebody else's relative or friend acts against a victim
question: Is a relative, friend or associate of a respondent or former partner suspect in an event against the same victim?
description: >
  One person is suspect in an event against a victim with whom no tie is on record, and is tied to another who had
  reason to use somebody else: the respondent of an order that protects the victim and certainly bound on that day, or
  a former partner who was suspect in an event against the victim in the `window_days` before. The other is no suspect
  of the event itself. A tie is a relation on record, of one of `ties`. Whether the one knew of the other's wish is
  not on record. `reasons_count` orders the findings: the orders and earlier events that tie them.
parameters:
  window_days: {type: int, default: 365, min: 1, max: 7300, unit: days, why: "a year, as for a step in harm (domain.md E2)"}
  ties: {type: list, default: [parent, child, sibling, relative, friend, associate, housemate, partner], why: "who may act for somebody; neighbours, tenants and clients are left out"}
  max_ties: {type: int, default: 50, min: 1, max: 10000, unit: relations, why: "who is related to more than this on record is a worker or a placeholder"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 3}
identity: {suspect: one, other: one, victim: one, event: one}
about: {Person: [suspect, other, victim]}
evidence: {Incident: [records, earlier], ProtectiveOrder: orders, Person: [suspect, other, victim]}
strength: reasons_count
explain: >-
  {suspect_name} is suspect and {victim_name} victim in {event}, with no tie of the two on record. {suspect_name} is
  tied ({tie_words}) to {other_name}, {reason}.
could_be_wrong:
  - The two may have a quarrel of their own, and know nothing of the other's.
  - An allegation is not a conviction.
  - The tie may be long over, or recorded wrongly.
  - Somebody may have tried to make peace, or to fetch belongings.
action: Ask the victim whether the event was on somebody else's behalf; if so, tell the owner of the order, since it may be a breach.
references: [domain.md 4, domain.md S2]
max_background: 3
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
  AND COUNT { (suspect)-[:RELATED_TO]-() } <= $max_ties
WITH DISTINCT suspect
MATCH (suspect)-[tie:RELATED_TO]-(other:Person)
WHERE tie.relation IN $ties
  AND COUNT { (other)-[:RELATED_TO]-() } <= $max_ties
WITH suspect, other, collect(DISTINCT tie.relation) AS relations
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime']
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> suspect
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
  AND NOT EXISTS { (suspect)-[:RELATED_TO]-(victim) }
  AND NOT EXISTS { (other)-[:SUSPECT_IN]->(:Incident {event_id: i.event_id}) }
WITH suspect, other, relations, victim, i.event_id AS event, min(i.occurred_day) AS day, collect(DISTINCT i.id) AS ids
WITH suspect, other, relations, victim, event, ids,
  COLLECT {
    MATCH (other)-[:RESPONDENT_TO]->(o:ProtectiveOrder)-[:PROTECTS]->(victim)
    WHERE day > o.in_force_from_day
      AND day <= coalesce(o.in_force_to_day, day)
    RETURN DISTINCT o.id AS id
    ORDER BY id
  } AS orders,
  COLLECT {
    MATCH (other)-[before:SUSPECT_IN]->(past:Incident)<-[:VICTIM_IN]-(victim)
    WHERE past.occurred_day < day
      AND past.occurred_day >= day - $window_days
      AND before.relationship_to_victim IN ['ex_partner', 'partner_or_ex']
    RETURN DISTINCT past.id AS id
    ORDER BY id
  } AS earlier
WHERE size(orders) > 0
  OR size(earlier) > 0
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  other.id AS other,
  other.name AS other_name,
  victim.id AS victim,
  victim.name AS victim_name,
  COLLECT { UNWIND relations AS relation RETURN relation ORDER BY relation } AS tie_words,
  CASE size(orders)
    WHEN 0 THEN 'a former partner of the victim, suspect in an event against them up to ' + toString($window_days) + ' days before'
    ELSE 'whom an order bound on that day to leave the victim alone'
  END AS reason,
  event,
  COLLECT { UNWIND ids AS id RETURN id ORDER BY id } AS records,
  orders,
  earlier,
  size(orders) + size(earlier) AS reasons_count
