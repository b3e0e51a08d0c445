"""How the explorer is started: one command line, on loopback only."""

import socket
import sys
import tomllib
from pathlib import Path
from typing import Any

APP = Path(__file__).resolve().parent / "web.py"
CONFIG = APP.parent.parent.parent / ".streamlit" / "config.toml"
LOOPBACK = "127.0.0.1"


def explorer_command(port: int | None, headless: bool) -> list[str]:
    """Return the command that serves the explorer at http://127.0.0.1:port until it is ended.

    port: a free one is chosen when none is given; read it back with `explorer_address`.
    headless: true opens no browser window.
    Every setting of .streamlit/config.toml is passed as a flag: flags win over environment variables and over a
    config file of the user's.
    """
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    for section, options in tomllib.loads(CONFIG.read_text(encoding="utf-8")).items():
        for name, value in options.items():
            command += [f"--{section}.{name}={_flag(one)}" for one in (value if isinstance(value, list) else [value])]
    return [*command, f"--server.headless={_flag(headless)}", f"--server.port={port or _free_port()}"]


def explorer_address(command: list[str]) -> str:
    """Return the address at which a command of `explorer_command` serves, as in http://127.0.0.1:8501."""
    port = next(part.removeprefix("--server.port=") for part in command if part.startswith("--server.port="))
    return f"http://{LOOPBACK}:{port}"


def _flag(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
