"""When an event happened, as the local day of the middle of an interval and the interval's width."""

from typing import cast

import pandas as pd

DAY = pd.Timedelta(days=1)


def incident_times(rows: pd.DataFrame, timezone: str, places: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return occurred_day (days since 1970-01-01), occurred_span_days (days), occurred_basis, one row an incident.

    Rests on occurred_from and occurred_to; where both are missing, on the report, and the basis says so.
    """
    return _days(rows, _incident_bases(rows), timezone, places)


def death_times(rows: pd.DataFrame, timezone: str, places: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the same columns as `incident_times`, one row a death.

    Rests on died_from and died_to, each side filled by when the person was last seen alive and found; else on the
    finding, else on the report, and the basis says so.
    """
    return _days(rows, _death_bases(rows), timezone, places)


def local_intervals(rows: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Return low_day and high_day of incidents: when each began and ended, as local days since 1970-01-01 with their
    fraction. Rests on what `incident_times` rests on.
    """
    _, low, high = _first_known(rows, _incident_bases(rows))
    return pd.DataFrame({"low_day": _local(low, timezone), "high_day": _local(high, timezone)}, index=rows.index)


def _incident_bases(rows: pd.DataFrame) -> list[tuple[str, pd.Series, pd.Series]]:
    start, end = _bounds(rows, "occurred_from"), _bounds(rows, "occurred_to")
    occurred = start[0].fillna(end[0]), end[1].fillna(start[1])
    return [("occurred", *occurred), ("reported", *_bounds(rows, "reported_at"))]


def _death_bases(rows: pd.DataFrame) -> list[tuple[str, pd.Series, pd.Series]]:
    died_low, died_high = _bounds(rows, "died_from")[0], _bounds(rows, "died_to")[1]
    died = died_low.notna() | died_high.notna()
    seen, found = _bounds(rows, "last_seen_alive_at")[0], _bounds(rows, "found_at")
    # A side that nobody stated is filled from what frames it; with nothing to frame it, the other side stands alone.
    low = died_low.fillna(seen.where(seen <= died_high)).fillna(died_high).where(died)
    high = died_high.fillna(found[1].where(found[1] >= died_low)).fillna(died_low).where(died)
    found_low = seen.where(seen <= found[1]).fillna(found[0])
    reported = _bounds(rows, "reported_at")
    return [("occurred", low, high), ("found", found_low, found[1]), ("reported", *reported)]


def _bounds(rows: pd.DataFrame, name: str) -> tuple[pd.Series, pd.Series]:
    """Return earliest and latest of a time column, both missing where it is."""
    empty = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]")
    low = pd.to_datetime(rows[name], utc=True).astype("datetime64[us, UTC]") if name in rows else empty
    latest = f"{name}_latest"
    high = pd.to_datetime(rows[latest], utc=True).astype("datetime64[us, UTC]") if latest in rows else empty
    return low, high.fillna(low)


def _days(
    rows: pd.DataFrame,
    bases: list[tuple[str, pd.Series, pd.Series]],
    timezone: str,
    places: pd.DataFrame | None,
) -> pd.DataFrame:
    basis, low, high = _first_known(rows, bases)
    zones = _zones(rows, timezone, places)
    first_day, middle_day, last_day = (_local_day(t, zones) for t in (low, low + (high - low) / 2, high))
    return pd.DataFrame(
        {"occurred_day": middle_day, "occurred_span_days": last_day - first_day, "occurred_basis": basis},
        index=rows.index,
    )


def _first_known(
    rows: pd.DataFrame, bases: list[tuple[str, pd.Series, pd.Series]]
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return the first basis of which both ends are known, with its earliest and latest."""
    basis = pd.Series(None, index=rows.index, dtype=object)
    low, high = _bounds(rows.iloc[:, :0], "none")
    for name, first, last in bases:
        use = basis.isna() & first.notna() & last.notna()
        basis = basis.mask(use, name)
        low, high = low.mask(use, first), high.mask(use, last)
    return basis, low.where(low <= high, high), high


def _zones(rows: pd.DataFrame, timezone: str, places: pd.DataFrame | None) -> pd.Series:
    zones = pd.Series(timezone, index=rows.index)
    if places is not None and not places.empty and "location_ref" in rows:
        own = rows["location_ref"].map(places.set_index("id")["timezone"])
        zones = own.where(own.notna(), zones)
    return zones


def _local(times: pd.Series, zone: str) -> pd.Series:
    return cast("pd.Series[float]", (times.dt.tz_convert(zone).dt.tz_localize(None) - pd.Timestamp(0)) / DAY)


def _local_day(times: pd.Series, zones: pd.Series) -> pd.Series:
    days = pd.Series(pd.NA, index=times.index, dtype="Int64")
    for zone in zones.unique():
        here = times[(zones == zone) & times.notna()]
        local = here.dt.tz_convert(str(zone)).dt.tz_localize(None)
        days.loc[here.index] = (local.dt.floor("D") - pd.Timestamp(0)) // DAY
    return days
