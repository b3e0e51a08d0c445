"""Series: events that hang together in the graph of strongly linked pairs, and what became of each since last time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from algorithms.bayes_factors import Scores

# Of n events every pair could be linked and few are: what a link has to outweigh grows with n. How far above, is
# measured on invented worlds (docs/benchmarks.md, death series).
ABOVE_CHANCE = 5.0
# A weaker link counts where a third event bears it out: three that are each linked to both others.
BORNE_OUT = 0.5
# Chance makes pairs, rarely three that hang together: of these so much less is asked.
EASED = 2.0
# A group larger than this hangs together through chains; it is split where it is thinnest.
LARGE, SEED, RESOLUTION = 8, 7, 0.1

# Positions of both ends and weights of links -> the community of each end that has one.
Communities = Callable[[pd.DataFrame], dict[int, int]]


@dataclass(frozen=True)
class Series:
    """One group of linked events.

    members: positions in frames.ids, sorted; pairs: rows of the scores that link them; score: of two events their log
    Bayes factor; each further event adds what its strongest link has above the one-in-n odds that it has to outweigh.
    """

    members: tuple[int, ...]
    pairs: tuple[int, ...]
    score: float


def default_line(events: int) -> float:
    """Return the log Bayes factor from which a pair of so many events counts as linked."""
    return float(np.log(max(events, 2)) + ABOVE_CHANCE)


def find_series(
    scores: Scores, events: int, communities: Communities | None = None, *, line: float | None = None
) -> list[Series]:
    """Return the series at or over the line (of three and more: EASED below it), strongest first.

    They are communities of the graph of linked pairs.

    events: how many there are in all. communities: another way to group (graph data science's Leiden); None groups what
    is connected and splits what is large by modularity (Louvain, fixed seed). line: default_line of the events.
    """
    line = default_line(events) if line is None else line
    outweigh = line - ABOVE_CHANCE
    total = scores.total
    near = np.flatnonzero(total >= outweigh + BORNE_OUT)
    links = pd.DataFrame({"a": scores.a[near], "b": scores.b[near], "weight": total[near] - outweigh, "pair": near})
    links = links[(total[near] >= line) | _in_triangles(links)]
    group = (communities or connected)(links)
    inside = links[links["a"].map(group) == links["b"].map(group)]
    inside = inside.assign(group=inside["a"].map(group))
    found = [_series(part, outweigh) for _, part in inside.groupby("group", sort=True)]
    over = [series for series in found if series.score >= line - (EASED if len(series.members) > 2 else 0.0)]
    return sorted(over, key=lambda series: (-series.score, series.members))


def _in_triangles(links: pd.DataFrame) -> np.ndarray:
    """Return which links have a third event that is linked to both ends."""
    graph = nx.Graph()
    graph.add_edges_from(links[["a", "b"]].itertuples(index=False))
    return np.array(
        [bool(set(graph[a]) & set(graph[b])) for a, b in zip(links["a"], links["b"], strict=True)], dtype=bool
    )


def connected(links: pd.DataFrame) -> dict[int, int]:
    """Return the group of each event: what is connected, and in large groups what hangs together closely.

    links: columns a, b (positions), weight.
    """
    graph = nx.Graph()
    ordered = links.sort_values(["a", "b"])
    graph.add_weighted_edges_from(ordered[["a", "b", "weight"]].itertuples(index=False))
    group: dict[int, int] = {}
    for component in sorted(nx.connected_components(graph), key=min):
        parts = [component]
        if len(component) > LARGE:
            parts = nx.community.louvain_communities(
                graph.subgraph(sorted(component)), weight="weight", resolution=1.0, seed=SEED
            )
        for part in sorted(parts, key=min):
            group |= dict.fromkeys(map(int, part), int(min(part)))
    return group


def _series(links: pd.DataFrame, outweigh: float) -> Series:
    graph = nx.Graph()
    graph.add_weighted_edges_from(links[["a", "b", "weight"]].itertuples(index=False))
    above = sum(weight for _, _, weight in nx.maximum_spanning_tree(graph).edges(data="weight"))
    return Series(tuple(sorted(map(int, graph.nodes))), tuple(map(int, sorted(links["pair"]))), float(outweigh + above))
