"""The archetype day by day: what a meeting would have had before it, and on which day."""

import csv
import json
import re
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.settings import settings
from loaders.replay_steps import end_of
from queries.findings import detect, list_findings
from queries.rule import load_rules
from queries.rule_model import Rule
from tests.loaders.extracts import WORLD, write_extract
from tests.ui.fixtures.archetype import LINK, TOLD, Variant, archetype, extracted
from tests.ui.fixtures.look_alikes import CLUSTER_TOLD, opioid_cluster
from ui.cli import app
from ui.replaying import SCRATCH, ReplayRow, ReplayStep, replay


def say(steps: Sequence[ReplayStep], of: str, refs: str = "niche:D") -> None:
    """Print each step with its series and what the deaths of the case are in; seen with pytest -s."""
    for step in steps:
        print(f"\n{of}: {'until ' if step.before else ''}{step.day}, {step.recorded} rows, {step.findings} findings, "
              f"seconds {step.seconds}")  # fmt: skip
        for row in step.rows:
            if row.event.startswith(refs):
                print(f"  {row.event} {row.rule} {row.finding[-8:]} rank {row.rank}, overall {row.rank_overall}, "
                      f"score {row.score}{', new' if row.new else ''}")  # fmt: skip


def rows_on(steps: Sequence[ReplayStep], day: date, rule: str = "linked_series") -> list[ReplayRow]:
    return [row for step in steps if step.day == day for row in step.rows if row.rule == rule]


def with_deaths(rows: Sequence[ReplayRow], *numbers: int) -> list[ReplayRow]:
    """Return the rows of findings that hold all of these deaths."""
    wanted = {f"niche:D{number}" for number in numbers}
    of: dict[str, set[str]] = {}
    for row in rows:
        of.setdefault(row.finding, set()).add(row.event)
    return [row for row in rows if wanted <= of[row.finding]]


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["all leads", "toxicology late", "no shared person"])
def test_the_archetype_comes_up_first_on_the_day_of_its_third_death(
    graph: Connection, tmp_path: Path, variant: Variant
) -> None:
    folder = archetype(variant).write(tmp_path / "x", extracted(variant))
    # A step takes seconds: the other two begin with what was known before the third death.
    start = TOLD[1] if variant == "all leads" else TOLD[2]
    end = LINK if variant == "all leads" else TOLD[3]
    steps = list(replay(graph, [folder], start, end, rules=_not_daily(), overrides={}))
    say(steps, variant)
    assert not any(step.failed or step.rejected for step in steps)

    third = with_deaths(rows_on(steps, TOLD[2]), 2, 3)
    assert "niche:D3" in {row.event for row in third if row.new}
    assert {row.rank for row in third} == {1}
    assert all(row.rank_overall <= 3 for row in third)
    # The fourth joins the same series on its own day, 359 days after the third.
    fourth = with_deaths(rows_on(steps, TOLD[3]), 2, 3, 4)
    assert {row.finding for row in fourth} == {row.finding for row in third}
    assert {row.event for row in fourth if row.new} == {"niche:D4"}
    if variant == "all leads":
        _the_other_leads(graph, steps)
    _nothing_more_is_found_at_once(graph, steps[-1])


def _not_daily() -> dict[str, Rule]:
    """Return the rules but for those that would make a step of each day of a year on which nothing happens."""
    return {id_: rule for id_, rule in load_rules().items() if not rule.daily}


def _the_other_leads(graph: Connection, steps: Sequence[ReplayStep]) -> None:
    assert with_deaths(rows_on(steps, TOLD[2], "shared_finder"), 2, 3)
    # The caller of the first death was accused before it, and is on bail when he is linked to the second.
    known = {finding.id: finding for finding in list_findings(graph, rule="reporter_as_subject")}
    on_bail = [row for row in rows_on(steps, LINK, "reporter_as_subject") if row.event == "niche:D2" and row.new]
    assert [known[row.finding].evidence["ProtectiveOrder"] for row in on_bail] == [["niche:BAIL"]]
    first = [finding for finding in known.values() if finding.about["Death"] == ["niche:D1"]]
    assert [finding.first_detected.date() for finding in first] == [TOLD[1] - timedelta(days=1)]
    assert {"niche:RAPE", "niche:LIE"} <= set(first[0].evidence["Incident"])
    # The contested couples are in no series with anybody.
    series = list_findings(graph, rule="linked_series")
    assert not [one for one in series if any(ref.startswith("niche:X") for ref in one.about["Death"])]


def _nothing_more_is_found_at_once(graph: Connection, last: ReplayStep) -> None:
    """A detection everywhere, on what the last step left, is what the nightly ones came to."""
    before = {finding.id: finding.evidence_hash for finding in list_findings(graph)}
    report = detect(graph, _not_daily(), as_of=end_of(last.day), overrides={})
    assert [(rule.rule, rule.new, rule.cleared) for rule in report.rules if rule.new or rule.cleared] == []
    assert {finding.id: finding.evidence_hash for finding in list_findings(graph)} == before
    assert len(before) == last.findings


@pytest.mark.slow
def test_a_wave_of_one_opioid_goes_to_public_health_on_its_first_day(graph: Connection, tmp_path: Path) -> None:
    folder = opioid_cluster().write(tmp_path / "x", CLUSTER_TOLD[-1])
    # Forty rules on trial take a minute to plan; one of them that time alone changes runs on the days between.
    rules = {id_: load_rules()[id_] for id_ in ("shared_rare_substance", "order_ending_soon", "shared_finder")}
    period = CLUSTER_TOLD[0], CLUSTER_TOLD[-1]
    steps = list(replay(graph, [folder], *period, rules=rules, overrides={}, experimental=True))
    say(steps, "opioid cluster", "niche:N")
    drug = [row for row in rows_on(steps, CLUSTER_TOLD[0], "shared_rare_substance") if row.event.startswith("niche:N")]
    assert len({row.finding for row in drug}) == 3
    found = list_findings(graph, rule="shared_rare_substance")
    assert all("for public health" in finding.explanation for finding in found)
    assert {ref for finding in found for ref in finding.about["Death"]} == {f"niche:N{n}" for n in range(5)}
    series = [one for one in list_findings(graph, rule="linked_series") if "niche:N" in " ".join(one.about["Death"])]
    assert len(series) <= 1


@pytest.mark.slow
def test_a_replay_from_the_command_line_leaves_no_trace_but_its_file(
    jars: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, file = tmp_path / "home", tmp_path / "replay.csv"
    monkeypatch.setenv("THROUGHLINE_HOME", str(home))
    monkeypatch.setenv("THROUGHLINE_JARS", str(jars))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    settings.cache_clear()
    # Who found the second body is written down a day before the death itself: it waits for it.
    told = {"deaths": "2026-03-25T09:00:00Z", "involvements": "2026-03-24T18:00:00Z"}
    tables = {name: _dated(text, told.get(name, "")) for name, text in WORLD.items()}
    folder = write_extract(tmp_path / "x", tables)
    words = ["replay", str(folder), "--from", "2026-03-24", "--to", "2026-03-25", "--out", str(file), "--json"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    settings.cache_clear()
    assert done.exit_code == 0, done.output
    steps = json.loads(done.stdout)["steps"]
    assert [(step["day"], step["before"]) for step in steps] == [
        ("2026-03-23", True),
        ("2026-03-24", False),
        ("2026-03-25", False),
    ]
    assert steps[1]["rejected"] >= 1
    assert steps[2]["released"] >= 1
    with file.open(encoding="utf-8") as stream:
        found = [row for row in csv.DictReader(stream) if row["rule"] == "shared_finder"]
    assert list(found[0]) == ["day", "event", "finding", "rule", "rank", "rank_overall", "score", "new"]
    assert {(row["day"], row["event"], row["new"]) for row in found} == {
        ("2026-03-25", "niche:D1", "true"),
        ("2026-03-25", "niche:D2", "true"),
    }
    assert not home.exists()
    assert not list(Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"))


def _dated(text: str, second: str) -> str:
    """Return a table of which the rows of the second death were recorded then, and all others weeks before."""
    header, *rows = (line.strip() for line in text.strip().splitlines())
    days = ("2026-03-02T09:00:00Z", second or "2026-03-02T09:00:00Z")
    return "\n".join([f"{header},recorded_at", *(f"{row},{days[row.startswith('D2,')]}" for row in rows)])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-03-20", "--to", "2026-03-01"), "ends before it begins: 2026-03-20 to 2026-03-01"),
        (("--from", "2026-02-30", "--to", "2026-03-01"), "--from 2026-02-30: there is no such day"),
        (("--from", "2026-02-01", "--to", "1/3/2026"), "--to 1/3/2026: write the day as year-month-day"),
        (("--from", "2026-02-01", "--to", "2026-03-01", "--every", "2h"), "--every 2h: write days or weeks"),
        (("--from", "2025-02-01", "--to", "2025-03-01"), "nothing was recorded from 2025-02-01 to 2025-03-01"),
        (("--from", "2026-06-01", "--to", "2026-06-01", "--out", "no/such/x.csv"), "no/such/x.csv cannot be written"),
    ],
)
def test_what_cannot_be_replayed_is_said_before_anything_starts(
    tmp_path: Path, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = write_extract(tmp_path / "x", WORLD)
    with pytest.raises(ThroughlineError, match=re.escape(said)):
        CliRunner().invoke(app, ["replay", str(folder), *words], catch_exceptions=False)
    assert not (tmp_path / "replay.csv").exists()


def test_a_replay_wants_an_empty_graph(graph: Connection, tmp_path: Path) -> None:
    graph.write("CREATE (:Source {id: 'niche'})")
    with pytest.raises(ThroughlineError, match="empty graph of its own"):
        list(replay(graph, [write_extract(tmp_path / "x", WORLD)], date(2026, 6, 1), date(2026, 6, 1)))
