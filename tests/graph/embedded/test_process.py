import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from graph.embedded.process import ENTRY_POINT, ServerProcess, find_server, server_process

HOME = Path("/nowhere/throughline-home")


@pytest.fixture
def look_alike() -> Iterator[subprocess.Popen[bytes]]:
    """A harmless process with a server's command line."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", ENTRY_POINT, f"--home-dir={HOME}"])
    yield process
    process.kill()
    process.wait()


def test_a_server_is_told_by_pid_start_time_and_home_together(look_alike: subprocess.Popen[bytes]) -> None:
    found = server_process(look_alike.pid, HOME)
    assert found is not None
    assert found.is_alive()
    assert found == find_server(HOME)
    assert not ServerProcess(found.pid, found.started - 60, HOME).is_alive()
    assert not ServerProcess(found.pid, found.started, HOME / "other").is_alive()
    assert server_process(look_alike.pid, HOME / "other") is None


def test_another_process_under_a_stale_pid_is_never_signalled(look_alike: subprocess.Popen[bytes]) -> None:
    started = psutil.Process(look_alike.pid).create_time()
    for stranger in (
        ServerProcess(look_alike.pid, started - 60, HOME),
        ServerProcess(look_alike.pid, started, HOME / "other"),
    ):
        stranger.terminate()
        stranger.kill()
        assert stranger.wait_gone(0)
    assert look_alike.poll() is None


def test_a_dead_child_that_nobody_reaped_counts_as_gone(look_alike: subprocess.Popen[bytes]) -> None:
    found = server_process(look_alike.pid, HOME)
    assert found is not None
    found.kill()
    assert found.wait_gone(5)
    assert server_process(look_alike.pid, HOME) is None
    assert found.resident_bytes() == 0
