/* ---
id: suicide_marker_and_abuse
version: 1
status: experimental
title: A suicide marker on a suspect in recent domestic abuse
question: Has somebody who is suspect in domestic abuse in the last year a suicide or self-harm marker, with a behaviour that carries weight?
description: >
  A person with a marker of suicide or self-harm is suspect in domestic abuse or stalking in the last `window_days`,
  and at least one of these events carries strangulation, a threat to kill, stalking or coercive control, or there are
  `min_events` of them. The marker may be older or newer than the events: its day is not on record. It is a risk to
  the person themselves and to others, and asks for help as much as for protection. `weight` orders the findings,
  without a unit: the kinds of behaviour, and below one the number of events.
parameters:
  window_days: {type: int, default: 365, min: 1, max: 3650, unit: days, why: "12 months, domain.md E8"}
  markers: {type: list, default: [suicidal, self_harm], why: "suicide or self-harm marker on the suspect (domain.md 2)"}
  behaviours: {type: list, default: [strangulation, threat_to_kill, stalking, coercive_control], why: "markers with weight of domain.md 2; with separation too there are twice as many (measured), since the flag is on one report in eight"}
  min_events: {type: int, default: 4, min: 1, max: 100, unit: events, why: "a pair that comes back often is where harm gathers (domain.md 2)"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 2}
identity: {suspect: one}
about: {Person: [suspect, victims]}
evidence: {Incident: records, Person: [suspect, victims]}
strength: weight
explain: >-
  {suspect_name}, with the marker {markers_told}, is suspect in domestic abuse or stalking{behaviour_words}. Events
  within {window_days} days: {event_count}. Victims: {victim_names}. The newest was {last_days_ago} days ago.
could_be_wrong:
  - The marker may be old, or set for another reason.
  - An allegation is not a conviction.
  - Somebody who harms only themselves may be a danger to nobody else.
action: Ask what the marker rests on and how recent it is; tell those who assess the risk to the victim, and offer help to the suspect.
references: [domain.md 2, domain.md E8]
max_background: 8
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND any(marker IN suspect.markers WHERE marker IN $markers)
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
  AND suspect.deceased_on IS NULL
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime', 'death']
  AND any(flag IN i.flags WHERE flag IN ['domestic_abuse', 'stalking'])
  AND i.occurred_day >= $as_of_day - $window_days
  AND i.occurred_day <= $as_of_day
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> suspect
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
WITH suspect, i.event_id AS event, max(i.occurred_day) AS day, collect(DISTINCT i) AS records, collect(DISTINCT victim) AS victims
WITH suspect, max(day) AS newest, count(event) AS event_count, collect(records) AS records, collect(victims) AS victims
WITH suspect, newest, event_count, records, victims, COLLECT {
  UNWIND records AS some
  UNWIND some AS r
  UNWIND r.flags AS flag
  WITH DISTINCT flag
  WHERE flag IN $behaviours
  RETURN replace(flag, '_', ' ') AS behaviour
  ORDER BY behaviour
} AS behaviours
WHERE size(behaviours) > 0
  OR event_count >= $min_events
WITH suspect, newest, event_count, records, behaviours,
  COLLECT { UNWIND victims AS some UNWIND some AS v WITH DISTINCT v RETURN v ORDER BY v.name, v.id } AS victims
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  [v IN victims | v.id] AS victims,
  [v IN victims | v.name] AS victim_names,
  [marker IN suspect.markers WHERE marker IN $markers | replace(marker, '_', ' ')] AS markers_told,
  CASE size(behaviours) WHEN 0 THEN '' ELSE ', with ' + reduce(text = behaviours[0], b IN behaviours[1..] | text + ' and ' + b) END AS behaviour_words,
  event_count,
  COLLECT { UNWIND records AS some UNWIND some AS r WITH DISTINCT r.id AS id RETURN id ORDER BY id } AS records,
  $as_of_day - newest AS last_days_ago,
  round(size(behaviours) + 1 - 1.0 / (1 + event_count), 3) AS weight
