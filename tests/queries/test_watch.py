"""Watching a rule: its cases run at once and after each save, also when a save is half done."""

import os
from collections.abc import Callable
from pathlib import Path

from graph.connection import Connection
from queries.watch import watch

WriteRule = Callable[..., Path]


def _saved(path: Path, text: str, at: int) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, ns=(at, at))


def test_cases_run_at_once_and_again_after_each_save(graph: Connection, write_rule: WriteRule) -> None:
    path = write_rule()
    cases = path.with_suffix(".cases.yml")
    good = cases.read_text("utf-8")
    # Nothing is saved during the first look, so that nothing runs; then a case that fails, a broken file, the good one.
    saves = iter(["", good.replace("days_apart: 23", "days_apart: 24"), "cases: [", good])
    waits = []

    def wait() -> None:
        waits.append(1)
        text = next(saves)
        if text:
            _saved(cases, text, len(waits) * 1_000_000_000)

    outcomes = watch(graph, path, wait)
    first, failing, broken, mended = (next(outcomes) for _ in range(4))
    assert isinstance(first, list)
    assert isinstance(failing, list)
    assert isinstance(mended, list)
    assert all(result.passed for result in first)
    assert [result.name for result in failing if not result.passed] == ["two events"]
    assert isinstance(broken, str)
    assert "not valid YAML" in broken
    assert all(result.passed for result in mended)
    assert len(waits) == 4
