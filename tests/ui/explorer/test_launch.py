"""How the explorer is started and served."""

import socket
import tomllib
from pathlib import Path

from graph.settings import CHECKOUT
from ui.explorer.launch import explorer_address, explorer_command
from ui.explorer.web import TELL_BASE, content_policy


def options(command: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in command:
        if part.startswith("--"):
            name, _, value = part[2:].partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_command_serves_on_loopback_and_sends_nothing_home() -> None:
    command = explorer_command(8599, headless=True)
    assert command[1:4] == ["-m", "streamlit", "run"]
    assert Path(command[4]).name == "web.py"
    stated = options(command)
    assert stated["server.address"] == ["127.0.0.1"]
    assert stated["server.port"] == ["8599"]
    assert stated["server.headless"] == ["true"]
    assert stated["browser.gatherUsageStats"] == ["false"]
    assert stated["server.allowedHosts"] == ["127.0.0.1", "localhost"]
    assert stated["server.enableXsrfProtection"] == ["true"]
    assert stated["client.showErrorDetails"] == ["none"]
    assert stated["client.showErrorLinks"] == ["false"]
    assert stated["client.toolbarMode"] == ["viewer"]
    assert explorer_address(command) == "http://127.0.0.1:8599"


def test_every_setting_of_the_file_is_a_flag_too() -> None:
    config = tomllib.loads((CHECKOUT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    names = {f"{section}.{name}" for section, values in config.items() for name in values}
    assert names <= set(options(explorer_command(1, headless=False)))


def test_a_free_port_is_found_where_none_is_given() -> None:
    command = explorer_command(None, headless=False)
    port = int(options(command)["server.port"][0])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
    assert options(command)["server.headless"] == ["false"]


def test_the_policy_allows_this_host_only_and_no_inline_script_but_the_pages_own() -> None:
    policy = content_policy(f"<head>{TELL_BASE}</head>", "127.0.0.1:8501")
    rules = dict(part.split(" ", 1) for part in policy.split("; "))
    assert rules["default-src"] == "'self'"
    assert rules["connect-src"] == "'self' ws://127.0.0.1:8501 wss://127.0.0.1:8501"
    assert "'unsafe-inline'" not in rules["script-src"]
    assert rules["script-src"].count("'sha256-") == 1
    assert rules["frame-ancestors"] == "'none'"


def test_a_forged_host_does_not_get_into_the_policy() -> None:
    assert "evil" not in content_policy("", "evil; script-src *")
