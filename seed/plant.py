"""Planted cases for the first six rules: ordinary people in ordinary events, tied in the way that a rule looks for."""

from __future__ import annotations

import numpy as np

from seed.cases import Case, minute_on
from seed.clock import DAY_MINUTES
from seed.codes import AMBULANCE, FLAG, KIND, PLACE_TYPE
from seed.ledger import NONE, IntArray
from seed.orders import add_orders, binding_days
from seed.partners import add_lived, age_band
from seed.people import FEMALE, MALE
from seed.plant_linked import plant_linked
from seed.plant_series import plant_archetype, plant_contested
from seed.plant_trial import plant_trial
from seed.plant_unlinked import plant_unlinked
from seed.planter import Planter, Roles, record_met, split_rows
from seed.world_state import World

RULES = {
    "D2": "shared_finder",
    "D3": "reporter_as_subject",
    "E3": "behaviour_marker",
    "E6": "serial_suspect",
    "O2": "unrecorded_breach",
    "P2": "near_miss_then_death",
}
# A world of fewer deaths has too few homes, staff and quiet people for more than these and an archetype.
ENOUGH_DEATHS = 100
_LEVELS = ("easy", "medium", "medium", "hard", "hard")


def plant_all(world: World) -> list[Case]:
    """Plant every kind of case and return them; a benign world never calls this."""
    planter = Planter(world)
    for turn in range(world.size.planted):
        for plant in (
            _shared_finder,
            _reporter_as_subject,
            _behaviour_marker,
            _serial_suspect,
            _unrecorded_breach,
            _near_miss,
        ):
            plant(planter, turn % len(_LEVELS))
    for _ in range(world.size.series):
        plant_archetype(planter)
        plant_contested(planter)
    if world.size.deaths >= ENOUGH_DEATHS:
        plant_linked(planter, world.size.series)
        plant_unlinked(planter, world.size.series)
        for turn in range(world.size.planted):
            plant_trial(planter, turn)
    return planter.cases


def _shared_finder(planter: Planter, level: int) -> None:
    gap = [(15, 60), (90, 300), (20, 120), (200, 450), (60, 350)][level]
    first, second = planter.span(*gap)
    town = int(planter.rng.integers(0, len(planter.world.people.places.towns)))
    linker = planter.quiet.person(first, (22, 66), town=town)
    dead = [planter.quiet.person(first, (35, 88), town=town if level != 4 else None) for _ in range(2)]
    split = level in (2, 3)
    roles = [
        ("finder", "finder"),
        ("finder", "caller"),
        ("finder", "finder"),
        ("seen_with", "finder"),
        ("caller", "caller"),
    ][level]
    notes = (
        "same record both times",
        "finder, then caller",
        "two records of one person",
        "last seen with, then finder; two records",
        "caller both times, another town",
    )
    case, number = planter.new_case("shared_finder", RULES["D2"], _LEVELS[level], notes[level])
    for day, person, role in zip((first, second), dead, roles, strict=True):
        case.events.append(planter.death(number, day, person, Roles(**{role: linker})))
    split_rows(planter, case.events, linker, split)
    case.people = [linker]


def _reporter_as_subject(planter: Planter, level: int) -> None:
    first, second = planter.span(*[(20, 120), (15, 60), (60, 250), (250, 480), (40, 200)][level])
    known = planter.quiet.person(first, (20, 55))
    victim = planter.quiet.person(first, (18, 50), sex=FEMALE)
    dead = planter.quiet.person(first, (19, 75), town=int(planter.world.people.town[known]))
    offence = ("19C", "8N", "20A", "5D", "92A")[level]
    notes = (
        "sexual allegation, then caller",
        "on bail for violence, then finder",
        "two records of one person",
        "old allegation, last seen with; two records",
        "drugs charge, then caller",
    )
    case, number = planter.new_case("reporter_as_subject", RULES["D3"], _LEVELS[level], notes[level])
    split = level in (2, 3)
    crime = planter.crime(number, first, offence, known, victim if level != 4 else NONE, split=split)
    if level == 1:
        bail = add_orders(
            planter.world,
            planter.rng,
            "pre_charge_bail",
            source=_source_of(planter, crime),
            respondent=np.array([known]),
            protected=np.array([victim]),
            place=planter.world.people.home[[victim]],
            after_day=np.array([first]),
            served=np.array([True]),
        )
        case.orders.append(int(bail[0]))
    role = ("caller", "finder", "caller", "seen_with", "caller")[level]
    means = "overdose" if level in (0, 4) else ""
    death = planter.death(number, second, dead, Roles(**{role: known}), means=means)
    case.events = [crime, death]
    case.people = [known]
    split_rows(planter, case.events, known, split)


def _source_of(planter: Planter, event: int) -> IntArray:
    return planter.world.book.events.columns()["source"][[event]]


def _behaviour_marker(planter: Planter, level: int) -> None:
    first, last = planter.span(*[(20, 90), (60, 200), (30, 150), (350, 520), (40, 160)][level])
    suspect, victim, tie = _new_pair(planter, first, partners=level in (0, 1))
    case, number = planter.new_case(
        "behaviour_marker",
        RULES["E3"],
        _LEVELS[level],
        (
            "strangulation after one event",
            "threat to kill after two",
            "weapon; two records of the suspect",
            "strangulation long after, flag on a non-crime",
            "stalking; two records of the suspect",
        )[level],
    )
    earlier = [first] if level in (0, 3, 4) else [first, (first + last) // 2]
    for turn, day in enumerate(earlier):
        case.events.append(
            planter.abuse(
                number, day, suspect, victim, tie, ("105A", "", "8L")[(turn + level) % 3], split=level in (2, 4)
            )
        )
    offence, flag = (
        ("00877", "strangulation"),
        ("3B", "threat_to_kill"),
        ("105A", "weapon"),
        ("", "strangulation"),
        ("8Q", "stalking"),
    )[level]
    case.events.append(
        planter.abuse(number, last, suspect, victim, tie, offence, FLAG.bit(flag), split=level in (2, 4))
    )
    case.people = [suspect, victim]


def _new_pair(planter: Planter, day: int, partners: bool) -> tuple[int, int, str]:
    if partners:
        one, other = planter.quiet.couple(day)
        if planter.world.people.sex[one] == FEMALE:
            one, other = other, one
        return one, other, "partner"
    suspect = planter.quiet.person(day, (19, 55), sex=MALE)
    town = int(planter.world.people.town[suspect])
    return suspect, planter.quiet.person(day, (18, 52), sex=FEMALE, town=town), "ex_partner"


def _serial_suspect(planter: Planter, level: int) -> None:
    first, last = planter.span(*[(40, 200), (100, 300), (60, 300), (300, 600), (200, 500)][level])
    suspect = planter.quiet.person(first, (20, 50), sex=MALE)
    town = int(planter.world.people.town[suspect])
    victims = planter.quiet.people(3 if level == 1 else 2, first, (18, 48), sex=FEMALE, town=town).tolist()
    case, number = planter.new_case(
        "serial_suspect",
        RULES["E6"],
        _LEVELS[level],
        (
            "two victims, crimes",
            "three victims, none a crime",
            "two records of the suspect",
            "long apart, two records",
            "one crime and one not, long apart",
        )[level],
    )
    days = np.linspace(first, last, len(victims)).astype(int).tolist()
    for turn, (victim, day) in enumerate(zip(victims, days, strict=True)):
        offence = (
            "" if level == 1 or (level == 4 and turn == 0) else ("8N", "105A", "8L")[int(planter.rng.integers(0, 3))]
        )
        case.events.append(
            planter.abuse(number, int(day), suspect, victim, "ex_partner", offence, split=level in (2, 3))
        )
    case.people = [suspect, *victims]


def _unrecorded_breach(planter: Planter, level: int) -> None:
    world = planter.world
    order_type = ("non_molestation", "restraining", "stalking", "non_molestation", "stalking")[level]
    # Leave room for the order to be made, served and then broken.
    first, _ = planter.span(0, 0, room=380)
    suspect, victim, tie = _new_pair(planter, first, partners=False)
    case, number = planter.new_case(
        "unrecorded_breach",
        RULES["O2"],
        _LEVELS[level],
        (
            "new event with the protected person",
            "both named in a theft, not as suspect and victim",
            "theft inside the exclusion zone",
            "new event; two records of the respondent",
            "theft inside the zone; two records of the respondent",
        )[level],
    )
    split = level in (3, 4)
    before = planter.abuse(number, first, suspect, victim, tie, ("105A", "8L", "8Q", "105A", "8Q")[level], split=split)
    home = world.people.home[[victim]]
    order = add_orders(
        world,
        planter.rng,
        order_type,
        source=_source_of(planter, before),
        respondent=np.array([suspect]),
        protected=np.array([victim]),
        place=home,
        after_day=np.array([first]),
        served=np.array([True]),
        zone=np.array([level in (2, 4)]),
    )
    start, end = binding_days(world.book.orders.columns(), order)
    day = int(planter.rng.integers(start[0] + 2, min(int(end[0]) - 1, planter.last - 3, int(start[0]) + 160)))
    if level in (0, 3):
        again = planter.abuse(number, day, suspect, victim, tie, ("105A", "", "", "8L", "")[level], split=split)
    elif level == 1:
        again = planter.crime(number, day, "49", suspect, victim, suspect_role="witness")
    else:
        again = planter.crime(number, day, "45", suspect, NONE, place=_door_near(planter, int(home[0])), split=split)
    case.events, case.people, case.orders = [before, again], [suspect, victim], [int(order[0])]


def _door_near(planter: Planter, home: int) -> int:
    """Return a home a few doors from this one: well inside the smallest exclusion zone."""
    places = planter.world.people.places
    for step in (1, -1, 2, -2):
        other = home + step
        if 0 <= other < places.homes and places.street[other] == places.street[home]:
            return other
    return home


def _near_miss(planter: Planter, level: int) -> None:
    world, people, rng = planter.world, planter.world.people, planter.rng
    first, second = planter.span(*[(15, 60), (30, 150), (30, 170), (20, 120), (40, 170)][level])
    person = planter.quiet.person(first, (24, 70))
    home = int(people.home[person])
    case, number = planter.new_case(
        "near_miss_then_death",
        RULES["P2"],
        _LEVELS[level],
        (
            "ambulance overdose, then death at the same home",
            "near miss of the same person, then death",
            "near miss and death of one person with two records",
            "near miss and death of another at one hotel",
            "near miss at a home, then death of another there",
        )[level],
    )
    place = home
    if level == 3:
        place = int(people.places.pick(rng, PLACE_TYPE["hotel"], people.town[[person]])[0])
    if level in (1, 2):
        start = np.array([minute_on(rng, first)])
        near = int(add_lived(world, rng, np.array([person]), start, people.home[[person]], planted=number)[0])
        columns = world.book.deaths.columns()
        columns["split"][columns["event"] == near] = record_met(level == 2)
    else:
        near = _attended(planter, number, first, person, place)
    dead = person if level in (0, 1, 2) else planter.quiet.person(first, (20, 70), town=int(people.town[person]))
    death = planter.death(
        number, second, dead, means="overdose" if level != 3 else "", place=place, split_person=level == 2
    )
    case.events, case.people = [near, death], [dead]


def _attended(planter: Planter, number: int, day: int, person: int, place: int) -> int:
    """Add an ambulance attendance at a near miss, of a patient whom the ambulance does not name."""
    start = minute_on(planter.rng, day)
    people = planter.world.people
    return int(
        planter.world.book.events.add(
            source=AMBULANCE,
            kind=KIND["ambulance"],
            start=start,
            reported=start + int(planter.rng.integers(4, 70)),
            place=place,
            flags=FLAG.bit("near_miss"),
            sex=people.sex[person],
            age_band=age_band(people.age_on(np.array([person]), start // DAY_MINUTES)),
            planted=number,
            keep=1,
        )[0]
    )
