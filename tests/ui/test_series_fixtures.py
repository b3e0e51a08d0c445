"""Linked deaths and what only looks like it, straight from the extracts: no graph, so that many worlds can be tried."""

from pathlib import Path

import pytest

from algorithms.bayes_factors import Scores, score_pairs
from algorithms.linkage_frames import LinkageFrames
from algorithms.linkage_model import default_model
from algorithms.pair_features import every_pair
from algorithms.unlinked import measure_unlinked
from loaders.linkage_tables import checked_tables, from_tables
from queries.series import Linked, link_deaths
from seed.sizes import evaluation_size
from seed.world import generate
from tests.ui.fixtures.archetype import LINK, archetype
from tests.ui.fixtures.look_alikes import BUSY_UNTIL, CLUSTER_TOLD, busy_professionals, opioid_cluster

# Years 1 to 8 of invented forces of about 320 deaths a year in which nothing is planted, two years each.
BENIGN_SEEDS = (101, 102, 103, 104)
MOST_PER_1000 = 3.0


def linked(*extracts: Path) -> Linked:
    return link_deaths(from_tables(checked_tables(extracts), what="deaths").frames, chance=False)


def refs_of(found: Linked, number: int) -> set[str]:
    return {str(found.frames.ids[at]).partition(":")[2] for at in found.series[number].members}


def scores_between(frames: LinkageFrames, scores: Scores, of: str, to: str) -> dict[tuple[str, str], float]:
    """Return the scores of the pairs of an event whose ref starts with `of` and another that starts with `to`."""
    refs = [str(id_).partition(":")[2] for id_ in frames.ids]
    found = {}
    for a, b, total in zip(scores.a.tolist(), scores.b.tolist(), scores.total.tolist(), strict=True):
        if any(refs[x].startswith(of) and refs[y].startswith(to) for x, y in ((a, b), (b, a))):
            found[(refs[a], refs[b])] = total
    return found


def _rounded(scores: dict[tuple[str, str], float]) -> list[float]:
    return sorted((round(score, 1) for score in scores.values()), reverse=True)


@pytest.fixture(scope="module")
def archetype_linked(tmp_path_factory: pytest.TempPathFactory) -> Linked:
    return linked(archetype("all leads").write(tmp_path_factory.mktemp("t2") / "x", LINK))


def test_the_strongest_series_is_the_archetype_and_nobody_else(archetype_linked: Linked) -> None:
    assert refs_of(archetype_linked, 0) == {"D1", "D2", "D3", "D4"}


def test_contested_couples_far_apart_rank_below_every_pair_of_the_archetype(archetype_linked: Linked) -> None:
    # Nothing brings them forward as a pair worth comparing, so every pair is scored here.
    frames = archetype_linked.frames
    every = every_pair(frames)
    scores = score_pairs(frames, every, default_model("deaths"), measure_unlinked(frames, every.ties))
    ours, couples = scores_between(frames, scores, "D", "D"), scores_between(frames, scores, "XC1", "XC2")
    print(f"\narchetype pairs {_rounded(ours)}, couples {_rounded(couples)}")
    assert len(ours) == 6
    assert couples
    assert max(couples.values()) < min(ours.values())
    of_couples = [n for n in range(len(archetype_linked.series)) if "X" in "".join(refs_of(archetype_linked, n))]
    assert of_couples == []


def test_a_wave_of_one_opioid_is_one_series_at_most(tmp_path: Path) -> None:
    found = linked(opioid_cluster().write(tmp_path / "x", CLUSTER_TOLD[-1]))
    of_wave = [n for n in range(len(found.series)) if any(ref.startswith("N") for ref in refs_of(found, n))]
    print(f"\nopioid pairs {_rounded(scores_between(found.frames, found.scores, 'N', 'N'))}, line {found.line:.1f}, "
          f"series {[refs_of(found, n) for n in of_wave]}")  # fmt: skip
    assert len(of_wave) <= 1


def test_a_paramedic_and_a_custody_suite_at_many_deaths_make_no_series(tmp_path: Path) -> None:
    found = linked(busy_professionals().write(tmp_path / "x", BUSY_UNTIL))
    print(f"\nhubs: {[(refs_of(found, n), round(found.series[n].score, 1)) for n in range(len(found.series))]}")
    assert found.series == []


@pytest.mark.slow
def test_a_world_without_links_gives_few_series(tmp_path: Path) -> None:
    deaths = series = 0
    for seed in BENIGN_SEEDS:
        size = evaluation_size(500, 500, years=2, forces=1)
        found = linked(*generate(tmp_path / str(seed), size=size, seed=seed, benign=True).extracts)
        deaths, series = deaths + len(found.frames), series + len(found.series)
        print(f"\nseed {seed}: {len(found.frames)} deaths, series {[round(one.score, 1) for one in found.series]}")
        for one in found.series:
            print(f"  {_why(found, max(one.pairs, key=lambda row: found.scores.total[row]))}")
    print(f"{series} series in {deaths} deaths: {1_000 * series / deaths:.2f} per 1,000")
    # The aim is under 1 per 1,000 (docs/replay.md says what was measured); this holds what has been reached.
    assert 1_000 * series / deaths < MOST_PER_1000


def _why(found: Linked, row: int) -> dict[str, float]:
    parts = zip(found.scores.names, found.scores.parts[row].tolist(), strict=True)
    return {name: round(part, 1) for name, part in parts if abs(part) >= 0.5}
