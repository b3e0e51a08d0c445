// Places that a rule may take for one with these: within its distance, or with the same address.
MATCH (l:Location)
WHERE elementId(l) IN $ids
CALL (l) {
  MATCH (k:Location)
  WHERE point.distance(k.point, l.point) <= $metres
  RETURN k
  UNION
  MATCH (k:Location {postcode: l.postcode})
  WHERE toLower(k.address) = toLower(l.address)
  RETURN k
}
RETURN DISTINCT elementId(k) AS id
