"""Who is one person and who is not: small literal records, the committed model."""

import logging
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import ThroughlineError
from graph.ids import person_id
from loaders.people.blocking import NEIGHBOURS
from loaders.people.scoring import workspace
from loaders.resolve import resolve_people
from tests.loaders.made_people import made_people, pairs_of, scores

JO = {"given_name": "Joanna", "family_name": "Fenwright", "date_of_birth": date(1987, 3, 9), "sex": "F"}
HOME = {"address": "14 Larch Road, Northby", "postcode": "ZA3 4BP"}


def people(*records: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{"id": f"niche:P{i}", "source": "niche", **record} for i, record in enumerate(records)])


def groups(*records: dict[str, Any], judgements: list[tuple[int, int, str]] | None = None) -> list[set[int]]:
    said = [(f"niche:P{a}", f"niche:P{b}", verdict) for a, b, verdict in judgements or []]
    resolution = resolve_people(people(*records), pd.DataFrame(said, columns=["first_ref", "second_ref", "verdict"]))
    found: dict[str, set[int]] = {}
    for nominal, person in zip(resolution.clusters["nominal_id"], resolution.clusters["person_id"], strict=True):
        found.setdefault(person, set()).add(int(nominal.removeprefix("niche:P")))
    return sorted(found.values(), key=min)


def one_person(*records: dict[str, Any]) -> bool:
    return len(groups(*records)) == 1


# --- the slips of real records (T8) --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slip",
    [
        {},
        {"given_name": "Joana"},
        {"given_name": "Jo"},
        {"family_name": "Fenwrihgt"},
        {"date_of_birth": date(1987, 9, 3)},
        {"date_of_birth": date(1987, 3, 19)},
        {"given_name": "Fenwright", "family_name": "Joanna"},
        {"given_name": "JOANNA", "family_name": "Fénwright"},
        {"family_name": "Fenwright-Aldby"},
        {"sex": None},
        {"given_name": None, "family_name": None, "full_name": "FENWRIGHT, Joanna"},
    ],
    ids=str,
)
def test_a_record_with_one_slip_is_the_same_person_when_the_phone_agrees(slip: dict[str, Any]) -> None:
    phone = {"phone": ["07700 900123"]}
    assert one_person({**JO, **phone}, {**JO, **slip, "phone": ["+44 7700 900123"]})


def test_a_typo_and_a_swapped_date_of_birth_together_need_a_home_or_a_phone() -> None:
    split = {**JO, "family_name": "Fenwrigth", "date_of_birth": date(1987, 9, 3)}
    assert one_person({**JO, **HOME}, {**split, **HOME})


def test_name_and_date_of_birth_join() -> None:
    assert one_person(JO, JO)


def test_a_changed_surname_joins_with_date_of_birth_and_phone() -> None:
    married = {**JO, "family_name": "Aldby"}
    assert one_person({**JO, "phone": ["07700900123"]}, {**married, "phone": ["07700900123"]})


def test_an_alias_joins_with_the_same_date_of_birth() -> None:
    assert one_person({**JO, "aliases": ["Josie Aldby"]}, {**JO, "given_name": "Josie", "family_name": "Aldby"})


def test_a_partial_date_of_birth_and_an_age_fit_the_full_date() -> None:
    year = {**JO, "date_of_birth": date(1987, 1, 1), "date_of_birth_latest": date(1987, 12, 31), **HOME}
    age = {**JO, "date_of_birth": None, "age": 30, "age_on": date(2018, 1, 5), **HOME}
    assert groups({**JO, **HOME}, year, age) == [{0, 1, 2}]


def test_an_age_of_another_generation_keeps_apart() -> None:
    child = {**JO, "date_of_birth": None, "age": 8, "age_on": date(2018, 1, 5), **HOME}
    assert not one_person({**JO, **HOME}, child)


# --- relatives and namesakes (T10) ---------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["Marcus", "Josephine", "Jack", "Jane"])
def test_twins_are_two_people_however_much_they_share(other: str) -> None:
    shared = {**HOME, "phone": ["01632960001"], "email": ["family@mail.example"]}
    twin = {**JO, "given_name": other, "sex": None}
    assert not one_person({**JO, **shared, "sex": None}, {**twin, **shared})


def test_twins_stay_apart_when_each_is_recorded_twice() -> None:
    oliver, oscar = ({**JO, "sex": "M", "given_name": name, **HOME} for name in ("Oliver", "Oscar"))
    assert groups(oliver, oscar, {**oliver, "given_name": "Ollie"}, oscar) == [{0, 2}, {1, 3}]


def test_parent_and_child_with_one_name_in_one_house_are_two_people() -> None:
    parent = {**JO, "date_of_birth": date(1961, 11, 2)}
    shared = {**HOME, "phone": ["01632960001"]}
    assert not one_person({**JO, **shared}, {**parent, **shared})


def test_a_record_that_fits_parent_and_child_alike_goes_to_neither() -> None:
    parent = {**JO, "date_of_birth": date(1961, 11, 2), **HOME}
    undated = {**JO, "date_of_birth": None, **HOME}
    assert groups({**JO, **HOME}, parent, undated) == [{0}, {1}, {2}]
    possible = resolve_people(people({**JO, **HOME}, parent, undated)).possible
    assert set(possible["nominal_b"]) == {"niche:P2"}


def test_brothers_and_couples_who_share_address_and_landline_are_two_people() -> None:
    shared = {**HOME, "phone": ["01632960001"]}
    brother = {"given_name": "Peter", "family_name": "Fenwright", "date_of_birth": date(1985, 7, 1)}
    partner = {"given_name": "Rosalind", "family_name": "Oakley"}
    assert groups({**JO, **shared}, {**brother, **shared}, {**partner, **shared}) == [{0}, {1}, {2}]


def test_junior_and_senior_are_two_people() -> None:
    shared = {**JO, **HOME, "date_of_birth": None}
    assert not one_person({**shared, "name_suffix": "Jnr"}, {**shared, "name_suffix": "Snr."})


# --- too little to go by -------------------------------------------------------------------------------------------


def test_a_name_alone_is_not_enough() -> None:
    assert not one_person({"given_name": "Joanna", "family_name": "Fenwright"}, {**JO, "date_of_birth": None})


def test_one_name_for_many_people_is_weaker_than_a_rare_one() -> None:
    crowd = [
        {"given_name": "John", "family_name": "Smith", "date_of_birth": date(1950 + i % 50, 1 + i % 12, 1 + i % 28)}
        for i in range(400)
    ]
    rare = {"given_name": "Zebedee", "family_name": "Quillfeather", "date_of_birth": date(1999, 9, 9)}
    nominals = people(
        *crowd, *[{**rare, "postcode": "ZA1 1AA"}, {**rare, "date_of_birth": None, "postcode": "ZA1 1AA"}]
    )
    clusters = resolve_people(nominals).clusters.set_index("nominal_id")["person_id"]
    assert clusters["niche:P400"] == clusters["niche:P401"]


def test_records_without_a_name_are_never_joined_on_its_absence() -> None:
    assert groups({"sex": "M"}, {"sex": "M"}, {}) == [{0}, {1}, {2}]


def test_a_nameless_record_is_joined_by_what_it_has() -> None:
    assert one_person({"pnc_id": "2019/0123456X"}, {**JO, "pnc_id": "2019-0123456x"})
    caller = {"phone": ["07700900123"], "email": ["jo.f@mail.example"]}
    assert one_person(caller, {**JO, **caller})


def test_the_unidentified_are_joined_by_a_person_only() -> None:
    unknown = {**JO, **HOME, "unidentified": True}
    assert groups({**JO, **HOME}, unknown) == [{0}, {1}]
    assert groups({**JO, **HOME}, unknown, judgements=[(0, 1, "same")]) == [{0, 1}]


def test_placeholders_are_not_names() -> None:
    assert not one_person({"given_name": "Unknown", "family_name": "Unknown", **HOME}, {**JO, **HOME})


def test_sexes_that_differ_speak_against_but_not_alone() -> None:
    assert one_person({**JO, **HOME}, {**JO, **HOME, "sex": "M"})


# --- PNC id --------------------------------------------------------------------------------------------------------


def test_one_pnc_id_joins_across_names() -> None:
    married = {"given_name": "Jo", "family_name": "Aldby", "pnc_id": "19/1234567A"}
    resolution = resolve_people(people({**JO, "pnc_id": "19/1234567A"}, married))
    assert resolution.clusters["basis"].tolist() == ["same PNC id", "same PNC id"]


def test_a_pnc_id_that_names_and_dates_of_birth_both_contradict_does_not_join() -> None:
    other = {"given_name": "Gareth", "family_name": "Oakley", "date_of_birth": date(1952, 12, 30), "sex": "M"}
    assert not one_person({**JO, "pnc_id": "19/1234567A"}, {**other, "pnc_id": "19/1234567A"})
    assert one_person({**JO, "pnc_id": "19/1234567A"}, {**other, "date_of_birth": None, "pnc_id": "19/1234567A"})


# --- what people said ----------------------------------------------------------------------------------------------

GARETH = {"given_name": "Gareth", "family_name": "Oakley", "date_of_birth": date(1952, 12, 30), "sex": "M"}


def test_same_joins_where_the_model_would_not() -> None:
    nominals = people(JO, GARETH)
    said = pd.DataFrame({"first_ref": ["niche:P1"], "second_ref": ["niche:P0"], "verdict": ["same"]})
    clusters = resolve_people(nominals, said).clusters
    assert clusters["person_id"].nunique() == 1
    assert clusters["basis"].tolist() == ["said by an analyst"] * 2
    assert clusters["probability"].tolist() == [1.0, 1.0]


def test_different_parts_what_the_model_would_join() -> None:
    assert groups(JO, JO, judgements=[(0, 1, "different")]) == [{0}, {1}]
    said = pd.DataFrame({"first_ref": ["niche:P0"], "second_ref": ["niche:P1"], "verdict": ["different"]})
    assert resolve_people(people(JO, JO), said).possible.empty


def test_different_holds_through_third_records() -> None:
    result = groups({**JO, **HOME}, JO, {**JO, **HOME}, judgements=[(0, 1, "different")])
    assert result == [{0, 2}, {1}]


def test_the_last_verdict_on_a_pair_holds() -> None:
    assert groups(JO, GARETH, judgements=[(0, 1, "same"), (1, 0, "different")]) == [{0}, {1}]
    assert groups(JO, JO, judgements=[(0, 1, "different"), (1, 0, "same")]) == [{0, 1}]


def test_verdicts_that_contradict_each_other_are_reported_and_join_nobody() -> None:
    third = {"given_name": "Ines", "family_name": "Marlby", "date_of_birth": date(1999, 1, 1)}
    said = pd.DataFrame(
        [("niche:P0", "niche:P1", "same"), ("niche:P1", "niche:P2", "same"), ("niche:P0", "niche:P2", "different")],
        columns=["first_ref", "second_ref", "verdict"],
    )
    resolution = resolve_people(people(JO, GARETH, third), said)
    assert resolution.clusters["person_id"].nunique() == 3
    (contradiction,) = resolution.contradictions
    assert contradiction.words == (
        "niche:P0 = niche:P1 = niche:P2 were said to be one person, but niche:P0 and niche:P2 to be two"
    )


def test_a_verdict_that_no_contradiction_touches_still_holds() -> None:
    third, fourth = ({"given_name": name, "family_name": "Marlby"} for name in ("Ines", "Otto"))
    said = [(0, 1, "same"), (1, 2, "same"), (0, 2, "different"), (2, 3, "same")]
    assert groups(JO, GARETH, third, fourth, judgements=said) == [{0}, {1}, {2, 3}]


def test_a_contradiction_is_over_when_one_of_its_verdicts_is_taken_back() -> None:
    third = {"given_name": "Ines", "family_name": "Marlby", "date_of_birth": date(1999, 1, 1)}
    said = [(0, 1, "same"), (1, 2, "same"), (0, 2, "different"), (0, 2, "same")]
    assert groups(JO, GARETH, third, judgements=said) == [{0, 1, 2}]


def test_a_contradicted_same_leaves_the_model_to_decide() -> None:
    said = [(0, 1, "same"), (1, 2, "same"), (0, 2, "different")]
    assert groups({**JO, **HOME}, {**JO, **HOME}, GARETH, judgements=said) == [{0, 1}, {2}]


def test_same_holds_through_third_records() -> None:
    third = {"given_name": "Ines", "family_name": "Marlby", "date_of_birth": date(1999, 1, 1)}
    assert groups(JO, GARETH, third, judgements=[(0, 1, "same"), (1, 2, "same")]) == [{0, 1, 2}]


def test_a_verdict_holds_for_a_record_that_was_renewed() -> None:
    moved = {**JO, "family_name": "Aldby", "address": "2 Fir Lane, Westwick"}
    assert groups(moved, GARETH, judgements=[(0, 1, "same")]) == [{0, 1}]
    assert groups({**JO, **HOME}, {**JO, **HOME, "pnc_id": "19/1234567A"}, judgements=[(0, 1, "different")]) == [
        {0},
        {1},
    ]


def test_a_judgement_about_a_nominal_that_is_not_here_waits() -> None:
    said = pd.DataFrame({"first_ref": ["niche:P0"], "second_ref": ["other:9"], "verdict": ["same"]})
    assert resolve_people(people(JO), said).clusters["basis"].tolist() == ["single record"]


def test_judgements_about_events_are_not_about_people() -> None:
    said = pd.DataFrame(
        {"about": ["event"], "first_ref": ["niche:P0"], "second_ref": ["niche:P1"], "verdict": ["linked"]}
    )
    assert resolve_people(people(JO, GARETH), said).clusters["person_id"].nunique() == 2


@pytest.mark.parametrize(("second", "verdict"), [("niche:P1", "maybe"), ("niche:P0", "same")])
def test_an_impossible_judgement_is_refused(second: str, verdict: str) -> None:
    said = pd.DataFrame({"first_ref": ["niche:P0"], "second_ref": [second], "verdict": [verdict]})
    with pytest.raises(ThroughlineError, match="row 1"):
        resolve_people(people(JO, GARETH), said)


# --- chains, hubs, size --------------------------------------------------------------------------------------------


def test_a_switchboard_joins_nobody() -> None:
    names = ["Ada", "Bilal", "Chen", "Dina", "Evan", "Farah", "Gwen", "Hugo", "Iman", "Jude", "Kofi", "Lena"]
    records = [{"given_name": name, "family_name": f"{name}by", "phone": ["01632960999"]} for name in names]
    assert len(groups(*records)) == len(names)
    nameless = [{"phone": ["01632960999"], "email": [f"{name}@mail.example"]} for name in names[:2]]
    assert len(groups(*records, *nameless)) == len(names) + 2


def test_no_chain_of_slips_leads_from_one_person_to_another() -> None:
    """Each neighbour differs by one detail; the ends share nothing but a surname."""
    born = [date(1980, 1, 1), date(1980, 1, 2), date(1981, 1, 2), date(1981, 2, 2), date(1991, 2, 2), date(1991, 2, 21)]
    names = ["Marian", "Marion", "Marlon", "Marlow", "Harlow", "Harley"]
    records = [
        {"given_name": name, "family_name": "Tarrant", "date_of_birth": dob, **HOME}
        for name, dob in zip(names, born, strict=True)
    ]
    assert not any({0, 5} <= group for group in groups(*records))


def test_a_common_name_without_a_date_of_birth_does_not_explode() -> None:
    crowd = people(*[{"given_name": "John", "family_name": "Smith"} for _ in range(3000)])
    with workspace(crowd) as space:
        assert space.find_candidates() <= 3000 * 2 * NEIGHBOURS
    assert resolve_people(crowd).clusters["person_id"].nunique() == 3000


def test_one_person_recorded_many_times_is_one_person() -> None:
    records = [{**JO, "phone": ["07700900123"], "pnc_id": "19/1234567A"} for _ in range(180)]
    assert one_person(*records)


# --- what comes back -----------------------------------------------------------------------------------------------


def test_the_earliest_record_founds_the_person() -> None:
    nominals = people(JO, JO, JO)
    nominals["first_recorded_at"] = [
        datetime(2020, 5, 1, tzinfo=UTC), datetime(2019, 5, 1, tzinfo=UTC), datetime(2021, 5, 1, tzinfo=UTC)
    ]  # fmt: skip
    assert set(resolve_people(nominals).clusters["person_id"]) == {person_id("niche:P1")}


def test_without_times_the_smallest_id_founds_the_person() -> None:
    assert set(resolve_people(people(JO, JO)).clusters["person_id"]) == {person_id("niche:P0")}


def test_a_person_id_is_twelve_hex_digits_of_the_founders_hash() -> None:
    assert person_id("niche:P0") == "person:7b52d09f2f43"


def test_clusters_say_how_sure_and_why() -> None:
    phone = {"phone": ["07700900123"]}
    clusters = resolve_people(people({**JO, **phone}, {**JO, **phone}, GARETH)).clusters
    assert clusters["nominal_id"].tolist() == ["niche:P0", "niche:P1", "niche:P2"]
    assert clusters["basis"].tolist() == ["name, date of birth, phone", "name, date of birth, phone", "single record"]
    assert 0.99 <= clusters["probability"][0] <= 1.0
    assert clusters["probability"][2] == 1.0


def test_possible_pairs_are_shown_with_their_reason() -> None:
    phone = {"phone": ["07700900123"]}
    possible = resolve_people(people({"given_name": "Joanna", **phone}, {**JO, **phone}, GARETH)).possible
    assert list(possible.columns) == ["nominal_a", "nominal_b", "probability", "basis"]
    assert possible.apply(lambda row: 0.8 <= row["probability"] <= 0.99, axis=1).all()


@pytest.mark.parametrize("rows", [0, 1])
def test_no_records_and_one_record_resolve(rows: int) -> None:
    nominals = people(JO, GARETH).head(rows)
    resolution = resolve_people(nominals)
    assert len(resolution.clusters) == rows
    assert resolution.possible.empty


def test_a_table_of_ids_alone_resolves_to_single_records() -> None:
    assert resolve_people(pd.DataFrame({"id": ["a:1", "a:2"]})).clusters["basis"].tolist() == ["single record"] * 2


def test_pandas_empties_of_every_kind_are_empty() -> None:
    nominals = people(JO, {**JO, "phone": None, "email": [], "age": float("nan"), "postcode": pd.NA, "address": ""})
    nominals["date_of_birth"] = pd.to_datetime(nominals["date_of_birth"])
    nominals["first_recorded_at"] = pd.NaT
    assert resolve_people(nominals).clusters["person_id"].nunique() == 1


@pytest.mark.parametrize("ids", [["a:1", "a:1"], ["a:1", None], ["a:1", ""]])
def test_missing_and_repeated_ids_are_refused(ids: list[str | None]) -> None:
    with pytest.raises(ThroughlineError, match="people: "):
        resolve_people(pd.DataFrame({"id": ids}))
    with pytest.raises(ThroughlineError, match="column id is missing"):
        resolve_people(pd.DataFrame({"ref": ["1"]}))


@given(order=st.permutations(range(12)))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    nominals, _ = made_people(7, seed=11, records=2.0)
    nominals = nominals.head(12)
    expected, got = resolve_people(nominals), resolve_people(nominals.iloc[order[: len(nominals)]])
    pd.testing.assert_frame_equal(expected.clusters, got.clusters)
    pd.testing.assert_frame_equal(expected.possible, got.possible)


def test_the_order_of_rows_does_not_matter_to_training_either() -> None:
    nominals, _ = made_people(700, seed=3)
    expected = resolve_people(nominals)
    got = resolve_people(nominals.sample(frac=1.0, random_state=7))
    assert expected.model.trained_on == len(nominals)
    assert expected.model == got.model
    pd.testing.assert_frame_equal(expected.clusters, got.clusters)


def test_families_on_record_are_told_apart_and_found_again() -> None:
    nominals, truth = made_people(2000, seed=29)
    clusters = resolve_people(nominals).clusters
    precision, recall, _ = scores(
        pairs_of(dict(zip(clusters["nominal_id"], clusters["person_id"], strict=True))), pairs_of(truth)
    )
    assert precision >= 0.99
    assert recall >= 0.85


def test_logs_hold_counts_and_nobody(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        resolve_people(people({**JO, **HOME}, {**JO, **HOME}, GARETH))
    output = capfd.readouterr()
    told = (caplog.text + output.out + output.err).casefold()
    assert "3 nominals" in told
    assert not any(word in told for word in ("fenwright", "joanna", "gareth", "1987", "larch"))
