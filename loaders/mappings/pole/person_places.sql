SELECT ":START_ID" AS person_ref,
       ":END_ID" AS location_ref,
       'home' AS relation,
       _file,
       _line
FROM edges('CURRENT_ADDRESS')
