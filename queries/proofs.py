"""What was proved about a rule's mutants, so that they are tried again only when its query or its cases change.

A big query takes the server a second to plan, and every mutant is a new one: the rules of the product take minutes. The
file holds a fingerprint of query and cases; where it no longer fits, the mutants are tried.
"""

from pathlib import Path

from graph.settings import CHECKOUT
from queries.cypher_text import without_comments
from queries.identity import fingerprint
from queries.lock import read_lines, write_lines
from queries.mutation import MutationReport
from queries.rule_model import Rule

PROOFS = CHECKOUT / "queries" / "mutants.json"


def is_proved(rule: Rule, path: Path = PROOFS) -> bool:
    """Return whether all mutants of just this query were killed, or let survive, by just these cases."""
    kept = read_lines(path).get(rule.id)
    return kept is not None and kept["sha256"] == _fingerprint(rule)


def keep_proof(rule: Rule, report: MutationReport, path: Path = PROOFS) -> None:
    """Note that the mutants of a rule are killed, or listed with a reason."""
    entry = {"sha256": _fingerprint(rule), "mutants": report.count, "killed": len(report.killed)}
    write_lines(path, {**read_lines(path), rule.id: entry})


def forget(rule_id: str, path: Path = PROOFS) -> None:
    """Leave out a rule that is no more."""
    kept = read_lines(path)
    if kept.pop(rule_id, None) is not None:
        write_lines(path, kept)


def _fingerprint(rule: Rule) -> str:
    cases = rule.cases_path.read_text("utf-8") if rule.cases_path.exists() else ""
    return fingerprint([without_comments(rule.query), cases, sorted(rule.values().items())])
