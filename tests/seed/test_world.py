"""What `generate` promises about files, seeds and errors."""

import hashlib
from pathlib import Path

import pytest

from graph.errors import ThroughlineError
from seed.world import generate
from tests.seed.worlds import Written


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_writes_the_same_bytes(planted: Written, tmp_path: Path) -> None:
    generate(tmp_path / "again", size="small", seed=1)
    assert _digests(tmp_path / "again") == _digests(planted.folder)


def test_another_seed_writes_another_world(several: list[Written]) -> None:
    first, second = (_digests(world.folder) for world in several[:2])
    assert set(first) == set(second)
    manifests = [name for name in first if name.endswith("manifest.yml")]
    # Tables differ; a manifest says what a source is, which is no matter of chance.
    assert [name for name in first if first[name] == second[name]] == manifests


def test_the_report_counts_the_rows_of_the_files(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    report = generate(tmp_path / "w", size="small", seed=3, progress=lambda stage, share: told.append((stage, share)))
    for source, tables in report.counts.items():
        written = {path.stem for path in (tmp_path / "w" / source).glob("*.csv")}
        assert set(tables) == written
    world = Written(tmp_path / "w")
    for table in ("incidents", "people", "deaths"):
        assert len(world.rows(table)) == sum(tables.get(table, 0) for tables in report.counts.values())
    assert report.incidents == len(world.incidents)
    assert report.deaths == len(world.deaths)
    assert report.extracts[0].name in world.police
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1] == ("done", 1.0)


def test_a_small_world_has_about_five_thousand_incidents_and_250_deaths(planted: Written, benign: Written) -> None:
    for world in (planted, benign):
        assert 4_700 <= len(world.incidents) <= 5_400
        police = world.deaths[world.deaths["source"].isin(world.police) & (world.deaths["near_miss"] != "true")]
        # Planted: about 20 for the rules, 6 series and 5 things that look like one with up to 8 deaths each.
        assert 245 <= len(police) <= (265 if world is benign else 350)


def test_truth_lies_outside_the_extracts(planted: Written) -> None:
    assert {path.name for path in planted.folder.glob("*.csv")} == {"truth.csv", "truth_people.csv", "truth_events.csv"}
    assert not list(planted.folder.glob("*/truth*"))
    assert planted.sources == ["seaward_ambulance", "seaward_coroner", "seaward_emergency", "wendmark_police"]


def test_a_folder_that_holds_something_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(ThroughlineError, match="not empty"):
        generate(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_an_unknown_size_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ThroughlineError, match=r"'medium'.*small, force, national"):
        generate(tmp_path / "w", size="medium")
    assert not (tmp_path / "w").exists()
