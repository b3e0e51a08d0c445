"""The tables of the analytical report on deaths: frames in, one frame a table out, the same for the same inputs."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from algorithms.reporting.death_columns import AGE_BANDS, CHECKS, LATENESS, QUESTIONS, SETTINGS, TABLES
from algorithms.reporting.small_numbers import BoolArray, Sum, hide_small

# Raised when the same inputs would give other tables: it is part of the run id.
FORMAT = 1
UNKNOWN = "unknown"
EPOCH = date(1970, 1, 1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Answers to one question add up to all deaths; several questions in one table do not.
PER_QUESTION = {"checks": "check", "procedure": "question"}
_SETTING_OF = {kind: setting for setting, kinds in SETTINGS.items() for kind in kinds}


@dataclass(frozen=True)
class DeathReport:
    """Tables by name (see death_columns.TABLES), with what they were made from.

    run_id: sha256 over the inputs and parameters; equal ids have equal tables.
    """

    run_id: str
    parameters: dict[str, Any]
    inputs: dict[str, str]
    tables: dict[str, pd.DataFrame]

    def run_json(self) -> str:
        """Return what a later run is compared with: id, parameters, fingerprints of inputs, meaning of each column."""
        return (
            json.dumps(
                {
                    "run_id": self.run_id,
                    "format": FORMAT,
                    "parameters": self.parameters,
                    "inputs": self.inputs,
                    "tables": {
                        name: {"says": TABLES[name].says, "rows": len(table), "columns": TABLES[name].columns}
                        for name, table in self.tables.items()
                    },
                },
                indent=2,
            )
            + "\n"
        )


def death_report(
    deaths: pd.DataFrame,
    records: pd.DataFrame,
    sources: pd.DataFrame,
    places: pd.DataFrame,
    *,
    first_day: int,
    last_day: int,
    hide_below: int | None = 5,
    series: pd.DataFrame | None = None,
) -> DeathReport:
    """Return the tables about deaths of a period.

    deaths: one row a death or near miss (columns of graph.death_reader.DEATH_COLUMNS). records: one row a source's
    record of one. sources: one row a source. places: place_id and name of those named in by_place.
    first_day, last_day: the period, both included (days since 1970-01-01).
    hide_below: counts from 1 to below this are hidden, with others so that none can be worked out; None hides nothing.
    series: series considered; columns series, title, deaths, decision, reason, decided_on; what is absent is empty.
    Raises ValueError if the period is the wrong way round or hide_below is 1 or less.
    """
    if last_day < first_day:
        raise ValueError(f"the period ends on day {last_day}, before it starts on day {first_day}")
    parameters = {"first_day": first_day, "last_day": last_day, "hide_below": hide_below}
    given = {"deaths": deaths, "records": records, "sources": sources, "places": places, "series": series}
    inputs = {name: fingerprint(frame) for name, frame in given.items() if frame is not None}
    run_id = hashlib.sha256(json.dumps([FORMAT, parameters, inputs], sort_keys=True).encode()).hexdigest()
    dated = deaths[deaths["day"].notna()]
    of_period = dated[(dated["day"] >= first_day) & (dated["day"] <= last_day)]
    died = of_period[~of_period["near_miss"]]
    rows = _described(died, sources, places[places["place_id"].isin(_named(died, hide_below))])
    counted = {name: _count(rows, name, first_day, last_day) for name, table in TABLES.items() if table.additive}
    hidden, total_hidden = _hide(counted, len(rows), hide_below)
    years = (last_day - first_day + 1) / 365.25
    tables: dict[str, pd.DataFrame] = {}
    for name, table in TABLES.items():
        if table.additive:
            tables[name] = _finish(counted[name], hidden[name], len(rows), years, total_hidden)
        elif name == "overview":
            tables[name] = _overview(deaths, of_period, died, first_day, last_day, hide_below, total_hidden)
        elif name == "by_substance":
            few = _substances(rows)
            tables[name] = _finish(few, _small(few["deaths"], hide_below), len(rows), years, total_hidden)
        elif name == "series":
            frame = pd.DataFrame(columns=list(table.columns)) if series is None else series
            tables[name] = frame.reindex(columns=list(table.columns)).reset_index(drop=True)
        elif name == "coverage":
            tables[name] = _coverage(records, sources, first_day, last_day, hide_below)
    return DeathReport(run_id, parameters, inputs, {name: t[list(TABLES[name].columns)] for name, t in tables.items()})


def fingerprint(frame: pd.DataFrame) -> str:
    """Return a sha256 over a frame's columns and rows; the order of rows does not matter, that of columns neither."""
    columns = sorted(str(name) for name in frame.columns)
    lines = sorted(json.dumps([_text(v) for v in row]) for row in frame[columns].astype(object).to_numpy().tolist())
    return hashlib.sha256("\n".join([json.dumps(columns), *lines]).encode()).hexdigest()


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return json.dumps([_text(item) for item in value])
    return "" if value is None or value is pd.NA or value != value else str(value)


def _described(died: pd.DataFrame, sources: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the deaths with every column that a table is about, in words."""
    rows = pd.DataFrame(index=died.index)
    days = died["day"].astype("int64")
    moments = pd.to_datetime(days, unit="D")
    to_the_day = died["span_days"].fillna(0) == 0
    rows["month"] = moments.dt.strftime("%Y-%m")
    rows["weekday"] = np.where(to_the_day, moments.dt.day_of_week.map(dict(enumerate(WEEKDAYS))), UNKNOWN)
    rows["hour"] = [UNKNOWN if pd.isna(hour) else f"{int(hour):02d}" for hour in died["hour"]]
    for name in ("category", "means", "sex", "coroner_status", "toxicology", "place_type", "force", "area"):
        rows[name] = died[name].astype(object).where(died[name].notna(), UNKNOWN)
    rows["conclusion"] = died["conclusion"].astype(object).where(died["conclusion"].notna(), "none yet")
    rows["setting"] = rows["place_type"].map(
        lambda kind: _SETTING_OF.get(kind, UNKNOWN if kind == UNKNOWN else "other")
    )
    names = dict(zip(places["place_id"], places["name"], strict=True))
    rows["place_id"] = [place if place in names else "" for place in died["place_id"]]
    rows["place"] = [names.get(place, "(elsewhere)") for place in died["place_id"]]
    rows["age_band"] = [_band(age, AGE_BANDS) for age in died["age"]]
    rows["lateness"] = [_within(days) for days in died["lateness_days"]]
    rows["decided_before"] = np.where(died["decided_before_toxicology"].astype(bool), "yes", "no")
    kinds = dict(zip(sources["source"], sources["agency_kind"], strict=True))
    rows["recorded_by"] = [
        "+".join(sorted({str(kinds.get(source) or "other") for source in named})) for named in died["sources"]
    ]
    for check in CHECKS:
        rows[f"check {check}"] = [
            "not_recorded" if not recorded else ("done" if check in done else "missing")
            for done, recorded in zip(died["checks_done"], died["checks_recorded"], strict=True)
        ]
    asked = died.assign(item_missing=[bool(items) for items in died["items_missing"]])
    for question in QUESTIONS:
        rows[f"question {question}"] = [
            UNKNOWN if pd.isna(yes) else ("yes" if yes else "no") for yes in asked[question]
        ]
    rows["substances_found"], rows["substances_suspected"] = died["substances_found"], died["substances_suspected"]
    return rows


def _named(died: pd.DataFrame, hide_below: int | None) -> list[str]:
    """Return the places with enough deaths for a row of their own: a list of hidden numbers tells nobody anything."""
    counts = died["place_id"].value_counts()
    return sorted(str(place) for place in counts[counts >= (hide_below or 1)].index)


def _band(age: Any, bands: tuple[tuple[int, str], ...]) -> str:
    return UNKNOWN if pd.isna(age) else next(name for low, name in reversed(bands) if age >= low)


def _within(days: Any) -> str:
    if pd.isna(days):
        return UNKNOWN
    return next((name for most, name in LATENESS if days <= most), "later")


def _count(rows: pd.DataFrame, name: str, first_day: int, last_day: int) -> pd.DataFrame:
    """Return a table's rows with their deaths; months, weekdays and hours without any are there with 0."""
    by = list(TABLES[name].by)
    if name in PER_QUESTION:
        prefix = PER_QUESTION[name]
        asked = [column for column in rows if str(column).startswith(f"{prefix} ")]
        counted = [
            (str(column).removeprefix(f"{prefix} "), str(answer), int(count))
            for column in asked
            for answer, count in rows[column].value_counts().sort_index().items()
        ]
        frame = pd.DataFrame(counted, columns=[*by, "deaths"])
        return frame.replace({"question": QUESTIONS}) if prefix == "question" else frame
    frame = rows.groupby(by, sort=True).size().rename("deaths").reset_index()
    whole = {
        "by_month": _months(first_day, last_day),
        "by_weekday": list(WEEKDAYS),
        "by_hour": [f"{hour:02d}" for hour in range(24)],
    }
    if name in whole:
        values = whole[name]
        values = [*values, *sorted(set(frame[by[0]]) - set(values))]
        frame = frame.set_index(by[0]).reindex(values, fill_value=0).rename_axis(by[0]).reset_index()
    return frame


def _months(first_day: int, last_day: int) -> list[str]:
    span = pd.date_range(EPOCH + timedelta(days=first_day), EPOCH + timedelta(days=last_day), freq="D")
    return sorted(set(span.strftime("%Y-%m")))


def _hide(counted: dict[str, pd.DataFrame], total: int, hide_below: int | None) -> tuple[dict[str, BoolArray], bool]:
    """Return which rows of each table to hide, and whether the total must go as well."""
    if hide_below is None:
        return {name: np.zeros(len(table), dtype=np.bool_) for name, table in counted.items()}, False
    values = [total]
    cells: dict[str, tuple[pd.DataFrame, list[str], np.ndarray]] = {}
    for name, table in counted.items():
        # Tables of several questions are as many tables that each add up to all deaths.
        parts = table.groupby(PER_QUESTION[name], sort=False) if name in PER_QUESTION else [("", table)]
        for key, part in parts:
            positions = np.arange(len(values), len(values) + len(part))
            values += [int(count) for count in part["deaths"]]
            by = [] if name in PER_QUESTION else list(TABLES[name].by)
            cells[f"{name} {key}".strip()] = (part, by, positions)
    of_table = np.zeros(len(values), dtype=np.int64)
    for number, (_, _, positions) in enumerate(cells.values(), start=1):
        of_table[positions] = number
    hidden = hide_small(values, list(_sums(cells)), below=hide_below, spare=[0], tables=of_table.tolist())
    flags: dict[str, BoolArray] = {name: np.zeros(len(table), dtype=np.bool_) for name, table in counted.items()}
    for key, (part, _, positions) in cells.items():
        flags[key.split(" ")[0]][counted[key.split(" ")[0]].index.get_indexer(part.index)] = hidden[positions]
    return flags, bool(hidden[0])


def _sums(cells: dict[str, tuple[pd.DataFrame, list[str], np.ndarray]]) -> Iterator[Sum]:
    """Yield what adds up to what: each table to all deaths, and two tables to each other by what both are about."""
    for _, _, positions in cells.values():
        yield Sum(tuple(positions.tolist()), (0,))
    for (one, by_one, at_one), (two, by_two, at_two) in itertools.combinations(cells.values(), 2):
        common = [name for name in by_one if name in by_two and name != "place"]
        # The label of a place goes with its id: it is not a second thing to sum by.
        if not common:
            continue
        left, right = _positions(one, common, at_one), _positions(two, common, at_two)
        for key in sorted(left.keys() | right.keys()):
            yield Sum(tuple(left.get(key, ())), tuple(right.get(key, ())))


def _positions(table: pd.DataFrame, by: list[str], at: np.ndarray) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for position, key in zip(at.tolist(), table[by].astype(str).to_numpy().tolist(), strict=True):
        found.setdefault(tuple(key), []).append(position)
    return found


def _finish(table: pd.DataFrame, hidden: BoolArray, total: int, years: float, total_hidden: bool) -> pd.DataFrame:
    done = table.copy()
    done["deaths"] = done["deaths"].astype("Int64").mask(hidden)
    shown = done["deaths"].astype("Float64")
    # With the total hidden, a share would give it away.
    done["share"] = pd.NA if total_hidden or not total else (shown / total).round(4)
    done["per_year"] = (shown / years).round(1)
    done["hidden"] = hidden
    return done.reset_index(drop=True)


def _small(counts: pd.Series, hide_below: int | None) -> BoolArray:
    return np.array((counts > 0) & (counts < (hide_below or 0)), dtype=np.bool_)


def _overview(
    deaths: pd.DataFrame,
    of_period: pd.DataFrame,
    died: pd.DataFrame,
    first_day: int,
    last_day: int,
    hide_below: int | None,
    total_hidden: bool,
) -> pd.DataFrame:
    counted = [
        ("days in the period", last_day - first_day + 1),
        ("deaths", len(died)),
        ("deaths recorded by more than one source", int((died["sources"].map(len) > 1).sum())),
        ("near misses recorded as deaths are", int(of_period["near_miss"].sum())),
        ("deaths and near misses of no known day, in no period", int(deaths["day"].isna().sum())),
    ]
    frame = pd.DataFrame(counted, columns=["figure", "value"])
    hidden = _small(frame["value"], hide_below)
    hidden[0], hidden[1] = False, total_hidden
    if hide_below is not None and 0 < len(died) - counted[2][1] < hide_below:
        hidden[2] = True
    return frame.assign(value=frame["value"].astype("Int64").mask(hidden), hidden=hidden)


def _substances(rows: pd.DataFrame) -> pd.DataFrame:
    counted: dict[tuple[str, str], int] = {}
    for basis in ("found", "suspected"):
        for substances in rows[f"substances_{basis}"]:
            for substance in substances:
                counted[substance, basis] = counted.get((substance, basis), 0) + 1
    table = [(substance, basis, count) for (substance, basis), count in sorted(counted.items())]
    return pd.DataFrame(table, columns=["substance", "basis", "deaths"])


def _coverage(
    records: pd.DataFrame, sources: pd.DataFrame, first_day: int, last_day: int, hide_below: int | None
) -> pd.DataFrame:
    dated = records[records["day"].notna() & ~records["near_miss"]]
    dated = dated[(dated["day"] >= first_day) & (dated["day"] <= last_day)]
    months = _months(first_day, last_day)
    found = []
    for source in sources.sort_values("source").to_dict("records"):
        own = dated[dated["source"] == source["source"]]
        told = set(pd.to_datetime(own["day"].astype("int64"), unit="D").dt.strftime("%Y-%m")) if len(own) else set()
        lateness = own["lateness_days"].dropna().astype(float)
        few = hide_below is not None and 0 < len(own) < hide_below
        shares = {
            f"{name}_missing": None if few or not len(own) else round(float(own[column].isna().mean()), 4)
            for name, column in (("category", "category"), ("age", "age"), ("place", "place_id"))
        }
        found.append(
            {name: source[name] for name in ("source", "agency", "agency_kind", "covers_from", "covers_to")}
            | {
                "covers_period": _covers(source["covers_from"], source["covers_to"], first_day, last_day),
                "records": None if few else len(own),
                "months_without_record": None if few else len(months) - len(told),
                "median_lateness_days": None if few or lateness.empty else round(float(lateness.median()), 1),
                "late_90_days": None if few or lateness.empty else round(float(lateness.quantile(0.9)), 1),
                "hidden": few,
            }
            | shares
        )
    frame = pd.DataFrame(found, columns=list(TABLES["coverage"].columns))
    return frame.astype({"records": "Int64", "months_without_record": "Int64", "hidden": "bool"})


def _covers(first: Any, last: Any, first_day: int, last_day: int) -> str:
    if first is None or last is None or first != first or last != last:
        return UNKNOWN
    since, until = (first - EPOCH).days, (last - EPOCH).days
    if since <= first_day and until >= last_day:
        return "whole"
    return "none" if until < first_day or since > last_day else "part"
