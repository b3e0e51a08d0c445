"""Measure rules on seed worlds: write a world, load it on a server of its own, run every rule, remove it all again."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graph.connection import Connection
from graph.embedded.server import EmbeddedServer, jars_folder
from graph.settings import settings
from loaders.pipeline import load
from queries.measure import World, keep_figures, measure_background, measure_planted, read_truth
from queries.rule_model import Rule
from seed.world import generate
from ui.output import say
from ui.session import start

# Not those of the demo (1) nor of any world that was looked at while a rule was written.
SEED, BENIGN_SEED = 8191, 8209
HEAP = "2g"


def measure(
    rules: Mapping[str, Rule], size: str = "small", seed: int = SEED, benign_seed: int = BENIGN_SEED
) -> dict[str, dict[str, Any]]:
    """Measure every rule that is no draft on a planted and a benign world, keep the figures and return them by rule."""
    chosen = [rule for rule in rules.values() if rule.status != "draft"]
    figures: dict[str, dict[str, Any]] = {}
    held = (0, 0)
    for benign in (False, True):
        with _world(size, benign_seed if benign else seed, benign) as (connection, folder, counts):
            if not benign:
                held, truth = counts, read_truth(folder / "truth.csv")
            for rule in chosen:
                say(f"{rule.id} on the {'benign' if benign else 'planted'} world")
                found = measure_background(connection, rule) if benign else measure_planted(connection, rule, truth)
                figures[rule.id] = {**figures.get(rule.id, {}), **found}
    keep_figures(rules.values(), World(size, seed, benign_seed, *held), figures)
    return figures


@contextmanager
def _world(size: str, seed: int, benign: bool) -> Iterator[tuple[Connection, Path, tuple[int, int]]]:
    folder = Path(tempfile.mkdtemp(prefix="throughline-measure-"))
    server = EmbeddedServer(folder / "server", heap=HEAP, jars=jars_folder(settings()))
    try:
        say(f"writing the {size} world, seed {seed}{', benign' if benign else ''}")
        report = generate(folder / "world", size=size, seed=seed, benign=benign)
        with start(server) as connection:
            for extract in report.extracts:
                say(f"loading {extract.name}")
                load(connection, extract)
            yield connection, folder / "world", (report.incidents, report.deaths)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
