"""Planted series of deaths, and what looks like one: each is in truth, in the files, and as it was meant to be."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from seed.cases import SERIES_KINDS, UNLINKED_KINDS
from seed.plant_linked import DRUGS
from seed.sizes import SIZES, evaluation_size
from seed.world import generate
from tests.seed.worlds import Written, metres

SMALL_KINDS = [kind for kind in SERIES_KINDS if kind != "series_cross_border"]
Case = tuple[Written, pd.Series]


@pytest.fixture(scope="module")
def border(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A world of two forces with every kind three times."""
    folder = tmp_path_factory.mktemp("series") / "world"
    generate(folder, size=replace(evaluation_size(4_000, 450, series=3), planted=1), seed=11)
    return Written(folder)


@pytest.fixture(scope="module")
def worlds(several: list[Written], border: Written) -> list[Written]:
    """Small worlds of one force, and one of two."""
    return [*several, border]


def _cases(worlds: list[Written], *kinds: str) -> list[Case]:
    rows = [(w, row) for w in worlds for _, row in w.truth[w.truth["rule"] == ""].iterrows() if row["kind"] in kinds]
    assert rows
    return rows


def _deaths(case: Case) -> pd.DataFrame:
    world, row = case
    return world.deaths.set_index("id").loc[row["events"]]


def _parts(case: Case, attending: bool = False) -> pd.DataFrame:
    world, row = case
    rows = world.involvements[world.involvements["event_id"].isin(row["events"])]
    return rows[(rows["role"] == "attending_professional") == attending]


def _linkers(case: Case) -> set[str]:
    return {case[0].true_person[ref] for ref in case[1]["persons"]}


def _mentions(case: Case) -> pd.DataFrame:
    rows = case[0].rows("mentions")
    rows["event"] = rows["source"] + ":" + rows["event_ref"]
    return rows[rows["event"].isin(case[1]["events"])]


def test_every_kind_is_planted_as_often_as_the_size_says(several: list[Written], border: Written) -> None:
    for world in several:
        counts = Counter(world.truth[world.truth["rule"] == ""]["kind"])
        assert counts == dict.fromkeys([*SMALL_KINDS, *UNLINKED_KINDS], 1) | {"contested": 2}
    counts = Counter(border.truth[border.truth["rule"] == ""]["kind"])
    assert counts == dict.fromkeys([*SERIES_KINDS, *UNLINKED_KINDS], 3) | {"contested": 6}


def test_a_world_of_6000_deaths_has_four_of_each_kind() -> None:
    assert evaluation_size().series == SIZES["force"].series == 4
    assert evaluation_size().people == 1_000_000


def test_each_kind_comes_easy_medium_and_hard(border: Written) -> None:
    rows = border.truth[border.truth["kind"].str.startswith("series_")]
    for kind, levels in rows.groupby("kind")["difficulty"]:
        assert set(levels) == {"easy", "medium", "hard"}, kind
    assert set(border.truth[border.truth["kind"].isin(UNLINKED_KINDS)]["difficulty"]) == {"none"}


def test_a_series_is_two_to_eight_police_deaths_in_order_over_two_years(worlds: list[Written]) -> None:
    gaps = []
    for case in _cases(worlds, *SERIES_KINDS):
        deaths = _deaths(case)
        assert 2 <= len(deaths) <= 8
        assert deaths["source"].isin(case[0].police).all()
        assert (deaths["near_miss"] != "true").all()
        assert deaths["person"].is_unique
        # Found some days after death: in order of dying, all but.
        between = deaths["day"].diff().dt.days.dropna()
        assert between.min() > -15
        assert between.sum() <= 745
        gaps += between.tolist()
    assert min(gaps) < 20
    assert max(gaps) > 180


def test_one_person_has_changing_parts_at_the_deaths_of_a_shared_person(worlds: list[Written]) -> None:
    roles = set()
    for case in _cases(worlds, "series_shared_person"):
        rows = _parts(case)
        own = rows[rows["person"].isin(_linkers(case))]
        roles |= set(own["role"])
        assert len(_linkers(case)) == 1
        named = own["event_id"].nunique()
        if case[1]["difficulty"] == "easy":
            assert named == len(case[1]["events"])
        told = _mentions(case)
        named += told[(told["mentions_person_ref"].notna() | told["mentions_location_ref"].notna())]["event"].nunique()
        assert named >= len(case[1]["events"]), case[1]["series_id"]
        if "two records" in case[1]["note"]:
            assert len(case[1]["persons"]) >= 2
    assert {"finder", "reporter", "last_seen_with"} < roles


def test_places_near_each_other_one_means_and_one_sort_of_victim(worlds: list[Written]) -> None:
    for case in _cases(worlds, "series_place_means"):
        world, deaths = case[0], _deaths(case)
        at = world.locations.loc[(deaths["source"] + ":" + deaths["location_ref"]).dropna()]
        within = int(case[1]["note"].split(" m,")[0].rsplit(" ", 1)[-1])
        for _, place in at.iterrows():
            point = (pd.Series([place[c]] * len(at)) for c in ("latitude", "longitude"))
            assert metres(at["latitude"], at["longitude"], *point).max() <= within
        assert at["place_type"].dropna().nunique() <= 1
        known = deaths["suspected_means"].fillna("unknown")
        assert known.value_counts().iloc[0] >= len(known) - 1
        who = world.newest("people", "person_ref").set_index("id").loc[deaths["source"] + ":" + deaths["person_ref"]]
        assert who["sex"].dropna().nunique() == 1
        born = pd.to_datetime(who["date_of_birth"][who["date_of_birth"].str.len() == 10])
        assert (born.max() - born.min()).days <= 12 * 365 or born.empty
        assert not Counter(_parts(case).groupby("person")["event"].nunique())[2]


def test_a_rare_drug_is_in_all_deaths_of_its_series_found_or_suspected(worlds: list[Written]) -> None:
    for case in _cases(worlds, "series_substance"):
        drug, deaths = case[1]["note"].split(",")[0], _deaths(case)
        found = deaths["substances"].fillna("").str.contains(drug)
        suspected = deaths["substances_suspected"].fillna("").str.contains(drug)
        pending = deaths["toxicology"] == "requested"
        assert (found | suspected | pending).all(), case[1]["series_id"]
        assert found.sum() >= 1 or pending.all()
        everywhere = case[0].deaths["substances"].fillna("").str.contains(drug).sum()
        assert everywhere <= 24


def test_a_carer_is_recorded_as_such_at_deaths_in_care_homes(worlds: list[Written]) -> None:
    roles = set()
    for case in _cases(worlds, "series_care_setting"):
        deaths, rows = _deaths(case), _parts(case)
        assert set(deaths["place_type"].dropna()) <= {"care_home"}
        own = rows[rows["person"].isin(_linkers(case))]
        assert own["event_id"].nunique() >= max(len(deaths) - 1, 2)
        roles |= set(own["role"])
        homes = deaths["location_ref"].dropna().nunique()
        assert homes <= int(case[1]["note"].split(" ")[0])
    assert {"carer", "other", "finder"} <= roles


def test_two_forces_hold_the_deaths_of_a_cross_border_series(border: Written) -> None:
    for case in _cases([border], "series_cross_border"):
        world, row = case
        assert {ref.split(":")[0] for ref in row["events"]} == set(world.police)
        forces = {ref.split(":")[0] for ref in row["persons"]}
        links = world.rows("object_links").merge(world.rows("objects"), on=["source", "object_ref"])
        links = links[(links["source"] + ":" + links["event_ref"]).isin(row["events"])]
        shared = links.groupby("identifier")["source"].nunique()
        assert len(forces) == 2 or (shared == 2).any(), row["series_id"]
        if row["difficulty"] != "easy":
            assert (shared == 2).any()


def test_messages_lead_to_the_nickname_or_the_door_of_an_alias(worlds: list[Written]) -> None:
    for case in _cases(worlds, "series_alias"):
        world, row = case
        told = _mentions(case)
        assert told["mentions_text"].notna().any() or told["mentions_location_ref"].notna().any()
        led = told[told["mentions_text"].notna() | told["mentions_location_ref"].notna()]["event"]
        assert set(row["events"][1:]) <= set(led), row["series_id"]
        if row["difficulty"] == "easy":
            people = world.newest("people", "person_ref").set_index("id").loc[row["persons"]]
            assert set(people["aliases"]) <= set(told["mentions_text"])


def test_an_opioid_cluster_is_one_town_ten_days_and_nobody_shared(worlds: list[Written]) -> None:
    for case in _cases(worlds, "opioid_cluster"):
        deaths = _deaths(case)
        assert len(deaths) >= 5
        drug = case[1]["note"].split(" ")[0]
        assert (deaths["substances"].fillna("").str.contains(drug) | (deaths["toxicology"] == "requested")).all()
        assert (deaths["day"].max() - deaths["day"].min()).days <= 25
        at = case[0].locations.reindex(deaths["source"] + ":" + deaths["location_ref"].fillna(""))
        assert at["town"].dropna().nunique() == 1
        assert (_parts(case).groupby("person")["event"].nunique() == 1).all()


def test_a_winter_excess_is_one_home_and_natural(worlds: list[Written]) -> None:
    for case in _cases(worlds, "care_home_winter"):
        deaths = _deaths(case)
        assert len(deaths) >= 5
        assert deaths["location_ref"].dropna().nunique() == 1
        assert set(deaths["suspected_means"]) == {"natural"}
        assert (deaths["day"].max() - deaths["day"].min()).days <= 90
        assert set(deaths["day"].dt.month) <= {12, 1, 2, 3}


def test_a_busy_professional_only_attends(worlds: list[Written]) -> None:
    for case in _cases(worlds, "busy_professional"):
        rows = _parts(case, attending=True)
        mine = rows[rows["person"].isin(_linkers(case))]
        assert mine["event_id"].nunique() == len(case[1]["events"]) >= 10
        assert not _parts(case)["person"].isin(_linkers(case)).any()


def test_a_grown_child_finds_both_parents(worlds: list[Written]) -> None:
    for case in _cases(worlds, "family_pair"):
        rows = _parts(case)
        child = rows[rows["person"].isin(_linkers(case)) & (rows["role"] == "finder")]
        assert child["event_id"].nunique() == 2
        assert len(_linkers(case)) == 1


def test_every_rare_drug_is_met_where_nothing_is_planted(tmp_path: Path) -> None:
    generate(tmp_path / "w", size=evaluation_size(1_000, 4_000), seed=4, benign=True)
    deaths = Written(tmp_path / "w").deaths
    for column in ("substances", "substances_suspected"):
        found = Counter(word for cell in deaths[column].dropna() for word in cell.split(";"))
        assert all(1 <= found[drug] <= 15 for drug in DRUGS), found


def test_no_part_or_trace_is_found_in_planted_deaths_alone(several: list[Written]) -> None:
    """Whoever looked for a rare word would find the planted rows at once, if the background had none of it."""
    seen: dict[bool, set[str]] = {True: set(), False: set()}
    for world in several:
        planted = {ref for refs in world.truth["events"] for ref in refs}
        mentions = world.rows("mentions")
        of = [c for c in mentions.columns if c.startswith("mentions_")]
        mentions["what"] = mentions["medium"] + " of " + mentions[of].notna().idxmax(axis=1)
        links = world.rows("object_links").merge(world.rows("objects"), on=["source", "object_ref"])
        links["what"] = links["role"] + " " + links["kind"]
        involved = world.involvements[world.involvements["kind"] == "death"].rename(columns={"role": "what"})
        for rows in (involved, mentions, links):
            ids = rows["source"] + ":" + rows["event_ref"]
            for own, words in rows["what"].groupby(ids.isin(planted)):
                seen[bool(own)] |= set(words)
        for column in ("toxicology", "category", "suspected_means"):
            for own, cells in world.deaths[column].groupby(world.deaths["id"].isin(planted)):
                seen[bool(own)] |= {f"{column}={word}" for cell in cells.dropna() for word in cell.split(";")}
    assert len(seen[True]) > 30
    # The archetype's note about another death, and an account in its messages, are its own.
    assert seen[True] - seen[False] <= {"note of mentions_event_ref", "message of mentions_identifier"}


def test_the_same_seed_gives_the_same_evaluation_world(tmp_path: Path) -> None:
    size = evaluation_size(1_000, 150)
    for name in ("a", "b"):
        generate(tmp_path / name, size=size, seed=5)
    for path in sorted((tmp_path / "a").rglob("*.csv")):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
