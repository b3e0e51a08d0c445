from pathlib import Path

import pytest

from graph.embedded.diagnose import died, telling_lines

DATA, LOG = Path("/nowhere/data"), Path("/nowhere/logs/console.log")
START = [f"2026-11-21 08:47:2{n}.000+0000 INFO  Stage {n}." for n in range(9)]


@pytest.mark.parametrize(
    ("line", "todo"),
    [
        ("Caused by: java.net.BindException: Address already in use", "Its port was taken while it started"),
        ("Caused by: java.io.IOException: No space left on device", "Free some"),
        ("Caused by: java.nio.file.AccessDeniedException: /nowhere/data", "Give it back to your account"),
        ("Error: Could not find or load main class X\nCaused by: java.lang.ClassNotFoundException: X", "names the jar"),
        ("Caused by: org.neo4j.io.locker.FileLockException: store_lock", "Another Neo4j process has this store open"),
        ("There is insufficient memory for the Java Runtime Environment to continue.", "THROUGHLINE_HEAP lower"),
        (
            "ERROR Failed to start: This indicates that the log files originates from an newer version",
            "another version",
        ),
        (
            "Caused by: LifecycleException: DefaultSystemGraphInitializer failed to start",
            "only the account is made anew",
        ),
        ("ERROR The transaction log is corrupt", "Move /nowhere/data out of the way"),
    ],
)
def test_each_known_cause_has_a_sentence_of_its_own(line: str, todo: str) -> None:
    message = str(died("\n".join([*START, line]), 1, DATA, LOG))
    assert todo in message
    assert f"  | {line.splitlines()[-1]}" in message
    assert "Stage" not in message


def test_a_server_killed_from_outside_is_told_as_such() -> None:
    assert "killed from outside, most often because memory ran out" in str(died("\n".join(START), -9, DATA, LOG))


def test_an_unknown_cause_is_quoted_and_not_guessed() -> None:
    message = str(died("\n".join([*START, "Caused by: java.lang.ArithmeticException: / by zero"]), 1, DATA, LOG))
    assert "does not show a cause that is known here" in message
    assert "  | Caused by: java.lang.ArithmeticException: / by zero" in message


def test_the_cause_comes_before_its_effects() -> None:
    log = "Caused by: java.io.IOException: No space left on device\nCaused by: java.lang.OutOfMemoryError"
    assert "No space left" in str(died(log, 1, DATA, LOG)).splitlines()[0]


def test_the_same_line_in_two_logs_is_quoted_once() -> None:
    assert telling_lines("\n".join([*START, "ERROR one", "Caused by: two", "ERROR one"])) == [
        "Caused by: two",
        "ERROR one",
    ]


def test_a_log_without_errors_is_quoted_at_its_end() -> None:
    assert telling_lines("\n".join(START), limit=2) == START[-2:]
