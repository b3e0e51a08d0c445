"""`throughline linkage`: a whole trial on an extract of invented crimes, without a graph."""

import csv
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.algorithms.linkage_worlds import scattered
from ui.cli import app

RUNNER = CliRunner()


@pytest.fixture
def crimes(tmp_path: Path) -> Path:
    """An extract of 190 crimes, 40 of them in 10 series with a charged suspect each, 30 others solved alone."""
    frames, linked = scattered(150, (4,) * 10)
    ids = frames.ids
    events = frames.ordered
    where = [f"L{n}" for n in range(len(ids))]
    start = pd.Timestamp("1970-01-01") + pd.to_timedelta(events["low_day"], unit="D")
    method = frames.tokens.set_index("event")["token"].reindex(pd.Index(ids))
    folder = tmp_path / "crimes"
    folder.mkdir()
    places = {"location_ref": where, "latitude": events["latitude"], "longitude": events["longitude"]}
    pd.DataFrame(places).to_csv(folder / "locations.csv", index=False)
    rows = {"incident_ref": ids, "kind": "crime", "occurred_from": start.dt.strftime("%Y-%m-%dT%H:%M")}
    pd.DataFrame({**rows, "location_ref": where, "method": method.to_numpy()}).to_csv(
        folder / "incidents.csv", index=False
    )
    hands = nx.connected_components(nx.from_pandas_edgelist(linked, "a", "b"))
    group = {event: f"P{min(hand)}" for hand in hands for event in hand}
    alone = [event for event in ids if event not in group][:30]
    suspects = {**group, **{event: f"P{event}" for event in alone}}
    people = pd.DataFrame({"person_ref": sorted(set(suspects.values()))})
    people.to_csv(folder / "people.csv", index=False)
    pd.DataFrame(
        {"event_ref": list(suspects), "person_ref": list(suspects.values()), "role": "suspect", "status": "charged"}
    ).to_csv(folder / "involvements.csv", index=False)
    (folder / "manifest.yml").write_text(
        "source: niche\nagency: Example\nagency_kind: police\nkind: full\nextracted_at: 2026-01-31T05:00:00Z\n"
        "timezone: Europe/London\n"
    )
    return folder


def run(*arguments: str) -> str:
    done = RUNNER.invoke(app, ["linkage", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_solved_series_are_told_from_others(crimes: Path) -> None:
    found = json.loads(run("evaluate", str(crimes), "--split", "0.5", "--seed", "3", "--repeats", "3", "--json"))
    assert found["linked"] == 60
    assert found["auc"] > 0.9
    assert sum(row["pairs"] for row in found["calibration"]) == sum(trial["pairs"] for trial in found["trials"])
    again = json.loads(run("evaluate", str(crimes), "--split", "0.5", "--seed", "3", "--repeats", "3", "--json"))
    assert again == found


def test_a_learnt_model_scores_another_file_with_a_column_a_contribution(crimes: Path, tmp_path: Path) -> None:
    model, pairs = tmp_path / "model.json", tmp_path / "pairs.csv"
    run("train", str(crimes), "--out", str(model))
    run("score", str(crimes), "--model", str(model), "--out", str(pairs))
    with pairs.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 190 * 189 // 2
    assert list(rows[0])[:3] == ["event_a", "event_b", "log_bayes_factor"]
    parts = [sum(float(v) for name, v in row.items() if name not in list(rows[0])[:3]) for row in rows[:200]]
    assert np.allclose(parts, [float(row["log_bayes_factor"]) for row in rows[:200]], atol=0.002)


def test_the_series_of_an_event_is_ranked_first(crimes: Path) -> None:
    people = pd.read_csv(crimes / "involvements.csv")
    shared = people[people["person_ref"].duplicated(keep=False)]
    event = shared["event_ref"].iloc[0]
    mates = set(shared[shared["person_ref"] == shared["person_ref"].iloc[0]]["event_ref"]) - {event}
    found = json.loads(run("rank", str(crimes), "--event", event, "--json"))
    assert set(found[0]["series"]) == mates


def test_events_without_suspects_are_scored_by_what_is_stated(crimes: Path, tmp_path: Path) -> None:
    (crimes / "involvements.csv").unlink()
    run("score", str(crimes), "--out", str(tmp_path / "pairs.csv"), "--candidates")
    assert (tmp_path / "pairs.csv").read_text().count("\n") > 100


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train", "{crimes}", "--out", "{out}", "--what", "deaths"), "no deaths to compare"),
        (("rank", "{crimes}", "--event", "nowhere"), "no event nowhere"),
        (("score", "{crimes}", "--out", "{out}", "--model", "{crimes}/manifest.yml"), "no linkage model"),
    ],
)
def test_what_cannot_be_done_is_said(crimes: Path, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    told = [a.format(crimes=crimes, out=tmp_path / "x") for a in arguments]
    done = RUNNER.invoke(app, ["linkage", *told])
    assert done.exit_code != 0
    assert says in str(done.exception)
