"""Findings: what the rules found, kept under an identity that outlives re-runs, changed thresholds and reloads."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from time import monotonic
from typing import Any

from neo4j.exceptions import DriverError, Neo4jError

from graph.connection import Connection, Row
from graph.errors import ThroughlineError
from graph.ledger import STATUS_AFTER
from queries.keep import keep_findings
from queries.problem import did_you_mean
from queries.rule import Rule, force_overrides, rule_files
from queries.run import Progress, data_as_of, native, run_rule

log = logging.getLogger(__name__)

# `new`: nobody decided yet. `cleared`: it no longer fires, and nobody had decided.
STATUSES = ("new", "cleared", *(status for status in STATUS_AFTER.values() if status != "new"))


@dataclass(frozen=True)
class Finding:
    """One finding as it stands.

    about, evidence: label -> `source:ref` ids; a person stands there as every record they are known by. identity,
    columns, parameters: what the rule returned, and the values it used. strength ranks within the rule only.
    """

    id: str
    rule: str
    rule_version: int
    title: str
    explanation: str
    strength: float | None
    expected_by_chance: float | None
    first_detected: datetime
    last_detected: datetime
    active: bool
    status: str
    identity: dict[str, Any]
    columns: dict[str, Any]
    parameters: dict[str, Any]
    about: dict[str, list[str]]
    evidence: dict[str, list[str]]
    evidence_hash: str


@dataclass(frozen=True)
class RuleReport:
    """What one rule's run changed: findings new, known before, no longer firing; seconds it took."""

    rule: str
    new: int
    kept: int
    cleared: int
    seconds: float


@dataclass(frozen=True)
class DetectReport:
    """What a detection changed, rule by rule. failed: rule -> why; its findings stay as they were."""

    as_of: datetime
    rules: list[RuleReport] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def detect(
    connection: Connection,
    rules: Mapping[str, Rule],
    *,
    rule_ids: Sequence[str] | None = None,
    anchors: Mapping[str, Sequence[str]] | None = None,
    as_of: datetime | None = None,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
    progress: Progress | None = None,
) -> DetectReport:
    """Run the active rules and keep what they find; return what changed.

    rule_ids: only these, experimental ones too. anchors: label -> ids to start at; None is everywhere, and a rule whose
    label is not there does not run. overrides: the force's own parameters by rule, default those of its `rules.yml`.
    A rule that fails is reported and does not stop the others. Raises ThroughlineError for an unknown or draft rule.
    """
    chosen = _chosen(rules, rule_ids)
    own = force_overrides(rules) if overrides is None else overrides
    report = DetectReport(as_of or data_as_of(connection))
    begun = monotonic()
    for rule in chosen:
        start_at = None if anchors is None else anchors.get(rule.anchor.label)
        if anchors is not None and start_at is None:
            continue
        before = monotonic()
        try:
            values = rule.values(own.get(rule.id))
            rows = list(
                run_rule(connection, rule, anchors=start_at, parameters=values, as_of=report.as_of, progress=progress)
            )
            work = partial(keep_findings, rule=rule, rows=rows, parameters=values, as_of=report.as_of, anchors=start_at)
            kept = connection.write_in_one(work)
        except (ThroughlineError, Neo4jError, DriverError) as error:
            report.failed[rule.id] = str(error)
            log.warning("rule %s failed: %s", rule.id, type(error).__name__)
            continue
        report.rules.append(RuleReport(rule.id, kept.new, kept.kept, kept.cleared, monotonic() - before))
        log.info("rule %s: %d new, %d kept, %d cleared", rule.id, kept.new, kept.kept, kept.cleared)
    return DetectReport(report.as_of, report.rules, report.failed, monotonic() - begun)


def _chosen(rules: Mapping[str, Rule], rule_ids: Sequence[str] | None) -> list[Rule]:
    if rule_ids is None:
        return [rule for rule in rules.values() if rule.status == "active"]
    chosen = []
    for id_ in dict.fromkeys(rule_ids):
        if id_ not in rules:
            raise ThroughlineError(f"there is no rule {id_}.{did_you_mean(id_, rules)}")
        if rules[id_].status == "draft":
            raise ThroughlineError(f"rule {id_} is a draft and does not run: make its status experimental first")
        chosen.append(rules[id_])
    return chosen


def list_findings(
    connection: Connection,
    *,
    status: str | None = None,
    rule: str | None = None,
    active: bool | None = True,
    limit: int | None = None,
) -> list[Finding]:
    """Return findings, strongest first. active: False those that no longer fire, None all.

    Strength ranks within a rule and cannot be compared across rules. So the list takes the strongest finding of every
    rule, then every rule's second, and so on; within a round the packs stand in the order of `queries.rule.PACKS`.
    Raises ThroughlineError for an unknown status.
    """
    if status is not None and status not in STATUSES:
        raise ThroughlineError(f"unknown status {status} ({', '.join(STATUSES)}).{did_you_mean(status, STATUSES)}")
    where = [*(["f.rule = $rule"] if rule else []), *(["f.active = $active"] if active is not None else [])]
    rows = _rows(connection, " AND ".join(where), rule=rule, active=active)
    rows = [row for row in rows if status is None or row["status"] == status]
    return _with_records(connection, _interleaved(rows)[:limit])


def get_finding(connection: Connection, id_: str) -> Finding:
    """Return one finding. Raises ThroughlineError when there is none with this id."""
    rows = _rows(connection, "f.id = $id", id=id_)
    if not rows:
        raise ThroughlineError(f"there is no finding {id_}: `throughline findings list` shows their ids")
    return _with_records(connection, rows)[0]


def to_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is exported: plain values, times as ISO text."""
    return {
        "id": finding.id,
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "title": finding.title,
        "first_detected": finding.first_detected.isoformat(),
        "about": finding.about,
        "evidence": finding.evidence,
        "explanation": finding.explanation,
        "strength": finding.strength,
        "expected_by_chance": finding.expected_by_chance,
        "status": finding.status,
        "active": finding.active,
        "last_detected": finding.last_detected.isoformat(),
        "identity": finding.identity,
        "columns": finding.columns,
        "parameters": finding.parameters,
    }


def _rows(connection: Connection, where: str, **parameters: Any) -> list[Row]:
    found = connection.read(
        f"MATCH (f:Finding) {'WHERE ' + where if where else ''} "
        "CALL (f) { OPTIONAL MATCH (d:Decision {finding_id: f.id}) "
        "RETURN d.kind AS kind, d.until_on AS until ORDER BY d.number DESC LIMIT 1 } "
        "RETURN properties(f) AS finding, kind, until",
        **parameters,
    )
    today = datetime.now(UTC).date()
    return [
        {
            **native(row["finding"]),
            "status": _status(row["finding"]["active"], row["kind"], native(row["until"]), today),
        }
        for row in found
    ]


def _status(active: bool, decided: str | None, until: date | None, today: date) -> str:
    if decided is None:
        return "new" if active else "cleared"
    if decided == "snooze" and until is not None and until < today:
        return "new"
    return STATUS_AFTER[decided]


def _interleaved(rows: Iterable[Row]) -> list[Row]:
    by_rule: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_rule[row["rule"]].append(row)
    order = {path.stem: number for number, path in enumerate(rule_files())}
    ranked = []
    for rule, own in by_rule.items():
        own.sort(key=lambda row: (-row["strength"] if row.get("strength") is not None else float("inf"), row["id"]))
        ranked += [((rank, order.get(rule, len(order)), rule), row) for rank, row in enumerate(own)]
    return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]


def _with_records(connection: Connection, rows: Sequence[Row]) -> list[Finding]:
    edges = connection.read(
        "MATCH (f:Finding) WHERE f.id IN $ids MATCH (f)-[r:ABOUT|EVIDENCED_BY]->(n) "
        "RETURN f.id AS finding, type(r) AS type, labels(n) AS labels, n.id AS id, n.nominal_ids AS nominals",
        ids=[row["id"] for row in rows],
    )
    records: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for edge in edges:
        label = _shown_label(edge["type"], edge["labels"])
        records[(edge["finding"], edge["type"])][label] |= set(edge["nominals"] or [edge["id"]])
    return [
        Finding(
            id=row["id"],
            rule=row["rule"],
            rule_version=row["rule_version"],
            title=row["title"],
            explanation=row["explanation"],
            strength=row.get("strength"),
            expected_by_chance=row.get("expected_by_chance"),
            first_detected=row["first_detected"],
            last_detected=row["last_detected"],
            active=row["active"],
            status=row["status"],
            identity=json.loads(row["identity"]),
            columns=json.loads(row["columns"]),
            parameters=json.loads(row["parameters"]),
            about=_sorted(records[(row["id"], "ABOUT")]),
            evidence=_sorted(records[(row["id"], "EVIDENCED_BY")]),
            evidence_hash=row["evidence_hash"],
        )
        for row in rows
    ]


def _shown_label(type_: str, labels: Sequence[str]) -> str:
    # What a finding is about is named as exactly as it can be; what it rests on are records, deaths among incidents.
    if "Incident" in labels:
        return "Death" if type_ == "ABOUT" and "Death" in labels else "Incident"
    return labels[0]


def _sorted(groups: Mapping[str, set[str]]) -> dict[str, list[str]]:
    return {label: sorted(groups[label]) for label in sorted(groups)}
