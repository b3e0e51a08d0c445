"""A rule comes and goes: checks and figures promote it, a reason takes it away, its id is never used again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.check import Records, check
from queries.findings import detect, list_findings
from queries.lifecycle import deprecate, promote, retire
from queries.lock import read_lock
from queries.measure import World, keep_figures
from queries.rule import Rule, read_rule, retired_ids
from tests.queries.test_mutants import NO_EDGE

WriteRule = Callable[..., Path]
Draw = Callable[[str], None]
DRAFT, TRIAL = ("status: active", "status: draft"), ("status: active", "status: experimental")
TWO = "(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 1})\n(p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 2})"


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """Machine files of the test's own."""
    return Records(tmp_path / "rules.lock.json", tmp_path / "mutants.json", tmp_path / "measured.json")


def _measure(rule: Rule, records: Records, tmp_path: Path, background: int = 0) -> None:
    assert records.measured is not None
    figures = {"planted": 3, "found": 3, "findings": 4, "of_planted": 3, "seconds": 0.5, "background": background}
    world = World("small", 11, 12, 5_000, 250)
    keep_figures([rule], world, {rule.id: figures}, records.measured, tmp_path / "measured.md")


def test_a_rule_goes_from_draft_over_trial_to_active(
    graph: Connection, write_rule: WriteRule, records: Records, tmp_path: Path
) -> None:
    path = write_rule(DRAFT)
    assert promote(read_rule(path), graph, records).after == "experimental"
    assert records.lock is not None
    assert read_lock(records.lock)["two_events"]["version"] == 1
    with pytest.raises(ThroughlineError, match="stays experimental: it is not measured"):
        promote(read_rule(path), graph, records)
    _measure(read_rule(path), records, tmp_path)
    assert promote(read_rule(path), graph, records).after == "active"
    assert check([path], graph, records=records).problems == []
    with pytest.raises(ThroughlineError, match="only a draft or an experimental rule is promoted"):
        promote(read_rule(path), graph, records)


def test_a_rule_with_a_surviving_mutant_is_not_promoted(
    graph: Connection, write_rule: WriteRule, records: Records
) -> None:
    path = write_rule(DRAFT, cases=NO_EDGE)
    with pytest.raises(ThroughlineError, match=r"stays draft: 1 checks do not pass\n.*no case notices this mistake"):
        promote(read_rule(path), graph, records)
    assert read_rule(path).status == "draft"


def test_figures_over_the_budget_or_of_another_version_stop_a_promotion(
    graph: Connection, write_rule: WriteRule, records: Records, tmp_path: Path
) -> None:
    rule = read_rule(write_rule(TRIAL))
    _measure(rule, records, tmp_path, background=7)
    with pytest.raises(ThroughlineError, match="7 findings on the benign world, over max_background 0"):
        promote(rule, graph, records)
    _measure(rule, records, tmp_path)
    wider = read_rule(write_rule(TRIAL, ("max: 3650", "max: 3651")))
    with pytest.raises(ThroughlineError, match="the figures are of another version"):
        promote(wider, graph, records)


def test_an_active_rule_without_figures_is_a_problem_and_stale_figures_are_said(
    graph: Connection, write_rule: WriteRule, records: Records, tmp_path: Path
) -> None:
    path = write_rule()
    only_figures = Records(measured=records.measured)
    messages = [p.message for p in check([path], graph, mutants=False, records=only_figures).problems]
    assert messages == ["active, but not measured: `throughline rules measure`"]
    _measure(read_rule(path), records, tmp_path)
    report = check([write_rule(("max: 3650", "max: 3651"))], graph, mutants=False, records=only_figures)
    assert report.problems == []
    assert "the figures are stale: two_events" in report.remarks[0]


def test_a_draft_does_not_run_and_a_rule_on_trial_only_when_asked(
    graph: Connection, draw: Draw, write_rule: WriteRule
) -> None:
    draw(TWO)
    draft = {"two_events": read_rule(write_rule(DRAFT))}
    with pytest.raises(ThroughlineError, match="is a draft"):
        detect(graph, draft, rule_ids=["two_events"], overrides={})
    trial = {"two_events": read_rule(write_rule(TRIAL))}
    assert detect(graph, trial, overrides={}).rules == []
    assert detect(graph, trial, overrides={}, experimental=True).rules[0].new == 1
    assert [finding.experimental for finding in list_findings(graph)] == [True]
    assert detect(graph, trial, overrides={}, rule_ids=["two_events"]).rules[0].kept == 1
    active = {"two_events": read_rule(write_rule())}
    detect(graph, active, overrides={})
    assert [finding.experimental for finding in list_findings(graph)] == [False]


def test_a_deprecated_rule_says_why_and_what_to_use_and_its_findings_are_set_aside(
    graph: Connection, draw: Draw, write_rule: WriteRule
) -> None:
    draw(TWO)
    old, other = write_rule(), write_rule(("id: two_events", "id: few_events"), name="few_events")
    rules = {"two_events": read_rule(old), "few_events": read_rule(other)}
    detect(graph, rules, overrides={})
    with pytest.raises(ThroughlineError, match=r"there is no other rule few_event\. Did you mean few_events\?"):
        deprecate(rules["two_events"], rules, why="too wide", replaced_by="few_event")
    deprecate(rules["two_events"], rules, why="too wide: it finds everybody", replaced_by="few_events")
    rules["two_events"] = read_rule(old)
    after = rules["two_events"]
    assert (after.status, after.reason, after.replaced_by) == (
        "deprecated",
        "too wide: it finds everybody",
        "few_events",
    )
    report = detect(graph, rules, overrides={})
    assert ([r.rule for r in report.rules], report.set_aside) == (["few_events"], {"two_events": 1})
    assert detect(graph, rules, overrides={}, rule_ids=["two_events"]).rules[0].kept == 1


def test_a_retired_rule_leaves_its_id_behind_and_nothing_else(
    write_rule: WriteRule, records: Records, tmp_path: Path
) -> None:
    retired = tmp_path / "retired.yml"
    path = write_rule()
    with pytest.raises(ThroughlineError, match="is active: deprecate it first"):
        retire(read_rule(path), why="gone", retired=retired, records=records)
    path = write_rule(("status: active", "status: deprecated\nreplaced_by: few_events\nreason: too wide"))
    retire(read_rule(path), why="nobody uses it: see few_events", retired=retired, records=records)
    assert not path.exists()
    assert not path.with_suffix(".cases.yml").exists()
    assert retired_ids(retired) == {"two_events": "retired, nobody uses it: see few_events"}
