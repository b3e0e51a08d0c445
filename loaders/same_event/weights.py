"""How much each agreement and disagreement of two records says about their being one event.

The question is never "one event, or two that have nothing to do with each other?" but "one event, or another of the
same people at the same place?": most of what a couple's two calls share they share because it is the same couple.
So the rate of other events is measured around the person or place that they share, and everything else is weighed
against another event of these people there. `same` is how often records of one event show a level, `other` how often
records of two events of the same people or place do; the weight is log2(same / other). Judgement, checked on synthetic
forces (tests/benchmarks/bench_events.py), not learnt.
"""

from dataclasses import dataclass
from math import log2

JOINED_FROM = 0.99
POSSIBLE_FROM = 0.8


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison, in words that follow 'because'."""

    words: str
    same: float = 1.0
    other: float = 1.0

    @property
    def bits(self) -> float:
        """Return log2 of the Bayes factor."""
        return log2(self.same / self.other)


# How many records of one source a record of another is expected to be told by once more. Within one source two
# references are two events, but for a clerk who enters one twice.
REPEATED = {
    "one source": 0.005,
    "one source, deaths": 0.01,
    "two sources": 0.05,
    "an attendance and a crime": 0.08,
    "an attendance and a death": 0.3,
    "deaths of two sources": 0.5,
}

# Shared by a great many, whatever was recorded in the window: a hub, a neighbourhood.
HUB_RECORDS, NEIGHBOURHOOD_RECORDS = 100, 30


@dataclass(frozen=True)
class Gap:
    """Records of one event no further apart than this: share of them across sources, and within one; `burst`: how many
    times more often than evenly spread another event of the same people or place falls there.
    """

    minutes: float
    across: float
    within: float
    burst: float
    words: str


# Another event follows the last one more often than chance: officers leave, and it begins again.
GAPS = (
    Gap(0.5, 0.20, 0.70, 10, "at the same minute"),
    Gap(10, 0.35, 0.12, 10, "within ten minutes of each other"),
    Gap(60, 0.25, 0.06, 10, "within the hour"),
    Gap(360, 0.12, 0.05, 8, "within six hours"),
    Gap(1440, 0.05, 0.04, 6, "within a day"),
    Gap(4320, 0.02, 0.02, 4, "within three days"),
    Gap(129_600, 0.01, 0.01, 1, "more than three days apart"),
)
# Times are rounded: this many times more events stand at a round hour or half hour than at another minute.
ROUND_TIME = 6.0
# An interval this wide (minutes) is no time of day any more: that two overlap is not that they agree.
WIDE = 60.0
OVERLAP = 0.9
# Two clocks were tried (when it happened, when it was reported) and the better one taken.
SECOND_CLOCK = 2.0

FURTHER_PERSON = Level("another person in common", 0.85, 0.45)
MOST_FURTHER = 2
ROLES = {
    "same": Level("in the same role", 0.85, 0.55),
    "alike": Level("in roles that go together", 0.12, 0.15),
    "clash": Level("suspect in one, victim in the other", 0.03, 0.30),
}
OTHER_VICTIMS = Level("the victims are different people", 0.08, 0.5)
OTHER_SUSPECTS = Level("the suspects are different people", 0.2, 0.5)

PLACES = {
    "spot": Level("at the same address", 0.75, 0.40),
    "at_25_m": Level("within 25 m of each other", 0.08, 0.05),
    "at_100_m": Level("within 100 m of each other", 0.07, 0.05),
    "postcode": Level("in the same postcode", 0.05, 0.05),
    "at_500_m": Level("within 500 m of each other", 0.04, 0.06),
    "at_2_km": Level("within 2 km of each other", 0.02, 0.10),
    "further": Level("more than 2 km apart", 0.02, 0.30),
    "hub": Level("at the same busy place", 0.75, 0.65),
}
# Where the place is what they share, being a little apart is what it costs.
NEAR_PLACES = {
    "at_25_m": Level("within 25 m of each other, at no common address", 0.25),
    "at_100_m": Level("within 100 m of each other, at no common address", 0.10),
}

PATIENT_SEX = {"same": Level("of the same sex", 0.97, 0.5), "different": Level("of another sex", 0.03, 0.5)}
PATIENT_AGE = {
    "same": Level("in the same age band", 0.9, 0.15),
    "next": Level("in the next age band", 0.08, 0.25),
    "different": Level("of another age", 0.02, 0.6),
}

OFFENCES = {
    "code": Level("the same offence", 0.85, 0.30),
    "group": Level("offences of one group", 0.08, 0.12),
    "different": Level("different offences", 0.07, 0.58),
    "kinds": Level("a crime and a report that is not a crime", 0.4, 0.6),
    "injury": Level("an offence that brings an ambulance", 0.85, 0.40),
    "no_injury": Level("an offence that seldom brings an ambulance", 0.15, 0.60),
}
# Words of offences and Home Office subgroups that leave somebody hurt.
HURTFUL = (
    "homicide",
    "violence",
    "rape",
    "sexual",
    "robbery",
    "weapons",
    "assault",
    "wounding",
    "bodily",
    "strangulation",
)

TEXTS = {
    "long_same": Level("the same long text", 0.3, 0.005),
    "long_alike": Level("long texts that say much the same", 0.3, 0.06),
    "short_same": Level("the same short text", 0.3, 0.15),
    "long_different": Level("long texts with few words in common", 0.3, 0.6),
}
LONG_TEXT = 12

REFERENCE = Level("one text names the other's reference", 0.1, 0.0001)
