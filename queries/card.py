"""A rule's report card: what it is worth, in figures, and whom it is about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from graph.connection import Connection
from graph.reader import cypher
from queries.budget import MEASURED, figures_of
from queries.overrides import Overrides
from queries.rule_model import Rule
from queries.run import data_as_of, native

# Fewer people than this are not counted in the open: a figure must not point at somebody.
SMALLEST = 5
HIDDEN = f"fewer than {SMALLEST}"
DAYS_A_MONTH = 30.44
BANDS = ((18, "under 18"), (25, "18-24"), (35, "25-34"), (50, "35-49"), (65, "50-64"), (200, "65 and over"))
# What the newest decision about a finding says of the rule. Others have not said anything yet.
WORTH = {"accept": "confirmed", "refer": "confirmed", "monitor": "useful", "ask": "useful", "dismiss": "not useful"}


@dataclass(frozen=True)
class Card:
    """Figures of one rule. measured: size of the seed world -> figures, stale where they are of another version.

    a_month: active findings a month of data; budget: how many the force said it can look at, None where it has not.
    decisions: confirmed, useful, not useful, undecided -> findings. by_chance: expected a year, of how many findings.
    people: column, sex and age band -> words -> people as a number, or that they are too few to say.
    """

    rule: str
    version: int
    status: str
    measured: dict[str, Any]
    stale: bool
    findings: int
    months: float
    a_month: float | None
    budget: float | None
    decisions: dict[str, int]
    by_chance: float | None
    by_chance_of: int
    people: dict[str, dict[str, str]] = field(default_factory=dict)


def report_card(
    connection: Connection, rule: Rule, overrides: Overrides | None = None, measured: Path = MEASURED
) -> Card:
    """Return the report card of a rule from the findings and decisions of this graph and the measured figures."""
    worlds, fresh = figures_of(rule, measured)
    rows = connection.read(cypher("card_findings"), rule=rule.id)
    months = _months(connection)
    chance = [row["by_chance"] for row in rows if row["by_chance"] is not None]
    return Card(
        rule=rule.id,
        version=rule.version,
        status=rule.status,
        measured=worlds,
        stale=bool(worlds) and not fresh,
        findings=sum(row["active"] for row in rows),
        months=round(months, 1),
        a_month=round(sum(row["active"] for row in rows) / months, 1) if months else None,
        budget=None if overrides is None else overrides.findings_a_month.get(rule.id),
        decisions=_decisions([row["decided"] for row in rows]),
        by_chance=round(sum(chance), 2) if chance else None,
        by_chance_of=len(chance),
        people=_people(connection, rule),
    )


def _months(connection: Connection) -> float:
    row = connection.read("MATCH (i:Incident) RETURN min(i.occurred_day) AS first, max(i.occurred_day) AS last")[0]
    return 0.0 if row["first"] is None else (row["last"] - row["first"] + 1) / DAYS_A_MONTH


def _decisions(kinds: Sequence[str | None]) -> dict[str, int]:
    counted = Counter(WORTH.get(kind or "", "undecided") for kind in kinds)
    return {name: counted[name] for name in ("confirmed", "useful", "not useful", "undecided")}


def _people(connection: Connection, rule: Rule) -> dict[str, dict[str, str]]:
    today = data_as_of(connection).date()
    groups: dict[str, Counter[str]] = {"part": Counter(), "sex": Counter(), "age": Counter()}
    # One person counts once in each part, however many findings they are in.
    counted: set[tuple[str, str, str]] = set()
    for row in connection.read(cypher("card_people"), rule=rule.id):
        values = {
            "part": row["part"].replace("_", " "),
            "sex": row["sex"] or "not known",
            "age": _band(native(row["born_from"]), native(row["born_to"]), today),
        }
        for name, value in values.items():
            if (name, value, row["person"]) not in counted:
                counted.add((name, value, row["person"]))
                groups[name][value] += 1
    return {name: _with_few_hidden(group) for name, group in groups.items() if group}


def _band(born_from: date | None, born_to: date | None, today: date) -> str:
    if born_from is None or born_to is None:
        return "not known"
    bands = {_band_of(today, born) for born in (born_from, born_to)}
    return bands.pop() if len(bands) == 1 else "not known"


def _band_of(today: date, born: date) -> str:
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return next(name for below, name in BANDS if age < below)


def _with_few_hidden(group: Mapping[str, int]) -> dict[str, str]:
    """Return the counts as words; a single hidden one could be worked out, so that the next smallest hides too."""
    hidden = {name for name, count in group.items() if count < SMALLEST}
    if len(hidden) == 1 and len(group) > 1:
        shown = sorted((count, name) for name, count in group.items() if name not in hidden)
        hidden.add(shown[0][1])
    few = any(group[name] >= SMALLEST for name in hidden)
    return {
        name: str(count) if name not in hidden else ("not shown" if few else HIDDEN)
        for name, count in sorted(group.items())
    }


def card_in_words(card: Card) -> list[tuple[str, str]]:
    """Return the card as pairs of what it is and what it says."""
    lines = [("version", f"{card.version}, {card.status}")]
    for size, own in card.measured.items():
        if own.get("failed"):
            lines.append((f"{size} seed world", f"failed: {own['failed']}"))
            continue
        stale = " (of another version)" if card.stale else ""
        lines += [
            (f"planted cases found, {size} seed world", f"{own['found']} of {own['planted']}{stale}"),
            (f"background findings, {size} seed world", f"{own.get('background', 'not measured')}{stale}"),
            (f"run time, {size} seed world", f"{own['seconds']:g} s{stale}"),
        ]
    if not card.measured:
        lines.append(("seed worlds", "not measured: `throughline rules measure`"))
    over_time = f"{card.findings} over {card.months:g} months"
    a_month = "no data yet" if card.a_month is None else f"{card.a_month:g} ({over_time})"
    budget = "no budget stated" if card.budget is None else f"budget {card.budget:g}"
    over = card.a_month is not None and card.budget is not None and card.a_month > card.budget
    lines.append(("findings a month", f"{a_month}; {budget}{', over it' if over else ''}"))
    lines.append(("decided", ", ".join(f"{count} {name}" for name, count in card.decisions.items())))
    chance = "not known" if card.by_chance is None else f"{card.by_chance:g} a year, of {card.by_chance_of} findings"
    lines.append(("expected by chance", chance))
    for name, group in card.people.items():
        lines.append((f"about, by {name}", ", ".join(f"{value}: {count}" for value, count in group.items())))
    return lines
