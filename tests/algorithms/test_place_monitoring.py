"""Monitoring of places: what alarms, what explains it, how often it is wrong."""

import numpy as np
import pandas as pd
import pytest

from algorithms.count_cusum import count_cusum, rise_looked_for
from algorithms.place_monitoring import MonitoringSettings, monitor_places
from tests.algorithms.made_places import FIRST, deaths_from_counts, homes, usual

MONTHS = 36


def monitored(counts: np.ndarray, **changes: object):
    deaths = deaths_from_counts(counts)
    return monitor_places(
        deaths.assign(**changes), homes(len(counts)), first_month=FIRST, last_month=FIRST + MONTHS - 1
    )


def alarms_of(found, place: str) -> pd.DataFrame:
    return found.alarms[found.alarms["place_id"] == place]


def test_a_rise_at_one_home_is_worth_a_look_and_says_what_does_not_explain_it() -> None:
    counts = usual(30)
    counts[7, 28:] += 3
    found = monitored(counts)
    first = alarms_of(found, "H007").iloc[0]
    assert (first["kind"], first["state"]) == ("rise", "worth_a_look")
    assert first["observed"] > 1.5 * first["expected"]
    assert "Neither the season" in first["explanation"]
    assert any("by chance" in doubt for doubt in first["could_be_wrong"])
    row = found.summary.set_index("place_id").loc["H007"]
    assert row["state"] == "worth_a_look"
    assert row["ratio_low"] > row["peers_ratio_high"]


def test_a_winter_excess_of_care_homes_is_flagged_and_explained_by_season_or_peers() -> None:
    """T4: a hard winter at every home. It is not hidden, and it is not made out to be one home's."""
    counts = usual(30, a_year=24)
    rng = np.random.default_rng(5)
    counts[:, 25:28] += rng.poisson(3.0, (30, 3))
    found = monitored(counts)
    winter = found.alarms[found.alarms["month"] <= "2026-04"]
    assert winter["place_id"].nunique() >= 10
    explained = winter[winter["state"] == "explained"]
    assert explained["place_id"].nunique() >= 0.9 * winter["place_id"].nunique()
    assert {reason for reasons in explained["explained_by"] for reason in reasons} & {"season", "peers"}
    assert explained["explanation"].str.contains("Its peers explain it|The season explains it").any()


def test_an_ordinary_winter_alarms_on_the_plain_chart_alone_and_the_season_explains_it() -> None:
    """T4: homes of very old people, whose winters are always steep."""
    found = monitored(usual(30, a_year=40, steep=2.5))
    assert len(found.alarms) >= 3
    assert (found.alarms["state"] == "explained").mean() >= 0.8
    season = found.alarms[found.alarms["explained_by"].map(lambda reasons: "season" in reasons)]
    assert len(season) >= 0.8 * len(found.alarms)
    assert season["explanation"].str.contains("The season explains it").all()


def test_an_excess_of_expected_deaths_is_put_down_to_case_mix_without_being_hidden() -> None:
    counts = usual(30)
    extra = np.zeros_like(counts)
    extra[3, 27:] = 3
    deaths = pd.concat(
        [deaths_from_counts(counts), deaths_from_counts(extra, expected_share=1.0, age=93)], ignore_index=True
    )
    found = monitor_places(deaths, homes(30), first_month=FIRST, last_month=FIRST + MONTHS - 1)
    alarm = alarms_of(found, "H003").iloc[0]
    assert alarm["state"] == "worth_a_look"
    assert "category" in alarm["explained_by"]
    assert "Most of the excess is deaths judged expected" in alarm["explanation"]
    assert "Mean age at death" in alarm["explanation"]
    assert "judgement" in alarm["could_be_wrong"][0]


def test_one_very_bad_month_alarms_at_once() -> None:
    counts = usual(30, a_year=4)
    counts[2, 30] = 6
    sudden = alarms_of(monitored(counts), "H002")
    assert list(sudden[sudden["kind"] == "sudden"]["month"]) == ["2026-05"]


def test_a_place_is_not_its_own_peer() -> None:
    """A place with half of all deaths of its type would otherwise excuse itself."""
    counts = usual(6, a_year=12)
    counts[0, 24:] += 6
    alarm = alarms_of(monitored(counts), "H000").iloc[0]
    assert alarm["state"] == "worth_a_look"


def test_no_column_names_a_person_and_places_are_not_ranked() -> None:
    found = monitored(usual(30))
    for frame in (found.summary, found.chart, found.alarms, found.quality):
        assert not [name for name in frame.columns if "person" in name or "staff" in name or "rank" in name]
    assert list(found.summary["name"]) == sorted(found.summary["name"])


def test_silence_is_shown_as_silence() -> None:
    counts = usual(10)
    counts[4] = 0
    counts[4, :20] = 1
    counts[5] = 0
    quality = monitored(counts, category=None, lateness_days=45.0).quality.set_index("place_id")
    assert quality.loc["H004", "months_without_report"] == 16
    assert quality.loc["H004", "silent_since"] == "2025-07"
    assert quality.loc["H005", "months_without_report"] == MONTHS
    assert quality.loc["H004", "category_missing"] == quality.loc["H004", "late"] == 20


def test_too_little_past_is_refused_with_a_reason() -> None:
    with pytest.raises(ValueError, match="23 months are too few"):
        monitor_places(deaths_from_counts(usual(3)), homes(3), first_month=FIRST, last_month=FIRST + 22)


def test_a_type_with_one_place_or_no_deaths_still_has_its_chart() -> None:
    found = monitor_places(
        deaths_from_counts(np.zeros((1, MONTHS))), homes(1), first_month=FIRST, last_month=FIRST + MONTHS - 1
    )
    assert list(found.summary["state"]) == ["too_little"]
    assert len(found.chart) == MONTHS
    assert found.chart["expected"].notna().all()


def test_the_chart_is_the_sum_of_log_likelihood_ratios_and_starts_anew_after_an_alarm() -> None:
    observed, expected = np.array([[1, 4, 0, 4, 1]]), np.full((1, 5), 1.0)
    value, crossed, run = count_cusum(observed, expected, np.array([2.0]), 1.0, h=3.0)
    step = np.log(2.0)
    assert value[0] == pytest.approx([0, 4 * step - 1, 4 * step - 2, 8 * step - 3, 9 * step - 4])
    assert crossed[0].tolist() == [False, False, False, False, False]
    _, crossed, run = count_cusum(observed, expected, np.array([2.0]), 1.0, h=1.7)
    assert crossed[0].tolist() == [False, True, False, True, False]
    assert run[0].tolist() == [0, 1, 2, 3, 4]


def test_a_level_known_from_little_widens_the_rise_that_is_looked_for() -> None:
    sure, unsure = rise_looked_for(np.array([9.0, 9.0]), 1.0, np.array([1e9, 3.0]), k=2.0)
    assert sure == pytest.approx(1 + 2 * 3 / 9)
    assert unsure == pytest.approx(1 + 2 * 6 / 9)


def test_false_alarms_in_a_quiet_year_stay_below_what_is_published() -> None:
    """A year watched, 300 places of each size: at most 2.3 % may alarm (Aylin et al. 2003, over seven years)."""
    for a_year in (3.0, 12.0):
        counts = usual(300, a_year=a_year, seed=11)
        found = monitor_places(
            deaths_from_counts(counts),
            homes(300),
            first_month=FIRST,
            last_month=FIRST + MONTHS - 1,
            settings=MonitoringSettings(),
        )
        worth = found.alarms[found.alarms["state"] == "worth_a_look"]["place_id"].nunique()
        assert worth / 300 <= 0.023
