"""Extracts cut by the day on which a row was recorded: nothing is lost, and no step knows of a later one."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from graph.errors import ThroughlineError
from loaders.extract import open_extract, read_tables
from loaders.replay_steps import ReplayExtracts, read_recorded, write_step
from tests.loaders.extracts import write_extract

MAY, JUNE = date(2026, 5, 4), date(2026, 6, 1)
DEATHS = """
    death_ref,category,summary,recorded_at
    D1,unexpected_under_investigation,"said ""no; never"", then left",2026-05-04T09:00:00Z
    D1,unexpected_not_suspicious,,2026-05-06T09:00:00Z
    D2,expected,,
    D3,expected,,2026-05-04
    D4,expected,,2027-01-01
    D5,expected,,2026-05-05T00:30:00+01:00
    D6,expected,,the fifth of May
"""


@pytest.fixture
def read(tmp_path: Path) -> ReplayExtracts:
    return read_recorded([write_extract(tmp_path / "x", {"deaths": DEATHS})])


def rows_of(paths: list[Path]) -> list[tuple[str, ...]]:
    frames = [read_tables(open_extract(path)).frames["deaths"] for path in paths]
    return [tuple(row) for frame in frames for row in frame[["death_ref", "category"]].fillna("").to_numpy().tolist()]


def test_a_row_comes_on_its_day_and_one_that_does_not_say_with_its_extract(
    read: ReplayExtracts, tmp_path: Path
) -> None:
    assert read.rows == {MAY: 3, date(2026, 5, 6): 1, JUNE: 3}
    assert [ref for ref, _ in rows_of(write_step(read, None, MAY, tmp_path / "a"))] == ["D1", "D3", "D5"]
    assert rows_of(write_step(read, date(2026, 5, 5), date(2026, 5, 6), tmp_path / "b")) == [
        ("D1", "unexpected_not_suspicious")
    ]
    assert [ref for ref, _ in rows_of(write_step(read, date(2026, 5, 7), JUNE, tmp_path / "c"))] == ["D2", "D4", "D6"]
    assert write_step(read, date(2026, 5, 7), date(2026, 5, 31), tmp_path / "d") == []
    assert read.rows_from(date(2026, 5, 7), date(2026, 5, 31)) is None


def test_a_step_is_as_if_made_at_its_end_and_never_after_its_extract(read: ReplayExtracts, tmp_path: Path) -> None:
    first, last = (write_step(read, None, day, tmp_path / f"{day}")[0] for day in (MAY, date(2026, 12, 31)))
    assert open_extract(first).manifest.extracted_text == "2026-05-04T23:59:59Z"
    assert open_extract(last).manifest.extracted_text == "2026-06-01T05:00:00Z"


def test_a_step_holds_each_cell_as_it_was(read: ReplayExtracts, tmp_path: Path) -> None:
    whole = read.extracts[0].frames["deaths"].drop(columns=["_file", "_line"])
    again = read_tables(open_extract(write_step(read, None, JUNE, tmp_path / "all")[0])).frames["deaths"]
    pd.testing.assert_frame_equal(again.drop(columns=["_file", "_line"]), whole)


def test_a_full_extract_that_follows_another_comes_whole_on_its_day(tmp_path: Path) -> None:
    row = "incident_ref,kind,recorded_at\n{},crime,2026-05-04T09:00:00Z"
    older = write_extract(tmp_path / "1", {"incidents": row.format("I1")}, kind="full")
    newer = {"kind": "full", "extracted_at": "2026-06-08T05:00:00Z"}
    gone = write_extract(tmp_path / "2", {"incidents": row.format("I2")}, **newer)
    read = read_recorded([gone, older])
    assert read.rows == {MAY: 2, date(2026, 6, 8): 0}
    written = write_step(read, date(2026, 6, 2), date(2026, 6, 8), tmp_path / "s")
    assert [open_extract(path).manifest.kind for path in written] == ["full"]
    assert read_tables(open_extract(written[0])).frames["incidents"]["incident_ref"].tolist() == ["I2"]


def test_an_extract_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ThroughlineError, match="no such folder"):
        read_recorded([tmp_path / "nowhere"])
