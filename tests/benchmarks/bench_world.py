"""A synthetic force end to end: written, loaded into an empty graph, people and events decided, rules run."""

import resource
import tempfile
import threading
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from graph.embedded.server import EmbeddedServer, jars_folder
from graph.settings import Settings
from loaders.first_load import load_first
from loaders.pipeline import LoadReport
from queries.findings import detect
from queries.rule import load_rules
from seed.world import generate

HEAP = "1500m"
STAGES = ("read", "check", "prepare", "import", "settle", "people")


def run(sizes: tuple[str, ...] = ("small", "force")) -> list[dict[str, Any]]:
    """Return rows with benchmark, what, ours, other, ratio, unit, note: seconds by stage and memory, each world.

    other: the same figure of the world before, and ratio how many times more it is; the note says how much more data.
    """
    rows: list[dict[str, Any]] = []
    before: dict[str, float] = {}
    for size in sizes:
        figures, note = measure(size)
        for what, (figure, unit) in figures.items():
            was = before.get(what)
            rows.append(
                {
                    "benchmark": "world",
                    "what": f"{size}: {what}",
                    "ours": round(figure, 1),
                    "other": was,
                    "ratio": round(figure / was, 1) if was else None,
                    "unit": unit,
                    "note": note,
                }
            )
        before = {what: round(figure, 1) for what, (figure, _) in figures.items()}
    return rows


def measure(size: str) -> tuple[dict[str, tuple[float, str]], str]:
    """Return figure and unit by what was measured, and a note on the world."""
    figures: dict[str, tuple[float, str]] = {}
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as made:
        began = perf_counter()
        world = generate(Path(made) / "world", size=size)
        figures["seed written"] = (perf_counter() - began, "s")
        server = EmbeddedServer(Path(made) / "home", heap=HEAP, jars=jars_folder(Settings()))
        watch = ServerMemory(server)
        try:
            server.start()
            watch.start()
            began = perf_counter()
            connection, reports = load_first(server, world.extracts)
            figures["loaded, all stages"] = (perf_counter() - began, "s")
            for stage in STAGES:
                figures[f"loaded, {stage}"] = (seconds_of(reports, stage), "s")
            began = perf_counter()
            with connection:
                detected = detect(connection, load_rules())
            figures["detected, active rules"] = (perf_counter() - began, "s")
        finally:
            watch.ended = True
            server.stop()
    rows = sum(report.total.read for report in reports)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["peak memory, our process"] = (own, "MB")
    figures["peak memory, server"] = (watch.most, "MB")
    found = sum(rule.new for rule in detected.rules)
    return figures, f"{world.incidents:,} incidents, {world.deaths:,} deaths, {rows:,} rows, {found:,} findings"


def seconds_of(reports: list[LoadReport], stage: str) -> float:
    """Return the seconds of one stage over all extracts; the import, which is one for all, counts once."""
    seconds = [report.seconds.get(stage, 0.0) for report in reports]
    return max(seconds, default=0.0) if stage == "import" else sum(seconds)


class ServerMemory(threading.Thread):
    """Looks at the server's resident memory every second; most: the highest seen (MB)."""

    def __init__(self, server: EmbeddedServer) -> None:
        super().__init__(daemon=True)
        self._server = server
        self.most = 0.0
        self.ended = False

    def run(self) -> None:
        """Look until told that it has ended."""
        while not self.ended:
            self.most = max(self.most, float(self._server.status().resident_mb))
            sleep(1)
