"""Run a rule's cases again whenever one of its files is saved."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.cases import CaseResult, run_cases
from queries.rule import read_rule

WAIT_S = 0.5
# Results, or what makes the files unreadable: half written is no reason to stop, since the next save may mend it.
Outcome = list[CaseResult] | str


def watch(connection: Connection, path: Path, wait: Callable[[], None] = lambda: sleep(WAIT_S)) -> Iterator[Outcome]:
    """Yield what came of a rule's cases: at once, and after each save of its query or its cases. Never ends by itself.

    connection: to an empty scratch graph. wait: called between two looks at the files.
    """
    seen: tuple[float, ...] | None = None
    while True:
        files = (path, path.with_suffix(".cases.yml"))
        now = tuple(file.stat().st_mtime_ns if file.exists() else 0.0 for file in files)
        if now != seen:
            seen = now
            try:
                yield list(run_cases(connection, read_rule(path)))
            except ThroughlineError as error:
                yield str(error)
        wait()
