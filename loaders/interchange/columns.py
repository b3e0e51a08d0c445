"""What a column and a table of the interchange layout are. The tables themselves are in `tables`."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "ref",
    "ref_list",
    "text",
    "list",
    "open_list",
    "choice",
    "choice_list",
    "date",
    "time",
    "number",
    "integer",
    "boolean",
    "grade",
    "age_band",
    "timezone",
]

# What a reference can point to. "event" is an incident or a death; "about" is a person or an event, as the row's
# column `about` says.
Target = Literal["person", "location", "organisation", "incident", "death", "event", "order", "object", "about"]

MAX_NAME = 200
MAX_TEXT = 20_000


@dataclass(frozen=True)
class Column:
    """One column: its kind, what may stand in it, and what it means.

    max_length: characters, of a cell (of one item, where the kind is a list).
    happened: True where the column says when something took place, so that it cannot lie after `extracted_at`.
    """

    name: str
    kind: Kind
    description: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    refers_to: Target | None = None
    max_length: int = MAX_TEXT
    minimum: float | None = None
    maximum: float | None = None
    happened: bool = False

    @property
    def is_list(self) -> bool:
        """Whether a cell holds several values, separated by `;`."""
        return self.kind in ("ref_list", "list", "open_list", "choice_list")

    @property
    def is_interval(self) -> bool:
        """Whether the column is a date or a time, and so has a companion `<name>_latest`."""
        return self.kind in ("date", "time")


@dataclass(frozen=True)
class Table:
    """One table of the layout.

    key: columns that identify a row within a source.
    record: what a row is, where it can be pointed to; its key is then the single column of its own ref.
    exactly_one, at_least_one: columns of which that many must be filled.
    in_order: (start, end) pairs; the end cannot be certainly before the start.
    different: (a, b) pairs of references that cannot be the same thing.
    symmetric: pair of key columns whose order has no meaning.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    record: Target | None = None
    exactly_one: tuple[str, ...] = ()
    at_least_one: tuple[str, ...] = ()
    in_order: tuple[tuple[str, str], ...] = ()
    different: tuple[tuple[str, str], ...] = ()
    symmetric: tuple[str, str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all columns, the ones common to all tables last."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


def own_ref(name: str, what: str) -> Column:
    """Return the column of a record table's own reference."""
    return Column(name, "ref", f"The source's own id of {what}.", required=True, max_length=MAX_NAME)


def ref(name: str, target: Target, description: str, *, required: bool = False) -> Column:
    """Return a column that points to one record."""
    return Column(name, "ref", description, required=required, refers_to=target, max_length=MAX_NAME)


def ref_list(name: str, target: Target, description: str) -> Column:
    """Return a column that points to several records."""
    return Column(name, "ref_list", description, refers_to=target, max_length=MAX_NAME)


def label(name: str, description: str) -> Column:
    """Return a column of short text: a name, a code."""
    return Column(name, "text", description, max_length=MAX_NAME)


def text(name: str, description: str, *, required: bool = False) -> Column:
    """Return a column of free text."""
    return Column(name, "text", description, required=required)


def choice(name: str, allowed: str, description: str, *, required: bool = False) -> Column:
    """Return a column that holds one of the words in `allowed` (separated by blanks)."""
    return Column(name, "choice", description, required=required, allowed=tuple(allowed.split()))


def choices(name: str, allowed: str, description: str) -> Column:
    """Return a column that holds a list of the words in `allowed` (separated by blanks)."""
    return Column(name, "choice_list", description, allowed=tuple(allowed.split()), max_length=MAX_NAME)


def items(name: str, description: str) -> Column:
    """Return a column that holds a list of short texts."""
    return Column(name, "list", description, max_length=MAX_NAME)


def open_list(name: str, description: str, *, named: str = "") -> Column:
    """Return a column that holds a list of a force's own words; `named` are the ones that rules know."""
    return Column(name, "open_list", description, allowed=tuple(named.split()), max_length=MAX_NAME)


def happened_on(name: str, description: str, *, required: bool = False) -> Column:
    """Return a date in the past of the extract."""
    return Column(name, "date", description, required=required, happened=True)


def date(name: str, description: str) -> Column:
    """Return a date that may lie ahead."""
    return Column(name, "date", description)


def happened_at(name: str, description: str) -> Column:
    """Return a time in the past of the extract."""
    return Column(name, "time", description, happened=True)


def number(name: str, description: str, minimum: float | None = None, maximum: float | None = None) -> Column:
    """Return a column of decimal numbers within bounds."""
    return Column(name, "number", description, minimum=minimum, maximum=maximum)


def integer(name: str, description: str, minimum: float | None = None, maximum: float | None = None) -> Column:
    """Return a column of whole numbers within bounds."""
    return Column(name, "integer", description, minimum=minimum, maximum=maximum)


def flag(name: str, description: str) -> Column:
    """Return a column that is true, false or unknown."""
    return Column(name, "boolean", description)
