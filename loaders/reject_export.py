"""Rejected rows as extracts that a clerk can mend and load again."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from graph.connection import Connection
from graph.errors import ThroughlineError
from loaders.layout import TABLES
from loaders.reading.manifest import MANIFEST_FILE

WHY = "why.csv"
# A spreadsheet runs a cell that begins so. The tables stay as they came, since they are to be loaded again.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_rejects(connection: Connection, rows: Sequence[Mapping[str, Any]], folder: Path) -> dict[Path, int]:
    """Write one extract a load under `folder`, and return each extract's folder with its number of rows.

    rows: as graph/cypher/rejects.cypher returns them. Each extract holds the manifest of its load (as an increment in
    the interchange layout), its tables with the rejected rows, and why.csv with where, what and why. A line that never
    became cells stands in why.csv alone.
    Raises ThroughlineError where the folder is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ThroughlineError(f"{folder} is not an empty folder: name another, so that nothing is overwritten")
    loads: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        loads.setdefault(row["load_id"], []).append(row)
    manifests = {
        row["id"]: json.loads(row["manifest"])
        for row in connection.read(
            "UNWIND $ids AS id MATCH (l:Load {id: id}) WHERE l.manifest IS NOT NULL RETURN id, l.manifest AS manifest",
            ids=list(loads),
        )
    }
    written = {}
    for load_id, rejects in loads.items():
        target = folder / load_id.replace(":", "").replace("#", "-")
        target.mkdir(parents=True)
        manifest = {**manifests.get(load_id, {}), "kind": "increment"}
        manifest.pop("mapping", None)
        (target / MANIFEST_FILE).write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
        for name in TABLES:
            cells = [made for row in rejects if row["table"] == name and (made := _cells(row)) is not None]
            if cells:
                columns = [c for c in TABLES[name].names if any(c in row for row in cells)]
                _write(target / f"{name}.csv", columns, cells)
        columns = ["table", "file", "line", "column", "value", "reason", "message", "row"]
        _write(target / WHY, columns, [{name: _defused(row[name]) for name in columns} for row in rejects])
        written[target] = len(rejects)
    return written


def _cells(reject: Mapping[str, Any]) -> dict[str, str] | None:
    try:
        row = json.loads(reject["row"])
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
