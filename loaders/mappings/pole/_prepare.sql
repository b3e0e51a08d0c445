-- A graph exported as CSV: one file a label (":ID") and one a relationship type (":START_ID", ":END_ID").
-- ":ID" is unique over all labels of an export, so it is the ref of every record: a crime's own `id` (64 hex digits, one
-- a published crime) may be repeated by a publisher, an ":ID" cannot. Every column is read as text; no row is left out.
CREATE TEMP MACRO nodes(label) AS TABLE
SELECT *,
       filename AS _file,
       row_number() OVER () + 1 AS _line
FROM read_csv('crime-investigation.nodes.' || label || '.csv',
              all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', filename = true);

CREATE TEMP MACRO edges(kind) AS TABLE
SELECT *,
       filename AS _file,
       row_number() OVER () + 1 AS _line
FROM read_csv('crime-investigation.relationships.' || kind || '.csv',
              all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', filename = true);

-- The format is stated, so that 03/04/2017 is 3 April. Digits are only put in order: 31/02/2017 becomes 2017-02-31, which
-- validation refuses by name, and what is no such date stays as it came.
CREATE TEMP MACRO day_first(stated) AS
    CASE WHEN regexp_full_match(stated, '\d{1,2}/\d{1,2}/\d{4}')
         THEN concat_ws('-', split_part(stated, '/', 3), lpad(split_part(stated, '/', 2), 2, '0'),
                        lpad(split_part(stated, '/', 1), 2, '0'))
         ELSE stated END;

-- The area of a location is the one its own edge names. The postcode's area is not used: the export cuts it short
-- (OL11 3HA lies in "OL1" by POSTCODE_IN_AREA, in OL11 by LOCATION_IN_AREA).
CREATE TEMP VIEW area_of_location AS
SELECT edge.":START_ID" AS location_ref,
       min(area.areaCode) AS area
FROM edges('LOCATION_IN_AREA') AS edge
JOIN nodes('Area') AS area ON area.":ID" = edge.":END_ID"
GROUP BY edge.":START_ID";

-- The home on the person's own row, for telling people apart; person_places keeps every CURRENT_ADDRESS.
CREATE TEMP VIEW home_of_person AS
SELECT edge.":START_ID" AS person_ref,
       min(edge.":END_ID") AS location_ref
FROM edges('CURRENT_ADDRESS') AS edge
GROUP BY edge.":START_ID";
