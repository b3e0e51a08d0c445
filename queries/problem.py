"""What is wrong with a rule or a case, where, and the nearest word that would have been right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from graph.errors import ThroughlineError
from graph.settings import CHECKOUT


@dataclass(frozen=True, order=True)
class Problem:
    """One problem at one line of one file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def shown_path(path: Path) -> str:
    """Return the path as a reader of this checkout would type it."""
    full = path.resolve()
    return str(full.relative_to(CHECKOUT)) if full.is_relative_to(CHECKOUT) else str(path)


def did_you_mean(word: str, known: Iterable[str], sign: str = "") -> str:
    """Return " Did you mean ...?" with the nearest known word, or nothing. sign goes before it, as in `$`."""
    nearest = get_close_matches(word, list(known), n=1)
    return f" Did you mean {sign}{nearest[0]}?" if nearest else ""


def refuse(problems: Sequence[Problem]) -> None:
    """Raise ThroughlineError with every problem, one a line, when there are any."""
    if problems:
        raise ThroughlineError("\n".join(str(problem) for problem in sorted(set(problems))))
