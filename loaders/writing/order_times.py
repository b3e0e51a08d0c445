"""On which days an order certainly bound its respondent."""

from collections.abc import Hashable, Mapping
from datetime import date

import pandas as pd

EPOCH = date(1970, 1, 1)
# These bind from the moment they are given to the person, so there is no service to wait for.
BINDING_WITHOUT_SERVICE = ("pre_charge_bail", "released_under_investigation")


def in_force(rows: pd.DataFrame) -> pd.DataFrame:
    """Return in_force_from_day, in_force_to_day (days since 1970-01-01, both ends included) and in_force_basis.

    rows: orders with their dates as date objects, `X` earliest and `X_latest` latest. Missing from = never certainly in
    force; missing to with a from = until further order. Uncertain dates count against being in force: the latest
    possible start and the earliest possible end.
    """
    worked = [_one(row) for row in rows.to_dict("records")]
    frame = pd.DataFrame(worked, index=rows.index, columns=["in_force_from_day", "in_force_to_day", "in_force_basis"])
    return frame.astype({"in_force_from_day": "Int64", "in_force_to_day": "Int64", "in_force_basis": object})


def _one(row: Mapping[Hashable, object]) -> tuple[int | None, int | None, str | None]:
    if row.get("service") == "not_served":
        return None, None, "not served: binds nobody"
    if row.get("state") in ("applied_for", "refused"):
        return None, None, f"{row['state']}: not made"
    bail = row.get("order_type") in BINDING_WITHOUT_SERVICE
    starts = [_latest(row, name) for name in ("starts_on", "made_on", "served_on")]
    known = [day for day in starts if day is not None]
    state_on = _latest(row, "state_on")
    if not known and row.get("state") == "in_force" and state_on is not None:
        known, basis = [state_on], "said to be in force"
    elif _latest(row, "served_on") is not None:
        basis = "served"
    elif bail:
        basis = "given in person"
    else:
        basis = "service not recorded"
    if not known:
        return None, None, "no start date"
    ends = [_earliest(row, name) for name in ("ends_on", "discharged_on")]
    if row.get("state") == "ended":
        ends.append(_earliest(row, "state_on"))
    last = min((day for day in ends if day is not None), default=None)
    if last is not None and last < max(known):
        return None, None, "ended before it bound"
    return max(known), last, basis


def _earliest(row: Mapping[Hashable, object], name: str) -> int | None:
    return _day(row.get(name))


def _latest(row: Mapping[Hashable, object], name: str) -> int | None:
    latest = _day(row.get(f"{name}_latest"))
    return latest if latest is not None else _day(row.get(name))


def _day(value: object) -> int | None:
    if isinstance(value, date) and not pd.isna(value):
        return (date(value.year, value.month, value.day) - EPOCH).days
    return None
