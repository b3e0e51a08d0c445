"""Files to text: every row with its true line, the fast way and the exact way alike."""

import csv
import gzip
import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from graph.errors import ThroughlineError
from loaders.extract import open_extract, read_tables
from loaders.reading.csv_files import read_csv, read_fast, read_header, scan
from loaders.reading.csv_lines import read_lines
from loaders.reading.manifest import read_manifest
from tests.loaders.tiny import MANIFEST, WORLD, csv_text, write_manifest, write_tables, write_world


def read_one(folder: Path, table: str = "people") -> pd.DataFrame:
    return read_tables(open_extract(folder)).frames[table]


def test_a_line_number_is_the_physical_line_also_after_cells_with_newlines(tmp_path: Path) -> None:
    content = 'incident_ref,summary\nI1,"one\ntwo\r\nthree"\nI2,short\n"I3",""\nI4,"a, ""b"""\n'
    frame = read_one(write_tables(tmp_path / "x", {"incidents.csv": content}), "incidents")
    assert frame["_line"].tolist() == [2, 5, 6, 7]
    assert frame["summary"].tolist()[0] == "one\ntwo\r\nthree"
    assert frame["summary"].isna().tolist() == [False, False, True, False]
    assert frame["summary"].tolist()[3] == 'a, "b"'
    assert frame["_file"].unique().tolist() == ["incidents.csv"]


def test_a_large_file_has_the_same_lines_by_the_fast_way(tmp_path: Path) -> None:
    rows = [f'I{number},"said, ""no"""\n' if number % 3 else f'I{number},"two\nlines"\n' for number in range(3000)]
    frame = read_one(
        write_tables(tmp_path / "x", {"incidents.csv": "incident_ref,summary\n" + "".join(rows)}), "incidents"
    )
    expected, line = [], 2
    for row in rows:
        expected.append(line)
        line += row.count("\n")
    assert frame["_line"].tolist() == expected
    assert frame["incident_ref"].tolist() == [f"I{number}" for number in range(3000)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_a_byte_order_mark_make_no_difference(tmp_path: Path, end: str, mark: str, last: bool) -> None:
    content = mark + end.join(["person_ref,given_name", "P1,Tam", "P2,Zoë"]) + (end if last else "")
    frame = read_one(write_tables(tmp_path / "x", {"people.csv": content}))
    assert frame.to_dict("list") == {
        "person_ref": ["P1", "P2"],
        "given_name": ["Tam", "Zoë"],
        "_file": ["people.csv"] * 2,
        "_line": [2, 3],
    }


def test_spaces_around_a_value_are_dropped_and_only_spaces_are_nothing(tmp_path: Path) -> None:
    frame = read_one(write_tables(tmp_path / "x", {"people.csv": "person_ref , given_name\n P1\u00a0,   \n"}))
    assert frame["person_ref"].tolist() == ["P1"]
    assert frame["given_name"].isna().all()


def test_gzip_reads_as_the_plain_file(tmp_path: Path) -> None:
    plain = csv_text(WORLD["people"])
    frame = read_one(write_tables(tmp_path / "x", {"people.csv.gz": gzip.compress(plain.encode())}))
    other = read_one(write_tables(tmp_path / "y", {"people.csv": plain}))
    assert frame.drop(columns="_file").equals(other.drop(columns="_file"))


def test_parquet_types_become_the_text_that_a_csv_would_hold(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "x", {})
    columns = {
        "incident_ref": pa.array([17, 18]),
        "kind": pa.array(["crime", "crime"]).dictionary_encode(),
        "occurred_from": pa.array([datetime(2025, 3, 1, 10), None], pa.timestamp("us", "UTC")),
        "occurred_to": pa.array([datetime(2025, 3, 1, 10, 30), None], pa.timestamp("ms")),
        "outcome_on": pa.array([date(2025, 3, 2), None]),
        "method": pa.array([["door; back", "night"], []]),
        "summary": pa.array([None, None]),
        "area": pa.array([Decimal("1.50"), None]),
        "force": pa.array([3.0, float("nan")]),
        "withdrawn": pa.array([False, None]),
    }
    pq.write_table(pa.table(columns), folder / "incidents.parquet")
    row = read_one(folder, "incidents").iloc[0].dropna().to_dict()
    assert row == {
        "incident_ref": "17",
        "kind": "crime",
        "occurred_from": "2025-03-01 10:00:00.000000Z",
        "occurred_to": "2025-03-01 10:30:00.000",
        "outcome_on": "2025-03-02",
        "method": "door\\; back;night",
        "area": "1.50",
        "force": "3",
        "withdrawn": "false",
        "_file": "incidents.parquet",
        "_line": 1,
    }


def test_a_parquet_column_without_a_text_form_stops_the_extract(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "x", {})
    pq.write_table(pa.table({"person_ref": ["P1"], "given_name": [{"first": "Tam"}]}), folder / "people.parquet")
    with pytest.raises(ThroughlineError, match=r"people\.parquet: column given_name is struct.*Cast it"):
        read_tables(open_extract(folder))


def test_a_nul_in_parquet_is_a_reject(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "x", {})
    pq.write_table(pa.table({"person_ref": ["P1", "P2"], "given_name": ["Ta\0m", "Ira"]}), folder / "people.parquet")
    tables = read_tables(open_extract(folder))
    assert tables.frames["people"]["person_ref"].tolist() == ["P2"]
    assert tables.rejects[["line", "column", "reason"]].to_dict("records") == [
        {"line": 1, "column": "given_name", "reason": "bad_encoding"}
    ]


def test_unknown_columns_and_files_are_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    files = {"people.csv": "person_ref,givn_name,\nP1,Tam,\n", "incident.csv": "x\n1\n", "README.md": "hello"}
    tables = read_tables(open_extract(write_tables(tmp_path / "x", files)))
    assert tables.frames["people"].columns.tolist() == ["person_ref", "_file", "_line"]
    assert tables.warnings == [
        "incident.csv is not a table and was not read. Did you mean 'incidents.csv'?",
        "people.csv: the column 'givn_name' is not known and was kept out. Did you mean 'given_name'?",
        "people.csv: a column without a name was kept out.",
    ]


def test_ten_thousand_unknown_columns_are_a_few_warnings(tmp_path: Path) -> None:
    header = "person_ref," + ",".join(f"c{number}" for number in range(10_000))
    content = header + "\nP1" + "," * 10_000 + "\n"
    tables = read_tables(open_extract(write_tables(tmp_path / "x", {"people.csv": content})))
    assert len(tables.frames["people"]) == 1
    assert len(tables.warnings) == 21
    assert "9980 more unknown columns" in tables.warnings[-1]


def test_the_load_id_depends_on_content_alone(tmp_path: Path) -> None:
    first, again = (open_extract(write_world(tmp_path / name)) for name in ("a", "b"))
    assert first.load_id == again.load_id
    assert first.load_id == f"niche@2026-01-31T05:00:00Z#{first.content_hash[:8]}"
    other = open_extract(write_world(tmp_path / "c", {"people": [{"person_ref": "P3"}]}))
    changed = open_extract(write_world(tmp_path / "d", timezone="UTC"))
    assert len({first.content_hash, other.content_hash, changed.content_hash}) == 3


def test_a_missing_folder_or_a_file_instead_of_one_is_said(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "extract")
    with pytest.raises(ThroughlineError, match=r"no such folder\. Did you mean .*extract\?"):
        open_extract(tmp_path / "extrct")
    with pytest.raises(ThroughlineError, match="is a file"):
        open_extract(folder / "people.csv")


def test_no_manifest_says_how_to_get_one(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("person_ref\nP1\n")
    with pytest.raises(ThroughlineError, match=r"no manifest\.yml\. .*--template"):
        open_extract(tmp_path)
    (tmp_path / "manifest.yaml").write_text("source: niche\n")
    with pytest.raises(ThroughlineError, match=r"rename manifest\.yaml\?"):
        open_extract(tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": None}, "manifest.yml: source is missing. Add a line"),
        ({"source": "Niche RMS"}, "manifest.yml:1: source is 'Niche RMS'; it is a short name"),
        ({"kind": "ful"}, "manifest.yml:4: kind is 'ful'; it can be increment, full. Did you mean 'full'?"),
        ({"agency_kind": "polise"}, "Did you mean 'police'?"),
        ({"extractd_at": "2026-01-01"}, "extractd_at is not a key of a manifest. Did you mean 'extracted_at'?"),
        ({"extracted_at": "31/01/2026"}, "manifest.yml:5: extracted_at: '31/01/2026' may be day-first"),
        ({"timezone": "Europe/Londn"}, "is no time zone, as Europe/London is. Did you mean 'Europe/London'?"),
        ({"bounds": "[60.9, -8.7, 49.8, 1.8]"}, "bounds are south, west, north, east"),
        ({"bounds": "[1, 2]"}, "bounds"),
        ({"identifiable": "maybe"}, "'maybe' is neither true nor false"),
        ({"covers_from": "2025-01-02", "covers_to": "2025-01-01"}, "covers_to 2025-01-01 is before covers_from"),
        ({"mapping": "pol"}, "'pol' is not a mapping. Did you mean 'pole'?"),
        ({"mapping": "../../etc"}, "'../../etc' is not a mapping."),
    ],
)
def test_a_wrong_manifest_says_where_what_and_the_near_miss(
    tmp_path: Path, changes: dict[str, str | None], message: str
) -> None:
    write_manifest(tmp_path, **changes)
    with pytest.raises(ThroughlineError) as stopped:
        read_manifest(tmp_path)
    assert message in str(stopped.value)


def test_all_problems_of_a_manifest_are_named_together(tmp_path: Path) -> None:
    write_manifest(tmp_path, source="A B", kind="fool", agency=None)
    with pytest.raises(ThroughlineError) as stopped:
        read_manifest(tmp_path)
    assert len(str(stopped.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no `key: value` lines"),
        (b"- source\n", "no `key: value` lines"),
        (b"source: a\nagency: [b\n", "manifest.yml:3"),
        (b"source: a\nsource: b\n", "manifest.yml:2: source is there twice, first on line 1"),
        (b"source: a\nagency: Gend\xe2rmerie\n", "not UTF-8"),
    ],
)
def test_a_manifest_that_is_no_yaml_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "manifest.yml").write_bytes(content)
    with pytest.raises(ThroughlineError) as stopped:
        read_manifest(tmp_path)
    assert message in str(stopped.value)


def test_a_manifest_is_read_whole(tmp_path: Path) -> None:
    write_manifest(tmp_path, bounds="[49.8, -8.7, 60.9, 1.8]", covers_from="2024-11-01", identifiable="False")
    manifest = read_manifest(tmp_path)
    assert manifest.source == MANIFEST["source"]
    assert manifest.bounds == (49.8, -8.7, 60.9, 1.8)
    assert manifest.covers_from == date(2024, 11, 1)
    assert manifest.identifiable is False
    assert manifest.extracted_text == "2026-01-31T05:00:00Z"


CELL = st.text(st.sampled_from('ab ,"\n\ré\u00a0'), max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=8), end=st.sampled_from(["\n", "\r\n"]), quoting=st.booleans()
)
@example(rows=[("a", "", "")], end="\n", quoting=True)
def test_what_is_written_is_what_is_read_both_ways(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], end: str, quoting: bool
) -> None:
    """The standard library writes; the fast way, where it vouches for itself, and the exact way read the same."""
    bare = any("\r" in cell.replace("\r\n", "") for row in rows for cell in row)
    # Without quotes around it, a return before a line's end is part of that end.
    assume(quoting or not bare)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL)
    writer.writerows([("x", "y", "z"), *rows])
    path = tmp_path_factory.mktemp("csv") / "people.csv"
    path.write_bytes(out.getvalue().encode())

    with path.open("rb") as stream:
        exact, lines, rejects = read_lines(stream, ["x", "y", "z"], "people", "people.csv", ["x", "y", "z"])
    assert rejects == []
    assert [tuple(row.values()) for row in exact.to_pylist()] == rows
    fast = read_fast(path, read_header(path), scan(path))
    # A bare return inside a cell is the exact reader's; for all else the fast way has to do.
    assert fast is not None or bare or not rows
    if fast is not None:
        assert [tuple(cell or "" for cell in row.values()) for row in fast[0].to_pylist()] == rows
        assert fast[1].tolist() == lines


@settings(max_examples=150, deadline=None)
@given(raw=st.text(st.sampled_from('ab,"\n\r é'), max_size=30))
@example(raw='a, "b",a\n')
@example(raw="a,b,a,\n")
@example(raw='"a"b,a,a\n')
@example(raw="\na,b,a\n")
def test_the_fast_way_vouches_only_for_what_the_exact_way_reads(
    tmp_path_factory: pytest.TempPathFactory, raw: str
) -> None:
    """Whatever bytes come: where the fast way says it lost nothing, it read the same rows on the same lines."""
    path = tmp_path_factory.mktemp("csv") / "people.csv"
    path.write_bytes(("x,y,z\n" + raw).encode())
    with path.open("rb") as stream:
        exact, lines, rejects = read_lines(stream, ["x", "y", "z"], "people", "people.csv", ["x", "y", "z"])
    found = scan(path)
    fast = read_fast(path, ["x", "y", "z"], found) if found.returns == found.pairs else None
    if fast is not None:
        assert rejects == []
        assert [tuple(cell or "" for cell in row.values()) for row in fast[0].to_pylist()] == [
            tuple(row.values()) for row in exact.to_pylist()
        ]
        assert fast[1].tolist() == lines


def test_a_large_file_with_one_bad_line_keeps_every_other_row(tmp_path: Path) -> None:
    rows = [f"P{number},Tam\n" for number in range(5000)]
    rows[3210] = "P3210,Tam,too many\n"
    path = tmp_path / "people.csv"
    path.write_text("person_ref,given_name\n" + "".join(rows))
    kept, lines, rejects = read_csv(path, read_header(path), "people", "people.csv", ["person_ref"])
    assert kept.num_rows == 4999
    assert [(reject.line, reject.reason) for reject in rejects] == [(3212, "wrong_column_count")]
    assert lines[3209:3211].tolist() == [3211, 3213]
