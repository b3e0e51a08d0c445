"""How many series as strong as one are to be expected by chance alone, in a year."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import chi2

from algorithms.bayes_factors import score_pairs
from algorithms.linkage_frames import Floats, Ints, LinkageFrames
from algorithms.linkage_model import LinkageModel
from algorithms.pair_features import candidates
from algorithms.series import find_series
from algorithms.unlinked import Unlinked

TRIALS, SEED = 20, 7
AGE_BAND = 20
DAYS_A_YEAR = 365.25
STRATUM = ("place_type", "sex", "age_band", "area")
# A stratum of fewer tells nothing: shuffled within it, everything would stay where it is.
FEWEST = 4


@dataclass(frozen=True)
class Chance:
    """What chance gave. scores: of every series found in all trials, ascending; years: that all trials cover."""

    scores: Floats
    years: float

    def expected(self, score: float) -> tuple[float, float, float]:
        """Return how many series at least as strong are expected a year, and the 95 % interval (exact Poisson)."""
        count = len(self.scores) - int(np.searchsorted(self.scores, score, side="left"))
        low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
        high = chi2.ppf(0.975, 2 * count + 2) / 2
        return count / self.years, float(low) / self.years, float(high) / self.years


def series_by_chance(
    frames: LinkageFrames,
    model: LinkageModel,
    unlinked: Unlinked,
    line: float,
    *,
    trials: int = TRIALS,
    seed: int = SEED,
) -> Chance:
    """Return the series that appear when what ties events together is dealt out again by lot.

    Within each stratum of place type, sex, age band and area (the widest that has a few events), the dates are dealt
    out again, and so is what was found with each death: who was there, substances, notes. What is left is what chance
    makes of the same deaths, places, finders and drugs. Real series leave some of their strength in it, so that the
    figure is rather too high than too low.
    """
    strata = _strata(frames)
    low, high = frames.days
    covered = np.nanmax(high) - np.nanmin(low) if np.isfinite(low).any() else 0.0
    found: list[float] = []
    for trial in range(trials):
        rng = np.random.default_rng((seed, trial))
        dealt = _deal(frames, strata, rng)
        scores = score_pairs(dealt, candidates(dealt), model, unlinked)
        found += [series.score for series in find_series(scores, len(frames), line=line)]
    return Chance(np.sort(np.asarray(found, dtype=float)), max(covered, 1.0) / DAYS_A_YEAR * trials)


def _strata(frames: LinkageFrames) -> Ints:
    """Return the stratum of each event; where one is too small, fewer of its marks count."""
    events = frames.ordered.assign(age_band=(frames.ordered["age"] // AGE_BAND).astype("Float64"))
    marks = events[list(STRATUM)].astype(object).where(events[list(STRATUM)].notna(), "?").astype(str)
    label = pd.Series("", index=events.index)
    for used in range(len(STRATUM), -1, -1):
        key = pd.Series(f"{used}:", index=events.index)
        for mark in STRATUM[:used]:
            key = key + marks[mark] + "|"
        free = label == ""
        enough = key[free].map(key[free].value_counts()) >= (FEWEST if used else 1)
        label[free] = key[free].where(enough, "")
    return np.asarray(pd.factorize(label)[0], dtype=np.int64)


def _deal(frames: LinkageFrames, strata: Ints, rng: np.random.Generator) -> LinkageFrames:
    days, things = _within(strata, rng), _within(strata, rng)
    ordered = frames.ordered
    events = ordered.assign(low_day=ordered["low_day"].to_numpy()[days], high_day=ordered["high_day"].to_numpy()[days])
    # The things of the event at things[i] are found with the event at i.
    to = pd.Series(frames.ids[np.argsort(things)], index=frames.ids)
    stays, goes = _of_the_dead(frames.ties)
    moved = pd.concat([frames.ties[stays], frames.ties[goes].assign(event=frames.ties.loc[goes, "event"].map(to))])
    tokens = frames.tokens.assign(event=frames.tokens["event"].map(to))
    kin = frames.kin.assign(**{side: frames.kin[side].map(to) for side in ("a", "b")})
    swapped = kin["a"] > kin["b"]
    kin.loc[swapped, ["a", "b"]] = kin.loc[swapped, ["b", "a"]].to_numpy()
    return replace(frames, events=events, ties=moved.dropna(subset=["event"]), tokens=tokens.dropna(), kin=kin.dropna())


def _of_the_dead(ties: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return which ties stay with an event, being of its dead and its scene, and which are dealt out.

    A home that is the scene itself, or the dead person's, is neither, nor are two people of one event who know each
    other: elsewhere they would tie the two for no reason.
    """
    dead = ties[(ties["kind"] == "person") & (ties["how"] == "deceased")]
    who = pd.MultiIndex.from_frame(dead[["event", "entity"]])
    through = pd.MultiIndex.from_frame(ties[["event", "via"]])
    stays = ties["how"].isin(("is", "scene", "deceased")) | pd.Series(through.isin(who), index=ties.index)
    own = pd.MultiIndex.from_frame(ties.loc[stays & (ties["kind"] == "place"), ["event", "entity"]])
    same = pd.Series(pd.MultiIndex.from_frame(ties[["event", "entity"]]).isin(own), index=ties.index)
    relation = ties["kind"] == "relation"
    both_ends = ties[relation].groupby(["event", "entity"])["how"].transform("nunique") > 1
    within = both_ends.reindex(ties.index, fill_value=False)
    return stays & ~within, ~stays & ~(same & (ties["kind"] == "place")) & ~within


def _within(strata: Ints, rng: np.random.Generator) -> Ints:
    """Return a permutation that leaves every event in its stratum."""
    order = np.argsort(strata, kind="stable")
    mixed = np.lexsort((rng.random(len(strata)), strata))
    found = np.empty(len(strata), dtype=np.int64)
    found[order] = mixed
    return found
