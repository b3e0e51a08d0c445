"""The truth of a world, kept outside its extracts: planted cases, who each record is, which rows are one event."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from seed.cases import Case
from seed.csvfile import CsvTable, from_list, from_texts, references
from seed.ledger import NONE, IntArray
from seed.nominals import Nominals
from seed.numbering import Numbering
from seed.world_state import World

CHUNK = 200_000


def write_truth(world: World, nominals: Nominals, numbering: Numbering, cases: list[Case], out: Path) -> None:
    """Write truth.csv, truth_people.csv and truth_events.csv into `out`."""
    _cases(world, nominals, numbering, cases, out / "truth.csv")
    _people(nominals, numbering, out / "truth_people.csv")
    _events(world, numbering, out / "truth_events.csv")


def _cases(world: World, nominals: Nominals, numbering: Numbering, cases: list[Case], path: Path) -> None:
    header = ["series_id", "kind", "rule", "difficulty", "events", "persons", "orders", "note"]
    table = CsvTable(path, header)
    involved, deaths, told = (
        book.columns() for book in (world.book.involvements, world.book.deaths, world.book.mentions)
    )
    wanted = np.unique(np.array([event for case in cases for event in case.events], dtype=np.int64))
    met: dict[int, list[tuple[int, int]]] = {}  # event -> person, record
    for columns, name in ((involved, "involvements"), (deaths, "deaths"), (told, "mentions")):
        rows = np.flatnonzero(np.isin(columns["event"], wanted) & (columns["person"] != NONE))
        records = nominals.of[name, "person"][rows]
        for event, person, record in zip(
            columns["event"][rows].tolist(), columns["person"][rows].tolist(), records.tolist(), strict=True
        ):
            met.setdefault(event, []).append((person, record))
    lines: list[list[str]] = []
    for case in cases:
        own = {record for event in case.events for person, record in met.get(event, []) if person in case.people}
        refs = sorted(numbering.nominal_ref(nominals, record) for record in own)
        lines.append(
            [
                case.series,
                case.kind,
                case.rule,
                case.difficulty,
                ";".join(numbering.event_ref(world, event) for event in case.events),
                ";".join(refs),
                ";".join(numbering.order_ref(world, order) for order in case.orders),
                case.note,
            ]
        )
    table.write({name: pa.array([line[at] or None for line in lines], pa.string()) for at, name in enumerate(header)})
    table.close()


def _people(nominals: Nominals, numbering: Numbering, path: Path) -> None:
    table = CsvTable(path, ["source", "person_ref", "true_person"])
    names, source = _sources(numbering, nominals.source)
    order = np.lexsort((numbering.nominals, source))
    for start in range(0, order.size, CHUNK):
        rows = order[start : start + CHUNK]
        table.write(
            {
                "source": from_list(names, source[rows]),
                "person_ref": references("P", numbering.nominals[rows], numbering.width),
                "true_person": references("T", numbering.people[nominals.person[rows]], 7),
            }
        )
    table.close()


def _events(world: World, numbering: Numbering, path: Path) -> None:
    """Write the rows that record one event several times; an event with one row only is left out."""
    same = world.book.events.columns()["same"]
    # A copy of a copy points to the first.
    root = same[same]
    many = np.flatnonzero(np.bincount(root, minlength=same.size)[root] > 1)
    ref = [numbering.event_ref(world, event, with_source=False) for event in many.tolist()]
    names, source = _sources(numbering, world.book.events.columns()["source"][many])
    hidden = np.argsort(
        np.argsort(numbering.events[root[many]] * 1000 + world.book.events.columns()["source"][root[many]] % 1000)
    )
    group = np.unique(root[many], return_inverse=True)[1]
    label = np.full(int(group.max(initial=-1)) + 1, many.size, dtype=np.int64)
    np.minimum.at(label, group, hidden)
    order = np.lexsort((np.array(ref, dtype="U20"), source))
    table = CsvTable(path, ["source", "event_ref", "true_event"])
    table.write(
        {
            "source": from_list(names, source[order]),
            "event_ref": from_texts(np.array(ref, dtype=object)[order]),
            "true_event": references("E", label[group][order], 7),
        }
    )
    table.close()


def _sources(numbering: Numbering, numbers: IntArray) -> tuple[list[str], IntArray]:
    known = sorted(numbering.sources)
    return [numbering.sources[number].name for number in known], np.searchsorted(known, numbers).astype(np.int64)
