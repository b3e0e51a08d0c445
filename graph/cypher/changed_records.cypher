// What these loads wrote: records, and both ends of relationships.
MATCH (n:Incident|Location|ProtectiveOrder|Breach|Object|Organisation|Mention)
WHERE n.load_id IN $loads
RETURN elementId(n) AS id
UNION
MATCH (a)-[r]->(b)
WHERE r.load_id IN $loads
UNWIND [a, b] AS n
WITH DISTINCT n
WHERE NOT n:Nominal
RETURN elementId(n) AS id
