"""What planted series are built with: how many deaths how far apart, parts at a death, records, traces that lead on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seed.clock import DAY_MINUTES
from seed.codes import MEANS, MEDIUM, OBJECT, OBJECT_ROLE, PLACE_TYPE, ROLE
from seed.deaths import place_of_death
from seed.ledger import NONE, IntArray
from seed.planter import EVERYDAY_MEANS, NOBODY_GIVEN, Planter, Roles, split_rows
from seed.sizes import EXTRACTED_MINUTE

LONGEST_DAYS = 730
GIVEN_PARTS = ("finder", "caller", "seen_with")


@dataclass(frozen=True)
class Level:
    """How hard a series is: deaths and gaps in days, both from and to."""

    name: str
    deaths: tuple[int, int]
    gaps: tuple[int, int]


LEVELS = (Level("easy", (4, 8), (3, 70)), Level("medium", (3, 5), (15, 180)), Level("hard", (2, 4), (60, 365)))


class Series:
    """Builds the deaths of one planted series, in order."""

    def __init__(self, planter: Planter, kind: str, level: Level) -> None:
        self.planter, self.world, self.rng, self.level = planter, planter.world, planter.rng, level
        self.case, self.number = planter.new_case(kind, "", level.name, "")
        self.days = self._days()

    def _days(self) -> list[int]:
        """Return the days of the deaths: at most two years in all, and within the years covered."""
        planter, rng, level = self.planter, self.rng, self.level
        gaps = rng.integers(
            level.gaps[0], level.gaps[1] + 1, int(rng.integers(level.deaths[0], level.deaths[1] + 1)) - 1
        )
        room = min(LONGEST_DAYS, planter.last - planter.first - 60)
        if gaps.sum() > room:
            gaps = np.maximum((gaps * (room / gaps.sum())).astype(np.int64), 2)
        first = int(rng.integers(planter.first + 5, planter.last - 40 - int(gaps.sum()) + 1))
        return [first, *(first + np.cumsum(gaps)).tolist()]

    @property
    def deaths(self) -> list[int]:
        """The events of the series so far."""
        return self.case.events

    def victims(self, ages: tuple[int, int], *, sex: int | None = None, towns: list[int] | None = None) -> list[int]:
        """Return one quiet person for each day, of these ages and towns."""
        quiet, day = self.planter.quiet, self.days[0]
        each: list[int | None] = [None] * len(self.days) if towns is None else list(towns)
        return [quiet.person(day, ages, sex=sex, town=town) for town in each]

    def profile(self, low: int, high: int, width: int) -> tuple[int, int]:
        """Return the ages of one sort of victim."""
        first = int(self.rng.integers(low, high))
        return first, first + width

    def towns(self, town: int, away: float) -> list[int]:
        """Return a town for each day, another one for a share `away` of them."""
        count = len(self.world.people.places.towns)
        others = self.rng.integers(0, count, len(self.days))
        elsewhere = self.rng.random(len(self.days)) < away
        return [int(other) if gone else town for other, gone in zip(others, elsewhere, strict=True)]

    def death(self, day: int, person: int, who: Roles = NOBODY_GIVEN, *, means: str = "", place: int = NONE) -> int:
        """Add one death of the series, where people die of it; clerks leave out what they leave out of any."""
        means = means or EVERYDAY_MEANS[int(self.rng.integers(0, len(EVERYDAY_MEANS)))]
        if place == NONE:
            people = self.world.people
            place = int(place_of_death(self.world, self.rng, np.array([person]), np.array([MEANS[means]]))[0])
            # In a hospital nobody of the series would be at hand; a hostel may be another town's, and another force's.
            away = people.places.town[place] != people.town[person]
            if away or people.places.type[place] == PLACE_TYPE["hospital"]:
                place = int(people.home[person])
        event = self.planter.death(self.number, day, person, who, means=means, place=place)
        self.world.book.events.columns()["keep"][event] = 0
        self.deaths.append(event)
        return event

    def death_with(self, day: int, person: int, linker: int, part: str, *, means: str = "", place: int = NONE) -> int:
        """Add a death at which the linker has a part: finder, caller, seen_with, another role, note, or absent."""
        given = Roles(**{part: linker}) if part in GIVEN_PARTS else NOBODY_GIVEN
        event = self.death(day, person, given, means=means, place=place)
        if part == "note":
            self.world.book.deaths.columns()["note"][self.at(event)] = 1
            self.world.book.mentions.add(event=event, medium=MEDIUM["note"], person=linker, recorded=self.told(event))
        elif part in ROLE.words and part not in GIVEN_PARTS:
            self.world.book.involvements.add(event=event, person=linker, role=ROLE[part])
        return event

    def at(self, event: int) -> IntArray:
        """Return the row of a death."""
        return np.flatnonzero(self.world.book.deaths.columns()["event"] == event)

    def told(self, event: int) -> int:
        """Return a minute, days after the body was found, at which something more was written down."""
        found = int(self.world.book.events.columns()["end"][event])
        return int(min(found + int(self.rng.integers(1, 12)) * DAY_MINUTES, EXTRACTED_MINUTE - 1))

    def message(self, event: int, *, place: int = NONE, name: str = "", thing: int = NONE) -> None:
        """Add a message of the dead that mentions an address, a name or an object."""
        text = self.world.book.text(name) if name else NONE
        self.world.book.mentions.add(
            event=event, medium=MEDIUM["message"], place=place, text=text, object=thing, recorded=self.told(event)
        )

    def thing(self, events: list[int], kind: str, role: str, owner: int = NONE) -> None:
        """Add one handset or car to these deaths, in the books of each force that met it."""
        book, rng = self.world.book, self.rng
        sources = book.events.columns()["source"][events]
        number = book.objects.rows if kind == "phone" else int(rng.integers(0, 10**7))
        for source in np.unique(sources).tolist():
            own = [event for event, of in zip(events, sources.tolist(), strict=True) if of == source]
            told = [self.told(event) for event in own]
            held = book.objects.add(source=source, kind=OBJECT[kind], number=number, recorded=min(told))
            book.object_links.add(object=held[0], event=own, role=OBJECT_ROLE[role], recorded=told)
            if owner != NONE and source == int(self.world.force_of(self.world.people.town[[owner]])[0]):
                book.object_links.add(
                    object=held, person=owner, role=OBJECT_ROLE["owned"], recorded=np.array([max(told)])
                )

    def suspected_before(self, linker: int, day: int, victim: int, offence: str) -> None:
        """Add a crime some weeks before a day, with the linker as suspect; none before the years covered."""
        when = day - int(self.rng.integers(12, 90))
        if when > self.planter.first:
            crime = self.planter.crime(self.number, when, offence, linker, victim)
            self.planter.same_record([crime], [linker])

    def records_of(self, linker: int, two: bool) -> None:
        """Give the linker one record in each force, or two of which the later is met from the middle on."""
        here = self.deaths_with(linker)
        sources = self.world.book.events.columns()["source"][here].tolist()
        for at, event in enumerate(here):
            first = sources.index(sources[at]) == at
            # Which of two is written down first is left to the clerks: both are written anew, and so there are two.
            split_rows(self.planter, [event], linker, split=(two and (first or at == (len(here) + 1) // 2)))

    def deaths_with(self, person: int) -> list[int]:
        """Return the deaths of the series at which somebody has a role, in order."""
        columns = self.world.book.involvements.columns()
        rows = slice(self.planter.involved_before, None)
        met = set(columns["event"][rows][columns["person"][rows] == person].tolist())
        return [event for event in self.deaths if event in met]
