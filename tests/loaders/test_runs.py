"""Loads as they are run: one at a time, each kept in the ledger."""

from pathlib import Path

import pytest

from graph import reader
from graph.connection import Connection
from graph.errors import ThroughlineError
from loaders.runs import load_entries, one_load, run_load
from tests.loaders.extracts import WORLD, write_extract


def test_a_load_is_kept_with_its_counts_its_lateness_and_who_ran_it(graph: Connection, tmp_path: Path) -> None:
    report = run_load(graph, write_extract(tmp_path / "x", WORLD), by="N. Ops")
    (entry,) = load_entries(graph)
    assert (entry.id, entry.by, entry.outcome, entry.state) == (report.load_id, "N. Ops", "complete", "complete")
    assert entry.tables["people"] == {"read": 6, "written": 6, "unchanged": 0, "rejected": 0}
    # Known with the extract of 1 June, for what happened on 6 January and 1 February.
    assert entry.lateness["incidents"]["events"] == 2
    assert 120 < entry.lateness["incidents"]["median_days"] < 147
    assert entry.ended_at is not None
    assert set(entry.seconds) == {"read", "check", "write", "settle", "people"}


def test_the_same_extract_again_is_one_more_run_that_changed_nothing(graph: Connection, tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "x", WORLD)
    run_load(graph, extract, by="N. Ops")
    before = reader.checksum(graph)
    assert run_load(graph, extract, by="Someone Else").already_loaded
    (entry,) = load_entries(graph)
    assert (entry.runs, entry.by) == (2, "N. Ops")
    assert reader.checksum(graph) == before


def test_a_load_that_fails_is_kept_with_the_reason(graph: Connection, tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "x", {"people": "person_ref,given_name\nP1,Orrin\n"})
    (extract / "people.csv").write_bytes("person_ref,given_name\nP1,Zoë\n".encode("utf-16"))
    with pytest.raises(ThroughlineError):
        run_load(graph, extract, by="N. Ops")
    (run,) = graph.read("MATCH (r:LoadRun) RETURN r.outcome AS outcome, r.message AS message, r.ended_at AS ended")
    assert run["outcome"] == "failed"
    assert "people.csv" in run["message"]
    assert run["ended"] is not None
    assert load_entries(graph) == []


def test_a_load_while_another_runs_is_told_so(graph: Connection, tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "x", WORLD)
    with one_load(graph), pytest.raises(ThroughlineError, match=r"another load by .* is not done"):
        run_load(graph, extract, by="N. Ops", wait_s=0)
    assert graph.read("MATCH (n:Nominal) RETURN n") == []


def test_loads_are_found_by_source_and_by_how_their_id_begins(graph: Connection, tmp_path: Path) -> None:
    run_load(graph, write_extract(tmp_path / "x", WORLD), by="N. Ops")
    run_load(graph, write_extract(tmp_path / "y", WORLD, source="north"), by="N. Ops")
    assert [entry.source for entry in load_entries(graph, source="north")] == ["north"]
    assert [entry.source for entry in load_entries(graph, "niche@2026")] == ["niche"]
