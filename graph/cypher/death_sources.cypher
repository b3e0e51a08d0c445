// Every source, what it covers, and how many records of deaths it brought.
MATCH (s:Source)
CALL (s) {
  OPTIONAL MATCH (l:Load {source: s.id})
  WITH l
  ORDER BY l.extracted_at
  RETURN min(l.covers_from) AS covers_from, max(l.covers_to) AS covers_to, last(collect(l.manifest)) AS manifest
}
CALL (s) {
  MATCH (d:Death {source: s.id})
  RETURN count(d) AS deaths
}
RETURN s.id AS source, s.title AS title, s.agency AS agency, s.agency_kind AS agency_kind,
       coalesce(s.identifiable, true) AS identifiable, s.extracted_at AS extracted_at, covers_from, covers_to,
       manifest, deaths
ORDER BY source
