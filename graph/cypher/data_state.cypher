// What the graph was made from, in a few figures: another answer means that a load, a withdrawal or a judgement came.
CALL () {
  MATCH (r:LoadRun)
  RETURN count(r) AS runs, toString(max(r.ended_at)) AS last_run
}
CALL () {
  MATCH (j:Judgement)
  RETURN count(j) AS judgements
}
CALL () {
  MATCH (i:Incident)
  RETURN count(i) AS events
}
CALL () {
  MATCH (s:Source)
  RETURN toString(max(s.extracted_at)) AS extracted_at
}
RETURN runs, last_run, judgements, events, extracted_at
