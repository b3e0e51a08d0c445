// Loads, newest extract first, each with its last run that wrote something, and the rows that wait.
MATCH (l:Load)
WHERE ($id IS NULL OR l.id STARTS WITH $id)
  AND ($source IS NULL OR l.source = $source)
CALL (l) {
  OPTIONAL MATCH (r:LoadRun {load_id: l.id})
  WITH r
  ORDER BY r.outcome = 'unchanged', r.started_at DESC
  RETURN collect(r) AS runs
}
WITH l, runs, head(runs) AS run
RETURN l.id AS id, l.source AS source, l.kind AS kind, l.extracted_at AS extracted_at, l.state AS state,
       l.content_hash AS content_hash, l.rows_read AS read, l.rows_rejected AS rejected,
       COUNT { MATCH (w:Reject {load_id: l.id}) WHERE w.waits_for IS NOT NULL } AS waiting,
       coalesce(l.removed, 0) AS removed, l.tables AS tables, size(runs) AS runs, run.by AS by,
       run.started_at AS started_at, run.ended_at AS ended_at, run.outcome AS outcome, run.message AS message,
       run.counts AS counts, run.lateness AS lateness
ORDER BY extracted_at DESC, id
