// When the last of a finding's records, or of the links between them, became known.
UNWIND $groups AS group
CALL (group) {
  MATCH (n:Incident|ProtectiveOrder)
  WHERE n.id IN group.ids
  RETURN coalesce(n.first_recorded_at, n.recorded_at) AS known
  UNION
  MATCH (p:Person)-[r]-(n:Incident|ProtectiveOrder)
  WHERE p.id IN group.ids
    AND n.id IN group.ids
  RETURN r.recorded_at AS known
}
RETURN group.finding AS finding, max(known) AS known
