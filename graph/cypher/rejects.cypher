// Rejected rows, in the order of the files.
MATCH (r:Reject)
WHERE ($source IS NULL OR r.source = $source)
  AND ($reason IS NULL OR r.reason = $reason)
RETURN r.id AS id, r.source AS source, r.load_id AS load_id, r.table AS table, r.file AS file, r.line AS line,
       r.column AS column, r.value AS value, r.reason AS reason, r.message AS message, r.row AS row
ORDER BY load_id, file, line, column
LIMIT $limit
