"""Neo4j's admin tool on a stopped home: running it, watching what it prints, and ending one that was left behind."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from graph.embedded import diagnose
from graph.embedded.endpoint import Endpoint, Stopped
from graph.embedded.home import ServerHome
from graph.errors import ThroughlineError

# The admin tool itself, not the launcher in front of it: that one looks for a Java and starts a second one.
ADMIN = "org.neo4j.cli.AdminTool"
# What a tool prints is kept for the message should it fail: its end holds the reason.
KEPT_LINES = 400


class RunTool(Protocol):
    """Runs the admin tool on a home."""

    def __call__(
        self, arguments: Sequence[str], *, heap: str | None = None, on_text: Callable[[str], None] | None = None
    ) -> str:
        """Return what the tool printed. on_text: given what it prints while it runs, piece by piece."""


@dataclass(frozen=True)
class HeldHome:
    """A home that only this process may start, stop or change, for as long as it is held.

    running: where its server answers, None when it is stopped. start, stop: as of the server. run: the admin tool, on a
    stopped server.
    """

    files: ServerHome
    running: Callable[[], Endpoint | None]
    start: Callable[[], Endpoint]
    stop: Callable[[], Stopped]
    run: RunTool


def run_tool(
    command: Sequence[str],
    *,
    what: str,
    environment: Mapping[str, str],
    folder: Path,
    timeout_s: float | None = None,
    on_text: Callable[[str], None] | None = None,
) -> str:
    """Run an admin command in a folder and return what it printed.

    what: the command's name for messages. on_text: given the output while it runs, piece by piece.
    Raises ThroughlineError with its last lines when it fails or takes longer than timeout_s seconds; it never outlives
    this call, also when that is interrupted.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    kept: list[str] = []
    with subprocess.Popen(
        command,
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        umask=0o077,
        # Ctrl-C in the terminal reaches this process, which then ends the tool.
        start_new_session=True,
    ) as tool:
        assert tool.stdout is not None
        watch = _Deadline(tool, deadline)
        try:
            # Progress comes as dots without a line's end, so it is read as it comes.
            while piece := tool.stdout.read1(4096):  # type: ignore[attr-defined]
                text = piece.decode("utf-8", "replace")
                kept.append(text)
                if on_text is not None:
                    on_text(text)
            code = tool.wait()
        finally:
            watch.cancel()
            if tool.poll() is None:
                tool.kill()
    output = "".join(kept)
    if watch.expired:
        raise ThroughlineError(
            f"neo4j-admin {what}: not done after {timeout_s:.0f} s, and ended. The machine may be busy: try again."
        )
    if code != 0:
        raise diagnose.admin_failed(what, code, "\n".join(output.splitlines()[-KEPT_LINES:]))
    return output


class _Deadline:
    """Ends a tool that takes too long."""

    def __init__(self, tool: "subprocess.Popen[bytes]", deadline: float | None) -> None:
        from threading import Timer

        self.expired = False
        self._tool = tool
        self._timer = None if deadline is None else Timer(max(0.0, deadline - time.monotonic()), self._end)
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _end(self) -> None:
        self.expired = True
        self._tool.kill()


def end_orphans(home: Path) -> list[int]:
    """End admin tools that still work on this home though the command that started them was killed; return their pids.

    Call it with the home's lock held: then no living command has one running.
    """
    ended = []
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
            if ADMIN in command and f"-Djava.io.tmpdir={home / 'run'}" in command:
                process.kill()
                process.wait(30)
                ended.append(process.pid)
        except psutil.NoSuchProcess:
            continue
        except psutil.Error:
            continue
    return ended
