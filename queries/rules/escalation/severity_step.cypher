/* ---
id: severity_step
version: 1
status: experimental
title: A step in harm between one suspect and one victim
question: Is an event of this suspect and this victim several times as grave as the events of the two before?
description: >
  An event of at least `min_harm` between one suspect and one victim is `min_ratio` times as grave, or more, as the
  middle (median) of their events in the `baseline_days` before, of which there are `min_before` or more, and no event
  of the two in the `step_days` before was as grave. Harm is days of imprisonment on the Cambridge Crime Harm Index:
  the value of the event where one is loaded, else the middle of its offence group, else 1, which is also that of what
  is no crime. It is a step and not a trend: among pairs that come back often harm does not rise on average, and the
  sum of harm is not looked at. `step` is in doublings of harm (a day is added on either side).
parameters:
  min_harm: {type: float, default: 366.0, min: 2, max: 5475, unit: days, why: "domain.md E2 asks for 10; but the middle of violence with injury is 365, from a scratch to grievous harm: without values of the events themselves every one of these would be a step (12 a month in a force, against 3)"}
  min_ratio: {type: float, default: 5.0, min: 1, max: 1000, unit: times, why: "domain.md E2"}
  baseline_days: {type: int, default: 365, min: 30, max: 3650, unit: days, why: "domain.md E2"}
  step_days: {type: int, default: 90, min: 1, max: 3650, unit: days, why: "domain.md E2: the largest in three months, so that a step is told once"}
  min_before: {type: int, default: 2, min: 1, max: 100, unit: events, why: "domain.md E2: with one event before there is no usual harm"}
  harm_of_groups: {type: list, default: ["homicide=5475", "rape=2555", "violence with injury=365", "robbery=365", "residential burglary=273.5", "possession of weapons offences=273.75", "arson=185", "other sexual offences=182.25", "stalking and harassment=10", "violence without injury=10", "public order offences=7.5", "trafficking of drugs=5", "vehicle offences=5", "possession of drugs=3", "criminal damage=2", "all other theft offences=2", "shoplifting=1"], why: "middle of each Home Office subgroup, Cambridge Crime Harm Index 2026 (domain.md 3); used only where no value of the event is loaded"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 2}
identity: {suspect: one, victim: one, event: one}
about: {Person: [suspect, victim]}
evidence: {Incident: [records, earlier], Person: [suspect, victim]}
strength: step
explain: >-
  {suspect_name} is suspect and {victim_name} victim in {event}, a step in harm: {harm} days on the harm index, where
  the middle of the {earlier_count} events of the two in the {baseline_days} days before was {usual} days.
could_be_wrong:
  - An allegation is not a conviction, and how an event is classed may change.
  - The harm of an event without its own value is the middle of its group, which hides a wide spread.
  - A wider spread in both directions looks like a step.
  - Earlier grave events may be recorded by another force, or not at all.
action: Read this event beside the earlier ones; ask whether the risk was assessed again after it, and what has changed.
references: [domain.md 2, domain.md 3, domain.md E2]
max_background: 4
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime']
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> suspect
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
WITH DISTINCT suspect, victim, i,
  [g IN $harm_of_groups WHERE toLower(coalesce(i.offence_group, '')) = split(g, '=')[0] | toFloat(split(g, '=')[1])] AS of_group
// Several records of one event are one event, as grave as the gravest of them.
WITH suspect, victim, i.event_id AS event, min(i.occurred_day) AS day, collect(i.id) AS ids,
  max(coalesce(i.severity_cchi, of_group[0], 1.0)) AS harm
WITH suspect, victim, collect({event: event, day: day, ids: ids, harm: harm}) AS events
UNWIND events AS e
WITH suspect, victim, e, [b IN events WHERE b.day < e.day AND b.day >= e.day - $baseline_days] AS before
WHERE e.harm >= $min_harm
  AND size(before) >= $min_before
  AND none(b IN before WHERE b.day >= e.day - $step_days AND b.harm >= e.harm)
UNWIND before AS b
WITH suspect, victim, e, before, percentileCont(b.harm, 0.5) AS usual
WHERE e.harm >= $min_ratio * usual
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  victim.id AS victim,
  victim.name AS victim_name,
  e.event AS event,
  e.day AS day,
  e.harm AS harm,
  usual,
  size(before) AS earlier_count,
  COLLECT { UNWIND e.ids AS id RETURN id ORDER BY id } AS records,
  COLLECT { UNWIND before AS b UNWIND b.ids AS id WITH b, id RETURN id ORDER BY b.day, id } AS earlier,
  round(log((1 + e.harm) / (1 + usual)) / log(2), 2) AS step
