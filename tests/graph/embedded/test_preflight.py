import socket
from pathlib import Path

import pytest

from graph.embedded.preflight import (
    check_disk,
    check_folder,
    check_memory,
    check_port,
    free_port,
    heap_bytes,
    port_is_free,
)
from graph.errors import ThroughlineError


@pytest.mark.parametrize(("heap", "size"), [("2g", 2 * 1024**3), ("512m", 512 * 1024**2), ("1G", 1024**3)])
def test_a_heap_size_is_read_in_its_unit(heap: str, size: int) -> None:
    assert heap_bytes(heap) == size


@pytest.mark.parametrize("heap", ["", "2", "2t", "-1g", "0g", "two", "1.5g", "100m", "2g -XX:+Flag"])
def test_what_is_no_heap_size_is_refused_with_an_example(heap: str) -> None:
    with pytest.raises(ThroughlineError, match=r"THROUGHLINE_HEAP: .*as in 512m or 2g"):
        heap_bytes(heap)


def test_a_heap_larger_than_the_machine_is_refused_with_one_that_fits() -> None:
    with pytest.raises(ThroughlineError, match=r"THROUGHLINE_HEAP=9000g needs .* Set THROUGHLINE_HEAP to \d+m or less"):
        check_memory("9000g")


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ThroughlineError, match="no space left for the store"):
        check_disk(tmp_path / "not" / "yet" / "made", needed=10**18)
    assert not (tmp_path / "not").exists()


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(ThroughlineError, match="cannot be written to"):
        check_folder(tmp_path / "file" / "home")


def test_a_new_home_is_closed_to_others(tmp_path: Path) -> None:
    check_folder(tmp_path / "home")
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700


def test_a_taken_port_is_told_and_a_free_one_is_free() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not port_is_free(port)
        with pytest.raises(ThroughlineError, match=f"Port {port} of 127.0.0.1 is taken"):
            check_port(port)
    assert port_is_free(free_port())
