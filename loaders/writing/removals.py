"""What a full extract of a source no longer has: planned before anything is written, removed after the new is in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC

import numpy as np
import pandas as pd

from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.reader import known_records
from loaders.extract import Extract, ReadTables
from loaders.interchange.columns import Table
from loaders.layout import TABLES
from loaders.validate import Validated
from loaders.writing.elements import LABELS, LINK_TYPES, NODE_OF_LINK
from loaders.writing.stones import REMOVED, STONES, Stone, remove_links, remove_records

BATCH_ROWS = 5_000
# A full extract that would remove more than this share of its source is far more often a broken export.
MOST_REMOVED = 0.2


@dataclass(frozen=True)
class Link:
    """A relationship that a row of a link table made. element: the database's own id; record: the row's key."""

    element: str
    record: str


@dataclass(frozen=True)
class Removals:
    """What a full extract no longer has, by table. held: records and links that the graph holds of its tables."""

    records: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[Link]] = field(default_factory=dict)
    held: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return how many records and links go."""
        return sum(map(len, self.records.values())) + sum(len({x.record for x in v}) for v in self.links.values())


def plan_removals(connection: Connection, extract: Extract, read: ReadTables, checked: Validated) -> Removals:
    """Return what the graph holds of a full extract's source and tables, and the extract does not.

    A table that the extract does not bring at all is left alone, and so is one with lines that could not be read: which
    records stood there is not known. Nothing goes while a newer extract of the source is loaded.
    """
    manifest = extract.manifest
    if manifest.kind != "full":
        return Removals()
    newest = connection.read(
        "MATCH (l:Load {source: $source, state: 'complete'}) WHERE l.extracted_at > $at RETURN count(l) AS n",
        source=manifest.source,
        at=manifest.extracted_at,
    )
    if newest[0]["n"]:
        return Removals(
            warnings=["a newer extract of this source is loaded: this full one adds its history and removes nothing"]
        )
    found = Removals()
    held = 0
    for name, table in TABLES.items():
        if name not in checked.keys or name == "judgements":
            continue
        if (read.rejects["table"] == name).any():
            found.warnings.append(f"{name}: lines could not be read, so nothing of this table is removed")
            continue
        present = set(_record_ids(name, checked.keys[name], manifest.source))
        stored = _stored_records(connection, name, table, manifest.source)
        links = _stored_links(connection, name, manifest.source)
        held += len(stored) + len({link.record for link in links})
        gone = [record for record in stored if record not in present]
        cut = [link for link in links if link.record not in present]
        if gone:
            found.records[name] = gone
        if cut:
            found.links[name] = cut
    return Removals(found.records, found.links, held, found.warnings)


def check_brake(plan: Removals, extract: Extract, *, accepted: bool) -> None:
    """Raise ThroughlineError, before anything is written, when a full extract would remove too much of its source."""
    if accepted or plan.count <= MOST_REMOVED * plan.held:
        return
    tables = {name: len(ids) for name, ids in plan.records.items()}
    for name, links in plan.links.items():
        tables[name] = tables.get(name, 0) + len({link.record for link in links})
    shares = ", ".join(f"{name} {count:,}" for name, count in tables.items())
    raise ThroughlineError(
        f"{extract.path}: this full extract lacks {plan.count:,} of the {plan.held:,} rows that the graph holds of "
        f"{extract.manifest.source} ({shares}). Over {MOST_REMOVED:.0%} is more often a broken export than the truth: "
        "nothing was written. Check it; if it is right, load it with --accept-removals."
    )


def known_after_removals(
    known: Callable[[str, Sequence[str]], set[str]], extract: Extract, read: ReadTables
) -> Callable[[str, Sequence[str]], set[str]]:
    """Return `known` without the records that a full extract is about to remove: a row that points to one waits."""
    if extract.manifest.kind != "full":
        return known
    prefix = f"{extract.manifest.source}:"
    here: dict[str, set[str]] = {}
    for name, frame in read.frames.items():
        record = TABLES[name].record
        if record is not None:
            here.setdefault(record, set()).update(prefix + frame[TABLES[name].key[0]].dropna())

    def still_known(kind: str, ids: Sequence[str]) -> set[str]:
        found = known(kind, ids)
        if kind not in here:
            return found
        return {ident for ident in found if not ident.startswith(prefix) or ident in here[kind]}

    return still_known


def ended_records(connection: Connection, extract: Extract) -> dict[str, np.datetime64]:
    """Return the records of this source whose tombstone this extract cannot lift -> when they ended (UTC)."""
    rows = connection.read(
        "MATCH (v:RecordVersion) WHERE v.row_hash IN $stones AND v.source = $source "
        "RETURN v.record_id AS id, v.row_hash AS kind, v.recorded_at AS at",
        stones=list(STONES),
        source=extract.manifest.source,
    )
    ended = {
        row["id"]: np.datetime64(at.replace(tzinfo=None), "us")
        for row in rows
        if (at := row["at"].to_native().astimezone(UTC))
        and (row["kind"] != REMOVED or at >= extract.manifest.extracted_at)
    }
    # What came back after it ended is there again.
    back = known_records(connection, sorted(ended))
    return {ident: at for ident, at in ended.items() if ident not in back}


def remove_missing(connection: Connection, extract: Extract, plan: Removals, advance: Callable[[int], None]) -> int:
    """Remove what the plan names, links before records, and return how many are gone by this load in all."""
    manifest = extract.manifest
    for name in reversed(list(TABLES)):
        stone = Stone(name, manifest.source, extract.load_id, REMOVED)
        links = plan.links.get(name, [])
        for start in range(0, len(links), BATCH_ROWS):
            part = links[start : start + BATCH_ROWS]
            moments = {link.record: manifest.extracted_at for link in part}
            elements = [link.element for link in part]
            connection.write_in_one(
                lambda transaction, stone=stone, moments=moments, elements=elements: remove_links(  # type: ignore[misc]
                    transaction, stone, elements, moments
                )
            )
            advance(len(part))
        records = plan.records.get(name, [])
        for start in range(0, len(records), BATCH_ROWS):
            ids = dict.fromkeys(records[start : start + BATCH_ROWS], manifest.extracted_at)
            connection.write_in_one(
                lambda transaction, stone=stone, ids=ids: remove_records(transaction, stone, ids)  # type: ignore[misc]
            )
            advance(len(ids))
    gone = connection.read(
        "MATCH (v:RecordVersion {load_id: $load, row_hash: $hash}) RETURN count(v) AS n",
        load=extract.load_id,
        hash=REMOVED,
    )
    return int(gone[0]["n"])


def _record_ids(name: str, keys: pd.Series, source: str) -> pd.Series:
    label = NODE_OF_LINK.get(name)
    return keys if label is None else f"{source}:{label.lower()}|" + keys


def _stored_records(connection: Connection, name: str, table: Table, source: str) -> list[str]:
    label = LABELS.get(name)
    if label is None:
        return []
    besides = " AND NOT n:Death" if table.record == "incident" else ""
    query = f"MATCH (n:{label}) WHERE n.source = $source{besides} RETURN n.id AS id ORDER BY id"
    return [row["id"] for row in connection.read(query, source=source)]


def _stored_links(connection: Connection, name: str, source: str) -> list[Link]:
    types = LINK_TYPES.get(name)
    if types is None:
        return []
    # An edge that a record's own row made bears that record's id; it goes with the record.
    query = (
        f"MATCH (a)-[r:{'|'.join(types)}]->(b) WHERE r.source = $source AND r.record <> a.id AND r.record <> b.id "
        "RETURN elementId(r) AS element, r.record AS record ORDER BY record"
    )
    return [Link(row["element"], row["record"]) for row in connection.read(query, source=source)]
