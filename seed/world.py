"""`generate`: an invented place with years of incidents, deaths and orders, written as extracts of several agencies."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from graph.errors import ThroughlineError
from seed.abuse import add_abuse
from seed.cases import Case
from seed.clock import DAY_MINUTES, Clock, day_texts
from seed.codes import AMBULANCE, HOSPITAL
from seed.crime import add_everyday
from seed.csvfile import CsvTable
from seed.deaths import add_deaths, plan_abuse_suicides, plan_deaths
from seed.event_tables import write_deaths, write_incidents, write_involvements, write_offences
from seed.extract_state import Extract
from seed.finish import finish_events
from seed.judgements import write_judgements
from seed.ledger import NONE, IntArray
from seed.link_tables import write_locations, write_objects, write_orders, write_organisations, write_ties
from seed.nominals import Nominals, make_nominals
from seed.numbering import Numbering, number_all, number_places
from seed.partners import add_attendances, add_homicides, add_near_miss_deaths, add_overlaps
from seed.people import build_people
from seed.places import BOUNDS
from seed.plant import plant_all
from seed.records import COLUMNS, People, write_people
from seed.sizes import EXTRACTED_AT, EXTRACTED_MINUTE, WorldSize, size_named
from seed.ties import add_ties
from seed.truth import write_truth
from seed.world_state import Source, World, stage_rng

log = logging.getLogger(__name__)

# Called with a stage in words and the share of the work that is done, 0 to 1.
Progress = Callable[[str, float], None]
_ANONYMOUS = (AMBULANCE, HOSPITAL)


@dataclass(frozen=True)
class SeedReport:
    """What was written. counts: source -> table -> rows; planted: rule id or kind -> cases."""

    out: str
    size: str
    seed: int
    benign: bool
    counts: dict[str, dict[str, int]]
    incidents: int
    deaths: int
    nominals: int
    people: int
    planted: dict[str, int]

    @property
    def extracts(self) -> list[Path]:
        """Folders to load, police first: the others point to what they hold."""
        return [Path(self.out) / name for name in self.counts]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data for --json."""
        return asdict(self)


def generate(
    out: Path, *, size: str | WorldSize = "small", seed: int = 1, benign: bool = False, progress: Progress | None = None
) -> SeedReport:
    """Write a world's extracts (one folder a source) and its truth files into `out`, and return what was written.

    size: small (5,000 incidents, 250 deaths), force (200,000; 6,000) or national (2,000,000; 60,000); or one's own,
    such as `evaluation_size(incidents=20_000, deaths=6_000)`.
    seed: same seed and size, same bytes. benign: the same world without any planted case.
    Raises ThroughlineError for an unknown size, or when `out` holds anything already.
    """
    return write_world(
        out, size if isinstance(size, WorldSize) else size_named(size), seed=seed, benign=benign, progress=progress
    )


def write_world(
    out: Path, size: WorldSize, *, seed: int = 1, benign: bool = False, progress: Progress | None = None
) -> SeedReport:
    """Write a world of this size; see `generate`."""
    if out.exists() and any(out.iterdir()):
        raise ThroughlineError(f"{out} is not empty. Name a new folder for the world, or empty this one.")
    tell = progress or (lambda stage, share: None)
    world, cases = make_world(size, seed, benign, tell)
    out.mkdir(parents=True, exist_ok=True)
    nominals = make_nominals(world)
    numbering = number_all(world, nominals)
    facts = People(world, nominals)
    counts: dict[str, dict[str, int]] = {}
    for done, source in enumerate(world.sources):
        tell(f"writing {source.name}", 0.5 + 0.45 * done / len(world.sources))
        counts[source.name] = _write_extract(world, nominals, numbering, facts, source, out / source.name)
    tell("writing the truth", 0.97)
    write_truth(world, nominals, numbering, cases, out)
    events, deaths = world.book.events.columns(), world.book.deaths.columns()
    planted = Counter(case.rule or case.kind for case in cases)
    report = SeedReport(
        out=str(out),
        size=size.name,
        seed=seed,
        benign=benign,
        counts=counts,
        incidents=int(events["start"].size - deaths["event"].size),
        deaths=int(deaths["event"].size),
        nominals=nominals.count,
        people=int(np.unique(nominals.person).size),
        planted=dict(sorted(planted.items())),
    )
    log.info(
        "seed: %d incidents, %d deaths, %d nominals in %d extracts",
        report.incidents,
        report.deaths,
        report.nominals,
        len(counts),
    )
    tell("done", 1.0)
    return report


def make_world(size: WorldSize, seed: int, benign: bool, tell: Progress) -> tuple[World, list[Case]]:
    """Return a finished world and its planted cases, before anything is numbered or written."""
    tell("building the place and its people", 0.0)
    people = build_people(size, stage_rng(seed, "people"))
    world = World(size, seed, people, Clock(size))
    tell("deaths", 0.12)
    plan = plan_deaths(world)
    tell("domestic abuse", 0.18)
    add_abuse(world)
    add_deaths(world, plan, "death_details")
    later = plan_abuse_suicides(world, plan.person.size)
    if later.person.size:
        add_deaths(world, later, "abuse_suicide_details")
    tell("everyday demand", 0.25)
    add_everyday(world)
    add_attendances(world)
    add_near_miss_deaths(world)
    cases: list[Case] = []
    if not benign:
        tell("planting", 0.36)
        cases = plant_all(world)
    tell("other agencies", 0.4)
    add_homicides(world)
    add_overlaps(world)
    finish_events(world)
    add_ties(world)
    return world, cases


def _write_extract(
    world: World, nominals: Nominals, numbering: Numbering, facts: People, source: Source, folder: Path
) -> dict[str, int]:
    folder.mkdir()
    first_use = _first_use(world, nominals, facts, source)
    used = np.flatnonzero(first_use < EXTRACTED_MINUTE)
    extract = Extract(world, nominals, numbering, source, folder, number_places(world, source.number, used))
    write_incidents(extract)
    if source.number not in _ANONYMOUS:
        table = CsvTable(folder / "people.csv", COLUMNS)
        write_people(world, nominals, numbering, facts, source.number, extract.locations, table)
        extract.done("people", table)
        write_deaths(extract)
        write_involvements(extract)
        write_offences(extract)
        write_orders(extract)
        write_ties(extract)
        write_judgements(extract)
        write_objects(extract)
        write_organisations(extract)
    write_locations(extract, first_use)
    days = (world.clock.first, world.clock.first + world.clock.days - 1)
    south, west, north, east = BOUNDS
    manifest = {
        "source": source.name,
        "title": source.title,
        "agency": source.agency,
        "agency_kind": source.agency_kind,
        "kind": "full",
        "extracted_at": EXTRACTED_AT,
        "covers_from": str(day_texts(np.array(days[:1]))[0]),
        "covers_to": str(day_texts(np.array(days[1:]))[0]),
        "timezone": "Europe/London",
        "bounds": [south, west, north, east],
        "identifiable": source.identifiable,
        "handling": "OFFICIAL-SENSITIVE",
    }
    (folder / "manifest.yml").write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
    return dict(sorted(extract.counts.items()))


def _first_use(world: World, nominals: Nominals, facts: People, source: Source) -> IntArray:
    """Return the minute at which a source first speaks of each place; later than the extract where it never does."""
    book = world.book
    events, orders = book.events.columns(), book.orders.columns()
    first = np.full(world.people.places.type.size, EXTRACTED_MINUTE + 1, dtype=np.int64)

    def use(places: IntArray, minutes: IntArray, mine: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
        chosen = mine & (places != NONE)
        np.minimum.at(first, places[chosen], minutes[chosen])

    use(events["place"], events["recorded"], events["source"] == source.number)
    own = (nominals.source == source.number) & facts.linked_home
    use(np.where(own, world.people.home[nominals.person], NONE), nominals.first, own)
    moved = own & (facts.moved[nominals.person] < EXTRACTED_MINUTE)
    use(
        np.where(moved, facts.new_home[nominals.person], NONE),
        np.maximum(nominals.first, facts.moved[nominals.person]),
        moved,
    )
    places = book.order_places.columns()
    use(places["place"], places["recorded"], orders["source"][places["order"]] == source.number)
    stays = book.person_places.columns()
    use(stays["place"], stays["recorded"], stays["source"] == source.number)
    mentions = book.mentions.columns()
    use(mentions["place"], mentions["recorded"], events["source"][mentions["event"]] == source.number)
    firms = book.organisations.columns()
    early = np.full(firms["place"].size, world.clock.first * DAY_MINUTES, dtype=np.int64)
    use(firms["place"], early, firms["source"] == source.number)
    return first
