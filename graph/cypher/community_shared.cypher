// Who shares what: a row a person and event, home or thing that at least two and at most $most people share. Who called,
// saw, found or attended has no part in it. An address or a number is one whatever source recorded it.
CALL () {
  MATCH (p:Person)-[r:SUSPECT_IN|VICTIM_IN|LAST_SEEN_WITH|DECEASED_IN|SUBJECT_OF|INVOLVED_IN]->(i:Incident)
  WHERE NOT coalesce(r.grade, '') =~ '3.*|.E.*'
    AND NOT coalesce(i.grade, '') =~ '3.*|.E.*'
  RETURN DISTINCT p.id AS person, 'event ' + i.event_id AS thing
  UNION
  MATCH (p:Person)-[r:LIVES_AT|STAYED_AT]->(l:Location)
  WHERE NOT coalesce(r.grade, '') =~ '3.*|.E.*'
    AND NOT coalesce(l.is_hub, false)
    AND NOT coalesce(l.precision, 'exact') IN ['displaced', 'area']
  RETURN DISTINCT p.id AS person, 'home ' + coalesce(toLower(l.address) + ' ' + l.postcode, l.id) AS thing
  UNION
  MATCH (p:Person)-[r:USES]->(o:Object)
  WHERE NOT coalesce(r.grade, '') =~ '3.*|.E.*'
  RETURN DISTINCT p.id AS person, o.kind + ' ' + coalesce(o.identifier_key, o.id) AS thing
}
WITH thing, collect(DISTINCT person) AS people
WHERE size(people) >= 2
  AND size(people) <= $most
UNWIND people AS person
RETURN person, thing
ORDER BY thing, person
