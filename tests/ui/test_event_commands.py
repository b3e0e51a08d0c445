"""`throughline event ...`, on a real database."""

import json

import pytest
import typer
from typer.testing import CliRunner

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.settings import settings
from loaders.same_event.join import join_events
from tests.loaders.same_event.told import told, write
from ui.commands import events

COUPLE = "delphine v, orrin s"


@pytest.fixture
def app(graph: Connection, server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setenv("NEO4J_URI", server.uri)
    monkeypatch.setenv("NEO4J_USER", server.user)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password())
    monkeypatch.setenv("THROUGHLINE_USER", "A. Analyst")
    settings.cache_clear()
    offence = {"offence": "Violence with injury", "offence_code": "8N"}
    write(graph, told("alpha:1", 0, COUPLE, **offence), told("beta:1", 0, COUPLE, **offence))
    write(graph, told("ambo:1", 5, kind="ambulance"))
    join_events(graph)
    app = typer.Typer()
    events.register(app)
    return app


def test_an_explanation_a_verdict_and_what_is_possible(app: typer.Typer) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["event", *words])
        assert done.exit_code == 0, done.output
        return done.output

    explained = run("explain", "alpha:1", "beta:1")
    assert "at the same minute" in explained
    assert "alpha:1 and beta:1 are one event" in explained
    possible = json.loads(run("possible", "--json"))
    assert {(row["a"], row["b"]) for row in possible} == {("alpha:1", "ambo:1"), ("ambo:1", "beta:1")}
    told_so = run("different", "alpha:1", "beta:1", "--by", "B. Analyst", "--reason", "two assaults")
    assert "the graph now holds two events" in told_so
    after = json.loads(run("explain", "alpha:1", "beta:1", "--json"))
    assert after["why_not"] == ["B. Analyst said that these are two events."]
    assert after["judgements"][0]["reason"] == "two assaults"
    assert "holds one event" in run("same", "alpha:1", "beta:1", "--reason", "one after all")
    settings.cache_clear()
