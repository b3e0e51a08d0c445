"""Scored pairs -> people. Links join; contradictions, thin chains and human verdicts split.

Three rules, in this order of strength. What a person said holds: 'same' joins, 'different' splits, also through third
records. A contradiction splits: two records that cannot be one person are cut apart where the links between them are
weakest. And no chain of weak links: a group whose parts hang together by a few of the possible links only is cut at
that bridge.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from graph.errors import ThroughlineError

Pair = tuple[int, int]

# A cut that at least this share of the pairs across it bears is no bridge. One of two (a chain of three) holds, one of
# three does not.
DENSE = 0.34

# Two links that differ by less than this (bits) are equally good: a record that fits two people who are not one is left
# alone.
AMBIGUOUS = 1.0

# A human 'same' outweighs every score; of two verdicts that contradict each other through third records, the later is
# the heavier.
_HUMAN = 1e6

# Above this many records a group is not looked at as a whole: its links are first cut back, weakest first, until the
# parts are smaller.
LARGEST = 150


@dataclass(frozen=True)
class Verdicts:
    """What people said about pairs of records: the last word on each pair, by uid (a < b), with its place in the order
    of recording.
    """

    same: Mapping[Pair, int] = field(default_factory=dict)
    different: Mapping[Pair, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """Scores of pairs inside one group. weight: bits; linked: may join; supported: at least possible; contradicted:
    cannot be one person.
    """

    weight: Mapping[Pair, float]
    supported: frozenset[Pair]
    contradicted: frozenset[Pair]
    certain: frozenset[Pair] = frozenset()


def read_verdicts(judgements: pd.DataFrame | None, ids: npt.NDArray[np.object_]) -> Verdicts:
    """Return the last verdict on each pair of known nominals, by uid. Pairs with a nominal that is not here are left
    for later.

    Raises ThroughlineError on a verdict other than same and different, and on a judgement of a nominal with itself.
    """
    if judgements is None or judgements.empty:
        return Verdicts()
    if "about" in judgements.columns:
        judgements = judgements[judgements["about"].isna() | (judgements["about"] == "person")]
    place = {nominal: uid for uid, nominal in enumerate(ids)}
    last: dict[Pair, tuple[str, int]] = {}
    for order, (first, second, verdict) in enumerate(
        judgements[["first_ref", "second_ref", "verdict"]].itertuples(index=False, name=None)
    ):
        if verdict not in ("same", "different"):
            raise ThroughlineError(
                f"judgements: row {order + 1}: the verdict on two people is 'same' or 'different', not {verdict!r}."
            )
        if first == second:
            raise ThroughlineError(f"judgements: row {order + 1}: {first} is judged against itself. Name two records.")
        if first in place and second in place:
            a, b = sorted((place[first], place[second]))
            last[(a, b)] = (verdict, order)
    return Verdicts(
        same={pair: order for pair, (verdict, order) in last.items() if verdict == "same"},
        different={pair: order for pair, (verdict, order) in last.items() if verdict == "different"},
    )


@dataclass(frozen=True)
class Cut:
    """Where a group was cut, and why. sides: the uids on each; words: the reason; pair: the two that could not be
    together, where it was for two.
    """

    sides: tuple[frozenset[int], ...]
    words: str
    pair: Pair | None = None


@dataclass(frozen=True)
class Contradiction:
    """Verdicts that cannot all be true. different: two nominals said to be two people; same: the chain of nominals,
    from the one to the other, each said to be one person with the next.
    """

    different: tuple[str, str]
    same: tuple[str, ...]

    @property
    def words(self) -> str:
        """The contradiction as a sentence."""
        chain = " = ".join(self.same)
        return f"{chain} were said to be one person, but {self.different[0]} and {self.different[1]} to be two"


def set_contradictions_aside(
    verdicts: Verdicts, ids: npt.NDArray[np.object_]
) -> tuple[Verdicts, tuple[Contradiction, ...]]:
    """Return the verdicts without those 'same' that a 'different' contradicts, and the contradictions.

    Which of them is the mistake only a person can say. Until one does, nobody is joined on a contradicted word: the
    'different' stands, and on the chain of 'same' the model alone decides.
    """
    graph = nx.Graph(list(verdicts.same))
    found: list[Contradiction] = []
    waiting: set[Pair] = set()
    for a, b in sorted(verdicts.different):
        if a not in graph or b not in graph or not nx.has_path(graph, a, b):
            continue
        chain = nx.shortest_path(graph, a, b)
        found.append(Contradiction((str(ids[a]), str(ids[b])), tuple(str(ids[uid]) for uid in chain)))
        waiting |= _between(graph, a, b)
    same = {pair: order for pair, order in verdicts.same.items() if pair not in waiting}
    return Verdicts(same, verdicts.different), tuple(found)


def _between(graph: nx.Graph, a: int, b: int) -> set[Pair]:
    """The edges that lie on some way from a to b that goes nowhere twice."""
    closed = graph.copy()
    closed.add_edge(a, b)
    for block in nx.biconnected_component_edges(closed):
        edges = {(min(edge), max(edge)) for edge in block}
        if (a, b) in edges:
            return {edge for edge in edges if graph.has_edge(*edge)}
    return set()


def components(nodes: int, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return a label per node: nodes joined by a chain of edges (a, b) share one. Labels follow the smallest node."""
    graph = coo_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(nodes, nodes))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)
    return np.asarray(first[labels], dtype=np.int64)


def split_group(
    members: Sequence[int],
    links: Iterable[Pair],
    evidence: Evidence,
    verdicts: Verdicts,
    cuts: list[Cut] | None = None,
) -> list[list[int]]:
    """Return the groups that one group of linked records falls into, each sorted, ordered by their first member.

    members: uids; links: pairs that may join (a < b), a human 'same' among them. cuts: told of each cut made. A group
    comes back whole when nothing speaks against it.
    """
    graph = nx.Graph()
    graph.add_nodes_from(sorted(members))
    for pair in sorted(links):
        graph.add_edge(*pair, weight=_strength(pair, evidence, verdicts))
    told = cuts if cuts is not None else []
    parts = [part for piece in _connected(graph) for part in _split(piece, evidence, verdicts, told)]
    return sorted(parts)


def _strength(pair: Pair, evidence: Evidence, verdicts: Verdicts) -> float:
    if pair in verdicts.same:
        return _HUMAN * (1 + verdicts.same[pair])
    return max(evidence.weight.get(pair, 0.1), 0.1)


def _split(graph: nx.Graph, evidence: Evidence, verdicts: Verdicts, cuts: list[Cut]) -> list[list[int]]:
    """Cut until no part holds a contradiction or hangs by a bridge."""
    waiting, done = [graph], []
    while waiting:
        part = waiting.pop()
        cut = _contradiction_cut(part, evidence, verdicts) or _bridge_cut(part, evidence, verdicts)
        if cut is None:
            done.append(sorted(part.nodes))
        else:
            cuts.append(cut)
            waiting.extend(piece for side in cut.sides for piece in _connected(part.subgraph(side)))
    return done


def _connected(graph: nx.Graph) -> list[nx.Graph]:
    return [graph.subgraph(nodes).copy() for nodes in nx.connected_components(graph)]


def _contradiction_cut(part: nx.Graph, evidence: Evidence, verdicts: Verdicts) -> Cut | None:
    nodes = sorted(part.nodes)
    inside = set(nodes)
    said = sorted(
        (p for p in verdicts.different if p[0] in inside and p[1] in inside), key=lambda p: -verdicts.different[p]
    )
    found = sorted(
        (p for p in evidence.contradicted if p[0] in inside and p[1] in inside),
        key=lambda p: (evidence.weight.get(p, 0.0), p),
    )
    for pair in said:
        return _cut(_minimum_cut(part, pair)[1], "two of the group were said to be two people", pair)
    for pair in found:
        strength, (left, right) = _minimum_cut(part, pair)
        # A human 'same' on every way between the two outranks what the model holds against them.
        if strength < _HUMAN:
            return _set_ambiguous_aside(part, left, right, pair)
    return None


def _cut(sides: Iterable[set[int]], words: str, pair: Pair | None = None) -> Cut:
    return Cut(tuple(frozenset(side) for side in sides), words, pair)


def _minimum_cut(part: nx.Graph, pair: Pair) -> tuple[float, tuple[set[int], set[int]]]:
    strength, (left, right) = nx.minimum_cut(part, *pair, capacity="weight")
    return float(strength), (set(left), set(right))


def _set_ambiguous_aside(part: nx.Graph, left: set[int], right: set[int], pair: Pair) -> Cut:
    """The two sides, and by itself each record whose best links to both are equally good: to give it to either would
    be a guess.
    """
    aside = set()
    for node in sorted(part.nodes):
        own, other = (left, right) if node in left else (right, left)
        to_own = max((part[node][n]["weight"] for n in part[node] if n in own), default=None)
        to_other = max((part[node][n]["weight"] for n in part[node] if n in other), default=None)
        if (
            to_own is not None
            and to_other is not None
            and abs(to_own - to_other) < AMBIGUOUS
            and max(to_own, to_other) < _HUMAN
        ):
            aside.add(node)
    words = "two of the group cannot be one person"
    if not aside or left <= aside or right <= aside:
        return _cut((left, right), words, pair)
    sides = (left - aside, right - aside, *({node} for node in sorted(aside)))
    return _cut(sides, f"{words}, and a record that fits both alike is left to neither", pair)


def _bridge_cut(part: nx.Graph, evidence: Evidence, verdicts: Verdicts) -> Cut | None:
    """The weakest cut of a group, when too few of the pairs across it speak for one person; None for a group that is
    dense.
    """
    size = part.number_of_nodes()
    if size < 4:
        return None
    pairs = size * (size - 1) // 2
    nodes = set(part.nodes)
    supported = nx.Graph()
    supported.add_nodes_from(sorted(nodes))
    supported.add_edges_from(
        (a, b, dict(weight=1.0)) for a, b in sorted(evidence.supported) if a in nodes and b in nodes
    )
    for a, b, weight in sorted(part.edges(data="weight")):
        fixed = weight >= _HUMAN or (a, b) in evidence.certain or (b, a) in evidence.certain
        supported.add_edge(a, b, weight=float(size * size) if fixed else 1.0)
    if supported.number_of_edges() == pairs or not nx.is_connected(supported):
        return None
    weight, (first, second) = nx.stoer_wagner(supported)
    left, right = set(first), set(second)
    if weight >= size * size:
        return None
    if weight >= DENSE * len(left) * len(right):
        # The fewest links stand between one record and the rest; the thinnest place may be between two halves.
        thinnest = _thinnest_cut(supported)
        if thinnest is None:
            return None
        left, right = thinnest
    across = len(left) * len(right)
    bearing = sum(1 for a, b in supported.edges if (a in left) != (b in left))
    words = f"the group hung together by a bridge too weak: {bearing} of {across} pairs across it speak for one person"
    return _cut((left, right), words)


def _thinnest_cut(supported: nx.Graph) -> tuple[set[int], set[int]] | None:
    """The cut of the lowest share of supported pairs across it, among those along the Fiedler vector; None where none
    is under DENSE.

    Source: Fiedler 1973, Czech. Math. J. 23, 298 (the vector orders the nodes so that halves which hang together by
    little come apart).
    """
    nodes = sorted(supported.nodes)
    links = nx.to_numpy_array(supported, nodelist=nodes)
    _, vectors = np.linalg.eigh(np.diag(links.sum(axis=1)) - links)
    order = np.lexsort((np.arange(len(nodes)), np.round(vectors[:, 1], 9)))
    links = links[np.ix_(order, order)]
    within = np.cumsum(np.cumsum(links, axis=0), axis=1).diagonal()
    degrees = np.cumsum(links.sum(axis=1))
    sizes = np.arange(1, len(nodes))
    shares = (degrees - within)[:-1] / (sizes * (len(nodes) - sizes))
    best = int(np.argmin(shares))
    if shares[best] >= DENSE:
        return None
    chosen = {nodes[i] for i in order[: best + 1].tolist()}
    return chosen, set(nodes) - chosen


def group_links(links: pd.DataFrame, nodes: int, weight: str = "weight") -> npt.NDArray[np.int64]:
    """Return a label per node after cutting back the links of groups above LARGEST records, weakest first, until none
    is.

    links: columns a, b (uid) and weight. Such a group is a chain of chains; it is cut where it is thinnest before it
    is looked at.
    """
    a, b = links["a"].to_numpy(dtype=np.int64), links["b"].to_numpy(dtype=np.int64)
    bits = links[weight].to_numpy(dtype=float)
    keep = np.ones(len(links), dtype=bool)
    while True:
        labels = components(nodes, a[keep], b[keep])
        sizes = np.bincount(labels, minlength=nodes)
        large = sizes[labels] > LARGEST
        inside = keep & large[a]
        if not inside.any():
            return labels
        strongest = bits[inside].max()
        cut = inside & (bits <= np.quantile(bits[inside], 0.1)) & (bits < strongest)
        # Where most links are the strongest there are, whatever is weaker goes; where all are alike, nothing tells
        # where to cut.
        cut = cut if cut.any() else inside & (bits < strongest)
        if not cut.any():
            return labels
        keep &= ~cut


def weakest_links(members: Sequence[int], links: Mapping[Pair, float]) -> tuple[dict[int, float], dict[int, Pair]]:
    """Return for each member the lowest link on its best way to the first member, and the link that it itself hangs by.

    links: probability per pair (a < b). The best way is the one along the maximum spanning tree; the first member
    takes its own best link.
    """
    tree = nx.Graph()
    tree.add_nodes_from(members)
    tree.add_weighted_edges_from((a, b, p) for (a, b), p in sorted(links.items()))
    tree = nx.maximum_spanning_tree(tree, algorithm="kruskal")
    lowest: dict[int, float] = {}
    hangs_by: dict[int, Pair] = {}
    root = members[0]
    for parent, child in nx.dfs_edges(tree, root):
        pair = (min(parent, child), max(parent, child))
        lowest[child] = min(lowest.get(parent, 1.0), links[pair])
        hangs_by[child] = pair
    own = [(min(root, n), max(root, n)) for n in tree[root]]
    if own:
        best = max(own, key=lambda pair: (links[pair], pair))
        lowest[root], hangs_by[root] = links[best], best
    return lowest, hangs_by


def way(a: int, b: int, links: Mapping[Pair, float]) -> list[int]:
    """Return the records from a to b whose weakest link is the strongest there is, a and b included; empty without
    any. links: probability per pair (a < b).
    """
    graph = nx.Graph()
    graph.add_weighted_edges_from((left, right, p) for (left, right), p in sorted(links.items()))
    if a not in graph or b not in graph or not nx.has_path(graph, a, b):
        return []
    tree = nx.maximum_spanning_tree(graph, algorithm="kruskal")
    return [int(node) for node in nx.shortest_path(tree, a, b)]
