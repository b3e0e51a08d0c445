// What is known of the nodes of paths, and every tie between two of them that may be gone along.
MATCH (n)
WHERE elementId(n) IN $ids
RETURN elementId(n) AS node, labels(n) AS labels, properties(n) AS properties,
  COLLECT {
    MATCH (n)-[r:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|FOUND|LAST_SEEN_WITH|NAMED_IN|NEXT_OF_KIN_IN|CARER_IN|LANDLORD_IN|SUBJECT_OF|INVOLVED_IN|DECEASED_IN|ATTENDED_PROFESSIONALLY|LIVES_AT|STAYED_AT|WORKS_AT|CARED_FOR_AT|FREQUENTS|RESPONDENT_TO|PROTECTS|USES|RELATED_TO|OCCURRED_AT|DIED_IN|SAME_EVENT|LINKED_BY_FORCE|BREACHES|EXCLUDES_FROM|USED_IN|MENTIONS|PROVIDES_FOR|EMPLOYS|LETS_TO|COMPLAINED_OF|CONCERNED_WITH|REFERRED]->(m)
    WHERE elementId(m) IN $ids
      AND type(r) IN $kinds
      AND NOT coalesce(r.grade, '') =~ '3.*|.E.*'
    RETURN {end: elementId(m), kind: type(r), tie: properties(r)}
    ORDER BY type(r), r.key
  } AS ties,
  // When it is known that they were kept in prison or custody.
  COLLECT {
    MATCH (n)-[stay:LIVES_AT|STAYED_AT]->(place:Location)
    WHERE n:Person
      AND place.place_type IN ['prison', 'custody']
      AND stay.from_on IS NOT NULL
      AND stay.to_on IS NOT NULL
    RETURN [duration.inDays(date('1970-01-01'), coalesce(stay.from_on_latest, stay.from_on)).days,
      duration.inDays(date('1970-01-01'), stay.to_on).days]
    ORDER BY stay.from_on
  } AS kept
