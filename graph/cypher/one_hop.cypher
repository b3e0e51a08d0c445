// What lies one hop from these nodes, by what is recorded of the world; nothing is reached through a hub.
MATCH (n)
WHERE elementId(n) IN $ids
  AND NOT coalesce(n.is_hub, false)
  AND COUNT { (n)--() } <= $hub
MATCH (n)--(m:Person|Incident|Location|ProtectiveOrder|Breach|Object|Organisation|Mention|Substance)
RETURN DISTINCT elementId(m) AS id
