"""Refs: everything of a source is shuffled together and numbered, so that a number says nothing about a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seed.codes import KIND
from seed.ledger import NONE, IntArray
from seed.nominals import Nominals
from seed.world_state import Source, World, stage_rng


@dataclass
class Numbering:
    """The number of each event, person record, order, object, organisation within its source; `width` digits."""

    events: IntArray
    nominals: IntArray
    orders: IntArray
    objects: IntArray
    organisations: IntArray
    people: IntArray
    width: int
    sources: dict[int, Source]

    def event_ref(self, world: World, event: int, *, with_source: bool = True) -> str:
        """Return the ref of an event, as `source:ref`."""
        columns = world.book.events.columns()
        letter = "D" if columns["kind"][event] == KIND["death"] else "I"
        source = self.sources[int(columns["source"][event])].name
        ref = f"{letter}{int(self.events[event]):0{self.width}d}"
        return f"{source}:{ref}" if with_source else ref

    def nominal_ref(self, nominals: Nominals, nominal: int) -> str:
        """Return the `source:ref` of a person record."""
        source = self.sources[int(nominals.source[nominal])].name
        return f"{source}:P{int(self.nominals[nominal]):0{self.width}d}"

    def order_ref(self, world: World, order: int) -> str:
        """Return the `source:ref` of an order."""
        source = self.sources[int(world.book.orders.columns()["source"][order])].name
        return f"{source}:O{int(self.orders[order]):0{self.width}d}"


def number_all(world: World, nominals: Nominals) -> Numbering:
    """Return refs for all records of a world."""
    book = world.book
    events = book.events.columns()["source"]
    biggest = max(np.bincount(column).max(initial=1) for column in (events, nominals.source) if column.size)
    rng = stage_rng(world.seed, "numbers")
    return Numbering(
        events=_shuffled(rng, events),
        nominals=_shuffled(rng, nominals.source),
        orders=_shuffled(rng, book.orders.columns()["source"]),
        objects=_shuffled(rng, book.objects.columns()["source"]),
        organisations=_shuffled(rng, book.organisations.columns()["source"]),
        people=rng.permutation(world.people.count).astype(np.int64),
        width=max(5, len(str(int(biggest)))),
        sources={source.number: source for source in world.sources},
    )


def _shuffled(rng: np.random.Generator, source: IntArray) -> IntArray:
    """Return for each row a number from 1 up, unique in its source, in no order."""
    numbers = np.full(source.size, NONE, dtype=np.int64)
    for one in np.unique(source).tolist():
        rows = np.flatnonzero(source == one)
        numbers[rows] = 1 + rng.permutation(rows.size)
    return numbers


def number_places(world: World, source: int, used: IntArray) -> IntArray:
    """Return the ref number of each place in one source; NONE for those it does not hold."""
    numbers = np.full(world.people.places.type.size, NONE, dtype=np.int64)
    places = np.unique(used[used != NONE])
    numbers[places] = 1 + stage_rng(world.seed, f"places {source}").permutation(places.size)
    return numbers
