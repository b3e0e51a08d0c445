// Every source: how fresh it is and how much it brought.
MATCH (s:Source)
CALL (s) {
  MATCH (i:Incident {source: s.id})
  RETURN count(i) AS events, count(CASE WHEN i:Death THEN 1 END) AS deaths
}
CALL (s) {
  MATCH (r:Reject)
  WHERE r.source = s.id
  RETURN count(r) AS rejected
}
RETURN s.id AS source, s.title AS title, s.agency AS agency, s.handling AS handling,
       s.extracted_at AS extracted_at, events - deaths AS incidents, deaths, rejected
ORDER BY extracted_at, source
