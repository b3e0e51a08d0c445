/* ---
id: named_together
title: People named together often
category: people
question: Which two people have parts in the same events again and again?
description: >
  Pairs of people with parts in at least `at_least` events together within the last `window_days`, those with most
  first. Several records of one event count once. Attending as a professional is no part, and somebody in more than
  `max_events` such events, or an event with more than `max_people` people, connects nobody. The parts are told
  apart: two who are suspect and victim again and again are no associates.
parameters:
  window_days: {type: int, default: 365, min: 1, max: 3650, unit: days}
  at_least: {type: int, default: 3, min: 2, max: 1000, unit: events}
  max_events: {type: int, default: 50, min: 2, max: 1000, unit: events}
  max_people: {type: int, default: 12, min: 2, max: 1000, unit: people}
  most: {type: int, default: 100, min: 1, max: 5000, unit: pairs}
--- */
MATCH (i:Incident)
WHERE i.occurred_day >= $as_of_day - $window_days
  AND i.occurred_day <= $as_of_day
MATCH (p:Person)-[part]->(i)
WHERE type(part) <> 'ATTENDED_PROFESSIONALLY'
  AND NOT coalesce(part.grade, '') =~ '3.*|.E.*'
WITH i, p, toLower(replace(type(part), '_', ' ')) AS part
ORDER BY part
WITH i.event_id AS event, max(i.occurred_day) AS day, p, collect(DISTINCT part) AS parts
WITH event, max(day) AS day, collect({person: p, parts: parts}) AS there
WHERE size(there) > 1
  AND size(there) <= $max_people
UNWIND there AS one
WITH one.person AS p, collect({event: event, day: day, parts: one.parts}) AS events
WHERE size(events) >= $at_least
  AND size(events) <= $max_events
UNWIND events AS e
WITH e.event AS event, e.day AS day, collect({person: p, parts: e.parts}) AS there
UNWIND there AS a
UNWIND there AS b
WITH event, day, a, b
WHERE a.person.id < b.person.id
WITH a.person AS one, b.person AS other, count(*) AS events_together, max(day) AS last_day,
  collect(a.parts[0] + ' and ' + b.parts[0]) AS parts, collect(event) AS events
WHERE events_together >= $at_least
RETURN one.name AS one,
  other.name AS other,
  events_together,
  COLLECT { UNWIND parts AS text WITH text, count(*) AS n RETURN text + ': ' + toString(n) ORDER BY n DESC, text } AS parts,
  date('1970-01-01') + duration('P1D') * last_day AS last_day,
  COLLECT { UNWIND events AS event RETURN event ORDER BY event LIMIT 20 } AS events,
  one.id AS one_id,
  other.id AS other_id
ORDER BY events_together DESC, one_id, other_id
LIMIT $most
