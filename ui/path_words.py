"""A hop of a path as sentences: what is recorded between its two ends, each in its own direction and with its role."""

from datetime import date
from typing import Any

from graph.schema import SCHEMA
from ui.words import day_in_words, event_in_words, in_words, order_in_words, period_in_words, place_in_words

# Derived below this, a tie rests on a match that a person may doubt.
CERTAIN = 0.995

PLACES = {
    "LIVES_AT": "lives or lived at",
    "STAYED_AT": "stayed at",
    "WORKS_AT": "works or worked at",
    "CARED_FOR_AT": "is or was cared for at",
    "FREQUENTS": "is or was often at",
}
PLAIN = {
    "OCCURRED_AT": "{a} happened at {b}",
    "DIED_IN": "{a} is part of {b}",
    "LINKED_BY_FORCE": "{a} was linked to {b} by the force itself",
    "SAME_EVENT": "{a} and {b} are records of one event",
    "BREACHES": "{a} is recorded as a breach of {b}",
    "EXCLUDES_FROM": "{a} keeps its respondent away from {b}",
    "RESPONDENT_TO": "{a} is the respondent of {b}",
    "PROTECTS": "{a} protects {b}",
    "PROVIDES_FOR": "{a} provides for {b}",
    "EMPLOYS": "{a} employs {b}",
    "LETS_TO": "{a} is the landlord of {b}",
    "COMPLAINED_OF": "{a} complained of {b}",
    "REFERRED": "{a} referred {b}",
    "CONCERNED_WITH": "{a} is connected with {b}",
}


def caption(node: dict[str, Any]) -> str:
    """Return what a node is, in a few words, with the id by which it is found."""
    labels, of = node["labels"], node["properties"]
    if "Person" in labels:
        return f"{of.get('name') or 'a person without a name'} ({of['id']})"
    if "Incident" in labels:
        return f"{event_in_words(of, labels)}, {day_in_words(of)} ({of['id']})"
    if "Location" in labels:
        return f"{place_in_words(of)} ({of['id']})"
    if "ProtectiveOrder" in labels:
        return f"{in_words(str(of.get('order_type') or 'order'))}, {order_in_words(of)} ({of['id']})"
    what = of.get("identifier") or of.get("name") or of.get("description") or labels[0].lower()
    kind = f"{in_words(str(of['kind']))} " if of.get("kind") else ""
    return f"{kind}{what} ({of['id']})"


def hop_in_words(one: dict[str, Any], other: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the sentences for all ties between two nodes of a path, and the records that they rest on.

    one, other: rows of `graph.path_reader.path_details`.
    """
    says: list[str] = []
    records: set[str] = set()
    for start, end in ((one, other), (other, one)):
        for tie in start["ties"]:
            if tie["end"] == end["node"]:
                sentence = _sentence(tie["kind"], tie["tie"], start, end)
                if sentence not in says:
                    says.append(sentence)
                records |= _records(tie["tie"], start, end)
    return says, sorted(records)


def _records(tie: dict[str, Any], start: dict[str, Any], end: dict[str, Any]) -> set[str]:
    found = set(tie.get("nominal_ids") or [])
    if tie.get("record") and "|" not in str(tie["record"]):
        found.add(str(tie["record"]))
    for node in (start, end):
        if "Person" not in node["labels"]:
            found.add(str(node["properties"]["id"]))
    return found


def _sentence(kind: str, tie: dict[str, Any], start: dict[str, Any], end: dict[str, Any]) -> str:
    a, b = caption(start), caption(end)
    if kind in SCHEMA.role_types.values():
        text = f"{a} was {in_words(kind)}{_status(tie)} in {b}"
        if kind == "DECEASED_IN":
            text = f"{a} is who died or nearly died in {b}"
        elif kind == "ATTENDED_PROFESSIONALLY":
            text = f"{a} attended {b} as a professional"
    elif kind in PLACES:
        text = f"{a} {PLACES[kind]} {b}{_period(tie)}"
    elif kind == "RELATED_TO":
        text = f"{a} is recorded as {in_words(str(tie.get('relation') or 'related'))} of {b}{_period(tie)}"
    elif kind == "USES":
        text = f"{a} {_use(tie, 'uses or used')} {b}{_period(tie)}"
    elif kind == "USED_IN":
        text = f"{a} was {_use(tie, 'used')} in {b}"
    elif kind == "MENTIONS":
        text = f"in {a}, a {in_words(str(tie.get('medium') or 'record'))} mentions {b}"
    else:
        text = PLAIN[kind].format(a=a, b=b)
    return f"{text}{_doubt(tie)}."


def _status(tie: dict[str, Any]) -> str:
    # An allegation is not a conviction: where it stands is said with the role.
    return f" ({in_words(str(tie['status']))})" if tie.get("status") else ""


def _use(tie: dict[str, Any], otherwise: str) -> str:
    return in_words(str(tie["role"])) if tie.get("role") else otherwise


def _period(tie: dict[str, Any]) -> str:
    since: date | None = tie.get("from_on")
    until: date | None = tie.get("to_on_latest") or tie.get("to_on")
    if since is None:
        return " (dates not known)" if until is None else f" (until {until.day} {until:%b %Y})"
    return f" ({period_in_words(since, until)})"


def _doubt(tie: dict[str, Any]) -> str:
    probability = tie.get("probability")
    if probability is None or probability >= CERTAIN:
        return ""
    return f" (if the records are of one {'event' if 'basis' in tie else 'person'}: probability {probability:.2f})"
