/* ---
id: closer_contacts
version: 1
status: active
title: Events of one suspect and one victim come closer together
question: Do the last three events of this suspect and this victim follow each other at half the gap of before, or less?
description: >
  One person is suspect and another victim in events on four days or more, the last three of them within `window_days`,
  and the median gap of these three is at most `max_ratio` of the median gap before. Gaps are counted between days:
  several records of one event, and several events of one day, are one contact. That the number rises is no sign: the question is whether contacts come
  faster than this pair's own pace. Most pairs (76 to 78 of 100) never come back at all, and among those that do harm
  does not rise on average: this is worth a look and predicts nothing. Events in which the two have the parts the other
  way round are told, and not counted. `rarity` is in bits: how unusual such short last gaps are where contacts come at
  random and the pace never changes (each halving of the chance is one bit); below `min_rarity` they are taken for chance.
parameters:
  window_days: {type: int, default: 365, min: 7, max: 3650, unit: days, why: "the last three events within a year, domain.md E1"}
  max_ratio: {type: float, default: 0.5, min: 0.01, max: 1, unit: share of the gap before, why: "half the gap of before or less, domain.md E1"}
  min_rarity: {type: float, default: 4.0, min: 0, max: 50, unit: bits, why: "where the pace never changes, half the gap or less comes in 17 to 26 of 100 pairs by chance; with 4 bits (one in sixteen) in 6 (200,000 simulated pairs of 3 to 17 gaps)"}
  max_span_days: {type: int, default: 14, min: 0, max: 365, unit: days, why: "gaps cannot be measured between events whose day is known no better than this"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 2}
identity: {suspect: one, victim: one}
about: {Person: [suspect, victim]}
evidence: {Incident: records, Person: [suspect, victim]}
strength: rarity
explain: >-
  {suspect_name} is suspect and {victim_name} victim on {contact_count} days ({event_count} events{other_way}): the last
  three came {recent_gap} days apart, the ones before {earlier_gap}. The newest was {last_days_ago} days before the newest
  data.
could_be_wrong:
  - Somebody who trusts the police more, or was told to call each time, reports more of the same.
  - By chance, since gaps are uneven where nothing changes.
  - An allegation is not a conviction.
  - Earlier events may be recorded by another force, under another name, or not at all.
action: Read the last three events in order; ask the victim what has changed, and whether the risk was assessed again since.
references: [domain.md 2, domain.md E1]
max_background: 8
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime', 'death']
  AND coalesce(i.occurred_span_days, 0) <= $max_span_days
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND NOT coalesce(s.grade, '') =~ '3.*|.E.*'
  AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
// Several records of one event are one event: the victim is whom any of them names.
MATCH (record:Incident {event_id: i.event_id})<-[v:VICTIM_IN]-(victim:Person)
WHERE victim <> suspect
  AND NOT coalesce(v.grade, '') =~ '3.*|.E.*'
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
WITH suspect, victim, i.event_id AS event, min(i.occurred_day) AS day, collect(i.id) + collect(record.id) AS ids
WHERE day IS NOT NULL
WITH suspect, victim, day, count(event) AS events, reduce(all = [], some IN collect(ids) | all + some) AS ids
ORDER BY day
WITH suspect, victim, collect(day) AS days, sum(events) AS event_count, reduce(all = [], some IN collect(ids) | all + some) AS ids
WHERE days[-1] - days[-3] <= $window_days
UNWIND range(1, size(days) - 3) AS n
WITH suspect, victim, days, event_count, ids,
  (days[-1] - days[-3]) / 2.0 AS recent_gap,
  percentileCont(1.0 * (days[n] - days[n - 1]), 0.5) AS earlier_gap
WHERE recent_gap <= $max_ratio * earlier_gap
// How often two of m + 2 gaps drawn alike fill so small a share f of the whole: two or more of m + 1 days fall into it.
WITH *, size(days) - 3 AS m, (days[-1] - days[-3] + 1.0) / (days[-1] - days[0] + 1.0) AS f,
  COUNT {
    MATCH (victim)-[:SUSPECT_IN]->(back:Incident)<-[:VICTIM_IN]-(suspect)
    RETURN DISTINCT back.event_id
  } AS other_way
WITH *, round(-log(1 - (1 - f) ^ (m + 1) - (m + 1) * f * (1 - f) ^ m) / log(2), 2) AS rarity
WHERE rarity >= $min_rarity
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  victim.id AS victim,
  victim.name AS victim_name,
  event_count,
  size(days) AS contact_count,
  CASE other_way WHEN 0 THEN '' ELSE ', and ' + toString(other_way) + ' the other way round' END AS other_way,
  recent_gap,
  earlier_gap,
  $as_of_day - days[-1] AS last_days_ago,
  COLLECT { UNWIND ids AS id WITH DISTINCT id RETURN id ORDER BY id } AS records,
  rarity
