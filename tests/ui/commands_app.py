"""The command line on the tests' database, and graphs drawn as patterns."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.settings import settings
from queries.case_graph import read_case_graph
from queries.cases import write_case
from queries.problem import refuse
from ui.cli import app


def lead_to(server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings of this process lead to the tests' database."""
    monkeypatch.setenv("NEO4J_URI", server.uri)
    monkeypatch.setenv("NEO4J_USER", server.user)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password())
    settings.cache_clear()


def draw(graph: Connection, patterns: str) -> None:
    """Write the graph of the patterns, checked against the schema; a variable is the id."""
    drawn = read_case_graph(patterns)
    refuse(drawn.problems)
    graph.write_in_one(lambda transaction: write_case(transaction, drawn))


def run(*words: str) -> str:
    """Return what a command prints on stdout."""
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
    return done.stdout


def run_json(*words: str) -> Any:
    """Return what a command prints with --json."""
    return json.loads(run(*words, "--json"))
