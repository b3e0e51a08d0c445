"""What looks bad and is not loads as it stands: no reject, and no value changed."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.loaders.bad_inputs.kinds import Odd, OddFile, sound, write_rows
from tests.loaders.bad_inputs.odd_inputs import FILES, ROWS
from tests.loaders.tiny import check, csv_text, write_tables


def plain(value: object) -> object:
    """Return what a test can write down: None for missing, text for days and moments."""
    if isinstance(value, list):
        return value
    if value is None or pd.isna(value):
        return None
    return str(value) if isinstance(value, date) else value


@pytest.mark.parametrize("odd", ROWS, ids=lambda odd: odd.kind)
def test_odd_values_are_good_and_stay_as_they_are(tmp_path: Path, odd: Odd) -> None:
    tables = sound([odd.table, *odd.beside])
    for table, rows in odd.beside.items():
        tables[table] += rows
    tables[odd.table].append(dict(odd.row))
    found = check(write_rows(tmp_path / "x", tables))

    assert found.rejects.to_dict("records") == []
    frame = found.frames[odd.table]
    assert len(frame) == len(tables[odd.table])
    assert {name: plain(frame[name].iloc[-1]) for name in odd.values} == dict(odd.values)


def test_odd_values_are_read_the_same_from_a_large_file(tmp_path: Path) -> None:
    """Large files are read by another reader than small ones."""
    names = [odd.row["given_name"] for odd in ROWS if odd.table == "people" and odd.row.get("given_name")]
    rows = [{"person_ref": f"N{number}", "given_name": name} for number, name in enumerate(names)]
    many = [{"person_ref": f"M{number}", "given_name": "Tam"} for number in range(3000)]
    found = check(write_tables(tmp_path / "x", {"people.csv": csv_text([*rows, *many])}))
    assert len(found.rejects) == 0
    assert found.frames["people"]["given_name"].tolist()[: len(rows)] == [
        row["given_name"].strip("\u00a0 \t") for row in rows
    ]


@pytest.mark.parametrize("odd", FILES, ids=lambda odd: odd.kind)
def test_odd_files_are_read(tmp_path: Path, odd: OddFile) -> None:
    found = check(write_tables(tmp_path / "x", odd.files))
    assert found.rejects.to_dict("records") == []
    assert tuple(found.frames["people"]["person_ref"]) == odd.refs
    assert bool(found.warnings) == (odd.warning is not None)
    assert odd.warning is None or any(odd.warning in said for said in found.warnings)
    assert len(found.warnings) <= 21
    assert all(counts.adds_up for counts in found.counts.values())


def test_a_folder_beside_the_tables_is_said(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "x", {"people.csv": "person_ref\nP1\n"})
    (folder / "attachments").mkdir()
    assert check(folder).warnings == ["attachments is a folder, and what is in it was not read."]
