/* ---
id: shared_rare_substance
version: 1
status: active
title: Two deaths with one rare substance, near in place and time
question: Is a substance that the force seldom meets in two deaths near each other within three months?
description: >
  One substance, found or suspected, is in two deaths, or in a death and a near miss, within `window_days` and
  `radius_m`, and was rare in the force's own records until then: of the deaths of the same force or forces with known
  toxicology (returned, or a substance named) in the `baseline_days` before the window, at most `max_share` had it. One
  death is added to those that had it and to those that were asked, so that a short record calls nothing rare. A death
  of which no substance is known contributes nothing, to either side. A suspicion that toxicology did not bear out is
  dropped. The place does not link, the substance does: it only has to be near, so that a hub such as a hostel counts,
  while places to which people are brought, displaced places and areas do not. `rarity` is in bits: how unusual it is
  that a death has the substance and lies so few days and metres away, if deaths were spread evenly over window and
  circle (each halving of the chance is one bit).
parameters:
  window_days: {type: int, default: 90, min: 1, max: 730, unit: days, why: "domain.md D5"}
  radius_m: {type: float, default: 5000.0, min: 0, max: 100000, unit: m, why: "domain.md D5: one supply reaches a town, not a street"}
  max_share: {type: float, default: 0.02, min: 0.0001, max: 1, unit: share of deaths, why: "between the strata of 3 % and 0.5 % of domain.md 5, in which chance makes 5 and 0.1 near pairs a year"}
  baseline_days: {type: int, default: 1095, min: 30, max: 7300, unit: days, why: "three years: long enough to count a rare substance, short enough that the market is still the same"}
  max_deaths: {type: int, default: 300, min: 2, max: 100000, unit: deaths, why: "a substance in more deaths than this, such as alcohol, connects everybody; it bounds the work"}
  not_substances: {type: list, default: [unknown, not known, none, nil, negative, none detected, not detected, no drugs, unspecified, unidentified, other, drugs, tablets, pills, powder], why: "words that sources write where no substance is known"}
  taken_there: {type: list, default: [hospital, health_centre, custody, police_station], why: "people are brought to these places; where they took it is not known"}
  opioids: {type: list, default: [heroin, morphine, methadone, fentanyl, nitazene, oxycodone, codeine, tramadol, buprenorphine], why: "opioids among the usual names of the loader; clusters go to public health within hours (domain.md 5)"}
anchor: {label: Death, column: death_a, reach: 3}
identity: {substance: one, deaths: [death_a, death_b]}
about: {Death: [death_a, death_b]}
evidence: {Incident: [records_a, records_b]}
strength: rarity
explain: >-
  {substance_words} was {basis_a} in the {what_a} of {deceased_a_name} ({death_a}) and {basis_b} in the {what_b} of
  {deceased_b_name} ({death_b}), {days_apart} days and {distance_m} m apart. Before, it was in {share_count} of
  {known_count} deaths with known toxicology. Cases with it as near to one of the two, these included: {cluster_count}.
could_be_wrong:
  - One supply in one town explains it without anybody's doing.
  - The two knew each other and took it together.
  - A substance that laboratories only begin to look for looks rare until then.
  - A suspicion rests on what somebody said, and toxicology may not bear it out.
  - The two deaths are one that was recorded twice and not yet joined.
action: If it is an opioid, tell public health within hours, before anything else. Then compare where the two had it from and who was with them.
references: [domain.md 1.3f, domain.md 5, domain.md D5]
max_background: 0
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (:Incident {event_id: event})-[:INVOLVES_SUBSTANCE]->(s:Substance)
WHERE NOT toLower(s.name) IN $not_substances
  AND COUNT { (s)<-[:INVOLVES_SUBSTANCE]-() } <= $max_deaths
WITH DISTINCT s
MATCH (s)<-[x:INVOLVES_SUBSTANCE]-(d:Death)
// An item from a source graded 3, or graded E itself, never makes a link alone.
WHERE NOT coalesce(x.grade, '') =~ '3.*|.E.*'
  AND (x.basis = 'found' OR NOT EXISTS {
    MATCH (other:Incident {event_id: d.event_id})
    WHERE other.toxicology = 'returned'
  })
WITH s, d.event_id AS event, collect(x.basis) AS bases
// Several records of one event are one: the day and the place are those that any of them names.
MATCH (record:Incident {event_id: event})
WITH s, event, bases, collect(record) AS records, min(record.occurred_day) AS day,
  max(coalesce(record.occurred_span_days, 0)) AS span
WITH s, collect({
  event: event,
  records: records,
  basis: CASE WHEN 'found' IN bases THEN 'found' ELSE 'suspected' END,
  day: day,
  span: span,
  lived: none(r IN records WHERE r:Death AND NOT coalesce(r.near_miss, false)),
  forces: [r IN records WHERE r:Death | coalesce(r.force, '')],
  points: COLLECT {
    UNWIND records AS r
    MATCH (r)-[:OCCURRED_AT]->(l:Location)
    WHERE NOT coalesce(l.precision, 'exact') IN ['displaced', 'area']
      AND NOT coalesce(l.place_type, '') IN $taken_there
    RETURN l.point
  }
}) AS uses
UNWIND uses AS a
UNWIND uses AS b
WITH s, uses, a, b, b.day - a.day AS days_apart, a.forces + b.forces AS forces,
  head(COLLECT { UNWIND a.points AS p UNWIND b.points AS q RETURN point.distance(p, q) AS metres ORDER BY metres }) AS metres
WHERE (a.day < b.day OR (a.day = b.day AND a.event < b.event))
  AND days_apart <= $window_days
  AND a.span <= $window_days
  AND b.span <= $window_days
  AND NOT (a.lived AND b.lived)
  AND metres <= $radius_m
  // One person's use of it, a near miss and later a death, is no cluster.
  AND NOT EXISTS {
    UNWIND a.records AS of_a
    MATCH (of_a)<-[:DECEASED_IN]-(:Person)-[:DECEASED_IN]->(of_b:Death)
    WHERE of_b IN b.records
  }
// How rare it was is measured in the records of the forces of the two, up to the window before the first.
WITH forces, a.day AS first, collect({s: s, uses: uses, a: a, b: b, days_apart: days_apart, metres: metres}) AS pairs
CALL (forces, first) {
  MATCH (d:Death)
  WHERE d.occurred_day >= first - $window_days - $baseline_days
    AND d.occurred_day < first - $window_days
    AND coalesce(d.force, '') IN forces
    AND (d.toxicology = 'returned' OR EXISTS {
      MATCH (d)-[:INVOLVES_SUBSTANCE]->(named:Substance)
      WHERE NOT toLower(named.name) IN $not_substances
    })
  RETURN count(DISTINCT d.event_id) AS known_count
}
UNWIND pairs AS pair
WITH pair.s AS s, pair.a AS a, pair.b AS b, pair.days_apart AS days_apart, pair.metres AS metres, known_count,
  size([u IN pair.uses WHERE u.day >= first - $window_days - $baseline_days AND u.day < first - $window_days
    AND any(force IN u.forces WHERE force IN forces)]) AS share_count,
  size([u IN pair.uses WHERE u.span <= $window_days AND any(end IN [pair.a, pair.b] WHERE abs(u.day - end.day) <= $window_days
    AND any(p IN u.points WHERE any(q IN end.points WHERE point.distance(p, q) <= $radius_m)))]) AS cluster_count
WITH s, a, b, days_apart, metres, known_count, share_count, cluster_count, (share_count + 1.0) / (known_count + 1.0) AS share
WHERE share <= $max_share
RETURN s.name AS substance,
  s.name + CASE WHEN toLower(s.name) IN $opioids THEN ' (an opioid: for public health)' ELSE '' END AS substance_words,
  head(COLLECT { UNWIND a.records AS r WITH r WHERE r:Death RETURN r.id ORDER BY r.id }) AS death_a,
  head(COLLECT { UNWIND b.records AS r WITH r WHERE r:Death RETURN r.id ORDER BY r.id }) AS death_b,
  COLLECT { UNWIND a.records AS r RETURN r.id ORDER BY r.id } AS records_a,
  COLLECT { UNWIND b.records AS r RETURN r.id ORDER BY r.id } AS records_b,
  a.basis AS basis_a,
  b.basis AS basis_b,
  CASE WHEN a.lived THEN 'near miss' ELSE 'death' END AS what_a,
  CASE WHEN b.lived THEN 'near miss' ELSE 'death' END AS what_b,
  coalesce(head(COLLECT { UNWIND a.records AS r MATCH (q:Person)-[:DECEASED_IN]->(r) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_a_name,
  coalesce(head(COLLECT { UNWIND b.records AS r MATCH (q:Person)-[:DECEASED_IN]->(r) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_b_name,
  days_apart,
  toInteger(round(metres)) AS distance_m,
  share_count,
  known_count,
  round(100 * share, 2) AS share_percent,
  cluster_count,
  round(-(log(share) + log((days_apart + 1.0) / ($window_days + 1)) + 2 * log((metres + 50) / ($radius_m + 50))) / log(2), 2) AS rarity
