"""Running a rule: batches make no difference, anchors and parameters do, and "now" is the data's."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.identity import as_json
from queries.rule import read_rule
from queries.run import anchor_ids, data_as_of, run_rule

WriteRule = Callable[..., Path]
Draw = Callable[[str], None]

FIVE = "\n".join(f"(p:Person)-[:SUSPECT_IN]->(e{n}:Incident {{occurred_day: {100 + 9 * n}}})" for n in range(5))


@pytest.mark.parametrize("batch_size", [1, 2, 3, 100])
def test_batches_make_no_difference(graph: Connection, draw: Draw, write_rule: WriteRule, batch_size: int) -> None:
    draw(FIVE)
    rule = read_rule(write_rule())
    rows = {as_json(row) for row in run_rule(graph, rule)}
    assert len(rows) == 9
    assert rows == {as_json(row) for row in run_rule(graph, rule, batch_size=batch_size)}
    given = [f"e{n}" for n in range(5)]
    assert rows == {as_json(row) for row in run_rule(graph, rule, batch_size=batch_size, anchors=given)}


def test_a_run_starts_only_at_its_anchors(graph: Connection, draw: Draw, write_rule: WriteRule) -> None:
    draw(FIVE)
    rows = list(run_rule(graph, read_rule(write_rule()), anchors=["e0"]))
    assert {(row["event_a"], row["event_b"]) for row in rows} == {("e0", "e1"), ("e0", "e2"), ("e0", "e3")}
    assert list(run_rule(graph, read_rule(write_rule()), anchors=[])) == []


def test_all_ids_of_a_label_are_read_in_order_page_by_page(graph: Connection, draw: Draw) -> None:
    draw(FIVE)
    assert list(anchor_ids(graph, "Incident", page=2)) == [["e0", "e1"], ["e2", "e3"], ["e4"]]
    assert list(anchor_ids(graph, "Location", page=2)) == []


def test_a_force_s_own_value_is_used(graph: Connection, draw: Draw, write_rule: WriteRule) -> None:
    draw(FIVE)
    assert len(list(run_rule(graph, read_rule(write_rule()), parameters={"window_days": 9}))) == 4
    with pytest.raises(ThroughlineError, match="rule two_events: window_days must be between"):
        list(run_rule(graph, read_rule(write_rule()), parameters={"window_days": 0}))


def test_now_is_up_to_when_the_data_know(graph: Connection, draw: Draw) -> None:
    assert data_as_of(graph) == datetime(1970, 1, 1, tzinfo=UTC)
    draw("(i:Incident {occurred_day: 100})")
    assert data_as_of(graph) == datetime(1970, 4, 12, tzinfo=UTC)
    draw("(j:Incident {recorded_at: datetime('2020-05-01T00:00:00Z')})")
    assert data_as_of(graph) == datetime(2020, 5, 1, tzinfo=UTC)
    draw("(l:Load {state: 'complete', extracted_at: datetime('2020-06-01T05:00:00Z')})")
    draw("(m:Load {state: 'started', extracted_at: datetime('2020-07-01T05:00:00Z')})")
    assert data_as_of(graph) == datetime(2020, 6, 1, 5, tzinfo=UTC)


def test_progress_is_shown_in_anchors(graph: Connection, draw: Draw, write_rule: WriteRule) -> None:
    class Shown:
        def __init__(self) -> None:
            self.stages: list[tuple[str, int | None]] = []
            self.steps: list[int] = []

        def stage(self, name: str, total: int | None) -> Callable[[int], None]:
            self.stages.append((name, total))
            return self.steps.append

    draw(FIVE)
    shown = Shown()
    list(run_rule(graph, read_rule(write_rule()), batch_size=2, progress=shown))
    assert shown.stages == [("two_events", 5)]
    assert shown.steps == [2, 2, 1]


def test_a_rule_that_contradicts_itself_says_so_by_name(graph: Connection, draw: Draw, write_rule: WriteRule) -> None:
    draw(FIVE)
    rule = read_rule(
        write_rule(("MATCH (p:Person)", "UNWIND [1, 2] AS n\nMATCH (p:Person)"), ("AS closeness", "AS closeness, n"))
    )
    with pytest.raises(ThroughlineError, match="rule two_events: two rows have one identity"):
        list(run_rule(graph, rule))


def test_an_empty_identity_is_refused(graph: Connection, draw: Draw, write_rule: WriteRule) -> None:
    draw(FIVE)
    rule = read_rule(write_rule(("p.id AS person,", "null AS person,")))
    with pytest.raises(ThroughlineError, match="the identity person is empty"):
        list(run_rule(graph, rule))
