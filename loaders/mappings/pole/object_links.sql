-- A vehicle in a vehicle crime may be what was taken or what was driven: the role stays empty. Evidence was found.
-- Who held a phone during a call is not recorded, so a call is linked to two phones and to no person.
SELECT edge.":START_ID" AS object_ref,
       edge.":END_ID" AS event_ref,
       NULL AS person_ref,
       CASE WHEN evidence.":ID" IS NOT NULL THEN 'found' END AS role,
       edge._file,
       edge._line
FROM edges('INVOLVED_IN') AS edge
LEFT JOIN nodes('Object') AS evidence ON evidence.":ID" = edge.":START_ID"
UNION ALL
SELECT ":END_ID", ":START_ID", NULL, 'used', _file, _line
FROM edges('CALLER')
UNION ALL
SELECT ":END_ID", ":START_ID", NULL, 'called', _file, _line
FROM edges('CALLED')
UNION ALL
SELECT ":END_ID", NULL, ":START_ID", 'owned', _file, _line
FROM edges('HAS_PHONE')
ORDER BY _file, _line
