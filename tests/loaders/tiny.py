"""Tiny extracts for tests: a small sound world, to which a test adds what it is about."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from loaders.extract import Extract, open_extract, read_tables
from loaders.validate import Validated, validate

MANIFEST = {
    "source": "niche",
    "agency": "Example Constabulary",
    "agency_kind": "police",
    "kind": "increment",
    "extracted_at": "2026-01-31T05:00:00Z",
    "timezone": "Europe/London",
}

# Every reference in it resolves, every row is good.
WORLD: dict[str, list[dict[str, str]]] = {
    "locations": [
        {"location_ref": "L1", "place_type": "home", "latitude": "52.6579", "longitude": "1.7160"},
        {"location_ref": "L2", "place_type": "street"},
    ],
    "organisations": [{"organisation_ref": "O1", "name": "Elm House", "kind": "care_provider"}],
    "people": [
        {"person_ref": "P1", "given_name": "Tam", "date_of_birth": "1990-05-01"},
        {"person_ref": "P2", "given_name": "Ira", "date_of_birth": "2001"},
    ],
    "incidents": [
        {"incident_ref": "I1", "kind": "crime", "occurred_from": "2025-03-01T10:00", "location_ref": "L1"},
        {"incident_ref": "I2", "kind": "non_crime", "occurred_from": "2025-04", "location_ref": "L2"},
    ],
    "deaths": [{"death_ref": "D1", "person_ref": "P2", "category": "expected", "died_from": "2025-06-01"}],
    "orders": [{"order_ref": "R1", "order_type": "dvpo", "respondent_ref": "P1", "made_on": "2025-03-02"}],
    "objects": [{"object_ref": "X1", "kind": "phone", "identifier": "07700 900001"}],
    "involvements": [{"event_ref": "I1", "person_ref": "P1", "role": "suspect", "status": "named"}],
}


def csv_text(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as CSV with every column that one of them has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_manifest(folder: Path, **changes: str | None) -> None:
    """Write a sound manifest with some keys changed, or left out where None."""
    values = {name: value for name, value in {**MANIFEST, **changes}.items() if value is not None}
    (folder / "manifest.yml").write_text("".join(f"{name}: {value}\n" for name, value in values.items()))


def write_world(
    folder: Path,
    added: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    raw: Mapping[str, bytes] | None = None,
    **manifest: str | None,
) -> Path:
    """Write the sound world with rows added at the end of tables, and raw bytes at the end of files."""
    folder.mkdir(parents=True, exist_ok=True)
    write_manifest(folder, **manifest)
    for table in {**WORLD, **(added or {})}:
        rows = [*WORLD.get(table, []), *(added or {}).get(table, [])]
        (folder / f"{table}.csv").write_text(csv_text(rows), encoding="utf-8")
    for table, more in (raw or {}).items():
        with (folder / f"{table}.csv").open("ab") as stream:
            stream.write(more)
    return folder


def write_tables(folder: Path, tables: Mapping[str, str | bytes], **manifest: str | None) -> Path:
    """Write files as they stand: name -> content."""
    folder.mkdir(parents=True, exist_ok=True)
    write_manifest(folder, **manifest)
    for name, content in tables.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def graph_of(**held: Sequence[str]) -> "FakeGraph":
    """Return what a graph answers that holds these ids, by kind."""
    return FakeGraph({kind: set(ids) for kind, ids in held.items()})


class FakeGraph:
    """The graph's side of validation: which ids exist. It remembers what it was asked."""

    def __init__(self, held: Mapping[str, set[str]]) -> None:
        self.held = held
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def __call__(self, kind: str, ids: Sequence[str]) -> set[str]:
        self.asked.append((kind, tuple(ids)))
        return self.held.get(kind, set()) & set(ids)


def check(folder: Path, graph: FakeGraph | None = None) -> Validated:
    """Open, read and validate an extract."""
    extract: Extract = open_extract(folder)
    return validate(extract, read_tables(extract), graph or graph_of())
