"""Figures on seed worlds, the report card, and past data day by day."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.ledger import record_decision
from queries.backtest import backtest
from queries.card import card_in_words, report_card
from queries.check import Records, check
from queries.findings import detect, list_findings
from queries.measure import World, keep_figures, measure_background, measure_planted, read_truth
from queries.overrides import Overrides
from queries.rule import Rule, read_rule

WriteRule = Callable[..., Path]
Draw = Callable[[str], None]

TRUTH = """series_id,kind,rule,difficulty,events,persons,orders,note
s1,pair,two_events,easy,a;b,x:1,,
s2,pair,two_events,easy,c;d,x:9,,
s3,other,another_rule,easy,e;f,x:3,,
"""
WORLD = """(p:Person {nominal_ids: ['x:1', 'x:2']})-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
(p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 110})
(p)-[:SUSPECT_IN]->(z:Incident {occurred_day: 120})
(q:Person {nominal_ids: ['x:8']})-[:SUSPECT_IN]->(c:Incident {occurred_day: 100})
(q)-[:SUSPECT_IN]->(d:Incident {occurred_day: 110})"""


@pytest.fixture
def rule(write_rule: WriteRule) -> Rule:
    """The rule two_events."""
    return read_rule(write_rule())


def test_a_planted_case_is_found_by_its_person_and_its_events(
    graph: Connection, draw: Draw, rule: Rule, tmp_path: Path
) -> None:
    (tmp_path / "truth.csv").write_text(TRUTH, "utf-8")
    draw(WORLD)
    figures = measure_planted(graph, rule, read_truth(tmp_path / "truth.csv"))
    # Of p's three pairs one is the planted one; q's pair has the events of s2 and another person.
    assert {**figures, "seconds": 0} == {"planted": 2, "found": 1, "findings": 4, "of_planted": 1, "seconds": 0}
    assert measure_background(graph, rule) == {"background": 4}


def test_figures_over_a_budget_are_problems_and_the_page_tells_them_all(
    graph: Connection, rule: Rule, tmp_path: Path
) -> None:
    measured, page = tmp_path / "measured.json", tmp_path / "measured.md"
    figures = {"planted": 3, "found": 2, "findings": 900, "of_planted": 3, "seconds": 7.5, "background": 4}
    for size, incidents in (("small", 5_000), ("force", 200_000)):
        keep_figures([rule], World(size, 1, 2, incidents, 9), {rule.id: figures}, measured, page)
    problems = check([rule.path], graph, mutants=False, records=Records(measured=measured)).problems
    assert sorted(problem.message for problem in problems) == [
        "4 findings on the benign world, over max_background 0",
        "7.5 seconds on the seed world of 200,000 incidents, over the budget of 5",
        "900 findings on the seed world of 200,000 incidents, over the budget of 500",
    ]
    assert "| `two_events` | 1 | 2 of 3 | 900 | 0.00 | 4 | 0.02 | 7.5 |" in page.read_text("utf-8")


def test_a_rule_states_a_budget_of_its_own_with_a_reason(
    graph: Connection, write_rule: WriteRule, tmp_path: Path
) -> None:
    own = write_rule(("history:", 'max_background: 4\nbudget: {findings: 1000, seconds: 8, why: "measured"}\nhistory:'))
    rule = read_rule(own)
    figures = {"planted": 3, "found": 2, "findings": 900, "of_planted": 3, "seconds": 7.5, "background": 4}
    measured = tmp_path / "measured.json"
    for size in ("small", "force"):
        keep_figures([rule], World(size, 1, 2, 9, 9), {rule.id: figures}, measured, tmp_path / "measured.md")
    assert check([own], graph, mutants=False, records=Records(measured=measured)).problems == []
    with pytest.raises(ThroughlineError, match="why is missing"):
        read_rule(write_rule(("history:", "budget: {findings: 1000}\nhistory:")))


def test_the_card_counts_decisions_and_hides_few_people(
    graph: Connection, draw: Draw, rule: Rule, tmp_path: Path
) -> None:
    men = "\n".join(
        f"(m{n}:Person {{sex: 'M', born_from: date('1990-01-01'), born_to: date('1990-12-31')}})"
        f"-[:SUSPECT_IN]->(a{n}:Incident {{occurred_day: {20000 + n}}})\n"
        f"(m{n})-[:SUSPECT_IN]->(b{n}:Incident {{occurred_day: {20003 + n}}})"
        for n in range(6)
    )
    women = men.replace("(m", "(w").replace("(a", "(c").replace("(b", "(d").replace("'M'", "'F'")
    draw(men + "\n" + "\n".join(women.splitlines()[:4]))
    detect(graph, {rule.id: rule}, overrides={})
    found = list_findings(graph)
    for finding, kind in zip(found[:4], ("accept", "monitor", "dismiss", "snooze"), strict=False):
        if kind != "snooze":
            record_decision(graph, finding.id, kind, reason="because", by="an analyst")
    card = report_card(graph, rule, Overrides(findings_a_month={rule.id: 10}), measured=tmp_path / "none.json")
    assert (card.findings, card.months, card.a_month, card.budget) == (8, 0.3, 27.1, 10)
    assert card.decisions == {"confirmed": 1, "useful": 1, "not useful": 1, "undecided": 5}
    # Two women: too few to say; with one group hidden the other could be worked out from the total.
    assert card.people["sex"] == {"F": "not shown", "M": "not shown"}
    assert card.people["part"] == {"person": "8"}
    assert card.people["age"] == {"25-34": "8"}
    words = dict(card_in_words(card))
    assert words["findings a month"] == "27.1 (8 over 0.3 months); budget 10, over it"
    assert words["seed worlds"] == "not measured: `throughline rules measure`"
    assert words["expected by chance"] == "not known"


PAST = """(p:Person)-[:SUSPECT_IN {recorded_at: datetime('2020-03-02T10:00:00Z')}]->(a:Incident
  {occurred_day: 18320, first_recorded_at: datetime('2020-03-01T10:00:00Z')})
(p)-[:SUSPECT_IN {recorded_at: datetime('2020-03-09T10:00:00Z')}]->(b:Incident
  {occurred_day: 18325, first_recorded_at: datetime('2020-03-05T10:00:00Z')})
(q:Person)-[:SUSPECT_IN]->(c:Incident {occurred_day: 18000, first_recorded_at: datetime('2019-05-01T10:00:00Z')})
(q)-[:SUSPECT_IN]->(d:Incident {occurred_day: 18001, first_recorded_at: datetime('2019-05-01T10:00:00Z')})
(r:Person)-[:SUSPECT_IN]->(e:Incident {occurred_day: 18320, first_recorded_at: datetime('2020-04-01T10:00:00Z')})
(r)-[:SUSPECT_IN]->(f:Incident {occurred_day: 18321, first_recorded_at: datetime('2020-03-01T10:00:00Z')})"""


def test_past_findings_come_up_when_the_last_record_or_link_was_known(
    graph: Connection, draw: Draw, rule: Rule
) -> None:
    draw(PAST)
    past = backtest(graph, rule, date(2020, 3, 1), date(2020, 3, 31))
    assert past.by_day() == {date(2020, 3, 9): 1}
    assert past.findings[0].sentence == "p in a and b, 5 of 30 days."
    assert past.earlier == 1
    assert "Approximate" in past.note
    with pytest.raises(ThroughlineError, match="ends before it begins"):
        backtest(graph, rule, date(2020, 3, 2), date(2020, 3, 1))


def test_a_rule_that_time_changes_is_run_for_each_past_day(
    graph: Connection, draw: Draw, write_rule: WriteRule
) -> None:
    daily = read_rule(
        write_rule(
            ("history:", "daily: true\nhistory:"),
            ("RETURN p.id AS person", "  AND $as_of_day >= 18335\nRETURN p.id AS person"),
        )
    )
    draw(PAST)
    past = backtest(graph, daily, date(2020, 3, 1), date(2020, 3, 31))
    # Day 18335 is 14 March: q's old pair comes up then too, since only time was missing.
    assert past.by_day() == {date(2020, 3, 14): 2}
