// People derived anew since detection $before get the number of the one that begins.
MATCH (p:Person)
WHERE coalesce(p.looked_at, $before + 1) > $before
CALL (p) {
  SET p.looked_at = $number
} IN TRANSACTIONS OF 10000 ROWS
