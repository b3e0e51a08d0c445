"""People: how right and how fast, side by side with Splink's own quick-start model; what an increment costs; and half a
million records.

    python -m tests.benchmarks.bench_people labelled
    python -m tests.benchmarks.bench_people increment --records 50000 --new 100
    python -m tests.benchmarks.bench_people large --records 500000

`increment` empties the database that NEO4J_URI points to, or starts one of its own for the time of the run.
"""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pandas as pd
import typer

from graph.connection import Connection
from graph.embedded.server import EmbeddedServer, jars_folder
from graph.frames import to_rows
from graph.schema import apply_schema
from graph.settings import CHECKOUT, Settings
from loaders.resolve import resolve_people
from loaders.writing.derive import derive_people, identify
from tests.conftest import empty
from tests.loaders.made_people import made_people, pairs_of, scores
from tests.loaders.people.labelled import Set, exact_clusters, fake, febrl, ours, quick_start, timed

app = typer.Typer(no_args_is_help=True)
DATA = CHECKOUT.parent / "shared" / "data"
RECORDS_A_PERSON = 1.6
ROUNDS = 3

Row = dict[str, Any]


def run() -> list[Row]:
    """Return every figure as rows: benchmark, what, ours, other, ratio, unit, note. About ten minutes."""
    return [*labelled(), *increment(50_000, 100), *_apart("large", 500_000)]


def labelled(data: Path = DATA) -> list[Row]:
    """Return precision, recall and F1, by pairs and by whole people, and times, on the labelled sets that are here."""
    rows: list[Row] = []
    for name, records in _sets(data).items():
        found: dict[str, dict[str, Any]] = {}
        seconds: dict[str, list[float]] = {"ours": [], "other": []}
        # In turns and the best of each, so that whatever else the machine does hits both.
        for _ in range(ROUNDS):
            for who, work in (("other", quick_start), ("ours", ours)):
                found[who], spent = timed(partial(work, records))
                seconds[who].append(spent)
        true = pairs_of(records.truth)
        figures = {who: scores(pairs_of(groups), true) for who, groups in found.items()}
        whole = {who: exact_clusters(groups, records.truth) for who, groups in found.items()}
        note = f"{len(records.people):,} records; other: Splink's quick-start model"
        for at, what in enumerate(("precision", "recall", "F1")):
            rows.append(_row(f"{name}: {what} by pairs", figures["ours"][at], figures["other"][at], "share", note))
        rows.append(_row(f"{name}: people found whole", whole["ours"], whole["other"], "share", note))
        spent_by = {who: min(times) for who, times in seconds.items()}
        rows.append(_row(f"{name}: processor time", spent_by["ours"], spent_by["other"], "s", note))
    return rows


def _sets(data: Path) -> dict[str, Set]:
    sets: dict[str, Set] = {}
    if (data / "people_fake").exists():
        sets["fake 1000"] = fake(data / "people_fake")
    if (data / "people_febrl").exists():
        folder = data / "people_febrl"
        for number in (False, True):
            besides = " with its number" if number else ""
            sets[f"febrl 3{besides}"] = febrl(folder, "dataset3", number_is_pnc=number)
            sets[f"febrl 4a with 4b{besides}"] = febrl(folder, "dataset4a", "dataset4b", number_is_pnc=number)
    return sets


def increment(records: int, new: int) -> list[Row]:
    """Return what it costs to decide on new nominals in a graph of so many, and to decide on all of them."""
    nominals, _ = made_people(int(records / RECORDS_A_PERSON), seed=3)
    nominals = nominals.sample(frac=1.0, random_state=1, ignore_index=True)
    with _database() as connection:
        _write(connection, nominals.iloc[new:])
        (everybody, everybody_cpu), _ = _timed_both(lambda: identify(connection)), derive_people(connection)
        _write(connection, nominals.iloc[:new])
        some, some_cpu = _timed_both(lambda: identify(connection))
    note = f"{new:,} new of {len(nominals):,} nominals; other: everybody, trained anew"
    return [
        _row("increment: time", some, everybody, "s", note),
        _row("increment: processor time, server left out", some_cpu, everybody_cpu, "s", note),
    ]


def large(records: int) -> list[Row]:
    """Return the time and memory of so many nominals resolved at once, in this process."""
    nominals, truth = made_people(int(records / RECORDS_A_PERSON), seed=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    start = perf_counter()
    clusters = resolve_people(nominals).clusters
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    found = dict(zip(clusters["nominal_id"], clusters["person_id"], strict=True))
    _, _, f1 = scores(pairs_of(found), pairs_of(dict(truth)))
    note = f"{len(nominals):,} made-up nominals, training included"
    return [
        _row("large: time", seconds, None, "s", note),
        _row("large: peak memory", peak, None, "GiB", f"{note}; {before:.1f} GiB before"),
        _row("large: F1 by pairs", f1, None, "share", note),
    ]


def _apart(name: str, records: int) -> list[Row]:
    """Run a benchmark in a process of its own: one's memory is not another's."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_people", name, "--records", str(records)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    rows: list[Row] = json.loads(done.stdout.strip().splitlines()[-1])
    return rows


def _row(what: str, mine: float, other: float | None, unit: str, note: str) -> Row:
    return {
        "benchmark": "people",
        "what": what,
        "ours": round(mine, 4),
        "other": None if other is None else round(other, 4),
        "ratio": None if not other else round(mine / other, 3),
        "unit": unit,
        "note": note,
    }


def _timed_both(work: Any) -> tuple[float, float]:
    """Seconds by the clock, and of this process."""
    clock, spent = perf_counter(), process_time()
    work()
    return perf_counter() - clock, process_time() - spent


def _write(connection: Connection, nominals: pd.DataFrame) -> None:
    rows = [{**row, "touched": True} for row in to_rows(nominals)]
    for start in range(0, len(rows), 2_000):
        query = "UNWIND $rows AS row MERGE (n:Nominal {id: row.id}) SET n = row"
        connection.write(query, rows=rows[start : start + 2_000])


@contextmanager
def _database() -> Iterator[Connection]:
    chosen = Settings()
    if chosen.neo4j_uri and chosen.neo4j_password:
        with Connection(chosen.neo4j_uri, chosen.neo4j_user, chosen.neo4j_password.get_secret_value()) as connection:
            apply_schema(connection)
            empty(connection)
            yield connection
        return
    home = Path(tempfile.mkdtemp(prefix="throughline-bench-"))
    server = EmbeddedServer(home, heap="2g", jars=jars_folder(chosen))
    try:
        endpoint = server.start()
        with Connection(endpoint.uri, endpoint.user, endpoint.password()) as connection:
            apply_schema(connection)
            yield connection
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@app.command("labelled")
def _labelled() -> None:
    print(json.dumps(labelled()))


@app.command("increment")
def _increment(records: int = 50_000, new: int = 100) -> None:
    print(json.dumps(increment(records, new)))


@app.command("large")
def _large(records: int = 500_000) -> None:
    print(json.dumps(large(records)))


if __name__ == "__main__":
    app()
