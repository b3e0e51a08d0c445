"""What a planted case is, and the quiet people of a world whom a case may take."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from seed.clock import DAY_MINUTES
from seed.codes import PLACE_TYPE, PROFESSION
from seed.ledger import NONE, BoolArray, IntArray
from seed.world_state import World

_LOTS, _TICKETS = 400, 256

# Kinds of truth.csv with an empty rule: linked series of deaths, and what looks like one and is none.
SERIES_KINDS = (
    "archetype",
    "series_shared_person",
    "series_place_means",
    "series_substance",
    "series_care_setting",
    "series_cross_border",
    "series_alias",
)
UNLINKED_KINDS = ("contested", "opioid_cluster", "care_home_winter", "busy_professional", "family_pair")


@dataclass
class Case:
    """One planted truth, in the numbers of the ledgers: a row of truth.csv once everything is numbered.

    rule: the id of the rule that ought to find it; empty where none should (contested pairs) or many do (a series).
    """

    series: str
    kind: str
    rule: str
    difficulty: str
    note: str
    events: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)


class Quiet:
    """Hands out living people who are in no event yet, with their households, each once.

    A planted person is an ordinary one of the population: same names, same ages, same addresses as everybody.
    """

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        people, book = world.people, world.book
        self._world, self._rng = world, rng
        busy = np.zeros(people.count, dtype=np.bool_)
        for ledger, names in (
            (book.involvements, ("person", "victim")),
            (book.deaths, ("person",)),
            (book.orders, ("person",)),
            (book.mentions, ("person",)),
            (book.relations, ("person", "other")),
            (book.object_links, ("person",)),
        ):
            columns = ledger.columns()
            for name in names:
                busy[columns[name][columns[name] != NONE]] = True
        households = np.zeros(people.household_start.size, dtype=np.bool_)
        households[people.household[busy]] = True
        at_home = people.places.type[people.home] == PLACE_TYPE["home"]
        self._free: BoolArray = ~households[people.household] & at_home & (people.profession == PROFESSION["none"])
        in_care = people.places.type[people.home] == PLACE_TYPE["care_home"]
        self._resident: BoolArray = in_care & ~busy

    def people(
        self,
        count: int,
        day: int,
        ages: tuple[int, int],
        *,
        sex: int | None = None,
        town: int | None = None,
        partnered: bool = False,
        also: BoolArray | None = None,
    ) -> IntArray:
        """Return `count` people of these ages on a day. Raises ValueError where the world has too few left."""
        people = self._world.people
        low, high = (0, people.count) if town is None else people.town_start[[town, town + 1]].tolist()
        chosen: list[int] = []
        # By lot, some hundred tickets at a time: looking through all people would cost more than all else.
        for _ in range(_LOTS):
            tickets = self._rng.integers(low, high, _TICKETS)
            age = people.age_on(tickets, day)
            fits = self._free[tickets] & (age >= ages[0]) & (age <= ages[1])
            if sex is not None:
                fits &= people.sex[tickets] == sex
            if partnered:
                fits &= people.partner[tickets] != NONE
            if also is not None:
                fits &= also[tickets]
            for candidate in tickets[fits].tolist():
                if self._free[candidate]:
                    chosen.append(candidate)
                    household = int(people.household[candidate])
                    members = slice(people.household_start[household], people.household_start[household + 1])
                    self._free[members] = False
                if len(chosen) == count:
                    return np.asarray(chosen, dtype=np.int64)
        raise ValueError(f"the world has too few quiet people aged {ages[0]}-{ages[1]}: {len(chosen)} of {count}")

    def residents(self, count: int, home: int) -> IntArray:
        """Return up to `count` residents of a care home."""
        people = self._world.people
        low, high = people.town_start[[people.places.town[home], people.places.town[home] + 1]].tolist()
        there = low + np.flatnonzero(self._resident[low:high] & (people.home[low:high] == home))
        chosen = np.sort(self._rng.permutation(there)[:count]).astype(np.int64)
        self._resident[chosen] = False
        return self._rng.permutation(chosen)

    def person(
        self, day: int, ages: tuple[int, int] = (20, 60), *, sex: int | None = None, town: int | None = None
    ) -> int:
        """Return one person of these ages."""
        return int(self.people(1, day, ages, sex=sex, town=town)[0])

    def couple(self, day: int, ages: tuple[int, int] = (19, 60)) -> tuple[int, int]:
        """Return two partners who live together."""
        first = int(self.people(1, day, ages, partnered=True)[0])
        return first, int(self._world.people.partner[first])


def minute_on(rng: np.random.Generator, day: int, first_hour: int = 8, last_hour: int = 23) -> int:
    """Return a minute of a day between two hours."""
    return int(day * DAY_MINUTES + rng.integers(first_hour * 60, last_hour * 60))
