"""What a rule would have found on past data, day by day.

The graph holds only the newest state of each record. So the rule runs over the graph as it is, and a finding is dated
by the day on which the last record that it rests on became known. A rule that time alone changes is run once a day.
Not seen: what was found then and has gone since (a record corrected or withdrawn, people taken for one or no longer);
and what a cap on hubs would have let through when there were fewer records.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from graph.connection import Connection, Row
from graph.errors import ThroughlineError
from graph.reader import cypher
from queries.explanation import explanation
from queries.identity import finding_id, identity_of
from queries.rule_model import Rule
from queries.run import Progress, native, run_rule

MOST_DAYS = 1_100
APPROXIMATE = (
    "Approximate: the graph holds the newest state of each record. A finding is dated by the day on which the last "
    "record that it rests on became known; what has gone since is not seen."
)


@dataclass(frozen=True)
class PastFinding:
    """A finding, the day on which it would have come up, and its sentence."""

    id: str
    day: date
    sentence: str


@dataclass(frozen=True)
class Backtest:
    """What a rule would have found in a period. earlier: findings that had come up before it."""

    rule: str
    start: date
    end: date
    findings: list[PastFinding] = field(default_factory=list)
    earlier: int = 0
    note: str = APPROXIMATE

    def by_day(self) -> dict[date, int]:
        """Return day -> findings that came up on it, days without any left out."""
        return dict(sorted(Counter(finding.day for finding in self.findings).items()))


def backtest(
    connection: Connection,
    rule: Rule,
    start: date,
    end: date,
    parameters: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Return what a rule would have found from `start` to `end`, both included; nothing is written.

    Raises ThroughlineError when the days are the wrong way round, or too many for a rule that runs once a day.
    """
    days = (end - start).days + 1
    if days < 1:
        raise ThroughlineError(f"the period ends before it begins: {start} to {end}")
    if rule.daily and days > MOST_DAYS:
        raise ThroughlineError(f"rule {rule.id} runs once for each day: choose at most {MOST_DAYS} days, not {days}")
    came: dict[str, PastFinding] = {}
    steps = [start + timedelta(days=n) for n in range(days)] if rule.daily else [end]
    advance = progress.stage(f"{rule.id}, day by day", len(steps)) if progress is not None else None
    for day in steps:
        as_of = datetime.combine(day, time.max, UTC).replace(microsecond=0)
        rows = list(run_rule(connection, rule, parameters=parameters, as_of=as_of))
        values = rule.values(parameters)
        known = _known_on(connection, rule, rows)
        for row in rows:
            id_ = finding_id(rule.id, identity_of(rule, row))
            if known[id_] is None or known[id_] > day or id_ in came:  # type: ignore[operator]
                continue
            # A rule that runs once tells only that it is there by the end: the records say since when.
            came[id_] = PastFinding(
                id_,
                day if rule.daily else known[id_],  # type: ignore[arg-type]
                explanation(rule.explain, {**values, **row}),
            )
        if advance is not None:
            advance(1)
    within = sorted((f for f in came.values() if f.day >= start), key=lambda f: (f.day, f.id))
    return Backtest(rule.id, start, end, within, earlier=len(came) - len(within))


def _known_on(connection: Connection, rule: Rule, rows: Sequence[Row]) -> dict[str, date | None]:
    """Return finding id -> the day on which the last record it rests on, or their link, became known."""
    groups: list[dict[str, Any]] = [
        {
            "finding": finding_id(rule.id, identity_of(rule, row)),
            "ids": sorted(
                {
                    id_
                    for columns in rule.evidence.values()
                    for column in columns
                    for id_ in (row[column] if isinstance(row[column], list) else [row[column]])
                    if id_ is not None
                }
            ),
        }
        for row in rows
    ]
    found = connection.read(cypher("evidence_known_at"), groups=groups) if groups else []
    moments = {row["finding"]: native(row["known"]) for row in found}
    return {
        group["finding"]: None if (known := moments.get(group["finding"])) is None else known.date() for group in groups
    }
