"""What a command prints: data on stdout (pure JSON with --json), progress and remarks on stderr."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print a value as JSON, and nothing else, on stdout."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    return str(value)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str = "none") -> None:
    """Print rows under their column names, or say that there are none."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    count = 0
    for row in rows:
        count += 1
        table.add_row(*("" if value is None else escape(str(value)) for value in row))
    if count:
        out.print(table)
    else:
        out.print(f"{title}: {empty}")


def say(text: str) -> None:
    """Print a remark on stderr."""
    err.print(escape(text), highlight=False)


class Bars:
    """Progress bars on stderr, one a stage; a stage ends when the next one starts."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err,
            transient=True,
        )
        self._current: Any = None

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def stage(self, name: str, total: int | None) -> Callable[[int], None]:
        """Start a stage of so many steps (None: not known); call what is returned with each number of steps done."""
        if self._current is not None:
            self._progress.remove_task(self._current)
        self._current = task = self._progress.add_task(name, total=total)
        return lambda steps: self._progress.advance(task, steps)

    def share(self, name: str, done: float) -> None:
        """Show how far a piece of work is, as a share from 0 to 1, with what it is doing."""
        if self._current is None:
            self._current = self._progress.add_task(name, total=100)
        self._progress.update(self._current, description=name, completed=round(100 * done))
