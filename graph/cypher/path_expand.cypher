// One round of a search for paths: the ties of these nodes that may be gone along, those to the least connected neighbours
// first, at most $most a node. What two records of one person say hangs on the person; degrees count it once.
MATCH (n)
WHERE elementId(n) IN $ids
CALL (n) {
  MATCH (n)-[r:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|FOUND|LAST_SEEN_WITH|NAMED_IN|NEXT_OF_KIN_IN|CARER_IN|LANDLORD_IN|SUBJECT_OF|INVOLVED_IN|DECEASED_IN|ATTENDED_PROFESSIONALLY|LIVES_AT|STAYED_AT|WORKS_AT|CARED_FOR_AT|FREQUENTS|RESPONDENT_TO|PROTECTS|USES|RELATED_TO|OCCURRED_AT|DIED_IN|SAME_EVENT|LINKED_BY_FORCE|BREACHES|EXCLUDES_FROM|USED_IN|MENTIONS|PROVIDES_FOR|EMPLOYS|LETS_TO|COMPLAINED_OF|CONCERNED_WITH|REFERRED]-(m:Person|Incident|Location|ProtectiveOrder|Object|Organisation)
  WHERE NOT coalesce(r.grade, '') =~ '3.*|.E.*'
    AND NOT coalesce(m.grade, '') =~ '3.*|.E.*'
    AND type(r) IN $kinds
  WITH n, r, m, CASE WHEN n:Incident THEN n WHEN m:Incident THEN m END AS event,
    CASE WHEN n:ProtectiveOrder THEN n WHEN m:ProtectiveOrder THEN m END AS order
  WITH r, m, event, order,
    coalesce(r.from_on, order.made_on) AS since,
    coalesce(r.to_on_latest, r.to_on, order.discharged_on) AS until,
    coalesce(event.occurred_span_days, 0) / 2.0 AS half
  WITH r, m, event,
    CASE WHEN event IS NULL THEN duration.inDays(date('1970-01-01'), since).days
      ELSE event.occurred_day - toInteger(ceil(half)) END AS from_day,
    CASE WHEN event IS NULL THEN duration.inDays(date('1970-01-01'), until).days
      ELSE event.occurred_day + toInteger(ceil(half)) END AS to_day
  WHERE ($from_day IS NULL OR coalesce(to_day, CASE WHEN event IS NULL THEN $from_day END) >= $from_day)
    AND ($to_day IS NULL OR coalesce(from_day, CASE WHEN event IS NULL THEN $to_day END) <= $to_day)
  WITH r, m, event, from_day, to_day,
    CASE WHEN m:Person THEN COUNT { (m)-[:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|FOUND|LAST_SEEN_WITH|NAMED_IN|NEXT_OF_KIN_IN|CARER_IN|LANDLORD_IN|SUBJECT_OF|INVOLVED_IN|DECEASED_IN|ATTENDED_PROFESSIONALLY|LIVES_AT|STAYED_AT|WORKS_AT|CARED_FOR_AT|FREQUENTS|RESPONDENT_TO|PROTECTS|USES|RELATED_TO|OCCURRED_AT|DIED_IN|SAME_EVENT|LINKED_BY_FORCE|BREACHES|EXCLUDES_FROM|USED_IN|MENTIONS|PROVIDES_FOR|EMPLOYS|LETS_TO|COMPLAINED_OF|CONCERNED_WITH|REFERRED]-() }
      ELSE COUNT { (m)-[:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|FOUND|LAST_SEEN_WITH|NAMED_IN|NEXT_OF_KIN_IN|CARER_IN|LANDLORD_IN|SUBJECT_OF|INVOLVED_IN|DECEASED_IN|ATTENDED_PROFESSIONALLY|LIVES_AT|STAYED_AT|WORKS_AT|CARED_FOR_AT|FREQUENTS|RESPONDENT_TO|PROTECTS|USES]-() } / 2
        + COUNT { (m)-[:OCCURRED_AT|DIED_IN|SAME_EVENT|LINKED_BY_FORCE|BREACHES|EXCLUDES_FROM|USED_IN|MENTIONS|PROVIDES_FOR|EMPLOYS|LETS_TO|COMPLAINED_OF|CONCERNED_WITH|REFERRED]-() }
      END AS degree
  ORDER BY degree, m.id, type(r)
  LIMIT $most
  RETURN r, m, degree, from_day, to_day, event IS NOT NULL AS of_event
}
RETURN elementId(startNode(r)) AS start, elementId(endNode(r)) AS end, type(r) AS kind, from_day, to_day, of_event,
  elementId(m) AS node, [label IN labels(m) WHERE label <> 'Death'][0] AS label, m.id AS id, degree,
  coalesce(m.is_hub, false) OR coalesce(m.precision, 'exact') IN ['displaced', 'area'] AS is_hub,
  duration.inDays(date('1970-01-01'), m.deceased_on).days AS died_day
