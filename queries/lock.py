"""The lock: a fingerprint of what each rule does, so that no rule changes without a new version and a line of history.

Findings carry the version of the rule that made them. What a rule does is its query without comments, its parameters
without their reasons, what makes two findings one, and the sentence; words around them may change freely.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from graph.errors import ThroughlineError
from graph.settings import CHECKOUT
from queries.cypher_text import without_comments
from queries.identity import fingerprint
from queries.problem import Problem, shown_path
from queries.rule import read_rule, retired_ids
from queries.rule_edit import raise_version
from queries.rule_model import Rule

LOCK = CHECKOUT / "queries" / "rules.lock.json"


def rule_fingerprint(rule: Rule) -> str:
    """Return the sha256 of what a rule does."""
    parameters = {
        p.name: {"type": p.type, "default": p.default, "min": p.min, "max": p.max, "unit": p.unit}
        for p in rule.parameters.values()
    }
    return fingerprint(
        {
            "query": without_comments(rule.query),
            "parameters": parameters,
            "identity": {name: list(columns) for name, columns in rule.identity.items()},
            "explain": " ".join(rule.explain.split()),
        }
    )


def read_lock(path: Path = LOCK) -> dict[str, dict[str, Any]]:
    """Return rule id -> {version, sha256}; empty when there is no lock yet. Raises ThroughlineError when unreadable."""
    return read_lines(path)


def read_lines(path: Path) -> dict[str, dict[str, Any]]:
    """Return a machine file of one line a rule. Raises ThroughlineError when it is no JSON."""
    if not path.exists():
        return {}
    try:
        found: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise ThroughlineError(f"{shown_path(path)}:{error.lineno}: not valid JSON: {error.msg}") from error
    return found


def write_lines(path: Path, entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a machine file: one line a rule, sorted, so that two branches seldom meet in one line."""
    lines = [f"{json.dumps(id_)}: {json.dumps(entries[id_], sort_keys=True)}" for id_ in sorted(entries)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n" if lines else "{}\n", "utf-8")


def lock_problems(rules: Iterable[Rule], path: Path = LOCK) -> Iterator[Problem]:
    """Yield every rule that changed since it was locked without a new version, and every line of the lock too many."""
    locked, seen = read_lock(path), set()
    for rule in rules:
        seen.add(rule.id)
        if rule.status != "draft":
            yield from _changed(rule, locked.get(rule.id))
    for id_ in sorted(locked.keys() - seen - retired_ids().keys()):
        message = f"rule {id_} is locked but gone: `throughline rules retire` keeps its id from being used again"
        yield Problem(shown_path(path), 1, message)


def _changed(rule: Rule, locked: Mapping[str, Any] | None) -> Iterator[Problem]:
    file, line = shown_path(rule.path), rule.lines.get("version", 1)
    command = f"`throughline rules lock {rule.id}`"
    if locked is None:
        yield Problem(file, line, f"not locked yet: {command}")
        return
    same = locked["sha256"] == rule_fingerprint(rule)
    if same and locked["version"] == rule.version:
        return
    if same:
        message = f"version {rule.version} does the same as version {locked['version']}, which is locked: put it back"
    elif rule.version > locked["version"]:
        message = f"version {rule.version} is not locked yet: {command}"
    else:
        message = (
            f"it does something else than version {locked['version']}, which is locked: "
            f'`throughline rules lock {rule.id} --why "what changed"` raises the version and writes the history'
        )
    yield Problem(file, line, message)


def lock_rule(rule: Rule, why: str | None = None, path: Path = LOCK) -> Rule:
    """Lock what a rule does now and return it; where it changed, its file gets the next version and a history line.

    why: what changed, for the history; needed when the file itself does not yet state a new version.
    Raises ThroughlineError for a draft, for a change without `why`, and for a version below the locked one.
    """
    if rule.status == "draft":
        raise ThroughlineError(f"rule {rule.id} is a draft: it is locked when it is promoted")
    locked = read_lock(path)
    known = locked.get(rule.id)
    changed = known is not None and known["sha256"] != rule_fingerprint(rule)
    if known is not None and rule.version < known["version"]:
        raise ThroughlineError(f"rule {rule.id}: version {rule.version} is below {known['version']}, which is locked")
    if known is not None and not changed and rule.version != known["version"]:
        raise ThroughlineError(
            f"rule {rule.id}: version {rule.version} does the same as version {known['version']}: put the version back"
        )
    if changed and known is not None and rule.version == known["version"]:
        if not why or not why.strip():
            raise ThroughlineError(f'rule {rule.id} changed since version {rule.version}: say what, with --why "..."')
        raise_version(rule, why)
        rule = read_rule(rule.path)
    write_lines(path, {**locked, rule.id: {"version": rule.version, "sha256": rule_fingerprint(rule)}})
    return rule
