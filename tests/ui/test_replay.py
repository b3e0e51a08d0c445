"""The archetype day by day: what a meeting would have had before it, and on which day."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from graph.connection import Connection
from queries.findings import detect, list_findings
from queries.rule import load_rules
from tests.ui.fixtures.archetype import LINK, TOLD, Variant, archetype, extracted
from ui.replaying import ReplayRow, ReplayStep, replay

DEATHS = [f"niche:D{number}" for number in (1, 2, 3, 4)]


def say(steps: Sequence[ReplayStep], of: str) -> None:
    """Print each step with its series and what the deaths of the case are in; seen with pytest -s."""
    for step in steps:
        print(f"\n{of}: {'until ' if step.before else ''}{step.day}, {step.recorded} rows, {step.findings} findings, "
              f"seconds {step.seconds}")  # fmt: skip
        for row in step.rows:
            if row.event in DEATHS:
                print(f"  {row.event} {row.rule} {row.finding[-8:]} rank {row.rank}, overall {row.rank_overall}, "
                      f"score {row.score}{', new' if row.new else ''}")  # fmt: skip


def rows_on(steps: Sequence[ReplayStep], day: date, rule: str = "linked_series") -> list[ReplayRow]:
    return [row for step in steps if step.day == day for row in step.rows if row.rule == rule]


def with_deaths(rows: Sequence[ReplayRow], *numbers: int) -> list[ReplayRow]:
    """Return the rows of findings that hold all of these deaths."""
    wanted = {f"niche:D{number}" for number in numbers}
    of: dict[str, set[str]] = {}
    for row in rows:
        of.setdefault(row.finding, set()).add(row.event)
    return [row for row in rows if wanted <= of[row.finding]]


@pytest.mark.parametrize("variant", ["all leads", "toxicology late", "no shared person"])
def test_the_archetype_comes_up_first_on_the_day_of_its_third_death(
    graph: Connection, tmp_path: Path, variant: Variant
) -> None:
    folder = archetype(variant).write(tmp_path / "x", extracted(variant))
    steps = list(replay(graph, [folder], TOLD[0], extracted(variant), overrides={}))
    say(steps, variant)
    assert not any(step.failed or step.rejected for step in steps)

    third = with_deaths(rows_on(steps, TOLD[2]), 2, 3)
    assert third
    assert {row.rank for row in third} == {1}
    assert all(row.rank_overall <= 3 for row in third)
    assert {row.event for row in third if row.new} >= {"niche:D3"}
    # The fourth joins the same series on its own day, 359 days after the third.
    fourth = with_deaths(rows_on(steps, TOLD[3]), 2, 3, 4)
    assert {row.finding for row in fourth} == {row.finding for row in third}
    assert "niche:D4" in {row.event for row in fourth if row.new}

    if variant != "no shared person":
        finder = rows_on(steps, TOLD[2], "shared_finder")
        assert {row.event for row in finder} == {"niche:D2", "niche:D3"}
        # The caller of the first death is accused before it, and on bail when he is linked to the second.
        assert rows_on(steps, TOLD[0], "reporter_as_subject")
        on_bail = rows_on(steps, LINK, "reporter_as_subject")
        assert "niche:D2" in {row.event for row in on_bail if row.new}
        known = {finding.id: finding for finding in list_findings(graph, rule="reporter_as_subject")}
        assert {known[row.finding].evidence["ProtectiveOrder"][0] for row in on_bail} == {"niche:BAIL"}
    _nothing_more_is_found_at_once(graph, steps[-1])


def _nothing_more_is_found_at_once(graph: Connection, last: ReplayStep) -> None:
    before = {finding.id: finding.evidence_hash for finding in list_findings(graph)}
    report = detect(graph, load_rules(), as_of=None, overrides={})
    assert [(rule.new, rule.cleared) for rule in report.rules if rule.new or rule.cleared] == []
    assert {finding.id: finding.evidence_hash for finding in list_findings(graph)} == before
    assert len(before) == last.findings
