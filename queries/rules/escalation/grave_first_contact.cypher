/* ---
id: grave_first_contact
version: 1
status: experimental
title: The first event of a couple or a family is already grave
question: Is the first event on record between this suspect and a partner, former partner or relative already grave?
description: >
  The first event on record between one suspect and one victim is grave, and is domestic abuse or stalking by its
  flags, or the part says that they are partners, former partners or family. Grave is a harm of `min_harm` or more on
  the Cambridge Crime Harm Index where the event has a value of its own; else an offence of one of `grave_groups`, or
  a victim who was seriously injured. Nothing was on record to grade before it: over half of the worst have no earlier
  contact. Non-fatal strangulation is listed by a rule of its own. `harm` is in days, 365 where no value is loaded.
parameters:
  min_harm: {type: float, default: 365.0, min: 1, max: 5475, unit: days, why: "domain.md E9"}
  grave_groups: {type: list, default: [homicide, rape], why: "Home Office subgroups whose middle is above 365 (domain.md 3); violence with injury is 365 in the middle and spreads from 2 to 4380, so that there the injury decides"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 2}
identity: {suspect: one, victim: one, event: one}
about: {Person: [suspect, victim]}
evidence: {Incident: records, Person: [suspect, victim]}
strength: harm
explain: >-
  {suspect_name} is suspect and {victim_name} victim in {event}, the first event of the two on record, and it is
  already grave: {why_grave}.
could_be_wrong:
  - An allegation is not a conviction, and how an event is classed may change.
  - Earlier events may be recorded by another force, under another name, or not at all.
  - The relationship may be recorded wrongly.
action: Have the risk assessed on this event alone, since there is no history to grade; ask what was not reported before.
references: [domain.md 2, domain.md 3, domain.md E9]
max_background: 8
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE NOT coalesce(i.kind, '') IN ['arrest', 'intelligence']
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[v:VICTIM_IN]-(victim:Person)
WHERE victim <> suspect
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
WITH suspect, victim, i.event_id AS event, min(i.occurred_day) AS day, collect(DISTINCT i.id) AS ids,
  max(coalesce(s.relationship_to_victim, '') IN ['partner', 'ex_partner', 'partner_or_ex', 'family']
    OR any(flag IN i.flags WHERE flag IN ['domestic_abuse', 'stalking'])) AS close,
  max(i.severity_cchi) AS harm,
  max(coalesce(v.injury, '') IN ['serious', 'fatal']) AS injured,
  [name IN collect(i.offence_group) WHERE toLower(name) IN $grave_groups] AS groups
ORDER BY day, event
// An event whose day is not known comes last: nobody can say that another was the first.
WITH suspect, victim, collect({event: event, day: day, ids: ids, close: close, harm: harm, injured: injured, groups: groups}) AS events
WITH suspect, victim, events[0] AS e, size([x IN events WHERE x.day IS NULL]) AS undated
WITH suspect, victim, e, undated, CASE
  WHEN e.harm IS NOT NULL THEN CASE WHEN e.harm >= $min_harm THEN toString(toInteger(round(e.harm))) + ' days on the harm index' END
  WHEN size(e.groups) > 0 THEN toLower(e.groups[0])
  WHEN e.injured THEN 'a serious injury'
END AS why_grave
WHERE undated = 0
  AND e.close
  AND why_grave IS NOT NULL
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  victim.id AS victim,
  victim.name AS victim_name,
  e.event AS event,
  e.day AS day,
  why_grave,
  COLLECT { UNWIND e.ids AS id RETURN id ORDER BY id } AS records,
  coalesce(e.harm, 365.0) AS harm
