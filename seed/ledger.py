"""Rows gathered in batches, one integer array a column: what a world is made of before it is written as text."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
Columns = dict[str, IntArray]
NONE = -1


class Ledger:
    """Rows with named integer columns; a column left out of a batch takes its default (`NONE` = not known).

    Room grows by doubling, so that adding one row costs the same in a world of ten rows and of ten million.
    """

    def __init__(self, **defaults: int) -> None:
        self._defaults = defaults
        self._room: Columns = {name: np.empty(16, dtype=np.int64) for name in defaults}
        self.rows = 0

    def add(self, count: int | None = None, /, **columns: ArrayLike) -> IntArray:
        """Append rows and return their numbers. Without `count` the longest column decides; scalars are repeated.

        Raises ValueError for a column that this ledger does not have.
        """
        unknown = set(columns) - set(self._defaults)
        if unknown:
            raise ValueError(f"no such column: {sorted(unknown)}; there are {sorted(self._defaults)}")
        arrays = {name: np.asarray(values, dtype=np.int64) for name, values in columns.items()}
        if count is None:
            count = max([array.size for array in arrays.values() if array.ndim], default=1)
        first, last = self.rows, self.rows + count
        for name, default in self._defaults.items():
            room = self._room[name]
            if last > room.size:
                room = np.empty(max(last, 2 * room.size), dtype=np.int64)
                room[:first] = self._room[name][:first]
                self._room[name] = room
            room[first:last] = arrays.get(name, default)
        self.rows = last
        return np.arange(first, last, dtype=np.int64)

    def columns(self) -> Columns:
        """Return all rows as one array a column. Writing into them changes the ledger, until rows are added."""
        return {name: room[: self.rows] for name, room in self._room.items()}


class Book:
    """All ledgers of a world. People, places, events and deaths are known by their row numbers."""

    def __init__(self) -> None:
        unknown = NONE
        # `updated`: when a later version of the row was recorded, NONE where there is one version only.
        # `same` is the true event (several rows may record it); `planted` marks the case a row belongs to;
        # `keep` guards the few fields that a planted truth rests on from being blanked.
        self.events = Ledger(
            source=0, kind=0, offence=unknown, start=unknown, end=unknown, precision=0, reported=unknown,
            recorded=unknown, place=unknown, flags=0, method=0, outcome=unknown, outcome_day=unknown, text=unknown,
            linked=unknown, sex=unknown, age_band=unknown, same=unknown, planted=unknown, keep=0, updated=unknown,
        )  # fmt: skip
        self.deaths = Ledger(
            event=unknown, person=unknown, incident=unknown, category=unknown, manner=unknown, means=unknown,
            seen_alive=unknown, position=unknown, found_substances=0, suspected_substances=0, toxicology=0,
            items=0, note=unknown, coroner=0, coroner_no=unknown, gives_coroner_no=0, same_as=unknown, checks=0,
            supervisor=unknown, kin_informed=unknown, concern=unknown, primacy=unknown, near_miss=0,
            unidentified=0, closed_day=unknown, updated=unknown, split=0,
        )  # fmt: skip
        self.involvements = Ledger(
            event=unknown, person=unknown, role=unknown, tie=unknown, victim=unknown, injury=unknown, status=unknown,
            status_day=unknown, was_status=unknown, recorded=unknown, updated=unknown, split=0,
        )  # fmt: skip
        self.orders = Ledger(
            source=0, type=unknown, person=unknown, interim=unknown, made=unknown, service=unknown, served=unknown,
            starts=unknown, ends=unknown, until=unknown, conditions=0, discharged=unknown, review=unknown,
            verified=unknown, state=unknown, state_day=unknown, notify_by=unknown, notified=unknown,
            recorded=unknown, issuer=unknown, owner=unknown, split=0,
        )  # fmt: skip
        self.order_parties = Ledger(order=unknown, person=unknown, part=0, recorded=unknown)
        self.order_places = Ledger(order=unknown, place=unknown, radius=unknown, recorded=unknown)
        self.order_breaches = Ledger(
            event=unknown, order=unknown, day=unknown, condition=unknown, result=unknown, recorded=unknown
        )
        self.relations = Ledger(
            source=0, person=unknown, other=unknown, relation=unknown, from_day=unknown, to_day=unknown,
            recorded=unknown,
        )  # fmt: skip
        self.person_places = Ledger(
            source=0, person=unknown, place=unknown, relation=unknown, from_day=unknown, to_day=unknown,
            recorded=unknown,
        )  # fmt: skip
        self.objects = Ledger(source=0, kind=unknown, number=unknown, text=unknown, recorded=unknown)
        self.object_links = Ledger(
            object=unknown, event=unknown, person=unknown, role=unknown, from_day=unknown, recorded=unknown
        )
        self.mentions = Ledger(
            event=unknown, medium=unknown, person=unknown, mentioned_event=unknown, place=unknown, object=unknown,
            text=unknown, recorded=unknown,
        )  # fmt: skip
        self.organisations = Ledger(source=0, kind=unknown, text=unknown, place=unknown)
        self.organisation_links = Ledger(
            organisation=unknown, event=unknown, person=unknown, role=unknown, recorded=unknown
        )
        self.offences = Ledger(event=unknown, offence=unknown, recorded=unknown)
        self.texts: list[str] = []
        self._text_number: dict[str, int] = {}

    def text(self, words: str) -> int:
        """Return the number of a piece of free text, adding it when it is new."""
        if words not in self._text_number:
            self._text_number[words] = len(self.texts)
            self.texts.append(words)
        return self._text_number[words]
