"""Detection rules: one Cypher file a rule, its metadata in the leading comment, its cases in the file beside it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from graph.errors import ThroughlineError
from graph.settings import CHECKOUT
from queries.parameter import Parameter
from queries.problem import Problem, did_you_mean, refuse, shown_path
from queries.rule_file import parse_rule
from queries.rule_model import PACKS, Anchor, Rule

__all__ = [
    "PACKS",
    "RETIRED",
    "RULES",
    "Anchor",
    "Parameter",
    "Rule",
    "browser_text",
    "describe",
    "load_rules",
    "nearest_rule",
    "parse_rules",
    "read_rule",
    "retired_ids",
    "rule_files",
]

RULES = CHECKOUT / "queries" / "rules"
RETIRED = CHECKOUT / "queries" / "retired.yml"


def rule_files(folder: Path = RULES) -> list[Path]:
    """Return the rule files below a folder, pack by pack. Nothing is registered: a file in a pack is a rule."""
    return sorted(folder.glob("*/*.cypher"), key=lambda path: (_pack_order(path.parent.name), path.name))


def _pack_order(pack: str) -> int:
    return PACKS.index(pack) if pack in PACKS else len(PACKS)


def read_rule(path: Path) -> Rule:
    """Return the rule of one file. Raises ThroughlineError with all its problems, each with file and line."""
    rule, problems = parse_rule(path)
    refuse(problems)
    if rule is None:
        raise ThroughlineError(f"{shown_path(path)}:1: cannot be read")
    return rule


def load_rules(folder: Path = RULES) -> dict[str, Rule]:
    """Return all rules of a folder by id, pack by pack. Raises ThroughlineError with all problems of all files."""
    rules, problems = parse_rules(rule_files(folder))
    refuse(problems)
    return {rule.id: rule for rule in rules}


def parse_rules(paths: Sequence[Path]) -> tuple[list[Rule], list[Problem]]:
    """Return the rules that could be read and every problem, ids used twice or retired included."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    seen = retired_ids()
    for path in paths:
        rule, found = parse_rule(path)
        problems += found
        if path.stem in seen:
            problems.append(Problem(shown_path(path), 1, f"id {path.stem} is already used: {seen[path.stem]}"))
        seen.setdefault(path.stem, shown_path(path))
        if rule is not None:
            rules.append(rule)
    return rules, problems


def retired_ids(path: Path = RETIRED) -> dict[str, str]:
    """Return the ids that no rule may use again, each with why it was retired."""
    if not path.exists():
        return {}
    return {str(id_): f"retired, {why}" for id_, why in (yaml.safe_load(path.read_text("utf-8")) or {}).items()}


def nearest_rule(name: str, rules: Iterable[str]) -> str:
    """Return " Did you mean ...?" with the nearest rule id, or nothing."""
    return did_you_mean(name, rules)


def describe(rule: Rule) -> str:
    """Return the rule in words, as Markdown."""
    lines = [
        f"## {rule.title}",
        "",
        f"`{rule.id}`, version {rule.version}, {rule.status}, pack {rule.pack}.",
        *([f"Use `{rule.replaced_by}` instead: {rule.reason}"] if rule.status == "deprecated" else []),
        "",
        f"**{rule.question}**",
        "",
        rule.description,
        "",
        f"Says: {rule.explain}",
        "",
        f"Starts at every {rule.anchor.label}; a change up to {rule.anchor.reach} hops away can matter.",
    ]
    if rule.parameters:
        lines += ["", "Settings:", ""]
        lines += [f"- `{p.name}`: {_value(p)}; {p.why}" for p in rule.parameters.values()]
    lines += ["", "What could make it wrong:", "", *(f"- {doubt}" for doubt in rule.could_be_wrong)]
    lines += ["", f"What to do: {rule.action}"]
    if rule.references:
        lines += ["", f"References: {', '.join(rule.references)}"]
    lines += ["", "History:", "", *(f"- version {version}: {line}" for version, line in sorted(rule.history.items()))]
    return "\n".join(lines) + "\n"


def _value(parameter: Parameter) -> str:
    default = ", ".join(parameter.default) if isinstance(parameter.default, list) else str(parameter.default)
    unit = f" {parameter.unit}" if parameter.unit else ""
    bounds = f" (from {parameter.min:g} to {parameter.max:g})" if parameter.min is not None else ""
    return f"{default}{unit}{bounds if parameter.max is not None else ''}"


def browser_text(rule: Rule, anchors: Sequence[str] = ()) -> str:
    """Return the query with a `:param` line for each parameter, to be pasted into Neo4j Browser.

    anchors: ids to start at; where none are given, the first hundred of the label are looked up.
    """
    label = rule.anchor.label
    some = (
        _literal(list(anchors)) if anchors else f"COLLECT {{ MATCH (n:{label}) RETURN n.id ORDER BY n.id LIMIT 100 }}"
    )
    lines = [f":param anchors => {some};", ":param as_of => datetime();"]
    lines.append(":param as_of_day => duration.inDays(date('1970-01-01'), date()).days;")
    lines += [f":param {p.name} => {_literal(p.default)};" for p in rule.parameters.values()]
    return "\n".join([*lines, "", rule.query.rstrip() + ";", ""])


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_literal(item) for item in value)}]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return str(value)
