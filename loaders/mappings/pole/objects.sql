SELECT ":ID" AS object_ref,
       'vehicle' AS kind,
       reg AS identifier,
       concat_ws(' ', make, model, year) AS description,
       _file,
       _line
FROM nodes('Vehicle')
UNION ALL
SELECT ":ID", 'phone', phoneNo, NULL, _file, _line
FROM nodes('Phone')
UNION ALL
SELECT ":ID", 'other', id, concat_ws(': ', type, description), _file, _line
FROM nodes('Object')
