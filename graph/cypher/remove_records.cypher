// Remove records of one label (written in for :Record) with the history of the links that hung on them. Who shared a
// person or an event with them is derived anew, and a finding that rests on them no longer says anything about them.
UNWIND $ids AS id
MATCH (n:Record {id: id})
CALL (n) {
  OPTIONAL MATCH (n)-[:IDENTIFIES]->(:Person)<-[:IDENTIFIES]-(other:Nominal)
  FOREACH (x IN CASE WHEN other IS NULL THEN [] ELSE [other] END | SET x.touched = true)
}
CALL (n) {
  OPTIONAL MATCH (n)-[r]-(near:Nominal)
  WHERE r.record IS NOT NULL
  FOREACH (x IN CASE WHEN near IS NULL THEN [] ELSE [near] END | SET x.touched = true)
}
CALL (n) {
  OPTIONAL MATCH (n)-[:IDENTIFIES*0..1]->()<-[:ABOUT|EVIDENCED_BY]-(f:Finding)
  FOREACH (x IN CASE WHEN f IS NULL THEN [] ELSE [f] END |
    SET x.active = false, x.explanation = 'A record that this rested on is gone from its source.',
        x.columns = '{}', x.evidence_hash = 'gone', x.strength = null)
}
CALL (n) {
  OPTIONAL MATCH (n)-[r]-(end)
  WHERE r.record IS NOT NULL
    AND r.record <> n.id
    AND r.record <> end.id
  OPTIONAL MATCH (v:RecordVersion {record_id: r.record})
  DETACH DELETE v
}
DETACH DELETE n
