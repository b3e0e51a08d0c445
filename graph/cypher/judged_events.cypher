// Events about which somebody said that they are one, or are not.
MATCH (j:Judgement {about: 'event'})
MATCH (i:Incident)
WHERE i.id IN [j.first_id, j.second_id]
RETURN DISTINCT elementId(i) AS id
