/* ---
id: decided_early
version: 1
status: active
title: A death decided with questions open
question: Were several things still open about this death when it was decided, or are they open now?
description: >
  At least `min_open` of these hold for one death that is not recorded as expected, over all its records: it was decided
  (closed, or recorded as not suspicious) while toxicology that was asked for had not come back; it was decided and no check is
  recorded; a murder or other team declined primacy; a phone is missing; the family was not told; the family has a
  concern. One finding a death, which lists them. What nobody recorded counts as neither done nor undone, but for
  checks, of which a death that was decided should show one. `open_count` is how many of the six hold.
parameters:
  min_open: {type: int, default: 2, min: 1, max: 6, unit: questions, why: "measured on two small seed worlds: one holds for 1 death in 11, two for 1 in 80, three for 1 in 640"}
  phones: {type: list, default: [phone, mobile, handset, smartphone], why: "words by which sources name a phone among what is missing"}
anchor: {label: Death, column: death, reach: 1}
identity: {death: one}
about: {Death: death}
evidence: {Incident: records}
strength: open_count
explain: >-
  Open about the death of {deceased_name} ({death}): {in_words}.
could_be_wrong:
  - It was done and not written down, or is in a record that was not loaded.
  - A category can be provisional, and change when toxicology comes.
  - A family's concern may have been answered since.
action: Ask the officer in the case for each of them, and put the death before the next meeting if one stays open.
references: [domain.md D11, domain.md 1.3i]
# 6 and 1 on benign seeds 3 and 8209: two questions open by chance.
max_background: 6
history: {1: first version}
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (record:Incident {event_id: event})
WITH event, [r IN collect(record) WHERE r:Death AND NOT coalesce(r.near_miss, false)] AS records
WHERE none(r IN records WHERE coalesce(r.category, '') = 'expected')
WITH records,
  any(r IN records WHERE r.closed_on IS NOT NULL OR coalesce(r.category, '') = 'unexpected_not_suspicious') AS decided,
  any(r IN records WHERE coalesce(r.toxicology, '') = 'requested') AND none(r IN records WHERE coalesce(r.toxicology, '') = 'returned') AS awaited
WITH records, [
  CASE WHEN decided AND awaited THEN 'decided before toxicology came back' END,
  CASE WHEN decided AND none(r IN records WHERE size(coalesce(r.checks_done, [])) > 0) THEN 'decided with no check recorded' END,
  CASE WHEN any(r IN records WHERE r.primacy_declined_by IS NOT NULL) THEN 'primacy was declined' END,
  CASE WHEN any(r IN records WHERE any(item IN r.items_missing WHERE any(word IN $phones WHERE toLower(item) CONTAINS word))) THEN 'a phone is missing' END,
  CASE WHEN any(r IN records WHERE NOT r.next_of_kin_informed) AND none(r IN records WHERE r.next_of_kin_informed) THEN 'the family was not told' END,
  CASE WHEN any(r IN records WHERE r.family_concern IS NOT NULL) THEN 'the family has a concern' END
] AS said
WITH records, [words IN said WHERE words IS NOT NULL] AS in_words
WHERE size(in_words) >= $min_open
RETURN head(COLLECT { UNWIND records AS r RETURN r.id ORDER BY r.id }) AS death,
  COLLECT { UNWIND records AS r RETURN r.id ORDER BY r.id } AS records,
  coalesce(head(COLLECT { UNWIND records AS x MATCH (q:Person)-[:DECEASED_IN]->(x) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_name,
  size(in_words) AS open_count,
  in_words
