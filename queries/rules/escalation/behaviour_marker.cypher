/* ---
id: behaviour_marker
version: 1
status: active
title: Strangulation, threat to kill, stalking or weapon appears
question: Does one of the behaviours that carry weight appear for the first time between a suspect and a victim who had an event before?
description: >
  An event between one suspect and one victim carries strangulation, a threat to kill, stalking or a weapon, by its
  flags or its offence code, for the first time, and the two had another event in the `window_days` before. Strangulation
  is always listed, also without an earlier event and when it was recorded before. The parts are alleged: a suspect is
  somebody named as one. `weight` orders the findings, without a unit: the behaviour (strangulation 4, threat to kill 3,
  stalking 2, weapon 1) and, below one, the number of earlier events.
parameters:
  window_days: {type: int, default: 730, min: 1, max: 7300, unit: days, why: "24 months, domain.md E3"}
  strangulation_codes: {type: list, default: ["00877"], why: "Home Office code of non-fatal strangulation and suffocation (domain.md 3)"}
  threat_codes: {type: list, default: [3B], why: "Home Office code of threats to kill (domain.md 3)"}
  stalking_codes: {type: list, default: [8Q], why: "Home Office code of stalking (domain.md 3)"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Incident, column: event, reach: 2}
identity: {suspect: one, victim: one, event: one, marker: one}
about: {Person: [suspect, victim]}
evidence: {Incident: [records, earlier], Person: [suspect, victim]}
strength: weight
explain: >-
  {suspect_name} is suspect and {victim_name} victim where {behaviour} is recorded {appearance} ({event}), after
  {earlier_count} earlier events of the two within {window_days} days.
could_be_wrong:
  - An allegation is not a conviction.
  - An earlier appearance may be recorded only in the free text, or by another force.
  - The flag was set for another person in the same event.
action: Read the earlier events in order; ask whether the risk was assessed again after this one, and whether an order is in force.
references: [domain.md 2, domain.md E3]
# 37 and 31 on benign seeds 3 and 8209: a strangulation is always listed.
max_background: 37
history: {1: first version}
--- */
MATCH (anchor:Incident)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (record:Incident {event_id: event})
// Several records of one event are one event: who it names and what it carries are what any of them says.
WITH event, collect(record) AS records, min(record.occurred_day) AS day
UNWIND [
  {marker: 'strangulation', codes: $strangulation_codes, behaviour: 'strangulation', weight: 4},
  {marker: 'threat_to_kill', codes: $threat_codes, behaviour: 'a threat to kill', weight: 3},
  {marker: 'stalking', codes: $stalking_codes, behaviour: 'stalking', weight: 2},
  {marker: 'weapon', codes: [], behaviour: 'a weapon', weight: 1}
] AS m
WITH event, records, day, m
WHERE any(r IN records WHERE m.marker IN coalesce(r.flags, []) OR coalesce(r.offence_code, '') IN m.codes)
UNWIND records AS of_suspect
MATCH (suspect:Person)-[s:SUSPECT_IN]->(of_suspect)
WHERE COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
  AND NOT coalesce(s.grade, '') =~ '3.*|.E.*'
UNWIND records AS of_victim
MATCH (victim:Person)-[:VICTIM_IN]->(of_victim)
WHERE victim <> suspect
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
WITH DISTINCT event, records, day, m, suspect, victim
OPTIONAL MATCH (suspect)-[before:SUSPECT_IN]->(e:Incident)<-[:VICTIM_IN]-(victim)
// The day of the event is that of its first record, so that none of its own records is earlier.
WHERE e.occurred_day < day
  AND coalesce(before.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
WITH event, records, day, m, suspect, victim, collect(DISTINCT e) AS past
WITH event, records, m, suspect, victim,
  any(e IN past WHERE m.marker IN coalesce(e.flags, []) OR coalesce(e.offence_code, '') IN m.codes) AS again,
  [e IN past WHERE e.occurred_day >= day - $window_days] AS recent
WITH event, records, m, suspect, victim, again, recent,
  size(reduce(seen = [], e IN recent | CASE WHEN e.event_id IN seen THEN seen ELSE seen + e.event_id END)) AS earlier_count
WHERE m.marker = 'strangulation'
  OR (NOT again AND earlier_count > 0)
RETURN event,
  suspect.id AS suspect,
  suspect.name AS suspect_name,
  victim.id AS victim,
  victim.name AS victim_name,
  m.marker AS marker,
  m.behaviour AS behaviour,
  CASE WHEN again THEN 'again' ELSE 'for the first time' END AS appearance,
  COLLECT { UNWIND records AS r RETURN r.id ORDER BY r.id } AS records,
  COLLECT { UNWIND recent AS e RETURN e.id ORDER BY e.occurred_day, e.id } AS earlier,
  earlier_count,
  round(m.weight + 1 - 1.0 / (1 + earlier_count), 3) AS weight
