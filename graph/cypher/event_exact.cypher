// The reasons that need no weighing, for a death. Deaths of one incident are one event whoever died in it.
WITH i WHERE i:Death
CALL (i) {
  MATCH (i)-[:DIED_IN]->(o:Incident)
  RETURN o, 'deaths of one incident' AS basis
UNION
  WITH i WHERE i.coroner_ref IS NOT NULL AND i.coroner_area IS NOT NULL
  MATCH (o:Death {coroner_ref: i.coroner_ref})
  WHERE o.coroner_area = i.coroner_area AND o.id > i.id
  RETURN o, 'same coroner\'s reference' AS basis
UNION
  WITH i WHERE i.same_as IS NOT NULL AND i.same_as <> i.id
  MATCH (o:Death {id: i.same_as})
  RETURN o, 'one source names the other\'s record' AS basis
UNION
  WITH i WHERE NOT coalesce(i.near_miss, false)
  MATCH (i)<-[r:DECEASED_IN]-(p:Person)-[s:DECEASED_IN]->(o:Death)
  WHERE r.probability >= $sure AND s.probability >= $sure AND o.id > i.id AND NOT coalesce(o.near_miss, false)
  RETURN o, 'one person dies once' AS basis
}
RETURN DISTINCT i.id AS a, o.id AS b, basis
