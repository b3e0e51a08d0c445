"""Rule files: what is read, and every mistake with file, line and the nearest right word."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import ThroughlineError
from queries.rule import browser_text, describe, load_rules, nearest_rule, parse_rules, read_rule
from queries.rule_file import parse_rule

WriteRule = Callable[..., Path]


def test_a_rule_is_what_its_file_states(write_rule: WriteRule) -> None:
    rule = read_rule(write_rule())
    assert (rule.id, rule.version, rule.status, rule.pack) == ("two_events", 1, "active", "people")
    assert rule.identity == {"person": ("person",), "events": ("event_a", "event_b")}
    assert rule.about == {"Person": ("person",)}
    assert rule.evidence == {"Incident": ("event_a", "event_b"), "Person": ("person",)}
    assert rule.parameters["window_days"].default == 30
    assert rule.anchor.label == "Incident"
    assert rule.query.splitlines()[rule.query_line - 1] == "MATCH (a:Incident)"
    assert set(rule.columns_named) == {"person", "person_name", "event_a", "event_b", "days_apart", "closeness"}


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("version: 1\n", "versoin: 1\n", 3, "unknown key versoin. Did you mean version?"),
        ("action: nothing\n", "", 2, "action is missing"),
        ("id: two_events", "id: two_incidents", 2, "id two_incidents must be the file's name, two_events"),
        ("status: active", "status: activ", 4, "unknown status activ"),
        ("version: 1\n", "version: one\n", 3, "version must be a whole number, not 'one'"),
        ("version: 1\n", "version: true\n", 3, "version must be a whole number, not True"),
        ("version: 1\n", "version: 2\n", 19, "there is no line for version 2"),
        ("title: Two", "title: [Two", 6, "not valid YAML"),
        ("action: nothing\n", "action: nothing\naction: something\n", 19, "action is stated twice"),
        ("default: 30", "default: 0", 10, "window_days must be between 1 and 3650 days, not 0"),
        ("default: 30", "default: 30.5", 10, "window_days must be of type int, not 30.5"),
        ("default: 30", "default: true", 10, "window_days must be of type int, not True"),
        ("type: int", "type: integer", 10, "unknown type integer"),
        (', why: "for this test"', "", 10, "why is missing"),
        ("unit: days, ", "", 10, "unit is missing"),
        ("min: 1, max: 3650, ", "", 10, "min is missing"),
        ("label: Incident", "label: Incidant", 11, "unknown label Incidant. Did you mean Incident?"),
        (", reach: 2", "", 11, "reach is missing"),
        ("about: {Person", "about: {Persn", 13, "a finding cannot be about Persn"),
        ("Incident: [event_a, event_b], P", "Incident: [event_a, 7], P", 14, "Incident must be a column or a list"),
        ("strength: closeness", "strength: nearness", 15, "the description must say what nearness measures"),
        ("{days_apart} of", "{days_apart of", 16, "a brace does not close"),
        ("{days_apart} of", "{days_apart + 1} of", 16, "explain holds no logic"),
        ("could_be_wrong: [anything]", "could_be_wrong: anything", 17, "could_be_wrong must be a list of texts"),
        ("status: active", "status: deprecated", 4, "says why (reason) and what to use instead (replaced_by)"),
        ("<= $window_days\n", "<= $window\n", 26, "$window is not declared under parameters (window_days)."),
        ("<= $window_days\n", "<= $window\n", 26, "Did you mean $window_days?"),
        ("(a:Incident)\n", "(a:Incidnt)\n", 21, ":Incidnt is no label or relationship type"),
        ("(a:Incident)\n", "(a:Incidnt)\n", 21, "Did you mean :Incident?"),
        ("(p:Person)-[:SUSPECT_IN]", "(p:Person)-[:SUSPECTED_IN|VICTIM_IN]", 23, ":SUSPECTED_IN is no label"),
        ("b.event_id <>", "b.evnt_id <>", 25, ".evnt_id is no property in graph/schema.py. Did you mean .event_id?"),
        ("WHERE a.id IN $anchors\n", "", 1, "must start at its anchors"),
    ],
)
def test_each_mistake_is_named_with_its_line_and_the_nearest_right_word(
    write_rule: WriteRule, old: str, new: str, line: int, says: str
) -> None:
    rule, problems = parse_rule(write_rule((old, new)))
    assert rule is None
    assert [p.line for p in problems if says in p.message] == [line], [str(p) for p in problems]


def test_all_mistakes_of_a_file_are_told_at_once(write_rule: WriteRule) -> None:
    path = write_rule(("version: 1\n", "versoin: 1\n"), ("default: 30", "default: 0"), ("<= $window_days\n", "<= $w\n"))
    with pytest.raises(ThroughlineError) as told:
        read_rule(path)
    lines = str(told.value).splitlines()
    assert len(lines) == 5
    assert all(line.startswith(f"{path}:") for line in lines)


def test_a_parameter_that_nothing_uses_is_a_mistake(write_rule: WriteRule) -> None:
    more = '  window_days: {type: int, default: 30, min: 1, max: 3650, unit: days, why: "for this test"}\n'
    _, problems = parse_rule(write_rule((more, more + more.replace("window_days", "radius_m"))))
    assert [p.message for p in problems] == ["parameter radius_m is declared but $radius_m is not used"]


def test_a_name_in_a_comment_or_a_string_is_not_used(write_rule: WriteRule) -> None:
    path = write_rule(
        ("MATCH (a:Incident)\n", "// costs $100, see a.nonsense (:Nothing)\nMATCH (a:Incident)\n"),
        ("AND abs", "AND '$5' <> '' AND abs"),
    )
    assert parse_rule(path)[1] == []


def test_a_file_without_metadata_says_how_to_begin(tmp_path: Path) -> None:
    path = tmp_path / "people" / "plain.cypher"
    path.parent.mkdir()
    path.write_text("MATCH (n) RETURN n")
    _, problems = parse_rule(path)
    assert "must begin with its metadata in a comment" in problems[0].message


def test_a_folder_that_is_no_pack_is_a_mistake(write_rule: WriteRule) -> None:
    _, problems = parse_rule(write_rule(pack="peeple"))
    assert "the folder peeple is no pack" in problems[0].message
    assert "Did you mean people?" in problems[0].message


def test_an_id_is_used_once_over_all_packs(write_rule: WriteRule) -> None:
    paths = [write_rule(), write_rule(pack="deaths")]
    _, problems = parse_rules(paths)
    assert ["id two_events is already used" in p.message for p in problems] == [True]


def test_the_nearest_rule_is_named() -> None:
    assert nearest_rule("shared_findr", load_rules()) == " Did you mean shared_finder?"
    assert nearest_rule("zzz", load_rules()) == ""


def test_an_override_out_of_bounds_names_rule_and_bounds(write_rule: WriteRule) -> None:
    with pytest.raises(
        ThroughlineError, match="rule two_events: window_days must be between 1 and 3650 days, not 9999"
    ):
        read_rule(write_rule()).values({"window_days": 9999})


def test_a_rule_in_words_says_question_settings_and_doubts(write_rule: WriteRule) -> None:
    words = describe(read_rule(write_rule()))
    for part in (
        "Is one person suspect in two events?",
        "`window_days`: 30 days (from 1 to 3650)",
        "- anything",
        "version 1",
    ):
        assert part in words


def test_the_browser_text_sets_every_parameter(write_rule: WriteRule) -> None:
    text = browser_text(read_rule(write_rule()), anchors=["niche:O'Neil"])
    assert text.startswith(":param anchors => ['niche:O\\'Neil'];")
    assert ":param window_days => 30;" in text
    assert text.rstrip().endswith(";")
