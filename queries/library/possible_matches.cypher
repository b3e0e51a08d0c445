/* ---
id: possible_matches
title: Records that may be of one person, waiting for a look
category: people
question: Which pairs of records may be of one person, and nobody has said yet?
description: >
  Pairs that person resolution left open, the most probable first, with what speaks for and against. Pairs that became
  one person since, or that somebody has judged, are left out. Those of people with most events come first among equals,
  since a wrong split matters most there.
parameters:
  least_probability: {type: float, default: 0.5, min: 0, max: 1, unit: probability}
  source: {type: str, default: "", why: "only pairs with a record of this source; empty is every source"}
  most: {type: int, default: 100, min: 1, max: 5000, unit: pairs}
--- */
MATCH (a:Nominal)-[m:POSSIBLY_SAME]->(b:Nominal)
WHERE m.probability >= $least_probability
  AND ($source = '' OR $source IN [a.source, b.source])
MATCH (a)-[:IDENTIFIES]->(p:Person)
MATCH (b)-[:IDENTIFIES]->(q:Person)
WHERE p <> q
  AND NOT EXISTS {
    MATCH (j:Judgement {first_id: a.id, second_id: b.id})
  }
  AND NOT EXISTS {
    MATCH (j:Judgement {first_id: b.id, second_id: a.id})
  }
WITH a, b, m, p, q, COUNT { (p)-->(:Incident) } + COUNT { (q)-->(:Incident) } AS events
RETURN m.probability AS probability,
  a.id AS one,
  coalesce(a.full_name, a.given_name + ' ' + a.family_name) AS one_name,
  a.date_of_birth AS one_born,
  coalesce(a.postcode, a.address) AS one_address,
  b.id AS other,
  coalesce(b.full_name, b.given_name + ' ' + b.family_name) AS other_name,
  b.date_of_birth AS other_born,
  coalesce(b.postcode, b.address) AS other_address,
  m.basis AS basis,
  events
ORDER BY probability DESC, events DESC, one, other
LIMIT $most
