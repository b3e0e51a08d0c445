"""Two forces in one land: what the sizes beyond small are made of, tried on a small one."""

from dataclasses import replace

import pytest

from loaders.extract import open_extract, read_tables
from loaders.validate import validate
from seed.sizes import SIZES
from seed.world import write_world
from tests.seed.worlds import Written

SIZE = replace(SIZES["force"], incidents=9_000, deaths=450, towns=12, planted=5, series=3)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("forces") / "world"
    write_world(folder, SIZE, seed=1)
    return Written(folder)


def test_each_extract_holds_all_that_it_points_to(world: Written) -> None:
    assert world.police == ["eastmere_police", "wendmark_police"]
    for source in world.sources:
        extract = open_extract(world.folder / source)
        checked = validate(extract, read_tables(extract), lambda kind, ids: set())
        assert checked.rejects.empty, checked.rejects[["table", "message"]].head().to_string()


def test_some_people_are_known_to_both_forces(world: Written) -> None:
    people = world.newest("people", "person_ref")
    people["person"] = people["id"].map(world.true_person)
    forces = people[people["source"].isin(world.police)].groupby("person")["source"].nunique()
    assert 0.003 <= (forces > 1).mean() <= 0.1


def test_a_finder_may_be_shared_across_forces(world: Written) -> None:
    found = world.shared_finders
    across = found["event_id_a"].str.split(":").str[0] != found["event_id_b"].str.split(":").str[0]
    assert 0 < across.sum() < len(found)


def test_planted_cases_hold_in_each_force(world: Written) -> None:
    sources = set()
    for _, row in world.truth.iterrows():
        sources |= {ref.split(":")[0] for ref in row["events"]}
        if row["rule"] == "unrecorded_breach":
            found = world.unrecorded_breaches
            assert (found["id"].isin(row["orders"]) & (found["event_id"] == row["events"][-1])).sum() == 1
        if row["rule"] == "behaviour_marker":
            assert (world.first_markers["event_id"] == row["events"][-1]).sum() == 1
    assert set(world.police) < sources
