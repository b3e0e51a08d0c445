"""docker-compose.yml: what it starts is what the embedded server is, and answers on loopback only."""

import shutil
import subprocess

import pytest
import yaml

from graph.embedded.jars import neo4j_version
from graph.settings import CHECKOUT

COMPOSE = CHECKOUT / "docker-compose.yml"


def services() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    return found


def test_the_server_is_the_version_that_the_embedded_one_has() -> None:
    assert services()["neo4j"]["image"] == f"neo4j:{neo4j_version()}-community"


def test_every_port_is_on_loopback() -> None:
    ports = [port for service in services().values() for port in service["ports"]]  # type: ignore[attr-defined]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_files_of_the_host_and_outside_addresses_cannot_be_loaded() -> None:
    settings = services()["neo4j"]["environment"]
    assert isinstance(settings, dict)
    assert settings["NEO4J_dbms_security_allow__csv__import__from__file__urls"] == "false"
    assert settings["NEO4J_internal_dbms_cypher__ip__blocklist"] == "0.0.0.0/0,::/0"


def test_docker_compose_takes_the_file() -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("skipped: no docker compose on PATH")
    command = [docker, "compose", "-f", str(COMPOSE), "config", "--quiet"]
    done = subprocess.run(command, env={"NEO4J_PASSWORD": "a-password"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
