"""On which days an order certainly bound."""

from datetime import date

import pandas as pd
import pytest

from loaders.writing.order_times import in_force

DAY = date(2026, 3, 1)


def days(**order: object) -> tuple[object, object]:
    found = in_force(pd.DataFrame([{"order_type": "dvpo", **order}])).iloc[0]
    low, high = (None if pd.isna(v) else date.fromordinal(date(1970, 1, 1).toordinal() + int(v)) for v in found[:2])
    return low, high


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"made_on": DAY, "service": "not_served", "ends_on": date(2026, 4, 1)}, (None, None)),
        (
            {"made_on": DAY, "served_on": date(2026, 3, 4), "ends_on": date(2026, 4, 1)},
            (date(2026, 3, 4), date(2026, 4, 1)),
        ),
        ({"made_on": DAY, "served_on": DAY}, (DAY, None)),
        ({"made_on": DAY, "starts_on": date(2026, 3, 9), "served_on": DAY}, (date(2026, 3, 9), None)),
        ({"made_on": DAY, "discharged_on": date(2026, 3, 5), "ends_on": date(2026, 4, 1)}, (DAY, date(2026, 3, 5))),
        ({"made_on": DAY, "state": "refused"}, (None, None)),
        ({"made_on": DAY, "state": "ended", "state_on": date(2026, 3, 2)}, (DAY, date(2026, 3, 2))),
        ({"state": "in_force", "state_on": DAY}, (DAY, None)),
        ({}, (None, None)),
        # Known to the month only: bound at the latest from its last day.
        (
            {"made_on": DAY, "made_on_latest": date(2026, 3, 31), "ends_on": date(2026, 5, 1)},
            (date(2026, 3, 31), date(2026, 5, 1)),
        ),
        ({"made_on": date(2026, 4, 2), "ends_on": DAY}, (None, None)),
    ],
)
def test_uncertain_dates_count_against_being_in_force(
    order: dict[str, object], expected: tuple[object, object]
) -> None:
    assert days(**order) == expected
