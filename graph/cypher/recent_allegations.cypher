// Everybody named as suspect in two events or more of the last $window_days days, one event a row.
MATCH (i:Incident)<-[r:SUSPECT_IN]-(p:Person)
WHERE i.occurred_day > $as_of_day - $window_days
  AND i.occurred_day <= $as_of_day
  AND i.kind IN ['crime', 'non_crime', 'death']
  AND coalesce(r.status, 'named') <> 'acquitted'
WITH p, i.event_id AS event, min(i.occurred_day) AS day, max(i.severity_cchi) AS harm
WITH p, collect({event: event, day: day, harm: harm}) AS events
WHERE size(events) >= 2
  AND size(events) <= $most
UNWIND events AS e
RETURN p.id AS person, p.name AS name, e.event AS event, e.day AS day, e.harm AS harm
