"""How big a world is, and the years that it covers. Nothing here reads a clock: a world is the same on any day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from graph.errors import ThroughlineError

EPOCH = date(1970, 1, 1)
LAST_DAY = date(2026, 10, 31)
EXTRACTED_AT = "2026-11-20T05:00:00Z"
# The same instant in local minutes since 1970 (Greenwich time in November): nothing is recorded later.
EXTRACTED_MINUTE = ((date(2026, 11, 20) - EPOCH).days * 24 + 5) * 60


@dataclass(frozen=True)
class WorldSize:
    """Counts of a world; `incidents` and `deaths` are what all its extracts hold, before planted cases.

    people_per_incident: a population of which this share is known to the services in the years covered.
    planted: cases for each rule. series: archetypes, series of each other kind, things of each kind that look like one.
    """

    name: str
    incidents: int
    deaths: int
    years: int
    forces: int
    towns: int
    planted: int
    series: int
    people_per_incident: float = 5.0

    @property
    def people(self) -> int:
        """People who live in the world, known to the services or not."""
        return int(self.incidents * self.people_per_incident)

    @property
    def first_day(self) -> int:
        """First day covered, in days since 1970-01-01."""
        return (date(LAST_DAY.year - self.years, 11, 1) - EPOCH).days

    @property
    def days(self) -> int:
        """Number of days covered."""
        return (LAST_DAY - EPOCH).days + 1 - self.first_day


SIZES: dict[str, WorldSize] = {
    "small": WorldSize("small", 5_000, 250, years=2, forces=1, towns=6, planted=5, series=1),
    "force": WorldSize("force", 200_000, 6_000, years=3, forces=2, towns=40, planted=40, series=4),
    "national": WorldSize("national", 2_000_000, 60_000, years=3, forces=12, towns=320, planted=200, series=12),
}


def size_named(name: str) -> WorldSize:
    """Return the size of this name. Raises ThroughlineError when there is none, with the names there are."""
    if name in SIZES:
        return SIZES[name]
    raise ThroughlineError(f"There is no world size '{name}'. Choose one of: {', '.join(SIZES)}.")


def scaled(size: WorldSize, incidents: int, deaths: int) -> WorldSize:
    """Return this size with other counts, for trials of growth."""
    return replace(size, incidents=incidents, deaths=deaths)


def evaluation_size(
    incidents: int = 20_000, deaths: int = 6_000, *, years: int = 3, forces: int = 2, series: int | None = None
) -> WorldSize:
    """Return a world in which to count what is found of planted series: many deaths, few other incidents.

    series: how many of each kind, default one for each 1,500 deaths. Its population follows the deaths (one in 500
    people a year is a death that the police hear of), so that chance ties the dead together as seldom as in life.
    """
    people = max(int(deaths / years * 500), incidents * 5)
    return WorldSize(
        "evaluation",
        incidents,
        deaths,
        years=years,
        forces=forces,
        towns=max(people // 25_000, 6, forces),
        planted=5,
        series=max(round(deaths / 1_500), 1) if series is None else series,
        people_per_incident=people / incidents,
    )
