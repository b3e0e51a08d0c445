"""Replacing the graph's files as one step: the former ones are kept aside until the new ones are whole.

The database of accounts lies beside the graph's and is never touched.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.embedded.home import ServerHome
from graph.errors import ThroughlineError

DATABASE = "neo4j"
# A store and its transaction log belong together.
PARTS = ("databases", "transactions")


@contextmanager
def replacing(files: ServerHome) -> Iterator[None]:
    """Set the graph's files aside for the block, which makes new ones; they come back if it raises.

    The server must be stopped and the home held. After a process that was killed within the block `put_back` does the
    same. What was replaced is in `former` afterwards, until `drop_former`.
    """
    drop_former(files)
    try:
        files.aside.mkdir(mode=0o700)
        for part in PARTS:
            _store(files, part).rename(files.aside / part)
        yield
    except BaseException as problem:
        put_back(files)
        if isinstance(problem, OSError):
            raise ThroughlineError(
                f"{files.data}: the graph's files cannot be replaced ({problem.strerror}). Nothing was changed."
            ) from problem
        raise
    files.aside.rename(files.former)


def put_back(files: ServerHome) -> bool:
    """Remove half-made files of the graph and put the former ones back; return whether there was anything to do."""
    if not files.aside.exists():
        return False
    for part in PARTS:
        kept = files.aside / part
        # A part that is not here was never moved, or is back already: this may be cut and run again.
        if kept.exists():
            shutil.rmtree(_store(files, part), ignore_errors=True)
            kept.rename(_store(files, part))
    files.aside.rmdir()
    return True


def drop_former(files: ServerHome) -> None:
    """Remove the files that were replaced last."""
    shutil.rmtree(files.former, ignore_errors=True)


def _store(files: ServerHome, part: str) -> Path:
    return files.data / part / DATABASE
