-- Not loaded, having no column: nhs_no (a health number is not a pnc_id), an officer's badge number and rank.
-- An age is stated without its day: age_on stays empty. location_ref too: person_places says where each person lives, once.
SELECT person.":ID" AS person_ref,
       person.name AS given_name,
       person.surname AS family_name,
       person.age,
       phone.phone,
       email.email,
       place.address,
       place.postcode,
       NULL AS profession,
       person._file,
       person._line
FROM nodes('Person') AS person
LEFT JOIN home_of_person AS home ON home.person_ref = person.":ID"
LEFT JOIN nodes('Location') AS place ON place.":ID" = home.location_ref
LEFT JOIN (SELECT edge.":START_ID" AS person_ref,
                  string_agg(item.phoneNo, ';' ORDER BY item.phoneNo) AS phone
           FROM edges('HAS_PHONE') AS edge
           JOIN nodes('Phone') AS item ON item.":ID" = edge.":END_ID"
           GROUP BY 1) AS phone ON phone.person_ref = person.":ID"
LEFT JOIN (SELECT edge.":START_ID" AS person_ref,
                  string_agg(item.email_address, ';' ORDER BY item.email_address) AS email
           FROM edges('HAS_EMAIL') AS edge
           JOIN nodes('Email') AS item ON item.":ID" = edge.":END_ID"
           GROUP BY 1) AS email ON email.person_ref = person.":ID"
UNION ALL
SELECT officer.":ID", officer.name, officer.surname, NULL, NULL, NULL, NULL, NULL, 'police',
       officer._file, officer._line
FROM nodes('Officer') AS officer
ORDER BY _file, _line
