"""The built link chart is what its source builds, and it asks no other host."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ui.explorer.components import link_chart

FOLDER = Path(link_chart.__file__).parent
ASSET = link_chart.ASSET.read_text(encoding="utf-8")


def test_the_built_chart_is_not_older_than_its_source() -> None:
    names = ["package-lock.json", *sorted(f"src/{path.name}" for path in (FOLDER / "src").iterdir())]
    fingerprint = hashlib.sha256(b"".join((FOLDER / name).read_bytes() for name in names)).hexdigest()
    assert f"built from {fingerprint};" in ASSET, "run `npm ci && npm run build` in ui/explorer/components/link_chart"


def test_the_built_chart_names_no_address_but_that_of_svg() -> None:
    assert set(re.findall(r"https?://[\w./-]*\w", ASSET)) <= {"http://www.w3.org/2000/svg"}


def test_versions_are_exact_and_the_lock_names_no_registry() -> None:
    package = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert [v for v in versions.values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []
    lock = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    assert '"resolved"' not in lock
    locked = json.loads(lock)["packages"]
    assert [name for name, entry in locked.items() if name and "integrity" not in entry] == []


def test_the_licence_of_every_bundled_package_is_shipped() -> None:
    texts = (FOLDER / "THIRD_PARTY_LICENSES.txt").read_text(encoding="utf-8")
    locked = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    bundled = {
        name.removeprefix("node_modules/"): entry for name, entry in locked.items() if name and not entry.get("dev")
    }
    assert set(bundled) == {"cytoscape", "cytoscape-fcose", "cose-base", "layout-base"}
    for name, entry in bundled.items():
        assert entry["license"] == "MIT"
        assert f"{name} {entry['version']} (MIT)" in texts


@pytest.mark.slow
def test_building_it_again_gives_the_same_file(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine: the fingerprint above is checked without it")
    folder = tmp_path / "link_chart"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    subprocess.run([npm, "run", "--silent", "check"], cwd=folder, check=True)
