"""A line that cannot be read is one reject; a file that cannot be read stops the extract with one message."""

import os
from pathlib import Path

import pytest

from graph.errors import ThroughlineError
from loaders.extract import open_extract, read_tables
from tests.loaders.bad_inputs.bad_files import FILES, LINES
from tests.loaders.bad_inputs.kinds import BadFile, BadLine, sound, write_rows
from tests.loaders.tiny import WORLD, check, write_tables


@pytest.mark.parametrize("bad", LINES, ids=lambda bad: bad.kind)
def test_a_bad_line_is_one_named_reject_and_the_rest_is_good(tmp_path: Path, bad: BadLine) -> None:
    folder = write_rows(tmp_path / "x", sound([bad.table]))
    with (folder / f"{bad.table}.csv").open("ab") as stream:
        stream.write(bad.raw)
    found = check(folder)

    rows = found.rejects.to_dict("records")
    assert len(rows) == 1, rows
    assert (rows[0]["file"], rows[0]["line"]) == (f"{bad.table}.csv", bad.line or len(WORLD[bad.table]) + 2)
    column, value = (rows[0][name] if isinstance(rows[0][name], str) else None for name in ("column", "value"))
    assert (column, value or "", rows[0]["reason"]) == (bad.column, bad.value, bad.reason)
    assert bad.message in rows[0]["message"]
    assert len(found.frames[bad.table]) == len(WORLD[bad.table]) + bad.good_rows_in_raw
    assert all(counts.adds_up for counts in found.counts.values())


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.kind)
def test_a_file_that_cannot_be_read_stops_the_extract_with_one_message(tmp_path: Path, bad: BadFile) -> None:
    folder = write_tables(tmp_path / "x", bad.files)
    with pytest.raises(ThroughlineError) as stopped:
        read_tables(open_extract(folder))
    for word in bad.words:
        assert word in str(stopped.value)
    assert len(str(stopped.value)) < 1000, "a message is for reading"


def test_all_files_that_cannot_be_read_are_named_together(tmp_path: Path) -> None:
    folder = write_tables(
        tmp_path / "x", {"people.csv": "", "incidents.csv": "a;b\n", "objects.csv": "object_ref,kind\n"}
    )
    with pytest.raises(ThroughlineError, match=r"people\.csv.*\n.*incidents\.csv"):
        read_tables(open_extract(folder))


def test_a_folder_with_a_tables_name_stops_the_extract(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "x", {"objects.csv": "object_ref,kind\n"})
    (folder / "people.parquet").mkdir()
    (folder / "people.parquet" / "part-0.parquet").write_bytes(b"")
    with pytest.raises(ThroughlineError, match=r"people\.parquet: a folder, not a file"):
        open_extract(folder)


@pytest.mark.parametrize(("target", "said"), [("nothing.csv", "not there"), ("secret.csv", "outside the folder")])
def test_a_link_out_of_the_folder_is_never_followed(tmp_path: Path, target: str, said: str) -> None:
    (tmp_path / "secret.csv").write_text("person_ref\nP1\n")
    folder = write_tables(tmp_path / "x", {"objects.csv": "object_ref,kind\n"})
    (folder / "people.csv").symlink_to(tmp_path / target)
    with pytest.raises(ThroughlineError, match=rf"people\.csv: a link to a file .*{said}"):
        open_extract(folder)


def test_a_link_inside_the_folder_is_a_file(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "x", {"export_2026.csv": "person_ref\nP1\n"})
    (folder / "people.csv").symlink_to(folder / "export_2026.csv")
    assert len(read_tables(open_extract(folder)).frames["people"]) == 1


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "x", {"objects.csv": "object_ref,kind\n"})
    os.mkfifo(folder / "people.csv")
    with pytest.raises(ThroughlineError, match=r"people\.csv: a pipe or a device"):
        open_extract(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file, so there is none that it cannot read")
def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "x", {"people.csv": "person_ref\nP1\n"})
    (folder / "people.csv").chmod(0)
    with pytest.raises(ThroughlineError, match=r"people\.csv: cannot be read \(Permission denied\)"):
        open_extract(folder)
