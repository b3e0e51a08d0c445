"""The tables of the report on deaths: they add up, hide small numbers, and are the same for the same inputs."""

from datetime import date

import pandas as pd
import pytest

from algorithms.reporting.death_columns import TABLES
from algorithms.reporting.death_tables import DeathReport, death_report

JANUARY = (date(2026, 1, 1) - date(1970, 1, 1)).days


def death(number: int, **changes: object) -> dict[str, object]:
    """Return one death of January 2026, changed as told."""
    return {
        "death_id": f"d{number}", "event_id": f"d{number}", "sources": ["niche"], "records": 1,
        "day": JANUARY + number % 28,
        "span_days": 0, "hour": number % 24, "lateness_days": 0.5, "near_miss": False, "category": "expected",
        "manner": "natural", "place_id": "H1", "place_type": "care_home", "latitude": 54.0, "longitude": -1.0,
        "precision": "exact", "sex": "F", "age": 88.0, "means": "natural", "substances_found": [],
        "substances_suspected": [], "toxicology": "not_requested", "decided_before_toxicology": False,
        "coroner_area": None, "coroner_status": None, "conclusion": None, "checks_done": ["pnc"],
        "checks_recorded": True, "supervisor_attended": None, "next_of_kin_informed": True, "items_missing": [],
        "primacy_declined": False, "family_concern": False, "closed": True, "force": "niche", "area": "A1",
    } | changes  # fmt: skip


def many() -> pd.DataFrame:
    """Return 60 deaths in four categories, three of them homicides."""
    rows = [death(n) for n in range(30)]
    rows += [death(n, category="unexpected_not_suspicious", place_type="home", place_id="X1") for n in range(30, 50)]
    rows += [death(n, category=None, place_type="street", place_id="X2", age=None) for n in range(50, 57)]
    rows += [
        death(n, category="homicide", place_type="home", place_id="X3", means="sharp_force") for n in range(57, 60)
    ]
    rows += [death(60, near_miss=True), death(61, day=None), death(62, day=JANUARY - 1)]
    return pd.DataFrame(rows).astype({"day": "Int64", "age": "Float64"})


def report(deaths: pd.DataFrame, **options: object) -> DeathReport:
    records = deaths.assign(record_id=deaths["death_id"], source="niche")
    sources = pd.DataFrame(
        [
            {"source": "niche", "title": "t", "agency": "Marrowby", "agency_kind": "police", "extracted_at": None,
             "covers_from": date(2020, 1, 1), "covers_to": date(2026, 1, 20), "deaths": 60},
            {"source": "ambo", "title": "t", "agency": "Marrowby", "agency_kind": "ambulance", "extracted_at": None,
             "covers_from": None, "covers_to": None, "deaths": 0},
        ]
    )  # fmt: skip
    places = pd.DataFrame({"place_id": ["H1"], "name": ["Alder Lodge"]})
    span = {"first_day": JANUARY, "last_day": JANUARY + 30, **options}
    return death_report(deaths, records, sources, places, **span)


def test_every_table_has_the_columns_that_it_says_and_adds_up_to_all_deaths() -> None:
    found = report(many(), hide_below=None)
    assert list(found.tables) == list(TABLES)
    for name, table in found.tables.items():
        assert list(table.columns) == list(TABLES[name].columns), name
        if TABLES[name].additive and name not in ("checks", "procedure"):
            assert table["deaths"].sum() == 60, name
    assert found.tables["checks"].groupby("check")["deaths"].sum().eq(60).all()
    by_category = found.tables["by_category"].set_index("category")
    assert by_category["deaths"].to_dict() == {
        "expected": 30, "unexpected_not_suspicious": 20, "unknown": 7, "homicide": 3,
    }  # fmt: skip
    assert by_category.loc["expected", "share"] == 0.5
    assert by_category.loc["expected", "per_year"] == pytest.approx(30 / 31 * 365.25, abs=0.1)
    overview = found.tables["overview"].set_index("figure")["value"]
    assert (overview["near misses recorded as deaths are"], overview["deaths"]) == (1, 60)
    assert found.tables["by_place"].set_index("place")["deaths"]["Alder Lodge"] == 30


def test_a_small_number_cannot_be_had_from_the_total_or_from_another_table() -> None:
    tables = report(many()).tables
    by_category = tables["by_category"].set_index("category")
    assert by_category.loc["homicide", "hidden"]
    assert by_category["hidden"].sum() >= 2
    assert by_category.loc[by_category["hidden"], ["deaths", "share", "per_year"]].isna().all(axis=None)
    # All sharp force deaths are the three homicides: no other table may say so.
    means = tables["by_means"].set_index("means")
    assert means.loc["sharp_force", "hidden"]
    assert means.loc["natural", "hidden"]
    cross = tables["by_category_means"]
    assert cross[(cross["category"] == "homicide")]["hidden"].all()
    setting = tables["by_category_setting"]
    home = setting[setting["setting"] == "home"]
    assert home["hidden"].all()


def test_the_same_inputs_have_the_same_run_id_and_others_another() -> None:
    deaths = many()
    one = report(deaths)
    assert report(deaths.sample(frac=1, random_state=3)).run_id == one.run_id
    assert report(deaths, hide_below=None).run_id != one.run_id
    assert report(deaths.assign(sex="M")).run_id != one.run_id
    for name, table in report(deaths.sample(frac=1, random_state=3)).tables.items():
        pd.testing.assert_frame_equal(table, one.tables[name])


def test_coverage_says_which_source_covers_the_period_and_how_late_it_is() -> None:
    coverage = report(many()).tables["coverage"].set_index("source")
    assert coverage.loc["niche", "covers_period"] == "part"
    assert coverage.loc["ambo", "covers_period"] == "unknown"
    assert (coverage.loc["niche", "records"], coverage.loc["ambo", "records"]) == (60, 0)
    assert coverage.loc["ambo", "months_without_record"] == 1
    assert coverage.loc["niche", "category_missing"] == pytest.approx(7 / 60, abs=1e-4)


def test_series_considered_are_told_with_decision_and_reason() -> None:
    series = pd.DataFrame([{"series": "s1", "title": "two in one churchyard", "deaths": 2, "decision": "refer"}])
    table = report(many(), series=series).tables["series"]
    assert table.loc[0, ["series", "decision"]].tolist() == ["s1", "refer"]
    assert table.loc[0, "reason"] is None or pd.isna(table.loc[0, "reason"])


def test_a_period_without_deaths_has_all_its_tables_empty() -> None:
    found = report(many(), first_day=JANUARY + 400, last_day=JANUARY + 430)
    assert found.tables["by_category"].empty
    assert found.tables["by_weekday"]["deaths"].sum() == 0
    assert found.run_json().startswith("{")


def test_a_period_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        report(many(), first_day=10, last_day=9)
