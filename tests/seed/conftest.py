"""Small worlds written once for all tests of the seed."""

from pathlib import Path

import pytest

from seed.world import generate
from tests.seed.worlds import Written


def _written(folder: Path, seed: int, benign: bool) -> Written:
    generate(folder, size="small", seed=seed, benign=benign)
    return Written(folder)


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The small world of seed 1 with its planted cases."""
    return _written(tmp_path_factory.mktemp("worlds") / "planted", 1, benign=False)


@pytest.fixture(scope="session")
def benign(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The small world of seed 1 without any."""
    return _written(tmp_path_factory.mktemp("worlds") / "benign", 1, benign=True)


@pytest.fixture(scope="session")
def several(planted: Written, tmp_path_factory: pytest.TempPathFactory) -> list[Written]:
    """Six planted worlds of different seeds, for tests that need numbers."""
    folder = tmp_path_factory.mktemp("worlds")
    return [planted, *(_written(folder / str(seed), seed, benign=False) for seed in range(2, 7))]
