"""What a place's chart alarmed for, what explains it, and what could make it wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from algorithms.count_cusum import BoolArray, FloatArray, IntArray
from algorithms.place_expectation import Expectation

ALARM_COLUMNS = (
    "place_id", "month", "from_month", "kind", "state", "observed", "expected", "expected_level", "ratio",
    "explained_by", "explanation", "could_be_wrong",
)  # fmt: skip
STEPS = ("season", "case_mix", "adjusted")
NAMES = {"season": "season", "case_mix": "case_mix", "adjusted": "peers"}
# A rise of which more than this share are deaths judged expected is said to lie there.
MOSTLY = 0.6

COULD_BE_WRONG = (
    "More people live or stay there than before: how many do is not in the data.",
    "People come there to die, such as from hospital at the end of life.",
    "Deaths are reported from there that were not reported before: a new manager, a new rule, a new source.",
    "Among so many places and months, some alarm by chance.",
    "Deaths of its residents in hospital are counted at the hospital.",
)


@dataclass(frozen=True)
class PlaceCharts:
    """Charts of the places of one type; arrays are places x months.

    values, crossed, runs: by the chart's name (level, season, case_mix, adjusted, not_expected); see count_cusum.
    sudden: by the chart's name. ages: sum of known ages and how many are known.
    """

    place_ids: list[str]
    observed: IntArray
    unexpected: IntArray
    every: Expectation
    not_expected: Expectation
    values: dict[str, FloatArray]
    crossed: dict[str, BoolArray]
    runs: dict[str, IntArray]
    sudden: dict[str, BoolArray]
    ages: tuple[FloatArray, IntArray]


def alarm_rows(charts: PlaceCharts, baseline: int, first_month: int, h: float) -> pd.DataFrame:
    """Return one row an alarm: of the chart adjusted for everything, or of the plain one where something explains it.

    baseline: months before those watched. first_month: months since 1970-01. h: height at which a chart alarms.
    """
    rows: list[dict[str, Any]] = []
    for place, place_id in enumerate(charts.place_ids):
        found = [*_rises(charts, place), *_sudden(charts, place)]
        for kind, first, last, explained in sorted(found, key=lambda alarm: (alarm[2], alarm[0])):
            rows.append(
                {"place_id": place_id, "kind": kind}
                | _described(charts, place, first, last, explained, baseline, first_month, h)
            )
    return pd.DataFrame(rows, columns=list(ALARM_COLUMNS))


def _rises(charts: PlaceCharts, place: int) -> list[tuple[str, int, int, str | None]]:
    """Return the rises of a place: kind, first and last month, and what explains it (None: nothing does)."""
    adjusted = [
        (int(charts.runs["adjusted"][place, month - _offset(charts)]), int(month))
        for month in np.flatnonzero(charts.crossed["adjusted"][place])
    ]
    found: list[tuple[str, int, int, str | None]] = [("rise", first, last, None) for first, last in adjusted]
    for month in np.flatnonzero(charts.crossed["level"][place]):
        last = int(month)
        first = int(charts.runs["level"][place, last - _offset(charts)])
        # The same rise, alarmed by both charts, is one alarm.
        if any(start <= last and first <= end for start, end in adjusted):
            continue
        found.append(("rise", first, last, _first_quiet(charts, place, first, last)))
    return found


def _first_quiet(charts: PlaceCharts, place: int, first: int, last: int) -> str:
    for step in STEPS[:-1]:
        if not charts.crossed[step][place, first : last + 1].any():
            return NAMES[step]
    return NAMES[STEPS[-1]]


def _sudden(charts: PlaceCharts, place: int) -> list[tuple[str, int, int, str | None]]:
    found: list[tuple[str, int, int, str | None]] = []
    months = np.flatnonzero(charts.sudden["level"][place] | charts.sudden["adjusted"][place])
    for month in months:
        explained = None
        if not charts.sudden["adjusted"][place, month]:
            explained = next(NAMES[step] for step in STEPS if not charts.sudden[step][place, month])
        found.append(("sudden", int(month), int(month), explained))
    return found


def _offset(charts: PlaceCharts) -> int:
    """Months before those watched: runs are kept for the months watched alone."""
    return charts.observed.shape[1] - charts.runs["level"].shape[1]


def _described(
    charts: PlaceCharts,
    place: int,
    first: int,
    last: int,
    explained: str | None,
    baseline: int,
    first_month: int,
    h: float,
) -> dict[str, Any]:
    run = slice(first, last + 1)
    observed = int(charts.observed[place, run].sum())
    expected = float(charts.every.peers[place, run].sum())
    level = float(charts.every.level[place, run].sum())
    reasons = [explained] if explained else []
    words = [
        f"{observed} deaths in {_span(first_month, first, last)}; {expected:.1f} were expected, {level:.1f} from the "
        "place's own past alone."
    ]
    words += _season_and_peers(charts, place, run, explained)
    excess = observed - expected
    unexpected = int(charts.unexpected[place, run].sum())
    unexpected_expected = float(charts.not_expected.peers[place, run].sum())
    lies_in_expected = excess > 0 and (excess - max(unexpected - unexpected_expected, 0)) / excess > MOSTLY
    if lies_in_expected and not charts.crossed["not_expected"][place, run].any():
        reasons.append("category")
        words.append(
            f"Most of the excess is deaths judged expected; not so judged are {unexpected}, where "
            f"{unexpected_expected:.1f} were expected."
        )
    older = _age_words(charts, place, run, baseline)
    if older:
        words.append(older)
    return {
        "month": _month(first_month + last),
        "from_month": _month(first_month + first),
        "state": "explained" if explained else "worth_a_look",
        "observed": observed,
        "expected": round(expected, 2),
        "expected_level": round(level, 2),
        "ratio": round(observed / max(expected, 1e-6), 2),
        "explained_by": reasons,
        "explanation": " ".join(words),
        "could_be_wrong": _could_be_wrong(reasons),
    }


def _season_and_peers(charts: PlaceCharts, place: int, run: slice, explained: str | None) -> list[str]:
    def of(name: str) -> float:
        return float(getattr(charts.every, name)[place, run].sum())

    words = []
    season, mix, peers = of("season") / of("level"), of("case_mix") / of("season"), of("peers") / of("case_mix")
    if explained == "season":
        words.append(f"The season explains it: at this time of year such places have {season:.1f} times their mean.")
    elif explained == "case_mix":
        words.append(f"Who lives there explains it: with the season of its own mix, {season * mix:.1f} times its mean.")
    elif explained == "peers":
        words.append(
            f"Its peers explain it: all places of its type rose, to {peers:.1f} times what the season makes likely."
        )
    else:
        words.append(
            f"Neither the season ({season:.1f} times the mean), nor who lives there ({mix:.1f}), nor its peers in the "
            f"same months ({peers:.1f} times what the season makes likely) explain it."
        )
    return words


def _age_words(charts: PlaceCharts, place: int, run: slice, baseline: int) -> str:
    sums, counts = charts.ages
    now, before = int(counts[place, run].sum()), int(counts[place, :baseline].sum())
    if now < 3 or before < 3:
        return ""
    age_now, age_before = sums[place, run].sum() / now, sums[place, :baseline].sum() / before
    return f"Mean age at death {age_now:.0f} years, {age_before:.0f} before."


def _could_be_wrong(reasons: list[str]) -> list[str]:
    doubts = list(COULD_BE_WRONG)
    if "peers" in reasons:
        doubts.insert(0, "A rise at all places of a type can hide one that has another cause at this place.")
    if "category" in reasons:
        doubts.insert(0, "Whether a death was expected is a judgement of those who were there.")
    return doubts


def _span(first_month: int, first: int, last: int) -> str:
    if first == last:
        return _month(first_month + first)
    return f"{_month(first_month + first)} to {_month(first_month + last)}"


def _month(number: int) -> str:
    return f"{1970 + number // 12}-{number % 12 + 1:02d}"
