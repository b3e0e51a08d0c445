-- PARTY_TO says that a person was party to a crime, not as what: of the crimes with a party, most have the outcome "no suspect
-- identified". So the role is `other`, unless the crime carries a charge: all of those are possession or production of
-- cannabis with one party, where nobody else can be the one accused. The status then says how far it went.
SELECT edge.":START_ID" AS event_ref,
       edge.":END_ID" AS person_ref,
       'attending_professional' AS role,
       NULL AS status,
       edge._file,
       edge._line
FROM edges('INVESTIGATED_BY') AS edge
UNION ALL
SELECT edge.":END_ID",
       edge.":START_ID",
       CASE WHEN crime.charge IS NOT NULL THEN 'suspect' ELSE 'other' END,
       CASE WHEN crime.charge IS NOT NULL
            THEN CASE crime.last_outcome
                     WHEN 'Under investigation' THEN 'named'
                     WHEN 'Unable to prosecute suspect' THEN 'no_further_action'
                     WHEN 'Awaiting court outcome' THEN 'charged'
                     WHEN 'Offender given a caution' THEN 'cautioned' END END,
       edge._file,
       edge._line
FROM edges('PARTY_TO') AS edge
LEFT JOIN nodes('Crime') AS crime ON crime.":ID" = edge.":END_ID"
ORDER BY _file, _line
