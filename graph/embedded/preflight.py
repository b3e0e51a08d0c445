"""What must hold before the server starts: heap, memory, disk, port. Each failure says what to do."""

import os
import re
import shutil
import socket
from pathlib import Path

import psutil

from graph.errors import ThroughlineError

# Measured: an empty server holds 470 MB with any heap; the rest is heap, then page cache.
BESIDE_THE_HEAP = 400_000_000
# What a server fills of its heap soon after it starts.
EARLY_HEAP = 512_000_000
# A new store takes 2 MB and its logs little more; below this the first load would stop half-way.
FREE_DISK = 500_000_000
UNITS = {"k": 1024, "m": 1024**2, "g": 1024**3}


def heap_bytes(heap: str) -> int:
    """Return a Java heap size such as 2g or 512m in bytes.

    Raises ThroughlineError when it is not a size, or below the 256 MB Neo4j needs.
    """
    match = re.fullmatch(r"([1-9]\d{0,6})([kmg])", heap.strip().lower())
    size = int(match[1]) * UNITS[match[2]] if match else 0
    if size < 256 * UNITS["m"]:
        raise ThroughlineError(
            f"THROUGHLINE_HEAP: {heap!r} is not a heap size the server can start with. "
            "Give a number with m or g, 256m at least, as in 512m or 2g."
        )
    return size


def usable_memory() -> tuple[int, int]:
    """Return memory installed and memory available now (bytes), both within the container's limit if there is one."""
    memory = psutil.virtual_memory()
    total, available = int(memory.total), int(memory.available)
    limit, used = _container_number("memory.max"), _container_number("memory.current")
    if limit is not None and limit < total:
        total = limit
        available = min(available, max(0, limit - (used or 0)))
    return total, available


def check_memory(heap: str) -> str:
    """Return a line on memory; raise ThroughlineError when the heap does not fit the machine, or too little is free."""
    wanted = heap_bytes(heap)
    total, available = usable_memory()
    if wanted + BESIDE_THE_HEAP > total:
        raise ThroughlineError(
            f"Too little memory for the heap: THROUGHLINE_HEAP={heap} needs {_gb(wanted + BESIDE_THE_HEAP)} with what "
            f"the server needs beside it; this machine has {_gb(total)}. "
            f"Set THROUGHLINE_HEAP to {_fitting_heap(total)} or less."
        )
    needed = BESIDE_THE_HEAP + min(wanted, EARLY_HEAP)
    if needed > available:
        raise ThroughlineError(
            f"Too little memory is free: the server needs {_gb(needed)} to start, {_gb(available)} of {_gb(total)} are "
            "free. Close other programs (another checkout's server: `throughline down` there), or set "
            "THROUGHLINE_HEAP to 512m."
        )
    return f"{_gb(available)} of {_gb(total)} free, heap {heap}"


def check_disk(folder: Path, needed: int = FREE_DISK) -> str:
    """Return a line on the disk; raise ThroughlineError when fewer than `needed` bytes are free under the folder."""
    existing = folder
    while not existing.exists():
        existing = existing.parent
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise ThroughlineError(
            f"{folder}: no space left for the store: {_gb(free)} free, {_gb(needed)} needed. Free some, or set "
            "THROUGHLINE_HOME to a folder on another disk. Nothing was changed."
        )
    return f"{_gb(free)} free at {existing}"


def check_folder(folder: Path) -> None:
    """Make the folder, for its owner only; raise ThroughlineError when it cannot be made or written to."""
    try:
        # The store holds personal data: no other account of the machine has a reason to look in. A folder that was
        # there keeps its mode: it may be shared on purpose, and what is made inside it is closed again.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise ThroughlineError(
            f"{folder}: the server's home cannot be written to ({problem.strerror}). "
            "Set THROUGHLINE_HOME to a folder of your own."
        ) from problem
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ThroughlineError(f"{folder}: no permission to write. Set THROUGHLINE_HOME to a folder of your own.")


def port_is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1 at that port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As Java does: a port that a stopped server's connections still linger on can be taken again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """Raise ThroughlineError when a port that was asked for is taken."""
    if not port_is_free(port):
        raise ThroughlineError(
            f"Port {port} of 127.0.0.1 is taken by another program (or, below 1024, not open to you). Stop it, set "
            "THROUGHLINE_BOLT_PORT to another port, or unset it: then a free one is found."
        )


def _container_number(name: str) -> int | None:
    try:
        text = (Path("/sys/fs/cgroup") / name).read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _fitting_heap(total: int) -> str:
    megabytes = (total - BESIDE_THE_HEAP) // UNITS["m"]
    return f"{max(256, megabytes // 256 * 256)}m"


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
