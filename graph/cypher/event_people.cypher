// Who was in a record, as people; a professional who attended says nothing about which event it was. Dates of birth as
// numbers that sort as they do, 372 a year.
MATCH (p:Person)-[r:SUSPECT_IN|VICTIM_IN|WITNESS_IN|REPORTED|FOUND|LAST_SEEN_WITH|NAMED_IN|NEXT_OF_KIN_IN|CARER_IN|LANDLORD_IN|SUBJECT_OF|INVOLVED_IN|DECEASED_IN]->(i)
WHERE r.nominal_ids IS NOT NULL
RETURN i.id AS event, p.id AS person, type(r) AS role, r.probability AS probability, p.sex AS sex,
  p.born_from.year * 372 + p.born_from.month * 31 + p.born_from.day AS born_from,
  p.born_to.year * 372 + p.born_to.month * 31 + p.born_to.day AS born_to
