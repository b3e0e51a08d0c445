"""Why two records are one event, or not, as a waterfall in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph import ledger
from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.ledger import Judgement
from loaders.same_event.candidates import Pairs, comparable
from loaders.same_event.groups import Pair
from loaders.same_event.join import Decided, decide, join_events, ordered, score_these
from loaders.same_event.scoring import FORBIDDEN, TITLES, Scored
from loaders.same_event.weights import JOINED_FROM, POSSIBLE_FROM

# What a contribution must take away (bits) to be named as what speaks against.
_NAMED_FROM = 1.0


@dataclass(frozen=True)
class Bar:
    """One bar of the waterfall: what was compared, what came of it, and what it adds (bits)."""

    name: str
    words: str
    bits: float


@dataclass(frozen=True)
class EventExplanation:
    """Why two records are one event, or not. The bars add up to total_bits, log2 of the odds.

    probability: by the evidence alone. verdict: joined | possible | apart, with all that is known of other records and
    of what people said; basis: what it rests on. why_not: sentences, empty when joined.
    """

    a: str
    b: str
    bars: tuple[Bar, ...]
    total_bits: float
    probability: float
    verdict: str
    basis: str
    why_not: tuple[str, ...]
    judgements: tuple[Judgement, ...]


def explain_events(connection: Connection, a: str, b: str) -> EventExplanation:
    """Return what speaks for and against two records being one event. Nothing is written.

    a, b: ids (`source:ref`). Raises ThroughlineError for a record that is not in the graph, or the same twice.
    """
    check_records(connection, a, b)
    decided = decide(connection, [a, b])
    pair = ordered(a, b)
    judged = tuple(j for j in ledger.judgements(connection, "event") if ordered(j.first_id, j.second_id) == pair)
    row = {str(record): at for at, record in enumerate(decided.records.ids)}
    first, second = np.array([row[pair[0]]]), np.array([row[pair[1]]])
    alone = not comparable(decided.records, first, second)[0]
    scored = score_these(connection, decided.records, _one_pair(decided, first, second))
    bars = () if alone else tuple(Bar(TITLES[n], str(scored.words[n][0]), float(scored.bits[n][0])) for n in TITLES)
    likely = 0.0 if alone else float(scored.likely[0])
    total = 0.0 if alone else float(scored.total[0])
    verdict, basis = _verdict(decided, pair)
    why = () if verdict == "joined" else tuple(_why_not(decided, pair, scored, alone, judged))
    return EventExplanation(*pair, bars, total, likely, verdict, basis, why, judged)


def judge_events(
    connection: Connection, a: str, b: str, verdict: str, *, by: str, reason: str | None = None
) -> EventExplanation:
    """Record that two records are the same event, or different ones, decide anew around them, and return why.

    It wins over everything else, and can be taken back by the opposite. Raises ThroughlineError as explain_events.
    """
    check_records(connection, a, b)
    ledger.record_judgement(connection, "event", a, b, verdict, by=by, reason=reason)
    connection.write("UNWIND $ids AS id MATCH (i:Incident {id: id}) SET i.touched = true", ids=[a, b])
    join_events(connection, only_touched=True)
    return explain_events(connection, a, b)


def possible_events(connection: Connection, limit: int | None = None) -> list[dict[str, object]]:
    """Return the pairs that may be one event, likeliest first: a, b, probability, basis."""
    query = (
        "MATCH (a:Incident)-[r:POSSIBLY_SAME_EVENT]->(b:Incident) WHERE r.probability >= $from "
        "RETURN a.id AS a, b.id AS b, r.probability AS probability, r.basis AS basis ORDER BY probability DESC, a, b"
    )
    rows = connection.read(query, **{"from": POSSIBLE_FROM})
    return rows[:limit]


def check_records(connection: Connection, a: str, b: str) -> None:
    """Raise ThroughlineError unless these are two records of events in the graph."""
    if a == b:
        raise ThroughlineError(f"{a} was given twice: name two records")
    for record in (a, b):
        if not connection.read("MATCH (i:Incident {id: $id}) RETURN i.id AS id", id=record):
            ref = record.rpartition(":")[2]
            near = connection.read("MATCH (i:Incident) WHERE i.ref = $ref RETURN min(i.id) AS id", ref=ref)[0]["id"]
            hint = f" Did you mean {near}?" if near else ""
            raise ThroughlineError(f"there is no event record {record}: records are named source:ref.{hint}")


def _one_pair(
    decided: Decided,
    first: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    second: "np.ndarray[tuple[int], np.dtype[np.int64]]",
) -> Pairs:
    people, spot = decided.records.people, decided.records.events["spot"].to_numpy()
    who = [set(people.loc[people["event"] == at[0], "person"]) for at in (first, second)]
    shares = np.array([bool(who[0] & who[1])])
    return Pairs(first, second, shares, (spot[first] == spot[second]) & (spot[first] >= 0))


def _verdict(decided: Decided, pair: Pair) -> tuple[str, str]:
    if pair in decided.events.joined:
        return "joined", decided.events.joined[pair][1]
    for row in decided.events.possible:
        if (row.a, row.b) == pair and row.probability >= POSSIBLE_FROM:
            return "possible", row.basis
    return "apart", ""


def _why_not(decided: Decided, pair: Pair, scored: Scored, alone: bool, judged: Sequence[Judgement]) -> list[str]:
    if judged and judged[-1].verdict == "different":
        return [f"{judged[-1].by or judged[-1].source} said that these are two events."]
    if alone:
        kinds = decided.records.events.set_index("id")["kind"]
        first, second = kinds[pair[0]], kinds[pair[1]]
        if first == second:
            return [f"Two records of {first} are never compared: what is told twice may have happened once or twice."]
        return [f"One is {first}, the other {second}: these are never one event, unless a person says so."]
    if scored.forbidden[0]:
        reason = list(FORBIDDEN.values())[scored.forbidden[0] - 1]
        return [f"{reason[0].upper()}{reason[1:]}: that forbids it, whatever agrees."]
    why = []
    at = np.flatnonzero((decided.scored.a == scored.a[0]) & (decided.scored.b == scored.b[0]))
    if not at.size:
        why.append("They share no person and no place near in time, so that they were never compared.")
    if scored.capped[0]:
        why.append("The people harmed are not known to be the same person: at most possible.")
    for row in decided.events.possible:
        if (row.a, row.b) == pair and "not joined: " in row.basis:
            why.append(f"Not joined: {row.basis.partition('not joined: ')[2]}.")
    against = sorted((scored.bits[name][0], name) for name in TITLES if name != "repeated")
    why += [
        f"{TITLES[name][0].upper()}{TITLES[name][1:]}: {scored.words[name][0]} ({bits:+.1f} bits)."
        for bits, name in against
        if bits <= -_NAMED_FROM
    ]
    short = np.log2(JOINED_FROM / (1 - JOINED_FROM)) - scored.total[0]
    if short > 0:
        why.append(f"{short:.1f} bits short of being joined.")
    return why
