"""The people table: what a source writes down about each person it met, with the slips that clerks make."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from seed.clock import DAY_MINUTES, day_texts, utc_texts
from seed.codes import DAY, FLAG, KIND, MARKER, MONTH, PLACE_TYPE, PROFESSION, SEX, YEAR, listed
from seed.csvfile import CsvTable, from_flags, from_list, from_masks, from_numbers, from_texts, references
from seed.ledger import NONE, BoolArray, IntArray
from seed.nominals import HELD, PASSING, Nominals, typo
from seed.numbering import Numbering
from seed.people import FIRST_TIME, MALE
from seed.places import postcode_texts
from seed.sizes import EXTRACTED_MINUTE
from seed.words import NICKNAMES
from seed.world_state import World

COLUMNS = listed(
    "person_ref given_name middle_names family_name full_name aliases date_of_birth age age_on sex phone email "
    "address postcode location_ref pnc_id profession deceased_on markers unidentified recorded_at"
)
CHUNK = 100_000
FIRST_SLIPS, LATER_SLIPS = 0.07, 0.8
MOVERS = 0.1
# Numbers that Ofcom reserves for drama: prefix and how many follow. Mobiles first, then landlines of the big cities.
DRAMA = (
    ("07700 900", 1000),
    ("01632 960", 1000),
    ("0113 496 0", 1000),
    ("0114 496 0", 1000),
    ("0115 496 0", 1000),
    ("0116 496 0", 1000),
    ("0117 496 0", 1000),
    ("0118 496 0", 1000),
    ("0121 496 0", 1000),
    ("0131 496 0", 1000),
    ("0141 496 0", 1000),
    ("0151 496 0", 1000),
    ("0161 496 0", 1000),
    ("0191 498 0", 1000),
    ("020 7946 0", 1000),
    ("028 9018 0", 1000),
    ("029 2018 0", 1000),
    ("03069 990", 1000),
)
OBJECT_PHONES = 1500  # the last of the pool, for handsets that turn up in crimes


def drama_phone(number: int) -> str:
    """Return the n-th number of the reserved ranges."""
    prefix, _ = DRAMA[number // 1000 % len(DRAMA)]
    return f"{prefix}{number % 1000:03d}"


def pool_size() -> int:
    """Return how many numbers are reserved in all."""
    return sum(count for _, count in DRAMA)


class People:
    """Facts of a person that all records of them share: phone, mail, record number, a move, drawn once a world."""

    def __init__(self, world: World, nominals: Nominals) -> None:
        rng, count = world.rng("facts"), world.people.count
        known = np.unique(nominals.person)
        # There are only so many numbers for drama: a bigger world has phones for fewer, never the same for strangers.
        owners = rng.permutation(known)[: int(min(known.size * 0.62, pool_size() - OBJECT_PHONES))]
        self.phone = np.full(count, NONE, dtype=np.int64)
        self.phone[owners] = np.arange(owners.size)
        self.has_pnc = rng.random(count) < 0.7
        self.pnc = rng.permutation(count)
        self.mail = rng.random(count) < 0.35
        moved = rng.random(count) < MOVERS
        span = (world.clock.first * DAY_MINUTES, (world.clock.first + world.clock.days) * DAY_MINUTES)
        self.moved = np.where(moved, rng.integers(span[0], span[1], count), FIRST_TIME)
        self.new_home = world.people.places.pick(rng, PLACE_TYPE["home"], world.people.town)
        # Per record: whether a clerk asked for the address, and linked it to the gazetteer.
        staff = np.isin(world.people.profession, PROFESSION.numbers(["police", "paramedic", "doctor"]))[nominals.person]
        asked = rng.random(nominals.count) < np.array([0.76, 0.9, 0.85])[nominals.care]
        self.has_address = asked & ~(staff & (nominals.care == PASSING))
        self.linked_home = self.has_address & (rng.random(nominals.count) < 0.6)
        institution = world.people.places.type[world.people.home] != PLACE_TYPE["home"]
        self.moved[institution] = FIRST_TIME


def write_people(
    world: World,
    nominals: Nominals,
    numbering: Numbering,
    facts: People,
    source: int,
    place_numbers: Callable[[IntArray], pa.Array],
    table: CsvTable,
) -> None:
    """Write the person records of one source in the order of their refs."""
    rows = np.flatnonzero(nominals.source == source)
    rows = rows[np.argsort(numbering.nominals[rows])]
    unidentified = np.zeros(nominals.count, dtype=np.bool_)
    deaths = world.book.deaths.columns()
    unknown = deaths["unidentified"] == 1
    unidentified[nominals.of["deaths", "person"][unknown]] = True
    for start in range(0, max(rows.size, 1), CHUNK):
        rng = world.rng(f"records {source} {start}")
        _write(world, rng, nominals, numbering, facts, rows[start : start + CHUNK], unidentified, place_numbers, table)


def _write(
    world: World,
    rng: np.random.Generator,
    nominals: Nominals,
    numbering: Numbering,
    facts: People,
    rows: IntArray,
    unidentified: BoolArray,
    place_numbers: Callable[[IntArray], pa.Array],
    table: CsvTable,
) -> None:
    people, count = world.people, rows.size
    person, care, kept = nominals.person[rows], nominals.care[rows], nominals.kept[rows]
    given_names = np.array(people.given_names, dtype=object)
    family_names = np.array(people.family_names, dtype=object)
    given, family = given_names[people.given[person]], family_names[people.family[person]]
    middle = given_names[people.middle[person]]
    has_middle = (people.middle[person] != NONE) & (rng.random(count) < np.array([0.2, 0.45, 0.7])[care])
    born = people.born[person].copy()
    precision = np.full(count, DAY)
    later = nominals.turn[rows] > 0
    slips = rng.random(count) < np.where(later, LATER_SLIPS, FIRST_SLIPS)
    dob_drop = np.zeros(count, dtype=np.bool_)
    postcode_drop = np.zeros(count, dtype=np.bool_)
    moved_on = np.zeros(count, dtype=np.bool_)
    kinds = rng.random((2, count))
    for at in np.flatnonzero(slips).tolist():
        for draw in kinds[: 1 + (kinds[1, at] < 0.2), at].tolist():
            if draw < 0.2:
                given[at] = typo(rng, given[at])
            elif draw < 0.36:
                family[at] = typo(rng, family[at])
            elif draw < 0.54:
                nicks = NICKNAMES.get(given[at])
                given[at] = nicks[int(rng.integers(0, len(nicks)))] if nicks else typo(rng, given[at])
            elif draw < 0.65:
                born[at] = _swapped(int(born[at]))
            elif draw < 0.72:
                precision[at] = MONTH if draw < 0.69 else YEAR
            elif draw < 0.80:
                other = int(people.birth_family[person[at]])
                family[at] = family_names[other] if other != people.family[person[at]] else typo(rng, family[at])
            elif draw < 0.88:
                dob_drop[at] = not kept[at]
            elif draw < 0.94:
                postcode_drop[at] = True
            else:
                moved_on[at] = True
    known_dob = (rng.random(count) < np.array([0.72, 0.93, 0.97])[care]) & ~dob_drop
    first = nominals.first[rows]
    by_age = ~known_dob & (rng.random(count) < 0.5)
    age = people.age_on(person, first // DAY_MINUTES)
    professional = people.profession[person]
    staff = np.isin(professional, PROFESSION.numbers(["police", "paramedic", "doctor"])) & (care == PASSING)
    # Staff are in the records by name and profession, without a home or a date of birth.
    known_dob &= ~staff
    by_age &= ~staff
    new = (first > facts.moved[person]) | moved_on
    home = np.where(new, facts.new_home[person], people.home[person])
    # Two records of a planted person keep one thing to know them by; so few rows that their fill tells nothing.
    has_address = facts.has_address[rows] | (kept & ~known_dob)
    has_postcode = has_address & (rng.random(count) < 0.86) & ~postcode_drop
    # A new address known before the move is only what was said: not in the gazetteer.
    linked_home = facts.linked_home[rows] & (~new | (first > facts.moved[person]))
    phone_known = (facts.phone[person] != NONE) & (rng.random(count) < 0.72) & ~staff
    mail_known = facts.mail[person] & (rng.random(count) < 0.5) & ~staff
    nobody = unidentified[rows]
    whole = (rng.random(count) < 0.035) & ~nobody
    shout = rng.random(count) < 0.03
    family[shout] = [name.upper() for name in family[shout]]
    alias = np.flatnonzero((rng.random(count) < np.array([0.01, 0.04, 0.12])[care]) & ~nobody)
    aliases = np.full(count, None, dtype=object)
    for at in alias.tolist():
        nicks = NICKNAMES.get(people.given_names[people.given[person[at]]])
        birth = people.family_names[people.birth_family[person[at]]]
        aliases[at] = f"{nicks[0]} {family[at]}" if nicks else f"{given[at]} {birth}"
    for at in np.flatnonzero(np.isin(person, list(world.known_as))).tolist():
        aliases[at] = world.known_as[int(person[at])]
    died = people.died[person]
    dead = (first > died) & (rng.random(count) < 0.5) & (died < FIRST_TIME)
    pnc = (care == HELD) & facts.has_pnc[person] & (rng.random(count) < 0.85)
    sexes = np.where(rng.random(count) < 0.97, np.where(people.sex[person] == MALE, SEX["M"], SEX["F"]), NONE)

    full = given + np.where(has_middle, " " + middle, "") + " " + family
    parts = ~whole & ~nobody
    columns = {
        "person_ref": references("P", numbering.nominals[rows], numbering.width),
        "given_name": from_texts(given, parts),
        "middle_names": from_texts(middle, parts & has_middle),
        "family_name": from_texts(family, parts),
        "full_name": from_texts(full, whole),
        "aliases": from_texts(aliases),
        "date_of_birth": from_texts(day_texts(born, precision), known_dob & ~nobody),
        "age": from_numbers(np.where(by_age, age, NONE)),
        "age_on": from_texts(day_texts(first // DAY_MINUTES), by_age),
        "sex": from_list(SEX.words, sexes),
        "phone": _phones(facts, person, phone_known & ~nobody),
        "email": _mails(
            people.given_names,
            people.family_names,
            people.given[person],
            people.birth_family[person],
            person,
            mail_known & ~nobody,
        ),
        "address": _addresses(world, home, has_address & ~nobody),
        "postcode": _postcodes(world, home, has_postcode & ~nobody),
        "location_ref": place_numbers(np.where(linked_home & ~nobody, home, NONE)),
        "pnc_id": _pncs(facts, person, pnc),
        "profession": from_list(PROFESSION.words, np.where(professional == PROFESSION["none"], NONE, professional)),
        "deceased_on": from_texts(day_texts(np.where(dead, died, 0) // DAY_MINUTES), dead),
        "markers": from_masks(MARKER.words, _markers(world, rng, nominals.event[rows], care)),
        "unidentified": from_flags(np.where(nobody, 1, NONE)),
        "recorded_at": from_texts(utc_texts(first)),
    }
    again, changed = _moved_versions(world, rng, facts, rows, person, first, home, has_address & ~nobody)
    if again.size:
        columns = _with_versions(
            world, columns, again, changed, facts.new_home[person[again]], linked_home[again], place_numbers
        )
    table.write(columns)


def _markers(world: World, rng: np.random.Generator, event: IntArray, care: IntArray) -> IntArray:
    """Return warning markers, from what made the record; a few come from what no extract shows."""
    events = world.book.events.columns()
    known = event != NONE
    flags, kind = np.where(known, events["flags"][event], 0), np.where(known, events["kind"][event], NONE)
    about = care > PASSING
    masks = np.zeros(event.size, dtype=np.int64)
    for marker, chance in (
        ("weapons", np.where((flags & FLAG.bit("weapon")) > 0, 0.4, 0.004) * (care == HELD)),
        ("missing", np.where(kind == KIND["missing"], 0.6, 0.002) * about),
        ("self_harm", np.where((flags & FLAG.bit("near_miss", "mental_health")) > 0, 0.3, 0.01) * about),
        ("suicidal", np.where((flags & FLAG.bit("near_miss", "mental_health")) > 0, 0.2, 0.006) * about),
        ("mappa", 0.004 * (care == HELD)),
        ("pdp", 0.001 * (care == HELD)),
    ):
        masks |= np.where(rng.random(event.size) < chance, MARKER.bit(marker), 0)
    return masks


def _moved_versions(
    world: World,
    rng: np.random.Generator,
    facts: People,
    rows: IntArray,
    person: IntArray,
    first: IntArray,
    home: IntArray,
    has_address: BoolArray,
) -> tuple[IntArray, IntArray]:
    """Return the rows that are sent again with a new address, and when."""
    moved = facts.moved[person]
    told = moved + (rng.exponential(30, rows.size) * DAY_MINUTES).astype(np.int64)
    again = (
        has_address & (first < moved) & (told > first) & (told < EXTRACTED_MINUTE - 1) & (rng.random(rows.size) < 0.5)
    )
    again &= home == world.people.home[person]
    again &= told < world.people.died[person]
    chosen = np.flatnonzero(again)
    return chosen, told[chosen]


def _with_versions(
    world: World,
    columns: dict[str, pa.Array],
    again: IntArray,
    told: IntArray,
    home: IntArray,
    linked: BoolArray,
    place_numbers: Callable[[IntArray], pa.Array],
) -> dict[str, pa.Array]:
    later = {name: column.take(pa.array(again)) for name, column in columns.items()}
    everywhere = np.ones(again.size, dtype=np.bool_)
    later["address"] = _addresses(world, home, everywhere)
    later["postcode"] = _postcodes(world, home, everywhere)
    later["location_ref"] = place_numbers(np.where(linked, home, NONE))
    later["recorded_at"] = from_texts(utc_texts(told))
    size = len(columns["person_ref"])
    order = pa.array(np.argsort(np.concatenate([np.arange(size), again]), kind="stable"))
    return {name: pa.concat_arrays([columns[name], later[name]]).take(order) for name in columns}


def _swapped(born: int) -> int:
    """Return a date of birth with day and month changed over; one with no such date gets its day of the month wrong."""
    day = np.datetime64(born, "D").item()
    try:
        other = day.replace(month=day.day, day=day.month)
    except ValueError:
        other = day.replace(day=day.day - 10 if day.day > 12 else day.day)
    return int(np.datetime64(other, "D").astype(np.int64))


def _phones(facts: People, person: IntArray, present: BoolArray) -> pa.Array:
    return from_texts(
        [
            drama_phone(n) if shown else None
            for n, shown in zip(facts.phone[person].tolist(), present.tolist(), strict=True)
        ]
    )


def _pncs(facts: People, person: IntArray, present: BoolArray) -> pa.Array:
    letters = "ZABCDEFGHJKLMNPQRTUVWXY"
    return from_texts(
        [
            f"{(n % 40 + 84) % 100:02d}/{100000 + n // 40}{letters[n % 23]}" if shown else None
            for n, shown in zip(facts.pnc[person].tolist(), present.tolist(), strict=True)
        ]
    )


def _mails(
    given: list[str], family: list[str], given_of: IntArray, family_of: IntArray, person: IntArray, present: BoolArray
) -> pa.Array:
    return from_texts(
        [
            f"{given[g].lower()}.{family[f].lower()}{p % 9973}@example.org" if shown else None
            for g, f, p, shown in zip(
                given_of.tolist(), family_of.tolist(), person.tolist(), present.tolist(), strict=True
            )
        ]
    )


def _addresses(world: World, places_at: IntArray, present: BoolArray) -> pa.Array:
    return from_texts(address_texts(world, places_at, present))


def address_texts(world: World, at: IntArray, present: BoolArray) -> list[str | None]:
    """Return the address of each place as it is written, with the town for those of a person."""
    places = world.people.places
    found: list[str | None] = []
    for shown, number, flat, street, town in zip(
        present.tolist(),
        places.number[at].tolist(),
        places.flat[at].tolist(),
        places.street[at].tolist(),
        places.town[at].tolist(),
        strict=True,
    ):
        if not shown:
            found.append(None)
            continue
        house = ("" if flat == NONE else f"Flat {flat}, ") + f"{number} {places.streets[street]}"
        found.append(
            f"{house}, {places.towns[town]}" if number != NONE else f"{places.streets[street]}, {places.towns[town]}"
        )
    return found


def _postcodes(world: World, at: IntArray, present: BoolArray) -> pa.Array:
    return from_texts(np.array(postcode_texts(world.people.places.postcode[at]), dtype=object), present)
