// Rejected rows with what their extract was, oldest extract first.
UNWIND $ids AS id
MATCH (r:Reject {id: id})
MATCH (l:Load {id: r.load_id})
WHERE l.manifest IS NOT NULL
RETURN r.id AS id, r.load_id AS load_id, r.table AS table, r.file AS file, r.line AS line, r.row AS row,
       l.manifest AS manifest, l.content_hash AS content_hash
ORDER BY l.extracted_at, load_id, file, line
