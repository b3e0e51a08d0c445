-- The points are those of the published street-level crimes: the centre of a street or a public place near the scene,
-- never the house. Hence `displaced`, whatever house number the example gave the point: two records at one point are
-- no link by themselves. Where an address is a class of map point ("Parking Area"), it is a name, not an address.
SELECT place.":ID" AS location_ref,
       CASE WHEN class.place_type IS NOT NULL THEN place.address END AS name,
       CASE WHEN class.place_type IS NULL THEN place.address END AS address,
       place.postcode,
       place."latitude:double" AS latitude,
       place."longitude:double" AS longitude,
       coalesce(class.place_type, CASE WHEN home.location_ref IS NOT NULL THEN 'home' ELSE 'street' END) AS place_type,
       'displaced' AS precision,
       area.area,
       place._file,
       place._line
FROM nodes('Location') AS place
LEFT JOIN area_of_location AS area ON area.location_ref = place.":ID"
LEFT JOIN (SELECT DISTINCT location_ref FROM home_of_person) AS home ON home.location_ref = place.":ID"
LEFT JOIN (VALUES ('Parking Area', 'car_park'), ('Supermarket', 'shop'), ('Petrol Station', 'shop'),
                  ('Shopping Area', 'shop'), ('Sports/Recreation Area', 'park'), ('Park/Open Space', 'park'),
                  ('Pedestrian Subway', 'street'), ('Nightclub', 'licensed_premises'),
                  ('Further/Higher Educational Building', 'school'), ('Bus/Coach Station', 'transport'),
                  ('Police Station', 'police_station'), ('Theatre/Concert Hall', 'other'), ('Hospital', 'hospital'),
                  ('Conference/Exhibition Centre', 'other'), ('Prison', 'prison')
          ) AS class (address, place_type) ON class.address = place.address
ORDER BY _file, _line
