"""What makes two findings one: the identity columns of their rule."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from graph.connection import Row
from graph.errors import ThroughlineError
from queries.rule_model import Rule

Identity = dict[str, Any]


def identity_of(rule: Rule, row: Row) -> Identity:
    """Return the row's identity: name -> value, a list (sorted) where the rule groups columns or returns a list.

    Raises ThroughlineError when the row lacks a column, or its identity is empty.
    """
    found: Identity = {}
    for name, columns in rule.identity.items():
        missing = [column for column in columns if column not in row]
        if missing:
            raise ThroughlineError(f"identity needs the column {', '.join(missing)}, which the query does not return")
        values = [row[column] for column in columns]
        if any(value is None for value in values):
            raise ThroughlineError(f"the identity {name} is empty in a row: a finding cannot be recognised without it")
        if len(values) > 1:
            found[name] = sorted(values)
        else:
            found[name] = sorted(values[0]) if isinstance(values[0], list) else values[0]
    return found


def finding_id(rule_id: str, identity: Identity) -> str:
    """Return the id of the finding with this identity: the rule's id and 16 hex digits of a sha256."""
    text = json.dumps([rule_id, identity], sort_keys=True, ensure_ascii=False, default=_text)
    return f"{rule_id}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def fingerprint(value: Any) -> str:
    """Return a sha256 over a JSON-like value; the order of keys does not matter."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=_text)
    return hashlib.sha256(text.encode()).hexdigest()


def one_row_an_identity(rule: Rule, rows: Iterable[Row]) -> list[Row]:
    """Return the rows with repeats left out: a pair found from either end, or an anchor of two batches, is one.

    Of a pair's two directions the one with its columns in order of id is kept, so that batches do not matter.
    Raises ThroughlineError when two rows share an identity and say different things.
    """
    kept: dict[str, Row] = {}
    for row in rows:
        key = finding_id(rule.id, identity_of(rule, row))
        known = kept.get(key)
        if known is None or (in_order(rule, row) and not in_order(rule, known)):
            kept[key] = row
        elif in_order(rule, row) == in_order(rule, known) and row != known:
            differing = ", ".join(sorted(name for name in row if row[name] != known.get(name)))
            raise ThroughlineError(
                f"two rows have one identity ({json.dumps(identity_of(rule, row), default=_text)}) but differ in "
                f"{differing}: return one row an identity, for example by collecting what differs"
            )
    return list(kept.values())


def in_order(rule: Rule, row: Mapping[str, Any]) -> bool:
    """Return whether the columns of every unordered group of the identity stand in order."""
    groups = [[row[column] for column in columns] for columns in rule.identity.values() if len(columns) > 1]
    return all(values == sorted(values) for values in groups)


def as_json(value: Any) -> str:
    """Return a value as JSON with ISO dates, keys in order."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_text)


def _text(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)
