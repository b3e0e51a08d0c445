"""Dependencies point one way, and the rooms of the house keep their names."""

import ast
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
PACKAGES = ("graph", "loaders", "queries", "algorithms", "seed", "ui")
MAY_IMPORT = {
    "graph": set(),
    "loaders": {"graph", "algorithms"},
    "queries": {"graph", "algorithms"},
    "seed": {"graph", "loaders"},
    "algorithms": set(),
    "ui": {"graph", "loaders", "queries", "algorithms", "seed"},
}
WITHOUT_MEANING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
MOST_LINES = 500


def python_files() -> list[Path]:
    return sorted(
        p for package in PACKAGES for p in (CHECKOUT / package).rglob("*.py") if "node_modules" not in p.parts
    )


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = {
        str(path.relative_to(CHECKOUT)): sorted(imports(path) & set(PACKAGES) - allowed)
        for path in (CHECKOUT / package).rglob("*.py")
        if imports(path) & set(PACKAGES) - allowed
    }
    assert wrong == {}


def test_algorithms_open_no_database() -> None:
    wrong = [
        path.name
        for path in (CHECKOUT / "algorithms").glob("*.py")
        if path.name != "gds.py" and imports(path) & {"neo4j", "graphdatascience"}
    ]
    assert wrong == []


def test_no_file_is_longer_than_a_reader_bears() -> None:
    every = [*python_files(), *sorted((CHECKOUT / "tests").rglob("*.py"))]
    long = {str(p.relative_to(CHECKOUT)): n for p in every if (n := len(p.read_text().splitlines())) > MOST_LINES}
    assert long == {}


def test_every_room_has_a_name_with_a_meaning() -> None:
    assert [p.name for p in python_files() if p.stem in WITHOUT_MEANING] == []


def test_py2neo_stays_in_its_bridge() -> None:
    assert [p.name for p in python_files() if "py2neo" in imports(p)] == ["py2neo_bridge.py"]
