/* ---
id: recency_frequency_gravity
version: 1
status: experimental
title: Recency, frequency, gravity and victims of one suspect
question: Is this person suspect recently, often, gravely and against several people, all four at once?
description: >
  Four figures of one suspect, each over its floor: days since the newest event (`recent_days`), events with a victim
  in 24 months (`min_events`), harm of the last 365 days as days of imprisonment on the Cambridge Crime Harm Index
  (`min_harm`) from two allegations or more, and different victims in 24 months (`min_victims`). They are shown as
  four figures and never added up: the sum of harm is ruled by a single grave event, and a rising count says little.
  Harm is the value of the event where one is loaded, else the middle of its offence group, else 1. Two records of one
  victim that were not joined count as two. `events` orders the findings.
parameters:
  window_days: {type: int, default: 730, min: 30, max: 7300, unit: days, why: "24 months, domain.md 2"}
  harm_days: {type: int, default: 365, min: 30, max: 7300, unit: days, why: "harm is summed over 365 days with two or more allegations, the practice of domain.md 2"}
  recent_days: {type: int, default: 30, min: 1, max: 3650, unit: days, why: "a month: what is looked at should still go on"}
  min_events: {type: int, default: 8, min: 2, max: 1000, unit: events, why: "floor: at six there are four times as many (measured), more than can be looked at"}
  min_victims: {type: int, default: 3, min: 1, max: 100, unit: victims, why: "floor: two are listed by another rule where it is abuse or stalking"}
  min_harm: {type: float, default: 1000.0, min: 1, max: 100000, unit: days, why: "floor: more than two events of the middle of violence with injury (domain.md 3)"}
  harm_of_groups: {type: list, default: ["homicide=5475", "rape=2555", "violence with injury=365", "robbery=365", "residential burglary=273.5", "possession of weapons offences=273.75", "arson=185", "other sexual offences=182.25", "stalking and harassment=10", "violence without injury=10", "public order offences=7.5", "trafficking of drugs=5", "vehicle offences=5", "possession of drugs=3", "criminal damage=2", "all other theft offences=2", "shoplifting=1"], why: "middle of each Home Office subgroup, Cambridge Crime Harm Index 2026 (domain.md 3); used only where no value of the event is loaded"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 2}
identity: {suspect: one}
about: {Person: suspect}
evidence: {Incident: records, Person: [suspect, victims]}
strength: events
explain: >-
  {suspect_name} as suspect: newest event {recency} days ago; {events} events in {window_days} days; {gravity} days of
  harm in {harm_days} days; {victim_count} different victims.
could_be_wrong:
  - An allegation is not a conviction.
  - Where people are watched more closely, more is recorded.
  - The harm of an event without its own value is the middle of its group, which hides a wide spread.
  - Two people of one name were taken for one suspect, or one victim has two records.
action: Read the four figures beside the events; ask who manages this person, and whether each victim has been asked what they need.
references: [domain.md 2, domain.md 3, domain.md E7]
max_background: 5
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
  AND suspect.deceased_on IS NULL
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime']
  AND i.occurred_day >= $as_of_day - $window_days
  AND i.occurred_day <= $as_of_day
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> suspect
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
WITH suspect, i, victim,
  [g IN $harm_of_groups WHERE toLower(coalesce(i.offence_group, '')) = split(g, '=')[0] | toFloat(split(g, '=')[1])] AS of_group
// Several records of one event are one event, as grave as the gravest of them.
WITH suspect, i.event_id AS event, max(i.occurred_day) AS day, collect(DISTINCT i.id) AS ids, collect(DISTINCT victim.id) AS victims,
  max(coalesce(i.severity_cchi, of_group[0], 1.0)) AS harm
WITH suspect, max(day) AS newest, collect({day: day, ids: ids, victims: victims, harm: harm}) AS events
WITH suspect, newest, events, [e IN events WHERE e.day >= $as_of_day - $harm_days] AS last_year,
  COLLECT { UNWIND events AS e UNWIND e.victims AS id WITH DISTINCT id RETURN id ORDER BY id } AS victims
WITH suspect, newest, events, victims, last_year, reduce(total = 0.0, e IN last_year | total + e.harm) AS gravity
WHERE newest >= $as_of_day - $recent_days
  AND size(events) >= $min_events
  AND size(victims) >= $min_victims
  AND size(last_year) >= 2
  AND gravity >= $min_harm
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  victims,
  size(victims) AS victim_count,
  COLLECT { UNWIND events AS e UNWIND e.ids AS id RETURN DISTINCT id ORDER BY id } AS records,
  $as_of_day - newest AS recency,
  round(gravity, 1) AS gravity,
  size(events) AS events
