"""Which score an offence has, that it has none where none is known, and a force's own figures."""

from pathlib import Path

import pandas as pd
import pytest

from algorithms.harm import Score, code_key, five_digits, in_words, markers, shipped_table

TABLE = shipped_table()


@pytest.mark.parametrize(
    ("code", "group", "kind", "cchi", "css"),
    [
        ("1", None, "crime", 5475, 7979),
        ("2", None, "crime", 365, 4663),
        ("8Q", None, "crime", 10, None),
        ("00877", None, "crime", 365, None),
        ("8/77", None, "crime", 365, None),
        ("34B", None, "crime", 365, 746),
        ("39", "Theft from the person", "crime", 2, 86),
        (None, "Residential burglary", "crime", 273.5, 438),
        (None, "Violence and sexual offences", "crime", None, None),
        ("46", "Shoplifting", "crime", 1, 13),
        ("79", "Violence with injury", "crime", None, None),
        (None, None, "non_crime", 1, None),
        ("8N", None, "arrest", None, None),
        (None, None, None, None, None),
    ],
)
def test_an_offence_has_both_scores_or_says_that_it_has_none(
    code: str | None, group: str | None, kind: str | None, cchi: float | None, css: float | None
) -> None:
    score = TABLE.score(code, group, kind)
    assert (score.cchi, score.css) == (cchi, css)
    assert (score.basis is None) == (cchi is None and css is None)


def test_a_frame_is_scored_row_by_row_and_keeps_its_index() -> None:
    events = pd.DataFrame(
        {"kind": ["crime", "crime", "non_crime", "crime"], "offence_code": ["8N", None, None, "8N"]}, index=[7, 3, 5, 9]
    )
    found = TABLE.scores(events)
    assert list(found.index) == [7, 3, 5, 9]
    assert found["severity_cchi"].to_list() == [365.0, pd.NA, 1.0, 365.0]
    assert found["severity_basis"].to_list() == [
        "group medians 2026: violence with injury",
        None,
        "no crime: the least there is",
        "group medians 2026: violence with injury",
    ]
    assert TABLE.scores(events.iloc[:0]).empty


def test_a_force_s_own_index_goes_before_the_medians(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("HO_CODE,HO_SUB_CODE,CCHI Score,FULL_OFFENCE_TITLE\n8,77,1095,x\n1,00,5475,x\n8Q,,252,x\n")
    table = TABLE.with_cchi(own)
    assert table.score("008/77", None, "crime") == Score(1095.0, None, "force's own CCHI: 00877")
    assert table.score("8Q", None, "crime").cchi == 252
    assert table.score("8L", None, "crime").cchi == 10
    ons = tmp_path / "ons.csv"
    ons.write_text('Offence code,Offence,Weight\n8Q,Stalking,"1,234"\n')
    both = table.with_ons(ons).score("8Q", None, "crime")
    assert (both.cchi, both.css) == (252, 1234)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("HO_CODE,CCHI Score,FULL_OFFENCE_TITLE\n", "no column HO_SUB_CODE"),
        (
            "HO_CODE,HO_SUB_CODE,CCHI Score,FULL_OFFENCE_TITLE\n8,77,1095,x\n8,78,many,x\n",
            "own.csv:3: CCHI Score is 'many'",
        ),
    ],
)
def test_a_file_that_is_no_index_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    own = tmp_path / "own.csv"
    own.write_text(text)
    with pytest.raises(ValueError, match=says):
        TABLE.with_cchi(own)


def test_a_file_without_codes_or_scores_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "ons.csv"
    own.write_text("Offence,Weight\nx,1\n")
    with pytest.raises(ValueError, match="a column of codes"):
        TABLE.with_ons(own)


def test_codes_are_one_however_they_are_written() -> None:
    assert [code_key(code) for code in ("8n", " 08N", "00877", "8/77", "001/00", "1", None)] == [
        "8N",
        "8N",
        "00877",
        "00877",
        "1",
        "1",
        "",
    ]
    assert [five_digits(*pair) for pair in (("8", "77"), ("008", "77"), ("1", "0"), ("8N", ""))] == [
        "00877",
        "00877",
        "1",
        "8N",
    ]


def test_markers_are_named_and_never_a_number() -> None:
    assert markers(["drugs", "weapon", "strangulation"]) == ("strangulation", "weapon")
    assert markers(None) == ()
    assert in_words(TABLE.score("8L", None, "crime")) == "CCHI 10 days, no ONS score"
