"""What a rule finds of what was planted in a seed world, and what it finds where nothing was.

Planted truth is read here and nowhere else: no rule ever sees it.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from graph.connection import Connection, Row
from graph.errors import ThroughlineError
from queries.budget import MEASURED
from queries.lock import read_lines, rule_fingerprint, write_lines
from queries.rule_model import Rule
from queries.run import run_rule

PAGE = MEASURED.with_suffix(".md")
# A rule that is far over its budget is measured all the same.
TIMEOUT_S = 600.0


@dataclass(frozen=True)
class Planted:
    """One planted case: the rule that ought to find it (empty for a whole series), and its records, `source:ref`."""

    rule: str
    events: frozenset[str]
    people: frozenset[str]
    orders: frozenset[str]


@dataclass(frozen=True)
class World:
    """What was loaded: its size, the seeds of its planted and its benign half, and how much it holds."""

    size: str
    seed: int
    benign_seed: int
    incidents: int
    deaths: int


def read_truth(path: Path) -> list[Planted]:
    """Return the planted cases of a world's truth.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Planted(
                row["rule"],
                *(frozenset(filter(None, row[name].split(";"))) for name in ("events", "persons", "orders")),
            )
            for row in csv.DictReader(file)
        ]


def measure_planted(connection: Connection, rule: Rule, truth: Sequence[Planted]) -> dict[str, Any]:
    """Return what a rule finds in a planted world: cases planted and found, findings, those of a planted case, seconds.

    A finding is of a case when they share a person (or an order), and two events, or as many as either of them has.
    """
    begun = monotonic()
    try:
        rows = list(run_rule(connection, rule, timeout_s=TIMEOUT_S))
    except ThroughlineError as error:
        return {"failed": str(error)}
    seconds = monotonic() - begun
    events, people = _event_ids(connection, rule, rows, truth), _nominals(connection, rule, rows)
    facts = [_facts(rule, row, events, people) for row in rows]
    own = [case for case in truth if case.rule == rule.id]
    found = sum(any(_of_case(fact, case, events) for fact in facts) for case in own)
    of_planted = sum(any(_of_case(fact, case, events) for case in truth) for fact in facts)
    return {
        "planted": len(own),
        "found": found,
        "findings": len(rows),
        "of_planted": of_planted,
        "seconds": round(seconds, 1),
    }


def measure_background(connection: Connection, rule: Rule) -> dict[str, Any]:
    """Return how many findings a rule has in a world in which nothing was planted."""
    try:
        return {"background": sum(1 for _ in run_rule(connection, rule, timeout_s=TIMEOUT_S))}
    except ThroughlineError as error:
        return {"failed": str(error)}


_Facts = tuple[frozenset[str], frozenset[str], frozenset[str]]


def _facts(rule: Rule, row: Row, events: Mapping[str, str], people: Mapping[str, list[str]]) -> _Facts:
    incidents = {events.get(id_, id_) for id_ in _ids(rule, row, "Incident", "Death")}
    nominals = {nominal for id_ in _ids(rule, row, "Person") for nominal in people.get(id_, [])}
    return frozenset(incidents), frozenset(nominals), frozenset(_ids(rule, row, "ProtectiveOrder"))


def _ids(rule: Rule, row: Row, *labels: str) -> set[str]:
    found: set[str] = set()
    for groups in (rule.about, rule.evidence):
        for label in labels:
            for column in groups.get(label, ()):
                value = row.get(column)
                found |= set(value) if isinstance(value, list) else ({value} if value is not None else set())
    return found


def _of_case(fact: _Facts, case: Planted, events: Mapping[str, str]) -> bool:
    incidents, nominals, orders = fact
    planted = {events.get(id_, id_) for id_ in case.events}
    needed = min(2, len(planted), len(incidents))
    if len(planted & incidents) < needed:
        return False
    if case.people and nominals:
        return bool(case.people & nominals)
    if case.orders and orders:
        return bool(case.orders & orders)
    return needed > 0


def _event_ids(connection: Connection, rule: Rule, rows: Iterable[Row], truth: Iterable[Planted]) -> dict[str, str]:
    ids = {id_ for row in rows for id_ in _ids(rule, row, "Incident", "Death")}
    ids |= {id_ for case in truth for id_ in case.events}
    found = connection.read(
        "MATCH (i:Incident) WHERE i.id IN $ids RETURN i.id AS id, i.event_id AS event", ids=sorted(ids)
    )
    return {row["id"]: row["event"] for row in found}


def _nominals(connection: Connection, rule: Rule, rows: Iterable[Row]) -> dict[str, list[str]]:
    ids = {id_ for row in rows for id_ in _ids(rule, row, "Person")}
    found = connection.read(
        "MATCH (p:Person) WHERE p.id IN $ids RETURN p.id AS id, p.nominal_ids AS nominals", ids=sorted(ids)
    )
    return {row["id"]: row["nominals"] or [] for row in found}


def keep_figures(
    rules: Iterable[Rule],
    world: World,
    figures: Mapping[str, Mapping[str, Any]],
    path: Path = MEASURED,
    page: Path = PAGE,
) -> None:
    """Write the figures of a world into the machine file and its page; figures of another version are dropped."""
    kept = read_lines(path)
    about = {
        "seed": world.seed,
        "benign_seed": world.benign_seed,
        "incidents": world.incidents,
        "deaths": world.deaths,
    }
    known = {rule.id: rule for rule in rules}
    for id_, own in figures.items():
        print_ = rule_fingerprint(known[id_])
        old = kept.get(id_, {})
        worlds = old.get("worlds", {}) if old.get("sha256") == print_ else {}
        kept[id_] = {
            "sha256": print_,
            "version": known[id_].version,
            "worlds": {**worlds, world.size: {**about, **own}},
        }
    kept = {id_: entry for id_, entry in kept.items() if id_ in known or id_ in figures}
    write_lines(path, kept)
    page.write_text(measured_page(kept), "utf-8")


def measured_page(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the page of measured figures as Markdown."""
    lines = [
        "# What the rules find on seed worlds",
        "",
        "Written by `throughline rules measure`; the figures of the page are those of `measured.json`, which",
        "`throughline rules check` holds every rule to. The worlds are invented, and their seeds were not used while",
        "the rules were written. Recall: planted cases of the rule that it found. Precision: findings on the planted",
        "world that are of any planted case; what else fires there is true by the rule, but nobody planted it, and it",
        "lowers the figure. Background: findings on a world of the same size in which nothing was planted. Time: one",
        "full run on a machine of 2 cores that did other work as well.",
    ]
    for size in ("small", "force", "national"):
        entries = {id_: entry for id_, entry in sorted(kept.items()) if size in entry["worlds"]}
        if not entries:
            continue
        some = next(iter(entries.values()))["worlds"][size]
        lines += [
            "",
            f"## {size.capitalize()} world",
            "",
            f"{some['incidents']:,} incidents and {some['deaths']:,} deaths; planted seed {some['seed']}, "
            f"benign seed {some['benign_seed']}.",
            "",
            "| rule | version | recall | findings | precision | background | background a 1,000 incidents | seconds |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += [_line(id_, entry, entry["worlds"][size]) for id_, entry in entries.items()]
    return "\n".join(lines) + "\n"


def _line(id_: str, entry: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    if own.get("failed"):
        return f"| `{id_}` | {entry['version']} | failed: {own['failed']} | | | | | |"
    recall = f"{own['found']} of {own['planted']}" if own["planted"] else "none planted"
    precision = f"{own['of_planted'] / own['findings']:.2f}" if own["findings"] else "-"
    background = own.get("background")
    rate = "-" if background is None else f"{1000 * background / own['incidents']:.2f}"
    return (
        f"| `{id_}` | {entry['version']} | {recall} | {own['findings']} | {precision} | "
        f"{'-' if background is None else background} | {rate} | {own['seconds']:g} |"
    )
