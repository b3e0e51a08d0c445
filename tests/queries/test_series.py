"""Linked series through the real graph: found, kept under one id as records arrive, the same as from the extract."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from graph.connection import Connection
from graph.ledger import record_judgement
from loaders.linkage_tables import checked_tables, from_tables
from loaders.runs import run_load
from queries.detection import detect
from queries.findings import list_findings
from queries.series import SERIES, link_deaths

NOW = datetime(2026, 1, 31, tzinfo=UTC)
SAME_SPOT = (52.11, -1.21)


def write(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def manifest(folder: Path, day: str) -> None:
    (folder / "manifest.yml").write_text(
        f"source: niche\nagency: Example\nagency_kind: police\nkind: increment\nextracted_at: {day}T05:00:00Z\n"
        "timezone: Europe/London\n"
    )


def death(number: int, day: str, place: str, person: str, **more: object) -> dict[str, object]:
    return {
        "death_ref": f"D{number}",
        "person_ref": person,
        "category": "unexpected_not_suspicious",
        "found_at": f"{day}T07:00",
        "died_from": f"{day}T01:00",
        "died_to": f"{day}T05:00",
        "location_ref": place,
        **more,
    }


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Eighty deaths all over a county in two years, and three of young men at one spot, found by one man."""
    folder = tmp_path / "first"
    folder.mkdir()
    manifest(folder, "2026-01-29")
    rng = np.random.default_rng(11)
    days = np.datetime64("2024-01-10") + rng.integers(0, 700, 83)
    spots = np.round(rng.uniform((51.8, -1.9), (52.5, -0.5), (83, 2)), 5)
    spots[80:] = SAME_SPOT
    days[80:] = np.array(["2025-06-01", "2025-06-24", "2025-09-30"], dtype="datetime64[D]")
    write(
        folder,
        "locations",
        [
            {
                "location_ref": f"L{n}",
                "latitude": spot[0],
                "longitude": spot[1],
                "place_type": "churchyard" if n >= 80 else ("home", "street", "park")[n % 3],
            }
            for n, spot in enumerate(spots)
        ],
    )
    people = [
        {
            "person_ref": f"P{n}",
            "given_name": f"Given{n}",
            "family_name": f"Family{n}",
            "sex": "M" if n >= 80 or n % 2 else "F",
            "date_of_birth": f"{2003 if n >= 80 else 1930 + n}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
        }
        for n in range(83)
    ]
    people.append({"person_ref": "W", "given_name": "Alder", "family_name": "Walker", "date_of_birth": "1970-02-03"})
    write(folder, "people", people)
    means = [("natural", "fall", "overdose", "hanging")[n % 4] for n in range(80)] + ["overdose"] * 3
    rows = [death(n, str(days[n]), f"L{n}", f"P{n}", suspected_means=means[n]) for n in range(83)]
    write(folder, "deaths", rows)
    write(
        folder,
        "involvements",
        [{"event_ref": f"D{n}", "person_ref": "W", "role": "finder"} for n in (80, 81, 82)],
    )
    return folder


def series(connection: Connection) -> list[dict[str, object]]:
    found = list_findings(connection, rule=SERIES.id)
    return [{"id": one.id, **one.columns, "expected_by_chance": one.expected_by_chance} for one in found]


def test_a_series_is_found_explained_and_the_same_as_from_the_extract(graph: Connection, extract: Path) -> None:
    run_load(graph, extract, by="test")
    detect(graph, {}, rule_ids=[SERIES.id], as_of=NOW)
    (found,) = series(graph)
    assert found["deaths"] == ["niche:D80", "niche:D81", "niche:D82"]
    assert found["gaps_days"] == "23, 98"
    assert found["expected_by_chance"] is not None
    says = [part["says"] for pair in found["pairs"] for part in pair["contributions"]]  # type: ignore[attr-defined]
    assert any(s.startswith("One person was present at both: found the body both times; 1 in") for s in says)
    frames = from_tables(checked_tables([extract])).frames
    linked = link_deaths(frames)
    assert [[str(frames.ids[at]) for at in one.members] for one in linked.series] == [sorted(found["deaths"])]  # type: ignore[arg-type,call-overload]
    assert linked.series[0].score == pytest.approx(found["score"], abs=0.6)


def test_a_new_death_joins_the_series_on_its_day_and_makes_no_second_one(
    graph: Connection, extract: Path, tmp_path: Path
) -> None:
    run_load(graph, extract, by="test")
    detect(graph, {}, rule_ids=[SERIES.id], as_of=NOW)
    before = series(graph)
    detect(graph, {}, rule_ids=[SERIES.id], as_of=NOW)
    assert series(graph) == before
    later = tmp_path / "later"
    later.mkdir()
    manifest(later, "2026-01-30")
    write(
        later,
        "people",
        [
            {
                "person_ref": "P90",
                "given_name": "Newly",
                "family_name": "Gone",
                "sex": "M",
                "date_of_birth": "2002-05-05",
            }
        ],
    )
    write(later, "deaths", [death(90, "2026-01-28", "L80", "P90", suspected_means="overdose")])
    write(later, "involvements", [{"event_ref": "D90", "person_ref": "W", "role": "reporter"}])
    run_load(graph, later, by="test")
    detect(graph, {}, rule_ids=[SERIES.id], as_of=datetime(2026, 2, 1, tzinfo=UTC))
    (after,) = series(graph)
    assert after["id"] == before[0]["id"]
    assert after["deaths"] == ["niche:D80", "niche:D81", "niche:D82", "niche:D90"]
    joined = {member["death"]: member["joined_on"] for member in after["members"]}  # type: ignore[attr-defined]
    assert joined["niche:D90"] == "2026-02-01"
    assert joined["niche:D80"] < "2026-02-01"
    assert [step["what"] for step in after["history"]] == ["born", "grew"]  # type: ignore[attr-defined]


def test_deaths_that_somebody_judged_not_linked_are_not_joined(graph: Connection, extract: Path) -> None:
    run_load(graph, extract, by="test")
    for first, second in (("D80", "D81"), ("D80", "D82"), ("D81", "D82")):
        record_judgement(
            graph, "event", f"niche:{first}", f"niche:{second}", "not_linked", by="lead", reason="looked at, two causes"
        )
    detect(graph, {}, rule_ids=[SERIES.id], as_of=NOW)
    assert series(graph) == []


def test_a_death_recorded_twice_makes_no_series(graph: Connection, extract: Path, tmp_path: Path) -> None:
    """One clerk twice: another ref, a later day, a slip in the name; the same person, place and time."""
    again = tmp_path / "again"
    again.mkdir()
    manifest(again, "2026-01-30")
    twins = [
        {
            "person_ref": f"Q{n}",
            "given_name": f"Given{n}",
            "family_name": f"Family{n}",
            "sex": "M" if n % 2 else "F",
            "date_of_birth": f"{1930 + n}-{n % 12 + 1:02d}-{n % 27 + 1:02d}",
        }
        for n in range(5)
    ]
    write(again, "people", twins)
    with (extract / "deaths.csv").open(encoding="utf-8") as lines:
        first = {row["death_ref"]: row for row in csv.DictReader(lines)}
    rows = [{**first[f"D{n}"], "death_ref": f"E{n}", "person_ref": f"Q{n}"} for n in range(5)]
    write(again, "deaths", rows)  # type: ignore[arg-type]
    for path in (extract, again):
        run_load(graph, path, by="test")
    detect(graph, {}, rule_ids=[SERIES.id], as_of=NOW)
    assert [one["deaths"] for one in series(graph)] == [["niche:D80", "niche:D81", "niche:D82"]]
    frames = from_tables(checked_tables([extract, again])).frames
    named = [sorted(str(frames.ids[at]) for at in one.members) for one in link_deaths(frames, chance=False).series]
    assert named == [["niche:D80", "niche:D81", "niche:D82"]]
