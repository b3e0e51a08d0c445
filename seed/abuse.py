"""Domestic abuse as pairs over time: most come once, few come often, and fewer still carry the harm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from seed import rates
from seed.clock import DAY_MINUTES, minutes_on
from seed.codes import FLAG, INJURY, KIND, PLACE_TYPE, RELATION, ROLE, TIE
from seed.ledger import NONE, BoolArray, IntArray
from seed.orders import add_orders, binding_days, record_breaches
from seed.people import FEMALE, MALE
from seed.rates import OFFENCE
from seed.sizes import EXTRACTED_MINUTE
from seed.world_state import World

_TIES = np.array([TIE["partner"], TIE["ex_partner"], TIE["family"]])
_RELATION = {
    TIE["partner"]: RELATION["partner"],
    TIE["ex_partner"]: RELATION["ex_partner"],
    TIE["family"]: RELATION["relative"],
}
_CRIMES = np.array([OFFENCE[code] for code in rates.ABUSE_CRIMES])
_GRAVE = np.array([OFFENCE[code] for code in rates.GRAVE_CRIMES])
OFFENCE_FLAGS = np.array([offence.flags for offence in rates.OFFENCES], dtype=np.int64)


@dataclass
class Pairs:
    """Suspect, victim and how they are tied; one row a pair."""

    suspect: IntArray
    victim: IntArray
    tie: IntArray


def add_abuse(world: World) -> None:
    """Add the domestic abuse of a world, with the orders and breaches that follow from it."""
    rng = world.rng("abuse")
    target = int(world.size.incidents * rates.STREAMS["abuse"])
    counts = _counts(rng, target)
    pairs, usable = _pairs(world, rng, counts.size)
    counts = counts[usable]
    pair = np.repeat(np.arange(counts.size), counts)
    start = _starts(world, rng, counts)
    both = world.alive(pairs.suspect[pair], start) & world.alive(pairs.victim[pair], start)
    pair, start = pair[both], start[both]
    grave_pair = rng.random(counts.size) < np.where(counts > 2, rates.GRAVE_PAIRS * 5, rates.GRAVE_PAIRS * 0.7)
    crime = rng.random(pair.size) >= rates.ABUSE_NON_CRIME
    grave = grave_pair[pair] & (rng.random(pair.size) < 0.4)
    events = add_abuse_events(
        world, rng, Pairs(pairs.suspect[pair], pairs.victim[pair], pairs.tie[pair]), start, crime | grave, grave
    )
    first = np.unique(pair, return_index=True)[1]
    first = first[rng.random(first.size) < 0.7]
    _relate(world, Pairs(pairs.suspect[pair[first]], pairs.victim[pair[first]], pairs.tie[pair[first]]), start[first])
    _orders(world, rng, pairs, pair, events)


def _counts(rng: np.random.Generator, target: int) -> IntArray:
    """Return events a pair, summing to about `target`: one for most, a heavy tail for the rest."""
    size = int(target / 1.58)
    counts = np.ones(size, dtype=np.int64)
    # By quota, not by lot: the share that comes back is the best known figure there is.
    again = rng.permutation(size) >= rates.ONE_TIME_PAIRS * size
    counts[again] += rng.geometric(0.56, np.count_nonzero(again))
    often = again & (rng.random(size) < rates.FREQUENT_SHARE)
    counts[often] = 8 + rng.geometric(0.15, np.count_nonzero(often))
    return counts[: int(np.searchsorted(np.cumsum(counts), target)) + 1]


def _pairs(world: World, rng: np.random.Generator, count: int) -> tuple[Pairs, BoolArray]:
    """Return different pairs, and which of the `count` drawn they are."""
    people = world.people
    tie = _TIES[rates.draw(rng, rates.TIES, count)]
    year = world.size.first_day
    age = (year - people.born) / 365.25
    likely = np.exp(-(((age - 32) / 14) ** 2)) * ((age >= 16) & (age < 75))
    by_sex = np.where(people.sex == MALE, rates.MALE_SUSPECT, 1 - rates.MALE_SUSPECT)
    adult = likely * by_sex * (people.profession == 0)
    coupled = world.chooser("abuse_coupled", lambda: adult * (people.partner != NONE))
    anyone = world.chooser("abuse_anyone", lambda: adult)
    kin = world.chooser(
        "abuse_kin", lambda: adult * (people.household_start[people.household] != np.arange(people.count))
    )
    suspect = np.where(tie == TIE["partner"], coupled.anywhere(rng, count), anyone.anywhere(rng, count))
    suspect = np.where(tie == TIE["family"], kin.anywhere(rng, count), suspect)
    # One man and several women in turn: some suspects come back with somebody else (never with a man's own kin).
    again = (rng.random(count) < rates.SECOND_VICTIM) & (tie != TIE["family"])
    earlier = rng.integers(0, count, count)
    again &= (tie[earlier] != TIE["family"]) & (people.sex[suspect[earlier]] == MALE)
    suspect = np.where(again, suspect[earlier], suspect)
    tie = np.where(again, TIE["ex_partner"], tie)

    others = {
        sex: world.chooser(f"abuse_sex_{sex}", partial(np.multiply, likely, people.sex == sex))
        for sex in (MALE, FEMALE)
    }
    town = people.town[suspect]
    opposite = np.where(
        people.sex[suspect] == MALE, others[FEMALE].in_towns(rng, town), others[MALE].in_towns(rng, town)
    )
    head = people.household_start[people.household[suspect]]
    victim = np.where(tie == TIE["partner"], people.partner[suspect], np.where(tie == TIE["family"], head, opposite))
    # A household head or a partner at hand is missing for a few: those become former partners.
    lost = (victim == NONE) | (victim == suspect) | ((tie == TIE["ex_partner"]) & (victim == people.partner[suspect]))
    victim = np.where(lost, opposite, victim)
    tie = np.where(lost, TIE["ex_partner"], tie)
    usable = np.zeros(count, dtype=np.bool_)
    usable[np.unique(suspect * people.count + victim, return_index=True)[1]] = True
    usable &= victim != suspect
    return Pairs(suspect[usable], victim[usable], tie[usable]), usable


def _starts(world: World, rng: np.random.Generator, counts: IntArray) -> IntArray:
    """Return the minute of each event, pair after pair in order of time; every pair fits into the years covered."""
    pair = np.repeat(np.arange(counts.size), counts)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    gap = rng.lognormal(np.log(45), 1.1, pair.size)
    gap[first] = 0.0
    along = np.cumsum(gap)
    along -= along[first][pair]
    span = along[first + counts - 1]
    scale = np.minimum(1.0, 0.97 * world.clock.days / np.maximum(span, 1.0))
    span = span * scale
    begin = rng.random(counts.size) * (world.clock.days - span - 1)
    days = world.clock.first + (begin[pair] + along * scale[pair]).astype(np.int64)
    once = counts[pair] == 1
    days = np.where(once, world.clock.draw_days(rng, pair.size, "home"), days)
    return minutes_on(rng, days, "home")


def add_abuse_events(
    world: World,
    rng: np.random.Generator,
    pairs: Pairs,
    start: IntArray,
    crime: BoolArray,
    grave: BoolArray,
    *,
    planted: IntArray | int = NONE,
    offence: IntArray | None = None,
    markers: IntArray | None = None,
    split: IntArray | int = 0,
    at: IntArray | None = None,
) -> IntArray:
    """Add one event a row of `pairs` with those involved, and return the event numbers.

    planted: the case each belongs to. offence, markers, at: fixed instead of drawn (NONE in `offence`: a non-crime).
    split: 1 where the suspect is met by a clerk who does not find the earlier record.
    """
    people, count = world.people, start.size
    if offence is None:
        chosen = np.where(
            grave,
            _GRAVE[rates.draw(rng, rates.GRAVE_CRIMES, count)],
            _CRIMES[rates.draw(rng, rates.ABUSE_CRIMES, count)],
        )
        # A rape code that names a woman as victim is kept for women.
        chosen = np.where((chosen == OFFENCE["19C"]) & (people.sex[pairs.victim] == MALE), OFFENCE["8N"], chosen)
        offence = np.where(crime, chosen, NONE)
    flags = np.full(count, FLAG.bit("domestic_abuse"))
    for name, share in rates.ABUSE_FLAGS.items():
        flags |= np.where(rng.random(count) < share, FLAG.bit(name), 0)
    drawn = np.zeros(count, dtype=np.int64)
    for name, share in rates.ABUSE_MARKERS.items():
        drawn |= np.where(rng.random(count) < share, FLAG.bit(name), 0)
    # Where markers are set by a case, nothing else is drawn: the first one must be the one that was meant.
    flags |= drawn if markers is None else markers
    flags |= np.where(offence >= 0, OFFENCE_FLAGS[offence], 0)
    place = _place(world, rng, pairs)
    events = world.book.events.add(
        source=world.force_of(people.town[pairs.victim]),
        kind=np.where(offence >= 0, KIND["crime"], KIND["non_crime"]),
        offence=offence,
        start=start,
        place=place if at is None else np.where(at != NONE, at, place),
        flags=flags,
        planted=planted,
        keep=np.where(np.asarray(planted) != NONE, 1, 0),
    )
    injured = np.isin(offence, [OFFENCE["8N"], OFFENCE["00877"]])
    injury = np.where(offence == OFFENCE["5D"], INJURY["serious"], np.where(injured, INJURY["minor"], NONE))
    world.book.involvements.add(
        event=events,
        person=pairs.suspect,
        role=ROLE["suspect"],
        tie=pairs.tie,
        victim=np.where(rng.random(count) < 0.25, pairs.victim, NONE),
        split=split,
    )
    world.book.involvements.add(event=events, person=pairs.victim, role=ROLE["victim"], injury=injury)
    who = rates.draw(rng, rates.ABUSE_REPORTERS, count)
    neighbour = people.neighbour(rng, pairs.victim)
    family = people.housemate(rng, pairs.victim)
    family = np.where(
        (family == pairs.suspect) | (people.age_on(np.maximum(family, 0), start // DAY_MINUTES) < 12), NONE, family
    )
    caller = np.select([who == 0, who == 1, who == 2], [pairs.victim, neighbour, family], NONE)
    caller = np.where(world.alive(caller, start) & (caller != pairs.suspect), caller, NONE)
    some = caller != NONE
    world.book.involvements.add(event=events[some], person=caller[some], role=ROLE["reporter"])
    child = (flags & FLAG.bit("child_present") > 0) & (family != NONE) & (family != caller) & (rng.random(count) < 0.4)
    child &= world.alive(family, start)
    world.book.involvements.add(event=events[child], person=family[child], role=ROLE["witness"])
    return events


def _place(world: World, rng: np.random.Generator, pairs: Pairs) -> IntArray:
    people, count = world.people, pairs.victim.size
    draw = rng.random(count) - np.where(pairs.tie == TIE["ex_partner"], 0.0, 0.15)
    home = people.home[pairs.victim]
    town = people.town[pairs.victim]
    street = people.places.street_of(home)
    pub = people.places.pick(rng, PLACE_TYPE["licensed_premises"], town)
    shop = people.places.pick(rng, PLACE_TYPE["shop"], town)
    return np.select(
        [draw < 0.68, draw < 0.78, draw < 0.92, draw < 0.96], [home, people.home[pairs.suspect], street, pub], shop
    )


def _relate(world: World, pairs: Pairs, start: IntArray) -> None:
    relation = np.zeros(pairs.tie.size, dtype=np.int64)
    for tie, word in _RELATION.items():
        relation[pairs.tie == tie] = word
    # A relation is one agency's record; the victim's force writes it.
    world.book.relations.add(
        source=world.force_of(world.people.town[pairs.victim]),
        person=pairs.suspect,
        other=pairs.victim,
        relation=relation,
        recorded=np.minimum(start + 3 * DAY_MINUTES, EXTRACTED_MINUTE - 1),
    )


def _orders(world: World, rng: np.random.Generator, pairs: Pairs, pair: IntArray, events: IntArray) -> None:
    """Add bail and orders after some events, and write later contacts down as breaches or not."""
    book = world.book.events.columns()
    day, offence = book["start"][events] // DAY_MINUTES, book["offence"][events]
    crime = offence != NONE
    intimate = pairs.tie[pair] != TIE["family"]
    chances = {
        "pre_charge_bail": np.where(crime, 0.10, 0.0),
        "dvpn": np.where(crime & intimate, 0.006, 0.002),
        "dvpo": np.where(crime & intimate, 0.012, 0.0),
        "non_molestation": np.where(intimate, 0.016, 0.006),
        "restraining": np.where(crime & intimate, 0.016, 0.0),
        "dapo": np.where(crime & intimate, 0.003, 0.0),
        "stalking": np.where(np.isin(offence, [OFFENCE["8Q"], OFFENCE["8L"]]), 0.03, 0.0),
        "released_under_investigation": np.where(crime, 0.02, 0.0),
    }
    made: list[tuple[IntArray, IntArray]] = []  # orders, their pairs
    for order_type, chance in chances.items():
        chosen = np.flatnonzero(rng.random(events.size) < chance)
        if chosen.size:
            victim = pairs.victim[pair[chosen]]
            orders = add_orders(
                world,
                rng,
                order_type,
                source=book["source"][events[chosen]],
                respondent=pairs.suspect[pair[chosen]],
                protected=victim,
                place=world.people.home[victim],
                after_day=day[chosen],
            )
            made.append((orders, pair[chosen]))
    if not made:
        return
    orders, of_pair = np.concatenate([o for o, _ in made]), np.concatenate([p for _, p in made])
    first, last = binding_days(world.book.orders.columns(), orders)
    # Events of a pair are contiguous: each order is met with all events of its pair.
    begin = np.searchsorted(pair, of_pair)
    size = np.searchsorted(pair, of_pair, side="right") - begin
    which = np.repeat(np.arange(orders.size), size)
    event = begin[which] + np.arange(which.size) - np.repeat(np.cumsum(size) - size, size)
    inside = (day[event] > first[which]) & (day[event] <= last[which])
    met_event, met_order = events[event[inside]], orders[which[inside]]
    once = np.unique(met_event, return_index=True)[1]
    record_breaches(world, rng, met_event[once], met_order[once])
