"""Which process is a home's server: told by pid, start time and command line together, never by pid alone."""

import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ENTRY_POINT = "org.neo4j.server.CommunityEntryPoint"
# The kernel's start time is read against the wall clock, which may be set while the server runs.
CLOCK_STEP_S = 10.0


@dataclass(frozen=True)
class ServerProcess:
    """A server's process as it was when it started: pid, start time (seconds since 1970) and the home it serves."""

    pid: int
    started: float
    home: Path

    def is_alive(self) -> bool:
        """Whether this very process still runs: same pid, same start time, same home on its command line."""
        try:
            process = psutil.Process(self.pid)
            # A dead process that nobody has waited for yet has no command line any more.
            return abs(process.create_time() - self.started) < CLOCK_STEP_S and serves(process.cmdline(), self.home)
        except psutil.Error:
            return False

    def terminate(self) -> None:
        """Ask it to stop (SIGTERM), if it is still this process."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once (SIGKILL), if it is still this process."""
        self._signal(signal.SIGKILL)

    def wait_gone(self, wait_s: float) -> bool:
        """Return whether it is gone within wait_s seconds."""
        deadline = time.monotonic() + wait_s
        while self.is_alive():
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        return True

    def resident_bytes(self) -> int:
        """Return the memory it holds in RAM (bytes), 0 when it is gone."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def _signal(self, number: signal.Signals) -> None:
        if self.is_alive():
            try:
                psutil.Process(self.pid).send_signal(number)
            except psutil.NoSuchProcess:
                return


def server_process(pid: int, home: Path) -> ServerProcess | None:
    """Return the running process of that pid as the home's server, or None if it is another's or gone."""
    try:
        process = psutil.Process(pid)
        if not serves(process.cmdline(), home):
            return None
        return ServerProcess(pid, process.create_time(), home)
    except psutil.Error:
        return None


def find_server(home: Path) -> ServerProcess | None:
    """Return the home's server found among this user's processes, for when its state file is lost."""
    for process in psutil.process_iter():
        found = server_process(process.pid, home)
        if found is not None:
            return found
    return None


def serves(command: list[str], home: Path) -> bool:
    """Whether a command line is that of the home's server."""
    return ENTRY_POINT in command and f"--home-dir={home}" in command
