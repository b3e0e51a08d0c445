"""What each agreement and disagreement of two records adds, in records that a reader can hold in mind."""

import pandas as pd
import pytest

from loaders.same_event.comparing import compare_texts, words_of
from loaders.same_event.spots import address_key, find_places
from tests.loaders.same_event.told import PLACES, Pair, told

COUPLE = "delphine v, orrin s"
ASSAULT = {"offence": "Violence with injury", "offence_code": "8N"}


def test_one_assault_told_by_two_forces_is_one_event() -> None:
    pair = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:1", 4, COUPLE, at="B", **ASSAULT))
    assert pair.probability >= 0.99
    assert pair.words["people"] == "2 people in common, one in the same role"
    assert pair.words["time"] == "within ten minutes of each other"
    assert pair.words["place"] == "at the same address"


def test_a_clerk_who_enters_one_crime_twice_makes_one_event() -> None:
    pair = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), told("alpha:2", 0, COUPLE, **ASSAULT))
    assert pair.probability >= 0.99


@pytest.mark.parametrize("minutes", [45, 180, 600, 1440, 2880])
def test_a_couples_next_assault_is_another_event(minutes: float) -> None:
    pair = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), told("alpha:2", minutes, COUPLE, **ASSAULT))
    assert pair.probability < 0.8
    across = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:2", max(minutes, 600), COUPLE, **ASSAULT))
    assert across.probability < 0.8


def test_people_who_are_in_many_records_say_less() -> None:
    once = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:1", 4, COUPLE, **ASSAULT))
    others = [told(f"beta:{n}", n * 2000, COUPLE, **ASSAULT) for n in range(2, 12)]
    often = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:1", 4, COUPLE, **ASSAULT), *others)
    assert often.bits["repeated"] == pytest.approx(once.bits["repeated"] - 3.46, abs=0.01)
    assert often.words["repeated"].endswith("11 in 90 days could be it by this person")
    assert often.probability < 0.99 <= once.probability


def test_last_years_records_of_a_person_do_not_count() -> None:
    once = Pair(told("alpha:1", 0, COUPLE), told("beta:1", 4, COUPLE))
    old = Pair(told("alpha:1", 0, COUPLE), told("beta:1", 4, COUPLE), told("beta:2", -500_000, COUPLE))
    assert old.bits == once.bits


def test_a_person_who_may_be_another_caps_the_probability() -> None:
    sure = Pair(told("alpha:1", 0, COUPLE), told("beta:1", 0, COUPLE))
    unsure = Pair(told("alpha:1", 0, COUPLE), told("beta:1", 0, COUPLE, identity=0.9))
    assert unsure.probability < 0.9 < sure.probability
    assert unsure.bits["identity"] < 0 == sure.bits["identity"]


def test_the_same_minute_says_most_and_a_round_hour_less() -> None:
    exact = Pair(told("alpha:1", 0, COUPLE), told("beta:1", 0, COUPLE))
    rounded = Pair(told("alpha:1", -7, COUPLE), told("beta:1", -7, COUPLE))
    near = Pair(told("alpha:1", 0, COUPLE), told("beta:1", 9, COUPLE))
    assert exact.bits["time"] > rounded.bits["time"] == pytest.approx(exact.bits["time"] - 2.58, abs=0.01)
    assert exact.bits["time"] > near.bits["time"] > 0


def test_intervals_that_overlap_are_not_an_exact_agreement() -> None:
    day = Pair(told("alpha:1", 0, COUPLE, wide=1440), told("beta:1", 600, COUPLE, wide=1440))
    month = Pair(told("alpha:1", 0, COUPLE, wide=28 * 1440), told("beta:1", 600, COUPLE, wide=28 * 1440))
    point = Pair(told("alpha:1", 0, COUPLE), told("beta:1", 0, COUPLE))
    assert day.words["time"] == "in intervals that overlap"
    assert point.bits["time"] > 8 > day.bits["time"] > 0
    assert month.bits["time"] == pytest.approx(0, abs=0.3)


def test_the_same_bare_date_is_an_interval() -> None:
    pair = Pair(told("alpha:1", 0, COUPLE, wide=1440), told("beta:1", 0, COUPLE, wide=1440))
    assert pair.words["time"] == "in intervals that overlap"


def test_an_interval_known_to_the_minute_at_both_ends_agrees_as_exactly_as_a_minute() -> None:
    first, second = told("alpha:1", 0, COUPLE, wide=540), told("alpha:2", 0, COUPLE, wide=540)
    for row in (first, second):
        row |= {"start_high": row["start_low"], "end_low": row["end_high"]}
    assert Pair(first, second).words["time"] == "at the same minute"


def test_records_without_a_time_are_not_compared() -> None:
    assert not Pair(told("alpha:1", None, COUPLE), told("beta:1", 0, COUPLE)).compared


def test_place_weighs_little_once_people_are_shared_and_distance_weighs_against() -> None:
    same, far, none = (
        Pair(told("alpha:1", 0, COUPLE), told("beta:1", 4, COUPLE, at=at)).bits["place"] for at in ("B", "C", None)
    )
    assert 1 > same > 0 == none > far


def test_an_attendance_joins_by_place_time_and_patient() -> None:
    assault = told("alpha:1", 0, COUPLE, **ASSAULT)
    hers = told("ambo:1", 5, at="B", kind="ambulance", patient_sex="F", age_band="25-34")
    pair = Pair(assault, hers)
    assert pair.probability >= 0.99
    assert pair.words["patient"] == "of the same sex, in the same age band"
    his = told("ambo:1", 5, at="B", kind="ambulance", patient_sex="M", age_band="75-84")
    assert Pair(assault, his).probability < 0.1
    unknown = told("ambo:1", 5, at="B", kind="ambulance")
    assert 0.8 <= Pair(assault, unknown).probability < 0.99


def test_an_ambulance_seldom_comes_for_a_theft() -> None:
    theft = told("alpha:1", 0, COUPLE, offence="Shoplifting")
    came = told("ambo:1", 5, at="B", kind="ambulance", patient_sex="F", age_band="25-34")
    assert Pair(theft, came).bits["offence"] < 0


def test_hub_places_count_for_little() -> None:
    came = {"kind": "ambulance", "patient_sex": "F", "age_band": "25-34"}
    home = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), told("ambo:1", 5, **came))
    hospital = Pair(told("alpha:1", 0, COUPLE, at="H", **ASSAULT), told("ambo:1", 5, at="H", **came))
    assert hospital.bits["repeated"] < home.bits["repeated"] - 6
    assert hospital.probability < 0.9 < 0.99 < home.probability


def test_a_displaced_place_never_makes_a_link() -> None:
    came = told("ambo:1", 0, at="V", kind="ambulance", patient_sex="F", age_band="25-34")
    assert not Pair(told("alpha:1", 0, COUPLE, at="V"), came).compared


def test_places_near_each_other_bring_records_together_but_not_as_one() -> None:
    beside = {"id": "N", "address": "6 Teasel Close", "town": "Marrowby", "latitude": 54.1002, "longitude": -1.2}
    came = told("ambo:1", 0, at="N", kind="ambulance", patient_sex="F", age_band="25-34")
    pair = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), came, places=[*PLACES, beside])
    assert pair.words["place"] == "within 25 m of each other, at no common address"
    assert pair.probability < 0.99


def test_the_same_offence_speaks_for_and_another_against() -> None:
    first = told("alpha:1", 0, COUPLE, **ASSAULT)
    same = Pair(first, told("beta:1", 4, COUPLE, **ASSAULT)).bits["offence"]
    other = Pair(first, told("beta:1", 4, COUPLE, offence="Criminal damage")).bits["offence"]
    unknown = Pair(first, told("beta:1", 4, COUPLE)).bits["offence"]
    assert same > unknown == 0 > other


def test_texts_are_weak_support_and_a_named_reference_a_strong_one() -> None:
    def bits(first: str, second: str) -> float:
        return sum(x.bits for x in compare_texts(words_of(first), words_of(second), "I0004711", "A0000815"))

    long = "she was struck twice in the kitchen and ran to the neighbours who rang at once for help"
    assert bits("victim spoken to", "victim spoken to") == pytest.approx(1)
    assert 0 < bits("Victim spoken to.", "victim SPOKEN to") < bits(long, long) < 6
    assert bits("victim spoken to", "no witnesses") == 0
    assert bits("attended with A0000815 crew", "short") > 9
    assert bits("", long) == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [("crime", "arrest"), ("crime", "safeguarding"), ("death", "crime"), ("intelligence", "intelligence")],
)
def test_some_kinds_are_never_one_event(first: str, second: str) -> None:
    assert not Pair(told("alpha:1", 0, COUPLE, kind=first), told("beta:1", 0, COUPLE, kind=second)).compared


def test_a_crime_and_a_report_of_one_source_are_two_records_of_purpose() -> None:
    assert not Pair(told("alpha:1", 0, COUPLE), told("alpha:2", 0, COUPLE, kind="non_crime")).compared


class TestForbidden:
    """Contradictions that forbid joining, whatever agrees."""

    def test_a_link_of_the_force_makes_two_events(self) -> None:
        pair = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), told("beta:1", 0, COUPLE, **ASSAULT), linked=True)
        assert (pair.forbidden, pair.probability) == ("linked", 0)

    def test_one_source_with_two_offences(self) -> None:
        pair = Pair(told("alpha:1", 0, COUPLE, **ASSAULT), told("alpha:2", 0, COUPLE, offence="Criminal damage"))
        assert pair.forbidden == "offences"

    def test_one_source_with_two_victims(self) -> None:
        pair = Pair(told("alpha:1", 0, "delphine v, orrin s"), told("alpha:2", 0, "ludo v, orrin s"))
        assert pair.forbidden == "victims"

    def test_one_source_with_who_may_be_one_victim_under_two_names_is_at_most_possible(self) -> None:
        pair = Pair(told("alpha:1", 0, "delphine v, orrin s"), told("alpha:2", 0, "nobody v, orrin s"))
        assert not pair.forbidden
        assert pair.capped

    def test_one_source_with_suspect_and_victim_swapped(self) -> None:
        pair = Pair(told("alpha:1", 0, "delphine v, orrin s"), told("alpha:2", 0, "orrin v, delphine s"))
        assert pair.forbidden in ("roles", "victims")

    def test_one_source_with_times_hours_apart(self) -> None:
        assert Pair(told("alpha:1", 0, COUPLE), told("alpha:2", 480, COUPLE)).forbidden == "hours_apart"

    def test_two_deaths_of_a_couple_at_one_address_on_one_day_are_two(self) -> None:
        deaths = [told(f"{s}:1", 0, f"{who} d", kind="death") for s, who in (("alpha", "delphine"), ("beta", "orrin"))]
        assert Pair(*deaths).forbidden == "two_died"

    def test_a_death_of_nobody_known_may_be_that_of_a_named_one_but_is_not_joined(self) -> None:
        deaths = [told(f"{s}:1", 0, f"{who} d", kind="death") for s, who in (("alpha", "orrin"), ("beta", "nobody"))]
        pair = Pair(*deaths)
        assert not pair.forbidden
        assert pair.capped
        assert pair.probability < 0.99

    def test_who_lived_did_not_die(self) -> None:
        first = told("alpha:1", 0, "orrin d", kind="death", near_miss=True)
        assert Pair(first, told("beta:1", 0, "orrin d", kind="death")).forbidden == "one_lived"

    def test_two_references_of_one_coroner(self) -> None:
        deaths = [
            told(f"{source}:1", 0, kind="death", coroner_area="Seaward", coroner_ref=ref)
            for source, ref in (("alpha", "2026-1"), ("beta", "2026-2"))
        ]
        assert Pair(*deaths).forbidden == "coroner"


class TestSpots:
    """Places of several sources that are one."""

    def test_one_address_in_two_writings_near_each_other_is_one_spot(self) -> None:
        assert address_key("Flat 2, 1 Clover Road") == address_key("1 CLOVER RD flat 2, Wendmere", "Wendmere")
        assert address_key("Flat 1, 2 Clover Road") != address_key("Flat 2, 1 Clover Road")

    def test_flats_of_one_house_are_not_one_spot(self) -> None:
        rows = [
            {"id": f"L{n}", "address": f"Flat {n}, 1 Clover Road", "town": "Wendmere", "latitude": 54, "longitude": 0.1}
            for n in (1, 2)
        ]
        rows += [{"id": "L3", "uprn": "77"}, {**rows[0], "id": "L4", "uprn": "77", "latitude": None}]
        columns = ["id", "uprn", "address", "town", "postcode", "latitude", "longitude", "precision", "place_type"]
        spots = find_places(pd.DataFrame(rows, columns=columns, dtype=object)).mates(["L1", "L2", "L3"])
        assert spots == {"L1": ["L1", "L3", "L4"], "L2": ["L2"], "L3": ["L1", "L3", "L4"]}
