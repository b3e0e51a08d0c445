"""Change the metadata of a rule file in place: one key at a time, everything else stays as it was written."""

import json
import re
from collections.abc import Mapping
from typing import Any

from graph.errors import ThroughlineError
from queries.problem import shown_path
from queries.rule_model import Rule

# Words that YAML reads as they stand; anything else goes in quotes.
_PLAIN = re.compile(r"[A-Za-z][\w ,.;()/'-]*")


def raise_version(rule: Rule, why: str) -> None:
    """Write the next version into a rule's file, with its line of history."""
    version = rule.version + 1
    set_keys(rule, {"version": version, "history": {**rule.history, version: " ".join(why.split())}})


def set_keys(rule: Rule, values: Mapping[str, Any]) -> None:
    """Write these keys of a rule's metadata; None removes one, and a new one is put after `status`.

    Raises ThroughlineError when the file no longer looks as it did when the rule was read.
    """
    if rule.path.read_text("utf-8") != rule.query:
        raise ThroughlineError(f"{shown_path(rule.path)} changed meanwhile: run the command again")
    lines = rule.query.splitlines(keepends=True)
    for key, value in values.items():
        _set(lines, key, value)
    rule.path.write_text("".join(lines), "utf-8")


def _set(lines: list[str], key: str, value: Any) -> None:
    end = next(n for n, line in enumerate(lines) if n and line.strip().startswith("---"))
    start = next((n for n, line in enumerate(lines[:end]) if line.startswith(f"{key}:")), None)
    new = [] if value is None else _lines(key, value)
    if start is None:
        after = next(n for n, line in enumerate(lines[:end]) if line.startswith("status:")) + 1
        lines[after:after] = new
        return
    stop = start + 1
    while stop < end and (not lines[stop].strip() or lines[stop][0] in " \t#-"):
        stop += 1
    lines[start:stop] = new


def _lines(key: str, value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return [f"{key}: {_scalar(value)}\n"]
    one_line = f"{key}: {{{', '.join(f'{k}: {_scalar(v, flow=True)}' for k, v in value.items())}}}\n"
    if len(one_line) <= 121:
        return [one_line]
    return [f"{key}:\n", *(f"  {k}: {_scalar(v)}\n" for k, v in value.items())]


def _scalar(value: Any, *, flow: bool = False) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) is not None and not value.endswith(" ") and not (flow and "," in value)
    reserved = value.lower() in ("true", "false", "yes", "no", "on", "off", "null")
    return value if plain and not reserved else json.dumps(value, ensure_ascii=False)
