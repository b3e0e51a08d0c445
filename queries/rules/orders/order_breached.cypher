/* ---
id: order_breached
version: 1
status: experimental
title: An order breached soon, again, or without anything done
question: Was this order breached within a week of beginning to bind, twice in three months, or without an arrest on record?
description: >
  Breaches of the order are on record: one within `soon_days` of the day on which it began to bind, two within
  `repeat_days`, or one of which nothing but the report is on record (no arrest, charge, or decision to take no
  further action). Each of these is said. Several rows of one event or of one day are one breach. What happened before
  the order bound, or under an order that was not served, is no breach and not counted. `weight` orders the findings,
  without a unit: the number of breaches, and one more where one was soon.
parameters:
  repeat_days: {type: int, default: 90, min: 1, max: 3650, unit: days, why: "domain.md O1"}
  soon_days: {type: int, default: 7, min: 0, max: 365, unit: days, why: "domain.md O1"}
  nothing_done: {type: list, default: [reported], why: "result of a breach that was only reported; add no_further_action to list every breach that led to nothing"}
anchor: {label: ProtectiveOrder, column: order, reach: 3}
identity: {order: one, respondent: one}
about: {ProtectiveOrder: order, Person: respondent}
evidence: {ProtectiveOrder: order, Person: [respondent, protected], Incident: records}
strength: weight
explain: >-
  The order {order} ({order_type}) against {respondent_name} is recorded as breached {how_often}: {reasons}.
could_be_wrong:
  - A reported breach may turn out to be none, or may be contact that the order allows.
  - An arrest may be recorded elsewhere, or its result not yet sent.
  - Two reports of different days may be of one breach.
action: Ask the owner what was done after each breach; tell the protected person, and ask whether the conditions still fit.
references: [domain.md 4, domain.md O1]
max_background: 8
history: {1: first version}
--- */
MATCH (o:ProtectiveOrder)
WHERE o.id IN $anchors
WITH DISTINCT o
MATCH (respondent:Person)-[:RESPONDENT_TO]->(o)<-[:OF_ORDER]-(b:Breach)
OPTIONAL MATCH (i:Incident)-[:RECORDS]->(b)
WITH o, respondent, coalesce(i.event_id, b.id) AS event, min(duration.inDays(date('1970-01-01'), b.occurred_on).days) AS day,
  collect(DISTINCT i.id) AS ids, collect(DISTINCT coalesce(b.result, 'reported')) AS results
// Also what two agencies wrote down for one day is one breach.
WITH o, respondent, day, collect(ids) AS ids, collect(results) AS results
WHERE day >= o.in_force_from_day
  AND day <= coalesce(o.in_force_to_day, day)
WITH o, respondent, day, ids, all(some IN results WHERE all(result IN some WHERE result IN $nothing_done)) AS only_reported
ORDER BY day
WITH o, respondent, collect(day) AS days, sum(CASE WHEN only_reported THEN 1 ELSE 0 END) AS left_open,
  reduce(all = [], some IN collect(ids) | all + some) AS ids
WITH o, respondent, days, ids, [
  CASE WHEN days[0] - o.in_force_from_day <= $soon_days THEN 'the first ' + toString(days[0] - o.in_force_from_day) + ' days after it began to bind' END,
  CASE WHEN any(n IN range(1, size(days) - 1) WHERE days[n] - days[n - 1] <= $repeat_days) THEN 'two within ' + toString($repeat_days) + ' days' END,
  CASE WHEN left_open > 0 THEN toString(left_open) + ' with nothing on record but the report' END
] AS told
WITH o, respondent, days, ids, [reason IN told WHERE reason IS NOT NULL] AS reasons, told[0] AS soon
WHERE size(reasons) > 0
RETURN o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  respondent.id AS respondent,
  respondent.name AS respondent_name,
  COLLECT { MATCH (o)-[:PROTECTS]->(q:Person) WITH DISTINCT q RETURN q.id ORDER BY q.id } AS protected,
  COLLECT { UNWIND ids AS some UNWIND some AS id WITH DISTINCT id RETURN id ORDER BY id } AS records,
  size(days) AS breach_count,
  CASE size(days) WHEN 1 THEN 'once' ELSE 'on ' + toString(size(days)) + ' days' END AS how_often,
  reasons,
  size(days) + CASE WHEN soon IS NULL THEN 0 ELSE 1 END AS weight
