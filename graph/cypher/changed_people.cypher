// People derived anew since the detection with this number.
MATCH (p:Person)
WHERE coalesce(p.looked_at, $before + 1) > $before
RETURN elementId(p) AS id
