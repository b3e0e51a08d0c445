"""How a long piece of work says how far it is."""

from collections.abc import Callable
from time import perf_counter
from typing import Protocol


class Progress(Protocol):
    """Told how far a stage is."""

    def stage(self, name: str, total: int | None) -> Callable[[int], None]:
        """Start a stage of so many rows (None: not known) and return what to call with each number of rows done."""


class NoProgress:
    """Says nothing."""

    def stage(self, name: str, total: int | None) -> Callable[[int], None]:
        """Return a function that does nothing."""
        return lambda _: None


class Clock:
    """Measures stages that follow each other. laps: name -> seconds."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        """Note the time since the last lap under this name."""
        now = perf_counter()
        self.laps[name] = round(now - self._last, 2)
        self._last = now
