"""Linked series of deaths of several kinds, easy to hard, with invented people; each is to be found as one series."""

from __future__ import annotations

import numpy as np

from seed import words
from seed.codes import CATEGORY, MEANS, PLACE_TYPE, SUBSTANCE, TOXICOLOGY
from seed.ledger import NONE, IntArray
from seed.people import FEMALE, MALE
from seed.planter import Planter
from seed.series import GIVEN_PARTS, LEVELS, Level, Series
from seed.traces import RARE_SUBSTANCES

_PLACES = (
    ("water", "drowning"),
    ("park", "hanging"),
    ("car_park", "fall"),
    ("hotel", "overdose"),
    ("park", "overdose"),
)
DRUGS = ("ketamine", "ghb", *RARE_SUBSTANCES[:5])
_OFFENCES = ("8N", "20A", "92A", "105A", "3B")
_WITHIN_M = (300.0, 500.0, 1000.0)


def plant_linked(planter: Planter, rounds: int) -> None:
    """Plant each kind so many times, in every round at levels that differ from kind to kind and from the last round."""
    first = int(planter.rng.integers(0, len(LEVELS)))
    for turn in range(rounds):
        for at, plant in enumerate((_shared_person, _place_means, _substance, _care_setting, _cross_border, _alias)):
            plant(planter, LEVELS[(first + turn + at) % len(LEVELS)])


def _shared_person(planter: Planter, level: Level) -> None:
    series = Series(planter, "series_shared_person", level)
    rng, town = series.rng, a_town(planter)
    linker = planter.quiet.person(series.days[0], (22, 62), town=town)
    hard, easy = level.name == "hard", level.name == "easy"
    ages = (18, 90) if hard else series.profile(20, 66, 14)
    dead = series.victims(ages, towns=series.towns(town, 0.4 if hard else 0.15))
    choice = GIVEN_PARTS if easy else (*GIVEN_PARTS, "other", "witness", "note")
    parts = _in_turn(rng, choice, len(dead))
    parts[0] = GIVEN_PARTS[int(rng.integers(0, 3))]
    if len(dead) > 2 and not easy:
        # At one death nobody wrote down who was there; only a message leads to the door.
        parts[int(rng.integers(1, len(dead)))] = "absent"
        parts = ["finder" if part == "note" else part for part in parts] if hard else parts
    two = hard or (not easy and rng.random() < 0.5)
    if rng.random() < (0.7 if easy else 0.4):
        about = int(rng.integers(0, len(dead)))
        series.suspected_before(linker, series.days[about], dead[about], _OFFENCES[int(rng.integers(0, 5))])
    for day, person, part in zip(series.days, dead, parts, strict=True):
        # Those who leave a note are those who hanged themselves, in any world.
        event = series.death_with(day, person, linker, part, means="hanging" if part == "note" else "")
        if part == "absent":
            series.message(event, place=int(series.world.people.home[linker]))
    series.records_of(linker, two)
    two &= len(series.deaths_with(linker)) > 1
    series.case.people = [linker]
    series.case.note = f"parts: {', '.join(parts)}" + ("; two records" if two else "")


def _place_means(planter: Planter, level: Level) -> None:
    series = Series(planter, "series_place_means", level)
    rng, at = series.rng, LEVELS.index(level)
    kind, means = _PLACES[int(rng.integers(0, len(_PLACES)))]
    near = _near_places(planter, PLACE_TYPE[kind], _WITHIN_M[at])
    sex = MALE if rng.random() < 0.6 else FEMALE
    dead = series.victims(series.profile(18, 76, 6 if at < 2 else 9), sex=sex)
    places = rng.choice(near, len(dead)).tolist()
    columns = series.world.book.deaths.columns
    for day, person, place in zip(series.days, dead, places, strict=True):
        event = series.death(day, person, means=means, place=int(place))
        # The place is all that there is: only in a hard series may a clerk forget it.
        series.world.book.events.columns()["keep"][event] = int(at < 2)
        columns()["category"][series.at(event)] = CATEGORY["unexpected_not_suspicious"]
        if at == 0 and rng.random() < 0.5:
            columns()["items"][series.at(event)] = 1
    if at == 2 and len(dead) > 2:
        columns()["means"][series.at(series.deaths[int(rng.integers(0, len(dead)))])] = MEANS["unknown"]
    series.case.note = f"{means} at {kind} within {_WITHIN_M[at]:.0f} m, nobody shared"


def _substance(planter: Planter, level: Level) -> None:
    series = Series(planter, "series_substance", level)
    rng, at, town = series.rng, LEVELS.index(level), a_town(planter)
    drug = DRUGS[int(rng.integers(0, len(DRUGS)))]
    bit, sex = SUBSTANCE.bit(drug), (MALE if rng.random() < 0.5 else FEMALE)
    towns = series.towns(town, (0.0, 0.0, 0.5)[at])
    dead = series.victims(series.profile(18, 50, 8), sex=sex, towns=towns)
    columns = series.world.book.deaths.columns
    for turn, (day, person) in enumerate(zip(series.days, dead, strict=True)):
        row = series.at(series.death(day, person, means="overdose"))
        deaths = columns()
        deaths["toxicology"][row] = TOXICOLOGY["returned"]
        deaths["category"][row] = CATEGORY["unexpected_not_suspicious"]
        deaths["found_substances"][row] |= bit
        if at == 0:
            # Nothing else of note in the blood: the drug stands out.
            deaths["found_substances"][row] &= bit | SUBSTANCE.bit("alcohol", "diazepam")
        late = (at == 1 and turn == len(dead) - 1) or (at == 2 and turn > 0 and turn % 2 == 1)
        if late:
            deaths["toxicology"][row] = TOXICOLOGY["requested"]
            deaths["suspected_substances"][row] |= bit
    series.case.note = f"{drug}, one sort of victim" + (", toxicology of some still out" if at else "")


def _care_setting(planter: Planter, level: Level) -> None:
    series = Series(planter, "series_care_setting", level)
    rng, people, at = series.rng, planter.world.people, LEVELS.index(level)
    count = len(series.days)
    homes = care_homes(planter, 2 if at else 1, count)
    staff, works_at = people.staff
    there = staff[(works_at == homes[0]) & planter.world.alive(staff, series.days[-1] * 1440 + 40_000)]
    linker = int(there[int(rng.integers(0, there.size))])
    wanted = np.sort(rng.integers(0, len(homes), count))
    dead: list[tuple[int, int]] = []
    for turn, home in enumerate(homes):
        own = planter.quiet.residents(int(np.count_nonzero(wanted == turn)), home)
        dead += [(person, home) for person in own.tolist()]
    parts = ["carer"] * count if at == 0 else _in_turn(rng, ("carer", "finder", "seen_with", "other", "caller"), count)
    if at == 2 and count > 2:
        parts[int(rng.integers(1, count))] = "absent"
    for day, (person, home), part in zip(series.days, dead, parts, strict=False):
        event = series.death_with(day, person, linker, part, means="natural", place=home)
        columns = series.world.book.deaths.columns()
        if at == 0 and rng.random() < 0.6:
            row = series.at(event)
            columns["category"][row] = CATEGORY["unexpected_not_suspicious"]
            columns["concern"][row] = series.world.book.text(words.CONCERNS[int(rng.integers(0, len(words.CONCERNS)))])
    series.records_of(linker, two=False)
    series.case.people = [linker]
    series.case.note = f"{len(homes)} home(s), parts: {', '.join(parts[: len(dead)])}"


def _cross_border(planter: Planter, level: Level) -> None:
    places, at = planter.world.people.places, LEVELS.index(level)
    if planter.world.size.forces < 2:
        return
    series = Series(planter, "series_cross_border", level)
    rng, town = series.rng, a_town(planter)
    others = np.flatnonzero(places.town_force != places.town_force[town])
    # Streets lie behind the homes, in the order of towns.
    street_town = places.town[places.homes : places.homes + len(places.streets)]
    middle = places.homes + np.searchsorted(street_town, np.append(town, others))
    away = [places.metres_between(int(middle[0]), other) for other in middle[1:].tolist()]
    over = int(others[int(np.argmin(away))])
    # By turns, so that each force holds at least one death.
    flip = int(rng.integers(0, 2))
    towns = [(town, over)[(turn + flip) % 2] for turn in range(len(series.days))]
    linker = planter.quiet.person(series.days[0], (22, 62), town=town)
    dead = series.victims(series.profile(20, 66, 14), towns=towns)
    parts = _in_turn(rng, GIVEN_PARTS, len(dead))
    if at == 1:
        # One role in each force; a car or a handset ties the rest.
        parts[2:] = ["absent"] * (len(parts) - 2)
    if at == 2:
        parts[1:] = ["absent"] * (len(parts) - 1)
    for day, person, part in zip(series.days, dead, parts, strict=True):
        series.death_with(day, person, linker, part)
    kind, role = (("phone", "called"), ("vehicle", "mentioned"))[int(rng.integers(0, 2))]
    if at:
        series.thing(series.deaths, kind, role, owner=linker if at == 1 else NONE)
    series.records_of(linker, two=at == 0 and rng.random() < 0.4)
    series.case.people = [linker]
    series.case.note = f"two forces; parts: {', '.join(parts)}" + (f"; one {kind} at all" if at else "")


def _alias(planter: Planter, level: Level) -> None:
    series = Series(planter, "series_alias", level)
    rng, people, at, town = series.rng, planter.world.people, LEVELS.index(level), a_town(planter)
    nicked = [number for number, name in enumerate(people.given_names) if name in words.NICKNAMES]
    linker = int(planter.quiet.people(1, series.days[0], (22, 62), town=town, also=np.isin(people.given, nicked))[0])
    home, alias = int(people.home[linker]), people.other_name(linker)
    if at == 0:
        planter.world.known_as[linker] = alias
    dead = series.victims(series.profile(18, 60, 12), towns=series.towns(town, 0.3))
    known = {0} if at else {0, len(dead) - 1}
    for turn, (day, person) in enumerate(zip(series.days, dead, strict=True)):
        part = GIVEN_PARTS[int(rng.integers(0, 3))] if turn in known else "absent"
        event = series.death_with(day, person, linker, part)
        if turn == 0 and at:
            continue
        by_name = at == 0 or rng.random() < 0.5
        if by_name and not (at == 2 and turn == 1):
            series.message(event, name=alias)
        if not by_name or at == 0 or turn == 1:
            series.message(event, place=home)
    series.records_of(linker, two=False)
    series.case.people = [linker]
    series.case.note = "messages lead to a nickname and an address" + ("; the record states it" if at == 0 else "")


def a_town(planter: Planter) -> int:
    """Return any town."""
    return int(planter.rng.integers(0, len(planter.world.people.places.towns)))


def _in_turn(rng: np.random.Generator, choice: tuple[str, ...], count: int) -> list[str]:
    """Return words of a choice so that no two in a row are the same."""
    steps = rng.integers(1, len(choice), count)
    return [choice[at] for at in (np.cumsum(steps) % len(choice)).tolist()]


def _near_places(planter: Planter, place_type: int, within_m: float) -> IntArray:
    """Return places of a type near one of them; just that one where it stands alone."""
    places = planter.world.people.places
    town = a_town(planter)
    own = np.flatnonzero((places.type == place_type) & (places.town == town))
    away = np.array([[places.metres_between(a, b) for b in own.tolist()] for a in own[:60].tolist()])
    # Half the distance from the middle: so any two of them are near each other.
    near = away <= within_m / 2
    return np.asarray(own[near[int(near.sum(axis=1).argmax())]], dtype=np.int64)


def care_homes(planter: Planter, count: int, residents: int) -> list[int]:
    """Return care homes of one town where it has several, the first with staff, each with enough residents."""
    people, rng = planter.world.people, planter.rng
    beds = np.bincount(people.home, minlength=people.places.type.size)
    staffed = np.bincount(people.staff[1], minlength=people.places.type.size) >= 3
    homes = np.flatnonzero((people.places.type == PLACE_TYPE["care_home"]) & (beds >= residents + 8))
    if not np.any(staffed[homes]):
        raise ValueError(f"the world has no care home with staff and {residents} residents")
    first = int(rng.choice(homes[staffed[homes]]))
    town = people.places.town
    others = homes[homes != first]
    near = others[town[others] == town[first]]
    return [first, *rng.permutation(near if near.size else others)[: count - 1].tolist()]
