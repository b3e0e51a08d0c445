-- One row for every row published. A Crime ID may be published twice (another category, outcome or month): it is one crime, so all
-- its rows say the same, what the newest says, and the second is counted as unchanged. What the others said stays in
-- the summary and, for categories, in offences. The months are an interval: some time from the first to the last.
WITH one_crime AS (
    SELECT *,
           first_value(struct_pack(crime_type, outcome, location_ref, lsoa_name, reported_by, context)) OVER (
               PARTITION BY ref ORDER BY month DESC, outcome NULLS LAST, content) AS said,
           min(month) OVER (PARTITION BY ref) AS first_month,
           max(month) OVER (PARTITION BY ref) AS last_month,
           list_sort(list_distinct(list(
               concat_ws(', ', month, crime_type, location, outcome)) OVER (PARTITION BY ref))) AS versions
    FROM record)
SELECT ref AS incident_ref,
       CASE said.crime_type WHEN 'Anti-social behaviour' THEN 'non_crime' ELSE 'crime' END AS kind,
       said.crime_type AS offence,
       category.offence_group,
       first_month AS occurred_from,
       last_month AS occurred_to,
       said.location_ref AS location_ref,
       nullif(concat_ws('. ', said.context, CASE WHEN len(versions) > 1
           THEN 'Published more than once: ' || array_to_string(versions, ' / ') END), '') AS summary,
       category.flags,
       said.outcome AS outcome_code,
       CASE WHEN said.outcome IS NOT NULL THEN 'police_uk' END AS outcome_scheme,
       said.reported_by AS force,
       said.lsoa_name AS area,
       _file,
       _line
FROM one_crime
LEFT JOIN category ON category.crime_type = said.crime_type
ORDER BY position
