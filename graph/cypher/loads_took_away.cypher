// How many records these loads withdrew or removed.
MATCH (v:RecordVersion {row_hash: 'withdrawn'})
WHERE v.load_id IN $loads
WITH count(v) AS withdrawn
OPTIONAL MATCH (l:Load)
WHERE l.id IN $loads
WITH withdrawn, sum(coalesce(l.removed, 0)) AS removed
RETURN withdrawn + removed AS n
