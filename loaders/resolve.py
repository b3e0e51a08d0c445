"""Nominals -> people: which records of persons are one person, how sure that is, and on what it rests.

    candidates (people/blocking) -> weights (people/scoring: Splink and patterns) -> people (people/grouping)

Nothing is merged: a person is our opinion about which nominals belong together. A human verdict always wins.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from loaders.people.clusters import Contradiction, read_verdicts, set_contradictions_aside
from loaders.people.explain import Contribution, PairExplanation, explain_pair
from loaders.people.features import ordered_nominals
from loaders.people.grouping import JOINED_FROM, POSSIBLE_FROM, group_people
from loaders.people.key_index import Part, parts_of
from loaders.people.model import Model, default_model
from loaders.people.outcome import clusters_frame, possible_frame
from loaders.people.population import Population
from loaders.people.scoring import Workspace, odds_bits, score_pairs, workspace
from loaders.people.training import FEWEST_TO_TRAIN, train, train_on

__all__ = [
    "JOINED_FROM",
    "POSSIBLE_FROM",
    "Contribution",
    "Increment",
    "Model",
    "PairExplanation",
    "Resolution",
    "Settled",
    "explain_pair",
    "index_of",
    "resolve_everybody",
    "resolve_people",
    "resolve_some",
    "train",
    "verdict_contradictions",
]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Resolution:
    """Who is who. clusters: nominal_id, person_id, probability, basis, one row a nominal, ordered by nominal_id.

    probability: of the lowest link that a membership rests on (1.0 for a single record and for what an analyst said);
    basis: what that nominal's own link rests on, in words. possible: nominal_a, nominal_b (a < b), probability
    (0.8-0.99), basis; pairs in two people that may be one. model: the parameters used. contradictions: human verdicts
    that cannot all be true.
    """

    clusters: pd.DataFrame
    possible: pd.DataFrame
    model: Model
    contradictions: tuple[Contradiction, ...] = ()


@dataclass(frozen=True)
class Settled:
    """A resolution of everybody with what later increments need. population: counted in all; index: everybody's
    keys.
    """

    resolution: Resolution
    population: Population
    index: list[Part]


@dataclass(frozen=True)
class Increment:
    """What an increment is decided with. changed: ids of nominals that are new, or told otherwise than before;
    unsettled: of others whose person has to be looked at again; candidates: of those worth comparing with `changed`.

    read: ids -> their rows, as resolve_people takes them. reach: ids -> these and all who were, or could be, in one
    group with them as things stood.
    """

    changed: Collection[str]
    unsettled: Collection[str]
    candidates: Collection[str]
    read: Callable[[Collection[str]], pd.DataFrame]
    reach: Callable[[Collection[str]], set[str]]


def resolve_people(
    nominals: pd.DataFrame,
    judgements: pd.DataFrame | None = None,
    *,
    model: Model | None = None,
    population: Population | None = None,
) -> Resolution:
    """Return which nominals are one person.

    nominals: good rows of the people table, `id` required and unique, every other column may be absent or empty;
    besides them `homes` and `phones` over time (people/reach). judgements: first_ref, second_ref (nominal ids), verdict
    (same, different), in the order they were given: the last word on a pair holds. model: parameters to use; None
    trains on these nominals when there are enough, else takes the committed defaults. population: what was counted when
    the model was trained; None counts in these nominals. The order of rows in nominals does not matter. Raises
    ThroughlineError on missing or repeated ids and on an unknown verdict.
    """
    with workspace(nominals, population) as space:
        return _resolve(space, nominals, judgements, model)


def resolve_everybody(nominals: pd.DataFrame, judgements: pd.DataFrame | None = None) -> Settled:
    """Return which nominals are one person by a model trained on them, and what later increments need.

    Arguments as in resolve_people; the result depends on them alone, not on any earlier resolution.
    """
    with workspace(nominals) as space:
        resolution = _resolve(space, nominals, judgements, None)
        ids = resolution.clusters["nominal_id"].tolist()
        return Settled(resolution, space.measure(nominals), parts_of(ids, space.keys()))


def index_of(nominals: pd.DataFrame, population: Population) -> list[Part]:
    """Return the index of the keys of these nominals."""
    with workspace(nominals, population) as space:
        return parts_of(ordered_nominals(nominals)["id"].tolist(), space.keys())


def resolve_some(
    increment: Increment, judgements: pd.DataFrame | None, *, model: Model, population: Population
) -> Resolution:
    """Return who is who among the nominals that an increment can have moved; all others stay as they are.

    clusters: of the moved only. possible: of pairs with an end in `increment.changed`, or both ends among the moved.
    The same as resolve_people gives for these with all nominals, the same model and the same population, but for
    blocks of over MAX_BLOCK, where an increment may compare more, and for phones that became shared since the
    population was counted.
    """
    changed, unsettled = set(increment.changed), set(increment.unsettled)
    wanted = changed | set(increment.candidates)
    frame = ordered_nominals(increment.read(wanted))
    near = changed | unsettled
    if changed:
        with workspace(frame, population) as space:
            near |= _linked(frame, _score_new(space, frame, changed, set(), model))
            moved = increment.reach(near)
            if moved <= set(frame["id"]):
                return _resolve_moved(space, frame, changed, moved, judgements, model)
    else:
        moved = increment.reach(near)
    frame = ordered_nominals(increment.read(wanted | moved))
    with workspace(frame, population) as space:
        return _resolve_moved(space, frame, changed, moved, judgements, model)


def verdict_contradictions(verdicts: Iterable[tuple[str, str, str]]) -> tuple[Contradiction, ...]:
    """Return which verdicts cannot all be true. verdicts: first id, second id, same or different, oldest first."""
    told = pd.DataFrame(list(verdicts), columns=["first_ref", "second_ref", "verdict"])
    ids = np.array(sorted({*told["first_ref"], *told["second_ref"]}), dtype=object)
    return set_contradictions_aside(read_verdicts(told, ids), ids)[1]


def _resolve(
    space: Workspace, nominals: pd.DataFrame, judgements: pd.DataFrame | None, model: Model | None
) -> Resolution:
    ordered = ordered_nominals(nominals)
    ids = ordered["id"].to_numpy(dtype=object)
    verdicts, contradictions = set_contradictions_aside(read_verdicts(judgements, ids), ids)
    candidates = space.find_candidates()
    if model is None and len(ids) >= FEWEST_TO_TRAIN:
        model, scored = train_on(space)
    else:
        model = model or default_model()
        scored = score_pairs(space, "candidates", model)
    scored = scored[scored["weight"] > 0.0]
    labels, evidence = group_people(space, scored, len(ids), verdicts, model)
    clusters = clusters_frame(ordered, labels, evidence, verdicts)
    possible = possible_frame(ids, labels, evidence, verdicts)
    log.info(
        "resolve: %d nominals, %d candidate pairs, %d people, %d possible pairs, %d contradictions among verdicts",
        len(ids),
        candidates,
        clusters["person_id"].nunique(),
        len(possible),
        len(contradictions),
    )
    return Resolution(clusters, possible, model, contradictions)


def _resolve_moved(
    space: Workspace,
    frame: pd.DataFrame,
    changed: set[str],
    moved: set[str],
    judgements: pd.DataFrame | None,
    model: Model,
) -> Resolution:
    ids = frame["id"].to_numpy(dtype=object)
    verdicts, contradictions = set_contradictions_aside(read_verdicts(judgements, ids), ids)
    scored = _score_new(space, frame, changed, moved, model)
    labels, evidence = group_people(space, scored[scored["weight"] > 0.0], len(ids), verdicts, model)
    clusters = clusters_frame(frame, labels, evidence, verdicts)
    possible = possible_frame(ids, labels, evidence, verdicts)
    new = possible["nominal_a"].isin(changed) | possible["nominal_b"].isin(changed)
    inside = possible["nominal_a"].isin(moved) & possible["nominal_b"].isin(moved)
    clusters = clusters[clusters["nominal_id"].isin(moved)].reset_index(drop=True)
    log.info(
        "resolve: %d changed nominals, %d read, %d moved, %d people", len(changed), len(ids), len(moved),
        clusters["person_id"].nunique(),
    )  # fmt: skip
    return Resolution(clusters, possible[new | inside].reset_index(drop=True), model, contradictions)


def _score_new(space: Workspace, frame: pd.DataFrame, changed: set[str], moved: set[str], model: Model) -> pd.DataFrame:
    """Score the candidate pairs with a changed end, and those inside the moved."""
    space.find_candidates()
    space.keep_candidates(_uids(frame, changed), _uids(frame, moved))
    return score_pairs(space, "candidates", model)


def _uids(frame: pd.DataFrame, ids: set[str]) -> npt.NDArray[np.int64]:
    return np.flatnonzero(frame["id"].isin(ids).to_numpy()).astype(np.int64)


def _linked(frame: pd.DataFrame, scored: pd.DataFrame) -> set[str]:
    links = scored[scored["weight"] >= odds_bits(JOINED_FROM)]
    ids = frame["id"].to_numpy(dtype=object)
    return set(ids[links["a"].to_numpy()]) | set(ids[links["b"].to_numpy()])
