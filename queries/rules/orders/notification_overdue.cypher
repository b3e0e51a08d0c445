/* ---
id: notification_overdue
version: 1
status: experimental
title: Name and address not notified in time
question: Is the day gone by which the respondent of this order had to tell the police their name and address?
description: >
  The order certainly binds today, the day by which name and address were to be notified is gone (the day on record,
  else `notify_days` after it was served where the order has that condition), and no notification is on record. That
  it is not on record does not say that it was not made. `days_overdue` orders the findings.
parameters:
  notify_days: {type: int, default: 3, min: 1, max: 365, unit: days, why: "a domestic abuse protection order asks for it within 3 days (domain.md 4)"}
anchor: {label: ProtectiveOrder, column: order, reach: 2}
daily: true
identity: {order: one, respondent: one}
about: {ProtectiveOrder: order, Person: respondent}
evidence: {ProtectiveOrder: order, Person: respondent}
strength: days_overdue
explain: >-
  Under the order {order} ({order_type}) {respondent_name} was to notify name and address {days_overdue} days ago, and
  no notification is on record. Owner on record: {owner}.
could_be_wrong:
  - The notification was made and is written down elsewhere, or the source never sends it.
  - The respondent is in custody.
  - The day was moved by the court.
action: Ask the owner whether it was notified; if not, it may be an offence, and the address on record may be wrong.
references: [domain.md 4, domain.md O5]
max_background: 6
history: {1: first version}
--- */
MATCH (o:ProtectiveOrder)
WHERE o.id IN $anchors
  AND o.notified_on IS NULL
  AND o.in_force_from_day <= $as_of_day
  AND coalesce(o.in_force_to_day, $as_of_day) >= $as_of_day
WITH DISTINCT o, coalesce(
  duration.inDays(date('1970-01-01'), coalesce(o.notify_by_latest, o.notify_by)).days,
  CASE WHEN 'notify_details' IN o.conditions
    THEN duration.inDays(date('1970-01-01'), coalesce(o.served_on_latest, o.served_on)).days + $notify_days
  END
) AS due
WHERE due < $as_of_day
MATCH (respondent:Person)-[:RESPONDENT_TO]->(o)
WHERE respondent.deceased_on IS NULL
RETURN DISTINCT o.id AS order,
  replace(coalesce(o.order_type, 'of unknown kind'), '_', ' ') AS order_type,
  respondent.id AS respondent,
  respondent.name AS respondent_name,
  coalesce(o.owner, 'nobody') AS owner,
  $as_of_day - due AS days_overdue
