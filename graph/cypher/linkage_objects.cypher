// Objects found or used at a death.
MATCH (o:Object)-[:USED_IN]->(d:Death)
RETURN DISTINCT d.id AS record, coalesce(o.identifier_key, o.id) AS object
