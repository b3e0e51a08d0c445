// The records that share a person or a spot with these, near them in time, and those that are or may be one event with
// them for another reason. $slack_days on top of half the widths of both intervals.
UNWIND $ids AS id
MATCH (i:Incident {id: id})
CALL (i) {
  MATCH (i)<-[r]-(p:Person)-[s]->(o:Incident)
  WHERE r.nominal_ids IS NOT NULL AND s.nominal_ids IS NOT NULL
    AND type(r) <> 'ATTENDED_PROFESSIONALLY' AND type(s) <> 'ATTENDED_PROFESSIONALLY'
    AND abs(o.occurred_day - i.occurred_day) <= $slack_days + i.occurred_span_days + o.occurred_span_days
  RETURN o
UNION
  MATCH (i)-[:OCCURRED_AT|ARREST_MADE_AT]->(l:Location)
  MATCH (m:Location)<-[:OCCURRED_AT|ARREST_MADE_AT]-(o:Incident)
  WHERE m.id IN $spots[l.id]
    AND abs(o.occurred_day - i.occurred_day) <= $slack_days + i.occurred_span_days + o.occurred_span_days
  RETURN o
UNION
  MATCH (i)-[:OCCURRED_AT|ARREST_MADE_AT]->(l:Location)
  MATCH (m:Location)<-[:OCCURRED_AT|ARREST_MADE_AT]-(o:Incident)
  WHERE m.id IN $near[l.id] AND abs(o.occurred_day - i.occurred_day) <= 1 + i.occurred_span_days + o.occurred_span_days
  RETURN o
UNION
  MATCH (i)-[:SAME_EVENT|POSSIBLY_SAME_EVENT|DIED_IN]-(o:Incident)
  RETURN o
UNION
  WITH i WHERE i.coroner_ref IS NOT NULL
  MATCH (o:Death {coroner_ref: i.coroner_ref})
  WHERE o.coroner_area = i.coroner_area
  RETURN o
UNION
  WITH i WHERE i.same_as IS NOT NULL
  MATCH (o:Death {id: i.same_as})
  RETURN o
UNION
  MATCH (o:Death {same_as: i.id})
  RETURN o
UNION
  MATCH (i)<-[:DECEASED_IN]-(p:Person)-[:DECEASED_IN]->(o:Death)
  RETURN o
}
RETURN DISTINCT o.id AS id
