/* ---
id: violence_not_reported
version: 1
status: experimental
title: Violence that an ambulance or emergency department saw and nobody reported
question: Did an ambulance or an emergency department attend violence near violent police incidents, without a police record of it?
description: >
  An attendance of an ambulance or emergency department carries a mark of violence (`violent_flags`), no record of the
  same event is the police's, and none of violence is on record within `same_m` and `same_days` of it, so that it was
  probably never reported. `min_near` or more violent police incidents happened within `radius_m` in the `window_days`
  before and after. Place and time alone link them: these sources name nobody, and nobody is to be looked for through
  them. A place to which people are taken, such as a hospital, is not where it happened and is left out. `near_count`
  orders the findings: the police incidents near it.
parameters:
  violent_flags: {type: list, default: [weapon, strangulation, sexual, domestic_abuse, threat_to_kill, stalking, coercive_control], why: "what an attendance can say of violence without naming anybody"}
  violent_groups: {type: list, default: [homicide, violence with injury, violence without injury, rape, other sexual offences, robbery, possession of weapons offences], why: "Home Office subgroups of violence; a police incident counts by its group or by the same flags"}
  radius_m: {type: float, default: 250.0, min: 0, max: 5000, unit: m, why: "as for earlier events at a scene (domain.md D7)"}
  window_days: {type: int, default: 30, min: 1, max: 730, unit: days, why: "a month: what goes on at a place now"}
  same_m: {type: float, default: 100.0, min: 0, max: 1000, unit: m, why: "two agencies geocode one event tens of metres apart"}
  same_days: {type: int, default: 1, min: 0, max: 30, unit: days, why: "a night begins on one day and ends on the next"}
  min_near: {type: int, default: 2, min: 1, max: 100, unit: incidents, why: "one is chance on any busy street"}
  taken_there: {type: list, default: [hospital, health_centre, custody, police_station, prison], why: "people are brought to these places; where it happened is not known"}
anchor: {label: Incident, column: attendance, reach: 3}
identity: {attendance: one}
about: {Incident: attendance, Location: place}
evidence: {Incident: [attendance, near], Location: place}
strength: near_count
explain: >-
  An attendance ({attendance}, {kind}) {patient} is marked {marks}, and no police record of it is known. Violent
  police incidents within {radius_m} m and {window_days} days: {near_count}.
could_be_wrong:
  - It was reported, and its place or day is recorded otherwise.
  - The patient may have wished that nobody is told, and is entitled to that.
  - A busy street has violence of many kinds that have nothing to do with each other.
action: Show it to the violence reduction partnership as a place and a time; never ask the service who the patient was on this ground alone.
references: [domain.md 1, domain.md P1]
max_background: 2
history: {1: first version}
--- */
MATCH (anchor:Incident)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (record:Incident {event_id: event})
// Several records of one event are one event: all of them must come from services that name nobody.
WITH event, collect(record) AS records
WHERE all(r IN records WHERE r.kind IN ['ambulance', 'ed_attendance'])
  AND any(r IN records WHERE any(flag IN r.flags WHERE flag IN $violent_flags))
UNWIND records AS r
MATCH (r)-[:OCCURRED_AT]->(place:Location)
WHERE NOT coalesce(place.precision, 'exact') IN ['displaced', 'area']
  AND NOT coalesce(place.place_type, '') IN $taken_there
WITH event, records, place, min(r.occurred_day) AS day
ORDER BY place.id
WITH event, records, collect({place: place.id, at: place.point, day: day})[0] AS here
MATCH (there:Location)
WHERE point.distance(there.point, here.at) <= $radius_m
  AND NOT coalesce(there.precision, 'exact') IN ['displaced', 'area']
  AND NOT coalesce(there.place_type, '') IN $taken_there
MATCH (there)<-[:OCCURRED_AT]-(i:Incident)
WHERE i.kind IN ['crime', 'non_crime']
  AND (toLower(coalesce(i.offence_group, '')) IN $violent_groups OR any(flag IN i.flags WHERE flag IN $violent_flags))
  AND abs(i.occurred_day - here.day) <= $window_days
WITH event, records, here, i.event_id AS near_event, collect(DISTINCT i.id) AS ids,
  max(abs(i.occurred_day - here.day) <= $same_days AND point.distance(there.point, here.at) <= $same_m) AS perhaps_same
WITH event, records, here, collect(ids) AS near, max(perhaps_same) AS perhaps_same
WHERE NOT perhaps_same
  AND size(near) >= $min_near
RETURN event AS attendance,
  here.place AS place,
  replace(records[0].kind, '_', ' ') AS kind,
  CASE WHEN records[0].patient_age_band IS NULL THEN 'of a patient of unknown age' ELSE 'of a patient aged ' + records[0].patient_age_band END AS patient,
  COLLECT { UNWIND records AS r UNWIND r.flags AS flag WITH DISTINCT flag WHERE flag IN $violent_flags RETURN replace(flag, '_', ' ') AS mark ORDER BY mark } AS marks,
  COLLECT { UNWIND near AS some UNWIND some AS id WITH DISTINCT id RETURN id ORDER BY id } AS near,
  size(near) AS near_count
