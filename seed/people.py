"""The true people of a world: households, kin, ages, names, work. What the records say about them comes later."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from seed import words
from seed.clock import day_number
from seed.codes import PLACE_TYPE, PROFESSION
from seed.ledger import NONE, BoolArray, FloatArray, IntArray
from seed.places import Places, build_places
from seed.sizes import WorldSize

YEAR_DAYS = 365.25
MALE, FEMALE = 1, 0
# Household kinds: share, adults (general knowledge, shaped on the 2021 census of England and Wales).
_KINDS = ("single", "couple", "couple_children", "lone_parent", "shared", "adult_child")
_SHARES = np.array([0.29, 0.27, 0.22, 0.09, 0.05, 0.08])
_TWINS = 0.016
_SAME_NAME = 0.02
_SAME_SEX_COUPLES = 0.03
FIRST_TIME = 2**40  # "has not died": later than any minute


@dataclass
class People:
    """People as arrays over their numbers, in the order of towns; `home` is a place, `household` counts up."""

    born: IntArray
    sex: IntArray
    given: IntArray
    middle: IntArray
    family: IntArray
    birth_family: IntArray
    home: IntArray
    town: IntArray
    household: IntArray
    partner: IntArray
    kin: IntArray
    profession: IntArray
    work: IntArray
    places: Places
    household_start: IntArray
    town_start: IntArray
    given_names: list[str]
    family_names: list[str]
    died: IntArray = field(init=False)
    """Minute of death, or FIRST_TIME."""

    def __post_init__(self) -> None:
        self.died = np.full(self.born.size, FIRST_TIME, dtype=np.int64)

    @property
    def count(self) -> int:
        """Number of people."""
        return int(self.born.size)

    @cached_property
    def staff(self) -> tuple[IntArray, IntArray]:
        """Those who work at a place, and where: in the order of places."""
        staff = np.flatnonzero(self.work != NONE)
        staff = staff[np.argsort(self.work[staff], kind="stable")]
        return staff, self.work[staff]

    def age_on(self, people: IntArray, day: IntArray | int) -> IntArray:
        """Return ages in whole years."""
        return np.asarray((day - self.born[people]) // YEAR_DAYS, dtype=np.int64)

    def adults(self, day: int) -> BoolArray:
        """Return who is 18 or over on a day."""
        return (day - self.born) >= 18 * YEAR_DAYS

    def housemate(self, rng: np.random.Generator, people: IntArray) -> IntArray:
        """Return somebody else of the same household, or NONE where they live alone."""
        start = self.household_start[self.household[people]]
        members = self.household_start[self.household[people] + 1] - start
        step = 1 + (rng.random(people.size) * np.maximum(members - 1, 0)).astype(np.int64)
        other = start + (people - start + step) % np.maximum(members, 1)
        return np.where((members > 1) & (members <= 8), other, NONE)

    def one_of_the_staff(self, rng: np.random.Generator, places: IntArray) -> IntArray:
        """Return one of those who work at each place, NONE where nobody does."""
        staff, where = self.staff
        low, high = np.searchsorted(where, places), np.searchsorted(where, places, side="right")
        position = low + (rng.random(places.size) * (high - low)).astype(np.int64)
        chosen = staff[np.minimum(position, max(staff.size - 1, 0))] if staff.size else np.zeros(places.size, np.int64)
        return np.where(high > low, chosen, NONE)

    def other_name(self, person: int) -> str:
        """Return what friends call somebody: a nickname, else their name at birth, a middle name or an initial."""
        given, family = self.given_names[self.given[person]], self.family_names[self.family[person]]
        birth = self.family_names[self.birth_family[person]]
        if given in words.NICKNAMES:
            return f"{words.NICKNAMES[given][0]} {family}"
        if birth != family:
            return f"{given} {birth}"
        middle = self.middle[person]
        return f"{self.given_names[middle] if middle != NONE else given[0]} {family}"

    def neighbour(self, rng: np.random.Generator, people: IntArray) -> IntArray:
        """Return somebody of a household one or two doors away in the same town, or NONE."""
        step = rng.choice(np.array([-2, -1, 1, 2]), people.size)
        household = np.clip(self.household[people] + step, 0, self.household_start.size - 2)
        other = self.household_start[household]
        same_street = self.places.street[self.home[other]] == self.places.street[self.home[people]]
        return np.where(same_street & (household != self.household[people]), other, NONE)


class Chooser:
    """Draws people by weight, within towns or anywhere; weights are fixed when it is made."""

    def __init__(self, people: People, weights: FloatArray) -> None:
        self._cumulated = np.concatenate([[0.0], np.cumsum(weights)])
        self._start = self._cumulated[people.town_start]
        self._count = people.count

    def anywhere(self, rng: np.random.Generator, count: int) -> IntArray:
        """Return people of any town."""
        return self._at(rng.random(count) * self._cumulated[-1])

    def in_towns(self, rng: np.random.Generator, towns: IntArray) -> IntArray:
        """Return one person of each of these towns; of any town where nobody there can be drawn."""
        low, high = self._start[towns], self._start[towns + 1]
        nobody = high <= low
        low, high = np.where(nobody, 0.0, low), np.where(nobody, self._cumulated[-1], high)
        return self._at(low + rng.random(towns.size) * (high - low))

    def _at(self, weight: FloatArray) -> IntArray:
        found = np.searchsorted(self._cumulated, weight, side="right") - 1
        return np.clip(found, 0, self._count - 1).astype(np.int64)


def build_people(size: WorldSize, rng: np.random.Generator) -> People:
    """Return the population of a world of this size, with the land that it lives on."""
    share = 1.0 / (np.arange(size.towns) + 2.0) ** 0.7
    households_by_town = rng.multinomial(int(size.people / 2.25), share / share.sum()).astype(np.int64)
    people_by_town = (households_by_town * 2.25).astype(np.int64)
    places = build_places(size, rng, households_by_town, people_by_town)

    # Households of homes, and one household of one person for each bed of a care home or a hostel.
    institutions = np.flatnonzero(np.isin(places.type, PLACE_TYPE.numbers(["care_home", "hostel"])))
    beds = np.where(places.type[institutions] == PLACE_TYPE["care_home"], 28, 18) + rng.integers(
        -8, 9, institutions.size
    )
    bed_place = np.repeat(institutions, beds)
    kind = np.concatenate([rng.choice(len(_KINDS), places.homes, p=_SHARES), np.zeros(bed_place.size, np.int64)])
    home = np.concatenate([np.arange(places.homes), bed_place])
    order = np.argsort(places.town[home], kind="stable")
    kind, home = kind[order], home[order]
    in_care = places.type[home] == PLACE_TYPE["care_home"]
    in_hostel = places.type[home] == PLACE_TYPE["hostel"]

    adults = np.array([1, 2, 2, 1, 2, 2])[kind] + np.where(kind == 4, rng.integers(0, 3, kind.size), 0)
    children = np.where(np.isin(kind, [2, 3]), rng.choice([1, 2, 3], kind.size, p=[0.45, 0.4, 0.15]), (kind == 5) * 1)
    members = adults + children
    start = np.concatenate([[0], np.cumsum(members)]).astype(np.int64)
    household = np.repeat(np.arange(kind.size), members)
    position = np.arange(household.size) - start[household]
    head = start[household]
    of_kind = kind[household]
    child = position >= adults[household]
    second = (position == 1) & ~child

    day = size.first_day
    age = _ages(rng, of_kind, child, second, head, position, in_care[household], in_hostel[household])
    born = (day - age * YEAR_DAYS - rng.integers(0, 365, age.size)).astype(np.int64)
    twin = child & (position == adults[household] + 1) & (rng.random(age.size) < _TWINS)
    born[twin] = born[np.flatnonzero(twin) - 1]

    sex = (rng.random(age.size) < np.where(age > 78, 0.4, 0.495)).astype(np.int64)
    couple = second & np.isin(of_kind, [1, 2, 5])
    opposite = couple & (rng.random(age.size) >= _SAME_SEX_COUPLES)
    sex[opposite] = 1 - sex[head[opposite]]
    sex[(of_kind == 3) & (position == 0)] = (rng.random(np.count_nonzero((of_kind == 3) & (position == 0))) < 0.12) * 1
    partner = np.full(age.size, NONE, dtype=np.int64)
    partner[couple] = head[couple]
    partner[head[couple]] = np.flatnonzero(couple)

    town = places.town[home[household]].astype(np.int64)
    town_start = np.searchsorted(town, np.arange(size.towns + 1)).astype(np.int64)
    kin = _kin(rng, age, child, household, head, town, town_start)
    given_names, family_names = words.given_names()[0], words.family_names()[0]
    family, birth_family = _families(rng, age.size, of_kind, head, second, child, sex, kin, age)
    given, middle = _givens(rng, sex, born, child, head)
    profession, work = _professions(rng, places, age, town, of_kind, in_care[household] | in_hostel[household])
    return People(
        born=born, sex=sex, given=given, middle=middle, family=family, birth_family=birth_family,
        home=home[household].astype(np.int64), town=town, household=household.astype(np.int64), partner=partner,
        kin=kin, profession=profession, work=work, places=places, household_start=start, town_start=town_start,
        given_names=given_names, family_names=family_names,
    )  # fmt: skip


def _ages(
    rng: np.random.Generator,
    kind: IntArray,
    child: BoolArray,
    second: BoolArray,
    head: IntArray,
    position: IntArray,
    in_care: BoolArray,
    in_hostel: BoolArray,
) -> IntArray:
    """Return ages in years; heads of household first, the others relative to them."""
    count = kind.size
    centre = np.array([56.0, 54.0, 40.0, 38.0, 29.0, 58.0])[kind]
    spread = np.array([19.0, 16.0, 8.0, 8.0, 8.0, 9.0])[kind]
    adult = np.clip(rng.normal(centre, spread), 18, 97)
    adult = np.where(in_care, np.clip(rng.normal(84, 8, count), 60, 101), adult)
    adult = np.where(in_hostel, np.clip(rng.normal(36, 11, count), 18, 70), adult)
    of_head = adult[head]
    beside = np.clip(np.where(second & (kind != 4), of_head + rng.normal(-1, 4, count), adult), 18, 98)
    years = np.where(position == 0, adult, beside)
    parent_age = np.where(kind == 5, rng.uniform(22, 36, count), rng.uniform(19, 38, count))
    young = np.clip(of_head - parent_age, 0, np.where(kind == 5, 50, 18))
    return np.where(child, young, years).astype(np.int64)


def _kin(
    rng: np.random.Generator,
    age: IntArray,
    child: BoolArray,
    household: IntArray,
    head: IntArray,
    town: IntArray,
    town_start: IntArray,
) -> IntArray:
    """Return for each person a close relative (their adult child) in another household, or NONE."""
    kin = np.full(age.size, NONE, dtype=np.int64)
    parents = np.flatnonzero((age >= 45) & ~child)
    taken = np.zeros(age.size, dtype=np.bool_)
    for _ in range(8):
        low, high = town_start[town[parents]], town_start[town[parents] + 1]
        candidate = low + (rng.random(parents.size) * (high - low)).astype(np.int64)
        far = rng.random(parents.size) < 0.2
        candidate = np.where(far, (rng.random(parents.size) * age.size).astype(np.int64), candidate)
        gap = age[parents] - age[candidate]
        fits = (gap >= 20) & (gap <= 40) & (age[candidate] >= 18) & (household[candidate] != household[parents])
        fits &= (kin[parents] == NONE) & (rng.random(parents.size) < 0.8)
        # Nobody is the child of several houses.
        own = np.unique(np.where(fits, candidate, -1), return_index=True)[1]
        own = own[fits[own] & ~taken[candidate[own]]]
        kin[parents[own]] = candidate[own]
        taken[candidate[own]] = True
    # A couple has the same children.
    second = np.flatnonzero((np.arange(age.size) == head + 1) & (age >= 45) & ~child)
    kin[second] = np.where(kin[head[second]] == NONE, kin[second], kin[head[second]])
    return kin


def _families(
    rng: np.random.Generator,
    count: int,
    kind: IntArray,
    head: IntArray,
    second: BoolArray,
    child: BoolArray,
    sex: IntArray,
    kin: IntArray,
    age: IntArray,
) -> tuple[IntArray, IntArray]:
    """Return family names now, and at birth (they differ for those who took their partner's name)."""
    _, shares = words.family_names()
    birth = np.searchsorted(shares, rng.random(count)).astype(np.int64)
    # Parents before children: an elder carries the name that their adult child has inherited.
    for chosen in (kin != NONE,):
        elders = np.flatnonzero(chosen)
        inherited = rng.random(elders.size) < 0.75
        birth[elders[inherited]] = birth[kin[elders[inherited]]]
    family = birth.copy()
    shared = np.isin(kind, [1, 2, 5]) & second & (rng.random(count) < 0.68)
    family[shared] = birth[head[shared]]
    family[child] = birth[head[child]]
    birth[child] = family[child]
    return family, birth


def _givens(
    rng: np.random.Generator, sex: IntArray, born: IntArray, child: BoolArray, head: IntArray
) -> tuple[IntArray, IntArray]:
    """Return given and middle names (NONE for no middle name) by sex and generation."""
    _, lists = words.given_names()
    generation = (born >= day_number(1960, 1, 1)).astype(np.int64) + (born >= day_number(1990, 1, 1))
    given = np.zeros(sex.size, dtype=np.int64)
    middle = np.full(sex.size, NONE, dtype=np.int64)
    has_middle = rng.random(sex.size) < 0.55
    draws = rng.random((2, sex.size))
    for (word, era), (first, shares) in lists.items():
        own = (sex == (MALE if word == "M" else FEMALE)) & (generation == era)
        given[own] = first + np.searchsorted(shares, draws[0, own])
        own &= has_middle
        middle[own] = first + np.searchsorted(shares, draws[1, own])
    same = child & (sex == sex[head]) & (rng.random(sex.size) < _SAME_NAME)
    given[same] = given[head[same]]
    middle[same] = middle[head[same]]
    middle[middle == given] = NONE
    return given, middle


def _professions(
    rng: np.random.Generator, places: Places, age: IntArray, town: IntArray, kind: IntArray, resident: BoolArray
) -> tuple[IntArray, IntArray]:
    """Return professions, and for care staff the home they work at (NONE: they call at people's homes)."""
    profession = np.full(age.size, PROFESSION["none"], dtype=np.int64)
    work = np.full(age.size, NONE, dtype=np.int64)
    able = (age >= 21) & (age <= 63) & ~resident
    draw = rng.random(age.size)
    # Share of working-age people (general knowledge): police 1 in 290, paramedics 1 in 1,100, doctors, nurses, carers.
    edges = np.cumsum([0.0035, 0.0012, 0.003, 0.009, 0.022])
    for low, high, name in zip([0.0, *edges], edges, ["police", "paramedic", "doctor", "nurse", "carer"], strict=False):
        profession[able & (draw >= low) & (draw < high)] = PROFESSION[name]
    care = np.flatnonzero(np.isin(profession, PROFESSION.numbers(["carer", "nurse"])))
    care = care[rng.random(care.size) < 0.6]
    if care.size:
        work[care] = places.pick(rng, PLACE_TYPE["care_home"], town[care])
    return profession, work
