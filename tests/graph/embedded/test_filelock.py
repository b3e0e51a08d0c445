import os
from pathlib import Path

import pytest

from graph.embedded.filelock import exclusive
from graph.errors import ThroughlineError


def test_a_second_holder_waits_and_then_is_told_who_holds_it(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path / "lock", wait_s=1, doing="starting the server"),
        pytest.raises(ThroughlineError, match=rf"pid {os.getpid()}\) has been starting the server"),
        exclusive(tmp_path / "lock", wait_s=0.2, doing="starting the server"),
    ):
        pass
    with exclusive(tmp_path / "lock", wait_s=0, doing="starting the server"):
        pass


def test_the_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "lock", wait_s=0, doing="testing"):
        _ = 1 / 0
    with exclusive(tmp_path / "lock", wait_s=0, doing="testing"):
        pass
