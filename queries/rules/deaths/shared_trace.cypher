/* ---
id: shared_trace
version: 1
status: active
title: An address, object or identifier of one death leads to another
question: Does an address, object, phone, plate or account of one death lead, directly or through one person, to another death?
description: >
  A trace is the scene of a death, a place, object or identifier that is mentioned in it, or an object found or used
  there. Two deaths within `window_days` are found where a trace of the one is a trace of the other as well, or a place
  where somebody with a part in the other lives, stays or often is, or an object of theirs. A person with a part in
  both is another rule's business, and so is a name in a message. Whoever attended as a professional brings no trace.
  Left out: deaths of one family or household, pairs that a person judged not linked, hubs, homes of many such as care homes,
  displaced places and areas, and traces that more than `max_links` people and events have. `rarity` is in bits: how unusual so short a gap is in
  the window, less the number of people and events that have the trace (each doubling is one bit less).
parameters:
  window_days: {type: int, default: 730, min: 1, max: 7300, unit: days, why: "24 months: the gaps of the archetype reach 359 days"}
  max_links: {type: int, default: 12, min: 2, max: 1000, unit: people and events, why: "a household, its visitors and its calls; more is a shared building, a switchboard or a phone box"}
  lived_together: {type: list, default: [care_home, hospital, hostel, refuge, prison, hotel, flat_block], why: "many unrelated people live or die there; such places are monitored as places (domain.md D9)"}
  family: {type: list, default: [partner, ex_partner, partner_or_ex, parent, child, sibling, relative, housemate], why: "a family has its addresses and phones in common"}
anchor: {label: Death, column: death_a, reach: 4}
identity: {deaths: [death_a, death_b]}
about: {Death: [death_a, death_b]}
evidence: {Incident: [death_a, death_b], Location: places, Object: objects, Person: people}
strength: rarity
explain: >-
  The deaths of {deceased_a_name} ({death_a}) and {deceased_b_name} ({death_b}), {days_apart} days apart, have in common
  (how in the earlier one, how in the later one): {in_words}.
could_be_wrong:
  - Neighbours and friends have addresses and phones in common, and so have people of one landlord.
  - Somebody lived there before or after, and a number was given to another person.
  - A place in a message may only have been on the way.
  - The two deaths are one that was recorded twice and not yet joined.
action: Ask who lived there or used it on both days, and whether the officers of both deaths know of it.
references: [domain.md 1.3d, domain.md D4]
# 6 and 7 on benign seeds 3 and 8209: unrelated deaths at one address or spot.
max_background: 7
history: {1: first version}
# One number at two sources is no relationship; deaths with a number that is known twice are looked at every day.
daily: >-
  MATCH (known:Object|Mention)
  WHERE known.identifier_key IS NOT NULL
  MATCH (same:Object|Mention {identifier_key: known.identifier_key})
  WHERE same <> known
  CALL (same) {
    MATCH (same)-[:MENTIONS|USED_IN]-(d:Death)
    RETURN d
    UNION
    MATCH (same)<-[:USES]-(:Person)-->(d:Death)
    RETURN d
  }
  WITH d
  WHERE d.occurred_day >= $as_of_day - $window_days
  RETURN DISTINCT d.id AS id
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (record:Incident {event_id: event})
WITH event, collect(record) AS records
UNWIND [r IN records WHERE r:Death AND NOT coalesce(r.near_miss, false)] AS d
WITH event, records, min(d.id) AS death, min(d.occurred_day) AS day
CALL (records) {
  UNWIND records AS record
  MATCH (record)-[link:OCCURRED_AT|MENTIONS|USED_IN]-(trace:Location|Object|Mention)
  RETURN trace, link, null AS part, null AS who,
    CASE type(link) WHEN 'MENTIONS' THEN 'in a ' + coalesce(link.medium, 'record') WHEN 'USED_IN' THEN 'found or used' ELSE 'scene' END AS how
  UNION
  UNWIND records AS record
  MATCH (record)<-[part]-(who:Person)-[link:LIVES_AT|STAYED_AT|FREQUENTS|USES]->(trace)
  WHERE type(part) <> 'ATTENDED_PROFESSIONALLY'
  RETURN trace, link, part, who,
    CASE type(link) WHEN 'LIVES_AT' THEN 'home of ' WHEN 'USES' THEN 'used by ' ELSE 'visited by ' END + who.name AS how
}
WITH event, records, death, day, trace, link, part, who, how
// An item from a source graded 3, or graded E itself, never makes a link alone.
WHERE NOT coalesce(link.grade, '') =~ '3.*|.E.*'
  AND NOT coalesce(part.grade, '') =~ '3.*|.E.*'
// One phone, plate, account or address has a record at every source that knows it.
CALL (trace) {
  RETURN trace AS same
  UNION
  MATCH (same:Object {identifier_key: trace.identifier_key})
  RETURN same
  UNION
  MATCH (same:Mention {identifier_key: trace.identifier_key})
  RETURN same
  UNION
  MATCH (same:Location {postcode: trace.postcode})
  WHERE toLower(same.address) = toLower(trace.address)
  RETURN same
}
WITH DISTINCT event, records, death, day, trace, who, how, same
WHERE NOT coalesce(same.is_hub, false)
  AND NOT coalesce(same.precision, 'exact') IN ['displaced', 'area']
  AND NOT coalesce(same.place_type, '') IN $lived_together
  AND COUNT { MATCH (same)--(has:Person|Incident) RETURN DISTINCT coalesce(has.event_id, has.id) } <= $max_links
CALL (same) {
  MATCH (same)-[link:OCCURRED_AT|MENTIONS|USED_IN]-(other:Death)
  RETURN other, link, null AS other_part, null AS other_who,
    CASE type(link) WHEN 'MENTIONS' THEN 'in a ' + coalesce(link.medium, 'record') WHEN 'USED_IN' THEN 'found or used' ELSE 'scene' END AS other_how
  UNION
  MATCH (same)<-[link:LIVES_AT|STAYED_AT|FREQUENTS|USES]-(other_who:Person)-[other_part]->(other:Death)
  WHERE type(other_part) <> 'ATTENDED_PROFESSIONALLY'
  RETURN other, link, other_part, other_who,
    CASE type(link) WHEN 'LIVES_AT' THEN 'home of ' WHEN 'USES' THEN 'used by ' ELSE 'visited by ' END + other_who.name AS other_how
}
WITH *, coalesce(who, other_who) AS between
WHERE other.event_id <> event
  // A pair is found from its earlier end.
  AND [other.occurred_day, other.event_id] > [day, event]
  AND NOT coalesce(other.near_miss, false)
  AND other.occurred_day <= day + $window_days
  AND (who IS NULL OR other_who IS NULL)
  AND NOT coalesce(link.grade, '') =~ '3.*|.E.*'
  AND NOT coalesce(other_part.grade, '') =~ '3.*|.E.*'
  // Who is in both is found by the rule of shared people.
  AND NOT (EXISTS { (between)-->(:Incident {event_id: event}) } AND EXISTS { (between)-->(:Incident {event_id: other.event_id}) })
WITH event, records, death, day, other.event_id AS other_event, min(other.id) AS other_death, min(other.occurred_day) AS other_day,
  collect(DISTINCT other.id) + [r IN records | r.id] AS ids,
  collect(DISTINCT coalesce(trace.address, trace.name, trace.kind + ' ' + trace.identifier, trace.identifier, trace.id) + ' (' + how + '; ' + other_how + ')') AS in_words,
  collect(DISTINCT CASE WHEN trace:Location THEN trace.id END) + collect(DISTINCT CASE WHEN same:Location THEN same.id END) AS places,
  collect(DISTINCT CASE WHEN trace:Object THEN trace.id END) + collect(DISTINCT CASE WHEN same:Object THEN same.id END) AS objects,
  collect(DISTINCT between.id) AS people,
  min(COUNT { MATCH (same)--(has:Person|Incident) RETURN DISTINCT coalesce(has.event_id, has.id) }) AS links
WHERE NOT EXISTS {
    MATCH (:Incident {event_id: event})<-[:DECEASED_IN]-(p:Person)-[tie:RELATED_TO]-(q:Person)-[:DECEASED_IN]->(:Incident {event_id: other_event})
    WHERE tie.relation IN $family
  }
  AND NOT EXISTS { (:Incident {event_id: event})<-[:DECEASED_IN]-(:Person)-[:LIVES_AT]->(:Location)<-[:LIVES_AT]-(:Person)-[:DECEASED_IN]->(:Incident {event_id: other_event}) }
  // What a person judged last about the two holds.
  AND coalesce(head(COLLECT {
    MATCH (j:Judgement)
    USING INDEX j:Judgement(first_id)
    WHERE j.first_id IN ids AND j.second_id IN ids
    RETURN j.verdict ORDER BY j.number DESC
  }), '') <> 'not_linked'
RETURN death AS death_a,
  other_death AS death_b,
  coalesce(head(COLLECT { MATCH (q:Person)-[:DECEASED_IN]->(:Incident {event_id: event}) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_a_name,
  coalesce(head(COLLECT { MATCH (q:Person)-[:DECEASED_IN]->(:Incident {event_id: other_event}) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_b_name,
  other_day - day AS days_apart,
  COLLECT { UNWIND in_words AS words RETURN words ORDER BY words } AS in_words,
  COLLECT { UNWIND places AS id RETURN DISTINCT id ORDER BY id } AS places,
  COLLECT { UNWIND objects AS id RETURN DISTINCT id ORDER BY id } AS objects,
  COLLECT { UNWIND people AS id RETURN id ORDER BY id } AS people,
  round(-(log((other_day - day + 1.0) / ($window_days + 1)) + log(links)) / log(2), 2) AS rarity
