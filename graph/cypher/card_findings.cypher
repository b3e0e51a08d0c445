// Findings of a rule with the newest decision about each.
MATCH (f:Finding {rule: $rule})
CALL (f) {
  OPTIONAL MATCH (d:Decision {finding_id: f.id})
  RETURN d.kind AS decided
  ORDER BY d.number DESC
  LIMIT 1
}
RETURN f.id AS id, f.active AS active, f.expected_by_chance AS by_chance, decided
