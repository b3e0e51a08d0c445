"""The lock that lets one load run at a time."""

import os
import signal
import subprocess
import sys
from threading import Thread

import pytest

from graph.connection import Connection
from graph.embedded.server import Endpoint
from graph.errors import ThroughlineError
from graph.exclusive import exclusive
from graph.settings import CHECKOUT

HOLDER = """
import sys, time
from graph.connection import Connection
from graph.exclusive import exclusive
uri, user, password = sys.argv[1:]
with Connection(uri, user, password) as connection, exclusive(connection, "load", wait_s=0):
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_second_is_told_who_is_at_it(graph: Connection) -> None:
    with (
        exclusive(graph, "load", wait_s=0),
        pytest.raises(ThroughlineError, match=f"process {os.getpid()}"),
        exclusive(graph, "load", wait_s=0),
    ):
        raise AssertionError("both hold it")


def test_the_second_waits_and_goes_on_when_the_first_is_done(graph: Connection) -> None:
    order: list[str] = []

    def second() -> None:
        with exclusive(graph, "load", wait_s=60, waiting=lambda holder: order.append("told")):
            order.append("second")

    with exclusive(graph, "load", wait_s=0):
        other = Thread(target=second)
        other.start()
        while "told" not in order:
            other.join(0.05)
        order.append("first")
    other.join(60)
    assert order == ["told", "first", "second"]


def test_locks_of_two_names_do_not_meet(graph: Connection) -> None:
    with exclusive(graph, "load", wait_s=0), exclusive(graph, "detection", wait_s=0):
        pass


def test_a_holder_that_is_killed_lets_go(graph: Connection, server: Endpoint) -> None:
    command = [sys.executable, "-c", HOLDER, server.uri, server.user, server.password()]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        os.kill(process.pid, signal.SIGKILL)
    with exclusive(graph, "load", wait_s=20):
        pass
