/* ---
id: closed_death_linked
version: 1
status: active
title: A new death leads to a closed one
question: Does a death that was recorded in the last days share a person, a place, an object or a mention with a death whose investigation was closed before?
description: >
  A death first recorded in the last `new_days` and a death that was closed before that, at most `window_days` ago, name
  the same person in any part but that of an attending professional, have the same place or object, or mention the same.
  Being next of kin at both is left out, and so are hubs, homes of many such as care homes, displaced places and areas,
  whatever more than `max_links` events have, and a pair that a person judged not linked. What links them may be
  innocent; the question is whether whoever closed the first knew of the second. `days_since_closed` is counted to the
  recording of the new death; `freshness` is the share of the window that was left.
parameters:
  new_days: {type: int, default: 7, min: 1, max: 365, unit: days, why: "tomorrow's meeting, and those of the week in which it came in"}
  window_days: {type: int, default: 1825, min: 1, max: 7300, unit: days, why: "five years, as for a shared finder (domain.md D2): the third death of the archetype did not reopen the second"}
  max_links: {type: int, default: 20, min: 2, max: 1000, unit: events, why: "a person, place or object in more events than this connects everybody"}
  lived_together: {type: list, default: [care_home, hospital, hostel, refuge, prison, hotel, flat_block], why: "many unrelated people live or die there; such places are monitored as places (domain.md D9)"}
anchor: {label: Death, column: death, reach: 2}
identity: {death: one, closed: closed_death}
about: {Death: [death, closed_death]}
evidence: {Incident: [death, closed_death], Person: people, Location: places, Object: objects}
strength: freshness
explain: >-
  The new death of {deceased_name} ({death}) leads to the death of {closed_name} ({closed_death}), closed
  {days_since_closed} days before it was recorded: {in_words}.
could_be_wrong:
  - Family, neighbours and carers meet more than one death.
  - Two people of one name were taken for one person.
  - A closed investigation may have asked about this already.
  - The two deaths are one that was recorded twice and not yet joined.
action: Put both deaths before tomorrow's meeting, and ask who closed the first whether the second changes anything.
references: [domain.md 1.3h, domain.md D10]
max_background: 0
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (d:Incident {event_id: event})
WHERE d:Death
WITH event, collect(d.id) AS ids, min(d.id) AS death, max(coalesce(d.near_miss, false)) AS lived,
  min(duration.inDays(date('1970-01-01'), date(d.first_recorded_at)).days) AS known_day
WHERE NOT lived
  AND known_day >= $as_of_day - $new_days
MATCH (record:Incident {event_id: event})
MATCH (record)-[one]-(shared:Person|Location|Object|Mention)-[two]-(other:Death)
WHERE other.event_id <> event
  AND NOT coalesce(other.near_miss, false)
  AND NOT type(one) IN ['ATTENDED_PROFESSIONALLY', 'ARREST_MADE_AT']
  AND NOT type(two) IN ['ATTENDED_PROFESSIONALLY', 'ARREST_MADE_AT']
  AND NOT (type(one) = 'NEXT_OF_KIN_IN' AND type(two) = 'NEXT_OF_KIN_IN')
  // An item from a source graded 3, or graded E itself, never makes a link alone.
  AND NOT coalesce(one.grade, '') =~ '3.*|.E.*'
  AND NOT coalesce(two.grade, '') =~ '3.*|.E.*'
  AND NOT coalesce(shared.is_hub, false)
  AND NOT coalesce(shared.precision, 'exact') IN ['displaced', 'area']
  AND NOT coalesce(shared.place_type, '') IN $lived_together
  AND COUNT { MATCH (shared)--(i:Incident) RETURN DISTINCT i.event_id } <= $max_links
WITH *, [
  ['DECEASED_IN', 'who died'], ['FOUND', 'finder'], ['REPORTED', 'caller'], ['LAST_SEEN_WITH', 'last seen with who died'],
  ['SUSPECT_IN', 'suspect'], ['WITNESS_IN', 'witness'], ['NAMED_IN', 'named in a note'], ['CARER_IN', 'carer'],
  ['LANDLORD_IN', 'landlord'], ['NEXT_OF_KIN_IN', 'next of kin'], ['OCCURRED_AT', 'scene'], ['MENTIONS', 'mentioned'],
  ['USED_IN', 'found or used']
] AS words
WITH *, coalesce(head([word IN words WHERE word[0] = type(one) | word[1]]), 'involved') AS here,
  coalesce(head([word IN words WHERE word[0] = type(two) | word[1]]), 'involved') AS there
ORDER BY here, there
WITH event, ids, death, known_day, other.event_id AS other_event, shared, collect(DISTINCT here) AS here, collect(DISTINCT there) AS there
WITH event, ids, death, known_day, other_event,
  collect(CASE WHEN shared:Person THEN shared.id END) AS people,
  collect(CASE WHEN shared:Location THEN shared.id END) AS places,
  collect(CASE WHEN shared:Object THEN shared.id END) AS objects,
  collect(coalesce(shared.address, shared.name, shared.identifier, shared.text, shared.id)
    + ' (' + reduce(text = here[0], word IN here[1..] | text + ' and ' + word) + ' here, '
    + reduce(text = there[0], word IN there[1..] | text + ' and ' + word) + ' there)') AS in_words
MATCH (c:Incident {event_id: other_event})
WHERE c:Death
// Where two agencies closed it, the later of the two counts.
WITH event, ids, death, known_day, other_event, people, places, objects, in_words, min(c.id) AS closed_death, collect(c.id) AS closed_ids,
  max(duration.inDays(date('1970-01-01'), coalesce(c.closed_on_latest, c.closed_on)).days) AS closed_day
WHERE closed_day < known_day
  AND closed_day >= known_day - $window_days
  // What a person judged last about the two holds.
  AND coalesce(head(COLLECT {
    MATCH (j:Judgement)
    USING INDEX j:Judgement(first_id)
    WHERE j.first_id IN ids + closed_ids AND j.second_id IN ids + closed_ids
    RETURN j.verdict ORDER BY j.number DESC
  }), '') <> 'not_linked'
RETURN death,
  closed_death,
  coalesce(head(COLLECT { MATCH (q:Person)-[:DECEASED_IN]->(:Incident {event_id: event}) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_name,
  coalesce(head(COLLECT { MATCH (q:Person)-[:DECEASED_IN]->(:Incident {event_id: other_event}) RETURN q.name ORDER BY q.id }), 'a person not named') AS closed_name,
  COLLECT { UNWIND people AS id RETURN id ORDER BY id } AS people,
  COLLECT { UNWIND places AS id RETURN id ORDER BY id } AS places,
  COLLECT { UNWIND objects AS id RETURN id ORDER BY id } AS objects,
  COLLECT { UNWIND in_words AS said RETURN said ORDER BY said } AS in_words,
  known_day - closed_day AS days_since_closed,
  round(1 - 1.0 * (known_day - closed_day) / $window_days, 2) AS freshness
