"""What screens and commands may ask about places and deaths in numbers. Screens and commands hold no Cypher."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from algorithms.place_monitoring import Monitoring, MonitoringSettings, monitor_places, month_name
from algorithms.reporting.death_tables import DeathReport, death_report
from algorithms.space_time_scan import ScanSettings, space_time_clusters
from graph import death_reader
from graph.connection import Connection
from graph.errors import ThroughlineError

EPOCH = date(1970, 1, 1)
MOST_MONTHS = 120
# Placed by area or on purpose elsewhere: such a point makes no cluster.
IMPRECISE = ("displaced", "area")


@dataclass(frozen=True)
class PlaceView:
    """One place: its row beside its peers, chart by month, alarms and data quality, as plain rows."""

    place: dict[str, Any]
    chart: list[dict[str, Any]]
    alarms: list[dict[str, Any]]
    quality: dict[str, Any]
    first_month: str
    watched_from: str
    last_month: str


@dataclass(frozen=True)
class ScanView:
    """Clusters of a scan. events: how many were scanned; left_out: how many had no day or no sound place."""

    what: str
    first_day: date | None
    last_day: date | None
    events: int
    left_out: int
    trials: int
    clusters: list[dict[str, Any]]


def monitoring(
    connection: Connection, *, place_type: str | None = None, settings: MonitoringSettings | None = None
) -> Monitoring:
    """Return the monitoring of all watched places, or of those of one type.

    Months run from the first death known to the last month that is over for every source of deaths that still sends.
    Raises ThroughlineError when the type is unknown or the deaths reach back too little.
    """
    chosen = settings or MonitoringSettings()
    types = death_reader.WATCHED_TYPES
    if place_type is not None and place_type not in types:
        near = difflib.get_close_matches(place_type, types, 1)
        raise ThroughlineError(
            f"places of type {place_type} are not watched: these are: {', '.join(types)}"
            + (f". Did you mean {near[0]}?" if near else "")
        )
    deaths, _ = death_reader.death_frames(connection)
    deaths = deaths[~deaths["near_miss"] & deaths["day"].notna()]
    places = death_reader.places(connection, [place_type] if place_type else types)
    if not len(deaths) or not len(places):
        raise ThroughlineError("no place to watch: load deaths at places with a place_type such as care_home")
    first, last = _months(connection, deaths, chosen)
    return monitor_places(deaths, places, first_month=first, last_month=last, settings=chosen)


def place_view(connection: Connection, place: str) -> PlaceView:
    """Return one place, by its id or its name. Raises ThroughlineError, with the near misses, when there is none."""
    return view_of(monitoring(connection), place)


def view_of(found: Monitoring, place: str) -> PlaceView:
    """Return one place of a monitoring, by its id or its name. Raises ThroughlineError, with the near misses."""
    rows = found.summary[(found.summary["place_id"] == place) | (found.summary["name"].str.lower() == place.lower())]
    if len(rows) != 1:
        raise ThroughlineError(_not_one(found.summary, rows, place))
    place_id = rows.iloc[0]["place_id"]

    def of_place(frame: pd.DataFrame) -> list[dict[str, Any]]:
        return plain_rows(frame[frame["place_id"] == place_id].drop(columns=["place_id"]))

    return PlaceView(
        plain_rows(rows)[0],
        of_place(found.chart),
        of_place(found.alarms),
        of_place(found.quality)[0],
        found.first_month,
        found.watched_from,
        found.last_month,
    )


def scan(
    connection: Connection,
    *,
    near_misses: bool = False,
    days: int = 730,
    settings: ScanSettings | None = None,
    progress: Callable[[int], object] | None = None,
) -> ScanView:
    """Return clusters in place and time of deaths, or of near misses, in the newest so many days."""
    chosen = settings or ScanSettings()
    deaths, _ = death_reader.death_frames(connection)
    events = death_reader.near_miss_frame(connection, deaths) if near_misses else deaths[~deaths["near_miss"]]
    events = events.drop_duplicates("event_id")
    newest = events["day"].max()
    if pd.isna(newest):
        return ScanView(_what(near_misses), None, None, 0, len(events), chosen.trials, [])
    events = events[events["day"].isna() | (events["day"] > newest - days)]
    sound = events["day"].notna() & events["latitude"].notna() & ~events["precision"].isin(IMPRECISE)
    # A day that is known to a month only belongs to no week.
    sound &= events["span_days"].fillna(0) <= chosen.step_days
    used = events[sound]
    clusters = plain_rows(space_time_clusters(used, chosen, progress))
    for cluster in clusters:
        cluster["first_day"], cluster["last_day"] = as_date(cluster["first_day"]), as_date(cluster["last_day"])
    first, last = (None, None) if used.empty else (as_date(used["day"].min()), as_date(used["day"].max()))
    return ScanView(_what(near_misses), first, last, len(used), int((~sound).sum()), chosen.trials, clusters)


def report_deaths(
    connection: Connection,
    *,
    first: date,
    last: date,
    hide_below: int | None = 5,
    series: pd.DataFrame | None = None,
) -> DeathReport:
    """Return the tables of a report on the deaths of a period, both days included.

    hide_below: counts from 1 to below this are hidden, with as many others as are needed for none to be worked out;
    None shows all. series: series considered, with decisions and reasons; see death_report.
    Raises ThroughlineError when the period is the wrong way round.
    """
    if last < first:
        raise ThroughlineError(f"--from {first} is after --to {last}: give the earlier day first")
    deaths, records = death_reader.death_frames(connection)
    return death_report(
        deaths,
        records,
        death_reader.sources(connection),
        death_reader.places(connection),
        first_day=(first - EPOCH).days,
        last_day=(last - EPOCH).days,
        hide_below=hide_below,
        series=series,
    )


def write_report(report: DeathReport, folder: Path) -> list[Path]:
    """Write one CSV a table and run.json into a folder, and return what was written.

    Raises ThroughlineError when the folder holds something else than an earlier report.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "run.json").exists())):
        raise ThroughlineError(f"{folder} is not empty and holds no earlier report: name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob("*.csv"):
        earlier.unlink()
    written = []
    for name, table in report.tables.items():
        written.append(folder / f"{name}.csv")
        table.to_csv(written[-1], index=False, lineterminator="\n")
    written.append(folder / "run.json")
    written[-1].write_text(report.run_json(), encoding="utf-8")
    return written


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as mappings of plain values; missing ones are None."""
    rows = frame.astype(object).to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def as_date(day: int) -> date:
    """Return days since 1970-01-01 as a date."""
    return EPOCH + timedelta(days=int(day))


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | dict):
        return value
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if hasattr(value, "item") else value


def _months(connection: Connection, deaths: pd.DataFrame, chosen: MonitoringSettings) -> tuple[int, int]:
    days = sorted(deaths["day"])
    # A single old death, recorded late, must not stretch the past over years in which nobody reported.
    first_day = int(days[len(days) // 200])
    told = death_reader.sources(connection)
    ends = [_end(row) for row in told[told["deaths"] > 0].to_dict("records")]
    newest = max((end for end in ends if end is not None), default=as_date(days[-1]))
    # A source that has been silent for half a year is not waited for: its silence shows under data quality.
    sending = [end for end in ends if end is not None and (newest - end).days <= 183]
    last_day = min(sending, default=as_date(days[-1]))
    first = as_date(first_day)
    first_month = (first.year - 1970) * 12 + first.month - 1 + (first.day > 7)
    over = last_day + timedelta(days=1)
    last_month = (over.year - 1970) * 12 + over.month - 2
    first_month = max(first_month, last_month - MOST_MONTHS + 1)
    months = last_month - first_month + 1
    if months < chosen.monitored_months + 12:
        raise ThroughlineError(
            f"deaths are known for {max(months, 0)} whole months, up to {month_name(last_month)}: "
            f"{chosen.monitored_months} are watched, and 12 before them are needed to compare with. Load older extracts"
        )
    return first_month, last_month


def _end(row: dict[Any, Any]) -> date | None:
    """Return the last day that a source says it covers, else the day of its newest extract."""
    covers, extracted = row["covers_to"], row["extracted_at"]
    if covers is not None and covers == covers:
        return covers.date() if isinstance(covers, datetime) else covers
    return extracted.date() if isinstance(extracted, datetime) and extracted == extracted else None


def _not_one(summary: pd.DataFrame, rows: pd.DataFrame, place: str) -> str:
    if len(rows):
        return f"{len(rows)} places are named {place}: name one by its id: {', '.join(sorted(rows['place_id']))}"
    names = {str(name).lower(): str(name) for name in [*summary["name"], *summary["place_id"]]}
    near = [names[name] for name in difflib.get_close_matches(place.lower(), names, 3)]
    return f"no watched place {place}: `throughline places list` shows them" + (
        f". Did you mean {' or '.join(near)}?" if near else ""
    )


def _what(near_misses: bool) -> str:
    return "near misses" if near_misses else "deaths"
