// The places that may be the same spot as these, or lie near them.
UNWIND $ids AS id
MATCH (l:Location {id: id})
CALL (l) {
  RETURN l AS m
UNION
  WITH l WHERE l.uprn IS NOT NULL
  MATCH (m:Location {uprn: l.uprn})
  RETURN m
UNION
  WITH l WHERE l.address IS NOT NULL
  MATCH (m:Location {address: l.address})
  RETURN m
UNION
  WITH l WHERE l.point IS NOT NULL
  MATCH (m:Location)
  WHERE point.distance(m.point, l.point) <= $within_m
  RETURN m
}
RETURN DISTINCT m.id AS id
