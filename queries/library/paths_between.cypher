/* ---
id: paths_between
title: What connects two people
category: people
question: By which events, places, objects, orders and people are these two connected, in the fewest steps?
description: >
  The shortest ways between the people of two records, at most four steps long, through no hub: a person, place or
  object with more than `max_degree` ties is not gone through, nor is a place known to be one, or one whose place is
  displaced or only an area. A tie as attending professional does not connect, nor does what a source graded 3, or an
  item graded E. That two people are connected says nothing about either.
parameters:
  one: {type: str, default: "", why: "a record of the first person, as source:ref"}
  other: {type: str, default: "", why: "a record of the second person, as source:ref"}
  max_degree: {type: int, default: 50, min: 2, max: 1000, unit: ties}
  most: {type: int, default: 25, min: 1, max: 500, unit: paths}
--- */
MATCH (:Nominal {id: $one})-[:IDENTIFIES]->(a:Person)
MATCH (:Nominal {id: $other})-[:IDENTIFIES]->(b:Person)
WHERE a <> b
MATCH way = allShortestPaths((a)-[:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|FOUND|LAST_SEEN_WITH|NAMED_IN|NEXT_OF_KIN_IN|CARER_IN|LANDLORD_IN|SUBJECT_OF|INVOLVED_IN|DECEASED_IN|RELATED_TO|LIVES_AT|STAYED_AT|WORKS_AT|CARED_FOR_AT|FREQUENTS|OCCURRED_AT|RESPONDENT_TO|PROTECTS|USES|USED_IN*..4]-(b))
WHERE all(n IN nodes(way)[1..-1] WHERE (n:Person OR n:Incident OR n:Location OR n:Object OR n:ProtectiveOrder)
    AND COUNT { (n)--() } <= $max_degree
    AND NOT coalesce(n.is_hub, false)
    AND NOT coalesce(n.precision, 'exact') IN ['displaced', 'area'])
  AND all(r IN relationships(way) WHERE NOT coalesce(r.grade, '') =~ '3.*|.E.*')
RETURN length(way) AS steps,
  [n IN nodes(way) | n.id] AS records,
  [n IN nodes(way) | coalesce(n.name, n.address, n.identifier, n.offence, n.category, n.order_type, n.kind, n.id)] AS names,
  [r IN relationships(way) | toLower(replace(type(r), '_', ' '))] AS ties
ORDER BY steps, records
LIMIT $most
