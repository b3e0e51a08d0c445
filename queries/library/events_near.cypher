/* ---
id: events_near
title: Events near a point, in a window of time
category: places
question: What happened within this distance of this point, between these days?
description: >
  Events at places within `radius_m` of the point and within the days, the nearest first. The day of an event that is
  known only to a span is the middle of it, and `known_to_days` says how wide it is. Displaced places and areas are left
  out, since their distance means nothing. A hub, such as a hospital, is shown as one.
parameters:
  latitude: {type: float, default: 51.5, min: -90, max: 90, unit: degrees}
  longitude: {type: float, default: 0.0, min: -180, max: 180, unit: degrees}
  radius_m: {type: float, default: 500.0, min: 0, max: 20000, unit: m}
  from_day: {type: str, default: "1970-01-01", why: "first day, as 2026-01-31"}
  to_day: {type: str, default: "2100-01-01", why: "last day, as 2026-01-31"}
  kinds: {type: list, default: [], why: "crime, non_crime, death ...; empty is every kind"}
  most: {type: int, default: 200, min: 1, max: 5000, unit: events}
--- */
WITH point({latitude: $latitude, longitude: $longitude}) AS middle,
  duration.inDays(date('1970-01-01'), date($from_day)).days AS first,
  duration.inDays(date('1970-01-01'), date($to_day)).days AS last
MATCH (l:Location)
WHERE point.distance(l.point, middle) <= $radius_m
  AND NOT coalesce(l.precision, 'exact') IN ['displaced', 'area']
MATCH (i:Incident)-[:OCCURRED_AT]->(l)
WHERE i.occurred_day >= first
  AND i.occurred_day <= last
  AND ($kinds = [] OR i.kind IN $kinds)
RETURN date('1970-01-01') + duration('P1D') * i.occurred_day AS day,
  coalesce(i.occurred_span_days, 0) AS known_to_days,
  i.id AS record,
  i.kind AS kind,
  coalesce(i.offence, i.category) AS what,
  coalesce(l.name, l.address) AS place,
  coalesce(l.is_hub, false) AS hub,
  toInteger(round(point.distance(l.point, middle))) AS distance_m
ORDER BY distance_m, i.occurred_day DESC, record
LIMIT $most
