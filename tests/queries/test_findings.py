"""Findings: their identity outlives re-runs, thresholds, merged people and joined events; a decision is never lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.ids import person_id
from graph.ledger import record_decision
from graph.reader import checksum
from queries.findings import Finding, detect, get_finding, list_findings, to_json
from queries.rule import Rule, read_rule

WriteRule = Callable[..., Path]
Draw = Callable[[str], None]

TWO = """(p:Person {nominal_ids: ['x:1', 'x:2']})-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})
(p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 123})"""
LATER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def rules(write_rule: WriteRule) -> dict[str, Rule]:
    """The rule two_events alone."""
    return {"two_events": read_rule(write_rule())}


def _detect(graph: Connection, rules: dict[str, Rule], **more: Any) -> tuple[int, int, int]:
    report = detect(graph, rules, overrides=more.pop("overrides", {}), **more)
    assert report.failed == {}
    counts = report.rules[0]
    return counts.new, counts.kept, counts.cleared


def _only(graph: Connection, **which: Any) -> Finding:
    found = list_findings(graph, **which)
    assert len(found) == 1
    return found[0]


def test_a_finding_says_what_it_is_about_and_rests_on(graph: Connection, draw: Draw, rules: dict[str, Rule]) -> None:
    draw(TWO)
    assert _detect(graph, rules) == (1, 0, 0)
    assert to_json(_only(graph)) == {
        "id": _only(graph).id,
        "rule": "two_events",
        "rule_version": 1,
        "title": "Two events with one suspect",
        "first_detected": "1970-05-05T00:00:00+00:00",
        "about": {"Person": ["x:1", "x:2"]},
        "evidence": {"Incident": ["a", "b"], "Person": ["x:1", "x:2"]},
        "explanation": "p in a and b, 23 of 30 days.",
        "strength": 7.0,
        "expected_by_chance": None,
        "status": "new",
        "active": True,
        "last_detected": "1970-05-05T00:00:00+00:00",
        "identity": {"events": ["a", "b"], "person": "p"},
        "columns": {
            "closeness": 7,
            "days_apart": 23,
            "event_a": "a",
            "event_b": "b",
            "person": "p",
            "person_name": "p",
        },
        "parameters": {"window_days": 30},
        "experimental": False,
    }


def test_detecting_again_changes_nothing_but_the_last_time(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO)
    _detect(graph, rules)
    before, sums = _only(graph), checksum(graph)
    assert _detect(graph, rules) == (0, 1, 0)
    assert checksum(graph) == sums
    assert _detect(graph, rules, as_of=LATER) == (0, 1, 0)
    assert _only(graph) == replace(before, last_detected=LATER)


def test_a_decision_survives_a_new_run_and_a_changed_threshold(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO)
    _detect(graph, rules)
    id_ = _only(graph).id
    record_decision(graph, id_, "monitor", reason="worth watching", by="an analyst")
    assert _detect(graph, rules, overrides={"two_events": {"window_days": 60}}) == (0, 1, 0)
    tuned = _only(graph)
    assert (tuned.id, tuned.status, tuned.strength) == (id_, "monitored", 37.0)
    assert tuned.parameters == {"window_days": 60}
    assert tuned.explanation == "p in a and b, 23 of 60 days."
    assert tuned.evidence_hash == get_finding(graph, id_).evidence_hash


def test_the_newest_decision_is_the_status(graph: Connection, draw: Draw, rules: dict[str, Rule]) -> None:
    draw(TWO)
    _detect(graph, rules)
    id_ = _only(graph).id
    for kind, status in (("dismiss", "dismissed"), ("reopen", "new"), ("refer", "referred")):
        record_decision(graph, id_, kind, reason="because", by="an analyst")
        assert get_finding(graph, id_).status == status
    assert [f.id for f in list_findings(graph, status="referred")] == [id_]
    assert list_findings(graph, status="new") == []


def test_a_snooze_ends(graph: Connection, draw: Draw, rules: dict[str, Rule]) -> None:
    draw(TWO)
    _detect(graph, rules)
    id_ = _only(graph).id
    today = datetime.now(UTC).date()
    record_decision(graph, id_, "snooze", reason="later", by="an analyst", until_on=today + timedelta(days=9))
    assert get_finding(graph, id_).status == "snoozed"
    long_ago = date(2020, 1, 1)
    record_decision(graph, id_, "snooze", reason="later", by="an analyst", until_on=date(2020, 1, 10), today=long_ago)
    assert get_finding(graph, id_).status == "new"


def test_what_no_longer_fires_is_set_aside_and_comes_back(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO)
    _detect(graph, rules)
    first = _only(graph)
    narrow = {"two_events": {"window_days": 5}}
    assert _detect(graph, rules, overrides=narrow, as_of=LATER) == (0, 0, 1)
    assert list_findings(graph) == []
    assert _only(graph, active=None) == replace(first, active=False, status="cleared")
    assert _only(graph, active=False).id == first.id
    assert _detect(graph, rules, overrides=narrow) == (0, 0, 0)
    assert _detect(graph, rules, as_of=LATER) == (0, 1, 0)
    assert _only(graph) == replace(first, last_detected=LATER)


def test_a_decided_finding_that_no_longer_fires_keeps_its_decision(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO)
    _detect(graph, rules)
    record_decision(graph, _only(graph).id, "accept", reason="a link", by="an analyst")
    _detect(graph, rules, overrides={"two_events": {"window_days": 5}})
    assert _only(graph, active=False).status == "accepted"


def test_a_rule_that_fails_leaves_its_findings_and_the_other_rules_alone(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO)
    _detect(graph, rules)
    good = rules["two_events"]
    broken = replace(good, query="CREATE (n:Person {id: 'x'}) RETURN n.id AS person, $anchors AS a")
    other = replace(good, id="other_events")
    report = detect(graph, {"two_events": broken, "other_events": other}, overrides={})
    assert list(report.failed) == ["two_events"]
    assert "only reading is allowed" in report.failed["two_events"]
    assert [(r.rule, r.new) for r in report.rules] == [("other_events", 1)]
    assert {f.rule for f in list_findings(graph)} == {"two_events", "other_events"}


def test_a_run_from_some_anchors_clears_only_what_started_there(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO + "\n(q:Person)-[:SUSPECT_IN]->(c:Incident {occurred_day: 100})\n"
         "(q)-[:SUSPECT_IN]->(d:Incident {occurred_day: 101})")  # fmt: skip
    assert _detect(graph, rules) == (2, 0, 0)
    graph.write("MATCH (:Person)-[s:SUSPECT_IN]->() DELETE s")
    assert _detect(graph, rules, anchors={"Incident": ["a"]}) == (0, 0, 1)
    assert [f.columns["event_a"] for f in list_findings(graph)] == ["c"]
    assert detect(graph, rules, anchors={"Death": ["x"]}, overrides={}).rules == []
    assert _detect(graph, rules) == (0, 0, 1)


def test_a_pair_met_from_its_other_end_keeps_the_sentence_that_people_know(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO)
    _detect(graph, rules)
    assert _detect(graph, rules, anchors={"Incident": ["b"]}) == (0, 1, 0)
    assert _only(graph).explanation == "p in a and b, 23 of 30 days."


def test_a_person_who_turns_out_to_be_more_records_is_the_same_finding(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    before, after = person_id("x:2"), person_id("x:1")
    draw(TWO.replace("'x:1', ", ""))
    graph.write("MATCH (p:Person) SET p.id = $id", id=before)
    _detect(graph, rules)
    id_ = _only(graph).id
    record_decision(graph, id_, "accept", reason="a link", by="an analyst")
    # Resolution joins an older record: the person is founded by it now, and is a node of its own.
    graph.write(
        "MATCH (p:Person) CREATE (q:Person {id: $id, name: 'p', nominal_ids: ['x:1', 'x:2']}) "
        "WITH p, q MATCH (p)-[:SUSPECT_IN]->(i) CREATE (q)-[:SUSPECT_IN]->(i) DETACH DELETE p",
        id=after,
    )
    assert _detect(graph, rules, as_of=LATER) == (0, 1, 0)
    grown = _only(graph)
    assert (grown.id, grown.status) == (id_, "accepted")
    assert grown.identity["person"] == after
    assert grown.about == {"Person": ["x:1", "x:2"]}
    assert _detect(graph, rules) == (0, 1, 0)
    assert _only(graph, active=None).id == id_


def test_an_event_that_another_source_tells_of_too_is_the_same_finding(
    graph: Connection, draw: Draw, write_rule: WriteRule
) -> None:
    by_event = (
        ("a.id AS event_a, b.id AS event_b", "a.event_id AS event_a, b.event_id AS event_b"),
        ("RETURN p.id", "RETURN DISTINCT p.id"),
    )
    rules = {"two_events": read_rule(write_rule(*by_event))}
    draw(TWO)
    _detect(graph, rules)
    id_ = _only(graph).id
    record_decision(graph, id_, "accept", reason="a link", by="an analyst")
    draw("(a0:Incident {event_id: 'a0'})")
    graph.write("MATCH (i:Incident {id: 'a'}) SET i.event_id = 'a0'")
    assert _detect(graph, rules) == (0, 1, 0)
    assert (_only(graph).id, _only(graph).status) == (id_, "accepted")
    assert _only(graph).identity["events"] == ["a0", "b"]


def test_of_two_findings_that_became_one_the_decided_one_stands(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO.replace("p:Person {nominal_ids: ['x:1', 'x:2']}", "p:Person {nominal_ids: ['x:1']}"))
    draw("(q:Person {nominal_ids: ['x:2']})")
    graph.write("MATCH (q:Person {id: 'q'}) MATCH (i:Incident) CREATE (q)-[:SUSPECT_IN]->(i)")
    graph.write(
        "MATCH (n:Person) SET n.id = CASE n.id WHEN 'p' THEN $p ELSE $q END", p=person_id("x:1"), q=person_id("x:2")
    )
    assert _detect(graph, rules) == (2, 0, 0)
    decided = next(f.id for f in list_findings(graph) if f.about == {"Person": ["x:2"]})
    record_decision(graph, decided, "accept", reason="a link", by="an analyst")
    graph.write("MATCH (p:Person {id: $id}) DETACH DELETE p", id=person_id("x:1"))
    graph.write("MATCH (q:Person) SET q.id = $id, q.nominal_ids = ['x:0', 'x:1', 'x:2']", id=person_id("x:0"))
    assert _detect(graph, rules) == (0, 1, 1)
    assert (_only(graph).id, _only(graph).status) == (decided, "accepted")


def test_evidence_follows_what_is_found_now(graph: Connection, draw: Draw, write_rule: WriteRule) -> None:
    rules = {
        "two_events": read_rule(
            write_rule(("a.id AS event_a", "a.id AS event_a, 'c' AS more"), ("Incident: [", "Incident: [more, "))
        )
    }
    draw(TWO + "\n(c:Incident {occurred_day: 5})\n(d:Incident {occurred_day: 5})")
    _detect(graph, rules)
    first = _only(graph)
    assert first.evidence["Incident"] == ["a", "b", "c"]
    rules = {
        "two_events": replace(
            rules["two_events"], query=rules["two_events"].query.replace("'c' AS more", "'d' AS more")
        )
    }
    _detect(graph, rules)
    assert _only(graph).evidence["Incident"] == ["a", "b", "d"]
    assert _only(graph).evidence_hash != first.evidence_hash


def test_a_death_is_named_as_one_where_it_is_what_the_finding_is_about(
    graph: Connection, draw: Draw, write_rule: WriteRule
) -> None:
    rules = {"two_events": read_rule(write_rule(("about: {Person: person}", "about: {Death: event_b}")))}
    draw("(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100})\n(p)-[:SUSPECT_IN]->(b:Death {occurred_day: 101})")
    _detect(graph, rules)
    assert _only(graph).about == {"Death": ["b"]}
    assert _only(graph).evidence == {"Incident": ["a", "b"], "Person": ["p"]}


def test_evidence_that_is_no_record_fails_the_rule(graph: Connection, draw: Draw, write_rule: WriteRule) -> None:
    rules = {"two_events": read_rule(write_rule(("Person: person}\nstrength", "Person: person_name}\nstrength")))}
    draw(TWO.replace("{nominal_ids", "{name: 'Ada Sample', nominal_ids"))
    report = detect(graph, rules, overrides={})
    assert "the column person_name holds 'Ada Sample', which is no id of a :Person" in report.failed["two_events"]
    assert list_findings(graph, active=None) == []


def test_the_list_takes_the_strongest_of_every_rule_first(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO + "\n(p)-[:SUSPECT_IN]->(c:Incident {occurred_day: 101})".replace("(p)", "(q:Person)")
         + "\n(q)-[:SUSPECT_IN]->(d:Incident {occurred_day: 102})")  # fmt: skip
    rule = rules["two_events"]
    ranked = {
        "shared_finder": replace(rule, id="shared_finder"),
        "unrecorded_breach": replace(rule, id="unrecorded_breach"),
    }
    detect(graph, ranked, overrides={})
    order = [(f.rule, f.strength) for f in list_findings(graph)]
    assert order == [
        ("shared_finder", 29.0),
        ("unrecorded_breach", 29.0),
        ("shared_finder", 7.0),
        ("unrecorded_breach", 7.0),
    ]
    assert [f.rule for f in list_findings(graph, limit=1)] == ["shared_finder"]
    assert [f.strength for f in list_findings(graph, rule="unrecorded_breach")] == [29.0, 7.0]


def test_drafts_do_not_run_and_experiments_only_when_asked_for(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(TWO)
    draft = {"two_events": replace(rules["two_events"], status="draft")}
    assert detect(graph, draft, overrides={}).rules == []
    with pytest.raises(ThroughlineError, match="rule two_events is a draft and does not run"):
        detect(graph, draft, rule_ids=["two_events"], overrides={})
    trial = {"two_events": replace(rules["two_events"], status="experimental")}
    assert detect(graph, trial, overrides={}).rules == []
    assert detect(graph, trial, rule_ids=["two_events"], overrides={}).rules[0].new == 1


def test_unknown_words_are_refused_with_the_nearest(graph: Connection, rules: dict[str, Rule]) -> None:
    with pytest.raises(ThroughlineError, match=r"there is no rule two_evnts. Did you mean two_events\?"):
        detect(graph, rules, rule_ids=["two_evnts"], overrides={})
    with pytest.raises(ThroughlineError, match="unknown status dismised"):
        list_findings(graph, status="dismised")
    with pytest.raises(ThroughlineError, match="there is no finding x"):
        get_finding(graph, "x")


def test_a_force_s_rules_file_is_used(
    graph: Connection, draw: Draw, rules: dict[str, Rule], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graph.settings import settings

    own = tmp_path / "rules.yml"
    own.write_text("rules: {two_events: {window_days: 90}}")
    monkeypatch.setenv("THROUGHLINE_RULES", str(own))
    settings.cache_clear()
    try:
        draw(TWO)
        detect(graph, rules)
    finally:
        settings.cache_clear()
    assert _only(graph).parameters == {"window_days": 90}
