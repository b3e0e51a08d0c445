"""The near miss: what somebody probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to `word`, or None when none is close."""
    by_folded = {name.casefold(): name for name in known}
    folded = word.strip().casefold().replace(" ", "_").replace("-", "_")
    for name, original in by_folded.items():
        if name.replace("-", "_") == folded:
            return original
    close = get_close_matches(folded[:200], by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?`, or nothing when no known word is close."""
    near = nearest(word, known)
    return f" Did you mean {near!r}?" if near is not None else ""
