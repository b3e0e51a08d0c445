"""The small parts of the generator, on literal inputs."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from loaders.checking.places import distance_m, grid_to_wgs84
from seed.clock import existing, local_texts, to_utc, utc_texts
from seed.csvfile import CsvTable, from_masks, references
from seed.ledger import Ledger
from seed.nominals import typo
from seed.places import british_grid
from seed.records import drama_phone, pool_size
from seed.world_state import chance_of


def _minute(text: str) -> np.ndarray:
    return np.array([np.datetime64(text, "m")]).astype(np.int64)


def test_the_lost_hour_of_spring_is_never_written() -> None:
    assert local_texts(_minute("2026-03-29T01:30"))[0] == "2026-03-29T02:00"
    assert local_texts(_minute("2026-03-29T00:59"))[0] == "2026-03-29T00:59"
    assert local_texts(_minute("2026-03-29T02:10"))[0] == "2026-03-29T02:10"
    in_order = np.sort(np.random.default_rng(1).integers(29_000_000, 30_000_000, 500))
    assert (np.diff(existing(in_order)) >= 0).all()


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-01-10T12:00", "2026-01-10T12:00Z"),
        ("2026-07-10T12:00", "2026-07-10T11:00Z"),
        ("2026-03-29T02:00", "2026-03-29T01:00Z"),
        ("2026-10-25T03:00", "2026-10-25T03:00Z"),
    ],
)
def test_stamps_are_in_utc(local: str, utc: str) -> None:
    assert utc_texts(_minute(local))[0] == utc
    assert to_utc(_minute(local))[0] == _minute(utc[:-1])[0]


def test_the_grid_agrees_with_the_loader() -> None:
    latitude, longitude = np.array([54.6, 53.7, 55.5]), np.array([1.0, 0.3, 1.7])
    easting, northing = british_grid(latitude, longitude)
    back = grid_to_wgs84(easting.astype(float), northing.astype(float))
    assert distance_m(latitude, longitude, *back).max() < 15


def test_cells_are_quoted_only_where_they_must_be(tmp_path: Path) -> None:
    table = CsvTable(tmp_path / "t.csv", ["a", "b"])
    table.write({"a": pa.array(["plain", 'say "so"', None]), "b": pa.array(["x, y", "line\nbreak", "z"])})
    table.close()
    assert (tmp_path / "t.csv").read_text() == 'a,b\nplain,"x, y"\n"say ""so""","line\nbreak"\n,z\n'
    assert table.rows == 3


def test_a_table_refuses_columns_that_are_not_its_header(tmp_path: Path) -> None:
    table = CsvTable(tmp_path / "t.csv", ["a", "b"])
    with pytest.raises(ValueError, match="not the header"):
        table.write({"b": pa.array(["1"]), "a": pa.array(["2"])})


def test_refs_and_masks_become_words() -> None:
    assert references("P", np.array([7, -1, 123]), 4).to_pylist() == ["P0007", None, "P0123"]
    assert from_masks(["x", "y", "z"], np.array([0b101, 0])).to_pylist() == ["x;z", None]


def test_a_ledger_keeps_its_rows_as_it_grows() -> None:
    ledger = Ledger(a=-1, b=0)
    first = ledger.add(a=[1, 2, 3])
    ledger.columns()["b"][first] = 9
    for _ in range(40):
        ledger.add(a=5)
    assert ledger.rows == 43
    assert ledger.columns()["a"][:4].tolist() == [1, 2, 3, 5]
    assert ledger.columns()["b"][:4].tolist() == [9, 9, 9, 0]
    with pytest.raises(ValueError, match="no such column: \\['c'\\]"):
        ledger.add(c=1)


def test_a_slip_changes_a_name_a_little() -> None:
    rng = np.random.default_rng(1)
    for name in ("Margaret", "Li", "Jo"):
        for _ in range(20):
            assert abs(len(typo(rng, name)) - len(name)) <= 1


def test_chance_depends_on_the_keys_and_not_on_the_other_rows() -> None:
    keys = np.arange(10_000)
    every = chance_of(1, "x", keys, keys * 7)
    assert (chance_of(1, "x", keys[5:9], keys[5:9] * 7) == every[5:9]).all()
    assert 0.48 < every.mean() < 0.52
    assert abs(np.corrcoef(every[:-1], every[1:])[0, 1]) < 0.04
    assert (chance_of(2, "x", keys, keys) != every).all()


def test_reserved_numbers_do_not_repeat() -> None:
    numbers = [drama_phone(n) for n in range(pool_size())]
    assert len(set(numbers)) == len(numbers)
