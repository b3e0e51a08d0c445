/* ---
id: callers_about_one_address
version: 1
status: experimental
title: Several callers about one address
question: Did several different people call about lower-level events at one address within three months?
description: >
  Within `window_days`, `min_callers` or more different people reported `min_events` or more lower-level events at one
  address: reports of no crime, and crimes of `lower_groups`. Each call alone is closed as minor; that different
  people call about one door is what nobody sees. Places where many come (shops, pubs, hostels, streets), hubs, and
  places known only roughly are left out. Several records of one event are one. `callers` orders the findings: the
  different callers in the fullest window.
parameters:
  window_days: {type: int, default: 90, min: 1, max: 3650, unit: days, why: "three months: long enough for calls that come monthly"}
  min_callers: {type: int, default: 3, min: 2, max: 100, unit: callers, why: "several: two may be a couple"}
  min_events: {type: int, default: 3, min: 2, max: 1000, unit: events, why: "one for each caller; more callers about one event are witnesses"}
  lower_groups: {type: list, default: [public order offences, criminal damage, violence without injury, stalking and harassment], why: "groups of a harm of 10 days or less in the middle, against persons and homes (domain.md 3)"}
  place_types: {type: list, default: [home], why: "a flat block has many doors; where the type is not recorded the place is taken for a home"}
  max_events_at_place: {type: int, default: 100, min: 1, max: 100000, unit: events, why: "a busier place is no home, whatever its type says"}
anchor: {label: Location, column: place, reach: 2}
identity: {place: one}
about: {Location: place}
evidence: {Incident: records, Location: place, Person: people}
strength: callers
explain: >-
  {callers} different people reported {events} lower-level events at {place_name} within {span_days} days. The newest
  was {last_days_ago} days before the newest data.
could_be_wrong:
  - A quarrel between neighbours makes many calls in both directions.
  - Two of the callers may be one person whose records were not joined.
  - Several homes may share one address record.
  - The callers may have been asked by the police to call.
action: Visit; read the calls together and ask who lives there, who is afraid of whom, and whether a child or a vulnerable adult is there.
references: [domain.md 2, domain.md E12]
max_background: 4
history: {1: first version}
--- */
MATCH (place:Location)
WHERE place.id IN $anchors
  AND NOT coalesce(place.is_hub, false)
  AND NOT coalesce(place.precision, 'exact') IN ['displaced', 'area']
  AND coalesce(place.place_type, 'home') IN $place_types
  AND COUNT { (place)<-[:OCCURRED_AT]-() } <= $max_events_at_place
WITH DISTINCT place
MATCH (place)<-[:OCCURRED_AT]-(i:Incident)
WHERE (i.kind = 'non_crime' OR (i.kind = 'crime' AND toLower(coalesce(i.offence_group, '')) IN $lower_groups))
  AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
MATCH (:Incident {event_id: i.event_id})<-[r:REPORTED]-(caller:Person)
WHERE NOT coalesce(r.grade, '') =~ '3.*|.E.*'
// Several records of one event are one event, on the first of their days.
WITH place, i.event_id AS event, min(i.occurred_day) AS day, collect(DISTINCT i.id) AS ids, collect(DISTINCT caller.id) AS callers
ORDER BY day, event
WITH place, collect({day: day, ids: ids, callers: callers}) AS events
// Every event ends a window; the one with most callers stands, of equals the newest.
UNWIND events AS last
WITH place, last, [e IN events WHERE e.day <= last.day AND e.day >= last.day - $window_days] AS within
WITH place, last, within, COLLECT { UNWIND within AS e UNWIND e.callers AS id WITH DISTINCT id RETURN id ORDER BY id } AS people
WHERE size(within) >= $min_events
  AND size(people) >= $min_callers
WITH place, last, within, people
ORDER BY size(people) DESC, last.day DESC
WITH place, collect({last: last, within: within, people: people})[0] AS fullest
RETURN place.id AS place,
  coalesce(place.address, place.name, place.id) AS place_name,
  fullest.people AS people,
  COLLECT { UNWIND fullest.within AS e UNWIND e.ids AS id RETURN DISTINCT id ORDER BY id } AS records,
  size(fullest.within) AS events,
  fullest.last.day - fullest.within[0].day AS span_days,
  $as_of_day - fullest.last.day AS last_days_ago,
  size(fullest.people) AS callers
