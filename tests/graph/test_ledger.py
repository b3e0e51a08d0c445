"""The ledger: what people decide is appended, numbered and kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from graph import ledger, reader
from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.writer import write_nodes

TODAY = date(2026, 6, 1)


@pytest.fixture
def finding(graph: Connection) -> str:
    with graph.write_session() as session:
        write_nodes(session, "Finding", [{"id": "f1", "explanation": "two deaths", "evidence_hash": "abc"}])
    return "f1"


def test_a_decision_keeps_what_the_decider_saw(graph: Connection, finding: str) -> None:
    ledger.record_decision(graph, finding, "monitor", reason=" asked the officer ", by="A. Analyst", due_on=TODAY)
    (kept,) = ledger.decisions(graph, finding)
    assert (kept.number, kept.kind, kept.reason, kept.by, kept.due_on) == (
        1, "monitor", "asked the officer", "A. Analyst", TODAY,
    )  # fmt: skip
    assert (kept.seen_explanation, kept.seen_evidence_hash) == ("two deaths", "abc")


@pytest.mark.parametrize(
    ("kind", "reason", "until", "message"),
    [
        ("approve", "x", None, "choose one of accept"),
        ("accept", "  ", None, "needs a reason"),
        ("snooze", "x", None, "needs an end"),
        ("snooze", "x", date(2026, 6, 1), "ends after today"),
        ("snooze", "x", date(2026, 12, 1), "within 180 days"),
    ],
)
def test_what_cannot_be_decided_is_said(
    graph: Connection, finding: str, kind: str, reason: str, until: date | None, message: str
) -> None:
    with pytest.raises(ThroughlineError, match=message):
        ledger.record_decision(graph, finding, kind, reason=reason, by="A", until_on=until, today=TODAY)
    assert ledger.decisions(graph) == []


def test_two_people_deciding_at_once_are_put_in_order(graph: Connection, finding: str) -> None:
    def decide(n: int) -> int:
        return ledger.record_decision(graph, finding, "accept", reason="x", by=f"person {n}").number

    with ThreadPoolExecutor(8) as many:
        numbers = list(many.map(decide, range(16)))
    assert sorted(numbers) == list(range(1, 17))


def test_a_judgement_about_an_unknown_record_is_refused(graph: Connection) -> None:
    with pytest.raises(ThroughlineError, match="source:ref"):
        ledger.record_judgement(graph, "person", "s:1", "s:2", "same", by="A")
    with pytest.raises(ThroughlineError, match="about two"):
        ledger.record_judgement(graph, "person", "s:1", "s:1", "same", by="A")


def test_the_checksum_leaves_the_ledger_out_unless_asked(graph: Connection, finding: str) -> None:
    before, with_ledger = reader.checksum(graph), reader.checksum(graph, ledger=True)
    ledger.record_decision(graph, finding, "accept", reason="x", by="A")
    assert reader.checksum(graph) == before
    assert reader.checksum(graph, ledger=True) != with_ledger
    graph.write("MATCH (f:Finding) SET f.title = 'changed'")
    assert reader.checksum(graph) != before
