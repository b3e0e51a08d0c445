"""The day of an event: local, the middle of its interval, with its width and what it rests on."""

import pandas as pd

from loaders.writing.event_times import death_times, incident_times


def at(text: str | None) -> pd.Timestamp | None:
    return None if text is None else pd.Timestamp(text, tz="UTC")


def incident(zone: str = "Europe/London", **columns: str | None) -> list[object]:
    frame = pd.DataFrame([{name: at(value) for name, value in columns.items()}])
    return incident_times(frame, zone).iloc[0].tolist()


def day(text: str) -> int:
    return (pd.Timestamp(text) - pd.Timestamp(0)).days


def test_a_night_is_the_day_of_its_middle() -> None:
    found = incident(occurred_from="2026-01-05T22:00", occurred_to="2026-01-06T08:00")
    assert found == [day("2026-01-06"), 1, "occurred"]


def test_one_end_alone_is_a_moment() -> None:
    assert incident(occurred_to="2026-01-06T08:00") == [day("2026-01-06"), 0, "occurred"]


def test_a_month_keeps_its_width() -> None:
    found = incident(occurred_from="2026-01-01T00:00", occurred_from_latest="2026-01-31T23:59:59")
    assert found == [day("2026-01-16"), 30, "occurred"]


def test_the_day_is_the_local_one() -> None:
    assert incident(occurred_from="2026-07-01T23:30") == [day("2026-07-02"), 0, "occurred"]
    assert incident("America/New_York", occurred_from="2026-07-02T01:00") == [day("2026-07-01"), 0, "occurred"]


def test_the_report_stands_in_and_says_so() -> None:
    assert incident(reported_at="2026-01-06T08:00") == [day("2026-01-06"), 0, "reported"]


def test_nothing_known_is_no_day() -> None:
    found = incident(occurred_from=None)
    assert pd.isna(found[0])


def death(**columns: str | None) -> list[object]:
    frame = pd.DataFrame([{name: at(value) for name, value in columns.items()}])
    return death_times(frame, "Europe/London").iloc[0].tolist()


def test_a_death_lies_between_last_seen_and_found() -> None:
    found = death(last_seen_alive_at="2026-01-01T12:00", found_at="2026-01-05T12:00")
    assert found == [day("2026-01-03"), 4, "found"]


def test_a_stated_time_of_death_wins() -> None:
    found = death(died_from="2026-01-04T01:00", died_to="2026-01-04T05:00", found_at="2026-01-05T12:00")
    assert found == [day("2026-01-04"), 0, "occurred"]


def test_an_open_side_is_closed_by_the_finding() -> None:
    found = death(died_from="2026-01-03T01:00", found_at="2026-01-05T12:00")
    assert found == [day("2026-01-04"), 2, "occurred"]
