"""Homes, phones and names that change: what two records of different years share (T8), and what they do not."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from loaders.resolve import resolve_people

JO = {"given_name": "Joanna", "family_name": "Fenwright", "date_of_birth": date(1987, 3, 9), "sex": "F"}
LARCH, FIR = "14 Larch Road, Northby", "2 Fir Lane, Westwick"
SEEN_2012 = {"first_recorded_at": date(2012, 5, 1), "recorded_at": date(2012, 5, 1)}
SEEN_2024 = {"first_recorded_at": date(2024, 5, 1), "recorded_at": date(2024, 5, 1)}


def one_person(*records: dict[str, Any]) -> bool:
    nominals = pd.DataFrame([{"id": f"niche:P{i}", "source": "niche", **record} for i, record in enumerate(records)])
    return resolve_people(nominals).clusters["person_id"].nunique() == 1


def home(address: str, start: int | None = None, end: int | None = None, place: str | None = None) -> dict[str, Any]:
    return {
        "place": place,
        "address": address,
        "postcode": None,
        "from_on": start and date(start, 1, 1),
        "to_on": end and date(end, 12, 31),
    }


def phone(number: str, start: int | None = None, end: int | None = None) -> dict[str, Any]:
    return {"number": number, "from_on": start and date(start, 1, 1), "to_on": end and date(end, 12, 31)}


def married(**more: Any) -> dict[str, Any]:
    return {**JO, "family_name": "Aldby", "address": FIR, **SEEN_2024, **more}


def test_a_married_name_joins_by_given_name_date_of_birth_and_a_former_address() -> None:
    maiden = {**JO, "address": LARCH, **SEEN_2012}
    assert not one_person(maiden, married())
    assert one_person(maiden, married(homes=[home(LARCH, 2008, 2013)]))


def test_a_former_address_counts_when_both_records_state_it_as_former() -> None:
    maiden = {**JO, "address": "9 Oak Court, Eastmere", **SEEN_2024, "homes": [home(LARCH, 2009, 2012)]}
    assert one_person(maiden, married(homes=[home(LARCH, 2010, 2014)]))


def test_periods_a_year_apart_are_near_and_ten_years_apart_are_not() -> None:
    maiden = {**JO, "address": None, **SEEN_2024, "homes": [home(LARCH, 2009, 2011)]}
    assert one_person(maiden, married(homes=[home(LARCH, 2013, 2015)]))
    assert not one_person(maiden, married(homes=[home(LARCH, 2021, 2023)]))


def test_a_former_address_without_dates_counts_at_any_time() -> None:
    maiden = {**JO, "address": LARCH, **SEEN_2012}
    assert one_person(maiden, married(homes=[home(LARCH)]))


def test_one_place_counts_as_a_former_home_whatever_its_text() -> None:
    maiden = {**JO, "location_ref": "L7", "address": None, **SEEN_2012}
    assert one_person(maiden, married(homes=[home("Flat 3", 2011, 2012, place="niche:L7")]))


def test_one_address_text_in_two_towns_is_not_one_home() -> None:
    here, there = ({**home("1 High Street", 2010, 2012), "postcode": code} for code in ("ZA3 4BP", "ZB9 9QT"))
    maiden = {**JO, "address": None, **SEEN_2012, "homes": [here]}
    assert not one_person(maiden, married(homes=[there]))


def test_who_lived_there_before_is_somebody_else() -> None:
    before = {"given_name": "Joanna", "family_name": "Marlby", "homes": [home(LARCH, 2008, 2012)], "sex": "F"}
    assert not one_person({**JO, "address": LARCH, **SEEN_2024}, before)


def test_a_phone_that_both_used_in_the_same_years_joins() -> None:
    name = {"given_name": "Joanna", "family_name": "Fenwright"}
    first = {**name, "phones": [phone("07700 900123", 2010, 2013)]}
    assert one_person(first, {**name, "phones": [phone("+44 7700 900123", 2012, 2015)]})
    assert one_person(first, {**name, "phone": ["07700900123"]})


def test_a_number_passed_on_years_later_joins_nobody() -> None:
    name = {"given_name": "Joanna", "family_name": "Fenwright"}
    first = {**name, "phones": [phone("07700900123", 2003, 2005)]}
    assert not one_person(first, {**name, "phones": [phone("07700900123", 2019, 2022)]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"given_name": "Robert"}, {"given_name": "Bob"}),
        ({"given_name": "Stephen"}, {"given_name": "Steven"}),
        ({"family_name": "Philips"}, {"family_name": "Fillips"}),
        ({"date_of_birth": date(1987, 3, 9)}, {"date_of_birth": date(1987, 9, 3)}),
        ({"date_of_birth": date(1987, 3, 9)}, {"date_of_birth": date(1978, 3, 9)}),
        (
            {"date_of_birth": date(1987, 3, 9)},
            {"date_of_birth": date(1987, 3, 1), "date_of_birth_latest": date(1987, 3, 31)},
        ),
    ],
    ids=["nickname", "spelling by ear", "surname by ear", "day and month", "two digits", "month only"],
)
def test_a_name_or_date_told_another_way_joins_with_the_home(one: dict[str, Any], other: dict[str, Any]) -> None:
    base = {"given_name": "Joanna", "family_name": "Fenwright", "date_of_birth": date(1987, 3, 9), "address": LARCH}
    assert one_person({**base, **one}, {**base, **other})


def test_twins_who_moved_out_together_stay_two() -> None:
    shared = {"address": FIR, "homes": [home(LARCH, 2005, 2012)], "sex": None, **SEEN_2024}
    assert not one_person({**JO, **shared}, {**JO, "given_name": "Marcus", **shared})


def test_parent_and_child_of_one_name_who_shared_each_former_home_stay_two() -> None:
    shared = {"homes": [home(LARCH, 2005, 2012), home(FIR, 2012, 2020)], "phones": [phone("01632960001", 2005, 2020)]}
    assert not one_person({**JO, **shared}, {**JO, "date_of_birth": date(1961, 11, 2), **shared})


def test_a_landlord_and_tenants_of_one_address_over_the_years_stay_apart() -> None:
    tenants = [
        {"given_name": name, "family_name": f"{name}by", "homes": [home(LARCH, 2000 + 3 * i, 2003 + 3 * i)]}
        for i, name in enumerate(["Ada", "Bilal", "Chen", "Dina"])
    ]
    nominals = pd.DataFrame([{"id": f"niche:P{i}", **tenant} for i, tenant in enumerate(tenants)])
    assert resolve_people(nominals).clusters["person_id"].nunique() == 4
