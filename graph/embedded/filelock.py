"""One process at a time: an advisory lock on a file, released by the kernel even when its holder is killed."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import ThroughlineError


@contextmanager
def exclusive(path: Path, *, wait_s: float, doing: str) -> Iterator[None]:
    """Hold the file's lock for the block; the file is made if need be and stays.

    wait_s: how long to wait for another holder (seconds).
    doing: what the holder does, for the message, as in "starting the server".
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
                if time.monotonic() >= deadline:
                    file.seek(0)
                    holder = file.read().strip() or "unknown"
                    raise ThroughlineError(
                        f"{path}: another process (pid {holder}) has been {doing} for over {wait_s:.0f} s. "
                        "Wait for it, or end it, and try again."
                    ) from None
                time.sleep(0.1)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
