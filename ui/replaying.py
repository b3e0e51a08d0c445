"""Replay: load extracts day by day as they were recorded, detect after each day, and note what came up when."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from graph.bulk import is_empty
from graph.connection import Connection
from graph.embedded.server import EmbeddedServer, jars_folder
from graph.errors import ThroughlineError
from graph.settings import settings
from loaders.pipeline import load
from loaders.progress import Progress
from loaders.replay_steps import ReplayExtracts, end_of, read_recorded, write_step
from queries.findings import DetectReport, Finding, detect, list_findings
from queries.overrides import Overrides, read_overrides
from queries.rule import load_rules
from queries.rule_model import Rule
from ui.session import start as start_server

HEAP, SCRATCH = "2g", "throughline-replay-"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class ReplayRow:
    """One event of a finding that is new, or gained an event, on a day.

    event: `source:ref`, empty where a finding rests on no event. rank: of the finding among those of its rule that day,
    rank_overall: in the whole list of that day. new: the finding is there for the first time, or the event joined it.
    """

    day: date
    event: str
    finding: str
    rule: str
    rank: int
    rank_overall: int
    score: float | None
    new: bool


@dataclass(frozen=True)
class ReplayStep:
    """What became known on a day, and what was found. before: all that was known before the first day, in one step.

    recorded, rejected, released: rows; findings: that stand at its end. failed: rule -> why. seconds: load, detect.
    """

    day: date
    recorded: int
    rejected: int
    released: int
    findings: int
    rows: list[ReplayRow]
    failed: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    before: bool = False


def replay(
    connection: Connection,
    extracts: Sequence[Path] | ReplayExtracts,
    start: date,
    end: date,
    *,
    every: int = 1,
    mapping: str | None = None,
    experimental: bool = False,
    rules: Mapping[str, Rule] | None = None,
    overrides: Overrides | Mapping[str, Mapping[str, Any]] | None = None,
    progress: Progress | None = None,
) -> Iterator[ReplayStep]:
    """Load extracts into an empty graph as they were recorded, from `start` to `end`, and yield a step for each day.

    every: days a step. What was recorded before `start` is loaded first, in one step of which no row is told. Days are
    of UTC; on one of which nothing was recorded only rules run that time alone changes, and where there is none the day
    is no step. rules, overrides, experimental: as of `queries.findings.detect`. The graph is left as it is at the end.
    Raises ThroughlineError for days the wrong way round, a graph that is not empty, an extract that cannot be read, or
    a period in which the extracts hold nothing.
    """
    check_period(start, end, every)
    if not is_empty(connection):
        raise ThroughlineError("a replay needs an empty graph of its own: this one holds records")
    read = extracts if isinstance(extracts, ReplayExtracts) else read_recorded(extracts, mapping)
    check_covered(read, start, end)
    every_rule = load_rules() if rules is None else rules
    work = _Replay(connection, read, every_rule, overrides, experimental)
    days = [min(day + (every - 1) * DAY, end) for day in _days(start, end, every)]
    advance = progress.stage("Replaying, day by day", len(days) + 1) if progress is not None else lambda _: None
    if (before := work.step(None, start - DAY)) is not None:
        yield before
    advance(1)
    for first, last in zip(_days(start, end, every), days, strict=True):
        if (step := work.step(first, last)) is not None:
            yield step
        advance(1)


def check_period(start: date, end: date, every: int = 1) -> None:
    """Raise ThroughlineError where a period ends before it begins, or has steps of no length."""
    if end < start:
        raise ThroughlineError(f"the period ends before it begins: {start} to {end}. Swap --from and --to.")
    if every < 1:
        raise ThroughlineError(f"a step of {every} days: take 1 day or more")


def check_covered(read: ReplayExtracts, start: date, end: date) -> None:
    """Raise ThroughlineError where the extracts hold nothing that was recorded in the period."""
    if not read.rows:
        raise ThroughlineError("the extracts hold no rows, so there is nothing to replay")
    first, last = min(read.rows), max(read.rows)
    if end < first or start > last:
        raise ThroughlineError(
            f"nothing was recorded from {start} to {end}: the rows of these extracts were recorded from {first} to "
            f"{last} (by recorded_at, or extracted_at where a row has none)"
        )


@contextmanager
def scratch_graph() -> Iterator[Connection]:
    """Yield an empty graph on a server of its own, which goes with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH))
    server = EmbeddedServer(folder / "server", heap=HEAP, jars=jars_folder(settings()))
    try:
        with start_server(server) as connection:
            yield connection
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class _Replay:
    def __init__(
        self,
        connection: Connection,
        read: ReplayExtracts,
        rules: Mapping[str, Rule],
        overrides: Overrides | Mapping[str, Mapping[str, Any]] | None,
        experimental: bool,
    ) -> None:
        self._connection, self._read, self._rules = connection, read, rules
        self._overrides = read_overrides(rules) if overrides is None else overrides
        self._experimental = experimental
        off = self._overrides.switched_off if isinstance(self._overrides, Overrides) else {}
        running = ("active", "experimental") if experimental else ("active",)
        self._daily = [r.id for r in rules.values() if r.daily and r.status in running and r.id not in off]
        self._seen: dict[str, set[str]] = {}

    def step(self, first: date | None, last: date) -> ReplayStep | None:
        """Return what one step brought; None where nothing was recorded and no rule depends on the day alone."""
        recorded = self._read.rows_from(first, last)
        if recorded is None and (first is None or not self._daily):
            return None
        began = monotonic()
        rejected, released = self._load(first, last) if recorded is not None else (0, 0)
        loaded = monotonic()
        report = self._detect(last, everything=recorded is not None)
        listed = list_findings(self._connection)
        rows = self._rows(last, listed)
        seconds = {"load": round(loaded - began, 2), "detect": round(monotonic() - loaded, 2)}
        shown = [] if first is None else rows
        return ReplayStep(
            last, recorded or 0, rejected, released, len(listed), shown, report.failed, seconds, first is None
        )

    def _load(self, first: date | None, last: date) -> tuple[int, int]:
        rejected = released = 0
        with tempfile.TemporaryDirectory(prefix="throughline-step-") as folder:
            for path in write_step(self._read, first, last, Path(folder)):
                # What a full extract took out of the graph in life was taken out with somebody's leave.
                report = load(self._connection, path, accept_removals=True)
                rejected, released = rejected + report.total.rejected, released + report.released
        return rejected, released

    def _detect(self, day: date, *, everything: bool) -> DetectReport:
        return detect(
            self._connection,
            self._rules,
            rule_ids=None if everything else self._daily,
            as_of=end_of(day),
            overrides=self._overrides,
            experimental=self._experimental,
            nightly=everything,
        )

    def _rows(self, day: date, listed: Sequence[Finding]) -> list[ReplayRow]:
        ranks: dict[str, int] = {}
        rows = []
        for overall, finding in enumerate(listed, start=1):
            rank = ranks[finding.rule] = ranks.get(finding.rule, 0) + 1
            events = events_of(finding) or {""}
            seen = self._seen.setdefault(finding.id, set())
            fresh = events - seen
            seen |= events
            for event in sorted(events) if fresh else ():
                row = (event, finding.id, finding.rule, rank, overall, finding.strength, event in fresh)
                rows.append(ReplayRow(day, *row))
        return rows


def events_of(finding: Finding) -> set[str]:
    """Return the events that a finding is about or rests on, as `source:ref`."""
    labels = ("Incident", "Death")
    return {id_ for group in (finding.about, finding.evidence) for label in labels for id_ in group.get(label, ())}


def _days(start: date, end: date, every: int) -> list[date]:
    return [start + n * DAY for n in range(0, (end - start).days + 1, every)]
