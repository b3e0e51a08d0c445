"""What other agencies hold: attendances without names, the coroner's deaths with them, and rows written twice."""

from __future__ import annotations

from functools import partial

import numpy as np

from seed import rates
from seed.clock import DAY_MINUTES
from seed.codes import (
    AMBULANCE,
    CATEGORY,
    CORONER,
    CORONER_SOURCE,
    FLAG,
    HOSPITAL,
    INJURY,
    KIND,
    MANNER,
    MEANS,
    PLACE_TYPE,
    ROLE,
    STATUS,
    TIE,
    TOXICOLOGY,
)
from seed.crime import count_of, victim_weights
from seed.deaths import duty_weights
from seed.ledger import NONE, IntArray
from seed.sizes import EXTRACTED_MINUTE
from seed.world_state import World

NEAR_MISS_SHARE = 0.09  # of ambulance attendances: overdose, self-harm, strangulation (GK)
SEEN_BY_BOTH = 0.12  # violent police events with an ambulance at the same place and time
CORONER_HOLDS = 0.8  # of police deaths with an inquest opened
CORONER_ONLY = 0.25  # deaths that never reached the police (hospital, care home), relative to those that did
WRITTEN_TWICE_DEATHS, WRITTEN_TWICE_CRIMES = 0.01, 0.003
AGE_BANDS = ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85+")
_BAND_STARTS = np.array([0, 18, 25, 35, 45, 55, 65, 75, 85])


def age_band(age: IntArray) -> IntArray:
    """Return the number of the age band of each age."""
    return np.searchsorted(_BAND_STARTS, age, side="right").astype(np.int64) - 1


def add_attendances(world: World) -> None:
    """Add ambulance and emergency department events of people whom the source does not name."""
    rng, people, book = world.rng("ambulance"), world.people, world.book
    places = people.places
    for source, stream in ((AMBULANCE, "ambulance"), (HOSPITAL, "ed_attendance")):
        count = count_of(world, stream)
        age = (world.size.first_day - people.born) / 365.25
        weights = np.where(age > 70, 3.0, 1.0) if source == AMBULANCE else victim_weights(world)
        patient = world.chooser(f"patients_{stream}", partial(np.asarray, weights)).anywhere(rng, count)
        start = world.clock.draw(rng, count, "even" if source == AMBULANCE else "night")
        fine = world.alive(patient, start)
        patient, start = patient[fine], start[fine]
        count = patient.size
        town = people.town[patient]
        draw = rng.random(count)
        place = np.where(draw < 0.68, people.home[patient], places.street_of(people.home[patient]))
        for kind, low, high in (
            ("licensed_premises", 0.82, 0.88),
            ("hostel", 0.88, 0.92),
            ("shop", 0.92, 0.96),
            ("park", 0.96, 1.0),
        ):
            there = (draw >= low) & (draw < high)
            place[there] = places.pick(rng, PLACE_TYPE[kind], town[there])
        flags = np.where(rng.random(count) < NEAR_MISS_SHARE, FLAG.bit("near_miss"), 0)
        flags |= np.where(rng.random(count) < 0.2, FLAG.bit("alcohol"), 0) | np.where(
            rng.random(count) < 0.08, FLAG.bit("drugs"), 0
        )
        flags |= np.where(rng.random(count) < 0.12, FLAG.bit("mental_health"), 0)
        book.events.add(
            source=source,
            kind=KIND[stream],
            start=start,
            reported=start + rng.integers(4, 70, count),
            place=place,
            flags=flags,
            sex=people.sex[patient],
            age_band=age_band(people.age_on(patient, start // DAY_MINUTES)),
        )


def add_near_miss_deaths(world: World) -> None:
    """Add rows of the deaths table in which the person lived: overdoses and falls that the police attended."""
    rng, people = world.rng("near_misses"), world.people
    count = max(int(world.size.deaths * rates.NEAR_MISS_DEATHS), 1)
    person = world.chooser("near_miss", lambda: victim_weights(world) * people.adults(world.size.first_day)).anywhere(
        rng, count
    )
    start = world.clock.draw(rng, count, "home")
    fine = world.alive(person, start)
    add_lived(world, rng, person[fine], start[fine], people.home[person[fine]])


def add_lived(
    world: World, rng: np.random.Generator, person: IntArray, start: IntArray, place: IntArray, planted: int = NONE
) -> IntArray:
    """Add near misses to the police's deaths table and return their event numbers."""
    people, book, count = world.people, world.book, person.size
    means = rng.choice(MEANS.numbers(["overdose", "hanging", "fall", "poisoning"]), count, p=[0.6, 0.2, 0.12, 0.08])
    events = book.events.add(
        source=world.force_of(people.places.town[place]),
        kind=KIND["death"],
        start=start,
        end=start + rng.integers(5, 200, count),
        place=place,
        flags=FLAG.bit("near_miss"),
        planted=planted,
        keep=int(planted != NONE),
    )
    end = book.events.columns()["end"]
    book.events.columns()["reported"][events] = end[events] + rng.integers(1, 20, count)
    book.deaths.add(event=events, person=person, means=means, near_miss=1, toxicology=TOXICOLOGY["not_requested"])
    officer = world.chooser("duty_police", lambda: duty_weights(world, "police")).in_towns(
        rng, people.places.town[place]
    )
    come = officer != person
    book.involvements.add(event=events[come], person=officer[come], role=ROLE["attending_professional"])
    caller = people.housemate(rng, person)
    told = (
        (caller != NONE)
        & (people.age_on(np.maximum(caller, 0), start // DAY_MINUTES) >= 14)
        & world.alive(caller, start)
    )
    book.involvements.add(event=events[told], person=caller[told], role=ROLE["reporter"])
    return events


def add_homicides(world: World) -> None:
    """Add the crime in which a homicide is recorded, with its suspect; the death points to it."""
    rng, people, book = world.rng("homicide"), world.people, world.book
    deaths, events = book.deaths.columns(), book.events.columns()
    killed = np.flatnonzero((deaths["category"] == CATEGORY["homicide"]) & (deaths["incident"] == NONE))
    if not killed.size:
        return
    event, victim = deaths["event"][killed], deaths["person"][killed]
    start, place, source = events["start"][event], events["place"][event], events["source"][event]
    adults = world.chooser("adults", lambda: people.adults(world.size.first_day).astype(np.float64))
    partner = people.partner[victim]
    intimate = (partner != NONE) & world.alive(partner, start) & (rng.random(victim.size) < 0.4)
    suspect = np.where(intimate, partner, adults.in_towns(rng, people.town[victim]))
    crimes = book.events.add(
        source=source,
        kind=KIND["crime"],
        offence=rates.OFFENCE["1"],
        start=start,
        place=place,
        reported=events["reported"][event] + 1,
        flags=np.where(intimate, FLAG.bit("domestic_abuse"), 0),
    )
    deaths["incident"][killed] = crimes
    there = (suspect != victim) & world.alive(suspect, start)
    book.involvements.add(
        event=crimes[there],
        person=suspect[there],
        role=ROLE["suspect"],
        status=STATUS["charged"],
        tie=np.where(intimate, TIE["partner"], TIE["acquaintance"])[there],
    )
    book.involvements.add(event=crimes, person=victim, role=ROLE["victim"], injury=INJURY["fatal"])


def add_overlaps(world: World) -> None:
    """Add what several rows say about one event: ambulances at police events, the coroner's deaths, rows written twice.

    Runs after planting, over all events alike. Every added row keeps the true event in `same`.
    """
    _ambulance_overlaps(world)
    _coroner(world)
    _written_twice(world)


def _ambulance_overlaps(world: World) -> None:
    rng, people, book = world.rng("overlaps"), world.people, world.book
    events, deaths, involved = book.events.columns(), book.deaths.columns(), book.involvements.columns()
    patient = np.full(book.events.rows, NONE, dtype=np.int64)
    hurt = (involved["role"] == ROLE["victim"]) & (involved["injury"] >= INJURY["minor"])
    patient[involved["event"][hurt]] = involved["person"][hurt]
    patient[deaths["event"]] = deaths["person"]
    share = np.where(events["kind"] == KIND["death"], 0.4, SEEN_BY_BOTH)
    both = np.flatnonzero(
        (patient != NONE)
        & (rng.random(patient.size) < share)
        & (events["source"] < AMBULANCE)
        & (events["place"] != NONE)
    )
    who = patient[both]
    begun = np.where(events["kind"][both] == KIND["death"], events["end"][both], events["start"][both])
    book.events.add(
        source=AMBULANCE,
        kind=KIND["ambulance"],
        start=begun,
        reported=begun + rng.integers(6, 50, both.size),
        place=events["place"][both],
        sex=people.sex[who],
        same=both,
        flags=events["flags"][both] & FLAG.bit("near_miss"),
        age_band=age_band(people.age_on(who, begun // DAY_MINUTES)),
    )


def _coroner(world: World) -> None:
    rng, book = world.rng("coroner"), world.book
    deaths, events = book.deaths.columns(), book.events.columns()
    opened = (
        (deaths["coroner"] > CORONER["none"])
        & (deaths["near_miss"] == 0)
        & (events["source"][deaths["event"]] < AMBULANCE)
    )
    rows = np.flatnonzero(opened)
    number = rng.permutation(rows.size + 1)[1:]
    deaths["coroner_no"][rows] = number[: rows.size]
    # The reference is where agencies meet: most police rows give it; for the rest the coroner names the police's row.
    deaths["gives_coroner_no"][rows] = rng.random(rows.size) < 0.7
    held = rows[rng.random(rows.size) < CORONER_HOLDS]
    event = deaths["event"][held]
    knows = (deaths["gives_coroner_no"][held] == 0) & (rng.random(held.size) < 0.6)
    # Another clerk, another hour: the coroner's time of finding differs by minutes.
    shift = rng.integers(0, 90, held.size)
    copies = book.events.add(
        source=CORONER_SOURCE,
        kind=KIND["death"],
        start=events["start"][event],
        end=events["end"][event] + shift,
        reported=events["reported"][event] + shift + rng.integers(60, 3 * DAY_MINUTES, held.size),
        place=np.where(rng.random(held.size) < 0.85, events["place"][event], NONE),
        same=event,
    )
    inner = {
        name: deaths[name][held]
        for name in (
            "person",
            "manner",
            "means",
            "found_substances",
            "toxicology",
            "coroner",
            "coroner_no",
            "closed_day",
        )
    }
    book.deaths.add(event=copies, gives_coroner_no=1, same_as=np.where(knows, event, NONE), **inner)
    _coroner_only(world, rng, int(world.size.deaths * CORONER_ONLY), rows.size + 1)


def _coroner_only(world: World, rng: np.random.Generator, count: int, first_number: int) -> None:
    """Add deaths of old people in hospital and care homes that no police extract holds: the coverage gap."""
    people, book = world.people, world.book
    age = (world.size.first_day - people.born) / 365.25
    old = world.chooser("old", lambda: np.exp(0.09 * (np.clip(age, 40, 100) - 60)) * (age > 40))
    person = np.unique(old.anywhere(rng, count))
    start = world.clock.draw(rng, person.size, "even")
    # Nobody dies twice, and nobody who is seen alive later dies here: only people in no other row.
    involved = np.zeros(people.count, dtype=np.bool_)
    involved[book.involvements.columns()["person"]] = True
    fine = world.alive(person, 2**39) & ~involved[person]
    person, start = person[fine], start[fine]
    people.died[person] = start
    care = people.places.type[people.home[person]] == PLACE_TYPE["care_home"]
    place = np.where(care, people.home[person], people.places.hospital[people.town[person]])
    end = start + rng.integers(5, 120, person.size)
    events = book.events.add(
        source=CORONER_SOURCE,
        kind=KIND["death"],
        start=start,
        end=end,
        reported=np.minimum(end + rng.integers(60, 4 * DAY_MINUTES, person.size), EXTRACTED_MINUTE - DAY_MINUTES),
        place=place,
    )
    book.deaths.add(
        event=events,
        person=person,
        manner=MANNER["natural"],
        means=MEANS["natural"],
        coroner=CORONER["opened"],
        coroner_no=first_number + np.arange(person.size),
        gives_coroner_no=1,
        toxicology=TOXICOLOGY["not_requested"],
    )


def _written_twice(world: World) -> None:
    """Add a second row by another clerk for a few deaths and crimes, days later and a little different."""
    rng, book = world.rng("twice"), world.book
    events, deaths, involved = book.events.columns(), book.deaths.columns(), book.involvements.columns()
    police = events["source"] < AMBULANCE
    share = np.where(
        events["kind"] == KIND["death"],
        WRITTEN_TWICE_DEATHS,
        np.where(events["kind"] == KIND["crime"], WRITTEN_TWICE_CRIMES, 0.0),
    )
    twice = np.flatnonzero(
        police & (rng.random(share.size) < share) & (events["precision"] == 0) & (events["place"] != NONE)
    )
    twice = twice[np.isin(twice, involved["event"])]
    if not twice.size:
        return
    copied = {name: events[name][twice] for name in ("source", "kind", "offence", "start", "end", "place", "flags")}
    later = rng.integers(30, 3 * DAY_MINUTES, twice.size)
    base = np.where(
        events["reported"][twice] == NONE,
        np.maximum(events["start"], events["end"])[twice] + 20,
        events["reported"][twice],
    )
    copies = book.events.add(same=twice, reported=np.minimum(base + later, EXTRACTED_MINUTE - DAY_MINUTES), **copied)
    copy_of = np.full(events["start"].size, NONE, dtype=np.int64)
    copy_of[twice] = copies
    rows = np.flatnonzero(copy_of[deaths["event"]] != NONE)
    inner = {
        name: deaths[name][rows]
        for name in deaths
        if name not in ("event", "coroner_no", "gives_coroner_no", "updated")
    }
    book.deaths.add(event=copy_of[deaths["event"][rows]], **inner)
    rows = np.flatnonzero((copy_of[involved["event"]] != NONE) & (involved["role"] != ROLE["attending_professional"]))
    inner = {name: involved[name][rows] for name in ("person", "role", "tie", "injury", "status")}
    book.involvements.add(event=copy_of[involved["event"][rows]], **inner)
