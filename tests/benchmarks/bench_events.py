"""Joining events: what a pass costs as the graph grows, and how right it is on synthetic forces.

    python -m tests.benchmarks.bench_events cost --incidents 50000 --incidents 200000
    python -m tests.benchmarks.bench_events quality --seed 11 --seed 12 --seed 13 --benign 21

Both empty the database that NEO4J_URI points to, or start one of their own for the time of the run.
"""

import json
import resource
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import typer

from graph.connection import Connection
from graph.embedded.server import EmbeddedServer, jars_folder
from graph.schema import apply_schema
from graph.settings import Settings
from loaders.pipeline import load
from loaders.same_event.groups import IN_ONE_INCIDENT
from loaders.same_event.join import decide, join_events
from seed.world import generate
from tests.conftest import empty

app = typer.Typer(no_args_is_help=True)
YEARS = 3
BATCH_ROWS = 10_000


@contextmanager
def _database() -> Iterator[Connection]:
    chosen = Settings()
    if chosen.neo4j_uri and chosen.neo4j_password:
        with Connection(chosen.neo4j_uri, chosen.neo4j_user, chosen.neo4j_password.get_secret_value()) as connection:
            yield connection
        return
    home = Path(tempfile.mkdtemp(prefix="throughline-bench-"))
    server = EmbeddedServer(home, heap="2g", jars=jars_folder(chosen))
    try:
        endpoint = server.start()
        with Connection(endpoint.uri, endpoint.user, endpoint.password()) as connection:
            yield connection
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@app.command()
def cost(incidents: list[int] = typer.Option([50_000, 200_000])) -> None:
    """Measure a whole pass, one that finds nothing new, and one over 1,000 new records, at each size."""
    with _database() as connection:
        for figures in measure_cost(connection, incidents):
            print(json.dumps({k: round(v, 1) if isinstance(v, float) else v for k, v in figures.items()}), flush=True)


def measure_cost(connection: Connection, incidents: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield the figures of each size; the database is emptied."""
    for count in incidents:
        empty(connection)
        apply_schema(connection)
        write_force(connection, count, np.random.default_rng(7))
        figures: dict[str, Any] = {"incidents": count}
        started = perf_counter()
        figures["records in shared events"] = join_events(connection)
        figures["whole pass s"] = perf_counter() - started
        started = perf_counter()
        decided = decide(connection)
        figures["decided again s"] = perf_counter() - started
        figures["pairs"] = len(decided.scored.a)
        write_force(connection, 1_000, np.random.default_rng(8), prefix="new", of=count)
        started = perf_counter()
        join_events(connection, only_touched=True)
        figures["1,000 new s"] = perf_counter() - started
        figures["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        yield figures


def write_force(
    connection: Connection, count: int, rng: np.random.Generator, *, prefix: str = "", of: int | None = None
) -> None:
    """Write so many records straight into a graph: a police and an ambulance source, couples who call again.

    of: the records of the force whose people and homes they are about, where these are more of the same; then marked.
    """
    homes = max((of or count) // 2, 1)
    home = np.minimum((rng.pareto(1.2, count) * homes * 0.02).astype(int), homes - 1)
    home = np.where(rng.random(count) < 0.6, rng.integers(0, homes, count), home)
    start = 19_000 * 86_400 + (rng.random(count) * YEARS * 365 * 86_400).astype(int) // 60 * 60
    ambulance = rng.random(count) < 0.15
    # One record in twenty is told again by the other service, minutes later.
    again = np.flatnonzero(rng.random(count) < 0.05)
    again = again[again > 0]
    home[again], ambulance[again] = home[again - 1], ~ambulance[again - 1]
    start[again] = start[again - 1] + rng.integers(0, 20, again.size) * 60
    if of is None:
        _send(
            connection,
            "CREATE (l:Location {id: row.id, address: row.address, town: 'Wendmere', latitude: row.lat, "
            "longitude: row.lon, point: point({latitude: row.lat, longitude: row.lon})})",
            [
                {"id": f"p:L{n}", "address": f"{n % 97} Street {n // 97}", "lat": lat, "lon": lon}
                for n, (lat, lon) in enumerate(
                    zip(rng.uniform(53.6, 55.6, homes).tolist(), rng.uniform(0.3, 1.7, homes).tolist(), strict=True)
                )
            ],
        )
        _send(
            connection,
            "CREATE (p:Person {id: row.id, sex: row.sex, born_from: date(row.born), born_to: date(row.born)})",
            [
                {"id": f"person:{n}", "sex": "FM"[n % 2], "born": f"{1950 + n % 55}-0{1 + n % 9}-11"}
                for n in range(homes * 2)
            ],
        )
    rows = [
        {
            "id": f"{'ambo' if visit else 'police'}:{prefix}{n}",
            "source": "ambo" if visit else "police",
            "ref": f"{prefix}{n}",
            "kind": "ambulance" if visit else "crime",
            "at": int(when),
            "day": int(when) // 86_400,
            "home": f"p:L{place}",
            "offence": None if visit else ("Violence with injury", "Criminal damage", "Harassment")[n % 3],
            "sex": "F" if visit else None,
            "band": f"{(2020 - 1950 - int(place) * 2 % 55) // 10 * 10}-99" if visit else None,
            "who": [] if visit else [f"person:{place * 2}", f"person:{place * 2 + 1}"],
            "touched": True if of else None,
        }
        for n, (visit, when, place) in enumerate(zip(ambulance.tolist(), start.tolist(), home.tolist(), strict=True))
    ]
    _send(
        connection,
        "MATCH (l:Location {id: row.home}) CREATE (i:Incident {id: row.id, event_id: row.id, source: row.source, "
        "ref: row.ref, kind: row.kind, occurred_from: datetime({epochSeconds: row.at}), occurred_day: row.day, "
        "occurred_span_days: 0, offence_group: row.offence, patient_sex: row.sex, patient_age_band: row.band, "
        "touched: row.touched})-[:OCCURRED_AT]->(l) "
        "WITH i, row UNWIND range(0, size(row.who) - 1) AS n MATCH (p:Person {id: row.who[n]}) "
        "FOREACH (_ IN CASE n WHEN 0 THEN [1] ELSE [] END | "
        "CREATE (p)-[:VICTIM_IN {nominal_ids: [p.id], probability: 1.0}]->(i)) "
        "FOREACH (_ IN CASE n WHEN 1 THEN [1] ELSE [] END | "
        "CREATE (p)-[:SUSPECT_IN {nominal_ids: [p.id], probability: 1.0}]->(i))",
        rows,
    )


def _send(connection: Connection, query: str, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH_ROWS):
        connection.write("UNWIND $rows AS row " + query, rows=rows[start : start + BATCH_ROWS])


@app.command()
def quality(
    seed: list[int] = typer.Option([11, 12, 13]), benign: list[int] = typer.Option([]), size: str = "small"
) -> None:
    """Measure precision and recall against the truth that the synthetic force keeps beside its extracts."""
    with _database() as connection:
        for number, is_benign in [*((n, False) for n in seed), *((n, True) for n in benign)]:
            print(json.dumps(measure_quality(connection, number, is_benign, size)), flush=True)


def measure_quality(
    connection: Connection, number: int, is_benign: bool = False, size: str = "small"
) -> dict[str, Any]:
    """Return how right events are on one synthetic force; the database is emptied."""
    folder = Path(tempfile.mkdtemp(prefix="throughline-bench-"))
    generate(folder, size=size, seed=number, benign=is_benign)
    empty(connection)
    apply_schema(connection)
    for extract in sorted(path for path in folder.iterdir() if path.is_dir()):
        load(connection, extract)
    found = {"seed": number, "benign": is_benign, **measure(connection, folder)}
    shutil.rmtree(folder)
    return found


def measure(connection: Connection, folder: Path) -> dict[str, Any]:
    """Return precision and recall over pairs of records, of the graph against truth_events.csv.

    The truth calls two deaths in one incident two events; the layout calls them one. Events that hold such a pair are
    counted apart.
    """
    truth = pd.read_csv(folder / "truth_events.csv", dtype=str)
    ids = (truth["source"] + ":" + truth["event_ref"]).groupby(truth["true_event"])
    true = {pair for _, records in ids for pair in combinations(sorted(records), 2)}
    query = "MATCH (a:Incident)-[r:{}]->(b:Incident) RETURN a.id AS a, b.id AS b, a.event_id AS event, r.basis AS basis"
    rows = connection.read(query.format("SAME_EVENT"))
    stated = {row["event"] for row in rows if row["basis"] == IN_ONE_INCIDENT}
    joined = {(row["a"], row["b"]) for row in rows if row["event"] not in stated or (row["a"], row["b"]) in true}
    possible = {(row["a"], row["b"]) for row in connection.read(query.format("POSSIBLY_SAME_EVENT"))}
    return {
        "true pairs": len(true),
        "precision": round(len(joined & true) / max(len(joined), 1), 4),
        "recall": round(len(joined & true) / max(len(true), 1), 4),
        "missed but possible": len((true - joined) & possible),
        "possible": len(possible),
        "records": connection.read("MATCH (i:Incident) RETURN count(i) AS n")[0]["n"],
    }


def run() -> list[dict[str, Any]]:
    """Return the rows for docs/benchmarks.md."""
    rows = []
    with _database() as connection:
        for number, is_benign in ((11, False), (12, False), (13, False), (21, True)):
            found = measure_quality(connection, number, is_benign)
            told = (
                f"of {found['true pairs']} true pairs; of the missed, {found['missed but possible']} shown as possible"
            )
            world = f"{'benign ' if is_benign else ''}seed {number}"
            rows += [
                {"benchmark": "events", "what": f"{name}, {world}", "ours": found[name], "unit": "share", "note": told}
                for name in ("precision", "recall")
            ]
        small, large = measure_cost(connection, (50_000, 200_000))
        for name in ("whole pass s", "1,000 new s"):
            rows.append(
                {
                    "benchmark": "events",
                    "what": f"{name.removesuffix(' s')}, 200,000 records to 50,000",
                    "ours": round(large[name], 1),
                    "other": round(small[name], 1),
                    "ratio": round(large[name] / small[name], 2),
                    "unit": "s",
                    "note": f"{large['pairs']:,} pairs compared at the larger size",
                }
            )
    return rows


if __name__ == "__main__":
    app()
