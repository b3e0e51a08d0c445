// What joining events reads of a place.
RETURN l.id AS id, l.uprn AS uprn, l.address AS address, l.town AS town, l.postcode AS postcode,
  l.latitude AS latitude, l.longitude AS longitude, l.precision AS precision, l.place_type AS place_type
