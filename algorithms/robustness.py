"""What a finding hangs on: the fewest ties whose loss takes it apart, and matches of identity that it rests on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import networkx as nx
import pandas as pd

# A match at or above this is not in doubt (probability).
CERTAIN = 0.999


@dataclass(frozen=True)
class Tie:
    """One recorded tie. record: the nominal or row that it comes from."""

    start: str
    end: str
    kind: str
    record: str


@dataclass(frozen=True)
class Trial:
    """A doubtful match taken the other way. taken: `apart` or `together`; holds: whether all still hangs together, by
    how many ties at least.
    """

    records: tuple[str, ...]
    probability: float
    taken: str
    holds: bool
    fewest: int


@dataclass(frozen=True)
class Robustness:
    """connected: whether everything that the finding names is tied together at all; fewest: the smallest set of ties
    whose loss takes it apart; single: ties each of which does so alone; trials: doubtful matches taken both ways, and
    last, where there are several that were joined, all of these apart.
    """

    connected: bool
    fewest: tuple[Tie, ...]
    single: tuple[Tie, ...]
    rests_on: tuple[tuple[str, str, float], ...]
    trials: tuple[Trial, ...]


def robustness(
    ties: pd.DataFrame,
    named: Collection[str],
    matches: pd.DataFrame,
    possible: pd.DataFrame,
    *,
    certain: float = CERTAIN,
) -> Robustness:
    """Return what a finding hangs on.

    ties: columns start, end, kind, record (str), one row a recorded tie; of a person, the nominal it comes from.
    named: what the finding is about and rests on: it holds while all of these hang together. matches: columns nominal,
    person, probability. possible: columns one, other (people), probability: perhaps one person.
    Structure only: a rule may ask for more than that things hang together, and then it fails sooner.
    """
    graph = _graph(ties)
    everything = sorted(set(named))
    cut = _fewest(graph, everything)
    used = {record for _, _, of in graph.edges(data=True) for _, record in of["ties"]}
    # A match matters where the person's ties come from two records at least: one record alone is matched with nothing.
    own = matches[matches["nominal"].isin(used)]
    several = own[own.groupby("person")["nominal"].transform("size") >= 2]
    rests_on = [
        (str(nominal), str(person), float(probability))
        for nominal, person, probability in zip(
            several["nominal"], several["person"], several["probability"], strict=True
        )
    ]
    doubtful = [match for match in rests_on if match[2] < certain]
    trials = [_apart(ties, everything, [match]) for match in doubtful]
    for one, other, probability in zip(possible["one"], possible["other"], possible["probability"], strict=True):
        joined = ties.replace({"start": {other: one}, "end": {other: one}})
        trials.append(
            _trial(joined, [one if n == other else n for n in everything], (one, other), probability, "together")
        )
    if len(doubtful) > 1:
        trials.append(_apart(ties, everything, doubtful))
    single = _alone(graph, everything) if cut is not None and len(cut) == 1 else ()
    return Robustness(cut is not None, tuple(cut or ()), single, tuple(rests_on), tuple(trials))


def _graph(ties: pd.DataFrame) -> nx.Graph:
    graph = nx.Graph()
    rows = ties[["start", "end", "kind", "record"]].drop_duplicates().sort_values(["start", "end", "kind", "record"])
    for start, end, kind, record in rows.itertuples(index=False):
        if start == end:
            continue
        if not graph.has_edge(start, end):
            graph.add_edge(start, end, ties=[], capacity=0)
        graph.edges[start, end]["ties"].append((kind, record))
        graph.edges[start, end]["capacity"] += 1
        graph.edges[start, end].setdefault("drawn", {})[(kind, record)] = (start, end)
    return graph


def _fewest(graph: nx.Graph, named: Collection[str]) -> list[Tie] | None:
    """Return the smallest set of ties whose loss parts two things named, or None where they are apart already."""
    if len(named) < 2:
        return []
    if any(node not in graph for node in named):
        return None
    first, *rest = named
    best: tuple[int, set[str]] | None = None
    # The set that parts any two parts the first from one of the others.
    for other in rest:
        if not nx.has_path(graph, first, other):
            return None
        value, (side, _) = nx.minimum_cut(graph, first, other)
        if best is None or value < best[0]:
            best = (int(value), side)
    assert best is not None
    return _ties(graph, nx.edge_boundary(graph, best[1]))


def _ties(graph: nx.Graph, edges: Collection[tuple[str, str]]) -> list[Tie]:
    found = []
    for a, b in edges:
        for (kind, record), (start, end) in graph.edges[a, b]["drawn"].items():
            found.append(Tie(start, end, kind, record))
    return sorted(found, key=lambda tie: (tie.start, tie.end, tie.kind, tie.record))


def _alone(graph: nx.Graph, named: Collection[str]) -> tuple[Tie, ...]:
    """Return each tie whose loss alone parts two things named."""
    wanted = set(named)
    found = []
    for a, b in nx.bridges(graph):
        if graph.edges[a, b]["capacity"] > 1:
            continue
        rest = nx.Graph(graph)
        rest.remove_edge(a, b)
        side = nx.node_connected_component(rest, a)
        if wanted & side and wanted - side:
            found.append((a, b))
    return tuple(_ties(graph, found))


def _apart(ties: pd.DataFrame, named: Collection[str], matches: Collection[tuple[str, str, float]]) -> Trial:
    own: Mapping[str, str] = {nominal: person for nominal, person, _ in matches}

    def end(node: str, record: str) -> str:
        return f"{node} as {record}" if own.get(record) == node else node

    split = ties.assign(
        start=[end(n, r) for n, r in zip(ties["start"], ties["record"], strict=True)],
        end=[end(n, r) for n, r in zip(ties["end"], ties["record"], strict=True)],
    )
    probability = min(match[2] for match in matches)
    # When every record of a person is in doubt, nothing is left under the person's own name.
    left = {*split["start"], *split["end"]}
    parts = [
        (node if node in left or node not in own.values() else min(n for n in left if n.startswith(f"{node} as ")))
        for node in named
    ]
    return _trial(split, parts, tuple(sorted(own)), probability, "apart")


def _trial(
    ties: pd.DataFrame, named: Collection[str], records: tuple[str, ...], probability: float, taken: str
) -> Trial:
    cut = _fewest(_graph(ties), sorted(set(named)))
    return Trial(records, float(probability), taken, cut is not None, len(cut or ()))


def parts(ties: pd.DataFrame, named: Collection[str]) -> list[frozenset[str]]:
    """Return the things named, in groups that hang together; one group where all do."""
    graph = _graph(ties)
    graph.add_nodes_from(named)
    groups = [frozenset(set(named) & part) for part in nx.connected_components(graph)]
    return sorted((group for group in groups if group), key=lambda group: (-len(group), min(group)))
