/* ---
id: earlier_event_alike
version: 1
status: active
title: An earlier event with somebody alike near the scene
question: Was there a sexual event, a strangulation, a drugging or a collapse in the year before, near the scene with somebody like the person who died, or with that person?
description: >
  In the `window_days` before a death that is not recorded as expected, an event of lower level happened within
  `radius_m` of the scene to somebody of the same sex and at most `age_years` older or younger, or anywhere to the person
  who died. An event counts by its flags (`flags`), by words of its offence and method (`words`), and, where a health
  service recorded it, by words of its summary (`collapse_words`). Of an anonymous patient the sex and the age band are
  compared. Near misses are another rule's. Near alone is not enough, for in a town most deaths have such an event
  within 250 m. Displaced places, areas, hubs and places to which people are brought do not count as near. `closeness`
  is in bits: how many times the window can be halved before it reaches back only to the last such event.
parameters:
  window_days: {type: int, default: 365, min: 1, max: 3650, unit: days, why: "12 months: domain.md D7"}
  radius_m: {type: float, default: 250.0, min: 0, max: 5000, unit: m, why: "domain.md D7"}
  age_years: {type: float, default: 5.0, min: 0, max: 50, unit: years, why: "as for two deaths alike (domain.md D1)"}
  flags: {type: list, default: [sexual, strangulation], why: "behaviour that came before in the archetype, or weighs most (domain.md 2)"}
  words: {type: list, default: [rape, sexual, strangulation, suffocation, poison, spiking, spiked, drugged], why: "the same and drugging where an offence or method says it"}
  collapse_words: {type: list, default: [collapse, unconscious, unresponsive, drugged], why: "a person found collapsed may be a death that did not happen"}
  health_kinds: {type: list, default: [ambulance, ed_attendance], why: "whose summaries tell of a collapse"}
  taken_there: {type: list, default: [hospital, health_centre, custody, police_station, care_home], why: "people are brought to these places, or collapse there because they are ill"}
anchor: {label: Death, column: death, reach: 3}
identity: {death: one}
about: {Death: death}
evidence: {Incident: [death, events]}
strength: closeness
explain: >-
  In the year before the death of {deceased_name} ({death}): {in_words}.
could_be_wrong:
  - Chance, in a busy part of a town.
  - Somebody of the same sex and age collapsed there for reasons of their own.
  - An allegation is not a conviction.
  - The event may be what led to the death, and be known to the investigation already.
action: Read the earlier reports beside the death; ask whether a name, a drink, a drug or a place comes up in both.
references: [domain.md D7, domain.md 1.3c]
# 1 and 4 on benign seeds 3 and 8209: victims of about that age nearby.
max_background: 4
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (record:Incident {event_id: event})
WITH event, [r IN collect(record) WHERE r:Death] AS records, collect(record) AS all_records
WHERE none(r IN records WHERE coalesce(r.near_miss, false))
  AND none(r IN records WHERE coalesce(r.category, '') = 'expected')
UNWIND records AS d
WITH event, all_records, min(d.id) AS death, min(d.occurred_day) AS day
MATCH (p:Person)-[:DECEASED_IN]->(:Incident {event_id: event})
WITH DISTINCT event, all_records, death, day, p
CALL (all_records, day, p) {
  MATCH (p)-[part:VICTIM_IN|SUBJECT_OF]->(i:Incident)
  WHERE NOT coalesce(part.grade, '') =~ '3.*|.E.*'
  RETURN i, 0 AS metres, 'with the same person' AS how
  UNION
  UNWIND all_records AS record
  MATCH (record)-[:OCCURRED_AT]->(here:Location)
  WHERE NOT coalesce(here.precision, 'exact') IN ['displaced', 'area']
    AND NOT coalesce(here.place_type, '') IN $taken_there
  MATCH (there:Location)
  WHERE point.distance(there.point, here.point) <= $radius_m
    AND NOT coalesce(there.precision, 'exact') IN ['displaced', 'area']
    AND NOT coalesce(there.place_type, '') IN $taken_there
    AND NOT coalesce(there.is_hub, false)
  MATCH (there)<-[:OCCURRED_AT]-(i:Incident)
  WHERE i.occurred_day <= day
    AND i.occurred_day >= day - $window_days
    AND (EXISTS {
        MATCH (like:Person)-[:VICTIM_IN|SUBJECT_OF]->(i)
        WHERE like.sex = p.sex
          AND abs(duration.inDays(like.born_from, p.born_from).days) <= $age_years * 365.25
      }
      OR (i.patient_sex = p.sex
        AND abs((day - duration.inDays(date('1970-01-01'), p.born_from).days) / 365.25 - 5 - toInteger(left(i.patient_age_band, 2))) <= $age_years + 5))
  RETURN i, toInteger(round(min(point.distance(there.point, here.point)))) AS metres, 'with somebody alike' AS how
}
WITH event, death, day, i, metres, how
WHERE i.event_id <> event
  AND i.occurred_day <= day
  AND i.occurred_day >= day - $window_days
  AND NOT coalesce(i.near_miss, false)
  AND NOT 'near_miss' IN coalesce(i.flags, [])
  AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
  AND (any(flag IN coalesce(i.flags, []) WHERE flag IN $flags)
    OR any(word IN $words WHERE toLower(reduce(text = coalesce(i.offence, '') + ' ' + coalesce(i.offence_group, ''), m IN coalesce(i.method, []) | text + ' ' + m)) CONTAINS word)
    OR (coalesce(i.kind, '') IN $health_kinds AND any(word IN $collapse_words WHERE toLower(coalesce(i.summary, '')) CONTAINS word)))
// Several records of one event are one.
WITH event, death, day, i.event_id AS earlier, min(i.id) AS id, collect(DISTINCT i.id) AS ids, max(i.occurred_day) AS earlier_day,
  min(metres) AS metres, collect(DISTINCT how) AS hows,
  min(coalesce(i.offence, replace(i.kind, '_', ' '), 'an event')) AS what
ORDER BY earlier_day DESC, id
WITH event, death, min(day - earlier_day) AS nearest_days, reduce(list = [], own IN collect(ids) | list + own) AS events,
  collect(what + ' (' + id + ', ' + toString(day - earlier_day) + ' days before, '
    + CASE WHEN 'with the same person' IN hows THEN 'with the same person' ELSE 'with somebody alike ' + toString(metres) + ' m away' END + ')') AS in_words
RETURN death,
  coalesce(head(COLLECT { MATCH (q:Person)-[:DECEASED_IN]->(:Incident {event_id: event}) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_name,
  COLLECT { UNWIND events AS id RETURN DISTINCT id ORDER BY id } AS events,
  nearest_days,
  in_words[..5] + CASE WHEN size(in_words) > 5 THEN ['and ' + toString(size(in_words) - 5) + ' more'] ELSE [] END AS in_words,
  round(log(($window_days + 1.0) / (nearest_days + 1)) / log(2), 2) AS closeness
