"""Deaths reported to the police: who dies where and of what, who finds them, who attends, what is found out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from seed import rates, words
from seed.clock import CARE_HOME_MONTHS, DAY_MINUTES, DEATH_MONTHS, EVEN_MONTHS, minutes_on
from seed.codes import (
    CATEGORY,
    CHECK,
    CORONER,
    FLAG,
    KIND,
    MANNER,
    MEANS,
    MEDIUM,
    PLACE_TYPE,
    PROFESSION,
    ROLE,
    SUBSTANCE,
    TOXICOLOGY,
)
from seed.crime import SUBSTANCES_OF_OVERDOSE, offender_weights
from seed.ledger import NONE, BoolArray, FloatArray, IntArray
from seed.people import MALE, Chooser
from seed.sizes import EXTRACTED_MINUTE
from seed.traces import add_traces
from seed.world_state import World

# Of suicides, those of people who were in a domestic abuse event before (domain.md 2: more than partner homicides).
ABUSE_SUICIDES = 0.1
LET_HOMES, LANDLORD_NAMED = 300, 0.05
_MEANS = np.array([MEANS[word] for word in rates.DEATH_MEANS])


@dataclass
class DeathPlan:
    """Deaths before their details: who, when (minute), of what, where; one row a death.

    finder, caller, seen_with: a person fixed by a case, or NONE to draw as for any death, or NOBODY to leave out.
    """

    person: IntArray
    died: IntArray
    means: IntArray
    place: IntArray
    planted: IntArray
    finder: IntArray
    caller: IntArray
    seen_with: IntArray
    split_person: IntArray


NOBODY = -2


def plain_plan(person: IntArray, died: IntArray, means: IntArray, place: IntArray) -> DeathPlan:
    """Return a plan in which nothing is fixed by a case."""
    size = person.size

    def nothing() -> IntArray:
        return np.full(size, NONE, dtype=np.int64)

    found_or_new = np.zeros(size, dtype=np.int64)
    return DeathPlan(person, died, means, place, nothing(), nothing(), nothing(), nothing(), found_or_new)


def _without_repeats(people: IntArray, count: int) -> IntArray:
    """Return the first `count` different people, in the order drawn."""
    _, first = np.unique(people, return_index=True)
    return people[np.sort(first)][:count]


def plan_deaths(world: World) -> DeathPlan:
    """Return the deaths of a world without planted ones, and mark when their people die."""
    rng, people, size = world.rng("deaths"), world.people, world.size
    means = _MEANS[rates.draw(rng, rates.DEATH_MEANS, size.deaths)]
    means = means[: size.deaths - int(np.count_nonzero(means == MEANS["hanging"]) * ABUSE_SUICIDES)]
    age = (size.first_day - people.born) / 365.25
    place_type = people.places.type[people.home]
    in_care = place_type == PLACE_TYPE["care_home"]
    gompertz = np.exp(0.085 * (np.clip(age, 25, 100) - 60)) * (age >= 25) + 0.0005
    care_now = float((gompertz * in_care).sum() / gompertz.sum())
    wanted = rates.CARE_HOME_DEATHS / rates.DEATH_MEANS["natural"]
    natural = gompertz * np.where(in_care, wanted / (1 - wanted) * (1 - care_now) / max(care_now, 1e-9), 1.0)
    drugs = offender_weights(world) * ((age > 18) & (age < 62)) + 0.02 * ((age > 20) & (age < 70))
    drugs = np.minimum(drugs, np.quantile(drugs, 0.999)) * np.where(place_type == PLACE_TYPE["hostel"], 8.0, 1.0)
    suicide = ((age > 15) & (age < 85)) * np.exp(-(((age - 47) / 22) ** 2)) * np.where(people.sex == MALE, 3.0, 1.0)
    falls = np.where(age > 75, 3.0, np.where(age > 18, 0.3, 0.02))
    plans: list[tuple[IntArray, IntArray, IntArray]] = []
    used = np.zeros(people.count, dtype=np.bool_)
    groups = (
        (np.isin(means, [MEANS["natural"], MEANS["unknown"], MEANS["neglect"]]), natural),
        (np.isin(means, [MEANS["overdose"], MEANS["poisoning"]]), drugs),
        (np.isin(means, [MEANS["hanging"], MEANS["asphyxia"]]), suicide),
        (
            ~np.isin(
                means, MEANS.numbers(["natural", "unknown", "neglect", "overdose", "poisoning", "hanging", "asphyxia"])
            ),
            falls,
        ),
    )
    for group, weights in groups:
        rows = np.flatnonzero(group)
        drawn = Chooser(people, np.asarray(weights * ~used, dtype=np.float64)).anywhere(rng, rows.size * 4 + 40)
        person = _without_repeats(drawn, rows.size)
        rows = rows[: person.size]
        used[person] = True
        plans.append((person, means[rows], _death_days(world, rng, person, means[rows])))
    person, means, day = (np.concatenate(column) for column in zip(*plans, strict=True))
    died = minutes_on(rng, day, "even")
    people.died[person] = died
    return plain_plan(person, died, means, place_of_death(world, rng, person, means))


def plan_abuse_suicides(world: World, known: int) -> DeathPlan:
    """Return suicides of victims and suspects of domestic abuse, after their last event; `known` counts the rest."""
    rng, people = world.rng("abuse_suicides"), world.people
    count = world.size.deaths - known
    book, involved = world.book.events.columns(), world.book.involvements.columns()
    rows = np.isin(involved["role"], [ROLE["victim"], ROLE["suspect"]])
    last = np.zeros(people.count, dtype=np.int64)
    np.maximum.at(last, involved["person"][rows], book["start"][involved["event"][rows]])
    latest = (world.clock.first + world.clock.days - 40) * DAY_MINUTES
    able = np.flatnonzero((last > 0) & (last < latest) & world.alive(np.arange(people.count), 2**39))
    able = able[people.age_on(able, world.size.first_day) >= 18]
    person = np.sort(rng.permutation(able)[:count])
    wait = np.minimum(rng.exponential(90, person.size) + 1, (latest - last[person]) / DAY_MINUTES + 30)
    died = minutes_on(rng, last[person] // DAY_MINUTES + np.maximum(wait.astype(np.int64), 1), "even")
    people.died[person] = died
    means = np.full(person.size, MEANS["hanging"])
    return plain_plan(person, died, means, place_of_death(world, rng, person, means))


def _death_days(world: World, rng: np.random.Generator, person: IntArray, means: IntArray) -> IntArray:
    people, clock = world.people, world.clock
    care = people.places.type[people.home[person]] == PLACE_TYPE["care_home"]
    natural = means == MEANS["natural"]
    days = clock.draw_days_by_month(rng, person.size, EVEN_MONTHS)
    days = np.where(natural, clock.draw_days_by_month(rng, person.size, DEATH_MONTHS), days)
    return np.where(care, clock.draw_days_by_month(rng, person.size, CARE_HOME_MONTHS), days)


def place_of_death(world: World, rng: np.random.Generator, person: IntArray, means: IntArray) -> IntArray:
    """Return where each dies: at home for most, in hospital or in public for some, by means."""
    people = world.people
    home, town = people.home[person], people.town[person]
    resident = people.places.type[home] != PLACE_TYPE["home"]
    draw = rng.random(person.size)
    place = home.copy()
    hospital = (draw < 0.07) & ~resident & np.isin(means, MEANS.numbers(["natural", "fall", "overdose", "unknown"]))
    place[hospital] = people.places.hospital[town[hospital]]
    public = (draw >= 0.9) & ~resident
    for kind, low in (
        ("street", 0.9),
        ("park", 0.94),
        ("hotel", 0.955),
        ("shop", 0.965),
        ("car_park", 0.975),
        ("hostel", 0.99),
    ):
        there = public & (draw >= low)
        place[there] = people.places.pick(rng, PLACE_TYPE[kind], town[there])
    for means_name, kind in (("drowning", "water"), ("vehicle", "street")):
        there = means == MEANS[means_name]
        place[there] = people.places.pick(rng, PLACE_TYPE[kind], town[there])
    return place


def add_deaths(world: World, plan: DeathPlan, stage: str) -> IntArray:
    """Add deaths with everything about them drawn alike, planted or not; return their event numbers."""
    rng, people, book = world.rng(stage), world.people, world.book
    count, person = plan.person.size, plan.person
    places = people.places
    town = places.town[plan.place]
    place_type = places.type[plan.place]
    housemate = people.housemate(rng, person)
    partner = people.partner[person]
    alone = (housemate == NONE) & (place_type == PLACE_TYPE["home"])
    delay = np.where(alone, rng.exponential(1.1, count) * DAY_MINUTES, rng.exponential(140, count)).astype(np.int64) + 3
    delay = np.where(np.isin(place_type, PLACE_TYPE.numbers(["hospital"])), 1, delay)
    found = np.minimum(plan.died + delay, EXTRACTED_MINUTE - 3 * DAY_MINUTES)
    by_day = rng.random(count) < 0.75
    hour = minutes_on(rng, found // DAY_MINUTES, "found")
    found = np.where(by_day & (hour > plan.died), hour, found)
    reported = found + rng.geometric(0.12, count)
    flags = np.where(np.isin(plan.means, [MEANS["overdose"]]), FLAG.bit("drugs"), 0)
    flags |= np.where((plan.means == MEANS["hanging"]) & (rng.random(count) < 0.6), FLAG.bit("mental_health"), 0)
    flags |= np.where(rng.random(count) < 0.07, FLAG.bit("alcohol"), 0)
    events = book.events.add(
        source=world.force_of(town),
        kind=KIND["death"],
        start=plan.died,
        end=found,
        reported=reported,
        place=plan.place,
        flags=flags,
        planted=plan.planted,
        keep=np.where(plan.planted != NONE, 1, 0),
        precision=np.where((rng.random(count) < 0.05), 1, 0),
    )
    _details(world, rng, plan, events, _category(rng, plan.means), found)
    _what_they_left(world, rng, events, person, found)
    _who_was_there(world, rng, plan, events, housemate, partner, found)
    add_traces(world, stage, events, person, plan.place, found)
    return events


def _category(rng: np.random.Generator, means: IntArray) -> IntArray:
    draw = rng.random(means.size)
    natural = np.where(draw < rates.NATURAL_EXPECTED, CATEGORY["expected"], CATEGORY["unexpected_not_suspicious"])
    open_share = np.where(means == MEANS["unknown"], 0.35, 0.15)
    other = np.where(
        draw < open_share, CATEGORY["unexpected_under_investigation"], CATEGORY["unexpected_not_suspicious"]
    )
    killed = np.isin(means, MEANS.numbers(["sharp_force", "blunt_force"])) & (draw < 0.8)
    return np.where(means == MEANS["natural"], natural, np.where(killed, CATEGORY["homicide"], other))


def _details(
    world: World, rng: np.random.Generator, plan: DeathPlan, events: IntArray, category: IntArray, found: IntArray
) -> None:
    book, count, means = world.book, events.size, plan.means
    drugs = np.isin(means, MEANS.numbers(["overdose", "poisoning"]))
    natural = means == MEANS["natural"]
    manner = np.select(
        [category == CATEGORY["homicide"], natural, means == MEANS["hanging"], means == MEANS["unknown"]],
        [MANNER["homicide"], MANNER["natural"], MANNER["suicide"], MANNER["unknown"]],
        np.where(drugs & (rng.random(count) < 0.3), MANNER["undetermined"], MANNER["accident"]),
    )
    manner = np.where(rng.random(count) < 0.15, NONE, manner)
    asked = drugs | (rng.random(count) < np.where(natural, 0.04, 0.35))
    ready = found + (rng.normal(55, 18, count) * DAY_MINUTES).astype(np.int64) < EXTRACTED_MINUTE - 9 * DAY_MINUTES
    toxicology = np.where(
        asked,
        np.where(ready & (rng.random(count) < 0.93), TOXICOLOGY["returned"], TOXICOLOGY["requested"]),
        TOXICOLOGY["not_requested"],
    )
    substances = np.zeros(count, dtype=np.int64)
    for substance, share in SUBSTANCES_OF_OVERDOSE.items():
        substances |= np.where(drugs & (rng.random(count) < share), 1 << substance, 0)
    substances |= np.where(asked & (rng.random(count) < 0.3), SUBSTANCE.bit("alcohol"), 0)
    suspected = np.where(rng.random(count) < 0.55, substances, 0)
    inquest = category != CATEGORY["expected"]
    closed = found + rng.integers(40, 300, count) * DAY_MINUTES
    over = closed < EXTRACTED_MINUTE
    draw = rng.random(count)
    coroner = np.where(
        inquest,
        np.where(
            draw < 0.35,
            CORONER["none"],
            np.where(over, CORONER["concluded"], np.where(draw < 0.8, CORONER["opened"], CORONER["adjourned"])),
        ),
        np.where(draw < 0.1, CORONER["opened"], CORONER["none"]),
    )
    checks = np.zeros(count, dtype=np.int64)
    for name, share in (
        ("pnc", 0.8),
        ("force_crime", 0.7),
        ("force_non_crime", 0.35),
        ("domestic_abuse_history", 0.3),
        ("phone", 0.12),
        ("location_history", 0.15),
        ("pnd", 0.1),
    ):
        checks |= np.where(rng.random(count) < share, CHECK.bit(name), 0)
    place_type = world.people.places.type[plan.place]
    indoors = ~np.isin(place_type, PLACE_TYPE.numbers(["street", "park", "car_park", "water"]))
    position = np.where((rng.random(count) < 0.4) & indoors, rng.integers(0, len(words.POSITIONS), count), NONE)
    position_text = np.array([book.text(text) for text in words.POSITIONS])
    concern_text = np.array([book.text(text) for text in words.CONCERNS])
    book.deaths.add(
        event=events,
        person=plan.person,
        category=category,
        manner=manner,
        means=np.where((means == MEANS["unknown"]) & (draw < 0.5), NONE, means),
        seen_alive=np.where(rng.random(count) < 0.5, plan.died - rng.integers(20, 2 * DAY_MINUTES, count), NONE),
        position=np.where(position >= 0, position_text[position], NONE),
        found_substances=substances,
        suspected_substances=suspected,
        toxicology=toxicology,
        items=np.where(rng.random(count) < 0.03, 1, 0),
        note=np.where(
            means == MEANS["hanging"], (rng.random(count) < 0.3) * 1, np.where(rng.random(count) < 0.5, 0, NONE)
        ),
        coroner=coroner,
        checks=checks,
        supervisor=np.where(rng.random(count) < 0.85, (rng.random(count) < 0.55) * 1, NONE),
        kin_informed=np.where(rng.random(count) < 0.85, (rng.random(count) < 0.93) * 1, NONE),
        concern=np.where(rng.random(count) < 0.04, concern_text[rng.integers(0, len(words.CONCERNS), count)], NONE),
        primacy=np.where(
            (category == CATEGORY["unexpected_under_investigation"]) & (rng.random(count) < 0.12), 1, NONE
        ),
        split=plan.split_person,
        unidentified=np.where((rng.random(count) < rates.UNIDENTIFIED) & (plan.planted == NONE), 1, 0),
        closed_day=np.where(over & (draw < 0.8), closed // DAY_MINUTES, NONE),
    )


def _what_they_left(
    world: World, rng: np.random.Generator, events: IntArray, person: IntArray, found: IntArray
) -> None:
    """Add notes that name somebody, and messages on a phone that lead to somebody's address."""
    people, book = world.people, world.book
    note = book.deaths.columns()["note"][-events.size :] == 1
    kin = np.where(people.partner[person] != NONE, people.partner[person], people.kin[person])
    named = note & (kin != NONE) & (rng.random(events.size) < 0.6)
    recorded = np.minimum(found + rng.integers(1, 12, events.size) * DAY_MINUTES, EXTRACTED_MINUTE - 1)
    book.mentions.add(event=events[named], medium=MEDIUM["note"], person=kin[named], recorded=recorded[named])
    adults = world.chooser("adults", lambda: people.adults(world.size.first_day).astype(np.float64))
    friend = adults.in_towns(rng, people.town[person])
    wrote = (rng.random(events.size) < 0.05) & (friend != person)
    book.mentions.add(event=events[wrote], medium=MEDIUM["message"], person=friend[wrote], recorded=recorded[wrote])
    where = wrote & (rng.random(events.size) < 0.5)
    home = people.home[friend]
    book.mentions.add(event=events[where], medium=MEDIUM["message"], place=home[where], recorded=recorded[where])


def _who_was_there(
    world: World,
    rng: np.random.Generator,
    plan: DeathPlan,
    events: IntArray,
    housemate: IntArray,
    partner: IntArray,
    found: IntArray,
) -> None:
    """Add finder, caller, last seen with, next of kin, carer, landlord and those who attended as professionals."""
    people, book, count = world.people, world.book, events.size
    places = people.places
    person, town, place_type = plan.person, places.town[plan.place], places.type[plan.place]
    kin, neighbour = people.kin[person], people.neighbour(rng, person)
    day = found // DAY_MINUTES

    def able(who: IntArray) -> BoolArray:
        grown = people.age_on(np.maximum(who, 0), day) >= 12
        return np.asarray((who != NONE) & (who != person) & world.alive(who, found) & grown)

    adults = world.chooser("adults", lambda: people.adults(world.size.first_day).astype(np.float64))
    home_carers = world.chooser(
        "home_carers", lambda: (people.profession == PROFESSION["carer"]) * (people.work == NONE) * 1.0
    )
    passer = adults.in_towns(rng, town)
    friend = adults.in_towns(rng, town)
    carer = home_carers.in_towns(rng, town)
    staff = people.one_of_the_staff(rng, plan.place)
    draw = rng.random(count)
    at_home = place_type == PLACE_TYPE["home"]
    old = people.age_on(person, day) >= 70
    # First who lives there, then kin, then neighbours, carers of the old, friends; else the police force the door.
    finder = np.full(count, NONE, dtype=np.int64)
    for who, share in (
        (partner, 0.75),
        (housemate, 0.8),
        (kin, 0.45),
        (neighbour, 0.22),
        (np.where(old, carer, friend), 0.4),
        (friend, 0.25),
    ):
        take = at_home & (finder == NONE) & able(who) & (rng.random(count) < share)
        finder = np.where(take, who, finder)
    care = place_type == PLACE_TYPE["care_home"]
    finder = np.where(care & able(staff) & (draw < 0.9), staff, finder)
    hostel = place_type == PLACE_TYPE["hostel"]
    outside = ~at_home & ~care & ~hostel & (place_type != PLACE_TYPE["hospital"])
    finder = np.where(outside & able(passer) & (draw < 0.8), passer, finder)
    finder = np.where(hostel & able(friend) & (draw < 0.7), friend, finder)
    finder = np.select([plan.finder >= 0, plan.finder == NOBODY], [plan.finder, NONE], finder)
    caller = np.where(
        rng.random(count) < 0.68,
        finder,
        np.where(able(kin) & (draw < 0.7), kin, np.where(able(neighbour), neighbour, NONE)),
    )
    caller = np.where(place_type == PLACE_TYPE["hospital"], NONE, caller)
    caller = np.select([plan.caller >= 0, plan.caller == NOBODY], [plan.caller, NONE], caller)
    finder = np.where((rng.random(count) < 0.85) | (plan.finder >= 0), finder, NONE)
    seen_with = np.where(rng.random(count) < 0.45, partner, np.where(rng.random(count) < 0.4, friend, housemate))
    seen_with = np.where(able(seen_with) & (rng.random(count) < 0.17), seen_with, NONE)
    seen_with = np.where(plan.seen_with >= 0, plan.seen_with, seen_with)
    kin_of = np.where(able(partner), partner, np.where(able(kin), kin, housemate))
    next_of_kin = np.where(able(kin_of) & (rng.random(count) < 0.72), kin_of, NONE)
    # One owner for some hundred homes: a landlord comes up at several deaths by trade.
    owner = people.household_start[people.household[person] // LET_HOMES * LET_HOMES]
    owner = np.where(people.age_on(owner, day) >= 25, owner, NONE)
    landlord = np.where(able(owner) & at_home & (rng.random(count) < LANDLORD_NAMED), owner, NONE)
    cared = np.where(able(carer) & old & at_home & (rng.random(count) < 0.18), carer, NONE)
    add = book.involvements.add
    for who, role in (
        (finder, "finder"),
        (caller, "reporter"),
        (seen_with, "last_seen_with"),
        (next_of_kin, "next_of_kin"),
        (cared, "carer"),
        (landlord, "landlord"),
    ):
        there = who != NONE
        add(event=events[there], person=who[there], role=ROLE[role])
    # The same few officers, paramedics and doctors at very many deaths: hubs that must link nothing.
    for name, share, times in (("police", 0.97, 2), ("paramedic", 0.72, 1), ("doctor", 0.25, 1)):
        chooser = world.chooser(f"duty_{name}", partial(duty_weights, world, name))
        previous = np.full(count, NONE, dtype=np.int64)
        for turn in range(times):
            who = chooser.in_towns(rng, town)
            come = (rng.random(count) < share * (0.5 if turn else 1.0)) & (who != person) & (who != previous)
            come &= world.alive(who, found)
            add(event=events[come], person=who[come], role=ROLE["attending_professional"])
            previous = np.where(come, who, previous)


def duty_weights(world: World, profession: str) -> FloatArray:
    """Return how often each professional is sent to deaths: a few do most of it."""
    people = world.people
    turns = world.rng(f"duty_{profession}").exponential(1.0, people.count)
    return np.asarray((people.profession == PROFESSION[profession]) * turns)
