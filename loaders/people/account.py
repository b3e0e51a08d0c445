"""Why two records are, or are not, one person in the graph: their own evidence, third records, and what people said."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph import ledger
from graph.connection import Connection
from graph.ledger import Judgement
from loaders.people import stored
from loaders.people.clusters import Contradiction, Cut, Pair, Verdicts, read_verdicts, set_contradictions_aside, way
from loaders.people.explain import PairExplanation, explain_pair
from loaders.people.features import ordered_nominals
from loaders.people.grouping import group_people
from loaders.people.model import Model, default_model
from loaders.people.population import Population
from loaders.people.scoring import score_pairs, workspace


@dataclass(frozen=True)
class Account:
    """Everything about two records. pair: by themselves; together: whether the graph holds them to be one person.

    through: the records by which they hang together, from the one to the other, when they are one person and not by
    themselves; cut: why their group was cut between them, None where it was not; judgements: what people said about the
    two, oldest first; contradictions: verdicts about their group that cannot all be true.
    """

    pair: PairExplanation
    together: bool
    judgements: tuple[Judgement, ...]
    through: tuple[str, ...] = ()
    cut: str | None = None
    contradictions: tuple[Contradiction, ...] = ()


def account(connection: Connection, a: str, b: str) -> Account:
    """Return why two records are, or are not, one person in the graph, by the model that decided it.

    Raises ThroughlineError when one is not in the graph, or both are the same.
    """
    told = ledger.judgements(connection, "person")
    judged = pd.DataFrame(
        [(j.first_id, j.second_id, j.verdict) for j in told], columns=["first_ref", "second_ref", "verdict"]
    )
    saved = stored.saved_model(connection)
    group = stored.reach(connection, {a, b}, told)
    if saved is None:
        model, population = default_model(), None
        nominals = stored.read_nominals(connection)
    else:
        model, population = saved.model, saved.population
        both = stored.read_nominals(connection, {a, b})
        near, _ = stored.candidates(connection, both, population)
        nominals = stored.read_nominals(connection, {a, b} | near | group)
    pair = explain_pair(nominals, a, b, model, judged, population)
    people = stored.read_memberships(connection, {a, b})["person_id"]
    together = a in people.index and b in people.index and people[a] == people[b]
    through, cut, contradictions = _third_records(nominals, group, (a, b), judged, model, population)
    return Account(
        pair,
        bool(together),
        tuple(j for j in told if {j.first_id, j.second_id} == {a, b}),
        through if together else (),
        None if together else cut,
        contradictions,
    )


def _third_records(
    nominals: pd.DataFrame,
    group: set[str],
    pair: tuple[str, str],
    judged: pd.DataFrame,
    model: Model,
    population: Population | None,
) -> tuple[tuple[str, ...], str | None, tuple[Contradiction, ...]]:
    """Return the way between two records of a group, the cut between them, and the contradictions in it."""
    frame = ordered_nominals(nominals)
    ids = frame["id"].to_numpy(dtype=object)
    verdicts, contradictions = set_contradictions_aside(read_verdicts(judged, ids), ids)
    a, b = (int(np.flatnonzero(ids == nominal)[0]) for nominal in pair)
    members = np.flatnonzero(frame["id"].isin(group).to_numpy()).astype(np.int64)
    cuts: list[Cut] = []
    with workspace(nominals, population) as space:
        space.find_candidates()
        space.keep_candidates(np.empty(0, dtype=np.int64), members)
        scored = score_pairs(space, "candidates", model)
        _, evidence = group_people(space, scored[scored["weight"] > 0.0], len(ids), verdicts, model, cuts)
    about = tuple(c for c in contradictions if group & set(c.same))
    found = way(a, b, _links(evidence, verdicts))
    return tuple(str(ids[uid]) for uid in found), _cut_between(cuts, a, b, ids), about


def _links(evidence: pd.DataFrame, verdicts: Verdicts) -> dict[Pair, float]:
    keys = zip(evidence["a"].tolist(), evidence["b"].tolist(), strict=True)
    links: dict[Pair, float] = dict(zip(keys, evidence["probability"].tolist(), strict=True))
    apart = {pair: 0.0 for pair in verdicts.different}
    return {pair: p for pair, p in (links | dict.fromkeys(verdicts.same, 1.0) | apart).items() if p > 0}


def _cut_between(cuts: list[Cut], a: int, b: int, ids: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> str | None:
    for cut in cuts:
        side_of = {uid: number for number, side in enumerate(cut.sides) for uid in side}
        if a in side_of and b in side_of and side_of[a] != side_of[b]:
            about = f" ({ids[cut.pair[0]]} and {ids[cut.pair[1]]})" if cut.pair is not None else ""
            return f"{cut.words}{about}"
    return None
