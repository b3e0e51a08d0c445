"""docs/bring-your-data.md is run as it stands there: its files, its SQL, and the rejects that it shows."""

import re
from pathlib import Path

import pytest

from loaders.extract import open_extract, read_tables
from loaders.validate import Validated, validate

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "bring-your-data.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```\w+ (\S+/\S+)\n(.*?)```", PAGE, flags=re.DOTALL))


@pytest.fixture
def example(tmp_path: Path) -> Validated:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return checked(tmp_path)


def checked(folder: Path) -> Validated:
    """Return the page's export mapped and checked, with nothing known beforehand."""
    extract = open_extract(folder / "westmere-export", str(folder / "westmere"))
    return validate(extract, read_tables(extract), lambda kind, ids: set())


def picture(title: str) -> list[list[str]]:
    """Return the cells of the text table whose header starts with a word; columns are two or more blanks apart."""
    (block,) = re.findall(rf"```text\n(?:Loaded.*?\n)?({title}\b.*?)(?:rejected:.*?)?```", PAGE, flags=re.DOTALL)
    return [re.split(r" {2,}", line.strip()) for line in block.strip().splitlines()[1:]]


def test_the_mapping_on_the_page_is_under_thirty_lines() -> None:
    sql = [content for name, content in FILES.items() if name.endswith(".sql")]
    assert len(sql) == 5
    lines = sum(len(content.strip().splitlines()) for content in sql)
    assert lines < 30
    assert f"That is all of it: {lines} lines." in PAGE


def test_the_page_shows_what_becomes_of_the_rows(example: Validated) -> None:
    assert [[table, int(read), int(rejected)] for table, read, _, _, rejected in picture("table")] == [
        [table, counts.read, counts.rejected] for table, counts in example.counts.items()
    ]
    for _, read, written, unchanged, rejected in picture("table"):
        assert int(read) == int(written) + int(unchanged) + int(rejected)


def test_the_page_shows_the_rejects_that_there_are(example: Validated) -> None:
    shown = picture("where")
    rejects = example.rejects.sort_values(["file", "line"]).to_dict("records")
    assert [cells[:4] for cells in shown] == [
        [f"{reject['file']}:{reject['line']}", reject["column"], reject["value"], reject["reason"]]
        for reject in rejects
    ]
    for cells, reject in zip(shown, rejects, strict=True):
        assert all(piece.strip() in reject["message"] for piece in cells[4].split("..."))


def test_the_page_counts_the_reasons(example: Validated) -> None:
    reasons = sorted(example.rejects["reason"].value_counts().items())
    assert "rejected: " + ", ".join(f"{reason} {count}" for reason, count in reasons) + "." in PAGE


def test_one_more_line_mends_the_code_that_nobody_had_explained(example: Validated, tmp_path: Path) -> None:
    mended = re.search(r"add `(WHEN 'KEY' THEN '\w+')`", PAGE)
    assert mended is not None
    path = tmp_path / "westmere" / "involvements.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("ELSE", f"{mended[1]} ELSE"), encoding="utf-8")
    assert "unknown_value" not in set(checked(tmp_path).rejects["reason"])


def test_the_page_reads_its_dates_as_it_says(example: Validated) -> None:
    times = {row["incident_ref"]: row for row in example.frames["incidents"].to_dict("records")}
    assert str(times["W1"]["occurred_from"]) == "2026-04-03 20:40:00+00:00"
    assert str(times["W2"]["occurred_from"]) == "2026-05-16 23:00:00+00:00"
    assert str(times["W2"]["occurred_to_latest"]).startswith("2026-05-17 22:59:59")
