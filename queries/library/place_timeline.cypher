/* ---
id: place_timeline
title: Everything at an address
category: places
question: What is recorded at this place, in order of time?
description: >
  Every event at the place of this record, the newest first: at the same record, at the same address under another
  record, and within `radius_m` where that is above zero. A place whose coordinates are displaced, or stand for an area,
  is only ever met as its own record or address. An arrest is shown where it was made.
parameters:
  place: {type: str, default: "", why: "one record of the place, as source:ref"}
  radius_m: {type: float, default: 0.0, min: 0, max: 1000, unit: m}
  most: {type: int, default: 200, min: 1, max: 5000, unit: events}
--- */
MATCH (here:Location {id: $place})
CALL (here) {
  RETURN here AS there
  UNION
  MATCH (there:Location {postcode: here.postcode})
  WHERE toLower(there.address) = toLower(here.address)
  RETURN there
  UNION
  MATCH (there:Location)
  WHERE $radius_m > 0
    AND point.distance(there.point, here.point) <= $radius_m
    AND NOT coalesce(here.precision, 'exact') IN ['displaced', 'area']
    AND NOT coalesce(there.precision, 'exact') IN ['displaced', 'area']
  RETURN there
}
WITH DISTINCT here, there
MATCH (there)<-[at:OCCURRED_AT|ARREST_MADE_AT]-(i:Incident)
RETURN date('1970-01-01') + duration('P1D') * i.occurred_day AS day,
  i.id AS record,
  i.kind AS kind,
  coalesce(i.offence, i.category) AS what,
  CASE type(at) WHEN 'ARREST_MADE_AT' THEN 'arrest made here' ELSE 'happened here' END AS how,
  coalesce(there.name, there.address) AS place,
  toInteger(round(point.distance(there.point, here.point))) AS distance_m,
  COLLECT {
    MATCH (i)<-[part]-(p:Person)
    RETURN p.name + ' (' + toLower(replace(type(part), '_', ' ')) + ')' AS who
    ORDER BY who
    LIMIT 20
  } AS people
ORDER BY i.occurred_day DESC, record
LIMIT $most
