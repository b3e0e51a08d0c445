"""Every rule of the product: its cases on a real server, and everything that `throughline rules check` asks."""

import pytest

from graph.connection import Connection
from queries.cases import parse_cases, run_cases
from queries.check import OURS, check_files
from queries.rule import describe, load_rules, rule_files
from queries.rule_model import PACKS

RULES = load_rules()


@pytest.mark.parametrize("rule_id", RULES)
def test_every_case_of_the_rule_passes(graph: Connection, rule_id: str) -> None:
    failed = [result.message for result in run_cases(graph, RULES[rule_id]) if not result.passed]
    assert not failed, "\n".join(failed)


def test_no_rule_has_a_problem(graph: Connection) -> None:
    assert [str(problem) for problem in check_files(rule_files(), graph, records=OURS)] == []


def test_the_first_six_rules_are_there() -> None:
    assert {
        "shared_finder",
        "reporter_as_subject",
        "behaviour_marker",
        "serial_suspect",
        "unrecorded_breach",
        "near_miss_then_death",
    } <= RULES.keys()


def test_rules_come_pack_by_pack() -> None:
    packs = [PACKS.index(rule.pack) for rule in RULES.values()]
    assert packs == sorted(packs)


@pytest.mark.parametrize("rule_id", RULES)
def test_no_rule_uses_words_that_condemn(rule_id: str) -> None:
    cases, _ = parse_cases(RULES[rule_id].cases_path)
    text = describe(RULES[rule_id]) + " ".join(sentence for case in cases for sentence in case.explains or ())
    for word in ("dangerous person is", "serial killer", "perpetrator", "offender", "guilty", "murderer"):
        assert word not in text.lower()


@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_says_what_could_make_it_wrong_and_what_to_do(rule_id: str) -> None:
    rule = RULES[rule_id]
    assert len(rule.could_be_wrong) >= 2
    assert rule.action.endswith(".")
    assert rule.question.endswith("?")
