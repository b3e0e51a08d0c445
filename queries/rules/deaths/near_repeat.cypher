/* ---
id: near_repeat
version: 1
status: active
title: Two deaths alike and near each other
question: Did two people of one sex and about one age die near each other within a year, in a way or a kind of place that is rare among deaths?
description: >
  Two deaths within `radius_m` and `window_days`, of people of one sex and at most `age_years` apart in age, that agree in
  the suspected means or in the kind of place, and belong to a stratum that is rare: of the other deaths in the
  `baseline_days` before the later one, at most `max_share` are of that sex, about that age, and
  alike in all in which the two agree. One is added to those alike and to all, so that a short record calls nothing
  rare. Near and alike is common among deaths that are common, so nothing is found without the stratum. Two deaths that
  are both recorded as expected, and two natural ones in care homes, are left to place monitoring. Places to which people are brought, displaced places and
  areas do not count as near; a pair that a person judged not linked is left out. `rarity` is in bits: how unusual it is
  that a death is of the stratum and lies so few days and metres away, if deaths were spread evenly over window and
  circle (each halving of the chance is one bit).
parameters:
  window_days: {type: int, default: 365, min: 1, max: 3650, unit: days, why: "domain.md D1; the gaps of the archetype are 70, 23 and 359 days"}
  radius_m: {type: float, default: 500.0, min: 0, max: 10000, unit: m, why: "domain.md D1: the archetype's four deaths lay within 500 m of one flat"}
  age_years: {type: float, default: 5.0, min: 0, max: 50, unit: years, why: "domain.md D1; the archetype's four were 21 to 25"}
  max_share: {type: float, default: 0.01, min: 0.0001, max: 1, unit: share of deaths, why: "domain.md 5: a stratum of 3 % makes 5 near pairs a year by chance in a medium force, one of 0.5 % makes 0.1"}
  baseline_days: {type: int, default: 1095, min: 30, max: 7300, unit: days, why: "three years, as for a rare substance: long enough to count a small stratum"}
  not_means: {type: list, default: [unknown, other], why: "two deaths of unknown means are not alike for that"}
  taken_there: {type: list, default: [hospital, health_centre, custody, police_station], why: "people are brought to these places; where it happened is not known"}
anchor: {label: Death, column: death_a, reach: 3}
identity: {deaths: [death_a, death_b]}
about: {Death: [death_a, death_b]}
evidence: {Incident: [death_a, death_b], Person: [deceased_a, deceased_b]}
strength: rarity
explain: >-
  {deceased_a_name} ({death_a}, {sex}, {age_a}) and {deceased_b_name} ({death_b}, {sex}, {age_b}) died {days_apart} days
  and {distance_m} m apart, alike in {alike}. Of {known_count} other deaths in the records, {alike_count} are of that
  sex, about that age and alike in the same.
could_be_wrong:
  - Chance; where many deaths are compared, some rare ones lie near each other.
  - One supply, one hostel or one well-known place explains it without anybody's doing.
  - The two knew each other, as a couple or friends, and one death led to the other.
  - The two deaths are one that was recorded twice and not yet joined.
action: Read the two investigations side by side; ask who was with each of them, and whether anybody or anything else is in both.
references: [domain.md D1, domain.md 5, domain.md 1]
# 2 and 0 on benign seeds 3 and 8209: two pairs of young men in rare strata.
max_background: 2
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
// Several records of one event are one: the place is one that any of them names.
MATCH (:Incident {event_id: event})-[:OCCURRED_AT]->(here:Location)
WHERE NOT coalesce(here.precision, 'exact') IN ['displaced', 'area']
  AND NOT coalesce(here.place_type, '') IN $taken_there
WITH DISTINCT event, here
MATCH (there:Location)
WHERE point.distance(there.point, here.point) <= $radius_m
  AND NOT coalesce(there.precision, 'exact') IN ['displaced', 'area']
  AND NOT coalesce(there.place_type, '') IN $taken_there
MATCH (there)<-[:OCCURRED_AT]-(near:Death)
WHERE near.event_id <> event
WITH event, near.event_id AS near_event,
  min(point.distance(there.point, here.point)) AS metres,
  max(CASE WHEN here.place_type = there.place_type THEN here.place_type END) AS place_type
MATCH (p:Person)-[:DECEASED_IN]->(one:Incident {event_id: event})
MATCH (q:Person)-[:DECEASED_IN]->(two:Incident {event_id: near_event})
WHERE p <> q
  AND NOT coalesce(one.near_miss, false)
  AND NOT coalesce(two.near_miss, false)
  AND NOT (EXISTS { (:Incident {event_id: event, category: 'expected'}) } AND EXISTS { (:Incident {event_id: near_event, category: 'expected'}) })
  AND abs(two.occurred_day - one.occurred_day) <= $window_days
  AND p.sex IN ['F', 'M']
  AND p.sex = q.sex
// From here on the earlier one comes first, from whichever end the pair was met.
WITH metres, place_type, CASE
    WHEN [one.occurred_day, one.id] < [two.occurred_day, two.id]
    THEN [{death: one, person: p}, {death: two, person: q}]
    ELSE [{death: two, person: q}, {death: one, person: p}]
  END AS ends
WITH metres, place_type, [end IN ends | {
  death: end.death,
  person: end.person,
  age: (end.death.occurred_day - (duration.inDays(date('1970-01-01'), end.person.born_from).days
    + duration.inDays(date('1970-01-01'), coalesce(end.person.born_to, end.person.born_from)).days) / 2.0) / 365.25
}] AS ends
WITH metres, place_type, ends[0] AS a, ends[1] AS b
WHERE abs(a.age - b.age) <= $age_years
WITH *, CASE
    WHEN a.death.suspected_means = b.death.suspected_means AND NOT a.death.suspected_means IN $not_means
    THEN a.death.suspected_means
  END AS means
WHERE coalesce(means, place_type) IS NOT NULL
  AND NOT (coalesce(means, '') = 'natural' AND coalesce(place_type, '') = 'care_home')
  // What a person judged last about the two holds.
  AND coalesce(head(COLLECT {
    MATCH (j:Judgement)
    USING INDEX j:Judgement(first_id)
    WHERE j.first_id IN [a.death.id, b.death.id] AND j.second_id IN [a.death.id, b.death.id]
    RETURN j.verdict ORDER BY j.number DESC
  }), '') <> 'not_linked'
// Several records of one death, or several people who died in it, make one pair: the one most alike.
WITH a, b, means, place_type, metres
ORDER BY coalesce(means, '~'), abs(a.age - b.age), a.death.id, b.death.id
WITH a.death.event_id AS event_a, b.death.event_id AS event_b,
  head(collect({a: a, b: b, means: means, place_type: place_type, metres: metres})) AS pair
WITH collect(DISTINCT pair) AS pairs
// Everybody who died, once for all pairs: how rare a stratum is was counted among them.
CALL (pairs) {
  UNWIND pairs AS pair
  WITH max(pair.b.death.occurred_day) AS last, min(pair.b.death.occurred_day) AS first
  MATCH (d:Death)<-[:DECEASED_IN]-(x:Person)
  WHERE d.occurred_day >= first - $baseline_days
    AND d.occurred_day <= last
    AND NOT coalesce(d.near_miss, false)
  WITH d.event_id AS event, x.sex AS sex, min(d.occurred_day) AS day, min(x.born_from) AS born,
    collect(DISTINCT d.suspected_means) AS means, collect(DISTINCT head([(d)-[:OCCURRED_AT]->(l) | l.place_type])) AS place_types
  RETURN collect({
    event: event,
    day: day,
    sex: sex,
    age: (day - duration.inDays(date('1970-01-01'), born).days) / 365.25,
    alike: means + place_types
  }) AS everybody
}
UNWIND pairs AS pair
WITH pair, pair.a AS a, pair.b AS b, [other IN everybody
  WHERE other.day <= pair.b.death.occurred_day
    AND other.day >= pair.b.death.occurred_day - $baseline_days
    AND NOT other.event IN [pair.a.death.event_id, pair.b.death.event_id]] AS others
WITH pair, a, b, size(others) AS known_count, size([other IN others
  WHERE other.sex = a.person.sex
    AND abs(other.age - (a.age + b.age) / 2) <= $age_years
    AND all(word IN [pair.means, pair.place_type] WHERE coalesce(word IN other.alike, true))]) AS alike_count
WITH *, (alike_count + 1.0) / (known_count + 1.0) AS share, b.death.occurred_day - a.death.occurred_day AS days_apart
WHERE share <= $max_share
RETURN a.death.id AS death_a,
  b.death.id AS death_b,
  a.person.id AS deceased_a,
  b.person.id AS deceased_b,
  a.person.name AS deceased_a_name,
  b.person.name AS deceased_b_name,
  CASE a.person.sex WHEN 'F' THEN 'female' ELSE 'male' END AS sex,
  toInteger(a.age) AS age_a,
  toInteger(b.age) AS age_b,
  days_apart,
  toInteger(round(pair.metres)) AS distance_m,
  [word IN [pair.means, replace(pair.place_type, '_', ' ')] WHERE word IS NOT NULL] AS alike,
  alike_count,
  known_count,
  round(-(log(share) + log((days_apart + 1.0) / ($window_days + 1)) + 2 * log((pair.metres + 50) / ($radius_m + 50))) / log(2), 2) AS rarity
