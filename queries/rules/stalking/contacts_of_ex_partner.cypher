/* ---
id: contacts_of_ex_partner
version: 1
status: experimental
title: Contacts by a former partner, across kinds
question: Is a former partner recorded in several contacts with this victim within a month, and of more than one kind?
description: >
  Within `window_days` there are `min_contacts` or more events in which a former partner is suspect and which reach
  the victim, of two kinds or more: a crime, a report of no crime, a message or call (by its offence code, or a
  message or call on record that mentions the victim), or an event at the home or work of the victim in which the
  victim has no part. One at a time, and each with its own agency or unit, they look minor. Former partners are those
  whom a part or a relation on record says so of. Several records of one event are one contact. `contacts` orders the
  findings: their number in the fullest window.
parameters:
  window_days: {type: int, default: 30, min: 1, max: 365, unit: days, why: "domain.md S1"}
  min_contacts: {type: int, default: 2, min: 2, max: 50, unit: contacts, why: "domain.md S1"}
  message_codes: {type: list, default: [8R], why: "Home Office code of malicious communications (domain.md 3)"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 3}
identity: {suspect: one, victim: one}
about: {Person: [suspect, victim]}
evidence: {Incident: records, Person: [suspect, victim]}
strength: contacts
explain: >-
  {suspect_name}, a former partner, is suspect in {contacts} events that reach {victim_name} within {span_days} days:
  {kinds}. The newest was {last_days_ago} days before the newest data.
could_be_wrong:
  - An allegation is not a conviction.
  - The two may have to meet, as when handing over a child.
  - The relationship may be recorded wrongly, or the two be together again.
  - An event at the victim's home may have been for somebody else who lives there.
action: Read the events together as one course of conduct; ask the victim what is not on record, and whether it is stalking.
references: [domain.md 2, domain.md S1]
# 21 on the benign world 8209: what it lists of ordinary life, at the two contacts of the catalogue.
max_background: 21
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime']
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
CALL (s, i) {
  MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  WHERE coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
  RETURN victim, CASE WHEN i.offence_code IN $message_codes THEN 'a message' WHEN i.kind = 'crime' THEN 'a crime' ELSE 'a report of no crime' END AS kind
  UNION
  MATCH (i)-[m:MENTIONS]->(victim:Person)
  WHERE m.medium IN ['message', 'call']
  RETURN victim, 'a message' AS kind
  UNION
  MATCH (i)-[:OCCURRED_AT]->(here:Location)<-[lives:LIVES_AT|WORKS_AT]-(victim:Person)
  WHERE NOT coalesce(here.is_hub, false)
    AND NOT coalesce(here.precision, 'exact') IN ['displaced', 'area']
    AND coalesce(duration.inDays(date('1970-01-01'), lives.to_on).days, i.occurred_day) >= i.occurred_day
    AND NOT EXISTS { (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim) }
  RETURN victim, 'an event at the home or work of the victim' AS kind
}
WITH suspect, victim, i, kind
WHERE victim <> suspect
  AND (EXISTS {
      MATCH (suspect)-[once:SUSPECT_IN]->(:Incident)<-[:VICTIM_IN]-(victim)
      WHERE once.relationship_to_victim IN ['ex_partner', 'partner_or_ex']
        AND coalesce(once.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
    }
    OR EXISTS {
      MATCH (suspect)-[x:RELATED_TO]-(victim)
      WHERE x.relation IN ['ex_partner', 'partner_or_ex']
    })
WITH suspect, victim, i.event_id AS event, min(i.occurred_day) AS day, collect(DISTINCT i.id) AS ids, collect(DISTINCT kind) AS kinds
ORDER BY day, event
WITH suspect, victim, collect({day: day, ids: ids, kinds: kinds}) AS contacts
// Every contact ends a window; the one with most contacts stands, of equals the newest.
UNWIND contacts AS last
WITH suspect, victim, last, [e IN contacts WHERE e.day <= last.day AND e.day >= last.day - $window_days] AS within
WITH suspect, victim, last, within, COLLECT { UNWIND within AS e UNWIND e.kinds AS kind WITH DISTINCT kind RETURN kind ORDER BY kind } AS kinds
WHERE size(within) >= $min_contacts
  AND size(kinds) > 1
WITH suspect, victim, last, within, kinds
ORDER BY size(within) DESC, last.day DESC
WITH suspect, victim, collect({last: last, within: within, kinds: kinds})[0] AS fullest
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  victim.id AS victim,
  victim.name AS victim_name,
  COLLECT { UNWIND fullest.within AS e UNWIND e.ids AS id RETURN DISTINCT id ORDER BY id } AS records,
  fullest.kinds AS kinds,
  fullest.last.day - fullest.within[0].day AS span_days,
  $as_of_day - fullest.last.day AS last_days_ago,
  size(fullest.within) AS contacts
