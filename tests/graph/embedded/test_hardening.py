"""What a session that reads could still do to the machine, were it not for the settings; on the run's own server."""

import stat
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import neo4j
import psutil
import pytest
from neo4j.exceptions import AuthError, ClientError

from graph.connection import Connection
from graph.embedded.jars import gds_version, neo4j_version
from graph.embedded.server import Endpoint


def refused(connection: Connection, query: str) -> str:
    """Run a query in a read session; return the message with which the server refuses it."""
    with connection.read_session() as session, pytest.raises(ClientError) as problem:
        session.run(query).consume()
    return str(problem.value)


@pytest.fixture
def host_file(tmp_path: Path) -> Path:
    """A file of the host that the server's account can read."""
    path = tmp_path / "host.csv"
    path.write_text("host,secret\n", encoding="utf-8")
    return path


@pytest.fixture
def web() -> Iterator[ThreadingHTTPServer]:
    """A web server that keeps count of its visitors in `visits`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.visits += 1  # type: ignore[attr-defined]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"a,b\n")

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.visits = 0  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_server_is_the_locked_neo4j_with_the_locked_gds(graph: Connection) -> None:
    assert graph.read("CALL dbms.components() YIELD versions RETURN versions[0] AS v") == [{"v": neo4j_version()}]
    assert graph.read("RETURN gds.version() AS v") == [{"v": gds_version()}]


@pytest.mark.parametrize("address", ["file://{path}", "file:///../../../../../../..{path}", "{path}"])
def test_load_csv_reads_no_file_of_the_host(graph: Connection, host_file: Path, address: str) -> None:
    message = refused(graph, f"LOAD CSV FROM '{address.format(path=host_file)}' AS row RETURN row")
    assert "secret" not in message
    assert "allow_csv_import_from_file_urls" in message or "Invalid URL" in message


def test_load_csv_reaches_no_address(graph: Connection, web: ThreadingHTTPServer) -> None:
    for scheme, host in (("http", "127.0.0.1"), ("http", "localhost"), ("ftp", "127.0.0.1")):
        message = refused(graph, f"LOAD CSV FROM '{scheme}://{host}:{web.server_port}/x.csv' AS row RETURN row")
        assert "cypher_ip_blocklist" in message
    assert web.visits == 0  # type: ignore[attr-defined]


def test_a_read_session_writes_nothing(graph: Connection) -> None:
    for query in ("CREATE (:Nominal {id: 'x'})", "CREATE INDEX FOR (n:Nominal) ON (n.x)", "CALL db.createLabel('X')"):
        assert "read" in refused(graph, query).lower()
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_it_listens_on_loopback_at_one_port_only(server: Endpoint) -> None:
    listening = [c.laddr for c in psutil.Process(server.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert {address.port for address in listening} == {server.port}
    assert {address.ip.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


def test_nobody_comes_in_without_the_password(server: Endpoint) -> None:
    for auth in (None, ("neo4j", "neo4j"), ("neo4j", "wrong-password")):
        with neo4j.GraphDatabase.driver(server.uri, auth=auth) as driver, pytest.raises((AuthError, ClientError)):
            driver.execute_query("RETURN 1")


def test_usage_reports_are_off_and_transactions_end(graph: Connection) -> None:
    names = ["dbms.usage_report.enabled", "client.allow_telemetry", "db.transaction.timeout", "server.http.enabled"]
    rows = graph.read("SHOW SETTINGS YIELD name, value WHERE name IN $names RETURN name, value", names=names)
    assert {row["name"]: row["value"] for row in rows} == {
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        "db.transaction.timeout": "15m",
        "server.http.enabled": "false",
    }


def test_what_a_query_carries_reaches_no_log(graph: Connection, server: Endpoint) -> None:
    name = "Quillon Ashgrove-Tansey"
    graph.write("CREATE (:Nominal {id: 'niche:1', full_name: $name})", name=name)
    refused(graph, f"MATCH (n {{full_name: '{name}'}}) RETURN n.full_name / 0")
    refused(graph, f"MATCH (n RETURN '{name}'")
    logs = [path for path in (server.password_file.parent / "logs").iterdir() if path.is_file()]
    assert logs
    assert [path.name for path in logs if name in path.read_text(encoding="utf-8", errors="replace")] == []


def test_everything_in_the_home_is_closed_to_others(server: Endpoint) -> None:
    home = server.password_file.parent
    assert stat.S_IMODE(server.password_file.stat().st_mode) == 0o600
    # The jars among them are public files, hard links to ones that others may share.
    private = [path for path in home.rglob("*") if path.suffix != ".jar"]
    assert [path for path in private if path.stat().st_mode & 0o077] == []
