"""Linked series of deaths: scored, grouped, followed from run to run, and kept as findings like a rule's."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd
from graphdatascience import GraphDataScience

from algorithms.bayes_factors import Scores, score_pairs
from algorithms.chance import Chance, series_by_chance
from algorithms.gds import leiden
from algorithms.lineage import Step, follow
from algorithms.linkage_frames import LinkageFrames
from algorithms.linkage_model import LinkageModel, default_model
from algorithms.linkage_records import LinkageRecords, assemble
from algorithms.pair_features import candidates
from algorithms.series import RESOLUTION, Communities, Series, default_line, find_series
from algorithms.unlinked import Unlinked, measure_unlinked
from graph.connection import Connection
from graph.linkage_reader import linkage_frames
from queries.keep import FoundRow, Kept, keep_findings
from queries.rule_model import Anchor, Rule
from queries.series_words import because, chance_words, gaps

log = logging.getLogger(__name__)
EPOCH = date(1970, 1, 1)
DAYS_A_YEAR = 365.25

SERIES = Rule(
    id="linked_series",
    version=1,
    status="active",
    title="Deaths that may be linked",
    question="Do these deaths, each looked at alone, belong together?",
    description=(
        "Every two deaths that share somebody or something, or lie near each other, are weighed: what they share, how "
        "rare that is among all deaths loaded, and what speaks against it. Deaths that hang together by links above "
        "the line are one series. The strength is a natural logarithm: 2.3 more is ten times more telling. It is no "
        "probability that a crime was committed. See docs/linkage.md."
    ),
    anchor=Anchor("Death", "first_death", 2),
    identity={"series": ("series",)},
    about={"Death": ("deaths",)},
    evidence={"Incident": ("deaths",), "Person": ("people",)},
    strength="score",
    explain="{count} deaths over {span_days} days ({gaps_days} days apart). Strongest: {strongest} {chance}.",
    could_be_wrong=(
        "Deaths in one family, household or home have people, places and times in common for good reasons.",
        "A neighbour, warden or worker is at more than one death because of where they live or work.",
        "Two people of one name were taken for one person, or one death was recorded twice and not yet joined.",
        "A wave of one drug in one town looks like a series; it goes to public health all the same.",
    ),
    action="Read the investigations side by side; ask of each what the other would have made of it, and who was told.",
    history={1: "first version"},
    query="/* --- computed by algorithms/series.py from all deaths, not by a query --- */",
    path=Path(__file__),
    pack="deaths",
    references=("domain.md 1", "docs/linkage.md"),
)


@dataclass(frozen=True)
class Linked:
    """What linkage came to. series: strongest first; line: the log Bayes factor from which a pair counts as linked."""

    frames: LinkageFrames
    scores: Scores
    unlinked: Unlinked
    series: list[Series]
    line: float
    chance: Chance


def link_deaths(
    frames: LinkageFrames,
    *,
    model: LinkageModel | None = None,
    communities: Communities | None = None,
    line: float | None = None,
    chance: bool = True,
) -> Linked:
    """Return the series among deaths. chance: whether to ask what chance alone gives, which takes most of the time."""
    model = model or default_model("deaths")
    pairs = candidates(frames)
    unlinked = measure_unlinked(frames, pairs.ties)
    scores = score_pairs(frames, pairs, model, unlinked)
    line = default_line(len(frames)) if line is None else line
    series = find_series(scores, len(frames), communities, line=line)
    years = Chance(np.zeros(0), 1.0)
    if chance and series:
        years = series_by_chance(frames, model, unlinked, line)
    return Linked(frames, scores, unlinked, series, line, years)


def read_deaths(connection: Connection) -> tuple[LinkageFrames, pd.DataFrame]:
    """Return the graph's deaths as linkage compares them, and the records: record, event, recorded_at."""
    read = linkage_frames(connection)
    deaths = read.pop("deaths")
    day, span = (pd.to_numeric(deaths[name]).astype("float64") for name in ("day", "span"))
    born = [_years(low, high) for low, high in zip(deaths["born_from"], deaths["born_to"], strict=True)]
    records = deaths.assign(
        event=deaths["event_id"],
        low_day=day - np.floor(span / 2),
        high_day=day + np.ceil(span / 2) + 1,
        sex=deaths["sex"].where(deaths["sex"] != "U"),
        age=day / DAYS_A_YEAR - np.array(born, dtype=float),
        substances=deaths["substances"].map(lambda found: found or None),
    )
    return assemble(LinkageRecords(records=records, **read)), records[["record", "event", "recorded_at"]]


def detect_series(connection: Connection, as_of: datetime) -> tuple[Kept, float] | None:
    """Find the series of the graph and keep them as findings; return what changed and the seconds it took.

    None where there are no two deaths, and no series was ever found.
    """
    began = monotonic()
    frames, records = read_deaths(connection)
    if len(frames) < 2:
        if not _before(connection):
            return None
        return connection.write_in_one(partial(keep_findings, rule=SERIES, rows=[], as_of=as_of)), monotonic() - began
    linked = link_deaths(frames, communities=partial(communities_of, connection))
    before = _before(connection)
    rows = [FoundRow(row, {"line": round(linked.line, 3)}) for row in series_rows(linked, records, before, as_of)]
    kept = connection.write_in_one(partial(keep_findings, rule=SERIES, rows=rows, as_of=as_of))
    log.info("series: %d deaths, %d pairs, %d series", len(frames), len(linked.scores.a), len(linked.series))
    return kept, monotonic() - began


def communities_of(connection: Connection, links: pd.DataFrame) -> dict[int, int]:
    """Return the communities of linked pairs, by Leiden on the server."""
    if links.empty:
        return {}
    client = GraphDataScience(
        connection.uri, auth=connection.credentials(), database=connection.database, arrow=False, show_progress=False
    )
    try:
        return leiden(client, links, resolution=RESOLUTION)
    finally:
        client.close()


def series_rows(
    linked: Linked, records: pd.DataFrame, before: Mapping[str, dict[str, Any]], as_of: datetime
) -> list[dict[str, Any]]:
    """Return one row a series as a rule would: identity, evidence and columns.

    before: id -> columns of the series known until now; a series goes on under its id, and its history grows.
    """
    members = {id_: frozenset(row["deaths"]) for id_, row in before.items()}
    named = [frozenset(str(linked.frames.ids[at]) for at in series.members) for series in linked.series]
    steps = {step.members: step for step in follow(members, named, "series:{}") if step.what not in ("ended",)}
    told = pd.DataFrame({"event": records["event"], "on": records["recorded_at"].map(_day_of).to_numpy()})
    recorded = {str(event): on for event, on in told.dropna().groupby("event")["on"].min().items()}
    rows = []
    for rank, (series, own) in enumerate(zip(linked.series, named, strict=True), start=1):
        rows.append(_row(linked, series, steps[own], before.get(steps[own].id), recorded, rank, as_of))
    return rows


def _row(
    linked: Linked,
    series: Series,
    step: Step,
    old: Mapping[str, Any] | None,
    recorded: Mapping[str, date],
    rank: int,
    as_of: datetime,
) -> dict[str, Any]:
    frames, scores = linked.frames, linked.scores
    ids = frames.ids
    low, high = frames.days
    day = {str(ids[at]): int((low[at] + high[at]) // 2) if np.isfinite(low[at]) else 0 for at in series.members}
    order = sorted(day, key=lambda event: (day[event], event))
    joined = _joined(order, recorded, old, as_of)
    strongest = max(series.pairs, key=lambda row: (scores.total[row], -row))
    best = because(frames, scores, linked.unlinked, strongest)[:2]
    pairs = [
        {
            "a": str(ids[scores.a[row]]),
            "b": str(ids[scores.b[row]]),
            "log_bayes_factor": round(float(scores.total[row]), 3),
            "contributions": because(frames, scores, linked.unlinked, row),
        }
        for row in sorted(series.pairs, key=lambda row: (-scores.total[row], row))
    ]
    shared = scores.ties[scores.ties["pair"].isin(series.pairs)]
    people = sorted({entity for entity in shared["entity"] if entity.startswith("person:") and "|" not in entity})
    a_year, least, most = linked.chance.expected(series.score)
    expected = {"a_year": round(a_year, 4), "low": round(least, 4), "high": round(most, 4)}
    return {
        "series": step.id,
        "first_death": order[0],
        "deaths": order,
        "people": people,
        "count": len(order),
        "span_days": day[order[-1]] - day[order[0]],
        "gaps_days": gaps(list(day.values())),
        "first_on": (EPOCH + timedelta(days=day[order[0]])).isoformat(),
        "last_on": (EPOCH + timedelta(days=day[order[-1]])).isoformat(),
        "score": round(series.score, 3),
        "rank": rank,
        "strongest": " ".join(part["says"] for part in best),
        "chance": chance_words(expected),
        "expected_by_chance": expected["a_year"],
        "expected": expected,
        "members": [
            {"death": event, "on": (EPOCH + timedelta(days=day[event])).isoformat(), "joined_on": joined[event]}
            for event in order
        ],
        "pairs": pairs,
        "history": [*(old or {}).get("history", []), *_history(step, as_of)],
    }


def _joined(
    order: list[str], recorded: Mapping[str, date], old: Mapping[str, Any] | None, as_of: datetime
) -> dict[str, str]:
    """Return when each death joined: as kept, else today, or for a new series when two of it had been recorded."""
    if old is not None:
        kept = {member["death"]: member["joined_on"] for member in old["members"]}
        return {event: kept.get(event, as_of.date().isoformat()) for event in order}
    days = {event: recorded.get(event, as_of.date()) for event in order}
    second = sorted(days.values())[min(1, len(days) - 1)]
    return {event: max(days[event], second).isoformat() for event in order}


def _history(step: Step, as_of: datetime) -> list[dict[str, Any]]:
    if step.what == "same":
        return []
    return [
        {
            "on": as_of.date().isoformat(),
            "what": step.what,
            "joined": sorted(step.joined),
            "left": sorted(step.left),
            "others": list(step.others),
        }
    ]


def _before(connection: Connection) -> dict[str, dict[str, Any]]:
    rows = connection.read("MATCH (f:Finding {rule: $rule}) RETURN f.columns AS columns", rule=SERIES.id)
    columns = [json.loads(row["columns"]) for row in rows]
    return {row["series"]: row for row in columns}


def _years(low: Any, high: Any) -> float:
    """Return the year of birth with its fraction, in years since 1970; the middle of what the records allow."""
    ends = [(end.to_native() if hasattr(end, "to_native") else end) for end in (low, high) if end is not None]
    if not ends:
        return float("nan")
    return float(np.mean([(end - EPOCH).days for end in ends])) / DAYS_A_YEAR


def _day_of(moment: Any) -> date | None:
    if moment is None:
        return None
    native: datetime = moment.to_native() if hasattr(moment, "to_native") else moment
    return native.date()
