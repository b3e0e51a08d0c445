// Put communities as they are now in the place of what was kept of them.
UNWIND $rows AS row
MERGE (c:Community {id: row.id})
SET c += row.properties
SET c.ended_on = row.ended_on
WITH c, row
CALL (c, row) {
  OPTIONAL MATCH (gone:Person)-[m:MEMBER_OF]->(c)
  WHERE NOT gone.id IN row.members
  DELETE m
}
CALL (c, row) {
  UNWIND row.members AS member
  MATCH (p:Person {id: member})
  MERGE (p)-[:MEMBER_OF]->(c)
}
