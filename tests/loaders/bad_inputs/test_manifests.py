"""A wrong manifest stops the extract with one message: where, what, and what to do."""

from datetime import date
from pathlib import Path

import pytest

from graph.errors import ThroughlineError
from loaders.extract import open_extract, read_tables
from loaders.reading.manifest import read_manifest
from tests.loaders.bad_inputs.bad_manifests import MANIFESTS
from tests.loaders.bad_inputs.kinds import BadManifest
from tests.loaders.tiny import MANIFEST, write_manifest, write_tables


def write(folder: Path, bad: BadManifest) -> None:
    if isinstance(bad.content, bytes):
        (folder / "manifest.yml").write_bytes(bad.content)
    else:
        values = {name: value for name, value in {**MANIFEST, **bad.content}.items() if value is not None}
        lines = "".join(f"{name}: {value}\n" for name, value in values.items())
        (folder / "manifest.yml").write_text(lines, encoding="utf-8")


@pytest.mark.parametrize("bad", MANIFESTS, ids=lambda bad: bad.kind)
def test_a_wrong_manifest_stops_the_extract_with_one_message(tmp_path: Path, bad: BadManifest) -> None:
    write(tmp_path, bad)
    with pytest.raises(ThroughlineError) as stopped:
        read_manifest(tmp_path)
    for word in bad.words:
        assert word in str(stopped.value)
    assert len(str(stopped.value)) < 1000, "a message is for reading"


def test_a_folder_called_manifest_is_no_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.yml").mkdir()
    with pytest.raises(ThroughlineError, match=r"manifest\.yml: cannot be read .*It has to be a file"):
        read_manifest(tmp_path)


def test_an_extract_of_the_future_is_read_with_a_warning(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "x", {"people.csv": "person_ref\nP1\n"}, extracted_at="9999-01-01")
    tables = read_tables(open_extract(folder))
    assert len(tables.frames["people"]) == 1
    assert [warning for warning in tables.warnings if "in the future of this machine's clock" in warning]


def test_a_month_that_the_extract_covers_is_all_of_it(tmp_path: Path) -> None:
    write_manifest(tmp_path, covers_from="2024-11", covers_to="2025-02")
    manifest = read_manifest(tmp_path)
    assert (manifest.covers_from, manifest.covers_to) == (date(2024, 11, 1), date(2025, 2, 28))
