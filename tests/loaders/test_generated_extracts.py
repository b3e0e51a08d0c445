"""Whatever rows come, of any table: each ends in exactly one place, named by its own line, and nothing crashes."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.errors import ThroughlineError
from loaders.checking.references import SPACES
from loaders.extract import open_extract, read_tables
from loaders.layout import REASONS, TABLES, Column, Table
from loaders.reading.csv_files import read_csv, read_fast, read_header, scan
from loaders.reading.csv_lines import read_lines
from loaders.reading.manifest import read_manifest
from loaders.validate import Validated
from tests.loaders.tiny import check, csv_text, graph_of, write_manifest

Row = dict[str, str]
Extract = dict[str, list[Row]]


def same(examples: int) -> settings:
    """Return settings that make the same extracts every time: a red build is red again on the next machine."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    )


# The graph holds one record of each kind, of this source and of another.
IN_GRAPH = {kind: ["niche:G", "far:1"] for kinds in SPACES.values() for kind in kinds if kind != "death"}
# By kind of column: values that are right, and values that may be wrong. Few of each, so that keys collide.
OWN_REFS = ["A", "B", "2026:17"], ["niche:A", "\u0410", "A\u200b", "\u200b", "\ufeffA", "x" * 201, " "]
REFS = ["G", "G", "far:1", "A"], ["B", "2026:17", "niche:A", "G\u200b", "far:2", "x" * 201]
DATES = (
    ["2025-03-01", "2025-03", "2025", "2024-02-29"],
    ["2025-02-29", "03/04/2025", "soon", "2027-01-01", "0000-00-00"],
)
TIMES = (
    [*DATES[0], "2025-03-01T10:00", "2025-03-01T10:00:00+01:00", "2025-10-26T01:30"],
    [
        *DATES[1],
        "2025-03-30T01:30",
        "2025-03-01T24:00",
        "2025-03-01T10:00+25:00",
    ],
)
NUMBERS = ["0", "5", "1e1"], ["52.5", "-1", "651409", "1e400", "1,5", "nan", "=1+1", "9" * 400]
TEXTS = (
    ["Tam", "null", "a,b", 'say "no"', "two\nlines", "Zo\u00eb", "=1+1", "\u00a0x ", "|\\;", "\x1e\x1f!"],
    ["x" * 20_001],
)
LISTS = ["Al", "Al;Bo", ";;", "a\\;b", "\\"], ["x" * 201, "x;" * 10_001]
VALUES: dict[str, tuple[list[str], list[str]]] = {
    "ref_list": (["G", "G;far:1"], ["A;B", "far:2"]),
    "text": TEXTS,
    "list": LISTS,
    "open_list": LISTS,
    "date": DATES,
    "time": TIMES,
    "number": NUMBERS,
    "integer": NUMBERS,
    "boolean": (["true", "false", "TRUE"], ["yes", "0"]),
    "age_band": (["25-34", "85+"], ["34-25", "old"]),
    "timezone": (["Europe/London", "America/New_York"], ["Europe/Londn", "BST"]),
    "grade": (["2C P"], ["2cp", "9Z"]),
}
COMMON_VALUES = {
    "recorded_at": (["", "2025-05-01", "2025-06-01T10:00Z"], ["2026-02-02", "1/2/2025"]),
    "withdrawn": (["", "", "", "", "false", "true"], ["perhaps"]),
}


def cells(column: Column, clean: bool) -> st.SearchStrategy[str]:
    """Return what a cell of such a column may hold: right and filled, or anything."""
    words = list(column.allowed)
    if column.name in COMMON_VALUES:
        good, bad = COMMON_VALUES[column.name]
    elif column.kind == "ref":
        good, bad = OWN_REFS if column.refers_to is None else REFS
    elif column.kind == "choice":
        good, bad = words[:3], [f"{words[0]}x", words[-1].upper() + "X"]
    elif column.kind == "choice_list":
        good, bad = [*words[:2], ";".join(words[:2])], [f"{words[0]};{words[0]}s"]
    else:
        good, bad = VALUES[column.kind]
    return st.sampled_from(good if clean else ["", *good, *bad])


def rows(table: Table) -> st.SearchStrategy[list[Row]]:
    """Return rows of a table in which any of its columns may be filled; most are right, some come twice."""
    one_of = table.exactly_one or table.at_least_one
    required = [column.name for column in table.columns if column.required]
    optional = [column.name for column in table.columns if not column.required]

    @st.composite
    def row(draw: st.DrawFn) -> Row:
        clean = draw(st.sampled_from([True, True, True, False]))
        names = required + draw(st.lists(st.sampled_from(optional), max_size=3, unique=True))
        if clean and one_of:
            names = [name for name in names if name not in one_of] + [draw(st.sampled_from(one_of))]
        names += draw(st.lists(st.sampled_from(["recorded_at", "withdrawn"]), max_size=2))
        return {name: draw(cells(table.column(name), clean)) for name in dict.fromkeys(names)}

    return st.lists(row(), min_size=1, max_size=6).flatmap(
        lambda made: st.lists(st.sampled_from(made), max_size=2).map(lambda again: [*made, *again])
    )


def extracts(*always: str) -> st.SearchStrategy[Extract]:
    """Return a few tables with rows, these among them."""
    names = st.lists(st.sampled_from(sorted(TABLES)), min_size=1, max_size=4, unique=True)
    return names.flatmap(
        lambda chosen: st.fixed_dictionaries({name: rows(TABLES[name]) for name in dict.fromkeys([*always, *chosen])})
    )


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return a new empty folder each time, since one test writes many extracts."""
    return lambda: tmp_path_factory.mktemp("made")


def write(folder: Path, made: Extract, dirt: bytes = b"", **manifest: str) -> Path:
    write_manifest(folder, **manifest)
    for table, its_rows in made.items():
        (folder / f"{table}.csv").write_bytes(csv_text(its_rows).encode() + (dirt if can_be_ragged(its_rows) else b""))
    return folder


def can_be_ragged(its_rows: list[Row]) -> bool:
    """Whether a line of one cell is a bad line: in a table of one column it is a row."""
    return len({name for row in its_rows for name in row}) > 2


@pytest.mark.parametrize("table", TABLES)
@same(8)
@given(
    data=st.data(),
    dirt=st.sampled_from([b"", b"", b"only one cell\n", b'a,"never closed\n', b"\xff,\xfe\n", b"\0\n\n"]),
    identifiable=st.sampled_from(["true", "true", "true", "false"]),
    agency_kind=st.sampled_from(["police", "hospital"]),
)
def test_every_row_read_ends_in_one_place_and_every_reject_names_its_line(
    fresh: Callable[[], Path], table: str, data: st.DataObject, dirt: bytes, identifiable: str, agency_kind: str
) -> None:
    made = data.draw(extracts(table))
    folder = write(fresh(), made, dirt, identifiable=identifiable, agency_kind=agency_kind)
    found = check(folder, graph_of(**IN_GRAPH))

    assert set(found.counts) == set(made)
    for name, its_rows in made.items():
        counts = found.counts[name]
        assert counts.adds_up
        assert counts.read == len(its_rows) + (1 if dirt and can_be_ragged(its_rows) else 0)
        assert counts.good == len(found.frames[name])
        assert counts.superseded == len(found.superseded.get(name, ()))
        assert counts.rejected == (found.rejects["table"] == name).sum()
        assert_lines_are_those_of_the_rows(found, name, its_rows)
    assert set(found.rejects["reason"]) <= set(REASONS)
    assert_references_hold(found)


def starts(its_rows: list[Row]) -> dict[int, Row]:
    """Return line -> row, of the rows as `csv_text` writes them."""
    line, found = 2, {}
    for row in its_rows:
        found[line] = row
        line += 1 + sum(cell.count("\n") for cell in row.values())
    return found


def assert_lines_are_those_of_the_rows(found: Validated, table: str, its_rows: list[Row]) -> None:
    written = starts(its_rows)
    rejects = found.rejects[found.rejects["table"] == table].to_dict("records")
    for reject in rejects:
        assert reject["file"] == f"{table}.csv"
        if reject["line"] not in written:
            assert reject["line"] == max(written) + 1 + sum(c.count("\n") for c in written[max(written)].values())
            continue
        row = {name: cell.strip() for name, cell in written[reject["line"]].items()}
        # The reject carries the very cells of that line, as they were written.
        assert json.loads(reject["row"]) == {name: cell for name, cell in row.items() if cell}
        assert reject["message"].startswith(f"{reject['column']}: ")
    frames = [found.frames[table], found.superseded.get(table, found.frames[table].iloc[:0])]
    places = [int(line) for frame in frames for line in frame["_line"]] + [reject["line"] for reject in rejects]
    assert len(places) == len(set(places)), "a row is in two places"
    for frame in frames:
        for good in frame.to_dict("records"):
            row = {name: cell.strip() for name, cell in written[good["_line"]].items()}
            for column in TABLES[table].columns:
                as_written = column.refers_to is None and column.kind in ("ref", "text", "choice", "age_band")
                if as_written and row.get(column.name) and not good["withdrawn"]:
                    assert good[column.name] == row[column.name]


def assert_references_hold(found: Validated) -> None:
    """Nothing good points to a record that is neither good here nor in the graph."""
    ids: dict[str, set[str]] = {kind: set(held) for kind, held in IN_GRAPH.items()}
    for table, frame in found.frames.items():
        kind = TABLES[table].record
        if kind is not None:
            ids.setdefault(kind, set()).update(frame.loc[~frame["withdrawn"], "id"])
            ids[kind] -= set(frame.loc[frame["withdrawn"], "id"])
    ids["event"] = ids.get("incident", set()) | ids.get("death", set())
    for table, frame in found.frames.items():
        alive = frame[~frame["withdrawn"]]
        for column in TABLES[table].columns:
            if column.refers_to is None:
                continue
            kinds = alive["about"] if column.refers_to == "about" else pd.Series(column.refers_to, index=alive.index)
            for refs, kind in zip(alive[column.name], kinds, strict=True):
                pointed = refs if isinstance(refs, list) else [refs]
                assert {ref for ref in pointed if isinstance(ref, str)} <= ids[str(kind)], f"{table}.{column.name}"


@same(40)
@given(made=extracts())
def test_what_was_good_is_good_again_when_it_is_written_and_read_back(fresh: Callable[[], Path], made: Extract) -> None:
    """CSV, the same in Parquet, and the good rows alone: the same rows, word for word."""
    folder = write(fresh(), made)
    tables = read_tables(open_extract(folder))
    packed = fresh()
    write_manifest(packed)
    for table, frame in tables.frames.items():
        columns = frame.drop(columns=["_file", "_line"])
        pq.write_table(pa.Table.from_pandas(columns, preserve_index=False), packed / f"{table}.parquet")
    again = read_tables(open_extract(packed))
    for table, frame in tables.frames.items():
        places = ["_file", "_line"]
        assert again.frames[table].drop(columns=places).equals(frame.drop(columns=places)), table

    first = check(folder, graph_of(**IN_GRAPH))
    alone: Extract = {}
    for table, frame in first.frames.items():
        written = starts(made[table])
        if len(frame):
            alone[table] = [written[line] for line in frame["_line"]]
    if alone:
        second = check(write(fresh(), alone), graph_of(**IN_GRAPH))
        assert second.rejects.to_dict("records") == []
        for table in alone:
            assert second.frames[table]["row_hash"].tolist() == first.frames[table]["row_hash"].tolist()


CELL = st.sampled_from(
    ["", "a", "NULL", "Zo\u00eb", 'b"b', "two\nlines", "c\r\nc", " d ", "e,e", "\u2028", "\ufeff", "''"]
)


@same(60)
@given(
    lines=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5),
    end=st.sampled_from(["\n", "\r\n"]),
    broken=st.sampled_from(["", "", "x,y\n", 'x,"y,z\n', "x,y,z,\n", '"x"y,z,z\n', " \n", 'x, "y",z\n']),
    times=st.integers(1, 400),
)
def test_the_fast_and_the_exact_reader_agree(
    fresh: Callable[[], Path], lines: list[tuple[str, str, str]], end: str, broken: str, times: int
) -> None:
    """Whichever of the two reads a file, large or small: the same rows on the same lines, or a reject for the line."""
    names = ["person_ref", "given_name", "family_name"]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) + end for row in lines]
    path = fresh() / "people.csv"
    path.write_bytes((",".join(names) + end + "".join(quoted) * times + broken).encode())

    with path.open("rb") as stream:
        exact, numbers, bad = read_lines(stream, names, "people", "people.csv", names)
    assert exact.num_rows + len(bad) == len(lines) * times + (1 if broken else 0)
    found = scan(path)
    fast = read_fast(path, read_header(path), found) if found.returns == found.pairs else None
    if fast is not None:
        assert bad == []
        assert [tuple(cell or "" for cell in row.values()) for row in fast[0].to_pylist()] == [
            tuple(row.values()) for row in exact.to_pylist()
        ]
        assert np.array_equal(fast[1], numbers)
    either, places, rejects = read_csv(path, names, "people", "people.csv", names)
    assert (either.num_rows, places.tolist(), rejects) == (exact.num_rows, numbers, bad)


@same(100)
@given(content=st.binary(max_size=300), name=st.sampled_from(["people.csv", "people.csv.gz", "people.parquet"]))
def test_no_bytes_of_a_file_crash(fresh: Callable[[], Path], content: bytes, name: str) -> None:
    folder = fresh()
    write_manifest(folder)
    (folder / name).write_bytes((b"" if name != "people.csv" else b"person_ref,given_name\n") + content)
    try:
        counts = check(folder).counts.values()
    except ThroughlineError as error:
        if name not in str(error):
            raise
        return
    assert all(count.adds_up for count in counts)


@same(150)
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from("source:gnyi&*[]{}|>-? \n\t'\"#!%@`0259"), max_size=200).map(str.encode),
    )
)
def test_no_bytes_of_a_manifest_crash(fresh: Callable[[], Path], content: bytes) -> None:
    folder = fresh()
    (folder / "manifest.yml").write_bytes(content)
    with pytest.raises(ThroughlineError, match=r"manifest\.yml"):
        read_manifest(folder)
