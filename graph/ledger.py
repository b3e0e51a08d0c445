"""What people decided: append-only, kept apart from what is derived, never touched by a reload."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import neo4j

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.frames import native
from graph.writer import write_nodes

STATUS_AFTER = {
    "accept": "accepted",
    "dismiss": "dismissed",
    "ask": "in_review",
    "monitor": "monitored",
    "refer": "referred",
    "snooze": "snoozed",
    "reopen": "new",
}
DECISION_KINDS = tuple(STATUS_AFTER)
SNOOZE_DAYS = 180


@dataclass(frozen=True)
class Decision:
    """One decision about one finding. number: its place in the order of all decisions."""

    id: str
    finding_id: str
    number: int
    kind: str
    reason: str
    by: str
    at: datetime
    owner: str | None = None
    due_on: date | None = None
    until_on: date | None = None
    seen_explanation: str | None = None
    seen_evidence_hash: str | None = None


@dataclass(frozen=True)
class Judgement:
    """What a person, or a source, said about two records. number: its place in the order of judgements."""

    id: str
    about: str
    first_id: str
    second_id: str
    verdict: str
    number: int
    reason: str | None = None
    by: str | None = None
    at: datetime | None = None
    source: str | None = None


def record_decision(
    connection: Connection,
    finding_id: str,
    kind: str,
    *,
    reason: str,
    by: str,
    owner: str | None = None,
    due_on: date | None = None,
    until_on: date | None = None,
    today: date | None = None,
) -> Decision:
    """Append a decision to the ledger and return it, with what the decider saw.

    Raises ThroughlineError for an unknown finding or kind, an empty reason, a snooze without an end or past 180 days.
    """
    today = today or datetime.now(UTC).date()
    if kind not in STATUS_AFTER:
        raise ThroughlineError(f"{kind!r} is not a decision: choose one of {', '.join(DECISION_KINDS)}")
    if not reason.strip():
        raise ThroughlineError("a decision needs a reason, in your own words")
    if kind == "snooze" and until_on is None:
        raise ThroughlineError(f"a snooze needs an end, at most {SNOOZE_DAYS} days ahead")
    if until_on is not None and not 0 < (until_on - today).days <= SNOOZE_DAYS:
        raise ThroughlineError(f"a snooze ends after today and within {SNOOZE_DAYS} days, not on {until_on}")

    def append(transaction: neo4j.ManagedTransaction) -> Decision:
        found = transaction.run(
            "MATCH (f:Finding {id: $id}) RETURN f.explanation AS explanation, f.evidence_hash AS hash", id=finding_id
        ).single()
        if found is None:
            raise ThroughlineError(f"there is no finding {finding_id}: `throughline findings list` shows their ids")
        decision = Decision(
            id=str(uuid.uuid4()),
            finding_id=finding_id,
            number=_next_number(transaction, "Decision"),
            kind=kind,
            reason=reason.strip(),
            by=by,
            at=datetime.now(UTC),
            owner=owner,
            due_on=due_on,
            until_on=until_on,
            seen_explanation=found["explanation"],
            seen_evidence_hash=found["hash"],
        )
        write_nodes(transaction, "Decision", [asdict(decision)])
        return decision

    return connection.write_in_one(append)


def decisions(connection: Connection, finding_id: str | None = None) -> list[Decision]:
    """Return the decisions, oldest first; those of one finding where it is given."""
    where = "WHERE d.finding_id = $id " if finding_id else ""
    rows = connection.read(f"MATCH (d:Decision) {where}RETURN properties(d) AS d ORDER BY d.number", id=finding_id)
    return [Decision(**_native(row["d"])) for row in rows]


def record_judgement(
    connection: Connection,
    about: str,
    first_id: str,
    second_id: str,
    verdict: str,
    *,
    by: str,
    reason: str | None = None,
) -> Judgement:
    """Append what a person said about two records and return it; the newest about a pair holds.

    about: person or event. verdict: same or different; of events also linked or not_linked. Raises ThroughlineError for
    a record that is not in the graph.
    """
    verdicts = {"person": ("same", "different"), "event": ("same", "different", "linked", "not_linked")}
    if verdict not in verdicts.get(about, ()):
        raise ThroughlineError(f"{verdict!r} is not a verdict about a {about}")
    if first_id == second_id:
        raise ThroughlineError(f"{first_id} is one record: a judgement is about two")
    label = "Nominal" if about == "person" else "Incident"

    def append(transaction: neo4j.ManagedTransaction) -> Judgement:
        for record in (first_id, second_id):
            query = f"MATCH (n:{label} {{id: $id}}) RETURN n.id"
            if transaction.run(query, id=record).single() is None:
                raise ThroughlineError(f"there is no {about} record {record}: records are named source:ref")
        judgement = Judgement(
            id=str(uuid.uuid4()),
            about=about,
            first_id=min(first_id, second_id),
            second_id=max(first_id, second_id),
            verdict=verdict,
            number=_next_number(transaction, "Judgement"),
            reason=reason,
            by=by,
            at=datetime.now(UTC),
        )
        write_nodes(transaction, "Judgement", [asdict(judgement)])
        if about == "person":
            mark_judged(transaction, [asdict(judgement)])
        return judgement

    return connection.write_in_one(append)


def mark_judged(transaction: neo4j.ManagedTransaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Mark the records of judgements about people (rows with first_id, second_id), so that they are decided anew."""
    ids = sorted({row[name] for row in rows for name in ("first_id", "second_id")})
    transaction.run("UNWIND $ids AS id MATCH (n:Nominal {id: id}) SET n.touched = true", ids=ids).consume()


def judgements(connection: Connection, about: str | None = None) -> list[Judgement]:
    """Return the judgements, oldest first: those that sources brought, then what people here said."""
    where = "WHERE j.about = $about " if about else ""
    rows = connection.read(f"MATCH (j:Judgement) {where}RETURN properties(j) AS j ORDER BY j.number, j.id", about=about)
    return [Judgement(**_native(row["j"])) for row in rows]


def _next_number(transaction: neo4j.ManagedTransaction, label: str) -> int:
    query = "MERGE (c:Counter {id: $id}) SET c.last = coalesce(c.last, 0) + 1 RETURN c.last AS number"
    return int(transaction.run(query, id=label).single(strict=True)["number"])


def _native(row: dict[str, Any]) -> dict[str, Any]:
    return {name: native(value) for name, value in row.items()}
