"""The archetype of domain.md 1 with invented people, and the contested elderly pairs that must rank below it."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from seed.clock import DAY_MINUTES
from seed.codes import (
    CATEGORY,
    KIND,
    MEDIUM,
    OBJECT,
    OBJECT_ROLE,
    PLACE_TYPE,
    SUBSTANCE,
    TOXICOLOGY,
)
from seed.ledger import NONE, FloatArray, IntArray
from seed.orders import add_orders
from seed.people import MALE
from seed.places import METRES_PER_DEGREE
from seed.planter import Planter, Roles
from seed.sizes import EXTRACTED_MINUTE

GAPS = (70, 23, 359)
WITHIN_M = 450.0


def _near_churchyard(planter: Planter) -> tuple[IntArray, FloatArray]:
    """Return for each home the nearest churchyard and its distance in metres."""
    places = planter.world.people.places
    yards = np.flatnonzero(places.type == PLACE_TYPE["churchyard"])
    east = places.longitude * np.cos(np.radians(places.latitude.mean()))
    points = np.stack([places.latitude, east], axis=1) * METRES_PER_DEGREE
    distance, nearest = cKDTree(points[yards]).query(points[: places.homes])
    return yards[nearest], distance


def plant_archetype(planter: Planter) -> None:
    """Plant four deaths over 452 days: shared finder, caller on bail, one uncommon drug, a note, an address."""
    world, people, rng = planter.world, planter.world.people, planter.rng
    total = sum(GAPS)
    first = int(rng.integers(planter.first + 120, planter.last - total - 95))
    days = np.cumsum([first, *GAPS]).tolist()
    nearest, distance = _near_churchyard(planter)
    near = distance[np.minimum(people.home, people.places.homes - 1)] < WITHIN_M - 100
    linker = int(planter.quiet.people(1, first, (32, 48), sex=MALE, also=near)[0])
    flat, town = int(people.home[linker]), int(people.town[linker])
    yard, street = int(nearest[flat]), int(people.places.street_of(np.array([flat]))[0])
    dead = planter.quiet.people(4, days[0], (20, 24), sex=MALE).tolist()
    walker = planter.quiet.person(first, (40, 70), town=town)
    earlier_victim = planter.quiet.person(first, (19, 30), sex=MALE)
    series, number = planter.new_case("archetype", "", "series", "deaths 1-4: gaps 70, 23, 359 days, within 500 m")

    allegation = planter.crime(number, first - int(rng.integers(60, 110)), "19F", linker, earlier_victim, place=flat)
    lie = planter.crime(number, first + 8, "79", linker, NONE, place=int(people.places.station[town]))
    source = world.book.events.columns()["source"][[lie]]
    bail = add_orders(
        world,
        rng,
        "pre_charge_bail",
        source=source,
        respondent=np.array([linker]),
        protected=np.array([NONE]),
        place=np.array([NONE]),
        after_day=np.array([first + 8]),
        served=np.array([True]),
    )
    world.book.orders.columns()["ends"][bail] = days[2] + 20
    places = (street, yard, yard, yard)
    callers = (linker, NONE, walker, NONE)
    finders = (NONE, walker, walker, NONE)
    deaths = [
        planter.death(number, int(day), person, Roles(finder, caller), means="overdose", place=place)
        for day, person, place, finder, caller in zip(days, dead, places, finders, callers, strict=True)
    ]
    _uncommon_drug(planter, deaths)
    # Death 2 had written to the flat and to its tenant under another name; the note of death 3 names death 2.
    at = [int((day + 12) * DAY_MINUTES) for day in days]
    at = [min(minute, EXTRACTED_MINUTE - 1) for minute in at]
    mentions, text = world.book.mentions, world.book.text
    mentions.add(event=deaths[1], medium=MEDIUM["message"], place=flat, recorded=at[1])
    mentions.add(event=deaths[1], medium=MEDIUM["message"], text=text("Jonty Marsh"), recorded=at[1])
    mentions.add(event=deaths[2], medium=MEDIUM["note"], mentioned_event=deaths[1], recorded=at[2])
    mentions.add(event=deaths[2], medium=MEDIUM["note"], person=dead[1], recorded=at[2])
    held = world.book.events.columns()["source"][deaths[3]]
    account = world.book.objects.add(source=held, kind=OBJECT["account"], number=number, recorded=at[3])
    world.book.object_links.add(object=account, event=deaths[3], role=OBJECT_ROLE["found"], recorded=at[3])
    mentions.add(event=deaths[3], medium=MEDIUM["message"], object=account, recorded=at[3])
    mentions.add(event=deaths[3], medium=MEDIUM["message"], place=flat, recorded=at[3])
    columns = world.book.deaths.columns()
    third = columns["event"] == deaths[2]
    columns["note"][third] = 1
    columns["position"][np.isin(columns["event"], deaths[1:3])] = text("Slumped against a wall.")
    columns["primacy"][np.isin(columns["event"], deaths[1:3])] = 1
    columns["concern"][third] = text("Sister questions who was with them.")

    planter.same_record([allegation, lie, *deaths], [linker, walker])
    series.events, series.people, series.orders = deaths, [linker, walker], [int(bail[0])]
    finder, _ = planter.new_case("archetype", "shared_finder", "easy", "deaths 2 and 3 of the series")
    finder.series = series.series
    finder.events, finder.people = deaths[1:3], [walker]
    caller, _ = planter.new_case("archetype", "reporter_as_subject", "easy", "caller of death 1: earlier allegation")
    caller.series = series.series
    caller.events, caller.people, caller.orders = [allegation, deaths[0]], [linker], [int(bail[0])]


def _uncommon_drug(planter: Planter, deaths: list[int]) -> None:
    columns = planter.world.book.deaths.columns()
    own = np.isin(columns["event"], deaths)
    columns["found_substances"][own] |= SUBSTANCE.bit("ghb")
    columns["toxicology"][own] = TOXICOLOGY["returned"]
    columns["category"][own] = CATEGORY["unexpected_not_suspicious"]


def plant_contested(planter: Planter) -> None:
    """Plant two elderly couples found dead, far apart in time and place, with nothing shared: they rank low."""
    world, rng = planter.world, planter.rng
    first, second = planter.span(430, 560, room=60)
    case, number = planter.new_case(
        "contested", "", "none", "two elderly couples, months and miles apart, nothing shared"
    )
    for day in (first, second):
        one, other = planter.quiet.couple(first, (66, 92))
        home = int(world.people.home[one])
        incident = world.book.events.add(
            source=world.force_of(world.people.town[[one]]),
            kind=KIND["non_crime"],
            start=int(day * DAY_MINUTES + rng.integers(500, 900)),
            place=home,
            planted=number,
            keep=1,
        )
        pair = [planter.death(number, int(day), person, means="unknown", place=home) for person in (one, other)]
        columns = world.book.deaths.columns()
        columns["incident"][np.isin(columns["event"], pair)] = incident[0]
        case.events.extend(pair)
