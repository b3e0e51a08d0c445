"""The part of the graph in which two things are connected: expanded from both ends, round after round."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from graph.connection import Connection, Row
from graph.frames import native
from graph.reader import cypher

LINK_COLUMNS = ["start", "end", "kind", "from_day", "to_day", "of_event"]
NODE_COLUMNS = ["node", "label", "id", "degree", "is_hub", "died_day"]
# All ties of a node that is no hub; of an end that is one, those to its least connected neighbours (count).
MOST_A_NODE = 60
# Nodes expanded in one round from one end, the least connected first: bounds what a search reads (count).
MOST_A_ROUND = 150


@dataclass
class Fetched:
    """What a search has read: rows of `NODE_COLUMNS` and `LINK_COLUMNS`, by the store's own ids."""

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return nodes and links as frames, as `algorithms.paths` takes them."""
        keys = self.keys
        nodes = pd.DataFrame(list(self.nodes.values()), columns=NODE_COLUMNS)
        links = pd.DataFrame(list(self.links.values()), columns=LINK_COLUMNS)
        links = links.assign(start=links["start"].map(keys), end=links["end"].map(keys))
        return nodes.assign(node=nodes["node"].map(keys)), links

    @property
    def keys(self) -> dict[str, str]:
        """Return the store's own id -> label and id, by which equal paths are put in order in any store."""
        return {node: f"{row['label']} {row['id']}" for node, row in self.nodes.items()}

    def elements(self) -> dict[str, str]:
        """Return label and id -> the store's own id."""
        return {key: node for node, key in self.keys.items()}


class PathReader:
    """Reads outwards from two sets of nodes, alternately, until both sides have gone so many rounds.

    starts, ends: rows of `path_ends`; kinds: relationship types gone along; from_day, to_day: only what
    was within (days since 1970, both included).
    """

    def __init__(
        self,
        connection: Connection,
        starts: Sequence[Row],
        ends: Sequence[Row],
        *,
        kinds: Sequence[str],
        hub_degree: int,
        from_day: int | None = None,
        to_day: int | None = None,
    ) -> None:
        self._connection = connection
        self._given: dict[str, Any] = {
            "kinds": list(kinds),
            "from_day": from_day,
            "to_day": to_day,
            "most": MOST_A_NODE,
        }
        self._hub_degree = hub_degree
        self.fetched = Fetched()
        self._sides = [{row["node"] for row in side} for side in (starts, ends)]
        self._frontiers = [sorted(side) for side in self._sides]
        for row in (*starts, *ends):
            self.fetched.nodes[row["node"]] = {name: row[name] for name in NODE_COLUMNS}
        self._expanded: set[str] = set()

    @property
    def met(self) -> bool:
        """Whether something has been reached from both ends."""
        return bool(self._sides[0] & self._sides[1])

    def expand(self) -> bool:
        """Go one step outwards from both ends; return whether there was anywhere to go."""
        asked = [node for side in self._frontiers for node in side if node not in self._expanded]
        if not asked:
            return False
        rows = self._connection.read(cypher("path_expand"), ids=sorted(set(asked)), **self._given)
        self._expanded |= set(asked)
        reached: list[set[str]] = [set(), set()]
        for row in rows:
            self._keep(row)
            origin = row["end"] if row["node"] == row["start"] else row["start"]
            for side, frontier in enumerate(self._frontiers):
                if origin in frontier and row["node"] not in self._sides[side]:
                    reached[side].add(row["node"])
        for side, new in enumerate(reached):
            self._sides[side] |= new
            self._frontiers[side] = self._narrow(new)
        return True

    def _keep(self, row: dict[str, Any]) -> None:
        self.fetched.nodes.setdefault(row["node"], {name: row[name] for name in NODE_COLUMNS})
        link = {name: row[name] for name in LINK_COLUMNS}
        self.fetched.links.setdefault(tuple(link.values()), link)

    def _narrow(self, new: set[str]) -> list[str]:
        """Return which nodes to go on from: no hubs, and the least connected where there are too many."""
        nodes = self.fetched.nodes
        open_ = [n for n in new if not nodes[n]["is_hub"] and nodes[n]["degree"] <= self._hub_degree]
        return sorted(open_, key=lambda node: (nodes[node]["degree"], nodes[node]["id"], node))[:MOST_A_ROUND]


def path_ends(connection: Connection, ids: Sequence[str]) -> dict[str, list[Row]]:
    """Return id -> rows of the nodes that it names: a person by their own id or any record's, or another record."""
    found: dict[str, list[Row]] = {id_: [] for id_ in ids}
    for row in connection.read(cypher("path_ends"), ids=list(ids)):
        found[row["asked"]].append(row)
    return found


def path_kinds(connection: Connection) -> dict[str, int]:
    """Return how many ties of each kind there are that paths may go along."""
    return {row["kind"]: row["n"] for row in connection.read(cypher("path_kinds"))}


def path_details(
    connection: Connection, fetched: Fetched, nodes: Collection[str], kinds: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return node -> labels, properties, ties (to other nodes asked for) and kept (periods in custody, in days).

    nodes: labels and ids, as the frames of what was fetched name them.
    """
    elements, keys = fetched.elements(), fetched.keys
    rows = connection.read(cypher("path_details"), ids=[elements[node] for node in sorted(nodes)], kinds=list(kinds))
    found = {keys[row["node"]]: {name: _plain(value) for name, value in row.items()} for row in rows}
    for node, of in found.items():
        of["node"] = node
        for tie in of["ties"]:
            tie["end"] = keys[tie["end"]]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return native(value)
