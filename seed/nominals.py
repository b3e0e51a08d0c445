"""From true people to a source's records of them: who is met again and not found, and what each record gets wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seed.codes import CORONER_SOURCE, PROFESSION, ROLE
from seed.ledger import NONE, BoolArray, Columns, IntArray
from seed.rates import SPLIT_AGAIN
from seed.world_state import World, chance_of

# How well a person is known to a record: passed by, victim or subject, suspect or respondent.
PASSING, KNOWN, HELD = range(3)
# `split` of a row: left to chance, always a new record, or always the record that is there.
CHANCE, ANEW, FOUND_AGAIN = range(3)
_CARE = np.full(len(ROLE), PASSING)
_CARE[[ROLE["victim"], ROLE["subject"]]] = KNOWN
_CARE[ROLE["suspect"]] = HELD


@dataclass
class Nominals:
    """A source's person records as arrays.

    turn: 0 for the first record of a person in a source. first: minute of its first use. event: the event that made
    it, or NONE. kept: a planted case rests on it. of: (table, column) -> the record of each row.
    """

    source: IntArray
    person: IntArray
    turn: IntArray
    first: IntArray
    care: IntArray
    kept: BoolArray
    event: IntArray
    of: dict[tuple[str, str], IntArray]

    @property
    def count(self) -> int:
        """Number of records over all sources."""
        return int(self.person.size)


def _mentions(world: World) -> list[tuple[str, str, IntArray, IntArray, IntArray, IntArray, IntArray, IntArray]]:
    """Return every column that names a person: table, column, source, person, minute, event, split, care."""
    book = world.book
    events, orders = book.events.columns(), book.orders.columns()
    rows: list[tuple[str, str, IntArray, IntArray, IntArray, IntArray, IntArray, IntArray]] = []

    def of_event(
        table: str, column: str, values: Columns, split: IntArray | None = None, care: IntArray | None = None
    ) -> None:
        event, size = values["event"], values["event"].size
        source = np.where(event == NONE, 0, events["source"][event])
        minute = np.where(event == NONE, 0, events["recorded"][event])
        rows.append(
            (
                table,
                column,
                source,
                values[column],
                minute,
                event,
                np.zeros(size, np.int64) if split is None else split,
                np.full(size, PASSING) if care is None else care,
            )
        )

    def of_source(table: str, column: str, values: Columns, source: IntArray, care: int) -> None:
        size = source.size
        rows.append(
            (
                table,
                column,
                source,
                values[column],
                values["recorded"],
                np.full(size, NONE),
                np.zeros(size, np.int64),
                np.full(size, care),
            )
        )

    involved, deaths = book.involvements.columns(), book.deaths.columns()
    of_event("involvements", "person", involved, involved["split"], _CARE[involved["role"]])
    of_event("involvements", "victim", involved, None, np.full(involved["event"].size, KNOWN))
    of_event("deaths", "person", deaths, deaths["split"], np.full(deaths["event"].size, KNOWN))
    of_event("mentions", "person", book.mentions.columns())
    of_source("orders", "person", orders, orders["source"], HELD)
    parties = book.order_parties.columns()
    of_source("order_parties", "person", parties, orders["source"][parties["order"]], KNOWN)
    for column in ("person", "other"):
        of_source("relations", column, book.relations.columns(), book.relations.columns()["source"], PASSING)
    stays = book.person_places.columns()
    of_source("person_places", "person", stays, stays["source"], PASSING)
    links = book.object_links.columns()
    of_source("object_links", "person", links, book.objects.columns()["source"][links["object"]], PASSING)
    return rows


def make_nominals(world: World) -> Nominals:
    """Return the person records of all sources.

    A person met again is found in the records, or written down anew: then later meetings go to the newest record.
    One event never holds two records of one person.
    """
    rows = _mentions(world)
    sizes = [row[3].size for row in rows]
    source, person, minute, event, split, care = (np.concatenate([row[index] for row in rows]) for index in range(2, 8))
    named = np.flatnonzero(person != NONE)
    order = named[np.lexsort((event[named], minute[named], person[named], source[named]))]
    source, person, minute, event, split, care = (
        column[order] for column in (source, person, minute, event, split, care)
    )
    same_person = np.concatenate([[False], (source[1:] == source[:-1]) & (person[1:] == person[:-1])])
    same_event = np.concatenate([[False], event[1:] == event[:-1]]) & same_person
    # A case's split holds for all rows of its event, whichever of them comes first.
    block = np.cumsum(~same_event) - 1
    forced = np.zeros(int(block[-1]) + 1 if block.size else 0, dtype=np.int64)
    np.maximum.at(forced, block, split)
    again = chance_of(world.seed, "met again", source, person, event) < np.where(
        world.people.profession[person] == PROFESSION["none"], SPLIT_AGAIN, 0.004
    )
    again &= (source < CORONER_SOURCE) & (event != NONE)
    again &= forced[block] != FOUND_AGAIN
    anew = ~same_person | (~same_event & (again | (forced[block] == ANEW)))
    record = np.cumsum(anew) - 1
    count = int(record[-1]) + 1 if record.size else 0
    of: dict[tuple[str, str], IntArray] = {}
    everywhere = np.full(int(np.sum(sizes)), NONE, dtype=np.int64)
    everywhere[order] = record
    for (table, column, *_), part in zip(rows, np.split(everywhere, np.cumsum(sizes)[:-1]), strict=True):
        of[table, column] = part
    first = np.full(count, 2**40, dtype=np.int64)
    np.minimum.at(first, record, minute)
    best = np.zeros(count, dtype=np.int64)
    np.maximum.at(best, record, care)
    kept = np.zeros(count, dtype=np.bool_)
    kept[record[forced[block] == ANEW]] = True
    starts = np.flatnonzero(anew)
    own_source, own_person = source[starts], person[starts]
    fresh = np.concatenate([[True], (own_source[1:] != own_source[:-1]) | (own_person[1:] != own_person[:-1])])[:count]
    turn = np.arange(count) - np.maximum.accumulate(np.where(fresh, np.arange(count), 0))
    return Nominals(own_source, own_person, turn, first, best, kept, event[starts], of)


def typo(rng: np.random.Generator, word: str) -> str:
    """Return a word with one slip of the keyboard: a letter swapped, dropped, doubled or changed."""
    if len(word) < 3:
        return word + word[-1]
    at = int(rng.integers(1, len(word) - 1))
    slip = int(rng.integers(0, 4))
    if slip == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == 1:
        return word[:at] + word[at + 1 :]
    if slip == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + "aeioulnrst"[int(rng.integers(0, 10))] + word[at + 1 :]
