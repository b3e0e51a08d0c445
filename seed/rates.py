"""The base rates a world is drawn from, each with where it comes from; GK marks general knowledge to be checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seed.codes import FLAG, listed

# Shares of all incidents by stream. Domestic abuse is a sixth of demand (ONS: 15-18 % of recorded crime); rest GK.
STREAMS: dict[str, float] = {
    "abuse": 0.17, "crime": 0.505, "non_crime": 0.08, "arrest": 0.06, "intelligence": 0.04, "safeguarding": 0.03,
    "missing": 0.03, "ambulance": 0.06, "ed_attendance": 0.025,
}  # fmt: skip

# Domestic abuse. 76-78 % of pairs never come back (domain.md 2); the tail is GK.
ONE_TIME_PAIRS = 0.77
FREQUENT_SHARE = 0.05  # of the pairs that come back: 8 events or more
# Suspects who have a second victim in the background, a share of pairs (GK; practice calls two in three years serial).
SECOND_VICTIM = 0.03
MALE_SUSPECT = 0.76
TIES: dict[str, float] = {"partner": 0.5, "ex_partner": 0.33, "family": 0.17}
ABUSE_NON_CRIME = 0.40  # ONS: about four in ten domestic abuse incidents are not recorded as a crime
ABUSE_REPORTERS: dict[str, float] = {"victim": 0.5, "neighbour": 0.12, "family": 0.08, "nobody": 0.30}
# Flags of a domestic abuse event that its offence does not already imply (GK, order of magnitude).
ABUSE_FLAGS: dict[str, float] = {
    "alcohol": 0.28, "child_present": 0.3, "separation": 0.12, "mental_health": 0.1, "coercive_control": 0.04,
    "drugs": 0.06, "vulnerable_adult": 0.03,
}  # fmt: skip
# Behaviour that rules watch for: rare, and not everywhere written down.
ABUSE_MARKERS: dict[str, float] = {"strangulation": 0.012, "threat_to_kill": 0.01, "stalking": 0.012, "weapon": 0.015}
BREACH_RECORDED = 0.72  # of contacts that an order forbids, those that the force writes down as a breach (GK)

# Records. Late: recorded days to weeks after the report.
LATE_SHARE, LATE_MEAN_DAYS = 0.11, 9.0
SPLIT_AGAIN = (
    0.14  # a person met again becomes a new nominal this often (GK: 10-20 % of nominal records are duplicates)
)

# Deaths reported to police (domain.md 1): mostly natural; ages, places and seasons GK, shaped on published totals.
DEATH_MEANS: dict[str, float] = {
    "natural": 0.725, "overdose": 0.08, "hanging": 0.05, "fall": 0.04, "vehicle": 0.025, "drowning": 0.015,
    "poisoning": 0.008, "fire": 0.006, "asphyxia": 0.005, "neglect": 0.003, "sharp_force": 0.004,
    "blunt_force": 0.003, "unknown": 0.036,
}  # fmt: skip
NATURAL_EXPECTED = 0.47
CARE_HOME_DEATHS = 0.11
UNIDENTIFIED = 0.004
NEAR_MISS_DEATHS = 0.03  # rows of the deaths table where the person lived

# Outcomes: charge (1), caution, victim does not support (14, 16), evidential difficulty (15), no suspect (18).
OUTCOMES = np.array([1, 2, 3, 8, 14, 15, 16, 18, 20])
ABUSE_OUTCOMES = {1: 0.10, 3: 0.02, 14: 0.06, 15: 0.20, 16: 0.52, 20: 0.02}
SUSPECT_OUTCOMES = {1: 0.27, 2: 0.02, 3: 0.07, 8: 0.09, 14: 0.04, 15: 0.24, 16: 0.19}
NO_SUSPECT_OUTCOMES = {14: 0.06, 18: 0.84, 20: 0.02}


@dataclass(frozen=True)
class Offence:
    """One Home Office offence: its share of crimes that are not domestic, and how such a crime usually looks.

    suspect: share with a known suspect. victim: person, home (the victim's own), organisation, none.
    """

    code: str
    title: str
    group: str
    share: float
    suspect: float
    victim: str
    place: str
    hours: str
    flags: int = 0


OFFENCES: tuple[Offence, ...] = (
    Offence("46", "Shoplifting", "Shoplifting", 12.0, 0.45, "organisation", "shop", "shop"),
    Offence("49", "Other theft", "All other theft offences", 10.0, 0.12, "person", "any", "office"),
    Offence("39", "Theft from the person", "Theft from the person", 3.0, 0.06, "person", "street", "night"),
    Offence("44", "Theft of a pedal cycle", "Bicycle theft", 2.0, 0.04, "person", "street", "office"),
    Offence("45", "Theft from vehicle", "Vehicle offences", 5.5, 0.06, "person", "street", "night"),
    Offence("48", "Theft of a motor vehicle", "Vehicle offences", 3.0, 0.09, "person", "street", "night"),
    Offence("28E", "Burglary in a dwelling", "Residential burglary", 4.5, 0.11, "home", "home", "night"),
    Offence("30C", "Burglary in a building other than a dwelling", "Non-residential burglary", 2.2, 0.12,
            "organisation", "workplace", "night"),
    Offence("58A", "Criminal damage to a dwelling", "Criminal damage", 3.0, 0.2, "home", "home", "night"),
    Offence("58C", "Criminal damage to a vehicle", "Criminal damage", 4.3, 0.12, "person", "street", "night"),
    Offence("58D", "Other criminal damage", "Criminal damage", 2.8, 0.25, "none", "any", "night"),
    Offence("56B", "Arson not endangering life", "Arson", 0.7, 0.15, "none", "car_park", "night"),
    Offence("8N", "Assault with injury", "Violence with injury", 7.5, 0.62, "person", "licensed_premises", "night",
            FLAG.bit("alcohol")),
    Offence("5D", "Assault with intent to cause serious harm", "Violence with injury", 0.7, 0.7, "person", "street",
            "night", FLAG.bit("weapon")),
    Offence("105A", "Assault without injury", "Violence without injury", 10.0, 0.6, "person", "any", "night"),
    Offence("3B", "Threats to kill", "Violence without injury", 0.7, 0.7, "person", "any", "home",
            FLAG.bit("threat_to_kill")),
    Offence("36", "Kidnapping", "Violence without injury", 0.15, 0.7, "person", "street", "night"),
    Offence("11A", "Cruelty to children", "Violence without injury", 0.3, 0.9, "person", "home", "home",
            FLAG.bit("child_present")),
    Offence("8L", "Harassment", "Stalking and harassment", 4.5, 0.7, "person", "home", "home"),
    Offence("8R", "Malicious communications", "Stalking and harassment", 4.5, 0.5, "person", "home", "even"),
    Offence("8Q", "Stalking", "Stalking and harassment", 0.8, 0.75, "person", "home", "home", FLAG.bit("stalking")),
    Offence("19C", "Rape of a female aged 16 or over", "Rape", 1.1, 0.75, "person", "home", "night",
            FLAG.bit("sexual")),
    Offence("20A", "Sexual assault on a female aged 13 or over", "Other sexual offences", 2.2, 0.55, "person", "any",
            "night", FLAG.bit("sexual")),
    Offence("19F", "Rape of a male aged 16 or over", "Rape", 0.1, 0.7, "person", "home", "night", FLAG.bit("sexual")),
    Offence("20B", "Sexual assault on a male aged 13 or over", "Other sexual offences", 0.35, 0.5, "person", "any",
            "night", FLAG.bit("sexual")),
    Offence("34B", "Robbery of personal property", "Robbery", 1.5, 0.25, "person", "street", "night"),
    Offence("34A", "Robbery of business property", "Robbery", 0.3, 0.3, "organisation", "shop", "night"),
    Offence("92A", "Trafficking in controlled drugs", "Trafficking of drugs", 0.7, 0.95, "none", "street", "even",
            FLAG.bit("drugs")),
    Offence("92E", "Possession of cannabis", "Possession of drugs", 2.4, 1.0, "none", "street", "night",
            FLAG.bit("drugs")),
    Offence("10D", "Possession of an article with a blade or point", "Possession of weapons offences", 1.1, 0.95,
            "none", "street", "night", FLAG.bit("weapon")),
    Offence("9A", "Public fear, alarm or distress", "Public order offences", 8.0, 0.5, "person", "any", "night"),
    Offence("79", "Perverting the course of justice", "Miscellaneous crimes against society", 0.15, 1.0, "none",
            "police_station", "office"),
    Offence("83", "Bail offences", "Miscellaneous crimes against society", 0.3, 1.0, "none", "custody", "office"),
    Offence("1", "Homicide", "Homicide", 0.0, 0.95, "person", "home", "night"),
    Offence("8U", "Controlling or coercive behaviour", "Stalking and harassment", 0.0, 1.0, "person", "home", "home",
            FLAG.bit("coercive_control")),
    Offence("00877", "Non-fatal strangulation and suffocation", "Violence with injury", 0.0, 1.0, "person", "home",
            "home", FLAG.bit("strangulation")),
)  # fmt: skip
OFFENCE: dict[str, int] = {offence.code: number for number, offence in enumerate(OFFENCES)}

# Crimes of domestic abuse (share of its crimes). Grave ones are rare and gather in few pairs (domain.md 2).
ABUSE_CRIMES: dict[str, float] = {
    "105A": 0.47, "8N": 0.10, "8L": 0.12, "8R": 0.08, "8U": 0.05, "58A": 0.08, "9A": 0.05, "3B": 0.01, "8Q": 0.015,
    "00877": 0.012, "19C": 0.008, "5D": 0.004, "49": 0.001,
}  # fmt: skip
GRAVE_CRIMES: dict[str, float] = {"8N": 0.36, "19C": 0.3, "00877": 0.14, "5D": 0.09, "3B": 0.06, "8Q": 0.05}
GRAVE_PAIRS = 0.025

# Offences that make a person "known" for the rule on reporters and finders: violent, sexual, drugs, perverting.
SUBJECT_OFFENCES = listed("8N 5D 105A 3B 36 11A 8L 8Q 19C 19F 20A 20B 34B 34A 92A 92E 10D 79 1 8U 00877")


def draw(rng: np.random.Generator, shares: dict[str, float], count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return positions in `shares` drawn by its figures, which need not add up to one."""
    weights = np.cumsum(list(shares.values()))
    drawn: np.ndarray[tuple[int], np.dtype[np.int64]] = np.searchsorted(
        weights, rng.random(count) * weights[-1], side="right"
    ).astype(np.int64)
    return drawn
