/* ---
id: present_at_several
title: Who was at several of these events
category: people
question: Who had a part in two or more of these events, and which part?
description: >
  People with a part in at least `at_least` of the events, those with most first. Several records of one event count
  once. Who attended as a professional is shown, with that part, after the others: it is their part that counts, not
  their work. Somebody in more than `max_events` events in all stands for unknown people.
parameters:
  events: {type: list, default: [], why: "records of the events, as source:ref"}
  at_least: {type: int, default: 2, min: 2, max: 100, unit: events}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events}
  most: {type: int, default: 100, min: 1, max: 5000, unit: people}
--- */
MATCH (asked:Incident)
WHERE asked.id IN $events
WITH DISTINCT asked.event_id AS event
MATCH (i:Incident {event_id: event})<-[part]-(p:Person)
WITH p, event, type(part) = 'ATTENDED_PROFESSIONALLY' AS at_work, toLower(replace(type(part), '_', ' ')) AS part
ORDER BY part
WITH p, event, at_work, collect(DISTINCT part) AS parts
ORDER BY event
WITH p, collect(DISTINCT event) AS events, all(w IN collect(at_work) WHERE w) AS only_at_work,
  collect(event + ': ' + reduce(text = parts[0], word IN parts[1..] | text + ', ' + word)) AS parts
WHERE size(events) >= $at_least
  AND COUNT { (p)-[:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|INVOLVED_IN]->() } <= $max_events
RETURN p.name AS person,
  p.nominal_ids AS records,
  size(events) AS event_count,
  parts,
  only_at_work
ORDER BY only_at_work, event_count DESC, person, records
LIMIT $most
