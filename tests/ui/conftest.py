"""The explorer on the real database: a tiny world, settings that lead to it, a browser that may go nowhere else."""

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import neo4j
import pytest
from playwright.sync_api import BrowserContext

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.settings import CHECKOUT, settings
from graph.writer import write_nodes, write_relationships
from queries.findings import detect
from queries.rule import load_rules
from ui.explorer import frame
from ui.explorer.launch import explorer_address, explorer_command
from ui.service import Service, open_service

CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--no-first-run")  # fmt: skip
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}

# One person finds one body and calls in another; a second person's name tries what a hostile extract would.
HOSTILE_NAME = "![x](https://tracker.example/p.png) www.tracker.example <img src=//tracker.example/q.png> =1+1"
PEOPLE = {
    "P1": "Isolde Farthingay",
    "P2": "Casimir Ovenden",
    "P3": "Ludo Pellingham",
    "P4": HOSTILE_NAME,
    "P5": "Wystan Corbridge",
    "P6": "Elspeth Tarrow",
}
DEATHS = {
    "D1": (date(2026, 3, 1), "P2", "L2", "Seated against the west wall. <script>alert(1)</script>"),
    "D2": (date(2026, 3, 24), "P3", "L2", "The same place and posture."),
    "D3": (date(2025, 6, 1), "P5", "L1", None),
    "D4": (date(2026, 5, 1), "P6", "L1", None),
}
PARTS = [("FOUND", "P1", "D1"), ("REPORTED", "P1", "D2"), ("FOUND", "P4", "D3"), ("REPORTED", "P4", "D4")]


@pytest.fixture
def explorer(server: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of this process lead to the tests' database."""
    for name, value in database_settings(server).items():
        monkeypatch.setenv(name, value)
    _forget()
    yield
    _forget()


@pytest.fixture
def world(graph: Connection, explorer: None) -> Service:
    """Two people at two deaths each, detected; asked through the service that the explorer opens."""
    with graph.write_session() as session:
        _write_world(session)
    assert detect(graph, load_rules(), rule_ids=["shared_finder"], overrides={}).failed == {}
    return open_service()


@pytest.fixture
def explorer_at(world: Service, server: Endpoint) -> Iterator[str]:
    """The address of an explorer that serves the world, started by the command that people start it with."""
    command = explorer_command(None, headless=True)
    address = explorer_address(command)
    process = subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, **database_settings(server)})
    try:
        _wait_until_up(process, address)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Start the machine's own Chromium: none is downloaded."""
    program = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    return {"executable_path": program, "args": list(CHROMIUM)}


@pytest.fixture(autouse=True)
def nothing_leaves(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a browser test that asks any host but this one, or in which the page reports an error."""
    if "page" not in request.fixturenames:
        yield
        return
    context: BrowserContext = request.getfixturevalue("context")
    outside: list[str] = []
    errors: list[str] = []

    def seen(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in LOOPBACK:
            outside.append(url)

    context.on("request", lambda asked: seen(asked.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: seen(socket.url)))
    context.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda failed: errors.append(str(failed.error)))
    yield
    assert outside == []
    assert errors == []


def _write_world(session: neo4j.Session) -> None:
    extracted_at = datetime(2026, 6, 1, 5, tzinfo=UTC)
    source = {"id": "niche", "title": "Death reports", "agency": "Marrowby Constabulary", "extracted_at": extracted_at}
    load = {"id": "niche@1", "source": "niche", "state": "complete", "extracted_at": extracted_at}
    write_nodes(session, "Source", [source])
    write_nodes(session, "Load", [load])
    write_nodes(
        session,
        "Location",
        [
            {"id": "niche:L1", "source": "niche", "ref": "L1", "address": "4 Cutler Row", "town": "Marrowby"},
            {
                "id": "niche:L2",
                "source": "niche",
                "ref": "L2",
                "name": "St Oda's churchyard",
                "place_type": "churchyard",
            },
        ],
    )
    write_nodes(
        session,
        "Nominal",
        [{"id": f"niche:{ref}", "source": "niche", "ref": ref, "full_name": name} for ref, name in PEOPLE.items()],
    )
    write_nodes(
        session,
        "Person",
        [
            {"id": f"person:{ref}", "name": name, "names": [name], "nominal_ids": [f"niche:{ref}"], "nominal_count": 1}
            for ref, name in PEOPLE.items()
        ],
    )
    write_relationships(
        session,
        "IDENTIFIES",
        "Nominal",
        "Person",
        [{"start": f"niche:{ref}", "end": f"person:{ref}", "probability": 1.0} for ref in PEOPLE],
    )
    write_nodes(
        session,
        "Death",
        [
            {
                "id": f"niche:{ref}",
                "event_id": f"niche:{ref}",
                "source": "niche",
                "ref": ref,
                "kind": "death",
                "category": "unexpected_not_suspicious",
                "occurred_day": (day - date(1970, 1, 1)).days,
                "occurred_span_days": 0,
                "occurred_basis": "found",
                "summary": summary,
            }
            for ref, (day, _, _, summary) in DEATHS.items()
        ],
    )
    write_relationships(
        session,
        "OCCURRED_AT",
        "Incident",
        "Location",
        [{"start": f"niche:{ref}", "end": f"niche:{place}"} for ref, (_, _, place, _) in DEATHS.items()],
    )
    parts = [*PARTS, *(("DECEASED_IN", who, ref) for ref, (_, who, _, _) in DEATHS.items())]
    for role in sorted({role for role, _, _ in parts}):
        for label, prefix in (("Nominal", "niche"), ("Person", "person")):
            write_relationships(
                session,
                role,
                label,
                "Incident",
                [
                    {
                        "start": f"{prefix}:{who}",
                        "end": f"niche:{ref}",
                        "nominal_ids": [f"niche:{who}"] if label == "Person" else None,
                    }
                    for kind, who, ref in parts
                    if kind == role
                ],
            )


def database_settings(server: Endpoint) -> dict[str, str]:
    """Return the environment that leads to the tests' database."""
    return {
        "NEO4J_URI": server.uri,
        "NEO4J_USER": server.user,
        "NEO4J_PASSWORD": server.password(),
        "THROUGHLINE_USER": "Desk analyst",
    }


def _forget() -> None:
    settings.cache_clear()
    frame.service.clear()


def _wait_until_up(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, "the explorer ended by itself"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the explorer did not answer within a minute")
