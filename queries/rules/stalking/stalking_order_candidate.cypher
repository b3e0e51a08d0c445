/* ---
id: stalking_order_candidate
version: 1
status: experimental
title: Repeated stalking or harassment, and no order against it
question: Is this suspect named in stalking or harassment of one victim again and again, with no order that protects the victim?
description: >
  One person is suspect and another victim in `min_events` or more events within `window_days`, the newest of them at
  most `recent_days` ago, and at least one of them is stalking by its flag or its code, or `min_harassment` of them
  harassment or messages by their code. No order against the suspect that protects the victim binds today, none was
  applied for, and none was made that waits for service. A stalking protection order needs no conviction and no
  charge, and the protected person need not be the victim. Bail is no such order: it ends with the case. `events`
  orders the findings: their number in the window.
parameters:
  window_days: {type: int, default: 90, min: 7, max: 3650, unit: days, why: "three months, as for two breaches (domain.md O1); stalking is a course of conduct"}
  recent_days: {type: int, default: 60, min: 1, max: 3650, unit: days, why: "as for an order about to end (domain.md O3): something to protect from now"}
  min_events: {type: int, default: 2, min: 2, max: 50, unit: events, why: "a course of conduct is two or more"}
  min_harassment: {type: int, default: 2, min: 1, max: 50, unit: events, why: "two or more acts of harassment make a course of conduct, whatever the code"}
  stalking_codes: {type: list, default: [8Q], why: "Home Office code of stalking (domain.md 3)"}
  harassment_codes: {type: list, default: [8L, 8R], why: "Home Office codes of harassment and malicious communications (domain.md 3)"}
  not_these: {type: list, default: [pre_charge_bail, released_under_investigation, dvpn, dapn], why: "they end with the case, or within 48 hours"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 2}
daily: >-
  MATCH (i:Incident) WHERE i.occurred_day >= $as_of_day - $recent_days - 1
  MATCH (p:Person)-[:SUSPECT_IN]->(i) RETURN DISTINCT p.id AS id
identity: {suspect: one, victim: one}
about: {Person: [suspect, victim]}
evidence: {Incident: records, Person: [suspect, victim]}
strength: events
explain: >-
  {suspect_name} is suspect and {victim_name} victim in {events} events within {window_days} days, {told}; the newest
  was {last_days_ago} days ago. No order that protects {victim_name} from {suspect_name} is on record.
could_be_wrong:
  - An allegation is not a conviction.
  - An order may have been applied for where the records are not loaded.
  - The two may still live together, where another order fits better.
  - The victim may not want an order.
action: Ask the stalking lead whether to apply for a stalking protection order, and tell the victim what it could do.
references: [domain.md 4, domain.md S3]
max_background: 6
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
  AND suspect.deceased_on IS NULL
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime']
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> suspect
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
  AND victim.deceased_on IS NULL
WITH suspect, victim, i.event_id AS event, min(i.occurred_day) AS day, collect(DISTINCT i.id) AS ids,
  max('stalking' IN coalesce(i.flags, []) OR coalesce(i.offence_code, '') IN $stalking_codes) AS stalking,
  max(coalesce(i.offence_code, '') IN $harassment_codes) AS harassment
WITH suspect, victim, max(day) AS newest, collect({day: day, ids: ids, stalking: stalking, harassment: harassment}) AS events
WITH suspect, victim, newest, [e IN events WHERE e.day >= newest - $window_days] AS within
WHERE newest >= $as_of_day - $recent_days
  AND size(within) >= $min_events
WITH suspect, victim, newest, within, [e IN within WHERE e.stalking] AS stalked, [e IN within WHERE e.harassment] AS harassed
WHERE size(stalked) > 0
  OR size(harassed) >= $min_harassment
WITH suspect, victim, newest, within, stalked, harassed
WHERE NOT EXISTS {
    MATCH (suspect)-[:RESPONDENT_TO]->(o:ProtectiveOrder)-[:PROTECTS]->(victim)
    WHERE NOT coalesce(o.order_type, '') IN $not_these
      AND coalesce(o.state, '') <> 'refused'
      AND coalesce(
        o.in_force_to_day,
        duration.inDays(date('1970-01-01'), coalesce(o.discharged_on, o.ends_on)).days,
        $as_of_day
      ) >= $as_of_day
  }
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  victim.id AS victim,
  victim.name AS victim_name,
  toString(size(stalked)) + ' of them of stalking and ' + toString(size(harassed)) + ' of harassment or messages' AS told,
  COLLECT { UNWIND within AS e UNWIND e.ids AS id RETURN DISTINCT id ORDER BY id } AS records,
  $as_of_day - newest AS last_days_ago,
  size(within) AS events
