/* ---
id: serial_suspect
version: 1
status: active
title: Domestic abuse or stalking of different people
question: Is this person suspect in domestic abuse or stalking of two or more different victims within three years?
description: >
  One person is suspect in two or more events of domestic abuse or stalking, crimes or not, within `window_days`, and at
  least two of the events have no victim in common: several victims of one event, such as a mother and her child, are
  not yet different victims, nor are two people who may well be one. Recency, frequency and the victims are said as figures. The victims are people, however many
  records they have. `reach` orders the findings, in victims: their number in the fullest window, and below one the
  number of events. An allegation is not a conviction; who was acquitted is left out.
parameters:
  window_days: {type: int, default: 1095, min: 1, max: 7300, unit: days, why: "three years, the practice of domain.md 2"}
  min_victims: {type: int, default: 2, min: 2, max: 50, unit: victims, why: "two or more different victims, the practice of domain.md 2"}
  stalking_codes: {type: list, default: [8Q], why: "Home Office code of stalking (domain.md 3), where no flag says it"}
  max_events: {type: int, default: 300, min: 2, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 2}
identity: {suspect: one}
about: {Person: [suspect, victims]}
evidence: {Incident: records, Person: [suspect, victims]}
strength: reach
explain: >-
  {suspect_name} is suspect in domestic abuse or stalking of {victim_count} different people within {span_days} days, in
  {event_count} events: {victim_names}. The newest was {last_days_ago} days before the newest data.
could_be_wrong:
  - An allegation is not a conviction, and most of these end without one.
  - Two of the victims may be one person whose records were not joined.
  - Two people of one name were taken for one suspect.
  - Members of one family who were each a victim on a different day.
action: Read the events in order of time; ask whether the newest victim knows, and whether the case belongs on the list of potentially dangerous persons.
references: [domain.md 2, domain.md E6]
# 20 and 23 on benign seeds 3 and 8209: people do have a second victim by chance.
max_background: 23
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime', 'death']
  AND (any(flag IN i.flags WHERE flag IN ['domestic_abuse', 'stalking']) OR i.offence_code IN $stalking_codes)
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND NOT coalesce(s.grade, '') =~ '3.*|.E.*'
MATCH (victim:Person)-[:VICTIM_IN]->(i)
WHERE victim <> suspect
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
// Who may be the same person as a victim is not yet a different one: the one place where a possible match is used.
WITH suspect, i, victim, COLLECT {
  MATCH (victim)<-[:IDENTIFIES]-(:Nominal)-[:POSSIBLY_SAME]-(:Nominal)-[:IDENTIFIES]->(twin:Person)
  RETURN twin.id
} AS perhaps
// Several records of one event are one event, with the victims of all of them.
WITH suspect, i.event_id AS event, min(i.occurred_day) AS day, collect(DISTINCT i.id) AS ids,
  collect(DISTINCT victim) AS victims, reduce(all = [], some IN collect(perhaps + victim.id) | all + some) AS people
ORDER BY day, event
WITH suspect, collect({event: event, day: day, ids: ids, victims: victims, people: people}) AS events
// Every event ends a window; the one with most victims stands, of equals the newest.
UNWIND events AS last
WITH suspect, last, [e IN events WHERE e.day <= last.day AND e.day >= last.day - $window_days] AS events
WHERE any(a IN events WHERE any(b IN events WHERE none(v IN a.victims WHERE v.id IN b.people)))
WITH suspect, last, events,
  COLLECT { UNWIND events AS e UNWIND e.victims AS v WITH DISTINCT v RETURN v ORDER BY v.name, v.id } AS victims
WHERE size(victims) >= $min_victims
WITH suspect, last, events, victims
ORDER BY size(victims) DESC, last.day DESC, size(events) DESC, last.event
WITH suspect, collect({last: last, events: events, victims: victims})[0] AS fullest
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  [v IN fullest.victims | v.id] AS victims,
  [v IN fullest.victims | v.name] AS victim_names,
  size(fullest.victims) AS victim_count,
  size(fullest.events) AS event_count,
  reduce(ids = [], e IN fullest.events | ids + e.ids) AS records,
  fullest.last.day - fullest.events[0].day AS span_days,
  $as_of_day - fullest.last.day AS last_days_ago,
  round(size(fullest.victims) + 1 - 1.0 / size(fullest.events), 3) AS reach
