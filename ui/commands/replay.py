"""throughline replay: what would have come up, and on which day"""

import csv
import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TextIO

import typer

from graph.errors import ThroughlineError
from loaders.replay_steps import read_recorded
from ui.output import Bars, out, print_json, print_table, say
from ui.replaying import ReplayRow, ReplayStep, check_covered, check_period, scratch_graph
from ui.replaying import replay as run_replay

COLUMNS = tuple(field.name for field in fields(ReplayRow))


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command()(replay)


def replay(
    extracts: list[Path] = typer.Argument(..., metavar="EXTRACT...", help="folders with manifest.yml and tables"),
    from_: str = typer.Option(..., "--from", metavar="DAY", help="first day, as 2026-03-01"),
    to: str = typer.Option(..., "--to", metavar="DAY", help="last day"),
    every: str = typer.Option("1d", "--every", help="length of a step in days or weeks, as 1d or 1w"),
    out_file: Path = typer.Option(Path("replay.csv"), "--out", metavar="FILE", help="the CSV to write"),
    mapping: str | None = typer.Option(None, help="a mapping of loaders/mappings, for a foreign layout"),
    experimental: bool = typer.Option(False, "--experimental", help="experimental rules too"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout as well"),
) -> None:
    """Load extracts as they were recorded, day by day, into a scratch graph, and write what was found on which day.

    A row counts from its recorded_at on. What was recorded before the first day is loaded first, in one step. Your own
    graph is not touched. The file has one row an event of a finding that is new, or gained an event, that day.
    """
    start, end, length = _day(from_, "--from"), _day(to, "--to"), _length(every)
    check_period(start, end, length)
    steps: list[ReplayStep] = []
    with Bars() as bars:
        bars.stage("Reading the extracts", None)
        read = read_recorded(extracts, mapping)
        check_covered(read, start, end)
        with _open(out_file) as stream:
            lines = csv.writer(stream, lineterminator="\n")
            lines.writerow(COLUMNS)
            with scratch_graph() as connection:
                for step in run_replay(
                    connection, read, start, end, every=length, experimental=experimental, progress=bars
                ):
                    lines.writerows(_cells(row) for row in step.rows)
                    stream.flush()
                    steps.append(step)
    if as_json:
        print_json({"from": start, "to": end, "every_days": length, "unreadable": read.unreadable, "steps": steps})
    else:
        _show(steps, out_file, read.unreadable)
    if any(step.failed for step in steps):
        raise typer.Exit(1)


def _show(steps: list[ReplayStep], out_file: Path, unreadable: int) -> None:
    print_table(
        "Replay",
        ["day", "recorded", "rejected", "findings", "new or grown", "seconds"],
        [
            (
                f"before {step.day}" if step.before else step.day,
                step.recorded,
                step.rejected,
                step.findings,
                len({row.finding for row in step.rows}),
                f"{sum(step.seconds.values()):.1f}",
            )
            for step in steps
            if step.recorded or step.rejected or step.rows or step.before
        ],
        empty="nothing was recorded on any of these days",
    )
    for step in steps:
        for name, problem in step.failed.items():
            say(f"{step.day}: {name} failed, its findings stay as they were: {problem}")
    if unreadable:
        say(f"{unreadable:,} lines could not be read and are in no step: `throughline load` names them")
    rows = [row for step in steps for row in step.rows]
    out.print(f"{len(rows):,} rows on {len({row.day for row in rows}):,} days written to {out_file}", highlight=False)


def _cells(row: ReplayRow) -> list[str]:
    score = "" if row.score is None else f"{row.score:.3f}"
    values = (row.day, row.event, row.finding, row.rule, row.rank, row.rank_overall, score, str(row.new).lower())
    return [str(value) for value in values]


def _day(text: str, option: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ThroughlineError(f"{option} {text}: write the day as year-month-day, as in 2026-03-01")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ThroughlineError(f"{option} {text}: there is no such day") from None


def _length(text: str) -> int:
    found = re.fullmatch(r"([1-9]\d{0,3})([dw])", text)
    if found is None:
        raise ThroughlineError(f"--every {text}: write days or weeks, as in 1d, 7d or 1w")
    return int(found[1]) * (7 if found[2] == "w" else 1)


def _open(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        why = error.strerror or str(error)
        raise ThroughlineError(f"{path} cannot be written: {why}. Name a file in a folder that is there.") from None
