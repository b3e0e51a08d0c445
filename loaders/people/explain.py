"""Why two nominals are one person, or not: weights as words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from graph.errors import ThroughlineError
from loaders.people.clusters import Verdicts, read_verdicts, set_contradictions_aside
from loaders.people.comparisons import COMPARISONS, Comparison, Level
from loaders.people.features import ordered_nominals
from loaders.people.grouping import JOINED_FROM, POSSIBLE_FROM
from loaders.people.model import Model
from loaders.people.patterns import PATTERNS, is_level
from loaders.people.population import Population
from loaders.people.scoring import Workspace, odds_bits, prior_bits, probability, score_pairs, workspace
from loaders.people.training import train

SAID_BY_ANALYST = "said by an analyst"
SINGLE = "single record"

# What a level must add (bits) to be named as what a link rests on, and take away to be named as what speaks against
# one.
_NAMED_FROM = 2.0


@dataclass(frozen=True)
class Contribution:
    """One bar of the waterfall. name: what was compared; words: what came of it; bits: what it adds to the weight;
    left, right: the values compared; rarity: how many people share the value, in words, where that counts.
    """

    name: str
    words: str
    bits: float
    left: str = ""
    right: str = ""
    rarity: str = ""


@dataclass(frozen=True)
class PairExplanation:
    """Why two nominals are one person, or not. The contributions, the prior first, add up to total_bits = log2 of the
    odds.

    verdict: joined | possible | apart, for these two alone (in a resolution, third records can join or part them);
    probability: of the model, whatever people said. not_compared: what is missing on either side. why_not: sentences,
    empty when joined. would_join: what, if it were known and agreed, would be enough; empty when joined, and where
    nothing is. joined_from: the probability from which two records are one person.
    """

    a: str
    b: str
    contributions: tuple[Contribution, ...]
    total_bits: float
    probability: float
    verdict: str
    not_compared: tuple[str, ...]
    why_not: tuple[str, ...]
    would_join: tuple[str, ...] = ()
    joined_from: float = JOINED_FROM

    def waterfall(self) -> list[tuple[Contribution, float, float]]:
        """Return each contribution with the bits so far and the probability that they stand for."""
        totals = np.cumsum([c.bits for c in self.contributions])
        return list(zip(self.contributions, totals.tolist(), probability(totals).tolist(), strict=True))


def explain_pair(
    nominals: pd.DataFrame,
    a: str,
    b: str,
    model: Model | None = None,
    judgements: pd.DataFrame | None = None,
    population: Population | None = None,
) -> PairExplanation:
    """Return what speaks for and against two nominals being one person.

    nominals: all nominals of the resolution, for the rarity of a name depends on the others; a, b: ids. model and
    judgements, population: as in resolve_people; with a population, those that share a phone with the two are enough.
    Raises ThroughlineError when a or b is not among the nominals, or both are the same.
    """
    ids = ordered_nominals(nominals)["id"].to_numpy(dtype=object)
    place = {nominal: uid for uid, nominal in enumerate(ids)}
    for nominal in (a, b):
        if nominal not in place:
            raise ThroughlineError(f"people: there is no nominal {nominal}. Give ids as source:person_ref.")
    if a == b:
        raise ThroughlineError(f"people: {a} was given twice. Name two records.")
    verdicts, contradictions = set_contradictions_aside(read_verdicts(judgements, ids), ids)
    model = model or train(nominals)
    first, second = sorted((place[a], place[b]))
    with workspace(nominals, population) as space:
        rows = {
            row["uid"]: row
            for row in space.features.filter(
                pa.compute.is_in(space.features["uid"], pa.array([first, second]))
            ).to_pylist()
        }
        if len(rows) < 2:
            return _unidentified(a, b, (first, second), verdicts)
        space.con.execute(
            f"CREATE TABLE this_pair AS"
            f" SELECT {first}::BIGINT AS join_key_l, {second}::BIGINT AS join_key_r, '0' AS match_key"
        )
        scored = score_pairs(space, "this_pair", model, keep_from=-np.inf).iloc[0]
        candidate = _is_candidate(space, first, second)
        left, right = rows[place[a]], rows[place[b]]
        contributions, not_compared = _contributions(space, scored, left, right, prior_bits(model, space.nominals))
    likely = float(probability(np.array([scored["weight"]]))[0])
    verdict, why_not = _verdict(likely, contributions, not_compared, candidate, (first, second), verdicts)
    why_not += tuple(f"{c.words[0].upper()}{c.words[1:]}: settle it." for c in contradictions if {a, b} & set(c.same))
    would_join = () if verdict == "joined" else _would_join(model, scored, float(scored["weight"]))
    return PairExplanation(
        a, b, contributions, float(scored["weight"]), likely, verdict, not_compared, why_not, would_join
    )


def basis_words(pairs: pd.DataFrame) -> list[str]:
    """Return for each scored pair what it rests on, in short words: 'name, date of birth, phone'. pairs: columns of
    people_scoring.weigh.
    """
    if pairs.empty:
        return []
    codes = {name: pairs[name].to_numpy() for name in ("home", "pnc_id")}
    district = is_level(codes, "home", "same_district")
    place = np.where(
        is_level(codes, "home", "same_postcode"), "postcode", np.where(district, "postcode district", "address")
    )
    named: list[tuple[pd.Series, Any]] = [
        (pairs["bits_given_name"] + pairs["bits_family_name"], "name"),
        (pairs["bits_date_of_birth"], "date of birth"),
        (pairs["bits_phone"], "phone"),
        (pairs["bits_email"], "email"),
        (pairs["bits_home"], place),
        (pairs["bits_middle_name"], "middle names"),
    ]
    words = [np.where(bits.to_numpy(dtype=float) >= _NAMED_FROM, word, "").tolist() for bits, word in named]
    same_pnc = is_level(codes, "pnc_id", "same")
    out = []
    for i, parts in enumerate(zip(*words, strict=True)):
        listed = ", ".join(part for part in parts if part)
        out.append("same PNC id" if same_pnc[i] else listed or "several small agreements")
    return out


def _is_candidate(space: Workspace, first: int, second: int) -> bool:
    space.find_candidates()
    found = space.con.execute(
        f"SELECT count(*) FROM candidates WHERE join_key_l = {first} AND join_key_r = {second}"
    ).fetchall()
    return bool(found[0][0])


def _contributions(
    space: Workspace, scored: "pd.Series[Any]", left: Mapping[str, Any], right: Mapping[str, Any], prior: float
) -> tuple[tuple[Contribution, ...], tuple[str, ...]]:
    out = [Contribution("two records drawn at random", f"one pair in {2**-prior:,.0f} is one person", prior)]
    missing = []
    for comparison in COMPARISONS:
        code = int(scored[comparison.name])
        if code == 0:
            missing.append(comparison.title)
            continue
        level = comparison.levels[code - 1]
        values = (_shown(comparison, left), _shown(comparison, right))
        bits = float(scored[f"bits_{comparison.name}"])
        rarity = _rarity(space, level, left, right)
        out.append(Contribution(comparison.title, level.words, bits, *values, rarity))
    pattern = PATTERNS[int(scored["pattern"])]
    if pattern.bits:
        out.append(Contribution("the whole", pattern.words, pattern.bits))
    return tuple(out), tuple(missing)


def _rarity(space: Workspace, level: Level, left: Mapping[str, Any], right: Mapping[str, Any]) -> str:
    """'one that 1 in 40 share', of the commoner where the two values are not the same."""
    if level.tf is None or not left[level.tf] or not right[level.tf]:
        return ""
    share = max(space.share(level.tf, value) for value in {left[level.tf], right[level.tf]})
    return f"one that 1 in {1 / share:,.0f} share"


def _would_join(model: Model, scored: "pd.Series[Any]", weight: float) -> tuple[str, ...]:
    """What would be enough by itself: the first level of a comparison that is missing, or does not agree by now."""
    short = odds_bits(JOINED_FROM) - weight
    enough = []
    for comparison in COMPARISONS:
        best = comparison.levels[0]
        gain = model.weight(comparison.name, best.name) - float(scored[f"bits_{comparison.name}"])
        if int(scored[comparison.name]) != 1 and gain >= short:
            enough.append(f"{best.words} ({gain:+.1f} bits)")
    return tuple(enough)


def _shown(comparison: Comparison, row: Mapping[str, Any]) -> str:
    if comparison.name == "date_of_birth":
        start, end = (date(1970, 1, 1) + timedelta(days=row[column]) for column in comparison.shows)
        return start.isoformat() if start == end else f"{start.isoformat()} to {end.isoformat()}"
    values = [row[column] for column in comparison.shows]
    return ", ".join(", ".join(value) if isinstance(value, list) else str(value) for value in values if value)


def _verdict(
    likely: float,
    contributions: tuple[Contribution, ...],
    missing: tuple[str, ...],
    candidate: bool,
    pair: tuple[int, int],
    verdicts: Verdicts,
) -> tuple[str, tuple[str, ...]]:
    if pair in verdicts.same:
        return "joined", ()
    if pair in verdicts.different:
        return "apart", ("An analyst said that these are two people.",)
    verdict = "joined" if likely >= JOINED_FROM else "possible" if likely >= POSSIBLE_FROM else "apart"
    why = []
    if not candidate:
        why.append("They were never compared: no two details of theirs agree well enough to look at them together.")
        verdict = "apart"
    if verdict == "joined":
        return verdict, ()
    against = sorted((c for c in contributions[1:] if c.bits <= -_NAMED_FROM), key=lambda c: c.bits)
    why += [f"{c.words[0].upper()}{c.words[1:]} ({c.bits:+.1f} bits)." for c in against]
    short = odds_bits(JOINED_FROM) - sum(c.bits for c in contributions)
    if short > 0:
        lacking = f"; nothing to compare in {', '.join(missing)}" if missing else ""
        why.append(f"{short:.1f} bits short of being joined{lacking}.")
    return verdict, tuple(why)


def _unidentified(a: str, b: str, pair: tuple[int, int], verdicts: Verdicts) -> PairExplanation:
    joined = pair in verdicts.same
    why = (
        ()
        if joined
        else ("One of them is an unidentified person: only a person's word joins such a record to another.",)
    )
    return PairExplanation(a, b, (), 0.0, 0.0, "joined" if joined else "apart", (), why)
