"""docs/bad-input.md is the table of kinds that the tests run, and there are enough of them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from loaders.layout import REASONS
from tests.loaders.bad_inputs import bad_cells, bad_files, bad_manifests, bad_rows, odd_inputs

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "bad-input.md"
# Kinds that are no one row or file, and so have a test of their own.
ELSEWHERE = {
    "a person in an anonymous source": "`identity_in_anonymous_source`; its events load",
    "a ref that is an incident and a death": "`ambiguous_reference`, and so are the rows that point to it",
    "several problems in one row": "one reject that names them all",
    "several files that cannot be read": "one message that names them all",
    "a folder with a table's name": "stops: a folder, not a file",
    "a link to a file outside the folder": "stops: never followed",
    "a link to nothing": "stops: not there",
    "a pipe": "stops: never waited for",
    "a file that may not be read": "stops: Permission denied (not tested as root)",
    "a folder called manifest.yml": "stops: it has to be a file",
    "extracted_at in the future": "loads, with a warning",
    "a folder beside the tables": "loads, with a warning",
}


def document() -> str:
    """Return docs/bad-input.md."""
    rows = [*bad_cells.CELLS, *bad_rows.ROWS]
    stops = {bad.kind: bad.words for bad in bad_files.FILES}
    manifests = {bad.kind: bad.words[1:] for bad in bad_manifests.MANIFESTS}
    parts = [
        "# Bad input\n",
        f"{len(kinds())} kinds of bad and odd input, each with what comes of it. Generated from the tables that the "
        "tests run (`tests/loaders/bad_inputs`): `python -m tests.loaders.bad_inputs.test_document`. What the reasons "
        "mean is in [layout.md](layout.md).\n",
        "Nothing is guessed, nothing is dropped in silence and no value is changed. A bad row is a reject that names "
        "file, line, column, value and reason; every other row loads. A file or a manifest that cannot be read stops "
        "its extract, before anything is written, with one message.\n",
        "## Rows that become rejects\n",
        _table(
            ("kind", "where", "reason", "the message says"),
            ((bad.kind, f"`{bad.table}.{bad.column}`", f"`{bad.reason}`", bad.message) for bad in rows),
        ),
        "## Lines that become rejects\n",
        _table(
            ("kind", "reason", "the message says"),
            ((bad.kind, f"`{bad.reason}`", bad.message) for bad in bad_files.LINES),
        ),
        "## Files that stop the extract\n",
        _table(("kind", "the message names"), _named(stops)),
        "## Manifests that stop the extract\n",
        _table(("kind", "the message names"), _named(manifests)),
        "## Of more than one row or file\n",
        _table(("kind", "what comes of it"), ELSEWHERE.items()),
        "## Odd, and loaded as it stands\n",
        _table(("kind", "where"), ((odd.kind, f"`{odd.table}`") for odd in odd_inputs.ROWS)),
        _table(
            ("kind of file", "warning"),
            ((odd.kind, "" if odd.warning is None else odd.warning) for odd in odd_inputs.FILES),
        ),
    ]
    return "\n".join(parts)


def kinds() -> list[str]:
    """Return the names of all kinds."""
    tables = (
        bad_cells.CELLS,
        bad_rows.ROWS,
        bad_files.LINES,
        bad_files.FILES,
        bad_manifests.MANIFESTS,
        odd_inputs.ROWS,
        odd_inputs.FILES,
    )
    return [*(case.kind for table in tables for case in table), *ELSEWHERE]


def _named(cases: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    return ((kind, "; ".join(word for word in words if not word.startswith(":"))) for kind, words in cases.items())


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def test_the_document_is_the_table_of_kinds() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), (
        "docs/bad-input.md is stale: run `python -m tests.loaders.bad_inputs.test_document`"
    )


def test_there_are_at_least_150_kinds_of_bad_input_and_each_has_its_own_name() -> None:
    odd = len(odd_inputs.ROWS) + len(odd_inputs.FILES)
    assert len(kinds()) - odd >= 250
    assert len(kinds()) == len(set(kinds())), sorted(kind for kind in set(kinds()) if kinds().count(kind) > 1)


def test_every_reason_of_the_layout_has_a_case() -> None:
    tried = {bad.reason for bad in (*bad_cells.CELLS, *bad_rows.ROWS, *bad_files.LINES)}
    assert tried | {"ambiguous_reference", "identity_in_anonymous_source"} == set(REASONS)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
