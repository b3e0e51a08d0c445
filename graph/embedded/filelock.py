"""One process at a time: an advisory lock on a file, released by the kernel even when its holder is killed."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.errors import ThroughlineError


@dataclass(frozen=True)
class Holder:
    """Who holds a lock. doing: as in "starting the server"; long: whether it may take minutes."""

    pid: str
    doing: str
    long: bool


@contextmanager
def exclusive(path: Path, *, wait_s: float, doing: str, long: bool = False) -> Iterator[None]:
    """Hold the file's lock for the block; the file is made if need be and stays.

    wait_s: how long to wait for another holder (seconds).
    doing: what the holder does, for the message, as in "starting the server".
    long: it may take minutes, so that others are told at once instead of waiting.
    Raises ThroughlineError when another process still holds it then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                file.seek(0)
                holder = _read(file.read())
                if holder.long or time.monotonic() >= deadline:
                    raise _held(path, holder, wait_s) from None
                time.sleep(0.1)
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\t{doing}\t{'long' if long else ''}")
        file.flush()
        try:
            yield
        finally:
            # What a killed holder wrote stays behind: only a lock that is held means anything.
            fcntl.flock(file, fcntl.LOCK_UN)


def holder(path: Path) -> Holder | None:
    """Return who holds the file's lock now, without waiting; None when nobody does."""
    try:
        with path.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _read(file.read())
            fcntl.flock(file, fcntl.LOCK_UN)
    except OSError:
        return None
    return None


def _read(text: str) -> Holder:
    pid, doing, long = (*text.strip("\n").split("\t"), "", "")[:3]
    return Holder(pid.strip() or "unknown", doing or "at work here", long == "long")


def _held(path: Path, other: Holder, wait_s: float) -> ThroughlineError:
    since = "" if other.long else f" for over {wait_s:.0f} s"
    return ThroughlineError(
        f"{path}: another process (pid {other.pid}) has been {other.doing}{since}. "
        "Wait for it, or end it, and try again."
    )
