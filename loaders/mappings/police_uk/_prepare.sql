-- Street files of data.police.uk, one a force and month, in any folder: 2018-10/2018-10-suffolk-street.csv.
CREATE TEMP VIEW published AS
SELECT "Crime ID" AS crime_id,
       "Month" AS month,
       "Reported by" AS reported_by,
       -- The same point is written 0.90922 and 0.909220. What is no number stays as it came: validation names it.
       coalesce(printf('%.6f', try_cast("Latitude" AS DOUBLE)), "Latitude") AS latitude,
       coalesce(printf('%.6f', try_cast("Longitude" AS DOUBLE)), "Longitude") AS longitude,
       "Location" AS location,
       "LSOA name" AS lsoa_name,
       "Crime type" AS crime_type,
       "Last outcome category" AS outcome,
       "Context" AS context,
       "Falls within" AS falls_within,
       "LSOA code" AS lsoa_code,
       filename AS _file,
       row_number() OVER () AS position
FROM read_csv('**/*-street.csv', all_varchar = true, header = true, delim = ',', quote = '"', escape = '"',
              union_by_name = true, filename = true);

-- Anti-social behaviour has no id. Its ref is made of what the row says, with a number among equal rows of its file: adding,
-- removing or reordering other rows does not change it, and a copy of the file gives the same refs.
CREATE TEMP VIEW record AS
WITH told AS (
    SELECT *,
           -- What a row says for good. An outcome is published later, so it is not part of it.
           concat_ws('|', month, reported_by, falls_within, longitude, latitude, location, lsoa_code, crime_type,
                     context) AS content
    FROM published)
SELECT *,
       coalesce(crime_id,
                concat_ws('-', month, left(sha256(content), 16),
                          row_number() OVER (PARTITION BY _file, content ORDER BY outcome NULLS FIRST, position))) AS ref,
       nullif(concat(latitude, ',', longitude), ',') AS location_ref,
       position - min(position) OVER (PARTITION BY _file) + 2 AS _line
FROM told;

-- The Home Office subgroup, where a published category is one subgroup. "Violence and sexual offences", "Burglary",
-- "Criminal damage and arson" and "Drugs" span several and have none.
CREATE TEMP VIEW category AS
FROM (VALUES ('Public order', 'Public order offences', NULL), ('Vehicle crime', 'Vehicle offences', NULL),
             ('Other theft', 'Other theft offences', NULL), ('Shoplifting', 'Shoplifting', NULL),
             ('Other crime', 'Miscellaneous crimes against society', NULL), ('Robbery', 'Robbery', NULL),
             ('Theft from the person', 'Theft from the person', NULL), ('Bicycle theft', 'Bicycle theft', NULL),
             ('Possession of weapons', 'Possession of weapons offences', 'weapon'), ('Drugs', NULL, 'drugs')
     ) AS category (crime_type, offence_group, flags);
