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
# A group larger than this hangs together through chains; it is split where it is thinnest.
LARGE, SEED, RESOLUTION = 8, 7, 0.1

# Positions of both ends and weights of links -> the community of each end that has one.
Communities = Callable[[pd.DataFrame], dict[int, int]]


@dataclass(frozen=True)
class Series:
    """One group of linked events.

    members: positions in frames.ids, sorted; pairs: rows of the scores inside it that are over the line; score: the
    line, and what the strongest links that hold it together have above it.
    """

    members: tuple[int, ...]
    pairs: tuple[int, ...]
    score: float


def default_line(events: int) -> float:
    """Return the log Bayes factor from which a pair of so many events counts as linked."""
    return float(np.log(max(events, 2)) + ABOVE_CHANCE)


def find_series(scores: Scores, line: float, communities: Communities | None = None) -> list[Series]:
    """Return the series, strongest first: communities of the graph of pairs at or over the line.

    communities: another way to group (graph data science's Leiden); None groups what is connected and splits what is
    large by modularity (Louvain, fixed seed).
    """
    total = scores.total
    strong = np.flatnonzero(total >= line)
    links = pd.DataFrame({"a": scores.a[strong], "b": scores.b[strong], "weight": total[strong], "pair": strong})
    group = (communities or connected)(links)
    inside = links[links["a"].map(group) == links["b"].map(group)]
    inside = inside.assign(group=inside["a"].map(group))
    found = [_series(part, line) for _, part in inside.groupby("group", sort=True)]
    return sorted(found, key=lambda series: (-series.score, series.members))


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


def _series(links: pd.DataFrame, line: float) -> Series:
    graph = nx.Graph()
    graph.add_weighted_edges_from(links[["a", "b", "weight"]].itertuples(index=False))
    tree = nx.maximum_spanning_tree(graph)
    above = sum(weight - line for _, _, weight in tree.edges(data="weight"))
    return Series(tuple(sorted(map(int, graph.nodes))), tuple(map(int, sorted(links["pair"]))), float(line + above))
