"""The first load: how fast against Neo4j's importer alone on the same files, and against batched MERGE.

All three in one run on one machine; rates are nodes and relationships a second.
"""

import tempfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any

from graph.connection import Connection
from graph.embedded.server import EmbeddedServer, jars_folder
from graph.settings import Settings
from loaders.extract import open_extract
from loaders.first_load import import_extracts
from seed.world import generate

HEAP = "1500m"
MERGE_BATCH = 1_000
# MERGE is given this much of a large world; its rate does not rise with more.
MERGE_NODES = 150_000


class Stopwatch:
    """A progress that measures: seconds by stage, named by its first word."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._name = ""
        self._since = perf_counter()

    def stage(self, name: str, total: int | None) -> Callable[[int], None]:
        """Start a stage and return a function that does nothing."""
        self.stop()
        self._name = name.split()[0]
        return lambda _: None

    def stop(self) -> None:
        """End the stage that runs."""
        now = perf_counter()
        if self._name:
            self.seconds[self._name] = self.seconds.get(self._name, 0.0) + now - self._since
        self._since = now


def run(size: str = "force", folder: Path | None = None) -> list[dict[str, Any]]:
    """Return rows with benchmark, what, ours, other, ratio, unit, note.

    size: of the seed world. folder: a world that is there already; None makes one.
    """
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as made:
        if folder is None:
            folder = Path(made) / "world"
            generate(folder, size=size)
        paths = sorted(path for path in folder.iterdir() if path.is_dir())
        watch = Stopwatch()
        server = EmbeddedServer(Path(made) / "ours", heap=HEAP, jars=jars_folder(Settings()))
        try:
            server.start()
            connection, _ = import_extracts(server, [open_extract(path) for path in paths], watch)
            watch.stop()
            with connection:
                nodes, edges = raw(connection, MERGE_NODES)
                elements = count(connection)
        finally:
            server.stop()
        other = EmbeddedServer(Path(made) / "merge", heap=HEAP, jars=jars_folder(Settings()))
        try:
            endpoint = other.start()
            with Connection(endpoint.uri, endpoint.user, endpoint.password()) as connection:
                merged, merge_s = merge(connection, nodes, edges)
        finally:
            other.stop()
    seconds = watch.seconds
    imported, prepared = seconds["Importing"], seconds["Preparing"]
    checked = seconds["Reading"] + seconds["Checking"]
    around = seconds.get("Starting", 0.0) + seconds.get("Making", 0.0)
    write, whole = elements / (prepared + imported), elements / (checked + prepared + imported + around)
    alone, by_merge = elements / imported, merged / merge_s
    note = f"{size}: {elements:,} nodes and relationships"
    return [
        row("write stage against neo4j-admin import of the same files", write, alone,
            f"{note}; prepare {prepared:.1f} s, import {imported:.1f} s"),
        row("write stage against batched MERGE", write, by_merge, f"{note}; MERGE of {merged:,} in {merge_s:.1f} s"),
        row("read, check, write, start and indexes against neo4j-admin import", whole, alone,
            f"{note}; read and check {checked:.1f} s, start and indexes {around:.1f} s"),
        row("read, check, write, start and indexes against batched MERGE", whole, by_merge, note),
    ]  # fmt: skip


def row(what: str, ours: float, other: float, note: str) -> dict[str, Any]:
    """Return one result."""
    return {
        "benchmark": "first load",
        "what": what,
        "ours": round(ours),
        "other": round(other),
        "ratio": round(ours / other, 2),
        "unit": "nodes and relationships/s",
        "note": note,
    }


def count(connection: Connection) -> int:
    """Return how many nodes and relationships the records themselves made; nothing derived."""
    nodes = connection.read("MATCH (n) WHERE n.load_id IS NOT NULL RETURN count(n) AS n")[0]["n"]
    edges = connection.read("MATCH ()-[r]->() WHERE r.record IS NOT NULL RETURN count(r) AS n")[0]["n"]
    return int(nodes + edges)


def raw(connection: Connection, most: int) -> tuple[dict[str, list[Any]], dict[tuple[str, str, str], list[Any]]]:
    """Return at most so many nodes by label and the relationships between them by type and labels, as plain rows."""
    nodes: dict[str, list[Any]] = {}
    with connection.read_session() as session:
        for found in session.run(
            "MATCH (n) WHERE n.load_id IS NOT NULL OR n:Offence OR n:Substance "
            "RETURN CASE WHEN n:Death THEN 'Death' ELSE labels(n)[0] END AS label, properties(n) AS row "
            "ORDER BY n.source DESC LIMIT $most",
            most=most,
        ):
            nodes.setdefault(found["label"], []).append(found["row"])
        here = {row["id"]: label for label, rows in nodes.items() for row in rows}
        edges: dict[tuple[str, str, str], list[Any]] = {}
        for found in session.run(
            "MATCH (a)-[r]->(b) WHERE r.record IS NOT NULL "
            "RETURN a.id AS start, type(r) AS type, b.id AS end, properties(r) AS row"
        ):
            start, end = found["start"], found["end"]
            if start in here and end in here:
                key = (here[start], found["type"], here[end])
                edges.setdefault(key, []).append({"start": start, "end": end, "row": found["row"]})
    return nodes, edges


def merge(
    connection: Connection, nodes: dict[str, list[Any]], edges: dict[tuple[str, str, str], list[Any]]
) -> tuple[int, float]:
    """Write rows as one does by hand: a constraint a label, UNWIND, MERGE by id; return how many and seconds."""
    for label in nodes:
        connection.write(f"CREATE CONSTRAINT FOR (n:{label}) REQUIRE n.id IS UNIQUE")
    connection.read("CALL db.awaitIndexes(300)")
    began = perf_counter()
    for label, rows in nodes.items():
        query = f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) SET n += row"
        for batch in batched_lists(rows):
            connection.write(query, rows=batch)
    for (start, kind, end), rows in edges.items():
        query = (
            f"UNWIND $rows AS row MATCH (a:{start} {{id: row.start}}) MATCH (b:{end} {{id: row.end}}) "
            f"MERGE (a)-[r:{kind} {{key: row.row.key}}]->(b) SET r += row.row"
        )
        for batch in batched_lists(rows):
            connection.write(query, rows=batch)
    written = sum(map(len, chain(nodes.values(), edges.values())))
    return written, perf_counter() - began


def batched_lists(rows: list[Any]) -> list[list[Any]]:
    """Return the rows in batches."""
    return [rows[start : start + MERGE_BATCH] for start in range(0, len(rows), MERGE_BATCH)]
