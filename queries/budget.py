"""What a rule may cost: findings where nothing was planted, findings and seconds on a whole force's world.

The figures are measured by `throughline rules measure` and kept in a machine file, with the fingerprint of the rule
that they were measured on; figures of another version are said to be stale.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from graph.settings import CHECKOUT
from queries.lock import read_lines, rule_fingerprint
from queries.problem import Problem, shown_path
from queries.rule_model import Rule

MEASURED = CHECKOUT / "docs" / "rules" / "measured.json"
COMMAND = "`throughline rules measure`"


def figures_of(rule: Rule, path: Path = MEASURED) -> tuple[dict[str, Any], bool]:
    """Return the figures measured for a rule, by size of the world, and whether they are of what it does now."""
    entry = read_lines(path).get(rule.id, {})
    return entry.get("worlds", {}), entry.get("sha256") == rule_fingerprint(rule)


def figure_problems(rules: Iterable[Rule], path: Path = MEASURED, *, status: str = "active") -> Iterator[Problem]:
    """Yield every budget that a measured figure exceeds, and every active rule without figures.

    status: of the rules that are held to their budgets; a rule on trial only once it is to be promoted.
    """
    for rule in rules:
        if rule.status != status:
            continue
        worlds, _ = figures_of(rule, path)
        if not worlds and rule.status == "active":
            yield Problem(shown_path(rule.path), rule.lines.get("status", 1), f"active, but not measured: {COMMAND}")
        for size, figures in worlds.items():
            yield from _over(rule, size, figures)


def _over(rule: Rule, size: str, figures: Mapping[str, Any]) -> Iterator[Problem]:
    file = shown_path(rule.path)
    if figures.get("failed"):
        yield Problem(file, rule.query_line, f"failed on the {size} seed world: {figures['failed']}")
        return
    if size == "small" and figures["background"] > rule.max_background:
        yield Problem(
            file,
            rule.lines.get("max_background", 1),
            f"{figures['background']} findings on the benign world, over max_background {rule.max_background}",
        )
    if size == "force":
        line = rule.lines.get("budget", 1)
        for what, most in (("findings", rule.budget.findings), ("seconds", rule.budget.seconds)):
            if figures[what] > most:
                message = (
                    f"{figures[what]:g} {what} on the seed world of 200,000 incidents, over the budget of {most:g}"
                )
                yield Problem(file, line, message)


def figure_remarks(rules: Iterable[Rule], path: Path = MEASURED) -> list[str]:
    """Return in words which figures are missing or were measured on another version."""
    stale, missing = [], []
    for rule in rules:
        worlds, fresh = figures_of(rule, path)
        if worlds and not fresh:
            stale.append(rule.id)
        if worlds and "force" not in worlds and rule.status == "active":
            missing.append(rule.id)
    found = []
    if stale:
        found.append(f"measured on another version, so that the figures are stale: {', '.join(stale)}: {COMMAND}")
    if missing:
        found.append(
            f"time and findings at 200,000 incidents not measured: {', '.join(missing)}: {COMMAND} --size force"
        )
    return found
