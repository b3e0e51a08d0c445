// Places of these types; locations with one property reference number are one place.
MATCH (l:Location)
WHERE l.place_type IN $types
CALL (l) {
  OPTIONAL MATCH (same:Location {uprn: l.uprn})
  RETURN min(same.id) AS smallest
}
WITH coalesce(smallest, l.id) AS place_id, l
ORDER BY l.id
RETURN place_id, head(collect(l.name)) AS name, head(collect(l.place_type)) AS place_type,
       head(collect(coalesce(l.area, l.town))) AS area, count(l) AS locations
ORDER BY place_id
