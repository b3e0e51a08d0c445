"""Lists as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from queries.findings import Finding

# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

COLUMNS = (
    "finding",
    "sentence",
    "rule",
    "rule_version",
    "rule_title",
    "status",
    "first_detected",
    "last_detected",
    "strength",
    "expected_by_chance",
    "handling",
    "data_to",
)


def defused(value: Any) -> Any:
    """Return text so that no spreadsheet takes it for a formula; numbers as they are, None as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def findings_csv(findings: Iterable[Finding], *, handling: str, data_to: str) -> bytes:
    """Return findings as CSV (UTF-8 with a mark, so that Excel reads names right), one row each, cells defused.

    handling, data_to: marking and time of the data, on every row: rows get copied out of their file.
    """
    rows = (
        (
            finding.id,
            finding.explanation,
            finding.rule,
            finding.rule_version,
            finding.title,
            finding.status,
            finding.first_detected.isoformat(),
            finding.last_detected.isoformat(),
            finding.strength,
            finding.expected_by_chance,
            handling,
            data_to,
        )
        for finding in findings
    )
    return _csv([COLUMNS, *rows])


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
