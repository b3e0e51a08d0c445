"""Why the rules say nothing about a record, one answer a rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.path_reader import path_ends
from queries.overrides import read_overrides
from queries.problem import did_you_mean
from queries.rule import load_rules
from queries.why_not import WhyNot, why_not
from ui.path_words import caption


@dataclass(frozen=True)
class WhyNotView:
    """What was asked about, and each rule's answer; rules that fire first."""

    about: tuple[str, ...]
    answers: tuple[WhyNot, ...]


def why_nothing(connection: Connection, ref: str, rule_ids: Sequence[str] = ()) -> WhyNotView:
    """Return for each rule that runs the first condition that was not met.

    ref: a person's id, or the source:ref of any record. Raises ThroughlineError for an id that the graph does not hold,
    or an unknown rule.
    """
    found = path_ends(connection, [ref])[ref]
    if not found:
        raise ThroughlineError(
            f"the graph holds nothing called {ref}: give a person's id or the source:ref of a record"
        )
    rules = load_rules()
    for id_ in rule_ids:
        if id_ not in rules:
            raise ThroughlineError(f"there is no rule {id_}.{did_you_mean(id_, rules)}")
    chosen = [r for r in rules.values() if (r.id in rule_ids if rule_ids else r.status in ("active", "experimental"))]
    rows = connection.read(
        "MATCH (n) WHERE elementId(n) IN $ids RETURN labels(n) AS labels, properties(n) AS properties",
        ids=[row["node"] for row in found],
    )
    about = {row["properties"]["id"]: "Death" if "Death" in row["labels"] else row["labels"][0] for row in rows}
    own = read_overrides(rules)
    answers = [why_not(connection, rule, about, parameters=own.values(rule)) for rule in chosen]
    answers.sort(key=lambda answer: (answer.verdict != "fires", answer.verdict != "not_met", answer.rule))
    return WhyNotView(tuple(caption(row) for row in rows), tuple(answers))
