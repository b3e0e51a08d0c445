"""Linked deaths and what only looks like it, straight from the extracts: no graph, so that many worlds can be tried."""

from pathlib import Path

import numpy as np
import pytest

from loaders.linkage_tables import checked_tables, from_tables
from queries.series import Linked, link_deaths
from seed.sizes import evaluation_size
from seed.world import generate
from tests.ui.fixtures.archetype import LINK, archetype
from tests.ui.fixtures.look_alikes import BUSY_UNTIL, CLUSTER_TOLD, busy_professionals, opioid_cluster

# Years 1 to 8 of invented forces of about 320 deaths a year in which nothing is planted, two years each.
BENIGN_SEEDS = (101, 102, 103, 104)


def linked(*extracts: Path) -> Linked:
    return link_deaths(from_tables(checked_tables(extracts), what="deaths").frames, chance=False)


def refs_of(found: Linked, number: int) -> set[str]:
    return {str(found.frames.ids[at]).partition(":")[2] for at in found.series[number].members}


def scores_between(found: Linked, of: str, to: str) -> dict[tuple[str, str], float]:
    """Return the scores of the pairs of an event whose ref starts with `of` and another that starts with `to`."""
    refs = [str(id_).partition(":")[2] for id_ in found.frames.ids]
    pairs = zip(found.scores.a.tolist(), found.scores.b.tolist(), found.scores.total.tolist(), strict=True)
    ends = (((refs[a], refs[b]), total) for a, b, total in pairs)
    return {
        (a, b): total
        for (a, b), total in ends
        if (a.startswith(of) and b.startswith(to)) or (a.startswith(to) and b.startswith(of))
    }


@pytest.fixture(scope="module")
def archetype_linked(tmp_path_factory: pytest.TempPathFactory) -> Linked:
    return linked(archetype("all leads").write(tmp_path_factory.mktemp("t2") / "x", LINK))


def test_the_strongest_series_is_the_archetype_and_nobody_else(archetype_linked: Linked) -> None:
    assert refs_of(archetype_linked, 0) == {"D1", "D2", "D3", "D4"}


def test_contested_couples_far_apart_rank_below_every_pair_of_the_archetype(archetype_linked: Linked) -> None:
    ours = scores_between(archetype_linked, "D", "D")
    couples = scores_between(archetype_linked, "XC1", "XC2")
    print(f"\narchetype pairs {sorted(np.round(list(ours.values()), 1))}, couples {couples or 'not worth comparing'}")
    assert len(ours) == 6
    assert max(couples.values(), default=-np.inf) < min(ours.values())
    assert not any(
        ref.startswith("X") for n in range(len(archetype_linked.series)) for ref in refs_of(archetype_linked, n)
    )


def test_a_wave_of_one_opioid_is_one_series_at_most(tmp_path: Path) -> None:
    found = linked(opioid_cluster().write(tmp_path / "x", CLUSTER_TOLD[-1]))
    of_wave = [n for n in range(len(found.series)) if any(ref.startswith("N") for ref in refs_of(found, n))]
    print(f"\nopioid pairs {np.round(list(scores_between(found, 'N', 'N').values()), 1)}, line {found.line:.1f}, "
          f"series {[refs_of(found, n) for n in of_wave]}")  # fmt: skip
    assert len(of_wave) <= 1


def test_a_paramedic_and_a_custody_suite_at_many_deaths_make_no_series(tmp_path: Path) -> None:
    found = linked(busy_professionals().write(tmp_path / "x", BUSY_UNTIL))
    print(f"\nhubs: {[(refs_of(found, n), round(found.series[n].score, 1)) for n in range(len(found.series))]}")
    assert found.series == []


def test_a_world_without_links_gives_few_series(tmp_path: Path) -> None:
    deaths = series = 0
    for seed in BENIGN_SEEDS:
        world = generate(
            tmp_path / str(seed), size=evaluation_size(500, 500, years=2, forces=1), seed=seed, benign=True
        )
        found = linked(*world.extracts)
        deaths, series = deaths + len(found.frames), series + len(found.series)
        print(f"\nseed {seed}: {len(found.frames)} deaths, series {[round(one.score, 1) for one in found.series]}")
    print(f"{series} series in {deaths} deaths: {1_000 * series / deaths:.2f} per 1,000")
    assert 1_000 * series / deaths < 1
