"""What only a few death reports hold: a carer of the home, a witness, a rare drug, a nickname, a handset, a car.

Every planted series rests on such traces, so the background has them too. They are drawn apart from all else.
"""

from __future__ import annotations

import numpy as np

from seed.clock import DAY_MINUTES
from seed.codes import MEANS, MEDIUM, OBJECT, OBJECT_ROLE, PLACE_TYPE, ROLE, SUBSTANCE, TOXICOLOGY
from seed.ledger import NONE, IntArray
from seed.sizes import EXTRACTED_MINUTE
from seed.world_state import World

# Shares of deaths, or of those where it can be (GK): few enough that chance makes hardly a pair of them.
HOME_CARER, WITNESS, OTHER, NICKNAME = 0.1, 0.015, 0.015, 0.02
THINGS = (("phone", "found", 0.02), ("vehicle", "mentioned", 0.015), ("account", "found", 0.005))
RARE_SUBSTANCES = ("mephedrone", "zopiclone", "propranolol", "amitriptyline", "gabapentin", "insulin")
RARE_SHARE, SUSPECTED_TOO = 0.01, 0.55


def add_traces(world: World, stage: str, events: IntArray, person: IntArray, place: IntArray, found: IntArray) -> None:
    """Add the rare traces of deaths that are in the book already. found: minute at which each body was found."""
    rng, people, book = world.rng(f"{stage}_traces"), world.people, world.book
    count, town = events.size, people.places.town[place]
    told = np.minimum(found + rng.integers(1, 12, count) * DAY_MINUTES, EXTRACTED_MINUTE - 1)
    adults = world.chooser("adults", lambda: people.adults(world.size.first_day).astype(np.float64))
    in_home = people.places.type[place] == PLACE_TYPE["care_home"]
    staff = people.one_of_the_staff(rng, place)
    for who, role, share in (
        (np.where(in_home, staff, NONE), "carer", HOME_CARER),
        (adults.in_towns(rng, town), "witness", WITNESS),
        (adults.in_towns(rng, town), "other", OTHER),
    ):
        there = (rng.random(count) < share) & (who != NONE) & (who != person) & world.alive(who, found)
        book.involvements.add(event=events[there], person=who[there], role=ROLE[role])

    friend = adults.in_towns(rng, town)
    wrote = np.flatnonzero((rng.random(count) < NICKNAME) & (friend != person))
    names = [book.text(people.other_name(one)) for one in friend[wrote].tolist()]
    book.mentions.add(event=events[wrote], medium=MEDIUM["message"], text=names, recorded=told[wrote])
    for kind, role, share in THINGS:
        own = rng.random(count) < share
        number = rng.integers(0, 10**7, count)[own] if kind != "phone" else NONE
        source = book.events.columns()["source"][events[own]]
        held = book.objects.add(source.size, source=source, kind=OBJECT[kind], number=number, recorded=told[own])
        book.object_links.add(object=held, event=events[own], role=OBJECT_ROLE[role], recorded=told[own])

    deaths = book.deaths.columns()
    rows = slice(deaths["event"].size - count, deaths["event"].size)
    asked = deaths["toxicology"][rows] != TOXICOLOGY["not_requested"]
    drugs = asked & np.isin(deaths["means"][rows], MEANS.numbers(["overdose", "poisoning"]))
    for name in RARE_SUBSTANCES:
        bits = np.where(drugs & (rng.random(count) < RARE_SHARE), SUBSTANCE.bit(name), 0)
        deaths["found_substances"][rows] |= bits
        deaths["suspected_substances"][rows] |= np.where(rng.random(count) < SUSPECTED_TOO, bits, 0)
