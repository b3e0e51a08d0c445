"""Everyday demand: crimes that are not domestic abuse, arrests, intelligence, safeguarding, missing people."""

from __future__ import annotations

import numpy as np

from seed import rates
from seed.abuse import OFFENCE_FLAGS
from seed.clock import DAY_MINUTES, minutes_on
from seed.codes import (
    CONDITION,
    FLAG,
    INJURY,
    KIND,
    MEDIUM,
    MONTH,
    OBJECT,
    OBJECT_ROLE,
    ORGANISATION,
    ORGANISATION_ROLE,
    PLACE_TYPE,
    PROFESSION,
    ROLE,
    SUBSTANCE,
    TIE,
    YEAR,
)
from seed.ledger import NONE, BoolArray, FloatArray, IntArray
from seed.orders import add_orders, binding_days
from seed.people import MALE
from seed.sizes import EXTRACTED_MINUTE
from seed.world_state import World

_PUBLIC = PLACE_TYPE.numbers(
    ["street", "street", "street", "car_park", "park", "licensed_premises", "shop", "transport", "school", "workplace"]
)
_PROLIFIC = 0.012  # of adults; a small group that the police meet again and again (GK)


def count_of(world: World, stream: str) -> int:
    """Return how many events of a stream this world has."""
    return int(world.size.incidents * rates.STREAMS[stream])


def add_everyday(world: World) -> None:
    """Add all police events that are neither domestic abuse nor deaths."""
    crimes = add_crimes(world)
    add_arrests(world, crimes)
    add_nuisance(world)
    add_intelligence(world)
    add_safeguarding(world)
    add_missing(world)


def offender_weights(world: World) -> FloatArray:
    """Return how likely each person is a suspect: young men above all, and a few prolific ones far above them."""
    people = world.people
    rng = world.rng("propensity")
    age = (world.size.first_day - people.born) / 365.25
    weights = np.exp(-(((age - 25) / 13) ** 2)) * ((age >= 11) & (age < 75)) + 0.02 * ((age >= 18) & (age < 75))
    weights = weights * np.where(people.sex == MALE, 0.82, 0.18) * (people.profession == PROFESSION["none"])
    hostel = people.places.type[people.home] == PLACE_TYPE["hostel"]
    prolific = (rng.random(people.count) < np.where(hostel, 0.25, _PROLIFIC)) & (age >= 14) & (age < 60)
    return np.asarray(weights * np.where(prolific, 20.0 + rng.exponential(60.0, people.count), 1.0))


def victim_weights(world: World) -> FloatArray:
    """Return how likely each person is a victim of crime."""
    age = (world.size.first_day - world.people.born) / 365.25
    return np.asarray(np.exp(-(((age - 30) / 22) ** 2)) * (age >= 8) + 0.15 * (age >= 18))


def suspects_in(world: World, rng: np.random.Generator, towns: IntArray) -> IntArray:
    """Return a suspect for each town, now and then one from elsewhere."""
    chooser = world.chooser("offenders", lambda: offender_weights(world))
    return np.where(rng.random(towns.size) < 0.88, chooser.in_towns(rng, towns), chooser.anywhere(rng, towns.size))


def add_crimes(world: World) -> IntArray:
    """Add crimes with victims, suspects, witnesses, objects and organisations; return their event numbers."""
    rng, people, book = world.rng("crime"), world.people, world.book
    count = count_of(world, "crime")
    shares = {offence.code: offence.share for offence in rates.OFFENCES}
    offence = rates.draw(rng, shares, count)
    victims = world.chooser("victims", lambda: victim_weights(world))
    victim = victims.anywhere(rng, count)
    woman = offence == rates.OFFENCE["19C"]
    woman |= offence == rates.OFFENCE["20A"]
    women = world.chooser("women_victims", lambda: victim_weights(world) * (people.sex != MALE))
    man = np.isin(offence, [rates.OFFENCE["19F"], rates.OFFENCE["20B"]])
    men = world.chooser("men_victims", lambda: victim_weights(world) * (people.sex == MALE))
    victim = np.where(woman, women.anywhere(rng, count), np.where(man, men.anywhere(rng, count), victim))
    town = people.town[victim]
    start = np.zeros(count, dtype=np.int64)
    place = np.zeros(count, dtype=np.int64)
    random_public = rng.choice(np.asarray(_PUBLIC), count)
    for number, one in enumerate(rates.OFFENCES):
        own = np.flatnonzero(offence == number)
        if not own.size:
            continue
        start[own] = world.clock.draw(rng, own.size, one.hours)
        if one.place == "home":
            place[own] = people.home[victim[own]]
        elif one.place == "any":
            for place_type in set(_PUBLIC):
                here = own[random_public[own] == place_type]
                place[here] = people.places.pick(rng, place_type, town[here])
        else:
            first = 0.45 if one.place == "shop" else 0.15 if one.place == "licensed_premises" else 0.0
            place[own] = people.places.pick(rng, PLACE_TYPE[one.place], town[own], first)
    historic = (woman & (rng.random(count) < 0.22)) | ((offence == rates.OFFENCE["11A"]) & (rng.random(count) < 0.15))
    # Reported now, years after: known to the year or the month only.
    then = start - rng.integers(400, 9000, count) * DAY_MINUTES
    then = np.maximum(then, (people.born[victim] + 5 * 366) * DAY_MINUTES)
    historic &= people.age_on(victim, start // DAY_MINUTES) >= 16
    flags = OFFENCE_FLAGS[offence].copy()
    flags |= np.where(rng.random(count) < 0.05, FLAG.bit("alcohol"), 0) | np.where(
        rng.random(count) < 0.025, FLAG.bit("drugs"), 0
    )
    flags |= np.where(rng.random(count) < 0.03, FLAG.bit("hate"), 0) | np.where(
        rng.random(count) < 0.04, FLAG.bit("mental_health"), 0
    )
    until = not_noticed_until(rng, offence, start)
    events = book.events.add(
        source=world.force_of(town),
        kind=KIND["crime"],
        offence=offence,
        start=np.where(historic, then, start),
        end=np.where(historic, NONE, until),
        place=place,
        flags=flags,
        precision=np.where(historic, np.where(rng.random(count) < 0.7, YEAR, MONTH), 0),
        reported=np.where(historic, start + 60, NONE),
    )
    kind_of_victim = np.array([["person", "home", "organisation", "none"].index(o.victim) for o in rates.OFFENCES])[
        offence
    ]
    has_victim = (kind_of_victim <= 1) & world.alive(victim, start)
    known = np.array([o.suspect for o in rates.OFFENCES])[offence] * np.where(historic, 0.8, 1.0)
    suspect = suspects_in(world, rng, town)
    has_suspect = (rng.random(count) < known) & world.alive(suspect, start) & (suspect != victim)
    has_suspect &= people.age_on(suspect, book.events.columns()["start"][events] // DAY_MINUTES) >= 10
    acquainted = rng.random(count)
    tie = np.where(acquainted < 0.45, TIE["stranger"], np.where(acquainted < 0.85, TIE["acquaintance"], TIE["unknown"]))
    injury = np.where(
        offence == rates.OFFENCE["8N"],
        INJURY["minor"],
        np.where(offence == rates.OFFENCE["5D"], INJURY["serious"], NONE),
    )
    add = book.involvements.add
    add(
        event=events[has_suspect],
        person=suspect[has_suspect],
        role=ROLE["suspect"],
        tie=np.where(has_victim, tie, NONE)[has_suspect],
    )
    second = has_suspect & (rng.random(count) < 0.08)
    other = suspects_in(world, rng, town)
    second &= (other != suspect) & (other != victim) & world.alive(other, start) & ~historic
    add(event=events[second], person=other[second], role=ROLE["suspect"])
    add(event=events[has_victim], person=victim[has_victim], role=ROLE["victim"], injury=injury[has_victim])
    witness = victims.in_towns(rng, town)
    seen = (rng.random(count) < 0.12) & (witness != victim) & (witness != suspect) & world.alive(witness, start)
    add(event=events[seen], person=witness[seen], role=ROLE["witness"])
    calls = has_victim & (rng.random(count) < 0.25)
    add(event=events[calls], person=victim[calls], role=ROLE["reporter"])
    _further_offences(world, rng, events, offence)
    _objects(world, rng, events, offence, victim, has_victim, start)
    _organisations(world, rng, events, kind_of_victim, place)
    _shoplifting_orders(world, rng, events, suspect, has_suspect)
    return events


def not_noticed_until(rng: np.random.Generator, offence: IntArray, start: IntArray) -> IntArray:
    """Return the latest minute of crimes that are found out later (thefts, burglaries), NONE for the others."""
    unseen = np.isin(offence, [rates.OFFENCE[code] for code in ("28E", "30C", "44", "45", "48", "58C", "49")])
    return np.where(unseen & (rng.random(offence.size) < 0.7), start + rng.integers(60, 14 * 60, offence.size), NONE)


def _further_offences(world: World, rng: np.random.Generator, events: IntArray, offence: IntArray) -> None:
    some = rng.random(events.size) < 0.04
    extra = rates.draw(rng, {o.code: o.share for o in rates.OFFENCES}, int(some.sum()))
    different = extra != offence[some]
    world.book.offences.add(event=events[some][different], offence=extra[different])
    world.book.offences.add(event=events[some], offence=offence[some])


def _objects(
    world: World,
    rng: np.random.Generator,
    events: IntArray,
    offence: IntArray,
    victim: IntArray,
    has_victim: BoolArray,
    start: IntArray,
) -> None:
    """Add vehicles, phones and weapons of crimes. Few are seen twice, as in life."""
    book, source = world.book, world.book.events.columns()["source"][events]
    recorded = np.minimum(start + 2 * DAY_MINUTES, EXTRACTED_MINUTE - 1)
    vehicle = np.isin(offence, [rates.OFFENCE[code] for code in ("45", "48", "58C")]) & (rng.random(events.size) < 0.8)
    phone = np.isin(offence, [rates.OFFENCE[code] for code in ("8R", "8L", "39", "92A")]) & (
        rng.random(events.size) < 0.3
    )
    weapon = np.isin(offence, [rates.OFFENCE[code] for code in ("10D", "5D", "34B")]) & (rng.random(events.size) < 0.5)
    knife = book.text("Kitchen knife, wooden handle.")
    for chosen, kind, role, text in (
        (vehicle, "vehicle", "found", NONE),
        (phone, "phone", "used", NONE),
        (weapon, "weapon", "used", knife),
    ):
        count = int(chosen.sum())
        number = rng.integers(0, 10**7, count) if kind == "vehicle" else NONE
        objects = book.objects.add(
            count, source=source[chosen], kind=OBJECT[kind], number=number, text=text, recorded=recorded[chosen]
        )
        book.object_links.add(object=objects, event=events[chosen], role=OBJECT_ROLE[role], recorded=recorded[chosen])
        if kind == "vehicle":
            owned = has_victim[chosen]
            book.object_links.add(
                object=objects[owned],
                person=victim[chosen][owned],
                role=OBJECT_ROLE["owned"],
                recorded=recorded[chosen][owned],
            )


def _organisations(
    world: World, rng: np.random.Generator, events: IntArray, victim_kind: IntArray, place: IntArray
) -> None:
    """Add shops and firms as complainants: one organisation a place, at many events."""
    book, places = world.book, world.people.places
    source = book.events.columns()["source"][events]
    complains = (victim_kind == 2) & (rng.random(events.size) < 0.8)
    where, back = np.unique(place[complains], return_inverse=True)
    firm = places.name[where]
    text = [book.text(places.names[name] if name != NONE else "Harbour Trading") for name in firm.tolist()]
    kind = np.where(places.type[where] == PLACE_TYPE["shop"], ORGANISATION["business"], ORGANISATION["employer"])
    firms = book.organisations.add(
        where.size,
        source=world.force_of(places.town[where]),
        kind=kind,
        text=np.asarray(text, dtype=np.int64),
        place=where,
    )
    same = world.force_of(places.town[where])[back] == source[complains]
    book.organisation_links.add(
        organisation=firms[back][same], event=events[complains][same], role=ORGANISATION_ROLE["complainant"]
    )


def _shoplifting_orders(
    world: World,
    rng: np.random.Generator,
    events: IntArray,
    suspect: IntArray,
    has_suspect: BoolArray,
) -> None:
    """Keep some frequent thieves out of a shop; what they do there afterwards is written down or not."""
    book = world.book.events.columns()
    stolen = has_suspect & (book["offence"][events] == rates.OFFENCE["46"])
    chosen = np.flatnonzero(stolen & (rng.random(events.size) < 0.02))
    if not chosen.size:
        return
    orders = add_orders(
        world,
        rng,
        "criminal_behaviour",
        source=book["source"][events[chosen]],
        respondent=suspect[chosen],
        protected=np.full(chosen.size, NONE),
        place=book["place"][events[chosen]],
        after_day=book["start"][events[chosen]] // DAY_MINUTES,
        zone=np.ones(chosen.size, dtype=np.bool_),
    )
    first, last = binding_days(world.book.orders.columns(), orders)
    thefts = events[stolen]
    thief, where, day = suspect[stolen], book["place"][thefts], book["start"][thefts] // DAY_MINUTES
    for row, order in enumerate(orders.tolist()):
        back = (thief == suspect[chosen[row]]) & (where == book["place"][events[chosen[row]]])
        back &= (day > first[row]) & (day <= last[row])
        met = thefts[back]
        written = met[rng.random(met.size) < rates.BREACH_RECORDED]
        book["flags"][written] |= FLAG.bit("order_breach")
        world.book.order_breaches.add(
            event=written,
            order=order,
            day=book["start"][written] // DAY_MINUTES,
            condition=CONDITION["exclusion_zone"],
            result=rng.integers(0, 3, written.size),
            recorded=np.minimum(book["start"][written] + 3 * DAY_MINUTES, EXTRACTED_MINUTE - 1),
        )


def add_arrests(world: World, crimes: IntArray) -> None:
    """Add arrests of suspects of earlier crimes, in part at the custody suite: a hub, as are the officers."""
    rng, book, people = world.rng("arrest"), world.book, world.people
    involved = book.involvements.columns()
    suspects = np.flatnonzero(involved["role"] == ROLE["suspect"])
    events = book.events.columns()
    recent = events["start"][involved["event"][suspects]] >= world.size.first_day * DAY_MINUTES
    suspects = suspects[recent]
    chosen = np.sort(rng.permutation(suspects)[: count_of(world, "arrest")])
    crime, person = involved["event"][chosen], involved["person"][chosen]
    start = (
        events["start"][crime]
        + (rng.exponential(6, chosen.size) * DAY_MINUTES).astype(np.int64)
        + rng.integers(5, 300, chosen.size)
    )
    keep = (start < EXTRACTED_MINUTE - 40 * DAY_MINUTES) & world.alive(person, start)
    crime, person, start = crime[keep], person[keep], start[keep]
    town = people.town[person]
    at_scene = rng.random(crime.size)
    scene = events["place"][crime]
    place = np.where(
        at_scene < 0.35, scene, np.where(at_scene < 0.75, people.home[person], people.places.custody[town])
    )
    arrests = book.events.add(
        source=events["source"][crime],
        kind=KIND["arrest"],
        offence=events["offence"][crime],
        start=start,
        place=place,
        flags=events["flags"][crime] & FLAG.bit("domestic_abuse"),
        linked=crime,
    )
    book.involvements.add(event=arrests, person=person, role=ROLE["suspect"])
    officers = world.chooser("officers", lambda: (people.profession == PROFESSION["police"]).astype(np.float64))
    officer = officers.in_towns(rng, town)
    book.involvements.add(event=arrests, person=officer, role=ROLE["attending_professional"])


def add_nuisance(world: World) -> None:
    """Add calls that are no crime: welfare checks, noise, disputes."""
    rng, book, people = world.rng("nuisance"), world.book, world.people
    count = count_of(world, "non_crime")
    caller = world.chooser("victims", lambda: victim_weights(world)).anywhere(rng, count)
    start = world.clock.draw(rng, count, "home")
    flags = np.where(rng.random(count) < 0.12, FLAG.bit("mental_health"), 0) | np.where(
        rng.random(count) < 0.1, FLAG.bit("alcohol"), 0
    )
    home = people.home[caller]
    street = rng.random(count) < 0.45
    events = book.events.add(
        source=world.force_of(people.town[caller]),
        kind=KIND["non_crime"],
        start=start,
        place=np.where(street, people.places.street_of(home), home),
        flags=flags,
    )
    told = (rng.random(count) < 0.6) & world.alive(caller, start)
    book.involvements.add(event=events[told], person=caller[told], role=ROLE["reporter"])
    about = people.neighbour(rng, caller)
    some = (about != NONE) & (rng.random(count) < 0.4) & world.alive(about, start)
    book.involvements.add(event=events[some], person=about[some], role=ROLE["other"])


def add_intelligence(world: World) -> None:
    """Add intelligence reports on people who offend, with what and whom they mention."""
    rng, book, people = world.rng("intelligence"), world.book, world.people
    count = count_of(world, "intelligence")
    chooser = world.chooser("offenders", lambda: offender_weights(world))
    subject = chooser.anywhere(rng, count)
    start = world.clock.draw(rng, count, "office")
    town = people.town[subject]
    street = people.places.street_of(people.home[subject])
    events = book.events.add(
        source=world.force_of(town),
        kind=KIND["intelligence"],
        start=start,
        place=np.where(rng.random(count) < 0.5, street, NONE),
        flags=np.where(rng.random(count) < 0.55, FLAG.bit("drugs"), 0),
    )
    fine = world.alive(subject, start)
    book.involvements.add(event=events[fine], person=subject[fine], role=ROLE["subject"])
    other = chooser.in_towns(rng, town)
    named = (rng.random(count) < 0.25) & (other != subject) & world.alive(other, start)
    recorded = np.minimum(start + DAY_MINUTES, EXTRACTED_MINUTE - 1)
    book.mentions.add(
        event=events[named], medium=MEDIUM["witness_statement"], person=other[named], recorded=recorded[named]
    )
    seen = rng.random(count) < 0.12
    vehicles = book.objects.add(
        int(seen.sum()),
        source=world.force_of(town[seen]),
        kind=OBJECT["vehicle"],
        number=rng.integers(0, 10**7, int(seen.sum())),
        recorded=recorded[seen],
    )
    book.object_links.add(object=vehicles, event=events[seen], role=OBJECT_ROLE["mentioned"], recorded=recorded[seen])
    book.mentions.add(event=events[seen], medium=MEDIUM["witness_statement"], object=vehicles, recorded=recorded[seen])


def add_safeguarding(world: World) -> None:
    """Add referrals about adults at risk and children."""
    rng, book, people = world.rng("safeguarding"), world.book, world.people
    count = count_of(world, "safeguarding")
    age = (world.size.first_day - people.born) / 365.25
    weights = np.where(age > 76, 4.0, np.where(age < 17, 1.6, 0.3))
    person = world.chooser("at_risk", lambda: weights).anywhere(rng, count)
    start = world.clock.draw(rng, count, "office")
    adult = people.age_on(person, start // DAY_MINUTES) >= 18
    fine = world.alive(person, start)
    events = book.events.add(
        int(fine.sum()),
        source=world.force_of(people.town[person[fine]]),
        kind=KIND["safeguarding"],
        start=start[fine],
        place=people.home[person[fine]],
        flags=np.where(adult[fine], FLAG.bit("vulnerable_adult"), FLAG.bit("child_present")),
    )
    book.involvements.add(event=events, person=person[fine], role=ROLE["subject"])


def add_missing(world: World) -> None:
    """Add missing people: a few young ones again and again, and residents of hostels and care homes."""
    rng, book, people = world.rng("missing"), world.book, world.people
    count = count_of(world, "missing")
    age = (world.size.first_day - people.born) / 365.25
    lottery = world.rng("missing_often").random(people.count)
    place_type = people.places.type[people.home]
    weights = np.where((age > 10) & (age < 17), np.where(lottery < 0.015, 60.0, 0.5), np.where(age >= 17, 0.06, 0.0))
    weights = weights * np.where(np.isin(place_type, PLACE_TYPE.numbers(["hostel", "care_home"])), 8.0, 1.0)
    person = world.chooser("missing", lambda: weights).anywhere(rng, count)
    start = minutes_on(rng, world.clock.draw_days(rng, count, "even"), "home")
    fine = world.alive(person, start)
    person, start = person[fine], start[fine]
    events = book.events.add(
        source=world.force_of(people.town[person]),
        kind=KIND["missing"],
        start=start,
        place=people.home[person],
        flags=np.where(people.age_on(person, start // DAY_MINUTES) >= 18, FLAG.bit("mental_health"), 0),
    )
    book.involvements.add(event=events, person=person, role=ROLE["subject"])
    parent = people.housemate(rng, person)
    told = (parent != NONE) & world.alive(parent, start) & (rng.random(person.size) < 0.6)
    told &= people.age_on(np.maximum(parent, 0), start // DAY_MINUTES) >= 16
    book.involvements.add(event=events[told], person=parent[told], role=ROLE["reporter"])


SUBSTANCES_OF_OVERDOSE = {
    SUBSTANCE["heroin"]: 0.3,
    SUBSTANCE["cocaine"]: 0.2,
    SUBSTANCE["diazepam"]: 0.2,
    SUBSTANCE["methadone"]: 0.15,
    SUBSTANCE["pregabalin"]: 0.15,
    SUBSTANCE["alcohol"]: 0.35,
    SUBSTANCE["codeine"]: 0.1,
    SUBSTANCE["paracetamol"]: 0.08,
    SUBSTANCE["ketamine"]: 0.02,
    SUBSTANCE["ghb"]: 0.012,
    SUBSTANCE["nitazene"]: 0.015,
}
"""Share of overdoses in which each is found; several at once are usual (GK, shaped on ONS deaths related to drugs)."""
