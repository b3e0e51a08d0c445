// What a path may begin or end at: a person by their own id or by a record of theirs, or any other record.
UNWIND $ids AS id
CALL (id) {
  MATCH (n:Person {id: id}) RETURN n
  UNION
  MATCH (:Nominal {id: id})-[:IDENTIFIES]->(n:Person) RETURN n
  UNION
  MATCH (n:Incident {id: id}) RETURN n
  UNION
  MATCH (n:Location {id: id}) RETURN n
  UNION
  MATCH (n:ProtectiveOrder {id: id}) RETURN n
  UNION
  MATCH (n:Object {id: id}) RETURN n
  UNION
  MATCH (n:Organisation {id: id}) RETURN n
}
RETURN id AS asked, elementId(n) AS node, [label IN labels(n) WHERE label <> 'Death'][0] AS label, n.id AS id, 1 AS degree,
  coalesce(n.is_hub, false) AS is_hub, duration.inDays(date('1970-01-01'), n.deceased_on).days AS died_day
ORDER BY asked, label, id
