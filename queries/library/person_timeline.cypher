/* ---
id: person_timeline
title: Everything a person had a part in
category: people
question: What is recorded about the person of this record, in order of time?
description: >
  Every event in which the person had a part, whatever source recorded it and under whichever of their records, the
  newest first. An allegation is shown as one.
parameters:
  record: {type: str, default: "", why: "one of the person's records, as source:ref"}
  most: {type: int, default: 200, min: 1, max: 5000, unit: events}
--- */
MATCH (:Nominal {id: $record})-[:IDENTIFIES]->(p:Person)
MATCH (p)-[part]->(i:Incident)
OPTIONAL MATCH (i)-[:OCCURRED_AT]->(l:Location)
RETURN date('1970-01-01') + duration('P1D') * i.occurred_day AS day,
  i.id AS record,
  i.kind AS kind,
  coalesce(i.offence, i.category) AS what,
  toLower(replace(type(part), '_', ' ')) AS part,
  part.status AS status,
  coalesce(l.name, l.address) AS place,
  part.nominal_ids AS under_records
ORDER BY i.occurred_day DESC, record, part
LIMIT $most
