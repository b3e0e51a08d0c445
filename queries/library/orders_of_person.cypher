/* ---
id: orders_of_person
title: Orders of a person, as they stood on a day
category: orders
question: Which orders bind, bound or protect this person, and did they bind on this day?
description: >
  Every order that names the person of this record as respondent, protected or applicant, with its state on the day in
  words. An order binds from when it was served; not served, it binds nobody, and where no service is on record it says
  so. Uncertain dates count against binding. What a source says of the state itself stands beside it.
parameters:
  record: {type: str, default: "", why: "one of the person's records, as source:ref"}
  on_day: {type: str, default: "", why: "as 2026-01-31; empty is the newest day of the data"}
  most: {type: int, default: 100, min: 1, max: 5000, unit: orders}
--- */
WITH CASE $on_day WHEN '' THEN $as_of_day ELSE duration.inDays(date('1970-01-01'), date($on_day)).days END AS day
MATCH (:Nominal {id: $record})-[:IDENTIFIES]->(p:Person)
MATCH (p)-[tie:RESPONDENT_TO|PROTECTS|APPLIED_FOR_BY]-(o:ProtectiveOrder)
WITH day, p, o, collect(DISTINCT CASE type(tie) WHEN 'RESPONDENT_TO' THEN 'respondent' WHEN 'PROTECTS' THEN 'protected' ELSE 'applicant' END) AS parts
RETURN o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  parts,
  CASE
    WHEN o.in_force_from_day IS NULL THEN 'did not bind (' + coalesce(o.in_force_basis, 'not known to') + ')'
    WHEN day < o.in_force_from_day THEN 'did not bind yet'
    WHEN day > o.in_force_to_day THEN 'had ended'
    WHEN o.served_on IS NULL AND o.in_force_basis = 'service not recorded' THEN 'bound if it was served, of which there is no record'
    ELSE 'bound'
  END AS on_that_day,
  date('1970-01-01') + duration('P1D') * o.in_force_from_day AS binds_from,
  date('1970-01-01') + duration('P1D') * o.in_force_to_day AS binds_to,
  o.service AS service,
  o.state AS state_as_recorded,
  o.conditions AS conditions,
  o.owner AS owner,
  COLLECT { MATCH (q:Person)-[:RESPONDENT_TO]->(o) WITH DISTINCT q RETURN q.name ORDER BY q.name } AS respondents,
  COLLECT { MATCH (o)-[:PROTECTS]->(q:Person) WITH DISTINCT q RETURN q.name ORDER BY q.name } AS protected
ORDER BY o.made_on DESC, order
LIMIT $most
