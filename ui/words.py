"""How labels, roles and times of the graph read to a person."""

from datetime import date, timedelta
from typing import Any

ROLES = {
    "SUSPECT_IN": "suspect",
    "VICTIM_IN": "victim",
    "WITNESS_IN": "witness",
    "REPORTED": "reporter",
    "FOUND": "finder",
    "LAST_SEEN_WITH": "last seen with the deceased",
    "NAMED_IN": "named in a note",
    "NEXT_OF_KIN_IN": "next of kin",
    "CARER_IN": "carer",
    "LANDLORD_IN": "landlord",
    "ATTENDED_PROFESSIONALLY": "attended as a professional",
    "SUBJECT_OF": "subject of the report",
    "INVOLVED_IN": "involved in another way",
    "DECEASED_IN": "who died",
}
LABELS = {
    "ProtectiveOrder": "order",
}
VALUES = {
    "non_crime": "non-crime",
    "ed_attendance": "emergency department attendance",
    "pre_charge_bail": "pre-charge bail",
    "non_molestation": "non-molestation order",
    "dvpn": "DVPN",
    "dvpo": "DVPO",
    "dapn": "DAPN",
    "dapo": "DAPO",
    "fgm": "FGM protection order",
}
EPOCH = date(1970, 1, 1)


def in_words(name: str) -> str:
    """Return a relationship type or a value as words, for example `last seen with the deceased`."""
    return ROLES.get(name) or VALUES.get(name) or name.replace("_", " ").lower()


def label_in_words(labels: list[str]) -> str:
    """Return what a node is, as the most special of its labels."""
    label = "Death" if "Death" in labels else labels[0]
    return LABELS.get(label, label.lower())


def day_in_words(event: dict[str, Any]) -> str:
    """Return when an event happened, with how well that is known."""
    day = event.get("occurred_day")
    if day is None:
        return "not known"
    middle = EPOCH + timedelta(days=int(day))
    span = int(event.get("occurred_span_days") or 0)
    first = middle - timedelta(days=span // 2)
    text = date_in_words(middle) if span == 0 else period_in_words(first, first + timedelta(days=span))
    basis = event.get("occurred_basis")
    return text if basis in (None, "occurred") else f"{text} ({basis})"


def date_in_words(day: date) -> str:
    """Return a day as it is read aloud: 3 Mar 2025."""
    return f"{day.day} {day:%b %Y}"


def period_in_words(first: date, last: date | None) -> str:
    """Return a period; without an end it is until further order."""
    return f"{date_in_words(first)} to {date_in_words(last)}" if last else f"from {date_in_words(first)}"


def order_in_words(order: dict[str, Any]) -> str:
    """Return on which days an order certainly bound, and what that rests on."""
    first, last = order.get("in_force_from_day"), order.get("in_force_to_day")
    if first is None:
        return str(order.get("in_force_basis") or "not known to bind")
    days = period_in_words(EPOCH + timedelta(days=first), None if last is None else EPOCH + timedelta(days=last))
    return f"{days} ({order.get('in_force_basis')})"


def place_in_words(place: dict[str, Any] | None) -> str:
    """Return a place's name and address on one line."""
    if not place:
        return ""
    shown: list[str] = []
    for part in filter(None, map(place.get, ("name", "address", "town", "postcode"))):
        # An address often ends with its town.
        if not any(part in before for before in shown):
            shown.append(part)
    return ", ".join(shown) or in_words(str(place.get("place_type") or place["id"]))


def event_in_words(event: dict[str, Any], labels: list[str]) -> str:
    """Return what an event is, in a few words."""
    if "Death" in labels:
        kind = "near miss" if event.get("near_miss") else "death"
        return f"{kind}, {in_words(event['category'])}" if event.get("category") else kind
    offence = event.get("offence") or event.get("offence_group")
    return f"{in_words(event.get('kind') or 'incident')}: {offence}" if offence else in_words(event.get("kind") or "")
