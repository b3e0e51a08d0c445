-- Only where one Crime ID was published under several categories.
SELECT record.ref AS event_ref,
       record.crime_type AS offence,
       'other' AS scheme,
       category.offence_group,
       record._file,
       record._line
FROM record
LEFT JOIN category ON category.crime_type = record.crime_type
QUALIFY min(record.crime_type) OVER (PARTITION BY ref) < max(record.crime_type) OVER (PARTITION BY ref)
    AND row_number() OVER (PARTITION BY ref, record.crime_type ORDER BY month DESC, position) = 1
ORDER BY position
