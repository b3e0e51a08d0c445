"""The slips of clerks are there, in measure, and nothing invented touches the real world."""

import pandas as pd

from tests.seed.worlds import Written


def _people(world: Written) -> pd.DataFrame:
    rows = world.newest("people", "person_ref")
    return rows.assign(person=rows["id"].map(world.true_person))


def test_some_people_have_several_records_that_differ(several: list[Written]) -> None:
    rows = pd.concat(
        [_people(world).assign(person=lambda r, n=n: f"{n}-" + r["person"]) for n, world in enumerate(several)]
    )
    rows = rows[rows["source"] == "wendmark_police"]
    sizes = rows.groupby("person").size()
    assert 0.03 <= (sizes > 1).mean() <= 0.12
    both = rows[rows["person"].map(sizes) > 1].groupby("person")
    spelt = both["given_name"].nunique() + both["family_name"].nunique()
    assert (spelt > 2).mean() > 0.3
    born = both["date_of_birth"].nunique()
    assert (born > 1).sum() >= 10


def test_a_date_of_birth_is_swapped_or_rough_now_and_then(several: list[Written]) -> None:
    rows = pd.concat([_people(world) for world in several])
    length = rows["date_of_birth"].dropna().str.len()
    assert (length == 7).any()
    assert (length == 4).any()
    assert (length == 10).mean() > 0.97
    swapped = 0
    for _, group in rows[rows["date_of_birth"].str.len() == 10].groupby("person"):
        dates = set(group["date_of_birth"])
        swapped += any(f"{d[:4]}-{d[8:]}-{d[5:7]}" in dates - {d} for d in dates)
    assert swapped >= 3


def test_names_are_missing_whole_or_short_sometimes(several: list[Written]) -> None:
    rows = pd.concat([_people(world) for world in several])
    assert 0.01 <= rows["full_name"].notna().mean() <= 0.06
    unnamed = rows[rows["given_name"].isna() & rows["full_name"].isna()]
    assert (unnamed["unidentified"] == "true").all()
    assert 0.05 <= rows["date_of_birth"].isna().mean() <= 0.35
    assert 0.1 <= rows["postcode"].isna().mean() <= 0.5


def test_twins_and_parent_and_child_with_one_name_live_here() -> None:
    from seed.people import build_people
    from seed.sizes import SIZES
    from seed.world_state import stage_rng

    people = build_people(SIZES["small"], stage_rng(1, "people"))
    frame = pd.DataFrame({name: getattr(people, name) for name in ("household", "born", "given", "family", "sex")})
    assert frame.duplicated(["household", "born"], keep=False).sum() >= 20
    named = frame[frame.duplicated(["household", "given", "family"], keep=False)]
    spread = named.groupby(["household", "given", "family"])["born"].agg(lambda born: born.max() - born.min())
    assert (spread > 18 * 365).sum() >= 10


def test_times_are_rough_for_some_events(planted: Written) -> None:
    length = planted.incidents["occurred_from"].dropna().str.len()
    for width, least in ((4, 5), (7, 20), (10, 60)):
        assert (length == width).sum() >= least, width
    assert 0.003 <= planted.incidents["occurred_from"].isna().mean() <= 0.03
    assert 0.01 <= planted.incidents["location_ref"].isna().mean() <= 0.08


def test_phones_are_reserved_for_drama_and_belong_to_one_person(planted: Written) -> None:
    rows = _people(planted).dropna(subset="phone")
    assert len(rows) > 1_500
    # Ofcom, "Telephone numbers for use in TV and radio drama programmes".
    stems = "07700 900|01632 960|0(11[3-8]|1[2-6]1) 496 0|0191 498 0|020 7946 0|028 9018 0|029 2018 0|03069 990"
    reserved = rf"({stems})\d{{3}}"
    assert rows["phone"].str.fullmatch(reserved).all()
    assert (rows.groupby("phone")["person"].nunique() == 1).all()
    things = planted.rows("objects")
    assert things[things["kind"] == "phone"]["identifier"].str.fullmatch(reserved).all()


def test_places_lie_at_sea_with_postcodes_that_do_not_exist(planted: Written) -> None:
    places = planted.locations
    assert places["latitude"].between(53.5, 55.7).all()
    assert places["longitude"].between(0.25, 1.79).all()
    assert places["postcode"].dropna().str.fullmatch(r"WM\d{1,2} \d[A-Z]{2}").all()
    assert places["uprn"].dropna().str.startswith("999").all()


def test_one_place_has_one_uprn_for_every_agency(planted: Written) -> None:
    places = planted.locations.dropna(subset="uprn")
    assert (places.groupby("uprn")["latitude"].nunique() == 1).all()
    assert (places.groupby("uprn")["source"].nunique() > 1).sum() > 50


def test_an_anonymous_source_names_nobody(planted: Written) -> None:
    for source in ("seaward_ambulance", "seaward_emergency"):
        assert {path.name for path in (planted.folder / source).iterdir()} == {
            "incidents.csv",
            "locations.csv",
            "manifest.yml",
        }
        rows = planted.incidents[planted.incidents["source"] == source]
        assert rows["patient_sex"].notna().all()
        assert rows["patient_age_band"].notna().mean() > 0.85


def test_the_coroner_knows_part_of_the_deaths_by_reference(planted: Written) -> None:
    deaths = planted.deaths
    police = deaths[deaths["source"] == "wendmark_police"]
    coroner = deaths[deaths["source"] == "seaward_coroner"]
    assert coroner["coroner_ref"].notna().all()
    by_ref = set(coroner["coroner_ref"]) & set(police["coroner_ref"].dropna())
    by_name = set(coroner["same_as"].dropna())
    assert len(by_ref) >= 30
    assert 5 <= len(by_name) <= len(by_ref)
    assert by_name <= set(police["id"])
    own = coroner[coroner["event"].isin(police["event"])]
    assert 0.4 <= len(own) / len(coroner) <= 0.9
    same = own.merge(police, on="event")
    assert (same["person_x"] == same["person_y"]).all()


def test_nobody_acts_after_their_death(several: list[Written]) -> None:
    for world in several:
        died = world.deaths[world.deaths["near_miss"] != "true"].groupby("person")["day"].min()
        rows = world.involvements[world.involvements["kind"] != "intelligence"]
        after = rows["day"] - rows["person"].map(died)
        # A body may lie for days, and a late report is dated to the middle of its month.
        assert (after.dt.days > 20).sum() == 0


def test_the_bureau_has_judged_a_few_records_and_rightly(several: list[Written]) -> None:
    rows = pd.concat([w.rows("judgements").assign(
        first=lambda r, w=w: (r["source"] + ":" + r["first_ref"]).map(w.true_person),
        second=lambda r, w=w: (r["source"] + ":" + r["second_ref"]).map(w.true_person),
    ) for w in several])  # fmt: skip
    assert (rows["verdict"] == "same").sum() >= 30
    assert (rows["verdict"] == "different").sum() >= 1
    assert ((rows["first"] == rows["second"]) == (rows["verdict"] == "same")).all()


def test_markers_are_rare(planted: Written) -> None:
    rows = _people(planted)
    assert 0.01 <= rows["markers"].notna().mean() <= 0.08
    assert rows["markers"].dropna().str.contains("weapons").any()
