// The nominals that are marked, with the evidence their person was last decided on. Lost: a record of it has gone since.
MATCH (n:Nominal {touched: true})
OPTIONAL MATCH (n)-[i:IDENTIFIES]->(p:Person)
RETURN n.id AS id, i.evidence AS evidence,
       p IS NOT NULL AND p.nominal_count > COUNT { (p)<-[:IDENTIFIES]-() } AS lost
ORDER BY id
