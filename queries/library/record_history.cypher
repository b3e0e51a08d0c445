/* ---
id: record_history
title: A record's history
category: records
question: What did this record say before, and when did its source know each version?
description: >
  The record as it stands, and every older version that a newer one replaced, the newest first, as its source sent them,
  with the load that brought each. A version of a row of a link table is found by the row's key.
parameters:
  record: {type: str, default: "", why: "the record, as source:ref"}
  most: {type: int, default: 100, min: 1, max: 5000, unit: versions}
--- */
CALL () {
  MATCH (n:Nominal|Incident|Location|ProtectiveOrder|Breach|Object|Organisation|Mention {id: $record})
  RETURN true AS stands, n.recorded_at AS recorded_at, n.load_id AS load_id, labels(n)[0] AS table, n.row_hash AS fingerprint,
    null AS row, properties(n) AS now
  UNION ALL
  MATCH (v:RecordVersion {record_id: $record})
  RETURN false AS stands, v.recorded_at AS recorded_at, v.load_id AS load_id, v.table AS table, v.row_hash AS fingerprint,
    v.row AS row, null AS now
}
RETURN recorded_at,
  stands,
  load_id,
  table,
  row,
  now
ORDER BY stands DESC, recorded_at DESC, fingerprint
LIMIT $most
