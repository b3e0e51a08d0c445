"""A nightly run starts where something changed, and finds what a full run finds."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.connection import Connection
from loaders.pipeline import load
from queries import changes
from queries.findings import DetectReport, Finding, detect, list_findings
from queries.rule import Rule, load_rules, read_rule
from queries.series import SERIES
from seed.sizes import SIZES, scaled
from seed.world import write_world

WriteRule = Callable[..., Path]
Draw = Callable[[str], None]
CUT = "2026-08-01T00:00:00Z"

WORLD = """(p:Person)-[:SUSPECT_IN]->(a:Incident {occurred_day: 100, load_id: 'x@1'})
(p)-[:SUSPECT_IN]->(b:Incident {occurred_day: 110, load_id: 'x@1'})
(q:Person)-[:SUSPECT_IN]->(c:Incident {occurred_day: 100, load_id: 'x@1'})
(r:Person)-[:SUSPECT_IN]->(d:Incident {occurred_day: 100, load_id: 'x@1'})
(s:Person)-[:SUSPECT_IN]->(e:Incident {occurred_day: 100, load_id: 'x@1'})
(t:Person)-[:SUSPECT_IN]->(f:Incident {occurred_day: 100, load_id: 'x@1'})
(u:Person)-[:SUSPECT_IN]->(g:Incident {occurred_day: 100, load_id: 'x@1'})
(v:Person)-[:SUSPECT_IN]->(h:Incident {occurred_day: 100, load_id: 'x@1'})
(l:Load {state: 'complete', extracted_at: datetime('2026-01-01T00:00:00Z')})"""


@pytest.fixture
def rules(write_rule: WriteRule) -> dict[str, Rule]:
    """The rule two_events alone."""
    return {"two_events": read_rule(write_rule())}


def _night(graph: Connection, rules: dict[str, Rule], **more: Any) -> DetectReport:
    report = detect(graph, rules, overrides=more.pop("overrides", {}), nightly=True, **more)
    assert report.failed == {}
    return report


def _bring(graph: Connection, load_id: str, cypher: str) -> None:
    graph.write(f"CREATE (:Load {{id: $id, state: 'complete'}}) WITH 1 AS one {cypher}", id=load_id)


def test_the_first_night_looks_everywhere_and_the_second_only_at_what_stands(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(WORLD)
    assert [(r.new, r.anchors) for r in _night(graph, rules).rules] == [(1, None)]
    # The two ends of the finding that stands: `event_a` of its row.
    assert [(r.kept, r.anchors) for r in _night(graph, rules).rules] == [(1, 1)]


def test_what_a_load_brings_is_found_from_the_records_within_reach(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(WORLD)
    _night(graph, rules)
    new = "CREATE (:Incident {id: 'n', event_id: 'n', occurred_day: 105, load_id: $id})"
    _bring(graph, "x@2", f"MATCH (q:Person {{id: 'q'}}) {new}<-[:SUSPECT_IN]-(q)")
    report = _night(graph, rules).rules[0]
    assert (report.new, report.kept, report.anchors) == (1, 1, 3)
    assert _night(graph, rules).rules[0].new == 0


def test_a_person_derived_anew_is_looked_at_although_no_load_names_them(
    graph: Connection, draw: Draw, rules: dict[str, Rule]
) -> None:
    draw(WORLD)
    _night(graph, rules)
    # Two people turn out to be one, as after a judgement: deriving them writes the node anew.
    graph.write(
        "MATCH (q:Person {id: 'q'}), (d:Incident {id: 'd'}), (r:Person {id: 'r'}) DETACH DELETE r "
        "CREATE (q)-[:SUSPECT_IN]->(d) REMOVE q.looked_at"
    )
    assert _night(graph, rules).rules[0].new == 1


def test_a_detection_that_was_cut_off_is_made_up_for(graph: Connection, draw: Draw, rules: dict[str, Rule]) -> None:
    draw(WORLD)
    _night(graph, rules)
    graph.write("MATCH (q:Person {id: 'q'}), (d:Incident {id: 'd'}) CREATE (q)-[:SUSPECT_IN]->(d) SET q.looked_at = 99")
    assert _night(graph, rules).rules[0].new == 1


def test_what_a_load_took_away_stops_the_finding(graph: Connection, draw: Draw, rules: dict[str, Rule]) -> None:
    draw(WORLD)
    _night(graph, rules)
    graph.write("MATCH (b:Incident {id: 'b'}) DETACH DELETE b")
    assert _night(graph, rules).rules[0].cleared == 1


def test_after_a_withdrawal_a_rule_looks_everywhere(graph: Connection, draw: Draw, rules: dict[str, Rule]) -> None:
    draw(WORLD)
    _night(graph, rules)
    _bring(graph, "x@2", "CREATE (:RecordVersion {id: 'b|w', row_hash: 'withdrawn', load_id: $id})")
    assert _night(graph, rules).rules[0].anchors is None
    assert _night(graph, rules).rules[0].anchors == 1


def test_nothing_is_reached_through_a_hub(graph: Connection, draw: Draw, write_rule: WriteRule) -> None:
    rules = {"two_events": read_rule(write_rule(("reach: 2", "reach: 5")))}
    draw(WORLD + "\n(a)-[:OCCURRED_AT]->(o:Location)\n(c)-[:OCCURRED_AT]->(o)")
    for hub, anchors in ((True, 2), (False, 3)):
        graph.write("MATCH (o:Location) SET o.is_hub = $hub", hub=hub)
        _night(graph, rules)
        graph.write("MATCH (p:Person {id: 'q'}) REMOVE p.looked_at")
        # From q: c; through the place, where it is no hub, p and with it b. What stands is looked at anyway.
        standing = {f.columns["event_a"] for f in list_findings(graph)}
        assert standing == {"a"}
        assert _night(graph, rules).rules[0].anchors == anchors


def test_a_rule_with_other_values_looks_everywhere_again(graph: Connection, draw: Draw, rules: dict[str, Rule]) -> None:
    draw(WORLD)
    _night(graph, rules)
    assert _night(graph, rules, overrides={"two_events": {"window_days": 5}}).rules[0].cleared == 1


def test_a_rule_that_time_changes_looks_at_its_small_set_every_day(
    graph: Connection, draw: Draw, write_rule: WriteRule
) -> None:
    daily = 'daily: "MATCH (i:Incident) WHERE i.occurred_day > $as_of_day - $window_days RETURN i.id AS id"\n'
    some = {"two_events": read_rule(write_rule(("history:", f"{daily}history:")))}
    draw(WORLD)
    day = datetime(1970, 5, 1, tzinfo=UTC)
    _night(graph, some, as_of=day)
    assert _night(graph, some, as_of=day).rules[0].anchors == 8
    every = {"two_events": read_rule(write_rule(("history:", "daily: true\nhistory:")))}
    _night(graph, every)
    assert _night(graph, every).rules[0].anchors is None


def _split(world: Path, out: Path, cut: str) -> tuple[list[Path], list[Path]]:
    """Write each extract of a world as two: what was recorded before a moment, and what came after it."""
    early, late = [], []
    for source in sorted(
        (path for path in world.iterdir() if path.is_dir()), key=lambda p: not p.name.endswith("police")
    ):
        manifest = yaml.safe_load((source / "manifest.yml").read_text("utf-8"))
        for part, extracts, at in (("early", early, cut), ("late", late, manifest["extracted_at"])):
            folder = out / part / source.name
            folder.mkdir(parents=True)
            stated = {**manifest, "kind": "increment", "extracted_at": at}
            (folder / "manifest.yml").write_text(yaml.safe_dump(stated), "utf-8")
            extracts.append(folder)
        for table in source.glob("*.csv"):
            with table.open(encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                rows = list(reader)
                names = list(reader.fieldnames or [])
            for part in ("early", "late"):
                with (out / part / source.name / table.name).open("w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, names)
                    writer.writeheader()
                    writer.writerows(row for row in rows if (row["recorded_at"] < cut) == (part == "early"))
    return early, late


def _said(findings: list[Finding]) -> dict[str, tuple[str, Any]]:
    return {finding.id: (finding.explanation, finding.evidence) for finding in findings}


@pytest.mark.slow
def test_increments_find_on_a_seed_world_what_a_full_run_finds(
    graph: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A world this small hangs together so closely that a run would look everywhere; here it must not.
    monkeypatch.setattr(changes, "MOST", 2.0)
    size = replace(scaled(SIZES["small"], 400, 30), planted=2)
    write_world(tmp_path / "world", size, seed=5)
    early, late = _split(tmp_path / "world", tmp_path / "parts", CUT)
    rules = {id_: rule for id_, rule in load_rules().items() if rule.status == "active"}
    for extract in early:
        load(graph, extract)
    first = detect(graph, rules, overrides={}, nightly=True)
    assert first.failed == {}
    before = _said(list_findings(graph))
    for extract in late:
        load(graph, extract)
    night = _night(graph, rules)
    # Series are looked for everywhere each time, since what is rare is measured over all deaths; so are the orders.
    everywhere = {SERIES.id, *(id_ for id_, rule in rules.items() if rule.daily is True)}
    assert all(report.anchors is not None for report in night.rules if report.rule not in everywhere)
    by_night = _said(list_findings(graph))
    full = detect(graph, rules, overrides={})
    assert {r.rule: (r.new, r.cleared) for r in full.rules if r.new or r.cleared} == {}
    assert by_night == _said(list_findings(graph))
    assert by_night.keys() - before.keys()
