// What joining events reads of a record: who it comes from, its kind, its clocks (seconds since 1970) and its place.
OPTIONAL MATCH (i)-[:OCCURRED_AT|ARREST_MADE_AT]->(l:Location)
WITH i, min(l.id) AS location
RETURN i.id AS id, i.source AS source, i.ref AS ref, i.kind AS kind, coalesce(i.near_miss, false) AS near_miss,
  i.event_id AS event_id,
  coalesce(i.occurred_from, i.found_at, i.died_from).epochSeconds AS start_low,
  coalesce(i.occurred_from_latest, i.occurred_from, i.found_at_latest, i.found_at, i.died_from_latest,
    i.died_from).epochSeconds AS start_high,
  coalesce(i.occurred_to, i.occurred_from, i.found_at, i.died_to).epochSeconds AS end_low,
  coalesce(i.occurred_to_latest, i.occurred_to, i.occurred_from_latest, i.occurred_from, i.found_at_latest, i.found_at,
    i.died_to_latest, i.died_to).epochSeconds AS end_high,
  i.reported_at.epochSeconds AS reported_low, coalesce(i.reported_at_latest, i.reported_at).epochSeconds AS reported_high,
  i.occurred_day AS day, i.occurred_span_days AS span_days,
  i.offence_code AS offence_code, coalesce(i.offence_group, i.offence) AS offence,
  i.patient_sex AS patient_sex, i.patient_age_band AS age_band,
  i.coroner_area AS coroner_area, i.coroner_ref AS coroner_ref, location
