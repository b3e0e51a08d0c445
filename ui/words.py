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


def in_words(name: str) -> str:
    """Return a relationship type or a value as words, for example `last seen with the deceased`."""
    return ROLES.get(name, name.replace("_", " ").lower())


def label_in_words(labels: list[str]) -> str:
    """Return what a node is, as the most special of its labels."""
    label = "Death" if "Death" in labels else labels[0]
    return LABELS.get(label, label.lower())


def day_in_words(event: dict[str, Any]) -> str:
    """Return when an event happened, with how well that is known."""
    day = event.get("occurred_day")
    if day is None:
        return "not known"
    middle = date(1970, 1, 1) + timedelta(days=int(day))
    span = int(event.get("occurred_span_days") or 0)
    if span == 0:
        text = f"{middle:%d %b %Y}"
    else:
        first = middle - timedelta(days=span // 2)
        text = f"{first:%d %b %Y} to {first + timedelta(days=span):%d %b %Y}"
    basis = event.get("occurred_basis")
    return text if basis in (None, "occurred") else f"{text} ({basis})"


def place_in_words(place: dict[str, Any] | None) -> str:
    """Return a place's name and address on one line."""
    if not place:
        return ""
    parts = [place.get("name"), place.get("address"), place.get("town"), place.get("postcode")]
    return ", ".join(dict.fromkeys(part for part in parts if part)) or str(place.get("place_type") or place["id"])


def event_in_words(event: dict[str, Any], labels: list[str]) -> str:
    """Return what an event is, in a few words."""
    if "Death" in labels:
        kind = "near miss" if event.get("near_miss") else "death"
        return f"{kind}, {in_words(event['category'])}" if event.get("category") else kind
    offence = event.get("offence") or event.get("offence_group")
    return f"{in_words(event.get('kind') or 'incident')}: {offence}" if offence else in_words(event.get("kind") or "")
