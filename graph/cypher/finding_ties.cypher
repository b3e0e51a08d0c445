// What a finding is about and rests on, the ties between these, and what the people among them are put together from.
// Records of one event are one node, by the event's id: what any of them says ties the event.
MATCH (f:Finding {id: $id})-[x:ABOUT|EVIDENCED_BY]->(stated)
WITH stated, max(type(x) = 'ABOUT') AS is_about
OPTIONAL MATCH (record:Incident {event_id: stated.event_id})
WITH collect(DISTINCT {node: coalesce(stated.event_id, stated.id), is_about: is_about}) AS named,
  collect(DISTINCT stated) + collect(DISTINCT record) AS nodes
RETURN named,
  COLLECT {
    UNWIND nodes AS a
    MATCH (a)-[r]->(b)
    WHERE b IN nodes
    WITH DISTINCT a, r, b
    RETURN {start: coalesce(a.event_id, a.id), end: coalesce(b.event_id, b.id), kind: type(r), nominals: r.nominal_ids,
      key: coalesce(r.key, r.record, type(r))}
    ORDER BY a.id, b.id, type(r), r.key
  } AS ties,
  COLLECT {
    UNWIND nodes AS p
    MATCH (p)<-[i:IDENTIFIES]-(n:Nominal)
    WITH DISTINCT p, i, n
    RETURN {nominal: n.id, person: p.id, probability: i.probability}
    ORDER BY p.id, n.id
  } AS matches,
  COLLECT {
    UNWIND nodes AS p
    MATCH (p)<-[:IDENTIFIES]-(:Nominal)-[s:POSSIBLY_SAME]-(:Nominal)-[:IDENTIFIES]->(q:Person)
    WHERE q IN nodes
      AND p.id < q.id
    WITH p.id AS one, q.id AS other, max(s.probability) AS probability
    RETURN {one: one, other: other, probability: probability}
    ORDER BY one, other
  } AS possible
