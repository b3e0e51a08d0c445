"""Lists as files: nothing in them runs."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.findings import Finding
from ui.explorer.download import COLUMNS, defused, findings_csv

SEEN = dt.datetime(2026, 6, 1, 5, tzinfo=dt.UTC)


def finding(explanation: str) -> Finding:
    return Finding(
        id="shared_finder-1",
        rule="shared_finder",
        rule_version=1,
        title="Two deaths",
        explanation=explanation,
        strength=-2.5,
        expected_by_chance=None,
        first_detected=SEEN,
        last_detected=SEEN,
        active=True,
        status="new",
        identity={},
        columns={},
        parameters={},
        about={},
        evidence={},
        evidence_hash="",
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert defused(text) == f"'{text}"


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert defused(-2.5) == -2.5
    assert defused(None) == ""
    assert defused("plain = text") == "plain = text"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40), max_size=5))
def test_every_finding_comes_back_as_one_row_whatever_its_text(sentences: list[str]) -> None:
    content = findings_csv([finding(s) for s in sentences], handling="OFFICIAL", data_to="Data to 1 Jun 2026")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(COLUMNS)
    assert [row[1] for row in rows[1:]] == [str(defused(s)) for s in sentences]
    assert [(row[8], row[9], row[10]) for row in rows[1:]] == [("-2.5", "", "OFFICIAL")] * len(sentences)
