"""A force's own values: everywhere, in one area, and off; every mistake with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.findings import detect, list_findings
from queries.overrides import Overrides, read_overrides
from queries.rule import Rule, read_rule

WriteRule = Callable[..., Path]
Draw = Callable[[str], None]

TWO_AREAS = """(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100, area: 'Northside'})
(p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 150, area: 'Northside'})
(q:Person)-[:SUSPECT_IN]->(c:Incident {occurred_day: 100, area: 'Southside'})
(q)-[:SUSPECT_IN]->(d:Incident {occurred_day: 150, area: 'Southside'})"""


@pytest.fixture
def rules(write_rule: WriteRule) -> dict[str, Rule]:
    """The rule two_events alone."""
    return {"two_events": read_rule(write_rule())}


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Path]:
    """Write a force's file and return its path."""

    def write(text: str) -> Path:
        path = tmp_path / "rules.yml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_force_sets_its_own_values(rules: dict[str, Rule], own: Callable[[str], Path], tmp_path: Path) -> None:
    found = read_overrides(rules, own("rules:\n  two_events:\n    window_days: 60\n"))
    assert found.values(rules["two_events"]) == {"window_days": 60}
    assert read_overrides(rules, tmp_path / "absent.yml") == Overrides()
    assert found.in_words(rules["two_events"]) == ["`window_days` is 60 everywhere"]


def test_a_force_s_mistakes_are_named_with_their_line(rules: dict[str, Rule], own: Callable[[str], Path]) -> None:
    path = own(
        "rules:\n  two_evnts: {window_days: 60}\n  two_events:\n    window_days: 0\n    windw_days: 60\n"
        "areas:\n  Northside:\n    two_events: {window_days: soon}\nswitched_of: {}\n"
        "findings_a_month: {two_events: many}\nswitched_off:\n  two_events: ''\n"
    )
    with pytest.raises(ThroughlineError) as told:
        read_overrides(rules, path)
    lines = [line.removeprefix(f"{path}:") for line in str(told.value).splitlines()]
    assert sorted(lines, key=lambda line: int(line.split(":")[0])) == [
        "2: there is no rule two_evnts. Did you mean two_events?",
        "4: rule two_events: window_days must be between 1 and 3650 days, not 0",
        "5: rule two_events: there is no parameter windw_days. Did you mean window_days?",
        "8: rule two_events: window_days must be of type int, not 'soon'",
        "9: unknown key switched_of. Did you mean switched_off?",
        "10: two_events: say a number of findings, not 'many'",
        "12: two_events: say why, not ''",
    ]


def test_an_area_has_values_of_its_own_and_findings_say_which(
    graph: Connection, draw: Draw, rules: dict[str, Rule], own: Callable[[str], Path]
) -> None:
    draw(TWO_AREAS)
    overrides = read_overrides(
        rules, own("rules: {two_events: {window_days: 40}}\nareas: {Northside: {two_events: {window_days: 60}}}\n")
    )
    report = detect(graph, rules, overrides=overrides)
    assert report.failed == {}
    found = list_findings(graph)
    assert [(f.identity["person"], f.parameters) for f in found] == [("p", {"window_days": 60})]
    assert found[0].explanation == "p in a and b, 50 of 60 days."


def test_a_pair_across_two_areas_is_one_finding(
    graph: Connection, draw: Draw, rules: dict[str, Rule], own: Callable[[str], Path]
) -> None:
    draw(
        "(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100, area: 'Northside'})\n"
        "(p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 120, force: 'Southside'})"
    )
    text = "areas: {Northside: {two_events: {window_days: 60}}, Southside: {two_events: {window_days: 70}}}\n"
    detect(graph, rules, overrides=read_overrides(rules, own(text)))
    assert [f.parameters for f in list_findings(graph)] == [{"window_days": 60}]


def test_an_area_that_no_record_names_is_told_with_the_nearest(
    graph: Connection, draw: Draw, rules: dict[str, Rule], own: Callable[[str], Path]
) -> None:
    draw(TWO_AREAS)
    overrides = read_overrides(rules, own("areas: {Northsid: {two_events: {window_days: 60}}}\n"))
    report = detect(graph, rules, overrides=overrides)
    assert "no Incident lies in Northsid. Did you mean Northside?" in report.failed["two_events"]


def test_a_rule_about_what_lies_in_no_area_has_no_values_of_an_area(
    write_rule: WriteRule, own: Callable[[str], Path]
) -> None:
    people = read_rule(write_rule(("{label: Incident, column: event_a", "{label: Person, column: person")))
    with pytest.raises(ThroughlineError, match="starts at every Person, which lies in no area"):
        read_overrides({"two_events": people}, own("areas: {Northside: {two_events: {window_days: 60}}}\n"))


def test_a_rule_that_is_switched_off_does_not_run_and_its_findings_are_set_aside(
    graph: Connection, draw: Draw, rules: dict[str, Rule], own: Callable[[str], Path]
) -> None:
    draw("(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 1})\n(p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 2})")
    assert detect(graph, rules, overrides={}).rules[0].new == 1
    off = read_overrides(rules, own("switched_off: {two_events: too many at the custody desk}\n"))
    report = detect(graph, rules, overrides=off)
    assert (report.rules, report.set_aside) == ([], {"two_events": 1})
    assert list_findings(graph) == []
    with pytest.raises(ThroughlineError, match=r"is switched off in .*: too many at the custody desk"):
        detect(graph, rules, rule_ids=["two_events"], overrides=off)
    assert detect(graph, rules, overrides={}).rules[0].kept == 1
    assert len(list_findings(graph)) == 1
