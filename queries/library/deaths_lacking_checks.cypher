/* ---
id: deaths_lacking_checks
title: Recent deaths with checks not recorded
category: deaths
question: Which deaths of the last weeks have no record of a check that is expected?
description: >
  Deaths, and not near misses, of the last `window_days`, of which none of the records says that an expected check was
  done, those lacking most first. That a check is not recorded does not say that it was not made. Deaths recorded as
  expected are left out; a category that nobody recorded is not taken for that.
parameters:
  window_days: {type: int, default: 28, min: 1, max: 3650, unit: days}
  expected: {type: list, default: [pnc, force_crime, force_non_crime, domestic_abuse_history], why: "checks expected at every unexpected death, as named in the layout"}
  most: {type: int, default: 200, min: 1, max: 5000, unit: deaths}
--- */
MATCH (d:Death)
WHERE d.occurred_day >= $as_of_day - $window_days
  AND d.occurred_day <= $as_of_day
WITH DISTINCT d.event_id AS event
MATCH (record:Incident {event_id: event})
WITH event, [r IN collect(record) WHERE r:Death] AS records
WHERE any(r IN records WHERE NOT coalesce(r.near_miss, false))
  AND none(r IN records WHERE coalesce(r.category, '') = 'expected')
WITH event, records, reduce(done = [], r IN records | done + coalesce(r.checks_done, [])) AS done
WITH event, records, records[0].occurred_day AS first_day, [c IN $expected WHERE NOT c IN done] AS lacking
WHERE size(lacking) > 0
RETURN date('1970-01-01') + duration('P1D') * first_day AS day,
  event,
  [r IN records | r.id] AS record_ids,
  head(COLLECT { UNWIND records AS r MATCH (p:Person)-[:DECEASED_IN]->(r) RETURN p.name ORDER BY p.id }) AS deceased,
  head([r IN records WHERE r.category IS NOT NULL | r.category]) AS category,
  lacking,
  any(r IN records WHERE r.supervisor_attended) AS supervisor_attended,
  any(r IN records WHERE r.closed_on IS NOT NULL) AS closed
ORDER BY size(lacking) DESC, first_day DESC, event
LIMIT $most
