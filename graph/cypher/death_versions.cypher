// Older versions of death records, for what was decided before toxicology came back.
MATCH (v:RecordVersion {table: 'deaths'})
RETURN v.record_id AS id, v.recorded_at AS recorded_at, v.row AS row
ORDER BY id, recorded_at
