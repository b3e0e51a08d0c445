"""A rule in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ui.explorer import markup, wording

if TYPE_CHECKING:
    from queries.parameter import Parameter
    from queries.rule import Rule


def with_values(text: str, values: Mapping[str, Any], rule: Rule) -> str:
    """Return a rule's text with `window_days` said as 1,825 days, and the column that ranks it as its strength."""

    def said(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in values:
            return _with_unit(values[name], rule.parameters.get(name))
        word = "strength" if name == rule.strength else name.replace("_", " ")
        begins = not match.string[: match.start()].rstrip() or match.string[: match.start()].rstrip()[-1] in ".!?"
        return wording.capital(word) if begins else word

    return re.sub(r"`\$?([^`]+)`", said, text)


def settings_table(used: Mapping[str, Any], rule: Rule | None) -> None:
    """Show the thresholds that were used, each with its unit, the rule's own value where it differs, and its reason."""
    if not used:
        markup.paragraph("This rule has no settings.", quiet=True)
        return
    declared = rule.parameters if rule else {}
    rows = []
    for name, value in sorted(used.items()):
        about = declared.get(name)
        set_here = bool(about) and about.default != value
        rows.append(
            (
                name.replace("_", " "),
                _with_unit(value, about),
                f"set by the force; the rule's own is {wording.figure(about.default)}" if about and set_here else "",
                about.why if about else "",
            )
        )
    markup.table(
        "Settings",
        [markup.Column("Setting", lead=True), markup.Column("Value"), markup.Column("Changed"), markup.Column("Why")],
        rows,
    )


def query_alone(rule: Rule) -> str:
    """Return the rule's query without the metadata above it, which is said in words already."""
    return re.sub(r"\A\s*/\*.*?\*/\s*", "", rule.query, count=1, flags=re.DOTALL).strip()


def _with_unit(value: Any, about: Parameter | None) -> str:
    unit = about.unit if about and about.unit and about.unit != "count" else ""
    return f"{wording.figure(value)} {unit}".strip()
