"""Adds planted events through the same functions as the background's, one at a time and marked with their case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seed.abuse import OFFENCE_FLAGS, Pairs, add_abuse_events
from seed.cases import Case, Quiet, minute_on
from seed.codes import KIND, MEANS, ROLE, TIE
from seed.crime import not_noticed_until
from seed.deaths import add_deaths, plain_plan
from seed.ledger import NONE
from seed.nominals import ANEW, FOUND_AGAIN
from seed.rates import OFFENCE
from seed.world_state import World

EVERYDAY_MEANS = ("natural", "natural", "natural", "overdose", "unknown", "fall")


@dataclass(frozen=True)
class Roles:
    """People at a death whom a case gives; NONE is drawn as for any death."""

    finder: int = NONE
    caller: int = NONE
    seen_with: int = NONE


NOBODY_GIVEN = Roles()


class Planter:
    """Plants cases into a world; every event goes through the same functions as the background's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng("plant")
        self.quiet = Quiet(world, self.rng)
        self.cases: list[Case] = []
        self.involved_before = world.book.involvements.rows
        self.first = world.clock.first
        self.last = world.clock.first + world.clock.days - 1

    def new_case(self, kind: str, rule: str, difficulty: str, note: str) -> tuple[Case, int]:
        """Open a case and return it with its number, which its events carry until they are written."""
        number = len({case.series for case in self.cases if case.kind == kind}) + 1
        case = Case(f"{kind}-{number:03d}", kind, rule, difficulty, note)
        self.cases.append(case)
        return case, len(self.cases) - 1

    def span(self, low: int, high: int, room: int = 40) -> tuple[int, int]:
        """Return two days this far apart, at least `room` days before the end."""
        gap = int(self.rng.integers(low, high + 1))
        first = int(self.rng.integers(self.first + 5, self.last - room - gap))
        return first, first + gap

    def death(
        self,
        number: int,
        day: int,
        person: int,
        who: Roles = NOBODY_GIVEN,
        *,
        means: str = "",
        place: int = NONE,
        split_person: bool = False,
    ) -> int:
        """Add one death whose finder, caller or last companion is given; everything else is drawn as ever."""
        world = self.world
        died = minute_on(self.rng, day, 1, 23)
        word = means or EVERYDAY_MEANS[int(self.rng.integers(0, len(EVERYDAY_MEANS)))]
        where = place if place != NONE else int(world.people.home[person])
        one = [np.array([value], dtype=np.int64) for value in (person, died, MEANS[word], where)]
        plan = plain_plan(one[0], one[1], one[2], one[3])
        plan.planted[:] = number
        plan.finder[:], plan.caller[:], plan.seen_with[:] = who.finder, who.caller, who.seen_with
        plan.split_person[:] = record_met(split_person)
        world.people.died[person] = died
        return int(add_deaths(world, plan, f"planted_death_{world.book.events.rows}")[0])

    def crime(
        self,
        number: int,
        day: int,
        offence: str,
        suspect: int,
        victim: int,
        *,
        place: int = NONE,
        split: bool = False,
        suspect_role: str = "suspect",
    ) -> int:
        """Add one crime that is not domestic abuse. victim: NONE for none."""
        world, people = self.world, self.world.people
        start = minute_on(self.rng, day)
        where = place if place != NONE else int(people.places.street_of(people.home[[suspect]])[0])
        # The suspect's own force writes it down, wherever it was: orders and later events are in the same records.
        town = people.town[[suspect]]
        event = int(
            world.book.events.add(
                source=world.force_of(town),
                kind=KIND["crime"],
                offence=OFFENCE[offence],
                start=start,
                end=not_noticed_until(self.rng, np.array([OFFENCE[offence]]), np.array([start])),
                place=where,
                flags=OFFENCE_FLAGS[OFFENCE[offence]],
                planted=number,
                keep=1,
            )[0]
        )
        add = world.book.involvements.add
        add(
            event=event,
            person=suspect,
            role=ROLE[suspect_role],
            split=record_met(split),
            tie=TIE["acquaintance"] if victim != NONE else NONE,
        )
        if victim != NONE:
            add(event=event, person=victim, role=ROLE["victim"])
        return event

    def same_record(self, events: list[int], people: list[int]) -> None:
        """See to it that these people have one record over these events."""
        for person in people:
            split_rows(self, events, person, split=False)

    def abuse(
        self,
        number: int,
        day: int,
        suspect: int,
        victim: int,
        tie: str,
        offence: str = "",
        markers: int = 0,
        split: bool = False,
        at: int = NONE,
    ) -> int:
        """Add one domestic abuse event; no offence: not a crime."""
        code = np.array([OFFENCE[offence] if offence else NONE], dtype=np.int64)
        pair = Pairs(*(np.array([value], dtype=np.int64) for value in (suspect, victim, TIE[tie])))
        start = np.array([minute_on(self.rng, day, 10, 24)], dtype=np.int64)
        none = np.zeros(1, dtype=np.bool_)
        return int(
            add_abuse_events(
                self.world,
                self.rng,
                pair,
                start,
                none,
                none,
                planted=number,
                offence=code,
                markers=np.array([markers], dtype=np.int64),
                split=record_met(split),
                at=np.array([at], dtype=np.int64),
            )[0]
        )


def record_met(split: bool) -> int:
    """Return how a row meets the person: written down anew, or found in the records."""
    return ANEW if split else FOUND_AGAIN


def split_rows(planter: Planter, events: list[int], person: int, split: bool) -> None:
    """Mark every row of a person in these events as met by a clerk who did, or did not, find the earlier record."""
    columns = planter.world.book.involvements.columns()
    # Planted rows come after all others: looking through those of the background would cost more than all else.
    rows = {name: columns[name][planter.involved_before :] for name in ("event", "person", "split")}
    mine = np.isin(rows["event"], events) & (rows["person"] == person)
    rows["split"][mine] = record_met(split)
