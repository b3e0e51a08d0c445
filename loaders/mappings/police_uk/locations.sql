-- One row a distinct point. Published points are snapped to the centre of a street or a public place nearby: `displaced`, so
-- that they never make a link by themselves, and a name that says "On or near", not an address.
SELECT location_ref,
       location AS name,
       regexp_replace(lsoa_name, ' [0-9]+[A-Z]$', '') AS region,
       latitude,
       longitude,
       'street' AS place_type,
       'displaced' AS precision,
       lsoa_name AS area,
       _file,
       _line
FROM record
WHERE location_ref IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY location_ref ORDER BY month DESC, position) = 1
ORDER BY position
