"""The ledger as a file of JSON lines: what people decided, carried from one graph to another, entry by entry.

Entries are only ever added. The same file twice changes nothing; an entry that says otherwise than the graph under the
same id stops the whole file.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import neo4j

from graph import ledger
from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.frames import native
from graph.reader import LEDGER
from graph.schema import SCHEMA
from graph.writer import write_nodes

FORMAT = "throughline ledger"
VERSION = 1
# Kept by each graph for itself: its counters, and the runs of its loads, which change while they run.
NOT_CARRIED = ("Counter", "LoadRun")
LABELS = tuple(label for label in LEDGER if label not in NOT_CARRIED)
ROWS_AT_ONCE = 5_000
SHOWN = 5


@dataclass(frozen=True)
class LedgerImport:
    """What an import came to, in entries. added: by label; unchanged: those that were there already."""

    added: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0

    @property
    def total_added(self) -> int:
        """Return how many entries are new."""
        return sum(self.added.values())


def ledger_lines(connection: Connection) -> Iterator[str]:
    """Yield the ledger as JSON, one entry a line in a fixed order, after a line that says what it is."""
    yield json.dumps({"format": FORMAT, "version": VERSION})
    with connection.read_session() as session:
        for label in LABELS:
            for row in session.run(f"MATCH (n:{label}) RETURN properties(n) AS entry ORDER BY n.id"):
                entry = {name: _plain(value) for name, value in sorted(row["entry"].items())}
                yield json.dumps({"label": label, "entry": entry}, ensure_ascii=False)


def export_ledger(connection: Connection, path: Path) -> int:
    """Write the ledger to a file, readable by its owner only, whole or not at all; return how many entries."""
    count = -1
    with whole_file(path) as file:
        for line in ledger_lines(connection):
            file.write(f"{line}\n".encode())
            count += 1
    return count


def import_ledger(connection: Connection, path: Path) -> LedgerImport:
    """Add the entries of a file that the graph does not hold, all or none, and return what came of them.

    Records of judgements about people are marked, so that `loaders.pipeline.refresh_people` decides them anew. Raises
    ThroughlineError, before anything is written, for a file that is not a ledger or is cut, and for entries that say
    otherwise than the graph under the same id.
    """
    try:
        with path.open(encoding="utf-8") as file:
            entries = read_entries(file, str(path))
    except (OSError, UnicodeDecodeError) as problem:
        raise ThroughlineError(f"{path}: cannot be read ({problem}). Name a file made by `ledger export`.") from problem
    return connection.write_in_one(lambda transaction: _add(transaction, entries, str(path)))


def read_entries(lines: Iterable[str], where: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the entries of a ledger file by label and id, with the types of the schema. where: for messages.

    Raises ThroughlineError that names each line in which something is wrong.
    """
    problems: list[str] = []
    entries: dict[str, dict[str, dict[str, Any]]] = {}
    headed = False
    for number, line in enumerate(lines, 1):
        try:
            said = json.loads(line)
            if number == 1:
                headed = _check_head(said, where)
                continue
            label, entry = _entry(said)
        except ValueError as problem:
            problems.append(f"{where}:{number}: {problem}")
            continue
        before = entries.setdefault(label, {}).setdefault(entry["id"], entry)
        if before != entry:
            problems.append(f"{where}:{number}: {label} {entry['id']} stands here twice with different content")
    if not headed and not problems:
        problems.append(f"{where}: is empty")
    if problems:
        more = f"\nand {len(problems) - SHOWN:,} more" if len(problems) > SHOWN else ""
        raise ThroughlineError("\n".join(problems[:SHOWN]) + more + "\nNothing was imported.")
    return entries


def _check_head(said: Any, where: str) -> bool:
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise ValueError("is not a ledger: its first line does not say so. Name a file made by `ledger export`")
    if said.get("version") != VERSION:
        raise ThroughlineError(
            f"{where}: is a ledger of version {said.get('version')}; this checkout reads {VERSION}. Use a newer one."
        )
    return True


def _entry(said: Any) -> tuple[str, dict[str, Any]]:
    if not isinstance(said, dict) or not isinstance(said.get("entry"), dict):
        raise ValueError("is not an entry of a ledger")
    label, entry = said.get("label"), said["entry"]
    if label not in LABELS:
        raise ValueError(f"{label!r} is not kept in a ledger: known are {', '.join(LABELS)}")
    if not isinstance(entry.get("id"), str) or not entry["id"]:
        raise ValueError(f"{label} without an id")
    types = {"id": "string"} | {p.name: str(p.type) for p in SCHEMA.node(label).properties}
    unknown = sorted(set(entry) - set(types))
    if unknown:
        raise ValueError(f"{label} has no property {', '.join(unknown)}: the file is of a newer version")
    return label, {name: _typed(name, value, types[name]) for name, value in entry.items()}


def _typed(name: str, value: Any, kind: str) -> Any:
    wanted = {"integer": int, "float": (int, float), "boolean": bool, "list<string>": list, "list<float>": list}
    if not isinstance(value, wanted.get(kind, str)):  # type: ignore[arg-type]
        raise ValueError(f"{name}: {value!r} is not a {kind}")
    if kind == "datetime":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind == "date" else value


def _plain(value: Any) -> Any:
    value = native(value)
    return value.isoformat() if isinstance(value, date) else value


def _add(
    transaction: neo4j.ManagedTransaction, entries: Mapping[str, Mapping[str, dict[str, Any]]], where: str
) -> LedgerImport:
    fresh: dict[str, list[dict[str, Any]]] = {}
    conflicts: list[str] = []
    unchanged = 0
    for label, wanted in entries.items():
        there = _there(transaction, label, list(wanted))
        unchanged += sum(there.get(id_) == entry for id_, entry in wanted.items())
        conflicts += [f"{label} {id_}" for id_, entry in wanted.items() if id_ in there and there[id_] != entry]
        fresh[label] = [entry for id_, entry in wanted.items() if id_ not in there]
    if conflicts:
        more = f" and {len(conflicts) - SHOWN:,} more" if len(conflicts) > SHOWN else ""
        raise ThroughlineError(
            f"{where}: the graph says otherwise under the same id: {', '.join(conflicts[:SHOWN])}{more}. A ledger is "
            "only ever added to, so nothing was imported: the file or the graph has been changed by hand."
        )
    for label, rows in fresh.items():
        write_nodes(transaction, label, rows)
        numbers = [row["number"] for row in rows if row.get("number")]
        if numbers:
            transaction.run(
                "MERGE (c:Counter {id: $id}) "
                "SET c.last = CASE WHEN coalesce(c.last, 0) < $last THEN $last ELSE c.last END",
                id=label,
                last=max(numbers),
            ).consume()
    ledger.mark_judged(transaction, [row for row in fresh.get("Judgement", []) if row.get("about") == "person"])
    return LedgerImport({label: len(rows) for label, rows in fresh.items() if rows}, unchanged)


def _there(transaction: neo4j.ManagedTransaction, label: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), ROWS_AT_ONCE):
        query = f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN properties(n) AS entry"
        for row in transaction.run(query, ids=ids[start : start + ROWS_AT_ONCE]):
            entry = {name: native(value) for name, value in row["entry"].items()}
            found[entry["id"]] = entry
    return found


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a file for its owner only that is there under its name once it is whole, and not at all otherwise."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        scratch.unlink(missing_ok=True)
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except OSError as problem:
        raise ThroughlineError(
            f"{path}: cannot be written ({problem.strerror or problem}). Name a file in a folder of your own, with "
            "enough space. No file was left there."
        ) from problem
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
