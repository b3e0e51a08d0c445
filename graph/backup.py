"""A backup of the whole graph in one file, and bringing one back; both of an embedded server.

The file is a tar: `manifest.json`, the ledger as JSON lines, and Neo4j's own dump. The manifest holds the checksum of
the graph in that dump, so that what comes back can be proved to be what went in.
"""

import base64
import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph import reader
from graph.bulk import is_empty
from graph.connection import Connection
from graph.embedded import preflight
from graph.embedded.admin import HeldHome
from graph.embedded.endpoint import Endpoint
from graph.embedded.jars import neo4j_version
from graph.embedded.replacing import drop_former, replacing
from graph.embedded.server import EmbeddedServer
from graph.errors import ThroughlineError
from graph.ledger_file import export_ledger, ledger_lines, whole_file

FORMAT = "throughline backup"
VERSION = 1
MANIFEST, LEDGER, DUMP = "manifest.json", "ledger.jsonl", "neo4j.dump"
# How often a backup begins again because somebody wrote between reading the checksum and stopping the server.
ATTEMPTS = 3
CHUNK = 1 << 20

Say = Callable[[str], None]


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. made_at: UTC, ISO 8601. checksum: of the graph without the ledger. parts: sha256 by name."""

    neo4j: str
    made_at: str
    checksum: str
    nodes: int
    relationships: int
    ledger_entries: int
    parts: dict[str, str]
    format: str = FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class Restored:
    """What a restore brought back. kept_ledger: where the ledger that was there before lies, if one was replaced."""

    manifest: Manifest
    kept_ledger: Path | None


def back_up(server: EmbeddedServer, path: Path, say: Say = lambda _: None) -> Manifest:
    """Write the graph and the ledger to a file that is not there yet, whole or not at all; return its manifest.

    The server is stopped while the dump is made and started again, if it ran. say: told each step.
    Raises ThroughlineError for a file that exists or cannot be written, and when the graph does not hold still.
    """
    path = path.absolute()
    if path.exists():
        raise ThroughlineError(f"{path}: is there already, and no backup is written over a file. Name a new one.")
    if not path.parent.is_dir():
        raise ThroughlineError(f"{path.parent}: no such folder. Make it, or name a file in another one.")
    with server.hold("making a backup") as held:
        ran = held.running() is not None
        work = _work(held)
        preflight.check_disk(held.files.folder, _size(held.files.data / "databases" / "neo4j"))
        checksum, counts, entries = _read_and_stop(held, work, say)
        say("Dumping the database")
        held.run(["database", "dump", "neo4j", f"--to-path={work}"])
        if ran:
            # The graph can be used again while the file is put together.
            held.start()
        say("Writing the file")
        manifest = Manifest(
            neo4j=neo4j_version(),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            checksum=checksum,
            nodes=counts[0],
            relationships=counts[1],
            ledger_entries=entries,
            parts={name: _sha256(work / name) for name in (LEDGER, DUMP)},
        )
        (work / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
        with whole_file(path) as file, tarfile.open(fileobj=file, mode="w") as archive:
            for name in (MANIFEST, LEDGER, DUMP):
                archive.add(work / name, arcname=name)
    return manifest


def restore(server: EmbeddedServer, path: Path, *, replace: bool = False, say: Say = lambda _: None) -> Restored:
    """Make the graph what a backup holds, and return what came back; everything is verified before anything changes.

    replace: also where the graph is not empty; its ledger is written to a file in the home first. Killed or failed, the
    graph is as before. Raises ThroughlineError for a file that is no whole backup, or of a newer version.
    """
    manifest = read_manifest(path)
    kept: Path | None = None
    with server.hold("restoring a backup") as held:
        with _connect(held.running() or held.start()) as connection:
            if not is_empty(connection):
                if not replace:
                    raise ThroughlineError(
                        f"{path}: the graph is not empty, so nothing was restored. --replace puts the backup in its "
                        "place; what was decided here since stays in a file."
                    )
                kept = _keep_ledger(connection, held.files.folder)
        work = _work(held)
        preflight.check_disk(held.files.folder, 3 * path.stat().st_size)
        say("Checking the file")
        _unpack(path, manifest, work)
        held.stop()
        say("Bringing the database back")
        with replacing(held.files):
            held.run(["database", "load", "neo4j", f"--from-path={work}", "--overwrite-destination=true"])
        with _connect(held.start()) as connection:
            say("Comparing checksums")
            _compare(connection, manifest, path, held.files.former)
        drop_former(held.files)
    return Restored(manifest, kept)


def read_manifest(path: Path) -> Manifest:
    """Return what a backup says of itself. Raises ThroughlineError for a file that is none, or of a newer version."""
    try:
        with tarfile.open(path, mode="r:") as archive:
            member = archive.extractfile(MANIFEST)
            said: Any = json.loads(member.read()) if member is not None else None
    except (OSError, tarfile.TarError, KeyError, ValueError) as problem:
        raise ThroughlineError(
            f"{path}: is not a backup that can be read ({problem}). Name a file of `backup`."
        ) from problem
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise ThroughlineError(f"{path}: is not a backup. Name a file made by `throughline backup`.")
    if said.get("version") != VERSION:
        raise ThroughlineError(f"{path}: is a backup of version {said.get('version')}; this checkout reads {VERSION}.")
    try:
        manifest = Manifest(**said)
        made_by = [int(part) for part in manifest.neo4j.split(".")]
    except (TypeError, ValueError) as problem:
        raise ThroughlineError(f"{path}: its manifest is damaged ({problem}). Use another backup.") from problem
    if made_by > [int(part) for part in neo4j_version().split(".")]:
        raise ThroughlineError(
            f"{path}: was made with Neo4j {manifest.neo4j}, and this checkout has {neo4j_version()}. Use a checkout "
            "with that version. Nothing was changed."
        )
    return manifest


def _read_and_stop(held: HeldHome, work: Path, say: Say) -> tuple[str, tuple[int, int], int]:
    """Export the ledger, read checksum and counts, and stop the server with nothing written in between."""
    for _ in range(ATTEMPTS):
        with _connect(held.running() or held.start()) as connection:
            before = _last_transaction(connection)
            say("Reading checksum and ledger")
            entries = export_ledger(connection, work / LEDGER)
            checksum = reader.checksum(connection)
            nodes = connection.read("MATCH (n) RETURN count(n) AS n")[0]["n"]
            edges = connection.read("MATCH ()-[r]->() RETURN count(r) AS n")[0]["n"]
        held.stop()
        if _last_transaction_of_store(held) == before:
            return checksum, (nodes, edges), entries
        say("Somebody wrote meanwhile: reading again")
    raise ThroughlineError(
        f"The graph was written to during each of {ATTEMPTS} attempts. Wait until no load is running, and try again."
    )


def _last_transaction(connection: Connection) -> int:
    """Return the number of the newest transaction, which the server only says in a bookmark.

    A bookmark is `FB:` and base64 of a list of the database's 16 bytes and a number, in the driver's own encoding.
    """
    with connection.read_session() as session:
        session.run("RETURN 1").consume()
        (bookmark,) = session.last_bookmarks().raw_values
    packed = base64.b64decode(bookmark.removeprefix("FB:"))[19:]
    sizes = {0xC8: 1, 0xC9: 2, 0xCA: 4, 0xCB: 8}
    return int.from_bytes(packed[1 : 1 + sizes[packed[0]]]) if packed[0] in sizes else packed[0]


def _last_transaction_of_store(held: HeldHome) -> int:
    said = held.run(["database", "info", "neo4j", "--format=json"], heap="256m")
    return int(json.loads(said[said.index("{") :])["lastCommittedTransaction"])


def _unpack(path: Path, manifest: Manifest, work: Path) -> None:
    """Unpack the parts by name, each checked against the manifest."""
    problems = []
    with tarfile.open(path, mode="r:") as archive:
        for name in (LEDGER, DUMP):
            try:
                member = archive.extractfile(name)
                assert member is not None
                with (work / name).open("wb") as out:
                    shutil.copyfileobj(member, out, CHUNK)
            except (KeyError, AssertionError, OSError, tarfile.TarError) as problem:
                problems.append(f"{name} cannot be read ({problem})")
                continue
            if _sha256(work / name) != manifest.parts.get(name):
                problems.append(f"{name} is damaged: its sha256 is not the manifest's")
    if problems:
        raise ThroughlineError(f"{path}: {'; '.join(problems)}. Use another backup. Nothing was changed.")


def _compare(connection: Connection, manifest: Manifest, path: Path, former: Path) -> None:
    digest = hashlib.sha256()
    for line in ledger_lines(connection):
        digest.update(f"{line}\n".encode())
    same = {
        "graph": reader.checksum(connection) == manifest.checksum,
        "ledger": digest.hexdigest() == manifest.parts[LEDGER],
    }
    if not all(same.values()):
        wrong = " and ".join(name for name, equal in same.items() if not equal)
        raise ThroughlineError(
            f"{path}: the {wrong} that came back is not what the manifest says. The files of the graph that was here "
            f"before are in {former}."
        )


def _keep_ledger(connection: Connection, home: Path) -> Path | None:
    path = home / f"ledger-before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.jsonl"
    if export_ledger(connection, path):
        return path
    path.unlink()
    return None


def _work(held: HeldHome) -> Path:
    shutil.rmtree(held.files.work, ignore_errors=True)
    preflight.check_folder(held.files.work)
    return held.files.work


def _size(folder: Path) -> int:
    return sum(entry.stat().st_size for entry in folder.rglob("*") if entry.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _connect(endpoint: Endpoint) -> Connection:
    return Connection(endpoint.uri, endpoint.user, endpoint.password())
