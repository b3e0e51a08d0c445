"""What a rule is: the metadata of its file, and its query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from graph.errors import ThroughlineError
from queries.parameter import Parameter, with_overrides

# In the order in which a meeting reads them: deaths first.
PACKS = ("deaths", "stalking", "escalation", "orders", "people", "places", "partners")
STATUSES = ("draft", "experimental", "active", "deprecated")
# Given to every rule by the engine; a rule does not declare them.
GIVEN = ("anchors", "as_of", "as_of_day")
# What a finding may be about or rest on (graph/schema.py, ABOUT), with Death as the special kind of Incident.
SUBJECTS = ("Person", "Incident", "Death", "Location", "ProtectiveOrder", "Object")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Anchor:
    """Where a rule's pattern starts: label of the anchors, column that returns them, hops away a change can matter."""

    label: str
    column: str
    reach: int


@dataclass(frozen=True)
class Budget:
    """What a rule may come to on the seed world of 200,000 incidents; why: the reason where it is not the usual."""

    seconds: float = 5.0
    findings: int = 500
    why: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule as its file states it.

    identity, about, evidence: name or label -> columns; in identity more than one column is an unordered group.
    daily: a query of the anchors to look at again every day, or True for all of them.
    path: the Cypher file; query: its whole text, which runs as it is because the metadata is a comment.
    """

    id: str
    version: int
    status: str
    title: str
    question: str
    description: str
    anchor: Anchor
    identity: dict[str, tuple[str, ...]]
    about: dict[str, tuple[str, ...]]
    evidence: dict[str, tuple[str, ...]]
    explain: str
    could_be_wrong: tuple[str, ...]
    action: str
    history: dict[int, str]
    query: str
    path: Path
    pack: str
    parameters: dict[str, Parameter] = field(default_factory=dict)
    strength: str | None = None
    references: tuple[str, ...] = ()
    max_background: int = 0
    budget: Budget = Budget()
    daily: bool | str = False
    reason: str | None = None
    replaced_by: str | None = None
    lines: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def cases_path(self) -> Path:
        """Return the file that holds the rule's cases."""
        return self.path.with_suffix(".cases.yml")

    @property
    def query_line(self) -> int:
        """Return the line on which the query begins, after the metadata."""
        return self.query.count("\n", 0, self.query.find("*/")) + 2

    @cached_property
    def columns_named(self) -> tuple[str, ...]:
        """Return every column that the metadata needs the query to return, sorted."""
        named = {
            column for group in (self.identity, self.about, self.evidence) for cs in group.values() for column in cs
        }
        named |= {name for name in placeholders(self.explain) if name not in self.parameters}
        return tuple(sorted(named | {self.anchor.column} | ({self.strength} if self.strength else set())))

    def values(self, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the value of every parameter. Raises ThroughlineError for an unknown or unfit override."""
        try:
            return with_overrides(self.parameters, overrides)
        except ValueError as error:
            raise ThroughlineError(f"rule {self.id}: {error}") from error


def placeholders(sentence: str) -> list[str]:
    """Return the names in braces of a sentence, in order."""
    return [name.strip() for name in PLACEHOLDER.findall(sentence)]
