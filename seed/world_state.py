"""What every stage of a world shares: its size, people, places, clock, books and its own stream of random numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from seed.clock import DAY_MINUTES, Clock
from seed.codes import AMBULANCE, CORONER_SOURCE, HOSPITAL
from seed.ledger import Book, BoolArray, FloatArray, IntArray
from seed.people import FIRST_TIME, Chooser, People
from seed.rates import LATE_MEAN_DAYS, LATE_SHARE
from seed.sizes import EXTRACTED_MINUTE, WorldSize
from seed.words import FORCE_NAMES

Draws = Callable[[], np.random.Generator]


@dataclass(frozen=True)
class Source:
    """One extract of a world: its number in the ledgers, its short name and what its manifest says."""

    number: int
    name: str
    agency: str
    agency_kind: str
    title: str
    identifiable: bool = True


@dataclass
class World:
    """A world while it is made. Stages add rows to `book`; `rng(stage)` does not depend on what other stages drew."""

    size: WorldSize
    seed: int
    people: People
    clock: Clock
    book: Book = field(default_factory=Book)
    known_as: dict[int, str] = field(default_factory=dict)
    """Another name that every record of a person states."""
    _choosers: dict[str, Chooser] = field(default_factory=dict)

    def rng(self, stage: str) -> np.random.Generator:
        """Return the random numbers of a stage: same seed and stage, same numbers."""
        return stage_rng(self.seed, stage)

    def draws(self, stage: str) -> Draws:
        """Return a source of streams, a new one each time: rows added at the end leave the draws of the others alone.

        So a world with planted cases is the benign world of the same seed, and something more.
        """
        turns = itertools.count()
        return lambda: self.rng(f"{stage} {next(turns)}")

    @property
    def sources(self) -> list[Source]:
        """The extracts of this world, forces first."""
        forces = [
            Source(
                number,
                f"{FORCE_NAMES[number]}_police",
                f"{FORCE_NAMES[number].title()} Constabulary",
                "police",
                "Crime, incident, custody and death records",
            )
            for number in range(self.size.forces)
        ]
        return [
            *forces,
            Source(AMBULANCE, "seaward_ambulance", "Seaward Ambulance Service", "ambulance", "Attendances", False),
            Source(
                HOSPITAL,
                "seaward_emergency",
                "Seaward General Hospital",
                "hospital",
                "Emergency department attendances after violence or overdose",
                False,
            ),
            Source(CORONER_SOURCE, "seaward_coroner", "Coroner for the Seaward Area", "coroner", "Deaths reported"),
        ]

    def force_of(self, towns: IntArray) -> IntArray:
        """Return the police source of each town."""
        return self.people.places.town_force[towns]

    def chooser(self, name: str, weights: Callable[[], ArrayLike]) -> Chooser:
        """Return a chooser made once for these weights (a function of no arguments that returns an array)."""
        if name not in self._choosers:
            self._choosers[name] = Chooser(self.people, np.asarray(weights(), dtype=np.float64))
        return self._choosers[name]

    def alive(self, people: IntArray, minute: IntArray | int) -> BoolArray:
        """Return who has not died by then; NONE counts as alive."""
        died = np.where(people >= 0, self.people.died[people], FIRST_TIME)
        return np.asarray(died > minute)


def stage_rng(seed: int, stage: str) -> np.random.Generator:
    """Return the random numbers of one stage of a seed."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *stage.encode()])))


def recorded_after(fresh: Draws, reported: IntArray, hours: float = 2.0) -> IntArray:
    """Return when the source wrote down what was reported: hours later, or weeks; never after the extract."""
    lag = fresh().lognormal(np.log(hours * 60), 0.9, reported.size)
    late = fresh().random(reported.size) < LATE_SHARE
    lag = np.where(late, lag + fresh().exponential(LATE_MEAN_DAYS * DAY_MINUTES, reported.size), lag)
    spread = EXTRACTED_MINUTE - 1 - fresh().integers(0, 2 * DAY_MINUTES, reported.size)
    at = reported + np.maximum(lag.astype(np.int64), 1)
    return np.where(at < EXTRACTED_MINUTE, at, np.maximum(np.minimum(at, spread), reported))


def chance_of(seed: int, stage: str, *keys: IntArray) -> FloatArray:
    """Return a number from 0 to 1 for each row, decided by its keys alone and not by its place among the rows."""
    mixed = np.full(keys[0].size, stage_rng(seed, stage).integers(2**63), dtype=np.uint64)
    for key in keys:
        # The finalizer of splitmix64 (Steele, Lea, Flood 2014): every bit of a key reaches every bit of the result.
        mixed = (mixed ^ key.astype(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return np.asarray((mixed >> np.uint64(11)) * 2.0**-53, dtype=np.float64)
