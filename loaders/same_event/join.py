"""Decide which records are one event and make the graph say so, for all records or only around those that changed.

Everything that a score depends on lies near in time and shares a person or a place, so that a pass over the
surroundings of what changed comes to what a pass over the whole graph would.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph import ledger
from graph.connection import Connection, Row
from loaders.same_event.candidates import Pairs, find_candidates
from loaders.same_event.facts import Mask
from loaders.same_event.groups import EXACT, Events, Known, Link, Pair, Verdicts, find_events
from loaders.same_event.records import Records, judged_with, read_records, run, surroundings
from loaders.same_event.scoring import FORBIDDEN, Scored, score
from loaders.same_event.weights import JOINED_FROM, POSSIBLE_FROM

BATCH_ROWS = 5_000
# From so many marked records on, and this share (one in) of all, a whole pass is cheaper.
WHOLE_FROM, WHOLE_SHARE = 1_000, 10
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decided:
    """What was decided, with the records and scores that it rests on. scope: the records decided about; None: all."""

    records: Records
    scored: Scored
    events: Events
    scope: set[str] | None


def join_events(connection: Connection, *, only_touched: bool = False) -> int:
    """Make event_id, SAME_EVENT and POSSIBLY_SAME_EVENT say which records are one event.

    only_touched: decide only about records marked `touched` and what depends on them. Returns how many records of the
    graph are in an event with another.
    """
    touched = None
    if only_touched:
        touched = [row["id"] for row in connection.read("MATCH (i:Incident {touched: true}) RETURN i.id AS id")]
        total = connection.read("MATCH (i:Incident) RETURN count(i) AS n")[0]["n"]
        # Reading the surroundings of so many costs more than reading everything.
        if len(touched) > WHOLE_FROM and len(touched) * WHOLE_SHARE > total:
            touched = None
    if touched is None or touched:
        decided = decide(connection, touched)
        _write(connection, decided)
        connection.write("MATCH (i:Incident {touched: true}) REMOVE i.touched")
        logger.info(
            "events: %d records compared, %d pairs, %d events of several records, %d possible",
            len(decided.records.events),
            len(decided.scored.a),
            len(decided.events.groups),
            len(decided.events.possible),
        )
        if decided.events.conflicts:
            logger.warning("events: %d verdicts contradict each other", len(decided.events.conflicts))
    return int(connection.read("MATCH (i:Incident)-[:SAME_EVENT]-() RETURN count(DISTINCT i) AS n")[0]["n"])


def decide(connection: Connection, touched: Collection[str] | None = None) -> Decided:
    """Return which records are one event: of all, or of those around some records. Nothing is written."""
    scope = None if touched is None else _scope(connection, touched)
    around = None if scope is None else surroundings(connection, scope)
    records = read_records(connection, None if around is None else sorted(around))
    pairs = find_candidates(records)
    inside = sorted(scope) if scope is not None else None
    if scope is not None:
        within = np.array([record in scope for record in records.ids], dtype=np.bool_)
        pairs = take(pairs, within[pairs.a] & within[pairs.b])
    held = set(records.ids) if scope is None else scope
    verdicts = _of(read_verdicts(connection)[0], held)
    scored = score_these(connection, records, pairs, inside)
    exact = {pair: reason for pair, reason in _exact(connection, inside).items() if held.issuperset(pair)}
    events = find_events(exact, links_of(records, scored), verdicts, known_of(records, scored))
    return Decided(records, scored, events, scope)


def _of(verdicts: Verdicts, held: set[str]) -> Verdicts:
    """Return the verdicts about records that are here; one about a record that was withdrawn waits for its return."""
    return Verdicts(
        *({p: n for p, n in told.items() if held.issuperset(p)} for told in (verdicts.same, verdicts.different))
    )


def score_these(connection: Connection, records: Records, pairs: Pairs, ids: Sequence[str] | None = None) -> Scored:
    """Return these pairs scored. ids: the records that they are of, for fewer questions to the graph; None: all."""
    if ids is None and len(pairs) == 1:
        ids = [str(records.ids[pairs.a[0]]), str(records.ids[pairs.b[0]])]
    linked = read_verdicts(connection)[1]
    linked |= {ordered(a, b) for a, b in run(connection, "event_links", ids).itertuples(index=False, name=None)}
    return score(records, pairs, linked, lambda wanted: _read_texts(connection, wanted))


def take(pairs: Pairs, mask: Mask) -> Pairs:
    """Return some of the pairs."""
    return Pairs(pairs.a[mask], pairs.b[mask], pairs.person[mask], pairs.spot[mask])


def _scope(connection: Connection, touched: Collection[str]) -> set[str]:
    """Return the records to decide about: those around the touched ones, and whole groups."""
    scope = surroundings(connection, touched)
    while True:
        rows = connection.read(
            "UNWIND $ids AS id MATCH (:Incident {id: id})-[:SAME_EVENT|POSSIBLY_SAME_EVENT|DIED_IN]-(o:Incident) "
            "RETURN DISTINCT o.id AS id",
            ids=sorted(scope),
        )
        wider = judged_with(connection, scope | {row["id"] for row in rows})
        if wider == scope:
            return scope
        scope = wider


def read_verdicts(connection: Connection) -> tuple[Verdicts, set[Pair]]:
    """Return the last verdict on each pair of records, and the pairs that people linked: so they are two events."""
    last: dict[Pair, tuple[str, int]] = {}
    linked: set[Pair] = set()
    for order, told in enumerate(ledger.judgements(connection, "event")):
        pair = ordered(told.first_id, told.second_id)
        if told.verdict in ("same", "different"):
            last[pair] = (told.verdict, order)
        elif told.verdict == "linked":
            linked.add(pair)
        else:
            linked.discard(pair)
    by_verdict: dict[str, dict[Pair, int]] = {"same": {}, "different": {}}
    for pair, (verdict, order) in last.items():
        by_verdict[verdict][pair] = order
    return Verdicts(by_verdict["same"], by_verdict["different"]), linked


def ordered(a: str, b: str) -> Pair:
    """Return two ids as a pair, the smaller first."""
    return (a, b) if a < b else (b, a)


def _exact(connection: Connection, ids: Sequence[str] | None) -> dict[Pair, str]:
    found: dict[Pair, str] = {}
    for a, b, basis in run(connection, "event_exact", ids, sure=JOINED_FROM).itertuples(index=False, name=None):
        pair = ordered(a, b)
        if pair not in found or EXACT.index(basis) < EXACT.index(found[pair]):
            found[pair] = basis
    return found


def _read_texts(connection: Connection, ids: Sequence[str]) -> Mapping[str, str]:
    query = "UNWIND $ids AS id MATCH (i:Incident {id: id}) WHERE i.summary IS NOT NULL RETURN id, i.summary AS text"
    return {row["id"]: row["text"] for row in connection.read(query, ids=list(ids))}


def links_of(records: Records, scored: Scored) -> list[Link]:
    """Return every scored pair that is at least possible."""
    likely, ids = scored.probability, records.ids
    some = np.flatnonzero(likely >= POSSIBLE_FROM)
    return [
        Link(
            str(ids[scored.a[at]]),
            str(ids[scored.b[at]]),
            round(float(likely[at]), 6),
            float(np.exp2(min(scored.total[at], 60.0))),
            basis(scored, int(at)),
        )
        for at in some
    ]


def basis(scored: Scored, at: int) -> str:
    """Return in words what a pair rests on: what speaks for it, in the order of the waterfall."""
    named = ("people", "time", "place", "patient", "offence", "text")
    # The place that brought two records together weighs in the rate of records there, not by itself.
    said = [scored.words[n][at] for n in named if scored.bits[n][at] > 0 or (n == "place" and scored.bits[n][at] == 0)]
    return "; ".join(word for word in said if word and not word.startswith("no "))


def known_of(records: Records, scored: Scored) -> Known:
    """Return what is known of the records besides links: sources, who died, what forbids a pair."""
    ids = records.ids
    died = records.people[records.people["role"] == "DECEASED_IN"]
    kind = records.events["kind"].to_numpy(dtype=object)
    deceased: dict[str, set[str]] = {}
    for event, person in zip(died["event"], died["person"], strict=True):
        if kind[event] == "death":
            deceased.setdefault(str(ids[event]), set()).add(person)
    reasons = ["", *FORBIDDEN.values()]
    forbidden = {
        (str(ids[scored.a[at]]), str(ids[scored.b[at]])): reasons[scored.forbidden[at]]
        for at in np.flatnonzero(scored.forbidden)
    }
    source = dict(zip(ids, records.events["source"], strict=True))
    return Known(source, {record: frozenset(people) for record, people in deceased.items()}, forbidden)


def _write(connection: Connection, decided: Decided) -> None:
    events = decided.events
    ids = None if decided.scope is None else sorted(decided.scope)
    wanted = {pair: (round(p, 6), basis) for pair, (p, basis) in events.joined.items()}
    _write_edges(connection, "SAME_EVENT", wanted, ids)
    possible = {(row.a, row.b): (round(row.probability, 6), row.basis) for row in events.possible}
    _write_edges(connection, "POSSIBLY_SAME_EVENT", possible, ids)
    named = {record: group[0] for group in events.groups for record in group}
    if ids is None:
        query = "MATCH (i:Incident) WHERE i.event_id <> i.id RETURN i.id AS id, i.event_id AS event"
        present = connection.read(query)
    else:
        query = "UNWIND $ids AS id MATCH (i:Incident {id: id}) RETURN id, i.event_id AS event"
        present = connection.read(query, ids=ids)
    before = {row["id"]: row["event"] for row in present}
    changed = [
        {"id": record, "event": named.get(record, record)}
        for record in sorted({*before, *named})
        if before.get(record, record) != named.get(record, record)
    ]
    _in_batches(connection, "UNWIND $rows AS row MATCH (i:Incident {id: row.id}) SET i.event_id = row.event", changed)


def _write_edges(
    connection: Connection, name: str, wanted: Mapping[Pair, tuple[float, str]], ids: Sequence[str] | None
) -> None:
    edge = f"MATCH (a:Incident)-[r:{name}]->(b:Incident) "
    start = edge if ids is None else f"UNWIND $ids AS id MATCH (a:Incident {{id: id}})-[r:{name}]->(b:Incident) "
    rows = connection.read(start + "RETURN a.id AS a, b.id AS b, r.probability AS p, r.basis AS basis", ids=ids)
    present = {(row["a"], row["b"]): (row["p"], row["basis"]) for row in rows}
    gone = [{"a": a, "b": b} for a, b in sorted(present) if (a, b) not in wanted]
    fresh = [
        {"a": a, "b": b, "p": p, "basis": words}
        for (a, b), (p, words) in sorted(wanted.items())
        if present.get((a, b)) != (p, words)
    ]
    ends = "UNWIND $rows AS row MATCH (a:Incident {id: row.a}) MATCH (b:Incident {id: row.b}) "
    _in_batches(connection, f"{ends}MATCH (a)-[r:{name}]->(b) DELETE r", gone)
    _in_batches(connection, f"{ends}MERGE (a)-[r:{name}]->(b) SET r.probability = row.p, r.basis = row.basis", fresh)


def _in_batches(connection: Connection, query: str, rows: list[Row]) -> None:
    for start in range(0, len(rows), BATCH_ROWS):
        connection.write(query, rows=rows[start : start + BATCH_ROWS])
