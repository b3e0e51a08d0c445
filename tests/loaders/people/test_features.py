"""Cleaning and comparison columns: what two records look like to the comparisons."""

from datetime import date

import pandas as pd
import pytest

from loaders.people.contact_details import clean_address, clean_email, clean_phone, clean_pnc, clean_postcode
from loaders.people.features import (
    birth_interval,
    name_tokens,
    nicknames,
    people_features,
    sound,
    split_full_name,
)


def features(**columns: object) -> dict[str, object]:
    table = people_features(pd.DataFrame({"id": ["a:1"], "source": ["a"], **{k: [v] for k, v in columns.items()}}))
    row: dict[str, object] = table.to_pylist()[0]
    return row


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mary-Ann", ("mary", "ann")),
        ("O’Brien", ("obrien",)),
        ("Dr. José", ("jose",)),
        ("Łukasz", ("lukasz",)),
        ("STRAßE", ("strasse",)),
        ("van der Berg", ("van", "der", "berg")),
        ("Unknown", ()),
        ("N/K", ()),
        ("not known", ()),
        ("Master", ("master",)),
        ("Зоя", ("зоя",)),
        ("  ", ()),
        (None, ()),
    ],
)
def test_names_become_plain_words(text: str | None, words: tuple[str, ...]) -> None:
    assert name_tokens(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [("philips", "phillips"), ("stephen", "steven"), ("knight", "nite"), ("macdonald", "mcdonald"), ("reece", "rhys")],
)
def test_names_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("oliver", "oscar"), ("khan", "kaur"), ("smith", "jones")])
def test_names_that_do_not_sound_alike_have_keys_of_their_own(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Fenwright, Joanna Mary", ("Joanna Mary", "Fenwright")),
        ("Joanna Mary Fenwright", ("Joanna Mary", "Fenwright")),
        ("Joanna Fenwright Jnr", ("Joanna", "Fenwright")),
        ("Fenwright", ("", "Fenwright")),
        (None, ("", "")),
    ],
)
def test_a_whole_name_is_taken_apart(text: str | None, names: tuple[str, str]) -> None:
    assert split_full_name(text) == names


def test_the_whole_name_counts_only_where_the_parts_are_empty() -> None:
    row = features(given_name="Ann", family_name=None, full_name="Joanna Fenwright")
    assert (row["given"], row["family"]) == ("ann", None)


def test_nicknames_lead_to_every_formal_name_they_stand_for() -> None:
    assert set(nicknames()["alex"]) >= {"alexander", "alexandra"}
    assert "robert" in nicknames()["bob"]
    assert "alexandra" not in nicknames()["alexander"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+44 (0)7700 900123", "7700900123"),
        ("07700-900123", "7700900123"),
        ("0044 7700 900 123", "7700900123"),
        ("01632 960001", "1632960001"),
        ("999", None),
        ("00000000000", None),
        ("none", None),
        (None, None),
    ],
)
def test_phones_become_their_last_ten_digits(text: str | None, number: str | None) -> None:
    assert clean_phone(text) == number


def test_other_details_are_cleaned_and_dummies_dropped() -> None:
    assert clean_email(" Jo.F@Mail.Example ") == "jo.f@mail.example"
    assert clean_email("none@mail.example") is None
    assert clean_email("not an address") is None
    assert clean_pnc("19/123456-x") == "19123456X"
    assert clean_pnc("0000") is None
    assert clean_postcode("za3 4bp") == "ZA34BP"
    assert clean_postcode("ZZ99 3VZ") is None
    assert clean_address("14, Larch Rd.\nNorthby") == "14 larch road northby"
    assert clean_address("No fixed abode") is None


def test_an_age_gives_a_birth_year_that_is_uncertain_by_one() -> None:
    assert birth_interval(None, None, 30, date(2018, 6, 1)) == (date(1987, 1, 1), date(1989, 12, 31))
    assert birth_interval(None, None, 30, None) == (None, None)
    assert birth_interval(None, None, 430, date(2018, 6, 1)) == (None, None)


def test_a_date_of_birth_is_an_interval_and_outranks_an_age() -> None:
    assert birth_interval(date(1987, 3, 1), date(1987, 3, 31), 70, date(2018, 6, 1)) == (
        date(1987, 3, 1),
        date(1987, 3, 31),
    )
    assert birth_interval(date(1987, 3, 9), None, None, None) == (date(1987, 3, 9), date(1987, 3, 9))


def test_a_placeholder_birthday_is_no_birthday() -> None:
    assert birth_interval(date(1900, 1, 1), None, None, None) == (None, None)


def test_only_a_full_date_is_compared_digit_by_digit() -> None:
    assert features(date_of_birth=date(1987, 3, 9))["dob"] == "19870309"
    partial = features(date_of_birth=date(1987, 1, 1), date_of_birth_latest=date(1987, 12, 31))
    assert partial["dob"] is None
    assert partial["born_to"] - partial["born_from"] == 364  # type: ignore[operator]


def test_the_unidentified_are_not_there_to_be_matched_and_leave_a_gap_in_the_uids() -> None:
    table = people_features(pd.DataFrame({"id": ["a:1", "a:2", "a:3"], "unidentified": [None, True, False]}))
    assert table.column("uid").to_pylist() == [0, 2]


def test_numbers_are_sorted_by_how_many_names_use_them() -> None:
    def shared_by(names: int) -> dict[str, object]:
        rows = [
            {"id": f"a:{i}", "family_name": "BDFGJKLMNPRST"[i] * 2 + "ona", "phone": ["07700900123"]}
            for i in range(names)
        ]
        table = people_features(pd.DataFrame(rows))
        row: dict[str, object] = table.to_pylist()[0]
        return row

    assert shared_by(2)["phones"] == ["7700900123"]
    assert (shared_by(5)["phones"], shared_by(5)["phones_shared"]) == ([], ["7700900123"])
    assert (shared_by(12)["phones"], shared_by(12)["phones_shared"]) == ([], [])


def test_homes_of_two_sources_do_not_meet_by_the_same_reference() -> None:
    rows = [{"id": "a:1", "source": "a", "location_ref": "L1"}, {"id": "b:1", "source": "b", "location_ref": "L1"}]
    table = people_features(pd.DataFrame([*rows, {"id": "c:1", "source": "c", "location_ref": "a:L1"}]))
    assert table.column("home_ref").to_pylist() == ["a:L1", "b:L1", "a:L1"]
