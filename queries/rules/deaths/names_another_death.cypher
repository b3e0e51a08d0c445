/* ---
id: names_another_death
version: 1
status: active
title: A note or message in one death names another
question: Does a note, message, call, photograph or search of one death name another death, who died in it, or somebody who had a part in it?
description: >
  What was left by or with a person who died names another death within `window_days`: the death itself, the person who
  died in it, or somebody with a part in it other than as an attending professional or next of kin. A name or alias that
  was only written down counts where at most `max_namesakes` people carry it. Somebody who has another part in the death
  that names them, such as a finder, is left out, unless it is the person who died elsewhere. A recorded tie
  between the one who died and the one named is said, and so is that a person judged the two deaths not linked: a name
  on paper outlasts a judgement. `closeness` is the share of the window that does not lie between the two deaths, and 1
  more where the death itself or who died in it is named.
parameters:
  window_days: {type: int, default: 730, min: 1, max: 7300, unit: days, why: "24 months: the archetype's note named a death 23 days before, its gaps reach 359 days"}
  media: {type: list, default: [note, message, photograph, call, search], why: "what the person who died or somebody near them left; a witness's statement names whom it is asked about"}
  max_namesakes: {type: int, default: 3, min: 1, max: 100, unit: people, why: "a written name that more people carry names nobody in particular"}
  max_events_of_person: {type: int, default: 200, min: 1, max: 100000, unit: events, why: "somebody in more events than this is a placeholder or is there for their work"}
anchor: {label: Death, column: death, reach: 2}
identity: {naming: death, named: other_death}
about: {Death: [death, other_death]}
evidence: {Incident: [death, other_death], Person: people}
strength: closeness
explain: >-
  In the death of {deceased_name} ({death}), {in_words}, in or about the death of {other_name} ({other_death}),
  {days_apart} days {before_or_after}.{judged}
could_be_wrong:
  - Partners, family and friends name each other, and grief for one death is in the note of the next.
  - Two people of one name were taken for one person.
  - A name in a phone says that they knew each other, and no more.
  - The two deaths are one that was recorded twice and not yet joined.
action: Read the note or message itself, ask who could have written it, and put it before the officers of both deaths.
references: [domain.md 1.3e, domain.md 1.3d, domain.md D6]
max_background: 0
history: {1: first version}
# Which names are written down, no relationship tells; deaths of which a name is only text are looked at every day.
daily: >-
  MATCH (m:Mention)<-[:MENTIONS]-(d:Death)
  WHERE m.text IS NOT NULL AND d.occurred_day >= $as_of_day - $window_days
  RETURN DISTINCT d.id AS id
--- */
MATCH (anchor:Death)
WHERE anchor.id IN $anchors
WITH DISTINCT anchor.event_id AS event
MATCH (record:Incident {event_id: event})
WITH event, collect(record) AS records
UNWIND [r IN records WHERE r:Death AND NOT coalesce(r.near_miss, false)] AS d
WITH event, records, min(d.id) AS death, min(d.occurred_day) AS day
CALL (records) {
  UNWIND records AS record
  MATCH (record)-[said:MENTIONS]->(other:Death)
  RETURN said, null AS who, other, 'DECEASED_IN' AS part
  UNION
  UNWIND records AS record
  CALL (record) {
    MATCH (record)-[said:MENTIONS]->(who:Person)
    RETURN said, who
    UNION
    MATCH (record)<-[said:NAMED_IN]-(who:Person)
    RETURN said, who
    UNION
    MATCH (record)-[said:MENTIONS]->(m:Mention)
    WHERE m.text IS NOT NULL
    CALL db.index.fulltext.queryNodes('person_text', '"' + replace(replace(m.text, '\\', ' '), '"', ' ') + '"') YIELD node
    WHERE any(name IN node.names WHERE toLower(name) = toLower(m.text))
    WITH said, collect(node) AS namesakes
    WHERE size(namesakes) <= $max_namesakes
    UNWIND namesakes AS who
    RETURN said, who
  }
  MATCH (who)-[has]->(other:Death)
  WHERE NOT type(has) IN ['ATTENDED_PROFESSIONALLY', 'NEXT_OF_KIN_IN']
    AND NOT coalesce(has.grade, '') =~ '3.*|.E.*'
    AND COUNT { (who)-->(:Incident) } <= $max_events_of_person
    AND (type(has) = 'DECEASED_IN' OR NOT EXISTS {
      UNWIND records AS own
      MATCH (who)-[too]->(own)
      WHERE type(too) <> 'NAMED_IN'
    })
  RETURN said, who, other, type(has) AS part
}
WITH event, records, death, day, said, who, part, other
WHERE other.event_id <> event
  AND NOT coalesce(other.near_miss, false)
  AND abs(other.occurred_day - day) <= $window_days
  AND coalesce(said.medium, 'note') IN $media
  // An item from a source graded 3, or graded E itself, never makes a link alone.
  AND NOT coalesce(said.grade, '') =~ '3.*|.E.*'
WITH *, head([word IN [
    ['DECEASED_IN', 'who died'], ['FOUND', 'finder'], ['REPORTED', 'caller'], ['LAST_SEEN_WITH', 'last seen with who died'],
    ['SUSPECT_IN', 'suspect'], ['NAMED_IN', 'named there too'], ['CARER_IN', 'carer'], ['LANDLORD_IN', 'landlord']
  ] WHERE word[0] = part | word[1]]) AS as_what,
  COLLECT {
    UNWIND records AS own
    MATCH (dead:Person)-[:DECEASED_IN]->(own)
    MATCH (dead)-[tie:RELATED_TO]-(who)
    RETURN DISTINCT tie.relation ORDER BY tie.relation
  } AS ties
WITH death, day, records, other.event_id AS other_event, min(other.id) AS other_death, min(other.occurred_day) AS other_day,
  max(CASE WHEN part = 'DECEASED_IN' THEN 1 ELSE 0 END) AS itself,
  collect(DISTINCT who.id) AS people, collect(DISTINCT other.id) AS other_ids,
  collect(DISTINCT 'a ' + coalesce(said.medium, 'note') + ' names ' + coalesce(who.name + ' (' + coalesce(as_what, 'involved')
    + reduce(text = '', tie IN ties | text + '; recorded tie: ' + tie) + ')', 'it')) AS in_words
RETURN death,
  other_death,
  coalesce(head(COLLECT { UNWIND records AS x MATCH (q:Person)-[:DECEASED_IN]->(x) RETURN q.name ORDER BY q.id }), 'a person not named') AS deceased_name,
  coalesce(head(COLLECT { MATCH (q:Person)-[:DECEASED_IN]->(:Incident {event_id: other_event}) RETURN q.name ORDER BY q.id }), 'a person not named') AS other_name,
  COLLECT { UNWIND people AS id RETURN id ORDER BY id } AS people,
  COLLECT { UNWIND in_words AS words RETURN words ORDER BY words } AS in_words,
  abs(other_day - day) AS days_apart,
  CASE WHEN other_day < day THEN 'before' WHEN other_day > day THEN 'after' ELSE 'apart' END AS before_or_after,
  CASE head(COLLECT {
    MATCH (j:Judgement)
    USING INDEX j:Judgement(first_id)
    WHERE j.first_id IN other_ids + [r IN records | r.id] AND j.second_id IN other_ids + [r IN records | r.id]
    RETURN j.verdict ORDER BY j.number DESC
  }) WHEN 'not_linked' THEN ' A person judged the two not linked.' ELSE '' END AS judged,
  round(itself + 1 - 1.0 * abs(other_day - day) / $window_days, 2) AS closeness
