"""What looks like a series of deaths and is none: each has its own kind in truth, so that it is not counted as one."""

from __future__ import annotations

import numpy as np

from seed.codes import AMBULANCE, CATEGORY, PROFESSION, ROLE, SUBSTANCE, TOXICOLOGY
from seed.ledger import NONE
from seed.people import FIRST_TIME, MALE
from seed.plant_linked import a_town, care_homes
from seed.planter import Planter, Roles

_OPIOIDS = ("heroin", "methadone", "codeine")


def plant_unlinked(planter: Planter, rounds: int) -> None:
    """Plant each of these kinds so many times."""
    for _ in range(rounds):
        for plant in (_contested_alike, _opioid_cluster, _care_home_winter, _busy_professional, _family_pair):
            plant(planter)


def _contested_alike(planter: Planter) -> None:
    """Plant three young men dead of common drugs in one town over a year: alike, and nothing that ties them."""
    first, second = planter.span(250, 380, room=60)
    town = a_town(planter)
    case, number = planter.new_case(
        "contested", "", "none", "three of one sort in one town over a year, nothing shared"
    )
    for day in (first, (first + second) // 2, second):
        person = planter.quiet.person(day, (22, 36), sex=MALE, town=town)
        case.events.append(planter.death(number, day, person, means="overdose"))
    _as_any(planter, case.events)


def _opioid_cluster(planter: Planter) -> None:
    rng, town = planter.rng, a_town(planter)
    first, _ = planter.span(0, 0, room=120)
    drug = _OPIOIDS[int(rng.integers(0, len(_OPIOIDS)))]
    count = int(rng.integers(5, 8))
    days = first + np.sort(rng.integers(0, 10, count))
    case, number = planter.new_case(
        "opioid_cluster", "", "none", f"{drug} in one town within ten days, nobody shared: for public health"
    )
    for day in days.tolist():
        person = planter.quiet.person(day, (19, 58), town=town)
        case.events.append(planter.death(number, day, person, means="overdose"))
    deaths = planter.world.book.deaths.columns()
    own = np.isin(deaths["event"], case.events)
    deaths["found_substances"][own] |= SUBSTANCE.bit(drug)
    deaths["toxicology"][own] = TOXICOLOGY["returned"]
    _as_any(planter, case.events)


def _care_home_winter(planter: Planter) -> None:
    """Plant a winter excess in one home: old residents, natural, expected for most; whoever is on shift finds them."""
    rng = planter.rng
    years = planter.world.size.years
    count = int(rng.integers(5, 8))
    # The years covered begin in November: a month later is December.
    winter = planter.first + int(rng.integers(0, years)) * 365 + 32
    home = care_homes(planter, 1, count)[0]
    case, number = planter.new_case("care_home_winter", "", "none", "one home in one winter, explained by case mix")
    dead = planter.quiet.residents(count, home).tolist()
    for day, person in zip(np.sort(rng.integers(winter, winter + 85, count)).tolist(), dead, strict=False):
        case.events.append(planter.death(number, day, person, means="natural", place=home))
    deaths = planter.world.book.deaths.columns()
    own = np.flatnonzero(np.isin(deaths["event"], case.events))
    deaths["category"][own[rng.random(own.size) < 0.75]] = CATEGORY["expected"]
    _as_any(planter, case.events)


def _busy_professional(planter: Planter) -> None:
    """Send one paramedic or doctor to a dozen deaths of their town that are there anyway, as a professional."""
    world, rng = planter.world, planter.rng
    people, book = world.people, world.book
    events, deaths, involved = book.events.columns(), book.deaths.columns(), book.involvements.columns()
    able = np.isin(people.profession, PROFESSION.numbers(["paramedic", "doctor"])) & (people.died == FIRST_TIME)
    own = deaths["event"][(deaths["near_miss"] == 0) & (events["source"][deaths["event"]] < AMBULANCE)]
    own = own[(events["planted"][own] == NONE) & (events["place"][own] != NONE)]
    town = people.places.town[events["place"][own]]
    staffed = np.flatnonzero(np.bincount(people.town[able], minlength=len(people.places.towns)))
    busiest = staffed[np.argsort(-np.bincount(town, minlength=len(people.places.towns))[staffed])][:4]
    where = int(rng.choice(busiest))
    who = int(rng.choice(np.flatnonzero(able & (people.town == where))))
    met = involved["event"][involved["person"] == who]
    here = own[(town == where) & ~np.isin(own, met)]
    here = np.sort(rng.permutation(here)[: int(rng.integers(10, 17))])
    role = ROLE["attending_professional"]
    book.involvements.add(event=here, person=who, role=role)
    case, _ = planter.new_case("busy_professional", "", "none", "sent to many deaths by trade, in no other role")
    case.events = here[np.argsort(events["start"][here])].tolist()
    case.people = [who]


def _family_pair(planter: Planter) -> None:
    """Plant two parents who die months apart, of old age, both found by their grown child."""
    people = planter.world.people
    first, second = planter.span(20, 300)
    with_child = (people.kin != NONE) & (people.profession == PROFESSION["none"])
    one = int(planter.quiet.people(1, first, (66, 95), partnered=True, also=with_child)[0])
    other, child = int(people.partner[one]), int(people.kin[one])
    case, number = planter.new_case("family_pair", "", "none", "a grown child finds one parent, then the other")
    for day, person in ((first, one), (second, other)):
        case.events.append(planter.death(number, day, person, Roles(finder=child, caller=child), means="natural"))
    planter.same_record(case.events, [child])
    case.people = [child]
    _as_any(planter, case.events)


def _as_any(planter: Planter, events: list[int]) -> None:
    """Let clerks leave out what they leave out of any death."""
    planter.world.book.events.columns()["keep"][events] = 0
