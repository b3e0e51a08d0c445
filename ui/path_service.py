"""How two things are connected, hop by hop, each hop a sentence with the records that it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

from algorithms.paths import HUB_DEGREE, Found, Path, informative_paths
from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.path_reader import PathReader, path_details, path_ends, path_kinds
from graph.schema import SCHEMA
from queries.problem import did_you_mean
from ui.path_words import caption, hop_in_words
from ui.words import EPOCH

# Two rounds from either end reach paths of four steps, three of six. More connects anybody with anybody.
FIRST_ROUNDS, MOST_ROUNDS = 2, 3
MOST_PATHS = 50
# Who attended because of their work connects nobody; asked for by role, it does.
NOT_BY_DEFAULT = ("ATTENDED_PROFESSIONALLY",)


@dataclass(frozen=True)
class Hop:
    """One step in words. records: the `source:ref` ids that it rests on."""

    says: tuple[str, ...]
    records: tuple[str, ...]


@dataclass(frozen=True)
class PathView:
    """One path as it is shown. bits: how many other ways there could have been; less is more telling."""

    rank: int
    bits: float
    through: tuple[str, ...]
    hops: tuple[Hop, ...]
    hubs: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class PathAnswer:
    """What connects two things. remarks: what has to be said with it; read: nodes and ties looked at."""

    start: tuple[str, ...]
    end: tuple[str, ...]
    paths: tuple[PathView, ...]
    implausible: tuple[PathView, ...]
    remarks: tuple[str, ...]
    read: dict[str, int]
    seconds: float


def find_paths(
    connection: Connection,
    starts: Sequence[str],
    ends: Sequence[str],
    *,
    k: int = 5,
    roles: Sequence[str] = (),
    from_on: date | None = None,
    to_on: date | None = None,
    hub_degree: int = HUB_DEGREE,
) -> PathAnswer:
    """Return the k most informative paths from any of starts to any of ends.

    starts, ends: ids of people, or `source:ref` of any records. roles: only these roles in events; from_on, to_on: only
    what was known to be within. Raises ThroughlineError for an id that the graph does not hold, or an unknown role.
    """
    began = perf_counter()
    if not 1 <= k <= MOST_PATHS:
        raise ThroughlineError(f"{k} paths: ask for 1 to {MOST_PATHS}")
    if from_on is not None and to_on is not None and from_on > to_on:
        raise ThroughlineError(f"from {from_on} is after to {to_on}: turn them round")
    named = path_ends(connection, [*starts, *ends])
    for id_, nodes in named.items():
        if not nodes:
            raise ThroughlineError(
                f"the graph holds nothing called {id_}: give a person's id (person:...) or the source:ref of a record"
            )
    sides = [[row for id_ in side for row in named[id_]] for side in (starts, ends)]
    first, last = ([f"{row['label']} {row['id']}" for row in side] for side in sides)
    if set(first) & set(last):
        raise ThroughlineError("both ends name the same person or record: nothing has to connect it with itself")
    counts = path_kinds(connection)
    kinds = _kinds(counts, roles)
    reader = PathReader(
        connection, *sides, kinds=kinds, hub_degree=hub_degree, from_day=_day(from_on), to_day=_day(to_on)
    )
    found, details = Found(()), dict[str, dict[str, Any]]()
    for number in range(1, MOST_ROUNDS + 1):
        more = reader.expand()
        # A way through a hub is not yet the answer: one farther round may do without.
        if number < FIRST_ROUNDS or not (reader.met or number == MOST_ROUNDS or not more):
            continue
        found, details = _search(connection, reader, first, last, k, counts, hub_degree, kinds)
        if (found.paths and not found.only_through_hubs) or not more:
            break
    shown = {node for path in (*found.paths, *found.implausible) for node in path.nodes}
    if not shown | set(first) | set(last) <= set(details):
        details = path_details(connection, reader.fetched, shown | set(first) | set(last), kinds)
    return PathAnswer(
        tuple(caption(details[node]) for node in first),
        tuple(caption(details[node]) for node in last),
        tuple(_view(path, rank, details) for rank, path in enumerate(found.paths, start=1)),
        tuple(_view(path, rank, details) for rank, path in enumerate(found.implausible, start=1)),
        tuple(_remarks(found, roles, from_on, to_on)),
        {"nodes": len(reader.fetched.nodes), "ties": len(reader.fetched.links)},
        round(perf_counter() - began, 4),
    )


def _kinds(counts: Mapping[str, int], roles: Sequence[str]) -> list[str]:
    known = SCHEMA.role_types
    for role in roles:
        if role not in known:
            raise ThroughlineError(f"unknown role {role} ({', '.join(known)}).{did_you_mean(role, known)}")
    wanted = {known[role] for role in roles} or set(known.values()) - set(NOT_BY_DEFAULT)
    return sorted(kind for kind in counts if kind not in known.values() or kind in wanted)


def _search(
    connection: Connection,
    reader: PathReader,
    first: Sequence[str],
    last: Sequence[str],
    k: int,
    counts: Mapping[str, int],
    hub_degree: int,
    kinds: Sequence[str],
) -> tuple[Found, dict[str, dict[str, Any]]]:
    nodes, links = reader.fetched.frames()
    given: dict[str, Any] = {"k": k, "kind_counts": counts, "hub_degree": hub_degree, "most_steps": 2 * MOST_ROUNDS}
    found = informative_paths(nodes, links, first, last, **given)
    on_them = {node for path in (*found.paths, *found.implausible) for node in path.nodes}
    details = path_details(connection, reader.fetched, on_them | set(first) | set(last), kinds)
    held = {node: [(a, b) for a, b in of["kept"]] for node, of in details.items() if of["kept"]}
    return informative_paths(nodes, links, first, last, **given, held=held) if held else found, details


def _view(path: Path, rank: int, details: Mapping[str, dict[str, Any]]) -> PathView:
    hops = []
    for step in path.steps:
        says, records = hop_in_words(details[step.start], details[step.end])
        hops.append(Hop(tuple(says), tuple(records)))
    doubts = []
    for doubt in path.doubts:
        what, _, node = doubt.partition(": ")
        doubts.append(f"{what}: {caption(details[node])}" if node else f"{what}: {caption(details[path.nodes[0]])}")
    return PathView(
        rank,
        path.bits,
        tuple(caption(details[node]) for node in path.nodes),
        tuple(hops),
        tuple(caption(details[node]) for node in path.hubs),
        tuple(doubts),
    )


def _remarks(found: Found, roles: Sequence[str], from_on: date | None, to_on: date | None) -> list[str]:
    remarks = []
    if found.only_through_hubs:
        remarks.append(
            "No path but through a hub: a place, person or thing that connects a great many others says little."
        )
    if not found.paths:
        remarks.append(f"No path of at most {2 * MOST_ROUNDS} steps.")
    if found.implausible:
        remarks.append("Some ways were left out because they were not plausible at the time; they are listed apart.")
    if roles:
        remarks.append(f"Only these roles in events: {', '.join(roles)}.")
    if from_on or to_on:
        remarks.append(
            "Events without a known day are left out; ties without dates, such as a home since when is not known, stay."
        )
    remarks.append("That two people are connected says nothing about either.")
    return remarks


def _day(day: date | None) -> int | None:
    return None if day is None else (day - EPOCH).days
