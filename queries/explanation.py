"""The sentence that says why a finding is worth a look."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

_PLACEHOLDER = re.compile(r"\{\s*(\w+)\s*\}")


def explanation(template: str, columns: Mapping[str, Any]) -> str:
    """Return the sentence with its `{columns}` filled in. Raises KeyError for a column that is not there."""
    return _PLACEHOLDER.sub(lambda found: in_words(columns[found[1]]), template)


def in_words(value: Any) -> str:
    """Return a value as a reader wants it: lists joined, dates plain, what is not known said so."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%-d %B %Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    if isinstance(value, str) or not isinstance(value, Sequence):
        return str(value)
    return ", ".join(in_words(item) for item in value)
