/* ---
id: reporter_as_subject
version: 1
status: active
title: Finder or caller with an allegation against them
question: Has the person who found the body, called it in, or was last seen with the deceased, an allegation, bail or charge of their own?
description: >
  The finder, the caller or the person last seen with the deceased is named as suspect in another event of a sexual,
  violent or drug offence or of perverting the course of justice, or is on pre-charge bail or released under
  investigation, from `before_days` before the death to `after_days` after it. Each is said with how long before or
  after, how far it went, and whether it was known at the time: an allegation is not a conviction, and who was acquitted
  is left out. The death's own investigation does not count. `rarity` is in bits: how unusual it is that the nearest of
  so many lies so close by chance.
parameters:
  before_days: {type: int, default: 1825, min: 0, max: 7300, unit: days, why: "five years, as for a finder of two deaths (domain.md D2); the earlier allegation of the archetype lay within it"}
  after_days: {type: int, default: 730, min: 0, max: 7300, unit: days, why: "the archetype's gaps reach 359 days, and an allegation is often made long after; two years"}
  offence_words: {type: list, default: [homicide, murder, manslaughter, violence, assault, wounding, strangulation, threats to kill, kidnap, cruelty, harassment, stalking, robbery, weapon, rape, sexual, drug, pervert], why: "sexual, violent, drug and perverting offences of domain.md D3, as Home Office titles and subgroups name them"}
  offence_flags: {type: list, default: [sexual, strangulation, threat_to_kill, stalking, weapon], why: "the same behaviour where no offence was recorded, as in a non-crime report"}
  max_deaths: {type: int, default: 8, min: 1, max: 1000, unit: deaths, why: "a finder of more deaths than this meets them through work or premises nearly always (domain.md D13)"}
  max_allegations: {type: int, default: 200, min: 1, max: 10000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Death, column: death, reach: 3}
identity: {person: one, death: one}
about: {Person: person, Death: death}
evidence: {Incident: [death, allegations], ProtectiveOrder: bail, Person: person}
strength: rarity
explain: >-
  {person_name} was {role} at the death of {deceased_name} ({death}) and is under suspicion elsewhere: {in_words};
  {when_known}.
could_be_wrong:
  - An allegation is not a conviction; most end without one.
  - Whoever lives among people who use drugs is more often both a finder and a suspect.
  - Two people of one name were taken for one person.
  - What came after the death may have been caused by it.
action: Ask whether the investigating officer knew, and read what this person said about the death again beside the allegation.
references: [domain.md 1.3b, domain.md 1.3c, domain.md D3]
# 5 and 4 on benign seeds 3 and 8209: finders with an ordinary allegation in five years.
max_background: 5
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (record:Incident {event_id: event})
// Several records of one event are one: who is named by any of them is named, whichever of them is the death's.
WITH event, collect(record) AS records
UNWIND [r IN records WHERE r:Death AND NOT coalesce(r.near_miss, false)] AS d
WITH event, records, min(d.id) AS death, min(d.occurred_day) AS day
UNWIND records AS record
MATCH (p:Person)-[part:FOUND|REPORTED|LAST_SEEN_WITH]->(record)
// An item from a source graded 3, or graded E itself, never makes a link alone.
WHERE NOT coalesce(part.grade, '') =~ '3.*|.E.*'
WITH p, event, records, death, day, collect(DISTINCT type(part)) AS parts
WHERE COUNT { MATCH (p)-[:FOUND|REPORTED|LAST_SEEN_WITH]->(other:Death) RETURN DISTINCT other.event_id } <= $max_deaths
  AND COUNT { (p)-[:SUSPECT_IN]->() } <= $max_allegations
CALL (p, event, day) {
  MATCH (p)-[s:SUSPECT_IN]->(i:Incident)
  WHERE i.event_id <> event
    AND coalesce(s.status, 'named') <> 'acquitted'
    AND i.occurred_day >= day - $before_days
    AND i.occurred_day <= day + $after_days
    AND NOT coalesce(s.grade, '') =~ '3.*|.E.*'
    AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
    AND (any(word IN $offence_words WHERE toLower(coalesce(i.offence_group, '') + ' ' + coalesce(i.offence, '')) CONTAINS word)
      OR any(flag IN coalesce(i.flags, []) WHERE flag IN $offence_flags))
  // Several records of one event are one allegation; the newest word on how far it went stands.
  WITH i, s
  ORDER BY coalesce(s.status_on, date('0001-01-01')) DESC, i.id
  WITH day, i.event_id AS matter, collect(i)[0] AS i, collect(s)[0] AS s
  RETURN i.id AS incident,
    null AS order,
    i.occurred_day - day AS days,
    coalesce(i.offence, 'an allegation') AS what,
    coalesce(s.status, 'named') AS status,
    coalesce(duration.inDays(date('1970-01-01'), date(i.reported_at)).days, i.occurred_day) <= day AS known
  UNION
  MATCH (p)-[:RESPONDENT_TO]->(o:ProtectiveOrder)
  WHERE coalesce(o.order_type, '') IN ['pre_charge_bail', 'released_under_investigation']
    AND coalesce(o.in_force_to_day, day) >= day - $before_days
    AND o.in_force_from_day <= day + $after_days
  RETURN null AS incident,
    o.id AS order,
    CASE
      WHEN o.in_force_from_day > day THEN o.in_force_from_day - day
      WHEN o.in_force_to_day < day THEN o.in_force_to_day - day
      ELSE 0
    END AS days,
    CASE o.order_type WHEN 'pre_charge_bail' THEN 'bail before charge' ELSE 'released under investigation' END AS what,
    'in force' AS status,
    o.in_force_from_day <= day AS known
}
WITH p, death, records, parts, incident, order, days, what, known,
  what + ' (' + coalesce(incident, order) + ', ' + status + ', ' + CASE
    WHEN days = 0 AND order IS NOT NULL THEN 'that day'
    WHEN days = 0 THEN 'the same day'
    ELSE toString(abs(days)) + ' days ' + CASE WHEN days < 0 THEN 'before' ELSE 'after' END
  END + ')' AS words
ORDER BY abs(days), coalesce(incident, order)
WITH p, death, records, parts,
  collect(incident) AS allegations,
  collect(order) AS bail,
  collect(words) AS in_words,
  collect(known) AS known,
  min(abs(days)) AS nearest_days
WITH *, [
  ['FOUND', 'finder'], ['REPORTED', 'caller'], ['LAST_SEEN_WITH', 'last seen with the deceased']
] AS words
WITH *, [word IN words WHERE word[0] IN parts | word[1]] AS roles, $before_days + $after_days + 1.0 AS window
RETURN p.id AS person,
  p.name AS person_name,
  death,
  reduce(text = roles[0], role IN roles[1..] | text + ' and ' + role) AS role,
  coalesce(head(COLLECT { UNWIND records AS x MATCH (q:Person)-[:DECEASED_IN]->(x) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_name,
  allegations,
  bail,
  in_words[..5] + CASE WHEN size(in_words) > 5 THEN ['and ' + toString(size(in_words) - 5) + ' more'] ELSE [] END AS in_words,
  CASE
    WHEN all(k IN known WHERE k) THEN 'known at the time'
    WHEN none(k IN known WHERE k) THEN 'known only later'
    ELSE 'partly known at the time'
  END AS when_known,
  nearest_days,
  round(-log(CASE WHEN 2 * nearest_days + 1 >= window THEN 1.0 ELSE (2 * nearest_days + 1) / window END) / log(2) - log(size(in_words)) / log(2), 2) AS rarity
