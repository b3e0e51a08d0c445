/* ---
id: object_trail
title: A phone, plate or account across events
category: objects
question: Where does this number or plate appear, in whatever spelling, and who used it?
description: >
  Every event in which an object with this number, plate or account was used, found or mentioned, also where a message or
  a note only writes it down, the newest first; and who is recorded as using it. Spaces, signs and capitals do not
  matter, nor whether a UK number begins with 0, +44 or 0044. A number in more than `max_events` events, such as a
  switchboard, shows only that.
parameters:
  number: {type: str, default: "", why: "phone number, plate or account, as written"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events}
  most: {type: int, default: 200, min: 1, max: 5000, unit: events}
--- */
WITH reduce(key = toUpper($number), sign IN [' ', '-', '.', '(', ')', '/', '_', ':', ',', '@', '#'] | replace(key, sign, '')) AS bare
WITH replace(CASE
  WHEN bare =~ '\\+44\\d{9,10}' THEN '0' + substring(bare, 3)
  WHEN bare =~ '0044\\d{9,10}' THEN '0' + substring(bare, 4)
  ELSE bare
END, '+', '') AS key
CALL (key) {
  MATCH (o:Object {identifier_key: key})
  RETURN o AS thing, o.kind AS kind, o.identifier AS written
  UNION
  MATCH (m:Mention {identifier_key: key})
  RETURN m AS thing, 'mention' AS kind, m.identifier AS written
}
CALL (thing) {
  MATCH (thing)-[used:USED_IN]->(i:Incident)
  RETURN i, coalesce(used.role, 'used') AS how
  UNION
  MATCH (thing)<-[said:MENTIONS]-(i:Incident)
  RETURN i, 'mentioned in a ' + replace(coalesce(said.medium, 'record'), '_', ' ') AS how
}
WITH thing, kind, written, i, how, COUNT { (thing)--(:Incident) } <= $max_events AS shown
WITH DISTINCT thing, kind, written, CASE WHEN shown THEN i END AS i, CASE WHEN shown THEN how ELSE 'in too many events to be a trace' END AS how
RETURN date('1970-01-01') + duration('P1D') * i.occurred_day AS day,
  i.id AS record,
  i.kind AS event_kind,
  coalesce(i.offence, i.category) AS what,
  how,
  kind,
  written,
  thing.id AS object,
  COLLECT { MATCH (p:Person)-[:USES]->(thing) WITH DISTINCT p RETURN p.name ORDER BY p.name LIMIT 20 } AS users
ORDER BY i.occurred_day DESC, record, object
LIMIT $most
