"""What the tables of one extract share: the refs of its records, and where its files go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from seed.clock import utc_texts
from seed.codes import KIND
from seed.csvfile import CsvTable, from_texts, references
from seed.ledger import NONE, Columns, IntArray
from seed.nominals import Nominals
from seed.numbering import Numbering
from seed.world_state import Source, World

CHUNK = 100_000


@dataclass
class Extract:
    """One source's extract while it is written."""

    world: World
    nominals: Nominals
    numbering: Numbering
    source: Source
    folder: Path
    places: IntArray
    counts: dict[str, int] = field(default_factory=dict)

    def rng(self, stage: str) -> np.random.Generator:
        """Return the random numbers of a table of this extract."""
        return self.world.rng(f"{self.source.number} {stage}")

    def events(self, numbers: IntArray) -> pa.Array:
        """Return the refs of events of this source; empty for NONE."""
        kind = self.world.book.events.columns()["kind"][numbers]
        of = np.where(numbers == NONE, NONE, self.numbering.events[numbers])
        incident, death = (references(letter, of, self.numbering.width) for letter in "ID")
        return pc.if_else(pa.array(kind == KIND["death"]), death, incident)

    def people(self, nominals: IntArray) -> pa.Array:
        """Return the refs of person records; empty for NONE."""
        of = np.where(nominals == NONE, NONE, self.numbering.nominals[nominals])
        return references("P", of, self.numbering.width)

    def locations(self, places: IntArray) -> pa.Array:
        """Return the refs of places; empty for NONE."""
        of = np.where(places == NONE, NONE, self.places[places])
        return references("L", of, self.numbering.width)

    def orders(self, orders: IntArray) -> pa.Array:
        """Return the refs of orders; empty for NONE."""
        of = np.where(orders == NONE, NONE, self.numbering.orders[orders])
        return references("O", of, self.numbering.width)

    def objects(self, objects: IntArray) -> pa.Array:
        """Return the refs of objects; empty for NONE."""
        of = np.where(objects == NONE, NONE, self.numbering.objects[objects])
        return references("X", of, self.numbering.width)

    def organisations(self, organisations: IntArray) -> pa.Array:
        """Return the refs of organisations; empty for NONE."""
        of = np.where(organisations == NONE, NONE, self.numbering.organisations[organisations])
        return references("G", of, self.numbering.width)

    def stamps(self, minutes: IntArray, *events: IntArray) -> pa.Array:
        """Return when rows were recorded: never before the events that they point to."""
        recorded = self.world.book.events.columns()["recorded"]
        for event in events:
            minutes = np.maximum(minutes, np.where(event == NONE, 0, recorded[event]))
        return from_texts(utc_texts(minutes))

    def texts(self, numbers: IntArray) -> pa.Array:
        """Return pieces of free text; empty for NONE."""
        words = pa.array(self.world.book.texts or [""], pa.string())
        return words.take(pa.array(numbers, mask=numbers == NONE))

    def table(self, name: str, header: list[str]) -> CsvTable:
        """Open one table's file."""
        return CsvTable(self.folder / f"{name}.csv", header)

    def done(self, name: str, table: CsvTable) -> None:
        """Close a table; one without rows is not sent at all."""
        table.close()
        if table.rows:
            self.counts[name] = table.rows
        else:
            (self.folder / f"{name}.csv").unlink()


def versions(rows: IntArray, updated: IntArray) -> tuple[IntArray, IntArray]:
    """Return rows with those updated twice, and which version each is: 0 the first of two, 1 the newest."""
    first = rows[updated[rows] != NONE]
    doubled = np.concatenate([rows, first])
    newest = np.concatenate([np.ones(rows.size, dtype=np.int64), np.zeros(first.size, dtype=np.int64)])
    return doubled, newest


def distinct(columns: Columns, rows: IntArray, *names: str) -> IntArray:
    """Return the rows whose values of these columns occur first; one key, one row."""
    if not rows.size:
        return rows
    _, first = np.unique(np.stack([columns[name][rows] for name in names]), axis=1, return_index=True)
    return rows[np.sort(first)]
