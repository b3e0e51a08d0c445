"""How two things are connected: the most informative paths of a fetched part of the graph, not only the shortest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import log2

import networkx as nx
import pandas as pd

# Every step costs this much, so that of two ways that say as much the shorter one comes first (bits).
A_STEP = 1.0
# A node with more ties than this connects people who have nothing to do with each other (count).
HUB_DEGREE = 50
# Paths looked at for each one asked for: some are left out because they were not plausible at the time.
TRIED_A_PATH = 8

START, END = "", "\0"
# A tie that needs somebody alive and at liberty to be where it happened; being named, mourned or examined does not.
PRESENT = frozenset({"SUSPECT_IN", "VICTIM_IN", "WITNESS_IN", "REPORTED", "FOUND", "LAST_SEEN_WITH", "CARER_IN"})
HELD_OUT = frozenset({"VICTIM_IN", "WITNESS_IN", "FOUND", "LAST_SEEN_WITH", "CARER_IN"})
# Periods: two of them at one place or with one phone have to overlap to connect anybody.
PERIODS = frozenset({"LIVES_AT", "STAYED_AT", "WORKS_AT", "CARED_FOR_AT", "FREQUENTS", "USES"})


@dataclass(frozen=True)
class Step:
    """One hop. kinds: the ties between its two ends, the most telling first; bits: what it costs."""

    start: str
    end: str
    kinds: tuple[str, ...]
    bits: float


@dataclass(frozen=True)
class Path:
    """One way from a start to an end. bits: what could have been there instead, less is more telling; hubs: nodes on
    it that connect a great many; doubts: why it was not plausible at the time, empty where nothing speaks against it.
    """

    nodes: tuple[str, ...]
    steps: tuple[Step, ...]
    bits: float
    hubs: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """Paths, the most telling first. only_through_hubs: there is none but through a hub; implausible: those left out
    because they were not plausible at the time.
    """

    paths: tuple[Path, ...]
    only_through_hubs: bool = False
    implausible: tuple[Path, ...] = ()


def informative_paths(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    starts: Iterable[str],
    ends: Iterable[str],
    *,
    k: int = 5,
    kind_counts: Mapping[str, int] | None = None,
    hub_degree: int = HUB_DEGREE,
    most_steps: int = 6,
    held: Mapping[str, Sequence[tuple[int, int]]] | None = None,
) -> Found:
    """Return the k best paths from any of starts to any of ends.

    nodes: columns node (str), degree (count), is_hub (bool), died_day (days since 1970 or missing).
    links: columns start, end, kind (str), from_day, to_day (days since 1970 or missing; of an event, or of a period),
    of_event (bool). kind_counts: how many ties of each kind the whole graph has. held: node -> periods in custody.
    A step costs one bit, half of log2(degree - 1) of either end (an end of the path costs nothing), and log2 of how
    many times more common its kind is than kinds are on average. Hubs are gone through only where there is no other
    way. Raises ValueError for k or hub_degree below 1.
    Source: weights of shared membership as in Newman 2001, Phys. Rev. E 64, 016132, in bits.
    """
    if k < 1 or hub_degree < 1:
        raise ValueError(f"k ({k}) and hub_degree ({hub_degree}) are at least 1")
    first, last = set(starts), set(ends)
    graph, impossible = _graph(nodes, links, first | last, dict(kind_counts or {}))
    for node in sorted(first & set(graph)):
        graph.add_edge(START, node, bits=0.0, links=())
    for node in sorted(last & set(graph)):
        graph.add_edge(node, END, bits=0.0, links=())
    if START not in graph or END not in graph:
        return Found(())
    asked = first | last | {START, END}
    wide = {
        node for node, of in graph.nodes(data=True) if node not in asked and (of["hub"] or of["degree"] > hub_degree)
    }
    for through in (False, True):
        part = _between(graph.subgraph(graph) if through else graph.subgraph(set(graph) - wide), most_steps + 2)
        if part is None:
            continue
        good, bad = _best(part, k, most_steps, wide, held or {})
        if good or through:
            return Found(tuple(good), through and bool(good), (*bad, *impossible)[:k])
    return Found((), False, tuple(impossible[:k]))


def _graph(
    nodes: pd.DataFrame, links: pd.DataFrame, ends: set[str], kind_counts: dict[str, int]
) -> tuple[nx.Graph, list[Path]]:
    """Return the graph with its weights, and single steps that were not plausible when they are dated."""
    graph = nx.Graph()
    died: dict[str, float] = {}
    for node, degree, hub, died_day in zip(
        nodes["node"], nodes["degree"], nodes["is_hub"], nodes["died_day"], strict=True
    ):
        graph.add_node(node, degree=int(degree), hub=bool(hub))
        if pd.notna(died_day):
            died[node] = float(died_day)
    average = sum(kind_counts.values()) / max(1, sum(count > 0 for count in kind_counts.values()))
    left_out: list[Path] = []
    days = {name: pd.to_numeric(links[name]).astype("float64") for name in ("from_day", "to_day")}
    seen = links.assign(**days).drop_duplicates(["start", "end", "kind", "from_day", "to_day"])
    for start, end, kind, since, until, of_event in zip(
        *(seen[name] for name in ("start", "end", "kind", "from_day", "to_day", "of_event")), strict=True
    ):
        if start not in graph or end not in graph or start == end:
            continue
        common = kind_counts.get(kind, 0) / average if average else 0.0
        bits = A_STEP + max(0.0, log2(common)) if common else A_STEP
        bits += sum(0.0 if n in ends else log2(max(graph.nodes[n]["degree"] - 1, 1)) / 2 for n in (start, end))
        dead = died.get(start)
        if dead is not None and pd.notna(since) and kind in PRESENT and since > dead:
            step = Step(start, end, (kind,), bits)
            left_out.append(Path((start, end), (step,), bits, (), ("deceased before",)))
            continue
        link = (bits, kind, start, since, until, bool(of_event))
        if graph.has_edge(start, end):
            of = graph.edges[start, end]
            of["links"] = (*of["links"], link)
            of["bits"] = min(of["bits"], bits)
        else:
            graph.add_edge(start, end, bits=bits, links=(link,))
    return graph, left_out


def _between(graph: nx.Graph, most_steps: int) -> nx.Graph | None:
    """Return what lies on some walk of at most so many steps, or None: a small part is quickly searched."""
    if START not in graph or END not in graph:
        return None
    there = nx.single_source_shortest_path_length(graph, START, most_steps)
    back = nx.single_source_shortest_path_length(graph, END, most_steps)
    near = [node for node in graph if node in there and node in back and there[node] + back[node] <= most_steps]
    if END not in there:
        return None
    part = nx.Graph()
    # In an order of its own: which of two equal paths comes first must not depend on the order of rows.
    part.add_nodes_from((node, graph.nodes[node]) for node in sorted(near))
    inside = set(near)
    edges = [(*sorted((a, b)), of) for a, b, of in graph.subgraph(inside).edges(data=True)]
    part.add_edges_from(sorted(edges, key=lambda edge: edge[:2]))
    return part


def _best(
    graph: nx.Graph, k: int, most_steps: int, wide: set[str], held: Mapping[str, Sequence[tuple[int, int]]]
) -> tuple[list[Path], list[Path]]:
    good: list[Path] = []
    bad: list[Path] = []
    ways = nx.shortest_simple_paths(graph, START, END, weight="bits")
    for way in islice(ways, k * TRIED_A_PATH):
        nodes = tuple(way[1:-1])
        if len(nodes) - 1 > most_steps or _has_shortcut(graph, nodes):
            continue
        steps = [_step(graph, a, b) for a, b in pairwise(nodes)]
        doubts = tuple(_doubts(graph, nodes, held))
        hubs = tuple(node for node in nodes if node in wide)
        bits = round(sum(step.bits for step in steps), 3)
        (bad if doubts else good).append(Path(nodes, tuple(steps), bits, hubs, doubts))
        if len(good) == k:
            break
    return good, bad


def _has_shortcut(graph: nx.Graph, nodes: Sequence[str]) -> bool:
    """Return whether two nodes of a path are tied that do not follow each other: a shorter path says it already."""
    return any(graph.has_edge(a, b) for n, a in enumerate(nodes) for b in nodes[n + 2 :])


def _step(graph: nx.Graph, a: str, b: str) -> Step:
    of = graph.edges[a, b]
    kinds = dict.fromkeys(link[1] for link in sorted(of["links"], key=lambda link: (link[0], link[1])))
    return Step(a, b, tuple(kinds), round(of["bits"], 3))


def _doubts(graph: nx.Graph, nodes: Sequence[str], held: Mapping[str, Sequence[tuple[int, int]]]) -> Iterable[str]:
    """Yield why a path was not plausible at the time: two periods that never met, or somebody kept in custody."""
    for before, here, after in zip(nodes, nodes[1:], nodes[2:], strict=False):
        one, other = graph.edges[before, here]["links"], graph.edges[here, after]["links"]
        if not _could_meet(one, other, here):
            yield f"never at the same time: {here}"
    for a, b in pairwise(nodes):
        links = graph.edges[a, b]["links"]
        if all(_away(link, held) for link in links):
            yield f"in custody: {links[0][2]}"


Link = tuple[float, str, str, float, float, bool]


def _could_meet(one: Sequence[Link], other: Sequence[Link], here: str) -> bool:
    """Return whether some tie on one side of a place or object can have been at a time of some tie on the other."""
    pairs = [(a, b) for a in one for b in other]
    # Two events at one place are on different days: only where one tie is a period of use must the other fall in it.
    return any(
        here in (a[2], b[2]) or not (a[1] in PERIODS or b[1] in PERIODS) or not (a[4] < b[3] or b[4] < a[3])
        for a, b in pairs
    )


def _away(link: Link, held: Mapping[str, Sequence[tuple[int, int]]]) -> bool:
    _, kind, who, since, until, of_event = link
    if not of_event or kind not in HELD_OUT or pd.isna(since) or pd.isna(until):
        return False
    return any(first < since and until < last for first, last in held.get(who, ()))
