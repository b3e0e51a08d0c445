/* ---
id: near_miss_then_death
version: 1
status: active
title: A death after a near miss at the same place or of the same person
question: Was there a near miss at the place of this death, or of somebody in it, in the year before?
description: >
  In the `window_days` before a death there was a near miss (a death report of somebody who lived, or an event flagged
  near_miss, also of an anonymous source) at the same place, or one in which a person of this case had a part, the
  deceased first of all. The same place is the same record, the same address, or a record within `radius_m`; places that
  are displaced, only an area, or hubs do not link. Who attended as a professional or is next of kin does not link either.
  `closeness` is in bits: how many times the window must be halved to reach the nearest near miss.
parameters:
  window_days: {type: int, default: 365, min: 1, max: 3650, unit: days, why: "12 months, as for earlier lower-level events at a scene (domain.md D7)"}
  radius_m: {type: float, default: 30.0, min: 0, max: 500, unit: m, why: "two agencies geocode one address tens of metres apart; next door begins soon after"}
  max_events_at_place: {type: int, default: 50, min: 1, max: 100000, unit: events, why: "half of what makes a place a hub when it is loaded; at busier places a near miss before a death is chance"}
  max_events_of_person: {type: int, default: 200, min: 1, max: 100000, unit: events, why: "somebody in more events than this is a placeholder or is there for their work"}
anchor: {label: Death, column: death, reach: 3}
identity: {death: one}
about: {Death: death}
evidence: {Incident: [death, near_misses], Location: places, Person: people}
strength: closeness
explain: >-
  The death of {deceased_name} ({death}) came {nearest_days} days after a near miss: {in_words}.
could_be_wrong:
  - Chance, where near misses are frequent, as in a hostel or a busy street.
  - The near miss and the death may be one event that two agencies recorded.
  - Whoever uses drugs has near misses without anybody's doing.
action: Ask the other agency for its record of the near miss; compare who was there, what was taken, and what was asked then.
references: [domain.md P2, domain.md D7]
# 6 and 1 on benign seeds 3 and 8209: who uses drugs has near misses.
max_background: 6
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (record:Incident {event_id: event})
// Several records of one event are one: the place and the people are those that any of them names.
WITH event, collect(record) AS records
UNWIND [r IN records WHERE r:Death AND NOT coalesce(r.near_miss, false)] AS d
WITH event, records, min(d.id) AS death, min(d.occurred_day) AS day
CALL (event, day, records) {
  UNWIND records AS record
  MATCH (record)-[:OCCURRED_AT]->(here:Location)
  WHERE NOT coalesce(here.is_hub, false)
    AND NOT coalesce(here.precision, 'exact') IN ['displaced', 'area']
    AND COUNT { (here)<-[:OCCURRED_AT]-() } <= $max_events_at_place
  CALL (here) {
    RETURN here AS there
    UNION
    MATCH (there:Location)
    WHERE point.distance(there.point, here.point) <= $radius_m
    RETURN there
    UNION
    MATCH (there:Location {postcode: here.postcode})
    WHERE toLower(there.address) = toLower(here.address)
    RETURN there
  }
  WITH DISTINCT event, day, there
  WHERE NOT coalesce(there.is_hub, false)
    AND NOT coalesce(there.precision, 'exact') IN ['displaced', 'area']
    AND COUNT { (there)<-[:OCCURRED_AT]-() } <= $max_events_at_place
  MATCH (there)<-[:OCCURRED_AT]-(n:Incident)
  WHERE n.event_id <> event
    AND n.occurred_day < day
    AND n.occurred_day >= day - $window_days
    AND (coalesce(n.near_miss, false) OR 'near_miss' IN n.flags)
  RETURN n, there.id AS place, null AS p, 'at the same place' AS how
  UNION
  UNWIND records AS record
  MATCH (record)<-[here]-(p:Person)
  WHERE NOT type(here) IN ['ATTENDED_PROFESSIONALLY', 'NEXT_OF_KIN_IN']
    AND NOT coalesce(here.grade, '') =~ '3.*|.E.*'
    AND COUNT { (p)-[any]->(:Incident) WHERE type(any) <> 'ATTENDED_PROFESSIONALLY' } <= $max_events_of_person
  WITH event, day, p, max(type(here) = 'DECEASED_IN') AS died
  MATCH (p)-[part]->(n:Incident)
  WHERE n.event_id <> event
    AND n.occurred_day < day
    AND n.occurred_day >= day - $window_days
    AND (coalesce(n.near_miss, false) OR 'near_miss' IN n.flags)
    AND NOT type(part) IN ['ATTENDED_PROFESSIONALLY', 'NEXT_OF_KIN_IN']
    AND NOT coalesce(part.grade, '') =~ '3.*|.E.*'
  RETURN n, null AS place, p,
    CASE
      WHEN died AND type(part) IN ['DECEASED_IN', 'VICTIM_IN', 'SUBJECT_OF'] THEN 'the same person'
      ELSE p.name + ' had a part in both'
    END AS how
}
// Several records of one near miss are one; every way in which it is linked is said once.
WITH death, day, records, n.event_id AS near_event, min(n.id) AS near_miss, max(n.occurred_day) AS near_day,
  collect(DISTINCT n.id) AS near_records, collect(DISTINCT how) AS hows,
  collect(DISTINCT place) AS places, collect(DISTINCT p.id) AS people
ORDER BY near_day DESC, near_miss
WITH death, day, records,
  collect(near_miss + ' (' + toString(day - near_day) + ' days before, '
    + reduce(text = hows[0], h IN hows[1..] | text + ' and ' + h) + ')') AS in_words,
  min(day - near_day) AS nearest_days,
  reduce(ids = [], found IN collect(near_records) | ids + found) AS near_misses,
  reduce(ids = [], found IN collect(places) | ids + found) AS places,
  reduce(ids = [], found IN collect(people) | ids + found) AS people
RETURN death,
  coalesce(head(COLLECT { UNWIND records AS x MATCH (q:Person)-[:DECEASED_IN]->(x) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_name,
  COLLECT { UNWIND near_misses AS id WITH DISTINCT id RETURN id ORDER BY id } AS near_misses,
  COLLECT { UNWIND places AS id WITH DISTINCT id RETURN id ORDER BY id } AS places,
  COLLECT { UNWIND people AS id WITH DISTINCT id RETURN id ORDER BY id } AS people,
  size(in_words) AS near_miss_count,
  in_words[..5] + CASE WHEN size(in_words) > 5 THEN ['and ' + toString(size(in_words) - 5) + ' more'] ELSE [] END AS in_words,
  nearest_days,
  round(log(1.0 * $window_days / nearest_days) / log(2), 2) AS closeness
