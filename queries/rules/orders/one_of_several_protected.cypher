/* ---
id: one_of_several_protected
version: 1
status: experimental
title: An order that protects one of several recent victims only
question: Were there other recent victims of domestic abuse or stalking when this order was made, whom no order protects today?
description: >
  The order certainly binds today and protects one person or more. In the `window_days` before it began to bind, its
  respondent was suspect in domestic abuse or stalking of somebody else as well, whom no order against the same
  respondent that binds today protects. Bail and notices of 48 hours are not looked at, but protect others while they
  bind. `victims_outside` orders the findings, in victims.
parameters:
  window_days: {type: int, default: 365, min: 1, max: 7300, unit: days, why: "recent: a year, as for harm before a step (domain.md E2)"}
  not_these: {type: list, default: [pre_charge_bail, released_under_investigation, dvpn, dapn], why: "bail is about one charge, and notices of 48 hours go on to court"}
  stalking_codes: {type: list, default: [8Q], why: "Home Office code of stalking (domain.md 3), where no flag says it"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: ProtectiveOrder, column: order, reach: 3}
daily: true
identity: {order: one, respondent: one}
about: {Person: [respondent, victims], ProtectiveOrder: order}
evidence: {Incident: records, ProtectiveOrder: order, Person: [respondent, victims, protected]}
strength: victims_outside
explain: >-
  The order {order} ({order_type}) against {respondent_name} protects {protected_names}. Other victims of abuse or
  stalking within {window_days} days before it began to bind, whom no order protects today: {victim_names}.
could_be_wrong:
  - An allegation is not a conviction.
  - An order that protects the other victim may not be loaded, or may not be wanted.
  - Two of the victims may be one person whose records were not joined.
action: Ask each victim who is outside whether they want protection, and whether the court knew of them.
references: [domain.md 4, domain.md O8]
max_background: 4
history: {1: first version}
--- */
MATCH (o:ProtectiveOrder)
WHERE o.id IN $anchors
  AND o.in_force_from_day <= $as_of_day
  AND coalesce(o.in_force_to_day, $as_of_day) >= $as_of_day
  AND NOT coalesce(o.order_type, '') IN $not_these
WITH DISTINCT o
MATCH (respondent:Person)-[:RESPONDENT_TO]->(o)
WHERE COUNT { (respondent)-[:SUSPECT_IN]->() } <= $max_events
WITH DISTINCT o, respondent, COLLECT { MATCH (o)-[:PROTECTS]->(q:Person) WITH DISTINCT q RETURN q ORDER BY q.name, q.id } AS protected
WHERE size(protected) > 0
MATCH (respondent)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime', 'death']
  AND (any(flag IN i.flags WHERE flag IN ['domestic_abuse', 'stalking']) OR i.offence_code IN $stalking_codes)
  AND i.occurred_day <= o.in_force_from_day
  AND i.occurred_day >= o.in_force_from_day - $window_days
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> respondent
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
  AND NOT EXISTS {
    MATCH (respondent)-[:RESPONDENT_TO]->(other:ProtectiveOrder)-[:PROTECTS]->(victim)
    WHERE other.in_force_from_day <= $as_of_day
      AND coalesce(other.in_force_to_day, $as_of_day) >= $as_of_day
  }
  // Who may be the same person as whom it protects is not yet another victim: the one place where a possible match is used.
  AND NOT EXISTS {
    MATCH (victim)<-[:IDENTIFIES]-(:Nominal)-[:POSSIBLY_SAME]-(:Nominal)-[:IDENTIFIES]->(:Person)<-[:PROTECTS]-(o)
  }
  AND victim.deceased_on IS NULL
WITH o, respondent, protected, victim, collect(DISTINCT i.id) AS ids
ORDER BY victim.name, victim.id
WITH o, respondent, protected, collect(victim) AS victims, collect(ids) AS ids
RETURN o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  respondent.id AS respondent,
  respondent.name AS respondent_name,
  [q IN protected | q.id] AS protected,
  [q IN protected | q.name] AS protected_names,
  [q IN victims | q.id] AS victims,
  [q IN victims | q.name] AS victim_names,
  COLLECT { UNWIND ids AS some UNWIND some AS id WITH DISTINCT id RETURN id ORDER BY id } AS records,
  size(victims) AS victims_outside
