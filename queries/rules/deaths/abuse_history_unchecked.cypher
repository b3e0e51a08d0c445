/* ---
id: abuse_history_unchecked
version: 1
status: active
title: A death after domestic abuse, and no check recorded
question: Was the person who died in a report of domestic abuse or stalking in the two years before, and does no record of the death say that this was looked at?
description: >
  The person who died is victim, suspect or subject of an event of domestic abuse, stalking, coercive control or
  strangulation, crime or not, in the `window_days` before the death, and the check of domestic abuse history is not
  among those recorded as done in any record of it. Whether other checks are recorded or none at all is said: not
  recorded does not mean not made. Deaths recorded as expected are left out. `closeness` is the share of the window that
  does not lie between the last such event and the death.
parameters:
  window_days: {type: int, default: 730, min: 1, max: 3650, unit: days, why: "24 months: domain.md D8"}
  flags: {type: list, default: [domestic_abuse, stalking, coercive_control, strangulation], why: "behaviour after which victims and suspects die by suicide more often than by homicide (domain.md 2)"}
  check: {type: str, default: domestic_abuse_history, why: "the check as the layout names it"}
  max_events_of_person: {type: int, default: 200, min: 1, max: 100000, unit: events, why: "somebody in more events than this is a placeholder, not a person"}
anchor: {label: Death, column: death, reach: 2}
identity: {death: one}
about: {Death: death, Person: people}
evidence: {Incident: [death, reports], Person: people}
strength: closeness
explain: >-
  {deceased_name} ({death}) was {in_words}, the last {nearest_days} days before the death. {check_words}
could_be_wrong:
  - The check was made and not written down, or is in a record that was not loaded.
  - An old report may have nothing to do with the death; most pairs never come back.
  - Who is named as suspect was not convicted by that.
  - Two people of one name were taken for one person.
action: Make the check of domestic abuse history now, non-crime reports included, and ask the partner agencies for theirs.
references: [domain.md D8, domain.md 2]
# 3 and 4 on benign seeds 3 and 8209: suspects of one report who died.
max_background: 4
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (record:Incident {event_id: event})
WITH event, [r IN collect(record) WHERE r:Death] AS records
WHERE none(r IN records WHERE coalesce(r.near_miss, false))
  AND none(r IN records WHERE coalesce(r.category, '') = 'expected')
  AND none(r IN records WHERE $check IN coalesce(r.checks_done, []))
UNWIND records AS d
WITH event, records, min(d.id) AS death, min(d.occurred_day) AS day
MATCH (p:Person)-[:DECEASED_IN]->(:Incident {event_id: event})
WITH DISTINCT event, records, death, day, p
MATCH (p)-[part:VICTIM_IN|SUSPECT_IN|SUBJECT_OF]->(i:Incident)
WHERE i.event_id <> event
  AND i.occurred_day <= day
  AND i.occurred_day >= day - $window_days
  AND any(flag IN i.flags WHERE flag IN $flags)
  AND coalesce(part.status, '') <> 'acquitted'
  // An item from a source graded 3, or graded E itself, says nothing alone.
  AND NOT coalesce(part.grade, '') =~ '3.*|.E.*'
  AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
  AND COUNT { (p)-->(:Incident) } <= $max_events_of_person
// Several records of one report are one.
WITH records, death, day, p, type(part) AS part, i.event_id AS report, max(i.occurred_day) AS report_day, collect(DISTINCT i.id) AS ids
WITH records, death, day, p, part, count(*) AS times, min(day - report_day) AS nearest, collect(ids) AS ids
WITH records, death, collect(DISTINCT p.id) AS people, collect(DISTINCT p.name) AS names, min(nearest) AS nearest_days,
  collect(CASE part WHEN 'VICTIM_IN' THEN 'victim' WHEN 'SUSPECT_IN' THEN 'suspect' ELSE 'subject' END + ' in ' + toString(times)
    + CASE times WHEN 1 THEN ' report' ELSE ' reports' END) AS in_words,
  reduce(all_ids = [], list IN reduce(lists = [], own IN collect(ids) | lists + own) | all_ids + list) AS reports
RETURN death,
  people,
  COLLECT { UNWIND reports AS id RETURN DISTINCT id ORDER BY id } AS reports,
  reduce(text = names[0], name IN names[1..] | text + ' and ' + name) AS deceased_name,
  COLLECT { UNWIND in_words AS words RETURN words + ' of domestic abuse or stalking' ORDER BY words DESC } AS in_words,
  nearest_days,
  CASE
    WHEN all(r IN records WHERE size(coalesce(r.checks_done, [])) = 0) THEN 'No check at all is recorded for the death.'
    ELSE 'Other checks are recorded for the death, that of domestic abuse history is not.'
  END AS check_words,
  round(1 - 1.0 * nearest_days / $window_days, 2) AS closeness
