/* ---
id: common_carer
version: 1
status: active
title: A carer or professional at more deaths than the setting explains
question: Does somebody who cares or attends by profession have a part in clearly more deaths than others with the same part in the same setting?
description: >
  Deaths of the last `window_days` before the data end are counted for each carer and each attending professional, beside
  those of all others with the same part and profession in the same setting: the same care home, hospital or other place
  named in `settings`, else the same force. Found is who has at least `min_deaths`, and more than the mean of the
  others and `sigmas` times their spread (that of chance, where they differ less than that), with at least `min_peers`
  others to compare with. Of all the events in which they had such a part, deaths must be at least `min_ratio` times the share that
  they are for the others, unless the records hold nothing but deaths. This is a question about hours, wards and case mix before it is one about a person. It gives no order
  among people: there is nothing to rank by.
parameters:
  window_days: {type: int, default: 1095, min: 30, max: 7300, unit: days, why: "three years: shorter counts are too small to compare"}
  min_deaths: {type: int, default: 6, min: 2, max: 1000, unit: deaths, why: "below this a comparison of counts says nothing; at fewer deaths the rule of shared people looks"}
  min_peers: {type: int, default: 3, min: 1, max: 1000, unit: people, why: "with fewer to compare with there is no setting"}
  sigmas: {type: float, default: 4.0, min: 0, max: 20, unit: spreads, why: "domain.md 5: a rise of 2 spreads is found with 2.3 % false alarms; many people are compared at once, and duty is never spread evenly"}
  min_ratio: {type: float, default: 1.5, min: 0, max: 100, unit: times, why: "whoever is sent to more of everything is at more deaths; half as many again among all their events is more than that"}
  settings: {type: list, default: [care_home, hospital, hostel, refuge, prison, custody, health_centre], why: "places with staff of their own"}
anchor: {label: Death, column: death, reach: 2}
identity: {person: one, setting: one, part: part_words}
about: {Person: person}
evidence: {Incident: deaths, Person: person}
explain: >-
  {person_name} was {part_words} at {death_count} deaths in {setting_words}; {peer_count} others with that part there
  were at {peer_mean} each on average. Of the events in which they had such a part, {death_count} of {caseload} are
  deaths; for the others it is {peer_deaths} of {peer_caseload}.
could_be_wrong:
  - Full-time hours, nights, or a ward where people go to die.
  - Duty is not shared evenly; a few people are sent to most deaths.
  - Records of deaths name one member of staff for all who were there.
  - Two people of one name were taken for one person.
action: Ask the setting for hours worked and case mix of the time, and compare again before anybody is named.
references: [domain.md D13, domain.md 5, domain.md D9]
max_background: 0
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
MATCH (anchor)<-[:CARER_IN|ATTENDED_PROFESSIONALLY]-(p:Person)
WITH collect(DISTINCT p) AS looked_at
MATCH (d:Death)
WHERE d.occurred_day >= $as_of_day - $window_days
  AND NOT coalesce(d.near_miss, false)
MATCH (d)<-[part:CARER_IN|ATTENDED_PROFESSIONALLY]-(q:Person)
// An item from a source graded 3, or graded E itself, says nothing alone.
WHERE NOT coalesce(part.grade, '') =~ '3.*|.E.*'
WITH looked_at, q, d, type(part) AS role, head(COLLECT {
    MATCH (d)-[:OCCURRED_AT]->(l:Location)
    WHERE l.place_type IN $settings
    RETURN l ORDER BY l.id
  }) AS place
WITH looked_at, q, role, coalesce(place.id, d.force, '') AS setting, max(coalesce(place.name, place.address, place.id)) AS place_name,
  head(q.professions) AS profession, count(DISTINCT d.event_id) AS n, collect(DISTINCT d.id) AS ids
// All events in which they had such a part, deaths or not: their caseload as far as it is recorded.
WITH looked_at, q, role, setting, place_name, profession, n, ids,
  COUNT {
    MATCH (q)-[:CARER_IN|ATTENDED_PROFESSIONALLY]->(i:Incident)
    WHERE i.occurred_day >= $as_of_day - $window_days
    RETURN DISTINCT i.event_id
  } AS load
WITH looked_at, role, setting, max(place_name) AS place_name, profession, sum(n) AS total, sum(n * n) AS squares, sum(load) AS loads, count(*) AS people,
  collect({who: q, deaths: n, ids: ids, load: load}) AS everybody
UNWIND [one IN everybody WHERE one.who IN looked_at AND one.deaths >= $min_deaths] AS one
WITH role, setting, place_name, profession, one, people - 1 AS peers, total - one.deaths AS peer_deaths, loads - one.load AS peer_load,
  squares - one.deaths * one.deaths AS peer_squares
WHERE peers >= $min_peers
WITH *, 1.0 * peer_deaths / peers AS mean
WITH *, 1.0 * peer_squares / peers - mean * mean AS variance
WHERE one.deaths > mean + $sigmas * sqrt(CASE WHEN variance > mean THEN variance ELSE mean END)
  AND (one.deaths * peer_load >= $min_ratio * peer_deaths * one.load
    OR (one.load = one.deaths AND peer_load = peer_deaths))
RETURN one.who.id AS person,
  one.who.name AS person_name,
  head(COLLECT { UNWIND one.ids AS id RETURN id ORDER BY id }) AS death,
  COLLECT { UNWIND one.ids AS id RETURN id ORDER BY id } AS deaths,
  setting,
  coalesce(place_name, 'the homes and other places of ' + CASE setting WHEN '' THEN 'the records' ELSE setting END) AS setting_words,
  CASE role WHEN 'CARER_IN' THEN 'carer' ELSE 'in attendance as ' + coalesce(profession, 'a professional') END AS part_words,
  one.deaths AS death_count,
  one.load AS caseload,
  peers AS peer_count,
  round(mean, 1) AS peer_mean,
  peer_deaths,
  peer_load AS peer_caseload
