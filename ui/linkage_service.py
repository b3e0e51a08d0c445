"""Linkage straight from an extract, without a graph: learn, score, try out, and rank known series for a new event."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from algorithms.bayes_factors import Scores, score_pairs
from algorithms.evaluation import (
    TOPS,
    area_under_curve,
    average_precision,
    calibration,
    split_groups,
    top_share,
)
from algorithms.linkage_frames import LinkageFrames, pair_key
from algorithms.linkage_model import LinkageModel, default_model, read_model
from algorithms.linkage_training import train
from algorithms.pair_features import Pairs, candidates, every_pair
from algorithms.unlinked import measure_unlinked
from graph.errors import ThroughlineError
from loaders.linkage_tables import LinkageExtract, linkage_extract

# All pairs of so many events are a file that a spreadsheet still opens; of more, only those with something in common.
MOST_IN_ALL = 1_500
# Crimes of one hand lie further apart than deaths of one series do.
CRIMES_NEAR_KM = 10.0


@dataclass(frozen=True)
class Evaluation:
    """How well linkage did on solved events kept aside. trials: one row a repeat; mean: of its columns."""

    trials: pd.DataFrame
    calibration: pd.DataFrame
    events: int
    groups: int
    linked: int

    @property
    def mean(self) -> dict[str, float]:
        """Return the mean of each figure over the repeats."""
        columns = [name for name in self.trials.columns if name not in ("seed", "pairs", "linked")]
        return {name: round(float(self.trials[name].mean()), 4) for name in columns}


def train_model(extract: LinkageExtract) -> LinkageModel:
    """Return a model learnt from the solved events of an extract. Raises ThroughlineError when too few are solved."""
    frames = extract.frames.only(set(extract.solved.groups))
    try:
        return train(frames, extract.solved.linked, default_model(extract.what), name=f"{extract.what}, learnt")
    except ValueError as error:
        raise ThroughlineError(
            f"nothing to learn from: {error}. A link is two events with one suspect "
            "(involvements with role suspect, not dropped or acquitted)"
        ) from error


def load_model(path: Path | None, what: str) -> LinkageModel:
    """Return a kept model, or the stated one for crimes or deaths."""
    if path is None:
        return default_model(what)
    try:
        return read_model(path)
    except OSError as error:
        raise ThroughlineError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ThroughlineError(f"{error}; `throughline linkage train EXTRACT --out FILE` writes one") from error


def open_for_linkage(path: Path, mapping: str | None, what: str | None) -> LinkageExtract:
    """Return an extract as linkage sees it. what: crimes, deaths or None for whichever it has."""
    if what not in (None, "crimes", "deaths"):
        raise ThroughlineError(f"linkage compares crimes or deaths, not {what}")
    return linkage_extract(path, mapping, what=what)


def score(frames: LinkageFrames, model: LinkageModel, *, what: str, everything: bool | None = None) -> Scores:
    """Return scored pairs: all of them where that is few enough, else those with something in common.

    everything: True for all pairs whatever their number, False for candidates only.
    """
    whole = len(frames) <= MOST_IN_ALL if everything is None else everything
    if whole:
        pairs = every_pair(frames)
    elif what == "crimes":
        pairs = candidates(frames, near_km=CRIMES_NEAR_KM)
    else:
        pairs = candidates(frames)
    return _score(frames, pairs, model)


def scores_frame(extract: LinkageExtract, scores: Scores) -> pd.DataFrame:
    """Return event_a, event_b (the source's refs), log_bayes_factor and one column a contribution, strongest first."""
    ids = extract.frames.ids
    names = np.array([extract.names.get(str(id_), str(id_)) for id_ in ids], dtype=object)
    used = [name for name in scores.names if np.any(scores.part(name) != 0)]
    frame = pd.DataFrame(
        {
            "event_a": names[scores.a],
            "event_b": names[scores.b],
            "log_bayes_factor": scores.total.round(4),
            **{name: scores.part(name).round(4) for name in used},
        }
    )
    return frame.sort_values(
        ["log_bayes_factor", "event_a", "event_b"], ascending=[False, True, True], ignore_index=True
    )


def evaluate(extract: LinkageExtract, *, split: float, seed: int, repeats: int = 1) -> Evaluation:
    """Return how well pairs of one hand are told from others among solved events that were not learnt from.

    split: share of co-offending groups to learn from. The events of the rest are compared pair by pair.
    """
    groups = extract.solved.groups
    if len(set(groups.values())) < 4:
        raise ThroughlineError("too few solved events to try linkage on: at least four groups of offenders are needed")
    trials, scored = [], []
    for turn in range(seed, seed + repeats):
        learn, try_on = split_groups((str(group) for group in groups.values()), split, turn)
        first = {event for event, group in groups.items() if str(group) in learn}
        second = {event for event, group in groups.items() if str(group) in try_on}
        try:
            model = train(extract.frames.only(first), extract.solved.linked, default_model(extract.what), name="trial")
        except ValueError as error:
            raise ThroughlineError(f"with seed {turn} {error}: choose another split or seed") from error
        frames = extract.frames.only(second)
        scores = _score(frames, every_pair(frames), model)
        linked = _linked(frames, extract.solved.linked, scores)
        total = scores.total
        trials.append(
            {
                "seed": turn,
                "pairs": len(total),
                "linked": int(linked.sum()),
                "auc": area_under_curve(total, linked),
                "average_precision": average_precision(total, linked),
                **{f"top_{most}": top_share(total, linked, most) for most in TOPS},
            }
        )
        scored.append((total, linked))
    whole = calibration(np.concatenate([s for s, _ in scored]), np.concatenate([hit for _, hit in scored]))
    return Evaluation(pd.DataFrame(trials), whole, len(groups), len(set(groups.values())), len(extract.solved.linked))


def rank_series(extract: LinkageExtract, event: str, model: LinkageModel) -> list[dict[str, Any]]:
    """Return the known series, the one that fits a new event best first.

    A series is the solved events of one co-offending group. score: natural log of the mean Bayes factor with its
    members; closest: the member that fits best, with what counts most for it. Raises ThroughlineError for an unknown
    event, with the nearest known one.
    """
    frames = extract.frames
    own = {ref: id_ for id_, ref in extract.names.items()} | {id_: id_ for id_ in extract.names}
    if event not in own or own[event] not in set(frames.ids):
        raise ThroughlineError(f"the extract has no event {event} among its {extract.what}")
    at = int(frames.positions(pd.Series([own[event]]))[0])
    others = np.flatnonzero(np.arange(len(frames)) != at)
    a, b = np.minimum(others, at), np.maximum(others, at)
    every = every_pair(frames)
    keys = pair_key(every.a, every.b, len(frames))
    mine = np.isin(keys, pair_key(a, b, len(frames)))
    # Company is of the whole set; one event's pairs alone have none.
    scores = _score(frames, Pairs(every.a[mine], every.b[mine], every.ties), replace(model, company=False))
    other = np.where(scores.a == at, scores.b, scores.a)
    group = np.array([extract.solved.groups.get(str(frames.ids[o]), -1) for o in other])
    found = []
    for number in np.unique(group[group >= 0]):
        rows = np.flatnonzero(group == number)
        total = scores.total[rows]
        best = rows[int(np.argmax(total))]
        order = np.argsort(-np.abs(scores.parts[best]), kind="stable")[:3]
        found.append(
            {
                "series": sorted(extract.names[str(frames.ids[o])] for o in other[rows]),
                "score": round(float(np.logaddexp.reduce(total) - np.log(len(total))), 4),
                "closest": extract.names[str(frames.ids[other[best]])],
                "closest_log_bayes_factor": round(float(scores.total[best]), 4),
                "because": {scores.names[i]: round(float(scores.parts[best, i]), 4) for i in order},
            }
        )
    found.sort(key=lambda row: (-row["score"], row["series"]))
    return [{"rank": rank, **row} for rank, row in enumerate(found, start=1)]


def _score(frames: LinkageFrames, pairs: Pairs, model: LinkageModel) -> Scores:
    return score_pairs(frames, pairs, model, measure_unlinked(frames, pairs.ties))


def _linked(frames: LinkageFrames, linked: pd.DataFrame, scores: Scores) -> np.ndarray:
    a, b = frames.positions(linked["a"]), frames.positions(linked["b"])
    here = (a >= 0) & (b >= 0)
    return np.isin(pair_key(scores.a, scores.b, len(frames)), pair_key(a[here], b[here], len(frames)))
