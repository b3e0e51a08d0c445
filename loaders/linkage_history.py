"""What was known at a moment of the past: extracts' tables with every version, cut at a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from loaders.linkage_tables import checked_tables


def all_versions(paths: Sequence[Path]) -> dict[str, pd.DataFrame]:
    """Return the tables of extracts with every version of every row, oldest first; see `checked_tables`."""
    tables = checked_tables(paths, versions=True)
    return {name: frame.sort_values("recorded_at", kind="stable", ignore_index=True) for name, frame in tables.items()}


def as_known(versions: Mapping[str, pd.DataFrame], day: date) -> dict[str, pd.DataFrame]:
    """Return the tables as the sources knew them at the end of a day (UTC). versions: see all_versions."""
    end = pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=1)
    known = {}
    for name, frame in versions.items():
        then = frame.iloc[: int(frame["recorded_at"].searchsorted(end))]
        newest = then[~then["id" if "id" in then else "key"].duplicated(keep="last")]
        known[name] = newest[~newest["withdrawn"].astype(bool)].reset_index(drop=True)
    return known
