"""Planted cases for the rules that are on trial: a rare drug twice, contacts closer together, orders left alone."""

from __future__ import annotations

import numpy as np

from seed.codes import PLACE_TYPE, SERVICE, STATE, SUBSTANCE, TOXICOLOGY
from seed.ledger import NONE
from seed.orders import LAST_DAY, add_orders, record_breaches
from seed.people import FEMALE, MALE
from seed.plant_linked import DRUGS
from seed.planter import Planter, split_rows

TRIAL_RULES = {
    "D5": "shared_rare_substance",
    "E1": "closer_contacts",
    "O3": "order_ending_soon",
    "O4": "order_not_served",
    "O7": "order_unchecked",
}
TRIAL_LEVELS = ("easy", "medium", "medium", "hard", "hard")


def plant_trial(planter: Planter, turn: int) -> None:
    """Plant one case for each rule on trial."""
    level = turn % len(TRIAL_LEVELS)
    for plant in (_shared_rare_substance, _closer_contacts, _order_ending_soon, _order_not_served, _order_unchecked):
        plant(planter, level)


def _shared_rare_substance(planter: Planter, level: int) -> None:
    world, rng = planter.world, planter.rng
    notes = (
        "both found by toxicology",
        "both found, two months apart",
        "found, then suspected",
        "both suspected only",
        "found at a hotel, then suspected, nearly three months apart",
    )
    case, number = planter.new_case("shared_rare_substance", TRIAL_RULES["D5"], TRIAL_LEVELS[level], notes[level])
    # Late, so that there are deaths enough before to call a drug rare; toxicology takes about two months.
    late = 85 if level < 2 else 5
    second = planter.last - int(rng.integers(late, late + 30))
    first = second - int(rng.integers(*[(5, 20), (45, 75), (40, 80), (30, 60), (70, 86)][level]))
    person = planter.quiet.person(first, (20, 50))
    town = int(world.people.town[person])
    dead = (person, planter.quiet.person(first, (20, 50), town=town))
    hotel = int(world.people.places.pick(rng, PLACE_TYPE["hotel"], np.array([town]))[0])
    bit = SUBSTANCE.bit(_rarest(planter))
    for turn, (day, one) in enumerate(zip((first, second), dead, strict=True)):
        place = hotel if level == 4 and turn == 0 else NONE
        event = planter.death(number, day, one, means="overdose", place=place)
        columns = world.book.deaths.columns()
        row = columns["event"] == event
        found = level < 2 or (level != 3 and turn == 0)
        columns["toxicology"][row] = TOXICOLOGY["returned" if found else "requested"]
        columns["found_substances"][row] |= bit if found else 0
        # Late in the world toxicology may not be back when the extract is made: then a suspicion is all there is.
        columns["suspected_substances"][row] |= bit if level > 1 else 0
        case.events.append(event)


def _rarest(planter: Planter) -> str:
    """Return the drug of series that the fewest deaths have so far."""
    columns = planter.world.book.deaths.columns()
    seen = columns["found_substances"] | columns["suspected_substances"]
    counts = [int(np.count_nonzero(seen & SUBSTANCE.bit(drug))) for drug in DRUGS]
    return DRUGS[int(np.argmin(counts))]


def _closer_contacts(planter: Planter, level: int) -> None:
    rng = planter.rng
    contacts, notes = (
        (5, 4, 5, 4, 6)[level],
        (
            "five events, the last three in two weeks",
            "four events",
            "two records of the suspect",
            "four events, none a crime; two records of the suspect",
            "six events, most none a crime",
        ),
    )
    first, last = planter.span(300, 480)
    recent = (last - first) * (0.05, 0.12, 0.06, 0.12, 0.06)[level]
    before = np.linspace(first, last - recent, contacts - 2) + np.append(0, rng.integers(-8, 9, contacts - 3))
    days = [*before.astype(int).tolist(), int(last - recent / 2), last]
    suspect = planter.quiet.person(first, (20, 55), sex=MALE)
    town = int(planter.world.people.town[suspect])
    victim = planter.quiet.person(first, (18, 52), sex=FEMALE, town=town)
    case, number = planter.new_case("closer_contacts", TRIAL_RULES["E1"], TRIAL_LEVELS[level], notes[level])
    for turn, day in enumerate(days):
        offence = "" if level == 3 or (level == 4 and turn) else ("105A", "", "8L")[turn % 3]
        case.events.append(planter.abuse(number, day, suspect, victim, "ex_partner", offence))
    # Two records, and no more: one of the first, one from the middle on.
    for turn, event in enumerate(case.events):
        split_rows(planter, [event], suspect, level in (2, 3) and turn in (0, 2))
    planter.same_record(case.events, [victim])
    case.people = [suspect, victim]


def _ordered(planter: Planter, number: int, kind: str, day: int, split: bool = False) -> tuple[int, int, int, int]:
    """Add an abuse event and the order that came of it; return suspect, victim, event and order."""
    suspect = planter.quiet.person(day, (20, 55), sex=MALE)
    town = int(planter.world.people.town[suspect])
    victim = planter.quiet.person(day, (18, 52), sex=FEMALE, town=town)
    event = planter.abuse(
        number, day, suspect, victim, "ex_partner", "8Q" if kind == "stalking" else "105A", split=split
    )
    order = add_orders(
        planter.world,
        planter.rng,
        kind,
        source=planter.world.book.events.columns()["source"][[event]],
        respondent=np.array([suspect]),
        protected=np.array([victim]),
        place=planter.world.people.home[[victim]],
        after_day=np.array([day]),
        served=np.array([True]),
    )
    return suspect, victim, event, int(order[0])


def _order_ending_soon(planter: Planter, level: int) -> None:
    world, rng = planter.world, planter.rng
    notes = (
        "ends within days, event a fortnight before the last",
        "ends in a fortnight",
        "both named in a theft",
        "two records of the respondent",
        "ends in a fortnight, event weeks ago, not a crime",
    )
    case, number = planter.new_case("order_ending_soon", TRIAL_RULES["O3"], TRIAL_LEVELS[level], notes[level])
    split = level == 3
    begun = LAST_DAY - int(rng.integers(200, 330))
    suspect, victim, before, order = _ordered(planter, number, "non_molestation", begun, split)
    orders = world.book.orders.columns()
    orders["ends"][order] = LAST_DAY + int(rng.integers(*[(1, 5), (9, 14), (2, 10), (2, 10), (9, 14)][level]))
    _still_binds(planter, order)
    day = planter.last - int(rng.integers(*[(3, 14), (5, 25), (5, 25), (5, 25), (26, 38)][level]))
    if level == 2:
        again = planter.crime(number, day, "49", suspect, victim, suspect_role="witness")
    else:
        offence = ("105A", "8L", "", "105A", "")[level]
        again = planter.abuse(number, day, suspect, victim, "ex_partner", offence, split=split)
        record_breaches(world, rng, np.array([again]), np.array([order]))
    case.events, case.people, case.orders = [before, again], [suspect, victim], [order]


def _order_not_served(planter: Planter, level: int) -> None:
    world, rng = planter.world, planter.rng
    notes = (
        "recorded as not served, and an event since",
        "recorded as not served",
        "recorded as not served, a stalking order",
        "nothing recorded of service",
        "nothing recorded of service; two records of the respondent",
    )
    case, number = planter.new_case("order_not_served", TRIAL_RULES["O4"], TRIAL_LEVELS[level], notes[level])
    kind = "stalking" if level == 2 else "non_molestation"
    # Days between the event and the order are those of its type, and it is some weeks old by now.
    begun = LAST_DAY - int(rng.integers(*((75, 110) if level == 2 else (45, 75))))
    suspect, victim, before, order = _ordered(planter, number, kind, begun, split=level == 4)
    orders = world.book.orders.columns()
    orders["service"][order] = SERVICE["not_served" if level < 3 else "unknown"]
    for name in ("served", "discharged", "verified", "state", "state_day"):
        orders[name][order] = NONE
    case.events, case.people, case.orders = [before], [suspect, victim], [order]
    if level == 0:
        case.events.append(planter.abuse(number, planter.last - 2, suspect, victim, "ex_partner", "8L"))
    if level == 4:
        again = planter.abuse(
            number, begun - int(rng.integers(20, 90)), suspect, victim, "ex_partner", "105A", split=True
        )
        case.events.insert(0, again)


def _order_unchecked(planter: Planter, level: int) -> None:
    world, rng = planter.world, planter.rng
    notes = (
        "never checked, event with the protected person",
        "last checked long ago",
        "never checked, event with somebody else",
        "two records of the respondent",
        "last checked long ago, event with somebody else; two records of the respondent",
    )
    case, number = planter.new_case("order_unchecked", TRIAL_RULES["O7"], TRIAL_LEVELS[level], notes[level])
    split = level in (3, 4)
    begun = LAST_DAY - int(rng.integers(160, 260))
    suspect, victim, before, order = _ordered(planter, number, "stalking", begun, split)
    orders = world.book.orders.columns()
    made = int(orders["made"][order])
    orders["verified"][order] = made + int(rng.integers(25, 45)) if level in (1, 4) else NONE
    _still_binds(planter, order)
    day = planter.last - int(rng.integers(5, 55))
    if level in (2, 4):
        again = planter.crime(number, day, "58D", suspect, NONE, split=split)
    else:
        again = planter.abuse(number, day, suspect, victim, "ex_partner", "8L", split=split)
        record_breaches(world, rng, np.array([again]), np.array([order]))
    case.events, case.people, case.orders = [before, again], [suspect, victim], [order]


def _still_binds(planter: Planter, order: int) -> None:
    """Make what the source says of an order agree with an end that lies ahead."""
    orders = planter.world.book.orders.columns()
    if orders["ends"][order] != NONE:
        orders["until"][order] = 0
    if orders["state"][order] != NONE:
        orders["state"][order] = STATE["in_force"]
