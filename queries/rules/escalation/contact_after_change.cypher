/* ---
id: contact_after_change
version: 1
status: experimental
title: New contact soon after a separation or a change of an order
question: Was there a crime of this suspect and this victim soon after their separation, or after an order being made, served or ended?
description: >
  A crime between the two is recorded within `window_days` after an order of this suspect that protects this victim
  was made, served or ended, or within `separation_days` after they separated; the first one is told. They separated
  on the day of the first event of the two that carries the flag, or from which a relation says ex-partner, or on
  which it says that they ceased to be partners. An order that was only applied for or was refused changes nothing;
  one that never bound does not end; bail is left out, since it follows most arrests. Only a later day than that of
  the change counts. `closeness` is in days: `window_days` less those since the newest change.
parameters:
  window_days: {type: int, default: 30, min: 1, max: 365, unit: days, why: "domain.md E4"}
  separation_days: {type: int, default: 14, min: 1, max: 365, unit: days, why: "domain.md E4 says 30; the flag is on one report of abuse in eight, and at 30 days it makes twice as many findings (measured)"}
  not_these: {type: list, default: [pre_charge_bail, released_under_investigation, dvpn, dapn], why: "bail follows most arrests and notices of 48 hours go on to court: the order that follows is the change"}
  max_events: {type: int, default: 300, min: 1, max: 100000, unit: events, why: "a suspect in more events than this is a placeholder such as an unknown person, not somebody"}
anchor: {label: Person, column: suspect, reach: 2}
identity: {suspect: one, victim: one, event: one}
about: {Person: [suspect, victim], ProtectiveOrder: orders}
evidence: {Incident: [records, earlier], ProtectiveOrder: orders, Person: [suspect, victim]}
strength: closeness
explain: >-
  {suspect_name} is suspect and {victim_name} victim in {event}, the first crime of the two since {changes}.
could_be_wrong:
  - An allegation is not a conviction.
  - The separation may be older than the record that tells of it, or may not have lasted.
  - The two may have to meet, as when handing over a child.
  - The order may have been made because of an event that was recorded late.
action: Ask the victim what happened since the change; check whether the risk was assessed again after it, and what protects them now.
references: [domain.md 2, domain.md E4]
max_background: 6
history: {1: first version}
--- */
MATCH (suspect:Person)
WHERE suspect.id IN $anchors
  AND COUNT { (suspect)-[:SUSPECT_IN]->() } <= $max_events
WITH DISTINCT suspect
MATCH (suspect)-[s:SUSPECT_IN]->(i:Incident)
WHERE coalesce(s.status, 'named') <> 'acquitted'
  AND none(grade IN [s.grade, i.grade] WHERE coalesce(grade, '') =~ '3.*|.E.*')
MATCH (:Incident {event_id: i.event_id})<-[:VICTIM_IN]-(victim:Person)
WHERE victim <> suspect
  // Where there are several victims, the part may say which of them it is about, by person or by record.
  AND coalesce(s.victim, victim.id) IN [victim.id] + coalesce(victim.nominal_ids, [])
WITH DISTINCT suspect, victim, i
// Several records of one event are one event: what any of them says counts.
WITH suspect, victim, i.event_id AS event, min(i.occurred_day) AS day, collect(i.id) AS ids,
  max(i.kind = 'crime') AS crime, max('separation' IN coalesce(i.flags, [])) AS separated
ORDER BY day, event
WITH suspect, victim, collect({event: event, day: day, ids: ids, crime: crime, separated: separated}) AS events
WITH suspect, victim, events,
  // A separation told again and again is not a new one.
  [e IN events WHERE e.separated | {what: 'a separation was recorded in ' + e.event, day: e.day, ids: e.ids, order: null}][..1]
    + COLLECT {
      MATCH (suspect)-[x:RELATED_TO]-(victim)
      UNWIND [['they became ex-partners', 'ex_partner', x.from_on], ['they ceased to be partners', 'partner', x.to_on]] AS t
      WITH DISTINCT t, x.relation AS relation
      WHERE relation = t[1]
      RETURN {what: t[0], day: duration.inDays(date('1970-01-01'), t[2]).days, ids: [], order: null}
    }
    + COLLECT {
      MATCH (suspect)-[:RESPONDENT_TO]->(o:ProtectiveOrder)-[:PROTECTS]->(victim)
      WHERE NOT coalesce(o.order_type, '') IN $not_these
        AND NOT coalesce(o.state, '') IN ['applied_for', 'refused']
      UNWIND [
        ['made', duration.inDays(date('1970-01-01'), o.made_on).days],
        ['served', duration.inDays(date('1970-01-01'), o.served_on).days],
        ['over', o.in_force_to_day]
      ] AS t
      RETURN {what: 'the order ' + o.id + ' was ' + t[0], day: t[1], ids: [], order: o.id}
    } AS changes
UNWIND changes AS t
WITH suspect, victim, t, [e IN events WHERE e.day > t.day AND e.day <= t.day + CASE WHEN t.order IS NULL THEN $separation_days ELSE $window_days END AND e.crime][0] AS e
WHERE e IS NOT NULL
WITH suspect, victim, t, e
ORDER BY t.day DESC, t.what
WITH suspect, victim, e, collect({what: t.what, day: t.day, ids: t.ids, order: t.order}) AS told
RETURN suspect.id AS suspect,
  suspect.name AS suspect_name,
  victim.id AS victim,
  victim.name AS victim_name,
  e.event AS event,
  COLLECT { UNWIND told AS t RETURN DISTINCT t.what + ' ' + toString(e.day - t.day) + CASE e.day - t.day WHEN 1 THEN ' day before' ELSE ' days before' END } AS changes,
  COLLECT { UNWIND told AS t WITH t.order AS order WHERE order IS NOT NULL RETURN DISTINCT order ORDER BY order } AS orders,
  COLLECT { UNWIND e.ids AS id RETURN id ORDER BY id } AS records,
  COLLECT { UNWIND told AS t UNWIND t.ids AS id RETURN DISTINCT id ORDER BY id } AS earlier,
  $window_days - (e.day - told[0].day) AS closeness
