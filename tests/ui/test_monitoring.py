"""Places, scan and report data as commands on a real graph."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.errors import ThroughlineError
from graph.settings import settings
from graph.writer import write_nodes, write_relationships
from tests.algorithms.made_places import deaths_from_counts, usual
from tests.ui.conftest import database_settings
from ui.cli import app

HOMES = 12


@pytest.fixture
def run(graph: Connection, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Runs a command in this process on three years of deaths at care homes; one rises in the last year."""
    counts = usual(HOMES)
    counts[7, 26:] += 3
    deaths = deaths_from_counts(counts)
    write_nodes_of(graph, deaths)
    for name, value in database_settings(server).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()

    def command(*words: str) -> Any:
        done = CliRunner().invoke(app, list(words))
        if done.exception is not None:
            raise done.exception
        return json.loads(done.stdout) if "--json" in words else done.stdout

    yield command
    settings.cache_clear()


def write_nodes_of(graph: Connection, deaths: pd.DataFrame) -> None:
    """Write the deaths as the pipeline would."""
    rows = [
        {
            "id": f"niche:D{n}", "event_id": f"niche:D{n}", "source": "niche", "ref": f"D{n}", "kind": "death",
            "category": row["category"], "occurred_day": int(row["day"]), "occurred_span_days": 0,
            "toxicology": "requested" if n % 3 else None, "suspected_means": "natural",
        }
        for n, row in enumerate(deaths.to_dict("records"))
    ]  # fmt: skip
    places = [
        {"id": f"niche:H{n:03d}", "source": "niche", "ref": f"H{n:03d}", "name": f"Home {n:03d}", "area": "A1",
         "place_type": "care_home", "latitude": 54.0 + n / 10, "longitude": -1.0}
        for n in range(HOMES)
    ]  # fmt: skip
    at = [{"start": f"niche:D{n}", "end": f"niche:{place}"} for n, place in enumerate(deaths["place_id"])]
    with graph.write_session() as session:
        write_nodes(
            session, "Source", [{"id": "niche", "title": "Deaths", "agency": "Marrowby", "agency_kind": "police"}]
        )
        write_nodes(session, "Location", places)
        write_nodes(session, "Death", rows)
        write_relationships(session, "OCCURRED_AT", "Incident", "Location", at)


def test_places_scan_and_report_from_the_command_line(run: Any, tmp_path: Path) -> None:
    listed = run("places", "list", "--json")
    states = {place["place_id"]: place["state"] for place in listed["places"]}
    assert states["niche:H007"] == "worth_a_look"
    assert "Home 007" in run("places", "list", "--type", "care_home")

    shown = run("places", "show", "home 007", "--json")
    assert shown["alarms"][0]["state"] == "worth_a_look"
    # November 2023 and October 2026 are not whole: nothing says that the source covers them to their ends.
    assert (len(shown["chart"]), shown["chart"][-1]["month"]) == (34, "2026-09")
    assert {"observed", "expected", "cusum"} <= set(shown["chart"][0])
    assert "could be wrong" in run("places", "show", "niche:H007")
    with pytest.raises(ThroughlineError, match="Did you mean Home 007"):
        run("places", "show", "Home 0077")
    with pytest.raises(ThroughlineError, match="Did you mean care_home"):
        run("places", "list", "--type", "carehome")

    scanned = run("places", "scan", "--trials", "19", "--json")
    assert scanned["events"] > 100
    assert run("places", "scan", "--near-misses", "--json")["clusters"] == []

    period = ("report-data", "deaths", "--from", "2025-11-01", "--to", "2026-10-31")
    made = run(*period, "--out", str(tmp_path / "report"), "--json")
    again = run(*period, "--out", str(tmp_path / "report"), "--json")
    assert made["run_id"] == again["run_id"]
    stated = json.loads((tmp_path / "report" / "run.json").read_text())
    assert stated["run_id"] == made["run_id"]
    by_category = pd.read_csv(tmp_path / "report" / "by_category.csv")
    assert by_category["deaths"].sum() == shown_total(tmp_path / "report")
    assert set(stated["tables"]["by_category"]["columns"]) == set(by_category.columns)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.csv").write_text("x")
    with pytest.raises(ThroughlineError, match="holds no earlier report"):
        run(*period, "--out", str(tmp_path / "mine"))
    with pytest.raises(ThroughlineError, match="earlier day first"):
        run("report-data", "deaths", "--from", "2026-02-01", "--to", "2026-01-01", "--out", str(tmp_path / "x"))


def shown_total(folder: Path) -> int:
    """Return the deaths of the period as the overview states them."""
    overview = pd.read_csv(folder / "overview.csv").set_index("figure")
    return int(overview.loc["deaths", "value"])
