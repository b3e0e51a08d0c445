"""What happened to a pair, a person or a place over time: steps, gaps, four figures, and how often it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

import pandas as pd

# An event so long ago counts half as much for how recent things are (days).
HALF_LIFE_DAYS = 90.0
# The four figures look back so far (days).
WINDOW_DAYS = 730
# What may follow is counted within so many days of an event (days).
FOLLOW_DAYS = 365
# From here on an event is grave (CCHI days): violence with injury, robbery, rape, homicide.
GRAVE = 365.0
# Events beyond this many are alike for base rates (count).
MOST_ALIKE = 5
# Numbers of people below this are hidden (count).
SMALL = 5
# The "365 days, two or more allegations" list (days, count).
ALLEGATION_DAYS, FEWEST_ALLEGATIONS = 365, 2
# An event that scores nothing is still an event (days).
FLOOR = 1.0
# A step is this many times the gravest before, and no less than that many days: a rise from one day to two is none.
STEP_TIMES, STEP_LEAST = 5.0, 10.0


@dataclass(frozen=True)
class Point:
    """One event of a trajectory. gap_days: since the one before; harm: CCHI days or None; step: in words, empty where
    harm did not step up on everything before.
    """

    event: str
    day: int | None
    gap_days: int | None
    harm: float | None
    step: str


@dataclass(frozen=True)
class Figures:
    """Four figures, shown side by side and never added up. recency: events, each halved every HALF_LIFE_DAYS;
    frequency: events; gravity: the gravest event (CCHI days); victims: different victims. All within WINDOW_DAYS.
    """

    recency: float
    frequency: int
    gravity: float | None
    victims: int


@dataclass(frozen=True)
class Rate:
    """How often it went on. n of those like it had a further event within FOLLOW_DAYS, grave of them a grave one.

    alike: events that they had until then, MOST_ALIKE for that many or more; of: how many there are; low, high: 95 %
    intervals of either share.
    """

    alike: int
    of: int
    further: int
    further_low: float
    further_high: float
    grave: int
    grave_low: float
    grave_high: float


def points(events: pd.DataFrame) -> list[Point]:
    """Return the events in order of day, those without a day last, with gaps and steps of harm.

    events: columns event (str), day (days since 1970 or missing), harm (CCHI days or missing); one row an event.
    """
    ordered = events.assign(day=pd.to_numeric(events["day"]), harm=pd.to_numeric(events["harm"]))
    ordered = ordered.sort_values(["day", "event"], na_position="last", kind="stable")
    found: list[Point] = []
    last: int | None = None
    gravest: float | None = None
    for event, day, harm in zip(ordered["event"], ordered["day"], ordered["harm"], strict=True):
        on = None if pd.isna(day) else int(day)
        score = None if pd.isna(harm) else float(harm)
        gap = on - last if on is not None and last is not None else None
        found.append(Point(str(event), on, gap, score, "" if on is None else _step(score, gravest)))
        if on is not None:
            last = on
            gravest = max(gravest or FLOOR, score or FLOOR)
    return found


def _step(harm: float | None, gravest: float | None) -> str:
    if harm is None or gravest is None or harm < STEP_LEAST or harm < STEP_TIMES * gravest:
        return ""
    return f"step: {harm:g} harm-days, the gravest before {gravest:g}"


def figures(events: pd.DataFrame, victims: pd.DataFrame, as_of_day: int) -> Figures:
    """Return the four figures of the WINDOW_DAYS up to as_of_day.

    events: columns event, day, harm, one row an event. victims: columns event, victim, one row a victim of an event.
    """
    recent = _within(events, as_of_day, WINDOW_DAYS).drop_duplicates("event")
    age = as_of_day - pd.to_numeric(recent["day"]).astype("float64")
    harm = pd.to_numeric(recent["harm"]).astype("float64").dropna()
    return Figures(
        round(float((0.5 ** (age / HALF_LIFE_DAYS)).sum()), 2),
        len(recent),
        float(harm.max()) if len(harm) else None,
        int(victims.loc[victims["event"].isin(recent["event"]), "victim"].nunique()),
    )


def allegations(events: pd.DataFrame, as_of_day: int) -> pd.DataFrame:
    """Return who was named as suspect twice or more in ALLEGATION_DAYS, most harm-days first.

    events: columns person, event, day, harm; one row a person and event. An event without a score counts one day.
    Returns columns person, allegations (count), harm_days (sum), gravest (days), last_day. A sum hides what it is made
    of: many small things outrank one grave one, so the gravest stands beside it. Allegations are no convictions.
    """
    recent = _within(events, as_of_day, ALLEGATION_DAYS).drop_duplicates(["person", "event"])
    recent = recent.assign(harm=pd.to_numeric(recent["harm"]).astype("float64").fillna(FLOOR))
    summed = recent.groupby("person", as_index=False).agg(
        allegations=("event", "size"), harm_days=("harm", "sum"), gravest=("harm", "max"), last_day=("day", "max")
    )
    summed = summed[summed["allegations"] >= FEWEST_ALLEGATIONS]
    return summed.sort_values(["harm_days", "person"], ascending=[False, True], ignore_index=True)


def base_rate(events: pd.DataFrame, had: int, as_of_day: int, *, without: str | None = None) -> Rate:
    """Return how often units that had so many events had a further one, and a grave one, within FOLLOW_DAYS.

    events: columns unit, event, day, harm; one row a unit (pair, suspect, victim, place) and event. had: events
    that the unit in question had; units like it had as many at least, and the last of these at least FOLLOW_DAYS before
    as_of_day, so that what followed is known. without: the unit in question itself. Events of one day count as one.
    Raises ValueError for had below 1.
    """
    if had < 1:
        raise ValueError(f"a unit that had {had} events is not in the data")
    alike = min(had, MOST_ALIKE)
    harm = pd.to_numeric(events["harm"]).astype("float64").fillna(FLOOR)
    others = events.assign(harm=harm)[events["unit"] != without]
    days = others.groupby(["unit", "day"], as_index=False).agg(harm=("harm", "max")).sort_values(["unit", "day"])
    index = days[days.groupby("unit").cumcount() == alike - 1]
    index = index[index["day"] <= as_of_day - FOLLOW_DAYS][["unit", "day"]]
    later = days.merge(index, on="unit", suffixes=("", "_index"))
    later = later[(later["day"] > later["day_index"]) & (later["day"] <= later["day_index"] + FOLLOW_DAYS)]
    further = int(later["unit"].nunique())
    grave = int(later.loc[later["harm"] >= GRAVE, "unit"].nunique())
    of = len(index)
    return Rate(alike, of, further, *wilson(further, of), grave, *wilson(grave, of))


def wilson(n: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Return the interval of a share n / of (95 % by default), 0 to 1 where there is nothing to go by.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209.
    """
    if of == 0:
        return 0.0, 1.0
    share, spread = n / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def rate_in_words(rate: Rate, unit: str) -> str:
    """Return a base rate as a sentence, small numbers hidden. unit: what is counted, in the plural."""
    had = f"{rate.alike} or more" if rate.alike == MOST_ALIKE else str(rate.alike)
    like = f"{unit} in the loaded data that had {had} event{'' if had == '1' else 's'}"
    if rate.of < SMALL:
        return f"There are too few {like} to say how often it goes on."
    parts = [
        _part(rate.further, rate.of, rate.further_low, rate.further_high, "a further event"),
        _part(rate.grave, rate.of, rate.grave_low, rate.grave_high, "a grave one"),
    ]
    return f"Of 100 {like}, {parts[0]} within 12 months, {parts[1]} (counted on {rate.of:,}; intervals of 95 %)."


def _part(n: int, of: int, low: float, high: float, what: str) -> str:
    # What is hidden must not come back by subtraction either.
    if n < SMALL:
        return f"fewer than {ceil(100 * SMALL / of)} had {what}"
    if of - n < SMALL:
        return f"nearly all had {what}"
    return f"{100 * n / of:.0f} ({100 * low:.0f} to {100 * high:.0f}) had {what}"


def _within(events: pd.DataFrame, as_of_day: int, days: int) -> pd.DataFrame:
    day = pd.to_numeric(events["day"])
    return events[(day > as_of_day - days) & (day <= as_of_day)]
