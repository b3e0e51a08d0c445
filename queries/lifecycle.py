"""How a rule comes and goes: draft, experimental, active, deprecated, retired. Evidence promotes a rule, never age."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries import proofs
from queries.budget import figure_problems, figures_of
from queries.check import OURS, Records, check
from queries.lock import lock_rule, read_lines, write_lines
from queries.problem import did_you_mean
from queries.rule import RETIRED, read_rule, retired_ids
from queries.rule_edit import set_keys
from queries.rule_model import Rule

NEXT = {"draft": "experimental", "experimental": "active"}


@dataclass(frozen=True)
class Step:
    """One step of a rule's life: what it was and what it is now."""

    rule: str
    before: str
    after: str


def promote(rule: Rule, connection: Connection, records: Records = OURS) -> Step:
    """Raise a draft to experimental, or an experimental rule to active, and return the step.

    Both need every check to pass, mutants too; active needs the measured figures of what the rule does now as well.
    connection: to an empty scratch graph. Raises ThroughlineError with every check that does not pass.
    """
    if rule.status not in NEXT:
        raise ThroughlineError(f"rule {rule.id} is {rule.status}: only a draft or an experimental rule is promoted")
    # The lock is written by the promotion itself, and figures are held against a rule on trial only now.
    problems = check([rule.path], connection, records=Records(proofs=records.proofs), keep=True).problems
    if records.measured is not None:
        problems += figure_problems([rule], records.measured, status="experimental")
    if problems:
        listed = "\n".join(str(problem) for problem in problems)
        raise ThroughlineError(f"rule {rule.id} stays {rule.status}: {len(problems)} checks do not pass\n{listed}")
    after = NEXT[rule.status]
    if after == "active" and records.measured is not None:
        worlds, fresh = figures_of(rule, records.measured)
        if "small" not in worlds or not fresh:
            stale = "the figures are of another version" if worlds else "it is not measured"
            raise ThroughlineError(f"rule {rule.id} stays {rule.status}: {stale}: `throughline rules measure` first")
    set_keys(rule, {"status": after})
    if records.lock is not None:
        lock_rule(read_rule(rule.path), path=records.lock)
    return Step(rule.id, rule.status, after)


def deprecate(rule: Rule, rules: Mapping[str, Rule], *, why: str, replaced_by: str) -> Step:
    """Take a rule out of use: it says why and what to use instead, and runs only when asked for by name.

    Raises ThroughlineError for an unknown replacement, the rule itself, or one that does not run either.
    """
    if rule.status not in ("active", "experimental"):
        raise ThroughlineError(f"rule {rule.id} is {rule.status}: only a rule that runs is deprecated")
    if replaced_by not in rules or replaced_by == rule.id:
        others = [id_ for id_ in rules if id_ != rule.id]
        raise ThroughlineError(f"there is no other rule {replaced_by}.{did_you_mean(replaced_by, others)}")
    if rules[replaced_by].status not in ("active", "experimental"):
        raise ThroughlineError(f"rule {replaced_by} is {rules[replaced_by].status}: it cannot replace another")
    _refuse_empty(why)
    set_keys(rule, {"replaced_by": replaced_by, "reason": " ".join(why.split()), "status": "deprecated"})
    read_rule(rule.path)
    return Step(rule.id, rule.status, "deprecated")


def retire(rule: Rule, *, why: str, retired: Path = RETIRED, records: Records = OURS) -> Step:
    """Remove a deprecated rule's files and keep its id, with the reason, so that it is never used again.

    Findings and decisions stay. Raises ThroughlineError for a rule that was not deprecated first.
    """
    if rule.status != "deprecated":
        raise ThroughlineError(
            f"rule {rule.id} is {rule.status}: deprecate it first, so that whoever uses it hears what to use instead"
        )
    _refuse_empty(why)
    if rule.id not in retired_ids(retired):
        text = retired.read_text("utf-8") if retired.exists() else ""
        line = f"{rule.id}: {json.dumps(' '.join(why.split()), ensure_ascii=False)}\n"
        retired.write_text(text + ("" if not text or text.endswith("\n") else "\n") + line, "utf-8")
    for path in (rule.path, rule.cases_path):
        path.unlink(missing_ok=True)
    for file in (records.lock, records.measured):
        _leave_out(rule.id, file)
    if records.proofs is not None:
        proofs.forget(rule.id, records.proofs)
    return Step(rule.id, "deprecated", "retired")


def _leave_out(rule_id: str, path: Path | None) -> None:
    if path is not None and rule_id in (kept := read_lines(path)):
        write_lines(path, {id_: entry for id_, entry in kept.items() if id_ != rule_id})


def _refuse_empty(why: str) -> None:
    if not why.strip():
        raise ThroughlineError('say why, with --why "..."')
