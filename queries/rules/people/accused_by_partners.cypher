/* ---
id: accused_by_partners
version: 1
status: experimental
title: Charged with abuse, accused by different partners, never convicted
question: Was this person accused of abuse by different partners and charged, without a conviction for any of it?
description: >
  Within `window_days` one person is suspect in domestic abuse or stalking of `min_partners` or more partners or
  former partners, in different events, was charged or remanded in `min_charged` or more of these events, and no
  conviction or caution for such an event is on record. Who is managed already (a marker of MAPPA or of the list of
  potentially dangerous persons) is left out, and who was acquitted of an event is not counted for it. It is for the
  process that looks at candidates: whether somebody belongs on a list, and in which band, is a person's decision.
  `partners` orders the findings.
parameters:
  window_days: {type: int, default: 1825, min: 365, max: 7300, unit: days, why: "five years: charges against different partners lie far apart"}
  min_partners: {type: int, default: 2, min: 2, max: 20, unit: partners, why: "different partners, domain.md 2"}
  min_charged: {type: int, default: 1, min: 0, max: 20, unit: events, why: "charged, domain.md 2; with 0 the rule lists everybody accused by two partners, as another rule does"}
  managed: {type: list, default: [mappa, pdp], why: "already managed, so that there is nothing to nominate (domain.md 2)"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 2}
identity: {suspect: one}
about: {Person: [suspect, victims]}
evidence: {Incident: records, Person: [suspect, victims]}
strength: partners
explain: >-
  {suspect_name} is suspect in domestic abuse or stalking of {partners} partners or former partners ({victim_names}),
  in {event_count} events within {window_days} days, charged in {charged_count}; no conviction or caution is on
  record.
could_be_wrong:
  - An allegation is not a conviction, and a charge is not one either.
  - A conviction may not be loaded yet, or belong to another force.
  - Two of the partners may be one person whose records were not joined.
  - The case may be waiting for trial.
action: Put it to whoever decides on nominations, with the events in order; the decision and the band are theirs, and the reason is written down.
references: [domain.md 2, domain.md E10]
max_background: 4
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND none(marker IN coalesce(suspect.markers, []) WHERE marker IN $managed)
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
  AND suspect.deceased_on IS NULL
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE i.kind IN ['crime', 'non_crime', 'death']
  AND any(flag IN i.flags WHERE flag IN ['domestic_abuse', 'stalking'])
  AND i.occurred_day >= $as_of_day - $window_days
  AND coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
WITH suspect, collect({part: s, record: i}) AS parts
WHERE none(p IN parts WHERE coalesce(p.part.status, '') IN ['convicted', 'cautioned'])
UNWIND parts AS p
WITH suspect, p.part AS s, p.record AS i
WHERE s.relationship_to_victim IN ['partner', 'ex_partner', 'partner_or_ex']
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> suspect
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
// Who may be the same person as a victim is not yet a different one: the one place where a possible match is used.
WITH suspect, i, s, victim, COLLECT {
  MATCH (victim)<-[:IDENTIFIES]-(:Nominal)-[:POSSIBLY_SAME]-(:Nominal)-[:IDENTIFIES]->(twin:Person)
  RETURN twin.id
} AS perhaps
// Several records of one event are one event, with the victims of all of them.
WITH suspect, i.event_id AS event, collect(DISTINCT i.id) AS ids, collect(DISTINCT victim) AS victims,
  max(coalesce(s.status, '') IN ['charged', 'remanded']) AS charged, reduce(all = [], some IN collect(perhaps + victim.id) | all + some) AS people
WITH suspect, collect({ids: ids, victims: victims, people: people}) AS events, sum(CASE WHEN charged THEN 1 ELSE 0 END) AS charged_count
WHERE charged_count >= $min_charged
  AND any(a IN events WHERE any(b IN events WHERE none(known IN a.victims WHERE known.id IN b.people)))
WITH suspect, events, charged_count,
  COLLECT { UNWIND events AS e UNWIND e.victims AS v WITH DISTINCT v RETURN v ORDER BY v.name, v.id } AS victims
WHERE size(victims) >= $min_partners
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  [v IN victims | v.id] AS victims,
  [v IN victims | v.name] AS victim_names,
  size(victims) AS partners,
  size(events) AS event_count,
  charged_count,
  COLLECT { UNWIND events AS e UNWIND e.ids AS id RETURN DISTINCT id ORDER BY id } AS records
