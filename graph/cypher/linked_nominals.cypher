// The nominals that are of one person with these, or that a link joined until their group was cut.
UNWIND $ids AS id
MATCH (n:Nominal {id: id})
CALL (n) {
  MATCH (n)-[:IDENTIFIES]->(:Person)<-[:IDENTIFIES]-(other:Nominal)
  RETURN other
  UNION
  MATCH (n)-[r:POSSIBLY_SAME]-(other:Nominal)
  WHERE r.probability >= 0.99
  RETURN other
}
RETURN DISTINCT other.id AS id
