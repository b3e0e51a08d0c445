"""One at a time, over all machines that reach the graph: a lock that ends with its holder, however that ends."""

import getpass
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import neo4j
from neo4j.exceptions import Neo4jError

from graph.connection import Connection
from graph.errors import ThroughlineError

# How long one try waits. It is a transaction with this timeout, so that it can be told apart from a holder at once.
TRY_S = 1.0
_TAKE: Any = "MATCH (l:Lock {id: $id}) SET l.taken = true REMOVE l.taken"


@contextmanager
def exclusive(
    connection: Connection, name: str, *, wait_s: float, waiting: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold the graph's lock of this name for the block.

    The lock is an open transaction: the server ends it when its client is gone.
    wait_s: how long to wait for another holder (seconds). waiting(holder) is called once when there is one.
    Raises ThroughlineError, naming the holder, when it still holds the lock then.
    """
    connection.write("MERGE (l:Lock {id: $id})", id=name)
    deadline = time.monotonic() + wait_s
    told = False
    with connection.write_session() as session:
        while not _is_free(session, name):
            if time.monotonic() >= deadline:
                raise ThroughlineError(
                    f"{_holder(connection, name)} is not done: wait until it is, then run this again"
                )
            if not told:
                waiting(_holder(connection, name))
                told = True
        transaction = session.begin_transaction(timeout=0)
        try:
            transaction.run(_TAKE, {"id": name}).consume()
            _sign(connection, name)
            yield
        finally:
            transaction.close()


def _is_free(session: neo4j.Session, name: str) -> bool:
    try:
        with session.begin_transaction(timeout=TRY_S) as transaction:
            transaction.run(_TAKE, {"id": name}).consume()
    except Neo4jError as error:
        if any(word in (error.code or "") for word in ("TimedOut", "Terminated", "Lock")):
            return False
        raise
    return True


def _sign(connection: Connection, name: str) -> None:
    """Write who holds the lock where others can read it; the lock itself is not visible until it is let go."""
    connection.write(
        "MERGE (l:Lock {id: $id}) SET l.holder = $holder, l.since = $now",
        id=f"holder of {name}",
        holder=f"{getpass.getuser()} on {socket.gethostname()} (process {os.getpid()})",
        now=datetime.now(UTC),
    )


def _holder(connection: Connection, name: str) -> str:
    query = "MATCH (l:Lock {id: $id}) RETURN l.holder AS holder, l.since AS since"
    rows = connection.read(query, id=f"holder of {name}")
    if not rows or rows[0]["holder"] is None:
        return f"another {name}"
    return f"another {name} by {rows[0]['holder']}, begun {rows[0]['since'].to_native().astimezone():%d %B %H:%M},"
