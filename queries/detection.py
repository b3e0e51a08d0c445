"""A detection: run the rules over the graph, everywhere or where something changed, and keep what they find."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from neo4j.exceptions import DriverError, Neo4jError

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.changes import Everywhere, LookedAt, anchors_to_look_at, begin, finish, mark_people
from queries.identity import finding_id, fingerprint, identity_of, in_order
from queries.keep import FoundRow, keep_findings
from queries.lock import rule_fingerprint
from queries.overrides import Overrides, RunPart, read_overrides, run_parts
from queries.problem import did_you_mean
from queries.rule_model import Rule
from queries.run import Progress, data_as_of, run_rule
from queries.series import SERIES, detect_series

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RuleReport:
    """What one rule's run changed: findings new, known before, no longer firing; seconds it took.

    anchors: at how many it started, None for everywhere.
    """

    rule: str
    new: int
    kept: int
    cleared: int
    seconds: float
    anchors: int | None = None


@dataclass(frozen=True)
class DetectReport:
    """What a detection changed, rule by rule. failed: rule -> why; its findings stay as they were.

    set_aside: rule that no longer runs -> findings that no longer count as active for it.
    """

    as_of: datetime
    rules: list[RuleReport] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    set_aside: dict[str, int] = field(default_factory=dict)


def detect(
    connection: Connection,
    rules: Mapping[str, Rule],
    *,
    rule_ids: Sequence[str] | None = None,
    anchors: Mapping[str, Sequence[str]] | None = None,
    as_of: datetime | None = None,
    overrides: Overrides | Mapping[str, Mapping[str, Any]] | None = None,
    experimental: bool = False,
    nightly: bool = False,
    progress: Progress | None = None,
) -> DetectReport:
    """Run the active rules and keep what they find; return what changed.

    rule_ids: only these, experimental and deprecated ones too. experimental: those on trial as well. anchors: label ->
    ids to start at; None is everywhere, and a rule whose label is not there does not run. nightly: only where something
    that a load brought since the last detection can matter, and the small sets of rules that time alone changes.
    overrides: the force's own values, default those of its `rules.yml`; a mapping holds values by rule.
    A rule that fails is reported and does not stop the others. Raises ThroughlineError for an unknown or draft rule, or
    one that the force switched off.
    """
    own = _own(rules, overrides)
    chosen = _chosen(rules, rule_ids, experimental, own)
    report = DetectReport(as_of or data_as_of(connection))
    begun = monotonic()
    # Only a detection by all active rules, everywhere that matters, can be the one that the next night starts from.
    complete = rule_ids is None and anchors is None
    looked = begin(connection) if complete else None
    prints = {rule.id: _print(rule, own) for rule in chosen}
    start_at: dict[str, list[str] | None] = {}
    for rule in chosen:
        if anchors is None:
            start_at[rule.id] = None
        elif rule.anchor.label in anchors:
            start_at[rule.id] = list(anchors[rule.anchor.label])
    if nightly and looked is not None:
        start_at |= _changed(connection, chosen, own, looked, prints, report.as_of)
    if looked is not None:
        mark_people(connection, looked)
    for rule in chosen:
        if rule.id in start_at:
            _run(connection, rule, start_at[rule.id], own, report, progress)
    if complete or SERIES.id in (rule_ids or ()):
        _run_series(connection, own, report)
    if looked is not None:
        done = {rule.id: prints[rule.id] for rule in chosen if rule.id not in report.failed}
        finish(connection, looked, report.as_of, done)
        report.set_aside.update(_set_aside(connection, rules, own))
    return DetectReport(report.as_of, report.rules, report.failed, monotonic() - begun, report.set_aside)


def _own(rules: Mapping[str, Rule], overrides: Overrides | Mapping[str, Mapping[str, Any]] | None) -> Overrides:
    if overrides is None:
        return read_overrides(rules)
    if isinstance(overrides, Overrides):
        return overrides
    return Overrides({rule: dict(values) for rule, values in overrides.items()})


def _chosen(
    rules: Mapping[str, Rule], rule_ids: Sequence[str] | None, experimental: bool, own: Overrides
) -> list[Rule]:
    running = ("active", "experimental") if experimental else ("active",)
    if rule_ids is None:
        return [rule for rule in rules.values() if rule.status in running and rule.id not in own.switched_off]
    chosen = []
    for id_ in dict.fromkeys(rule_ids):
        if id_ == SERIES.id:
            continue
        if id_ not in rules:
            raise ThroughlineError(f"there is no rule {id_}.{did_you_mean(id_, rules)}")
        if rules[id_].status == "draft":
            raise ThroughlineError(f"rule {id_} is a draft and does not run: make its status experimental first")
        if id_ in own.switched_off:
            raise ThroughlineError(f"rule {id_} is switched off in {own.file}: {own.switched_off[id_]}")
        chosen.append(rules[id_])
    return chosen


def _print(rule: Rule, own: Overrides) -> str:
    """Return a fingerprint of what a rule does and with which values: when it changes, the rule runs everywhere."""
    areas = {area: own.values(rule, area) for area in own.areas_of(rule)}
    evidence = {label: list(columns) for label, columns in {**rule.about, **rule.evidence}.items()}
    return fingerprint([rule_fingerprint(rule), evidence, own.values(rule), areas])


def _changed(
    connection: Connection,
    rules: Iterable[Rule],
    own: Overrides,
    looked: LookedAt,
    prints: Mapping[str, str],
    as_of: datetime,
) -> dict[str, list[str] | None]:
    known = [rule for rule in rules if looked.rules.get(rule.id) == prints[rule.id]]
    values = {rule.id: own.values(rule) for rule in known}
    found = anchors_to_look_at(connection, known, looked, values, as_of)
    return {id_: None if isinstance(anchors, Everywhere) else anchors for id_, anchors in found.items()}


def _run(
    connection: Connection,
    rule: Rule,
    start_at: list[str] | None,
    own: Overrides,
    report: DetectReport,
    progress: Progress | None,
) -> None:
    before = monotonic()
    try:
        parts = run_parts(connection, rule, own, start_at)
        found = _found(connection, rule, parts, report.as_of, progress)
        work = partial(keep_findings, rule=rule, rows=found, as_of=report.as_of, anchors=start_at)
        kept = connection.write_in_one(work)
    except (ThroughlineError, Neo4jError, DriverError) as error:
        report.failed[rule.id] = str(error)
        log.warning("rule %s failed: %s", rule.id, type(error).__name__)
        return
    count = None if start_at is None else len(start_at)
    report.rules.append(RuleReport(rule.id, kept.new, kept.kept, kept.cleared, monotonic() - before, count))
    log.info("rule %s: %d new, %d kept, %d cleared", rule.id, kept.new, kept.kept, kept.cleared)


def _run_series(connection: Connection, own: Overrides, report: DetectReport) -> None:
    if SERIES.id in own.switched_off:
        return
    try:
        found = detect_series(connection, report.as_of)
    except (ThroughlineError, Neo4jError, DriverError) as error:
        report.failed[SERIES.id] = str(error)
        log.warning("linked series failed: %s", type(error).__name__)
        return
    if found is not None:
        kept, seconds = found
        report.rules.append(RuleReport(SERIES.id, kept.new, kept.kept, kept.cleared, seconds))


def _found(
    connection: Connection, rule: Rule, parts: Sequence[RunPart], as_of: datetime, progress: Progress | None
) -> list[FoundRow]:
    """Return what all parts found, one row an identity; a pair that crosses into an area is kept with its own order."""
    found: dict[str, FoundRow] = {}
    for part in parts:
        rows = run_rule(connection, rule, anchors=part.anchors, parameters=part.values, as_of=as_of, progress=progress)
        for row in rows:
            key = finding_id(rule.id, identity_of(rule, row))
            if key not in found or (in_order(rule, row) and not in_order(rule, found[key].row)):
                found[key] = FoundRow(row, part.values)
    return list(found.values())


def _set_aside(connection: Connection, rules: Mapping[str, Rule], own: Overrides) -> dict[str, int]:
    """Set aside the findings of rules that no longer run; decisions stay, and they come back when the rule does."""
    every = [*(rule for rule in rules.values() if rule.status != "deprecated"), SERIES]
    running = [rule.id for rule in every if rule.id not in own.switched_off]
    rows = connection.write(
        "MATCH (f:Finding {active: true}) WHERE NOT f.rule IN $running SET f.active = false "
        "RETURN f.rule AS rule, count(*) AS n ORDER BY rule",
        running=running,
    )
    return {row["rule"]: row["n"] for row in rows}
