"""Why two deaths are thought to be linked, in sentences with the figures of the loaded data."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from algorithms.bayes_factors import Scores
from algorithms.linkage_frames import LinkageFrames
from algorithms.pair_features import days_apart, distance_km
from algorithms.unlinked import Unlinked, bin_of

ROLES = {
    "deceased": "died, or nearly did",
    "finder": "found the body",
    "reporter": "reported it",
    "last_seen_with": "was last seen with the deceased",
    "suspect": "was a suspect",
    "victim": "was a victim",
    "witness": "was a witness",
    "named_in_note": "was named in a note",
    "next_of_kin": "was next of kin",
    "carer": "was carer",
    "landlord": "was landlord",
    "subject": "was subject of a report",
    "other": "was involved",
    "mention": "was named in a message or note",
    "home": "home of somebody involved",
    "scene": "the scene",
    "uses": "used by somebody involved",
    "found": "found there",
    "is": "the death itself",
    "low": "one of the two was there",
    "high": "one of the two was there",
}
TIES = {
    "person": "One person was present at both: {how}",
    "care": "One person cared for or housed people at both: {how}",
    "family": "One next of kin is common to both: {how}",
    "address": "They share an address: {how}",
    "object": "They share a phone, vehicle, account or other object: {how}",
    "mention": "A note or message ties them: {how}",
    "relation": "Somebody at one knows somebody at the other",
}
STRATA = {0: "pairs of deaths", 1: "pairs of deaths at one place", 2: "pairs of deaths in one family"}
GROUPS = {
    "means": "Both are thought to have died by {what}",
    "substance": "The same substance in both: {what}",
    "position": "Words that describe how both bodies lay: {what}",
    "item_missing": "The same thing is missing in both: {what}",
    "sex": "Both who died were of one sex ({what})",
    "place_type": "Both lay in the same sort of place ({what})",
    "flag": "Both are marked {what}",
    "method": "The same method: {what}",
    "offence": "The same offence: {what}",
}
# A contribution nearer to nothing than this is not worth a sentence (natural log).
WORTH_SAYING = 0.3


def because(frames: LinkageFrames, scores: Scores, unlinked: Unlinked, row: int) -> list[dict[str, Any]]:
    """Return what speaks for and against a link of one scored pair, the weightiest first.

    Each has name, log_bayes_factor (natural), factor (how many times likelier between linked deaths than others; below
    1 speaks against) and says, a sentence.
    """
    found = []
    for name, value in zip(scores.names, scores.parts[row], strict=True):
        if abs(value) >= WORTH_SAYING:
            says = sentence(frames, scores, unlinked, row, name)
            factor = float(np.exp(value))
            found.append(
                {"name": name, "log_bayes_factor": round(float(value), 3), "factor": round(factor, 3), "says": says}
            )
    return sorted(found, key=lambda part: (-abs(part["log_bayes_factor"]), part["name"]))


def sentence(frames: LinkageFrames, scores: Scores, unlinked: Unlinked, row: int, name: str) -> str:
    """Return one contribution in words, with how often unlinked pairs of the loaded data show the same."""
    a, b = scores.a[row : row + 1], scores.b[row : row + 1]
    if name in TIES:
        tie = scores.ties[(scores.ties["pair"] == row) & (scores.ties["tie"] == name)].iloc[0]
        first, second = _role(tie["how_a"]), _role(tie["how_b"])
        how = f"{first} both times" if first == second else f"{first} and {second}"
        return (
            f"{TIES[name].format(how=how)}; {_one_in(tie['share'])} {STRATA[int(tie['stratum'])]} have that in common."
        )
    if name == "distance_km":
        km = distance_km(frames, a, b)
        share = unlinked.shares[name][int(bin_of(km, unlinked.edges[name])[0])]
        return f"{_metres(float(km[0]))} apart; {_one_in(share)} pairs of deaths lie at about that distance."
    if name == "days_apart":
        gap = days_apart(frames, a, b)
        share = unlinked.shares[name][int(bin_of(gap, unlinked.edges[name])[0])]
        return f"{_days(float(gap[0]))} apart; {_one_in(share)} pairs of deaths lie about as far apart in time."
    if name == "age_apart":
        age = frames.ordered["age"].to_numpy()
        years = round(abs(float(age[a[0]] - age[b[0]])))
        return f"Those who died were {years} year{'s' if years != 1 else ''} apart in age."
    if name == "category":
        expected = int((frames.ordered["category"].to_numpy()[[a[0], b[0]]] == "expected").sum())
        return {
            0: "Neither death was expected.",
            1: "One of the deaths was expected.",
            2: "Both deaths were expected.",
        }[expected]
    if name in ("hour", "weekday"):
        near = scores.part(name)[row] > 0
        of = "time of day" if name == "hour" else "day of the week"
        return f"{'Near' if near else 'Not near'} each other in {of}."
    return _tokens(unlinked, name, int(a[0]), int(b[0]))


def _tokens(unlinked: Unlinked, name: str, a: int, b: int) -> str:
    tokens = unlinked.tokens[name]
    first, second = (set(tokens.has[at].indices) for at in (a, b))
    shared = sorted(first & second, key=lambda token: tokens.common[token])
    family = name.partition(".")[0]
    if not shared:
        return f"They differ in {family.replace('_', ' ')}."
    what = ", ".join(tokens.names[token].rpartition(":")[2].replace("_", " ") for token in shared[:5])
    says = GROUPS.get(family, "Both have {what}").format(what=what)
    return f"{says}; {_one_in(float(tokens.common[shared[0]]))} deaths of which it is known have that."


def _role(how: str) -> str:
    return ROLES.get(how, how.replace("_", " "))


def _one_in(share: float) -> str:
    if share <= 0:
        return "none of the"
    if share > 0.2:
        return f"{share:.0%} of"
    return f"1 in {round(1 / share):,}"


def _metres(km: float) -> str:
    if km < 0.05:
        return "Less than 50 m"
    return f"{round(km * 1000, -1):,.0f} m" if km < 1 else f"{km:,.1f} km"


def _days(gap: float) -> str:
    days = round(gap)
    return "Less than a day" if days == 0 else f"{days} day{'s' if days != 1 else ''}"


def gaps(days: list[int]) -> str:
    """Return the days between events, in order, in words. days: days since 1970-01-01."""
    apart = [later - earlier for earlier, later in pairwise(sorted(days))]
    return ", ".join(str(gap) for gap in apart)


def chance_words(expected: Mapping[str, float]) -> str:
    """Return how often chance alone would give a series as strong. expected: a_year, low, high."""
    if expected["a_year"] <= 0:
        return f"None as strong came up by chance (fewer than {max(expected['high'], 0.01):.2g} a year)"
    return (
        f"{expected['a_year']:.2g} as strong are expected by chance a year "
        f"(between {expected['low']:.2g} and {expected['high']:.2g})"
    )
