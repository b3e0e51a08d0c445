"""Death series on worlds that nothing was tuned on: how many are found before their last death, and what else is.

A world is replayed on frames: at the end of the day before each planted series' last death was recorded, with the
versions of the rows of that day, and at the end. People are decided once, from all records. Each figure is given for
the default line and for a lower one. `python -m tests.benchmarks.bench_series 100` prints one world's account.
"""

import json
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from algorithms import series as series_module
from algorithms.series import find_series
from loaders.linkage_history import all_versions, as_known
from loaders.linkage_tables import checked_tables, from_tables, people_of
from queries.series import Linked, link_deaths
from seed.cases import SERIES_KINDS
from seed.sizes import evaluation_size
from seed.world import generate

SEEDS, BENIGN_SEEDS = tuple(range(100, 120)), tuple(range(200, 205))
INCIDENTS, DEATHS, YEARS = 12_000, 6_000, 2
FEWEST = 3
LINES = {"default line": series_module.ABOVE_CHANCE, "lower line": 3.0}
# Planted for a rule, not as a series: two deaths that do share somebody or something.
OTHERS_PLANTED = ("shared_finder", "shared_rare_substance", "near_miss_then_death")


@dataclass
class Account:
    """One world's outcome at one line. found: series -> rank on the day before its last death; planted: series -> kind
    and difficulty; false: groups of deaths that nobody linked; deaths, months: what the world covers.
    """

    planted: dict[str, tuple[str, str]]
    found: dict[str, int] = field(default_factory=dict)
    in_the_end: set[str] = field(default_factory=set)
    false: set[frozenset[str]] = field(default_factory=set)
    deaths: int = 0
    months: float = 12.0 * YEARS


def run(seeds: tuple[int, ...] = SEEDS) -> list[dict[str, Any]]:
    """Return rows with benchmark, what, ours, other, ratio, unit, note; other is the target."""
    accounts: dict[str, list[Account]] = defaultdict(list)
    for seed in seeds:
        for line, account in one_world(seed).items():
            accounts[line].append(account)
        brief = {line: _brief(each[-1]) for line, each in accounts.items()}
        print(json.dumps({"seed": seed, **brief}), file=sys.stderr, flush=True)
    rows = [row for line, each in accounts.items() for row in _rows(line, each)]
    return rows + (_benign_rows() if seeds == SEEDS else [])


def _benign_rows() -> list[dict[str, Any]]:
    """Return what is raised in worlds in which nothing is linked (fixture T12)."""
    false, deaths = Counter[str](), 0
    for seed in BENIGN_SEEDS:
        with tempfile.TemporaryDirectory(prefix="throughline-bench-") as made:
            size = evaluation_size(INCIDENTS, DEATHS, years=YEARS)
            tables = checked_tables(generate(Path(made) / "world", size=size, seed=seed, benign=True).extracts)
        linked = link_deaths(from_tables(tables, what="deaths").frames, chance=False)
        deaths += len(linked.frames)
        for line, above in LINES.items():
            count = len(linked.frames)
            false[line] += len(find_series(linked.scores, count, line=float(np.log(count)) + above))
    note = f"{len(BENIGN_SEEDS)} worlds in which nothing is linked, {deaths:,} deaths in {YEARS} years"
    what = "nothing linked: false series a year per 1,000 deaths a year"
    return [_row(line, what, false[line] / (deaths / 1000), 1.0, "series", note) for line in LINES]


def one_world(seed: int) -> dict[str, Account]:
    """Return the account of one unseen world, a line each."""
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as made:
        folder = Path(made) / "world"
        world = generate(folder, size=evaluation_size(INCIDENTS, DEATHS, years=YEARS), seed=seed)
        truth = pd.read_csv(folder / "truth.csv", dtype=str).fillna("")
        twice = pd.read_csv(folder / "truth_events.csv", dtype=str)
        versions = all_versions(world.extracts)
    true_event = dict(zip(twice["source"] + ":" + twice["event_ref"], twice["true_event"], strict=True))
    case: dict[str, set[str]] = defaultdict(set)
    for row in truth.itertuples():
        for event in filter(None, row.events.split(";")):
            case[true_event.get(event, event)].add(row.series_id)
    planted = truth[truth["kind"].isin(SERIES_KINDS) & (truth["rule"] == "")]
    planted = planted[planted["events"].str.count(";") + 1 >= FEWEST]
    person = people_of(as_known(versions, date(2100, 1, 1)))
    known_on = versions["deaths"].groupby("id")["recorded_at"].min().dt.date.to_dict()
    looks: dict[date, list[str]] = defaultdict(list)
    for row in planted.itertuples():
        last = max(known_on[event] for event in row.events.split(";") if event in known_on)
        looks[last - timedelta(days=1)].append(row.series_id)
    kinds = {row.series_id: (row.kind, row.difficulty) for row in planted.itertuples()}
    accounts = {line: Account(kinds) for line in LINES}
    final = max(known_on.values())
    for day in sorted({*looks, final}):
        linked = link_deaths(from_tables(as_known(versions, day), what="deaths", person=person).frames, chance=False)
        for line, above in LINES.items():
            _look(accounts[line], linked, above, case, true_event, looks[day], day == final)
    return accounts


def _look(
    account: Account,
    linked: Linked,
    above: float,
    case: dict[str, set[str]],
    true_event: dict[str, str],
    wanted: list[str],
    final: bool,
) -> None:
    ids = linked.frames.ids
    for rank, series in enumerate(find_series(linked.scores, len(ids), line=float(np.log(len(ids)) + above)), start=1):
        names = [str(ids[at]) for at in series.members]
        counted = Counter(id_ for name in names for id_ in case.get(true_event.get(name, name), ()))
        shared = {id_ for id_, count in counted.items() if count > 1}
        for id_ in shared & set(wanted):
            account.found.setdefault(id_, rank)
        if final:
            account.in_the_end |= shared & set(account.planted)
        of_a_series = {id_ for id_ in shared if id_.rpartition("-")[0] in (*SERIES_KINDS, *OTHERS_PLANTED)}
        if not of_a_series and not any(set(names) & known for known in account.false):
            account.false.add(frozenset(names))
    if final:
        account.deaths = len(ids)


def _brief(account: Account) -> dict[str, Any]:
    return {
        "planted": len(account.planted),
        "found": len(account.found),
        "in_the_end": len(account.in_the_end),
        "false": len(account.false),
        "deaths": account.deaths,
    }


def _rows(line: str, accounts: list[Account]) -> list[dict[str, Any]]:
    planted = Counter(kind for account in accounts for kind in account.planted.values())
    found = Counter(account.planted[id_] for account in accounts for id_ in account.found)
    ended = Counter(account.planted[id_] for account in accounts for id_ in account.in_the_end)
    ranks = [rank for account in accounts for rank in account.found.values()]
    deaths, months = sum(a.deaths for a in accounts), sum(a.months for a in accounts)
    false = sum(len(account.false) for account in accounts)
    note = f"{len(accounts)} worlds, {deaths / months * 12:,.0f} deaths a year each"
    total = sum(planted.values())
    whole = [
        ("of 3 and more, found before their last death", sum(found.values()) / total, 0.9, "share"),
        ("found by the end", sum(ended.values()) / total, None, "share"),
        ("median rank on the day before their last death", float(np.median(ranks)) if ranks else None, None, "rank"),
        ("false series a month", false / months, 1.0, "series"),
        ("false series a year per 1,000 deaths a year", false / (deaths / 1000), 1.0, "series"),
    ]
    note = f"{note}; {total} series planted"
    rows = [_row(line, what, ours, target, unit, note) for what, ours, target, unit in whole]
    for both in sorted(planted):
        share = found[both] / planted[both]
        what = f"{both[0].replace('_', ' ')}, {both[1]}: found before their last death"
        note = f"{found[both]} of {planted[both]}; {ended[both]} by the end"
        rows.append(_row(line, what, share, None, "share", note))
    return rows


def _row(line: str, what: str, ours: float | None, target: float | None, unit: str, note: str) -> dict[str, Any]:
    return {
        "benchmark": "series",
        "what": f"{line}: {what}",
        "ours": None if ours is None else round(ours, 3),
        "other": target,
        "ratio": None if ours is None or not target else round(ours / target, 2),
        "unit": unit,
        "note": note,
    }


if __name__ == "__main__":
    print(json.dumps(run(tuple(map(int, sys.argv[1:])) or SEEDS), indent=1))
