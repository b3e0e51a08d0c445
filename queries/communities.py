"""Communities of people in the graph: looked for, followed from run to run under one identity, and listed."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

import pandas as pd
from graphdatascience import GraphDataScience

from algorithms.communities import MOST_SHARING, Grouping, bridge, project, regroup, steps_up
from algorithms.gds import leiden
from algorithms.lineage import Step, follow
from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.frames import native
from graph.reader import cypher
from queries.run import data_as_of, given

log = logging.getLogger(__name__)

BATCH = 1_000


@dataclass(frozen=True)
class CommunityReport:
    """What a run came to. steps: how many communities were born, grew ...; kept: of which no tie had changed."""

    people: int
    ties: int
    communities: int
    kept: int
    moved: int
    steps: dict[str, int]
    as_of: datetime
    seconds: float


@dataclass(frozen=True)
class Community:
    """One community. step_up, joined_by, bridge: the three things worth a look, None where there is nothing.

    step_up: how harm or breaches rose in 90 days; joined_by: the newest event that its two former halves share;
    bridge: the person without whom it would fall apart.
    """

    id: str
    state: str
    size: int
    members: tuple[str, ...]
    born_on: date
    changed_on: date
    ended_on: date | None
    step_up: str | None
    joined_by: str | None
    bridge: str | None
    history: tuple[dict[str, Any], ...]


def read_ties(connection: Connection) -> pd.DataFrame:
    """Return the weighted ties between the people of the graph: columns a, b, weight."""
    shared = connection.read(cypher("community_shared"), most=MOST_SHARING)
    relations = connection.read(cypher("community_relations"))
    return project(
        pd.DataFrame(shared, columns=["person", "thing"], dtype=str),
        pd.DataFrame(relations, columns=["a", "b"], dtype=str),
    )


def detect_communities(
    connection: Connection, *, as_of: datetime | None = None, anew: bool = False, grouping: Grouping | None = None
) -> CommunityReport:
    """Look for communities, keep what changed, and return counts.

    anew: decide about everybody, not only where a tie changed; identities go on all the same. grouping: another way to
    group than Leiden on the server.
    """
    began = monotonic()
    moment = as_of or data_as_of(connection)
    known = _known(connection)
    ties = read_ties(connection)
    before = {id_: frozenset(of["members"]) for id_, of in known.items()}
    marks = {} if anew else {id_: of["community"]["mark"] for id_, of in known.items()}
    if grouping is None:
        with _Leiden(connection) as own:
            found = regroup(ties, {} if anew else before, marks, own)
    else:
        found = regroup(ties, {} if anew else before, marks, grouping)
    steps = _named(follow(before, found.groups), before, moment)
    rows = _rows(connection, steps, known, found.marks, ties, moment)
    for at in range(0, len(rows), BATCH):
        connection.write(cypher("community_write"), rows=rows[at : at + BATCH])
    counts: dict[str, int] = {}
    for step in steps:
        counts[step.what] = counts.get(step.what, 0) + 1
    log.info("communities: %d ties, %d communities, %d left alone", len(ties), len(found.groups), len(found.kept))
    return CommunityReport(
        len({*ties["a"], *ties["b"]}),
        len(ties),
        len(found.groups),
        len(found.kept),
        len({p for step in steps for p in step.joined | step.left}),
        counts,
        moment,
        round(monotonic() - began, 3),
    )


def list_communities(connection: Connection, *, ended: bool = False, worth_a_look: bool = False) -> list[Community]:
    """Return the communities, those with something worth a look first, then the largest.

    ended: also those that are over; worth_a_look: only those with a step up, a new joining or a bridge.
    """
    where = "" if ended else "WHERE c.ended_on IS NULL "
    rows = connection.read(
        f"MATCH (c:Community) {where}OPTIONAL MATCH (p:Person)-[:MEMBER_OF]->(c) WITH c, p ORDER BY p.id "
        "RETURN properties(c) AS community, collect(p.id) AS members"
    )
    return _ordered(_with_steps_up(connection, rows), worth_a_look)


def get_community(connection: Connection, id_: str) -> Community:
    """Return one community, also one that is over. Raises ThroughlineError when there is none with this id."""
    rows = connection.read(
        "MATCH (c:Community {id: $id}) OPTIONAL MATCH (p:Person)-[:MEMBER_OF]->(c) WITH c, p ORDER BY p.id "
        "RETURN properties(c) AS community, collect(p.id) AS members",
        id=id_,
    )
    if not rows:
        raise ThroughlineError(f"there is no community {id_}: `throughline communities list` shows their ids")
    return _with_steps_up(connection, rows)[0]


class _Leiden:
    """Leiden on the server; the client is opened when it is first needed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client: GraphDataScience | None = None

    def __enter__(self) -> "_Leiden":
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()

    def __call__(self, links: pd.DataFrame, resolution: float) -> dict[int, int]:
        at = self._connection
        if self._client is None:
            self._client = GraphDataScience(
                at.uri, auth=at.credentials(), database=at.database, arrow=False, show_progress=False
            )
        return leiden(self._client, links, resolution=resolution)


def _known(connection: Connection) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in connection.read(cypher("community_members"))}


def _named(steps: Sequence[Step], before: Mapping[str, frozenset[str]], moment: datetime) -> list[Step]:
    """Return the steps with ids that tell nothing: a community is not called after one of its people."""
    names = {
        step.id: "community:" + hashlib.sha256(f"{moment.isoformat()} {step.id}".encode()).hexdigest()[:12]
        for step in steps
        if step.id not in before
    }
    return [
        Step(
            names.get(step.id, step.id),
            step.what,
            step.members,
            step.joined,
            step.left,
            tuple(sorted(names.get(other, other) for other in step.others)),
        )
        for step in steps
    ]


def _rows(
    connection: Connection,
    steps: Sequence[Step],
    known: Mapping[str, dict[str, Any]],
    marks: Mapping[str, str],
    ties: pd.DataFrame,
    moment: datetime,
) -> list[dict[str, Any]]:
    joined = _joined_by(connection, steps, known)
    rows = []
    for step in steps:
        old = known.get(step.id, {"community": {}, "members": []})
        ended = step.id in known and _is_over(step, known)
        # Whose records were withdrawn since then is not there any more to be named.
        gone = max(0, int(old["community"].get("size", 0)) - len(old["members"]))
        mark = None if ended else marks[min(step.members)]
        if step.what == "same" and not gone and old["community"].get("mark") == mark:
            continue
        rows.append(_row(step, old["community"], ended, gone, mark, ties, joined.get(step.id), moment))
    return rows


def _is_over(step: Step, known: Mapping[str, dict[str, Any]]) -> bool:
    return step.what in ("ended", "merged") and step.left == frozenset(known[step.id]["members"])


def _row(
    step: Step,
    old: Mapping[str, Any],
    ended: bool,
    gone: int,
    mark: str | None,
    ties: pd.DataFrame,
    joined_by: str | None,
    moment: datetime,
) -> dict[str, Any]:
    day = moment.astimezone(UTC).date()
    history = list(old.get("history") or [])
    what = "shrank" if gone and step.what == "same" else step.what
    if what != "same":
        told = {"on": day.isoformat(), "what": what, "size": 0 if ended else len(step.members)}
        counts = {"joined": len(step.joined), "left": len(step.left), "gone": gone}
        history.append(json.dumps({**told, **counts, "others": list(step.others)}))
    changed = what != "same"
    return {
        "id": step.id,
        "members": [] if ended else sorted(step.members),
        "ended_on": day if ended else None,
        "properties": {
            "state": what if changed else old["state"],
            "size": 0 if ended else len(step.members),
            "mark": mark,
            "born_on": old.get("born_on") or day,
            "changed_on": day if changed else old["changed_on"],
            "history": history,
            "joined_by": joined_by or old.get("joined_by"),
            "bridge": None if ended else bridge(ties, step.members),
        },
    }


def _joined_by(connection: Connection, steps: Sequence[Step], known: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    pairs = [
        {
            "community": step.id,
            "one": sorted(set(known[step.id]["members"]) & step.members),
            "other": sorted(set(known[other]["members"]) & step.members),
        }
        for step in steps
        if step.what == "merged" and step.id in known and not _is_over(step, known)
        for other in step.others
        if other in known
    ]
    found: dict[str, str] = {}
    for row in connection.read(cypher("community_joined"), pairs=pairs) if pairs else []:
        found.setdefault(row["community"], row["event"])
    return found


def _with_steps_up(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[Community]:
    day = given(data_as_of(connection))["as_of_day"]
    ids = [row["community"]["id"] for row in rows if row["community"].get("ended_on") is None]
    events = connection.read(cypher("community_events"), ids=ids, as_of_day=day)
    frame = pd.DataFrame(events, columns=["community", "event", "day", "harm", "breach"])
    said = steps_up(frame, day)
    return [_community(row, said.get(row["community"]["id"])) for row in rows]


def _community(row: dict[str, Any], step_up: str | None) -> Community:
    of = {name: native(value) for name, value in row["community"].items()}
    return Community(
        of["id"],
        of["state"],
        len(row["members"]),
        tuple(row["members"]),
        of["born_on"],
        of["changed_on"],
        of.get("ended_on"),
        step_up,
        of.get("joined_by"),
        of.get("bridge"),
        tuple(json.loads(step) for step in of.get("history") or []),
    )


def _ordered(communities: Sequence[Community], worth_a_look: bool) -> list[Community]:
    def reasons(one: Community) -> int:
        return sum(reason is not None for reason in (one.step_up, one.joined_by, one.bridge))

    chosen = [one for one in communities if reasons(one) or not worth_a_look]
    return sorted(chosen, key=lambda one: (one.step_up is None, one.joined_by is None, -one.size, one.id))
