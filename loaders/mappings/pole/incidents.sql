-- Crimes and phone calls. A day is a day, not midnight: the same bare date from and to.
-- offence_group only where the published category is one Home Office subgroup: "Violence and sexual offences",
-- "Burglary", "Criminal damage and arson" span several and stay empty. A drugs offence is told by its charge.
-- A call's duration has no unit in the export (and texts have one too), so no end is worked out from it.
SELECT crime.":ID" AS incident_ref,
       'crime' AS kind,
       crime.type AS offence,
       CASE WHEN crime.charge ILIKE '%intent to supply%' THEN 'Trafficking of drugs'
            WHEN crime.charge ILIKE 'possession of cannabis' THEN 'Possession of drugs'
            ELSE category.offence_group END AS offence_group,
       day_first(crime.date) AS occurred_from,
       day_first(crime.date) AS occurred_to,
       scene.":END_ID" AS location_ref,
       concat_ws('. ', 'Charge: ' || crime.charge, 'Note: ' || crime.note, 'Crime id ' || crime.id) AS summary,
       category.flags,
       crime.last_outcome AS outcome_code,
       CASE WHEN crime.last_outcome IS NOT NULL THEN 'police_uk' END AS outcome_scheme,
       area.area,
       crime._file,
       crime._line
FROM nodes('Crime') AS crime
LEFT JOIN edges('OCCURRED_AT') AS scene ON scene.":START_ID" = crime.":ID"
LEFT JOIN area_of_location AS area ON area.location_ref = scene.":END_ID"
LEFT JOIN (VALUES ('Public order', 'Public order offences', NULL), ('Vehicle crime', 'Vehicle offences', NULL),
                  ('Other theft', 'Other theft offences', NULL), ('Shoplifting', 'Shoplifting', NULL),
                  ('Other crime', 'Miscellaneous crimes against society', NULL), ('Robbery', 'Robbery', NULL),
                  ('Theft from the person', 'Theft from the person', NULL), ('Bicycle theft', 'Bicycle theft', NULL),
                  ('Possession of weapons', 'Possession of weapons offences', 'weapon'), ('Drugs', NULL, 'drugs')
          ) AS category (type, offence_group, flags) ON category.type = crime.type
UNION ALL
SELECT phone_call.":ID", 'intelligence', NULL, NULL,
       day_first(phone_call.call_date) || 'T' || phone_call.call_time,
       day_first(phone_call.call_date) || 'T' || phone_call.call_time,
       NULL,
       CASE phone_call.call_type WHEN 'SMS' THEN 'Text message' ELSE 'Phone call' END
           || ', duration ' || phone_call.call_duration || ' (no unit stated)',
       NULL, NULL, NULL, NULL, phone_call._file, phone_call._line
FROM nodes('PhoneCall') AS phone_call
ORDER BY _file, _line
