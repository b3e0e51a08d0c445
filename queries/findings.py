"""Findings: what the rules found, kept under an identity that outlives re-runs, changed thresholds and reloads."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from graph.connection import Connection, Row
from graph.errors import ThroughlineError
from graph.ledger import STATUS_AFTER
from queries.detection import DetectReport, RuleReport, detect
from queries.problem import did_you_mean
from queries.rule import rule_files
from queries.run import native
from queries.series import SERIES

__all__ = [
    "STATUSES",
    "DetectReport",
    "Finding",
    "RuleReport",
    "detect",
    "get_finding",
    "list_findings",
    "to_json",
]

# `new`: nobody decided yet. `cleared`: it no longer fires, and nobody had decided.
STATUSES = ("new", "cleared", *(status for status in STATUS_AFTER.values() if status != "new"))


@dataclass(frozen=True)
class Finding:
    """One finding as it stands.

    about, evidence: label -> `source:ref` ids; a person stands there as every record they are known by. identity,
    columns, parameters: what the rule returned, and the values it used. strength ranks within the rule only.
    experimental: its rule is on trial.
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
    experimental: bool = False


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
        "experimental": finding.experimental,
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
    # Linked deaths are what a meeting reads first.
    order = {SERIES.id: -1} | {path.stem: number for number, path in enumerate(rule_files())}
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
            experimental=bool(row.get("experimental")),
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
