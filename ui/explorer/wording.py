"""The words of the explorer: statuses, decisions, dates and figures, the same on every page."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from queries.findings import Finding

# In the order in which a meeting works through them.
STATUSES = {
    "new": "New",
    "in_review": "In review",
    "monitored": "Monitored",
    "referred": "Referred",
    "accepted": "Accepted",
    "snoozed": "Snoozed",
    "dismissed": "Dismissed",
    "cleared": "Cleared",
}

STATUS_MEANS = {
    "new": "Nobody has decided on it yet.",
    "in_review": "More was asked for.",
    "monitored": "Being watched.",
    "referred": "Handed to a partner.",
    "accepted": "Being acted on.",
    "snoozed": "Put off until a date.",
    "dismissed": "Looked at, and not pursued.",
    "cleared": "No longer fires, and nobody had decided on it.",
}

# What each kind is called, what it is called once it is done, and when to choose it.
DECISIONS = {
    "accept": ("Accept", "Accepted", "It is worth acting on. Name an owner and a date."),
    "ask": ("Ask for more", "More asked for", "Something is missing before it can be decided. Say what."),
    "monitor": ("Monitor", "To be monitored", "Nothing to do today; keep it in view."),
    "refer": ("Refer", "Referred", "Another team or agency should take it. Name them as owner."),
    "snooze": ("Snooze", "Snoozed", "Put it off until a date, 180 days at most."),
    "dismiss": ("Dismiss", "Dismissed", "There is nothing in it. It comes back only if something material changes."),
    "reopen": ("Re-open", "Re-opened", "Undo the last decision and look at it afresh."),
}

EPOCH = dt.date(1970, 1, 1)
# Everything that Markdown, Streamlit's directives (:red[..], :material/..:) or maths could take for a sign.
SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&^=\"'/])")


def status(word: str) -> str:
    """Return a status as people read it; one this version does not know is shown as it came."""
    return STATUSES.get(word, word.replace("_", " ").capitalize())


def decision(kind: str) -> str:
    """Return a kind of decision as people read it."""
    return DECISIONS[kind][0] if kind in DECISIONS else kind.replace("_", " ").capitalize()


def decided(kind: str) -> str:
    """Return a kind of decision once it is done, as in Accepted."""
    return DECISIONS[kind][1] if kind in DECISIONS else decision(kind)


def date(value: dt.date | dt.datetime | None) -> str:
    """Return a date as 3 Nov 2026, in UTC where a time of day is given; empty for none."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = _utc(value).date()
    return f"{value.day} {value:%b %Y}"


def moment(value: dt.datetime | None) -> str:
    """Return a time as 3 Nov 2026, 05:00 UTC; empty for none."""
    return f"{date(value)}, {_utc(value):%H:%M} UTC" if value is not None else ""


def day(number: int | None) -> str:
    """Return a day (integer days since 1970-01-01) as a date; says so when it is not known."""
    return date(EPOCH + dt.timedelta(days=number)) if number is not None else "date not known"


def figure(value: Any) -> str:
    """Return a number with three significant digits at most, whole numbers in full; text as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{int(value):,}"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return ", ".join(figure(one) for one in value)
    return str(value)


def expected_by_chance(value: float | None) -> str:
    """Return how many findings as strong as this chance alone would give, as a sentence."""
    if value is None:
        return "Not measured yet."
    return f"About {figure(value)} as strong as this would be expected by chance alone."


def chance(finding: Finding) -> str:
    """Return how often chance alone gives what is as strong: in the finding's own words where it has them."""
    # Loaded late: the first page stands before all that finds series is read in.
    from queries.series import SERIES

    own = finding.columns.get("chance") if finding.rule == SERIES.id else None
    return f"{capital(str(own))}." if own else expected_by_chance(finding.expected_by_chance)


def likelier(log_factor: float) -> str:
    """Return how much likelier something is between linked deaths than between others. log_factor: natural log."""
    times = math.exp(min(abs(log_factor), 30.0))
    if times > 1_000_000:
        said = "more than a million"
    else:
        said = f"{round(times, 1):g}" if times < 10 else f"{float(f'{times:.2g}'):,.0f}"
    if said == "1":
        return "about as likely"
    return f"{said} times {'likelier' if log_factor > 0 else 'less likely'}"


def month(name: str) -> str:
    """Return a month such as 2025-03 as Mar 2025."""
    return f"{dt.date.fromisoformat(name + '-01'):%b %Y}"


def months_in(text: str) -> str:
    """Return text with its months said as people say them: 2025-03 as Mar 2025."""
    return re.sub(r"\b[12][0-9]{3}-(0[1-9]|1[0-2])\b(?!-)", lambda found: month(found.group()), text)


def iso(day: str) -> str:
    """Return a day such as 2025-03-01 as 1 Mar 2025."""
    return date(dt.date.fromisoformat(day))


def short(text: str, length: int) -> str:
    """Return the text, cut at a word where it is longer than `length` characters."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    cut = head.rsplit(" ", 1)[0] if " " in head[length // 2 :] else head
    return f"{cut.rstrip()}…"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return 1 finding, 2 findings."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def literal(text: str) -> str:
    """Return text so that Markdown shows it as it is: extracts come from other people's systems.

    An image or a link in a name must neither be fetched nor be clickable, so that every sign is escaped and an
    address is broken by a mark without width, which the automatic linking of addresses does not see through.
    """
    flat = re.sub(r"\s+", " ", text)
    broken = re.sub(r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", "\u2060", flat)
    return SIGNS.sub(r"\\\1", broken)


def message(text: str) -> str:
    """Return the message of an error as a sentence in Markdown, its `commands` set as code, all else literal."""
    sentence = capital(text)
    if sentence and sentence[-1] not in ".!?":
        sentence += "."
    parts = sentence.split("`")
    # An odd number of marks is no pair: then nothing is code.
    if len(parts) % 2 == 0:
        return literal(sentence)
    return "".join(literal(part) if i % 2 == 0 else f"`{part}`" for i, part in enumerate(parts) if part)


def capital(text: str) -> str:
    """Return text with its first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def _utc(value: dt.datetime) -> dt.datetime:
    # The graph keeps UTC; a driver that hands back a time without a zone means the same.
    return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)
