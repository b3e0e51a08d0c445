"""What a kind of bad input is: what goes in, and the one thing that has to come of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loaders.layout import TABLES
from tests.loaders.tiny import WORLD, csv_text, write_tables

Files = Mapping[str, str | bytes]
# What a reference points to -> the tables that hold it.
_HOLDERS = {
    "person": ("people",),
    "location": ("locations",),
    "organisation": ("organisations",),
    "incident": ("incidents",),
    "death": ("deaths",),
    "event": ("incidents", "deaths"),
    "order": ("orders",),
    "object": ("objects",),
    "about": ("people", "incidents", "deaths"),
}


@dataclass(frozen=True)
class Bad:
    """One bad row, added to a sound world: where it is, what it says, and the reject that it must become."""

    kind: str
    table: str
    row: Mapping[str, str]
    column: str
    value: str | None
    reason: str
    message: str
    manifest: Mapping[str, str] = field(default_factory=dict)
    # Good rows that the bad one needs; a table without rows is there as it is in the sound world.
    beside: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class BadLine:
    """Bytes added to the end of a file of the sound world, and the one reject that they must become."""

    kind: str
    table: str
    raw: bytes
    column: str | None
    value: str
    reason: str
    message: str
    good_rows_in_raw: int = 0
    line: int = 0


@dataclass(frozen=True)
class BadFile:
    """Files that cannot be read at all, and the words of the one message that stops the extract."""

    kind: str
    files: Files
    words: tuple[str, ...]


@dataclass(frozen=True)
class BadManifest:
    """A manifest that is wrong, as changes of a sound one or as its bytes, and words of the one message."""

    kind: str
    content: Mapping[str, str | None] | bytes
    words: tuple[str, ...]


@dataclass(frozen=True)
class Odd:
    """A row that looks bad and is not: it loads, and its values are exactly these."""

    kind: str
    table: str
    row: Mapping[str, str]
    values: Mapping[str, object]
    beside: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class OddFile:
    """A file of people that looks bad and is not: these refs load, with these words in its warnings (None: none)."""

    kind: str
    files: Files
    refs: tuple[str, ...]
    warning: str | None = None


def death(**cells: str) -> dict[str, str]:
    return {"death_ref": "D9", "category": "expected", **cells}


def crime(**cells: str) -> dict[str, str]:
    return {"incident_ref": "I9", "kind": "crime", **cells}


def person(**cells: str) -> dict[str, str]:
    return {"person_ref": "P9", **cells}


def place(**cells: str) -> dict[str, str]:
    return {"location_ref": "L9", **cells}


def order(**cells: str) -> dict[str, str]:
    return {"order_ref": "R9", "order_type": "dvpo", "respondent_ref": "P1", **cells}


def part(**cells: str) -> dict[str, str]:
    return {"event_ref": "I2", "person_ref": "P2", "role": "victim", **cells}


def sound(tables: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Return the rows of the sound world in these tables and in those that they point to."""
    found: dict[str, list[dict[str, str]]] = {}
    waiting = list(tables)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = list(WORLD.get(name, []))
            waiting += [
                holder
                for column in TABLES[name].columns
                if column.refers_to is not None
                for holder in _HOLDERS[column.refers_to]
            ]
    return found


def write_rows(
    folder: Path, tables: Mapping[str, list[dict[str, str]]], manifest: Mapping[str, str | None] | None = None
) -> Path:
    """Write an extract of rows."""
    files = {f"{name}.csv": csv_text(rows) for name, rows in tables.items() if rows}
    return write_tables(folder, files, **(manifest or {}))
