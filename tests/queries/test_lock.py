"""The lock: no rule changes without a new version and a line of history; words around it change freely."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import ThroughlineError
from queries.lock import lock_problems, lock_rule, read_lock, rule_fingerprint
from queries.rule import read_rule

WriteRule = Callable[..., Path]
WIDER = ("default: 30", "default: 60")


def _problems(path: Path, lock: Path) -> list[str]:
    return [problem.message for problem in lock_problems([read_rule(path)], lock)]


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Where the lock of the test lies."""
    return tmp_path / "rules.lock.json"


def test_a_rule_is_locked_once_and_then_has_no_problem(write_rule: WriteRule, lock: Path) -> None:
    path = write_rule()
    assert _problems(path, lock) == ["not locked yet: `throughline rules lock two_events`"]
    lock_rule(read_rule(path), path=lock)
    assert _problems(path, lock) == []
    assert lock.read_text("utf-8").count("\n") == 3
    assert read_lock(lock)["two_events"]["version"] == 1


@pytest.mark.parametrize(
    "change",
    [
        WIDER,
        ("<= $window_days\nRETURN", "< $window_days\nRETURN"),
        ("{person: one, events: [event_a, event_b]}", "{events: [event_a, event_b]}"),
        ("days_apart} of", "days_apart} days of"),
    ],
)
def test_a_change_without_a_new_version_is_a_problem(
    write_rule: WriteRule, lock: Path, change: tuple[str, str]
) -> None:
    lock_rule(read_rule(write_rule()), path=lock)
    (problem,) = _problems(write_rule(change), lock)
    assert "it does something else than version 1" in problem
    assert 'throughline rules lock two_events --why "what changed"' in problem


def test_words_comments_and_reasons_change_freely(write_rule: WriteRule, lock: Path) -> None:
    lock_rule(read_rule(write_rule()), path=lock)
    words = (
        ("title: Two events", "title: Some events"),
        ("for this test", "for another"),
        ("WHERE a.id", "// where it starts\nWHERE a.id"),
        ("status: active", "status: experimental"),
    )
    assert _problems(write_rule(*words), lock) == []


def test_a_slash_in_a_string_is_no_comment(write_rule: WriteRule) -> None:
    first = write_rule(("AND abs", "AND a.summary <> 'x // y'\n  AND abs"))
    before = rule_fingerprint(read_rule(first))
    second = write_rule(("AND abs", "AND a.summary <> 'x // z'\n  AND abs"))
    assert rule_fingerprint(read_rule(second)) != before


def test_locking_a_change_raises_the_version_and_writes_its_history(write_rule: WriteRule, lock: Path) -> None:
    lock_rule(read_rule(write_rule()), path=lock)
    path = write_rule(WIDER)
    before = path.read_text("utf-8")
    with pytest.raises(ThroughlineError, match=r"changed since version 1: say what, with --why"):
        lock_rule(read_rule(path), path=lock)
    locked = lock_rule(read_rule(path), "a wider window: gaps reach 60 days", path=lock)
    assert (locked.version, locked.history[2]) == (2, "a wider window: gaps reach 60 days")
    assert _problems(path, lock) == []
    after = path.read_text("utf-8")
    expected = before.replace("version: 1\n", "version: 2\n").replace(
        "history: {1: first version}", 'history: {1: first version, 2: "a wider window: gaps reach 60 days"}'
    )
    assert after == expected


def test_a_long_history_is_written_line_by_line(write_rule: WriteRule, lock: Path) -> None:
    lock_rule(read_rule(write_rule()), path=lock)
    path = write_rule(WIDER)
    lock_rule(read_rule(path), "why " * 40, path=lock)
    assert "history:\n  1: first version\n  2: why why" in path.read_text("utf-8")
    assert len(read_rule(path).history) == 2


def test_a_version_raised_by_hand_is_locked_as_it_is(write_rule: WriteRule, lock: Path) -> None:
    lock_rule(read_rule(write_rule()), path=lock)
    path = write_rule(WIDER, ("version: 1", "version: 2"), ("{1: first version}", "{1: first version, 2: wider}"))
    assert _problems(path, lock) == ["version 2 is not locked yet: `throughline rules lock two_events`"]
    assert lock_rule(read_rule(path), path=lock).version == 2


def test_a_version_that_changes_nothing_and_one_that_goes_back_are_refused(write_rule: WriteRule, lock: Path) -> None:
    lock_rule(read_rule(write_rule()), path=lock)
    same = write_rule(("version: 1", "version: 2"), ("{1: first version}", "{1: first version, 2: again}"))
    assert _problems(same, lock) == ["version 2 does the same as version 1, which is locked: put it back"]
    with pytest.raises(ThroughlineError, match="does the same as version 1"):
        lock_rule(read_rule(same), path=lock)


def test_a_draft_needs_no_lock_and_a_locked_rule_that_is_gone_is_told(write_rule: WriteRule, lock: Path) -> None:
    draft = write_rule(("status: active", "status: draft"))
    assert _problems(draft, lock) == []
    with pytest.raises(ThroughlineError, match="is a draft"):
        lock_rule(read_rule(draft), path=lock)
    lock_rule(read_rule(write_rule()), path=lock)
    assert ["two_events is locked but gone" in p.message for p in lock_problems([], lock)] == [True]
