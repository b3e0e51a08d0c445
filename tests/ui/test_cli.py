"""The command line as a user types it, as a process of its own, on a real database."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.settings import CHECKOUT
from tests.loaders.extracts import WORLD, write_extract

THROUGHLINE = [sys.executable, "-c", "from ui.cli import main; main()"]


class Shell:
    """Runs `throughline` against the test's own database."""

    def __init__(self, server: Endpoint, home: Path) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("NEO4J_", "THROUGHLINE_"))},
            "NEO4J_URI": server.uri,
            "NEO4J_USER": server.user,
            "NEO4J_PASSWORD": server.password(),
            "THROUGHLINE_USER": "A. Analyst",
            "THROUGHLINE_RULES": str(home / "rules.yml"),
        }

    def __call__(self, *words: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*THROUGHLINE, *map(str, words)],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{words}: {done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    def json(self, *words: str | Path) -> Any:
        return json.loads(self(*words, "--json").stdout)


@pytest.fixture
def shell(graph: Connection, server: Endpoint, tmp_path: Path) -> Shell:
    return Shell(server, tmp_path)


@pytest.mark.slow
def test_from_an_extract_to_a_decision_that_survives_detection(shell: Shell, tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "x", WORLD)
    loaded = shell.json("load", extract)
    assert all(c["read"] == c["written"] + c["unchanged"] + c["rejected"] for c in loaded["tables"].values())
    assert "nothing changed" in shell("load", extract).stdout

    shell("detect")
    found = {finding["rule"]: finding for finding in shell.json("findings", "list")}
    shared = found["shared_finder"]
    assert list(shared)[:11] == [
        "id", "rule", "rule_version", "title", "first_detected", "about", "evidence", "explanation", "strength",
        "expected_by_chance", "status",
    ]  # fmt: skip
    assert shared["about"]["Death"] == ["niche:D1", "niche:D2"]
    assert shared["about"]["Person"] == ["niche:P3"]
    assert shared["expected_by_chance"] is None
    assert shared["status"] == "new"

    shell("decide", shared["id"], "monitor", "--reason", "spoke to the officer in the case")
    shell("detect")
    after = {finding["id"]: finding["status"] for finding in shell.json("findings", "list")}
    assert after[shared["id"]] == "monitored"
    shown = shell("findings", "show", shared["id"]).stdout
    assert "spoke to the officer in the case" in shown
    assert "What could make it wrong" in shown


def test_every_listing_is_pure_json(shell: Shell) -> None:
    for words in (
        ("status",), ("findings", "list"), ("rejects", "list"), ("rules", "list"), ("layout",),
        ("rules", "show", "shared_finder"), ("detect",),
    ):  # fmt: skip
        shell.json(*words)


def test_what_a_user_can_mend_is_said_without_a_traceback(shell: Shell, tmp_path: Path) -> None:
    said = shell("load", tmp_path / "nowhere", code=2).stderr
    assert "nowhere" in said
    assert "Did you mean shared_finder" in shell("rules", "show", "shared_findr", code=2).stderr
    assert "findings list" in shell("decide", "abc", "accept", "--reason", "x", code=2).stderr
    shell.environment["NEO4J_PASSWORD"] = "wrong-password"
    assert "NEO4J_PASSWORD" in shell("status", code=2).stderr
    shell.environment["NEO4J_URI"] = "bolt://127.0.0.1:1"
    assert "throughline up" in shell("status", code=2).stderr


def test_people_of_an_extract_are_resolved_without_a_graph(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "clusters.csv"
    shell("resolve", write_extract(tmp_path / "x", WORLD), "--out", out)
    rows = [line.split(",") for line in out.read_text().splitlines()]
    assert rows[0] == ["source", "person_ref", "person_id", "probability"]
    people = {row[1]: row[2] for row in rows[1:]}
    assert len(people) == 6
    assert people["P1"] == people["P2"]
    assert len(set(people.values())) == 5


def test_two_records_are_explained_and_judged(shell: Shell, tmp_path: Path) -> None:
    shell("load", write_extract(tmp_path / "x", WORLD))
    assert shell.json("identity", "explain", "niche:P1", "niche:P2")["one_person_in_the_graph"]
    assert "two people" in shell("identity", "different", "niche:P1", "niche:P2", "--reason", "brothers").stdout
    assert "brothers" in shell("identity", "explain", "niche:P1", "niche:P2").stdout
    assert "source:ref" in shell("identity", "same", "niche:P1", "niche:NOBODY", code=2).stderr
