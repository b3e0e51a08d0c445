// The places that linkage may speak of.
MATCH (l:Location)
WHERE l.id IN $places
RETURN l.id AS place, l.latitude AS latitude, l.longitude AS longitude, l.place_type AS place_type,
  l.precision AS precision, coalesce(l.is_hub, false) AS is_hub, l.uprn AS uprn, l.address AS address, l.town AS town
