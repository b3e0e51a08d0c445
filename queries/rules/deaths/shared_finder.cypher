/* ---
id: shared_finder
version: 1
status: active
title: Two deaths with one finder, caller or other person present
question: Was this person, other than as an attending professional, at more than one death?
description: >
  One person had a part in two deaths, or in a death and a near miss, within `window_days`: found the body, called it
  in, was last seen with the deceased, or was suspect, witness, carer, landlord, named in a note or otherwise involved.
  Who attended as a professional is left out by the part they had there, never by who they are. Being next of kin is a
  tie of family and not of presence: it counts at one of the two deaths, not at both. Two expected deaths at one place
  are left to place monitoring and to the comparison with a carer's caseload. `rarity` is in bits: how unusual so short
  a gap is between two days drawn evenly from the window, less the number of pairs that this person's deaths make
  (each halving of the chance is one bit).
parameters:
  window_days: {type: int, default: 1825, min: 1, max: 7300, unit: days, why: "domain.md D2 looks back five years; the deaths of the archetype lie up to 359 days apart"}
  max_deaths: {type: int, default: 8, min: 2, max: 1000, unit: deaths, why: "a person at more deaths than this nearly always meets them through work or premises; those are compared with their caseload (domain.md D13)"}
anchor: {label: Death, column: death_a, reach: 2}
identity: {person: one, deaths: [death_a, death_b]}
about: {Person: person, Death: [death_a, death_b]}
evidence: {Incident: [death_a, death_b], Person: person}
strength: rarity
explain: >-
  {person_name} was {role_a} at the {what_a} of {deceased_a_name} ({death_a}) and {role_b} at the {what_b} of
  {deceased_b_name} ({death_b}), {days_apart} days apart.
could_be_wrong:
  - A neighbour, a warden, or a person whose work takes them there, finds more than one body.
  - Members of one family or household report each other's deaths.
  - Two people of one name were taken for one person.
  - The two deaths are one that was recorded twice and not yet joined.
action: Read the two investigations side by side; ask what the person said each time, and who else was told.
references: [domain.md 1.3a, domain.md D2]
# 7 and 11 on benign seeds 3 and 8209, 12 since care homes name a carer: family, carers and neighbours do meet two deaths.
max_background: 12
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
MATCH (p:Person)-->(anchor)
WITH DISTINCT p
MATCH (p)-[part]->(d:Death)
WHERE NOT type(part) IN ['ATTENDED_PROFESSIONALLY', 'DECEASED_IN']
  // An item from a source graded 3, or graded E itself, never makes a link alone.
  AND NOT coalesce(part.grade, '') =~ '3.*|.E.*'
// Several records of one event are one death.
WITH p, d.event_id AS event, min(d.id) AS death, min(d.occurred_day) AS day,
  collect(DISTINCT d) AS records, collect(DISTINCT type(part)) AS parts
WITH p, collect({
  death: death,
  day: day,
  lived: all(r IN records WHERE coalesce(r.near_miss, false)),
  expected: any(r IN records WHERE r.category = 'expected'),
  parts: parts,
  records: records
}) AS deaths
WHERE size(deaths) <= $max_deaths
UNWIND deaths AS a
UNWIND deaths AS b
WITH p, a, b, size(deaths) * (size(deaths) - 1) / 2.0 AS pairs
WHERE (a.day < b.day OR (a.day = b.day AND a.death < b.death))
  AND b.day - a.day <= $window_days
  AND NOT (a.lived AND b.lived)
  AND NOT (a.parts = ['NEXT_OF_KIN_IN'] AND b.parts = ['NEXT_OF_KIN_IN'])
  AND NOT (a.expected AND b.expected AND EXISTS {
    UNWIND a.records AS x
    MATCH (x)-[:OCCURRED_AT]->(:Location)<-[:OCCURRED_AT]-(y:Death)
    WHERE y IN b.records
  })
WITH p, a, b, pairs, b.day - a.day AS days_apart, [
  ['FOUND', 'finder'], ['REPORTED', 'caller'], ['LAST_SEEN_WITH', 'last seen with the deceased'],
  ['SUSPECT_IN', 'suspect'], ['WITNESS_IN', 'witness'], ['NAMED_IN', 'named in a note'], ['CARER_IN', 'carer'],
  ['LANDLORD_IN', 'landlord'], ['SUBJECT_OF', 'subject of a report'], ['INVOLVED_IN', 'involved'],
  ['NEXT_OF_KIN_IN', 'next of kin']
] AS words
WITH p, a, b, pairs, days_apart,
  [word IN words WHERE word[0] IN a.parts | word[1]] AS roles_a,
  [word IN words WHERE word[0] IN b.parts | word[1]] AS roles_b
RETURN p.id AS person,
  p.name AS person_name,
  a.death AS death_a,
  b.death AS death_b,
  reduce(text = roles_a[0], role IN roles_a[1..] | text + ' and ' + role) AS role_a,
  reduce(text = roles_b[0], role IN roles_b[1..] | text + ' and ' + role) AS role_b,
  CASE WHEN a.lived THEN 'near miss' ELSE 'death' END AS what_a,
  CASE WHEN b.lived THEN 'near miss' ELSE 'death' END AS what_b,
  coalesce(head(COLLECT { UNWIND a.records AS x MATCH (q:Person)-[:DECEASED_IN]->(x) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_a_name,
  coalesce(head(COLLECT { UNWIND b.records AS y MATCH (q:Person)-[:DECEASED_IN]->(y) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_b_name,
  days_apart,
  round(-log(CASE WHEN days_apart + 1 >= $window_days THEN 1.0 ELSE 1 - (1 - (days_apart + 1.0) / $window_days) ^ 2 END) / log(2) - log(pairs) / log(2), 2) AS rarity
