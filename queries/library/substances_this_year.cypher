/* ---
id: substances_this_year
title: Substances in recent deaths against the time before
category: deaths
question: Which substances are in more deaths now than in the year before?
description: >
  For every substance the number of deaths (near misses apart) in the last `window_days` and in the year before these,
  and what the earlier number comes to in as many days. Several records of one death count once. `share` is of the deaths
  with known toxicology (returned, or a substance named), since a death of which nothing is known says nothing.
  Toxicology takes weeks: the newest numbers are low for that reason alone, which counting suspicions mends in part.
parameters:
  window_days: {type: int, default: 90, min: 7, max: 365, unit: days}
  suspected_too: {type: bool, default: true, why: "false counts only what toxicology found"}
  most: {type: int, default: 50, min: 1, max: 1000, unit: substances}
--- */
MATCH (d:Death)
WHERE d.occurred_day > $as_of_day - $window_days - 365
  AND d.occurred_day <= $as_of_day
  AND NOT coalesce(d.near_miss, false)
OPTIONAL MATCH (d)-[x:INVOLVES_SUBSTANCE]->(s:Substance)
WHERE x.basis = 'found'
  OR $suspected_too
WITH d.event_id AS event, max(d.occurred_day) > $as_of_day - $window_days AS recent, collect(DISTINCT s) AS substances,
  any(t IN collect(d.toxicology) WHERE t = 'returned') AS returned
WHERE returned
  OR size(substances) > 0
WITH collect({recent: recent, substances: substances}) AS deaths
WITH deaths, size([one IN deaths WHERE one.recent]) AS known_now, size([one IN deaths WHERE NOT one.recent]) AS known_before
UNWIND deaths AS death
UNWIND death.substances AS s
WITH s, known_now, known_before,
  sum(CASE WHEN death.recent THEN 1 ELSE 0 END) AS now,
  sum(CASE WHEN death.recent THEN 0 ELSE 1 END) AS year_before
RETURN s.name AS substance,
  now,
  year_before,
  round(1.0 * year_before * $window_days / 365, 1) AS expected_now,
  CASE WHEN known_now > 0 THEN round(1.0 * now / known_now, 3) END AS share_now,
  CASE WHEN known_before > 0 THEN round(1.0 * year_before / known_before, 3) END AS share_before,
  known_now,
  known_before
ORDER BY now - 1.0 * year_before * $window_days / 365 DESC, substance
LIMIT $most
