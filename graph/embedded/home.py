"""The files of one server's home folder: configuration, class path, plugins, password, state."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from graph.embedded import preflight
from graph.embedded.jars import Jar, link_or_copy, locked_jars, sha256_of
from graph.errors import ThroughlineError

CONF = Path(__file__).with_name("neo4j.conf")
# A start writes 100 KB; the cause of a failed one is at its end, but never megabytes in.
DEBUG_BYTES = 4_000_000
FOLDERS = ("conf", "data", "import", "logs", "plugins", "run")


@dataclass(frozen=True)
class ServerState:
    """What is kept between commands. port: kept for later starts; pid and started (s since 1970): None when stopped."""

    port: int | None = None
    pid: int | None = None
    started: float | None = None


@dataclass(frozen=True)
class ServerHome:
    """A home folder and where things lie in it."""

    folder: Path

    @property
    def password_file(self) -> Path:
        """File with the password, mode 0600."""
        return self.folder / "password"

    @property
    def data(self) -> Path:
        """Folder of the store and its transaction logs."""
        return self.folder / "data"

    @property
    def conf(self) -> Path:
        """Folder of neo4j.conf."""
        return self.folder / "conf"

    @property
    def log_file(self) -> Path:
        """What the server wrote since it was last started."""
        return self.folder / "logs" / "console.log"

    @property
    def java_arguments(self) -> Path:
        """File with the class path, for Java's @file."""
        return self._run / "java.args"

    @property
    def lock_file(self) -> Path:
        """File that guards two commands at once on this home."""
        return self._run / "lock"

    @property
    def system_store(self) -> Path:
        """Folder of the database with the accounts; there once a server has started here."""
        return self.data / "databases" / "system"

    @property
    def work(self) -> Path:
        """Folder of the files of a first load, a backup or a restore under way; rubbish once nobody holds the home."""
        return self.folder / "work"

    @property
    def aside(self) -> Path:
        """Folder in which the graph's files wait while new ones are made; there after a kill as well."""
        return self.folder / "aside"

    @property
    def former(self) -> Path:
        """Folder of the graph's files that were replaced last."""
        return self.folder / "former"

    @property
    def _run(self) -> Path:
        return self.folder / "run"

    def prepare(self, port: int, jars: Path) -> None:
        """Lay out the folders, neo4j.conf for that port, the class path and the plugins.

        jars: folder of the locked jars, already verified.
        Raises ThroughlineError when a folder cannot be made, or the jars lie where Java cannot name them.
        """
        if os.pathsep in str(jars):
            raise ThroughlineError(
                f"{jars}: Java cannot use jars from a folder with {os.pathsep!r} in its path. Set THROUGHLINE_JARS or "
                "THROUGHLINE_HOME to another folder."
            )
        for name in FOLDERS:
            preflight.check_folder(self.folder / name)
        conf = Template(CONF.read_text(encoding="utf-8")).substitute(port=port)
        write_private(self.conf / "neo4j.conf", conf)
        locked = locked_jars()
        # Three hundred paths in a file, not on the command line: its length is limited, and `ps` stays readable.
        classpath = os.pathsep.join(str(jars / jar.name) for jar in locked)
        quoted = classpath.replace("\\", "\\\\").replace('"', '\\"')
        write_private(self.java_arguments, f'-cp "{quoted}"\n')
        self._link_plugins(jars, [jar for jar in locked if jar.is_plugin])

    def state(self) -> ServerState:
        """Return what was kept; an unreadable or missing state file is an empty state."""
        try:
            return ServerState(**json.loads((self._run / "server.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return ServerState()

    def keep_state(self, state: ServerState) -> None:
        """Write the state file."""
        write_private(self._run / "server.json", json.dumps(asdict(state)))

    def configured_port(self) -> int | None:
        """Return the port of the neo4j.conf last written here, for when the state file is lost."""
        try:
            conf = (self.conf / "neo4j.conf").read_text(encoding="utf-8")
        except OSError:
            return None
        ports = [
            line.rpartition(":")[2] for line in conf.splitlines() if line.startswith("server.bolt.listen_address=")
        ]
        return int(ports[0]) if ports and ports[0].isdigit() else None

    def store_version(self) -> str | None:
        """Return the Neo4j version that last opened the store here, or None if that is not known."""
        try:
            return str(json.loads((self._run / "store.json").read_text(encoding="utf-8"))["neo4j"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep_store_version(self, version: str) -> None:
        """Keep the Neo4j version that has opened the store."""
        write_private(self._run / "store.json", json.dumps({"neo4j": version}))

    def debug_log_size(self) -> int:
        """Return the size of Neo4j's own log (bytes), for `log_text` to read on from."""
        try:
            return self._debug_log.stat().st_size
        except OSError:
            return 0

    def log_text(self, debug_from: int) -> str:
        """Return what the server wrote since it was started, then the errors among its debug log.

        debug_from: where that start began in the debug log (bytes). Only there is the reason why a store does not open.
        """
        text = self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""
        try:
            with self._debug_log.open("rb") as file:
                # A log that is shorter than it was has been rotated since: all of it is new.
                file.seek(debug_from if self.debug_log_size() >= debug_from else 0)
                debug = file.read(DEBUG_BYTES).decode("utf-8", "replace")
        except OSError:
            return text
        return text + "\n".join(
            line for line in debug.splitlines() if " ERROR " in line or line.startswith("Caused by")
        )

    @property
    def _debug_log(self) -> Path:
        return self.folder / "logs" / "debug.log"

    def _link_plugins(self, jars: Path, plugins: list[Jar]) -> None:
        folder = self.folder / "plugins"
        names = {jar.name for jar in plugins}
        for path in folder.iterdir():
            # Whatever lies here runs inside the server: only what the lock names may.
            if path.name not in names:
                path.unlink()
        for jar in plugins:
            source, target = jars / jar.name, folder / jar.name
            # Not the same file where it had to be copied: then its content decides.
            if not target.exists() or not (target.samefile(source) or sha256_of(target) == jar.sha256):
                link_or_copy(source, target)


def write_private(path: Path, text: str) -> None:
    """Write a whole file or none, readable by its owner only."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.unlink(missing_ok=True)
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    scratch.replace(path)
