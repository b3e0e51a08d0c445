"""A bad row is one reject that says where, what and why, and everything else in the extract is still good."""

from pathlib import Path

import pytest

from tests.loaders.bad_inputs.bad_cells import CELLS
from tests.loaders.bad_inputs.bad_rows import ROWS
from tests.loaders.bad_inputs.kinds import Bad, sound, write_rows
from tests.loaders.tiny import check, write_world


@pytest.mark.parametrize("bad", [*CELLS, *ROWS], ids=lambda bad: bad.kind)
def test_a_bad_row_is_one_named_reject_and_the_rest_is_good(tmp_path: Path, bad: Bad) -> None:
    tables = sound([bad.table, *bad.beside])
    for table, rows in bad.beside.items():
        tables[table] += rows
    tables[bad.table].append(dict(bad.row))
    found = check(write_rows(tmp_path / "x", tables, bad.manifest))

    rejects = found.rejects.to_dict("records")
    assert len(rejects) == 1, rejects
    reject = rejects[0]
    line = len(tables[bad.table]) + 1
    assert (reject["file"], reject["line"], reject["table"]) == (f"{bad.table}.csv", line, bad.table)
    value = reject["value"] if isinstance(reject["value"], str) else None
    assert (reject["column"], value, reject["reason"]) == (bad.column, bad.value, bad.reason)
    assert bad.message in reject["message"]
    assert len(reject["message"]) < 2000, "a message is for reading"
    for table, rows in tables.items():
        if rows:
            assert len(found.frames[table]) == len(rows) - (table == bad.table), table
            assert found.counts[table].adds_up


def test_a_person_in_an_anonymous_source_is_a_reject_and_its_events_load(tmp_path: Path) -> None:
    found = check(write_world(tmp_path / "x", agency_kind="ambulance", identifiable="false"))

    assert set(found.rejects["reason"]) == {"identity_in_anonymous_source"}
    assert sorted(found.rejects["table"]) == ["deaths", "involvements", "orders", "people", "people"]
    assert len(found.frames["incidents"]) == 2
    assert len(found.frames["locations"]) == 2


def test_a_ref_that_is_an_incident_and_a_death_is_ambiguous(tmp_path: Path) -> None:
    found = check(
        write_world(
            tmp_path / "x",
            {
                "deaths": [{"death_ref": "I1", "category": "expected"}],
                "involvements": [{"event_ref": "I1", "person_ref": "P2", "role": "victim"}],
            },
        )
    )

    said = found.rejects[["table", "line", "column", "value", "reason"]].to_dict("records")
    assert [tuple(row.values()) for row in said] == [
        ("deaths", 3, "death_ref", "I1", "ambiguous_reference"),
        ("involvements", 2, "event_ref", "I1", "ambiguous_reference"),
        ("involvements", 3, "event_ref", "I1", "ambiguous_reference"),
    ]
    assert found.frames["incidents"]["id"].tolist() == ["niche:I1", "niche:I2"]


def test_a_row_with_several_problems_is_one_reject_that_names_them_all(tmp_path: Path) -> None:
    row = {"event_ref": "I7", "person_ref": "P2", "role": "victm", "status_on": "1/2/2025", "injury": "bad"}
    found = check(write_world(tmp_path / "x", {"involvements": [row]}))

    assert len(found.rejects) == 1
    reject = found.rejects.iloc[0]
    assert reject["reason"] == "unknown_value"
    for words in ("role: 'victm'", "injury: 'bad'", "status_on: '1/2/2025'", "event_ref: no event 'I7'"):
        assert words in reject["message"]
    assert '"status_on": "1/2/2025"' in reject["row"]
