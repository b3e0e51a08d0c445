"""ISO 8601 text to intervals: nothing is midnight that was not said to be."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.checking.times import date_problem, parse_dates, parse_instant, parse_times

LONDON = "Europe/London"


def interval(text: str, zone: str = LONDON) -> tuple[str, str] | str:
    """Return earliest and latest as text, or the problem."""
    found = parse_times(pd.Series([text], dtype="str"), zone)
    return found.problem[0] or (str(found.earliest[0])[:19], str(found.latest[0])[:19])


def days(text: str, zone: str = LONDON) -> tuple[str, str] | str:
    found = parse_dates(pd.Series([text], dtype="str"), zone)
    return found.problem[0] or (str(found.earliest[0])[:10], str(found.latest[0])[:10])


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2014-01-03T10:15:00Z", "2014-01-03T10:15:00", "2014-01-03T10:15:00"),
        ("2014-01-03T10:15", "2014-01-03T10:15:00", "2014-01-03T10:15:00"),
        ("2014-01-03 10:15:59", "2014-01-03T10:15:59", "2014-01-03T10:15:59"),
        ("2014-07-03T10:15", "2014-07-03T09:15:00", "2014-07-03T09:15:00"),
        ("2014-07-03T10:15+02:00", "2014-07-03T08:15:00", "2014-07-03T08:15:00"),
        ("2014-07-03T10:15-0530", "2014-07-03T15:45:00", "2014-07-03T15:45:00"),
        ("2014-07-03T10:15+02", "2014-07-03T08:15:00", "2014-07-03T08:15:00"),
        ("2014-01-03", "2014-01-03T00:00:00", "2014-01-03T23:59:59"),
        ("2014-07-03", "2014-07-02T23:00:00", "2014-07-03T22:59:59"),
        ("2014-02", "2014-02-01T00:00:00", "2014-02-28T23:59:59"),
        ("2016-02", "2016-02-01T00:00:00", "2016-02-29T23:59:59"),
        ("2014-12", "2014-12-01T00:00:00", "2014-12-31T23:59:59"),
        ("2014", "2014-01-01T00:00:00", "2014-12-31T23:59:59"),
        # The day on which the clock changes has 23 or 25 hours.
        ("2014-03-30", "2014-03-30T00:00:00", "2014-03-30T22:59:59"),
        ("2014-10-26", "2014-10-25T23:00:00", "2014-10-26T23:59:59"),
    ],
)
def test_a_time_is_the_interval_that_it_says(text: str, earliest: str, latest: str) -> None:
    assert interval(text) == (earliest, latest)


def test_a_local_time_that_exists_twice_is_the_interval_of_both() -> None:
    assert interval("2014-10-26T01:30") == ("2014-10-26T00:30:00", "2014-10-26T01:30:00")


def test_a_local_time_that_the_clock_change_skips_is_impossible() -> None:
    assert interval("2014-03-30T01:30") == "impossible_date"
    assert interval("2014-03-30T01:30Z") == ("2014-03-30T01:30:00", "2014-03-30T01:30:00")
    assert interval("2014-03-30T01:30", "Europe/Paris") == ("2014-03-30T00:30:00", "2014-03-30T00:30:00")


def test_fractions_of_a_second_are_kept() -> None:
    found = parse_times(pd.Series(["2014-01-03T10:15:20.25Z"], dtype="str"), LONDON)
    assert found.earliest[0] == np.datetime64("2014-01-03T10:15:20.250000")


@pytest.mark.parametrize(
    "text",
    ["03/04/2026", "3.4.26", "03-04-2026", "2014/02/03", "20140203", "2014-2-3", "2014-W05", "2014-034", "14:30",
     "yesterday", "2014-02-03T", "2014-02-03T10", "2014-02-03TZ", "45321", "2014-02-03T10:15 BST", "٢٠١٤-٠٢-٠٣"],
)  # fmt: skip
def test_what_is_not_iso_8601_is_a_bad_date(text: str) -> None:
    assert interval(text) == "bad_date"
    assert days(text) == "bad_date"


@pytest.mark.parametrize(
    "text",
    ["2014-02-30", "2014-13-01", "2014-00-01", "2014-01-00", "2014-00", "2014-01-03T24:00", "2014-01-03T10:60",
     "2014-01-03T10:15:60", "2014-01-03T10:15+15:00", "2014-01-03T10:15+02:75", "0014-01-01"],
)  # fmt: skip
def test_what_no_calendar_or_clock_holds_is_an_impossible_date(text: str) -> None:
    assert interval(text) == "impossible_date"


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2014-02-03", "2014-02-03", "2014-02-03"),
        ("2014-02", "2014-02-01", "2014-02-28"),
        ("2014", "2014-01-01", "2014-12-31"),
        ("2014-07-03T23:30", "2014-07-03", "2014-07-03"),
        # 23:30 UTC is half past midnight in a British summer.
        ("2014-07-03T23:30Z", "2014-07-04", "2014-07-04"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
    ],
)
def test_a_date_is_the_interval_of_local_days(text: str, earliest: str, latest: str) -> None:
    assert days(text) == (earliest, latest)


def test_no_end_in_the_year_9999_survives_any_zone() -> None:
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        assert interval("9999-12-31", zone) == ("9999-12-31T00:00:00", "9999-12-31T23:59:59")
        assert interval("9999-12-31T23:59:59-08:00", zone)[0] == "9999-12-31T23:59:59"


def test_each_row_may_have_its_own_zone() -> None:
    text = pd.Series(["2014-07-03T10:00", "2014-07-03T10:00", None], dtype="str")
    found = parse_times(text, pd.Series([LONDON, "America/New_York", LONDON]))
    assert [str(moment)[:16] for moment in found.earliest] == ["2014-07-03T09:00", "2014-07-03T14:00", "NaT"]


def test_empty_is_unknown_and_no_problem() -> None:
    found = parse_times(pd.Series([None, None], dtype="str"), LONDON)
    assert np.isnat(found.earliest).all()
    assert found.problem.tolist() == [None, None]


def test_an_instant_given_as_a_day_is_its_end() -> None:
    assert parse_instant("2026-01-31", "UTC") == datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)
    with pytest.raises(ValueError, match="day-first"):
        parse_instant("31/01/2026", "UTC")


def test_a_day_first_date_is_told_apart_from_other_text() -> None:
    assert "never guessed" in date_problem("03/04/2026", "bad_date")
    assert "never guessed" not in date_problem("last night", "bad_date")


@settings(max_examples=200, deadline=None)
@given(
    moment=st.datetimes(datetime(1801, 1, 1), datetime(2200, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    zone=st.sampled_from([LONDON, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_a_local_time_holds_what_the_standard_library_makes_of_it(moment: datetime, zone: str) -> None:
    here = ZoneInfo(zone)
    folds = [moment.replace(tzinfo=here, fold=fold).astimezone(UTC) for fold in (0, 1)]
    exists = all(time.astimezone(here).replace(tzinfo=None) == moment for time in folds)
    found = interval(moment.isoformat(), zone)
    if not exists:
        assert found == "impossible_date"
    else:
        assert found == tuple(time.replace(tzinfo=None).isoformat() for time in sorted(folds))


@settings(max_examples=100, deadline=None)
@given(day=st.dates(date(1801, 1, 1), date(2200, 1, 1)), zone=st.sampled_from([LONDON, "America/New_York"]))
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: str) -> None:
    text = pd.Series([day.isoformat(), (day + timedelta(days=1)).isoformat()], dtype="str")
    found = parse_times(text, zone)
    assert found.earliest[1] - found.latest[0] == np.timedelta64(1, "s")
