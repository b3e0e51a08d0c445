"""A force's own values: `rules.yml`, which sets rule parameters everywhere or in one area, and switches rules off.

rules:
  shared_finder: {window_days: 730}
areas:
  Northside:
    shared_finder: {window_days: 365}
switched_off:
  near_miss_then_death: the ambulance service asked us to wait for its new codes
findings_a_month:
  shared_finder: 10
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.schema import SCHEMA
from graph.settings import settings
from queries.located_yaml import LocatedYaml, read_yaml
from queries.parameter import with_overrides
from queries.problem import did_you_mean, refuse, shown_path
from queries.rule_model import Rule

Values = dict[str, Any]
KEYS = ("rules", "areas", "switched_off", "findings_a_month")
ANCHORS_A_QUERY = 20_000


@dataclass(frozen=True)
class Overrides:
    """What a force's file says. everywhere: rule -> parameter -> value; areas: area -> the same.

    switched_off: rule -> why; findings_a_month: rule -> how many the force can look at.
    """

    everywhere: dict[str, Values] = field(default_factory=dict)
    areas: dict[str, dict[str, Values]] = field(default_factory=dict)
    switched_off: dict[str, str] = field(default_factory=dict)
    findings_a_month: dict[str, float] = field(default_factory=dict)
    file: str = ""

    def values(self, rule: Rule, area: str | None = None) -> Values:
        """Return the value of every parameter of a rule: the area's own, else the force's, else the rule's."""
        own = self.areas.get(area, {}) if area is not None else {}
        return rule.values({**self.everywhere.get(rule.id, {}), **own.get(rule.id, {})})

    def areas_of(self, rule: Rule) -> list[str]:
        """Return the areas in which a rule runs with other values, sorted."""
        return sorted(area for area, rules in self.areas.items() if rule.id in rules and self._differs(rule, area))

    def _differs(self, rule: Rule, area: str) -> bool:
        return self.values(rule, area) != self.values(rule)

    def in_words(self, rule: Rule) -> list[str]:
        """Return what the file says of a rule, one line each; empty when it says nothing."""
        lines = []
        if rule.id in self.switched_off:
            lines.append(f"switched off: {self.switched_off[rule.id]}")
        for where, values in (
            ("everywhere", self.everywhere.get(rule.id, {})),
            *((f"in {area}", rules.get(rule.id, {})) for area, rules in sorted(self.areas.items())),
        ):
            lines += [f"`{name}` is {value} {where}" for name, value in values.items()]
        return lines


@dataclass(frozen=True)
class RunPart:
    """One run of a rule: where it starts (None: everywhere) and with which values."""

    area: str | None
    anchors: list[str] | None
    values: Values


def read_overrides(rules: Mapping[str, Rule], path: Path | None = None) -> Overrides:
    """Return what a force's file says, checked against the rules.

    path: default the file of the settings; when there is none, nothing is overridden. Raises ThroughlineError with all
    problems, each with file and line and the nearest right word.
    """
    path = path or settings().rules_file
    if not path.exists():
        return Overrides()
    document = read_yaml(path.read_text("utf-8"), shown_path(path))
    refuse(document.problems)
    if document.data is None:
        return Overrides(file=document.file)
    if not isinstance(document.data, dict):
        raise ThroughlineError(f"{document.file}:1: must look like `rules: {{shared_finder: {{window_days: 730}}}}`")
    document.check_keys(KEYS)
    sections: dict[str, dict[Any, Any]] = {key: document.take(key, dict, "a mapping", {}) for key in KEYS}
    found = Overrides(
        everywhere=_values_by_rule(document, rules, sections["rules"], "rules"),
        areas={
            str(area): _values_by_rule(document, rules, stated, "areas", area)
            for area, stated in sections["areas"].items()
        },
        switched_off=_by_rule(document, rules, "switched_off", sections["switched_off"], str, "why"),
        findings_a_month=_by_rule(
            document, rules, "findings_a_month", sections["findings_a_month"], (int, float), "a number of findings"
        ),
        file=document.file,
    )
    refuse(document.problems)
    return found


def _values_by_rule(document: LocatedYaml, rules: Mapping[str, Rule], stated: Any, *where: str) -> dict[str, Values]:
    if not isinstance(stated, dict):
        document.report(f"{where[-1]} must be a mapping of rule to its parameters", *where)
        return {}
    found: dict[str, Values] = {}
    for rule_id, values in stated.items():
        if not _known(document, rules, rule_id, *where):
            continue
        rule = rules[rule_id]
        if not isinstance(values, dict):
            document.report(f"{rule_id} must be a mapping of parameter to value", *where, rule_id)
            continue
        if where[0] == "areas" and not has_area(rule.anchor.label):
            document.report(
                f"rule {rule_id} starts at every {rule.anchor.label}, which lies in no area: state it under rules",
                *where,
                rule_id,
            )
            continue
        for name, value in values.items():
            try:
                with_overrides(rule.parameters, {name: value})
            except ValueError as error:
                document.report(f"rule {rule_id}: {error}", *where, rule_id, name)
        found[rule_id] = dict(values)
    return found


def _by_rule(
    document: LocatedYaml,
    rules: Mapping[str, Rule],
    key: str,
    stated: Mapping[Any, Any],
    kind: type | tuple[type, ...],
    says: str,
) -> dict[str, Any]:
    found = {}
    for rule_id, value in stated.items():
        if not _known(document, rules, rule_id, key):
            continue
        if isinstance(value, bool) or not isinstance(value, kind) or value in ("", 0):
            document.report(f"{rule_id}: say {says}, not {value!r}", key, rule_id)
            continue
        found[rule_id] = value
    return found


def _known(document: LocatedYaml, rules: Mapping[str, Rule], rule_id: Any, *where: str) -> bool:
    if rule_id in rules:
        return True
    document.report(f"there is no rule {rule_id}.{did_you_mean(str(rule_id), rules)}", *where, rule_id)
    return False


def has_area(label: str) -> bool:
    """Return whether nodes of a label say in which area they lie."""
    return "area" in SCHEMA.node(label).property_names()


def run_parts(
    connection: Connection, rule: Rule, overrides: Overrides, anchors: Sequence[str] | None = None
) -> list[RunPart]:
    """Return the runs that a rule needs: one for each area with values of its own, and one for everywhere else.

    anchors: ids to start at, None for everywhere. An anchor belongs to an area that is its `area`, else its `force`.
    Raises ThroughlineError, with the nearest right one, for an area that no record of the graph names.
    """
    areas = overrides.areas_of(rule)
    if not areas:
        return [RunPart(None, None if anchors is None else list(anchors), overrides.values(rule))]
    label = rule.anchor.label
    _refuse_unknown(connection, label, areas, overrides.file)
    by_area: dict[str | None, list[str]] = defaultdict(list)
    for area, ids in _anchors_by_area(connection, label, areas, anchors):
        by_area[area] += ids
    parts = [RunPart(area, by_area[area], overrides.values(rule, area)) for area in (None, *areas)]
    return [part for part in parts if part.anchors]


def _refuse_unknown(connection: Connection, label: str, areas: Sequence[str], file: str) -> None:
    rows = connection.read(
        f"MATCH (n:{label}) UNWIND [n.area, n.force] AS name WITH DISTINCT name WHERE name IS NOT NULL RETURN name"
    )
    known = sorted(row["name"] for row in rows)
    if not known:
        return
    for area in areas:
        if area not in known:
            raise ThroughlineError(f"{file}: no {label} lies in {area}.{did_you_mean(area, known)}")


def _anchors_by_area(
    connection: Connection, label: str, areas: Sequence[str], anchors: Sequence[str] | None
) -> list[tuple[str | None, list[str]]]:
    query = (
        f"MATCH (n:{label}) {'WHERE n.id IN $ids ' if anchors is not None else ''}"
        "WITH n.id AS id, CASE WHEN n.area IN $areas THEN n.area WHEN n.force IN $areas THEN n.force END AS area "
        "RETURN area, collect(id) AS ids"
    )
    batches = [None] if anchors is None else _in_batches(sorted(set(anchors)))
    return [
        (row["area"], row["ids"]) for batch in batches for row in connection.read(query, ids=batch, areas=list(areas))
    ]


def _in_batches(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[at : at + ANCHORS_A_QUERY] for at in range(0, len(ids), ANCHORS_A_QUERY)]
