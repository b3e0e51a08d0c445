// What a finding is about and rests on, the ties between these, and what the people among them are put together from.
MATCH (f:Finding {id: $id})-[:ABOUT|EVIDENCED_BY]->(n)
WITH collect(DISTINCT n) AS nodes
RETURN [n IN nodes | {node: n.id, label: [label IN labels(n) WHERE label <> 'Death'][0]}] AS nodes,
  COLLECT {
    UNWIND nodes AS a
    MATCH (a)-[r]->(b)
    WHERE b IN nodes
    RETURN {start: a.id, end: b.id, kind: type(r), nominals: r.nominal_ids, key: coalesce(r.key, r.record, type(r))}
    ORDER BY a.id, b.id, type(r), r.key
  } AS ties,
  COLLECT {
    UNWIND nodes AS p
    MATCH (p)<-[i:IDENTIFIES]-(n:Nominal)
    RETURN {nominal: n.id, person: p.id, probability: i.probability, basis: i.basis}
    ORDER BY p.id, n.id
  } AS matches,
  COLLECT {
    UNWIND nodes AS p
    MATCH (p)<-[:IDENTIFIES]-(n:Nominal)-[s:POSSIBLY_SAME]-(m:Nominal)-[:IDENTIFIES]->(q:Person)
    WHERE q IN nodes
      AND p.id < q.id
    RETURN DISTINCT {one: p.id, other: q.id, nominal_a: n.id, nominal_b: m.id, probability: s.probability, basis: s.basis}
  } AS possible
