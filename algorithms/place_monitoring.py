"""Monitoring of places where people die: care homes, hostels, practices, prisons.

A place is compared with its own past, the season, the mix of who dies there, and its peers in the same month. At best
it is a backstop (Guthrie et al. 2008, Br J Gen Pract 58(550), 311): it shows where a closer look may be worth the
while, and what would explain the rise. It knows no person: no row says who died, who works there or who was present.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from algorithms.count_cusum import BoolArray, FloatArray, IntArray, count_cusum, rise_looked_for, sudden_months
from algorithms.place_alarms import ALARM_COLUMNS, PlaceCharts, alarm_rows
from algorithms.place_expectation import expectation

OLD_AGE = 85
PLACE_COLUMNS = ("place_id", "name", "place_type", "area")
DEATH_COLUMNS = ("place_id", "day", "category", "age", "lateness_days")
CHART_COLUMNS = (
    "place_id", "month", "monitored", "observed", "not_expected", "level", "with_season", "with_case_mix",
    "expected", "cusum_level", "cusum_season", "cusum_case_mix", "cusum", "cusum_not_expected", "peers_ratio",
)  # fmt: skip
SUMMARY_COLUMNS = (
    "place_id", "name", "place_type", "area", "state", "deaths_before", "deaths_monitored", "expected",
    "ratio", "ratio_low", "ratio_high", "peers", "peers_ratio_low", "peers_ratio_median", "peers_ratio_high", "alarms",
)  # fmt: skip
QUALITY_COLUMNS = (
    "place_id", "deaths", "months", "months_without_report", "longest_silence_months", "silent_since",
    "category_missing", "age_missing", "late", "median_lateness_days",
)  # fmt: skip


@dataclass(frozen=True)
class MonitoringSettings:
    """What monitoring looks for.

    k: rise looked for, in standard deviations of a year's count. h: height at which a chart alarms (log likelihood).
    monitored_months: the newest months, which are watched; those before them are the past they are compared with.
    sudden_chance: a single month that chance makes with less than this probability alarms by itself.
    late_days: a death recorded later than this counts as late (days). fewest_deaths: a place with fewer deaths in the
    whole time and no alarm is left out of the summary's states as too little to say (count).
    """

    k: float = 2.0
    h: float = 5.0
    monitored_months: int = 12
    sudden_chance: float = 0.0002
    late_days: float = 30.0
    fewest_deaths: int = 3


@dataclass(frozen=True)
class Monitoring:
    """What monitoring found.

    summary: one row a place by type, area and name, never by rank. chart: one row a place and month. alarms: one row an
    alarm. quality: one row a place. months: first and last month, as `2025-03`, and the first one watched.
    """

    summary: pd.DataFrame
    chart: pd.DataFrame
    alarms: pd.DataFrame
    quality: pd.DataFrame
    first_month: str
    watched_from: str
    last_month: str


def month_number(day: pd.Series) -> pd.Series:
    """Return months since 1970-01 of days since 1970-01-01."""
    moments = pd.to_datetime(day.astype("int64"), unit="D")
    return (moments.dt.year - 1970) * 12 + moments.dt.month - 1


def month_name(number: int) -> str:
    """Return months since 1970-01 as `2025-03`."""
    return f"{1970 + number // 12}-{number % 12 + 1:02d}"


def monitor_places(
    deaths: pd.DataFrame,
    places: pd.DataFrame,
    *,
    first_month: int,
    last_month: int,
    settings: MonitoringSettings | None = None,
) -> Monitoring:
    """Return charts, alarms, peers and data quality of places.

    deaths: one row a death; columns place_id (str), day (days since 1970-01-01), category (str, may be missing), age
    (years, may be missing), lateness_days (days, may be missing). Deaths elsewhere or outside the months are not read.
    places: one row a place to watch; columns place_id, name, place_type, area. Places of one type are peers.
    first_month, last_month: months since 1970-01; the last one must be over, since a month half told looks quiet.
    Raises ValueError if a column is missing or less than 12 months are left as the past.
    """
    chosen = settings or MonitoringSettings()
    _need(deaths, DEATH_COLUMNS, "deaths")
    _need(places, PLACE_COLUMNS, "places")
    months = last_month - first_month + 1
    baseline = months - chosen.monitored_months
    if baseline < 12:
        raise ValueError(
            f"{months} months are too few: {chosen.monitored_months} are watched, and at least 12 before them are the "
            "past they are compared with"
        )
    deaths = deaths[deaths["place_id"].isin(places["place_id"]) & deaths["day"].notna()]
    ages = pd.to_numeric(deaths["age"]).astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    deaths = deaths.assign(month=month_number(deaths["day"]) - first_month, age=ages)
    deaths = deaths[(deaths["month"] >= 0) & (deaths["month"] < months)]
    charts, alarms, summaries = [], [], []
    for _, peers in places.sort_values(["place_type", "area", "name", "place_id"]).groupby("place_type", sort=True):
        peers = peers.reset_index(drop=True)
        found = _chart_type(deaths, peers, first_month, months, baseline, chosen)
        rows = alarm_rows(found, baseline, first_month, chosen.h)
        alarms.append(rows)
        charts.append(_chart_frame(found, peers, first_month, baseline))
        summaries.append(_summary(found, peers, baseline, rows, chosen))
    return Monitoring(
        _together(summaries, SUMMARY_COLUMNS),
        _together(charts, CHART_COLUMNS),
        _together(alarms, ALARM_COLUMNS),
        _quality(deaths, places, first_month, months, chosen),
        month_name(first_month),
        month_name(first_month + baseline),
        month_name(last_month),
    )


def _chart_type(
    deaths: pd.DataFrame, peers: pd.DataFrame, first_month: int, months: int, baseline: int, chosen: MonitoringSettings
) -> PlaceCharts:
    """Return the charts of all places of one type."""
    strata = _strata(deaths, peers, months)
    of_year = (first_month + np.arange(months)) % 12
    # Expected deaths are strata 0 and 1; a death without a category counts as not expected, to be on the safe side.
    every, not_expected = expectation(strata, of_year, baseline), expectation(strata[2:], of_year, baseline)
    observed, unexpected = strata.sum(axis=0), strata[2:].sum(axis=0)
    values: dict[str, FloatArray] = {}
    crossed: dict[str, BoolArray] = {}
    runs: dict[str, IntArray] = {}
    for name, counts, expected, of in (
        ("level", observed, every.level, every),
        ("season", observed, every.season, every),
        ("case_mix", observed, every.case_mix, every),
        ("adjusted", observed, every.peers, every),
        ("not_expected", unexpected, not_expected.peers, not_expected),
    ):
        ratio = rise_looked_for(of.level[:, 0] * 12, of.dispersion, of.shape, chosen.k)
        watched = slice(baseline, None)
        value, over, run = count_cusum(counts[:, watched], expected[:, watched], ratio, of.dispersion, chosen.h)
        values[name], crossed[name], runs[name] = _padded(value, baseline), _padded(over, baseline), run + baseline
    sudden = {
        name: _only_watched(
            sudden_months(observed, expected, every.dispersion, every.shape, chosen.sudden_chance), baseline
        )
        for name, expected in (
            ("level", every.level),
            ("season", every.season),
            ("case_mix", every.case_mix),
            ("adjusted", every.peers),
        )
    }
    ages = _ages(deaths, peers, months)
    return PlaceCharts(
        list(peers["place_id"]), observed, unexpected, every, not_expected, values, crossed, runs, sudden, ages
    )


def _padded(watched: np.ndarray, baseline: int) -> np.ndarray:
    return np.concatenate([np.zeros((watched.shape[0], baseline), watched.dtype), watched], axis=1)


def _only_watched(flags: BoolArray, baseline: int) -> BoolArray:
    flags = flags.copy()
    flags[:, :baseline] = False
    return flags


def _strata(deaths: pd.DataFrame, peers: pd.DataFrame, months: int) -> IntArray:
    """Return deaths as 4 strata x places x months: expected under 85 (or of no known age), expected 85+, the others."""
    place = pd.Index(peers["place_id"]).get_indexer(deaths["place_id"])
    here = place >= 0
    expected = deaths["category"].isin(["expected"]).to_numpy(dtype=bool)[here]
    old = (deaths["age"] >= OLD_AGE).to_numpy(dtype=bool)[here]
    strata = np.zeros((4, len(peers), months), dtype=np.int64)
    np.add.at(strata, (2 * ~expected + old, place[here], deaths["month"].to_numpy(dtype=np.int64)[here]), 1)
    return strata


def _ages(deaths: pd.DataFrame, peers: pd.DataFrame, months: int) -> tuple[FloatArray, IntArray]:
    """Return the sum of known ages and the count of known ages, places x months."""
    known = deaths[deaths["age"].notna()]
    place = pd.Index(peers["place_id"]).get_indexer(known["place_id"])
    here = place >= 0
    sums, counts = np.zeros((len(peers), months)), np.zeros((len(peers), months), dtype=np.int64)
    at = (place[here], known["month"].to_numpy(dtype=np.int64)[here])
    np.add.at(sums, at, known["age"].to_numpy(dtype=np.float64)[here])
    np.add.at(counts, at, 1)
    return sums, counts


def _chart_frame(found: PlaceCharts, peers: pd.DataFrame, first_month: int, baseline: int) -> pd.DataFrame:
    places, months = found.observed.shape
    others = found.observed.sum(axis=0, keepdims=True) - found.observed
    others_level = found.every.level.sum(axis=0, keepdims=True) - found.every.level
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(others_level > 0, others / others_level, np.nan)
    columns = {
        "place_id": np.repeat(np.asarray(peers["place_id"], dtype=object), months),
        "month": [month_name(first_month + month) for month in range(months)] * places,
        "monitored": np.tile(np.arange(months) >= baseline, places),
        "observed": found.observed.ravel(),
        "not_expected": found.unexpected.ravel(),
        "level": found.every.level.ravel().round(3),
        "with_season": found.every.season.ravel().round(3),
        "with_case_mix": found.every.case_mix.ravel().round(3),
        "expected": found.every.peers.ravel().round(3),
        "cusum_level": found.values["level"].ravel().round(3),
        "cusum_season": found.values["season"].ravel().round(3),
        "cusum_case_mix": found.values["case_mix"].ravel().round(3),
        "cusum": found.values["adjusted"].ravel().round(3),
        "cusum_not_expected": found.values["not_expected"].ravel().round(3),
        "peers_ratio": ratio.ravel().round(3),
    }
    return pd.DataFrame(columns)[list(CHART_COLUMNS)]


def _summary(
    found: PlaceCharts, peers: pd.DataFrame, baseline: int, alarms: pd.DataFrame, chosen: MonitoringSettings
) -> pd.DataFrame:
    """Return each place beside its peers: observed over expected in the months watched, with a 95 % interval."""
    observed = found.observed[:, baseline:].sum(axis=1)
    before = found.observed[:, :baseline].sum(axis=1)
    expected = found.every.peers[:, baseline:].sum(axis=1)
    ratio = observed / np.maximum(expected, 1e-6)
    low = stats.chi2.ppf(0.025, 2 * observed) / 2 / np.maximum(expected, 1e-6)
    high = stats.chi2.ppf(0.975, 2 * observed + 2) / 2 / np.maximum(expected, 1e-6)
    rows = peers[list(PLACE_COLUMNS)].copy()
    states = alarms.groupby("place_id")["state"].agg(set).to_dict() if len(alarms) else {}
    rows["alarms"] = rows["place_id"].map(alarms.groupby("place_id").size()).fillna(0).astype(int)
    rows["state"] = [_state(states.get(place, set()), before[n] + observed[n], chosen) for n, place in
                     enumerate(rows["place_id"])]  # fmt: skip
    rows["deaths_before"], rows["deaths_monitored"] = before, observed
    rows["expected"], rows["ratio"] = expected.round(2), ratio.round(2)
    rows["ratio_low"], rows["ratio_high"] = np.nan_to_num(low).round(2), high.round(2)
    rows["peers"] = len(peers) - 1
    quarters = np.full((3, len(peers)), np.nan)
    for place in range(len(peers)):
        rest = np.delete(ratio, place)
        if rest.size:
            quarters[:, place] = np.quantile(rest, [0.25, 0.5, 0.75])
    for name, values in zip(("low", "median", "high"), quarters, strict=True):
        rows[f"peers_ratio_{name}"] = values.round(2)
    return rows[list(SUMMARY_COLUMNS)]


def _state(states: set[str], deaths: int, chosen: MonitoringSettings) -> str:
    if "worth_a_look" in states:
        return "worth_a_look"
    if "explained" in states:
        return "explained"
    return "too_little" if deaths < chosen.fewest_deaths else "quiet"


def _quality(
    deaths: pd.DataFrame, places: pd.DataFrame, first_month: int, months: int, chosen: MonitoringSettings
) -> pd.DataFrame:
    """Return how far the data about each place can be trusted; a silent place is not a quiet one."""
    told = deaths.groupby("place_id")["month"].agg(lambda month: sorted(set(month))).to_dict()
    grouped = deaths.groupby("place_id")
    counts = pd.DataFrame(
        {
            "deaths": grouped.size(),
            "category_missing": grouped["category"].agg(lambda category: int(category.isna().sum())),
            "age_missing": grouped["age"].agg(lambda age: int(age.isna().sum())),
            "late": grouped["lateness_days"].agg(lambda days: int((days > chosen.late_days).sum())),
            "median_lateness_days": grouped["lateness_days"].median(),
        }
    )
    rows = []
    for place in places.sort_values(["place_type", "area", "name", "place_id"])["place_id"]:
        spoke = told.get(place, [])
        edges = [-1, *spoke, months]
        silences = [after - before - 1 for before, after in itertools.pairwise(edges)]
        rows.append(
            {
                "place_id": place,
                "months": months,
                "months_without_report": months - len(spoke),
                "longest_silence_months": max(silences),
                "silent_since": month_name(first_month + spoke[-1] + 1) if spoke and silences[-1] else None,
            }
        )
    frame = pd.DataFrame(rows, columns=["place_id", "months", "months_without_report", "longest_silence_months",
                                        "silent_since"])  # fmt: skip
    frame = frame.merge(counts, how="left", left_on="place_id", right_index=True)
    for name in ("deaths", "category_missing", "age_missing", "late"):
        frame[name] = pd.to_numeric(frame[name]).fillna(0).astype(int)
    return frame[list(QUALITY_COLUMNS)]


def _together(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(columns))


def _need(frame: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ValueError(f"{what} lack the columns {', '.join(missing)}")
