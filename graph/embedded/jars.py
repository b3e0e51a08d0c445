"""The jars of Neo4j and GDS: fetched once, and held against the committed lock before any of them runs."""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jgo.config import GlobalSettings
from jgo.env import EnvironmentSpec
from jgo.maven import Artifact, MavenContext, PythonResolver
from jgo.parse import Coordinate
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from graph.embedded.filelock import exclusive
from graph.errors import ThroughlineError

SPEC = Path(__file__).with_name("jgo.toml")
LOCK = Path(__file__).with_name("jgo.lock.toml")
# Hidden, so that a plain copy of `*.jar` to a machine without internet does not carry another machine's stamp.
STAMP = ".verified.json"
# Each jar is one small request; more at once gained nothing against the repository, fewer cost a third of the speed.
PARALLEL_DOWNLOADS = 8
HOW_TO_BRING_JARS = (
    "On a machine without internet, copy the jars folder of a machine that has it and set THROUGHLINE_JARS to it."
)


@dataclass(frozen=True, order=True)
class Jar:
    """One jar of the lock: Maven coordinates, sha256 (hex) and size (bytes)."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """File name of the jar."""
        return f"{self.artifact}-{self.version}{f'-{self.classifier}' if self.classifier else ''}.jar"

    @property
    def coordinate(self) -> str:
        """group:artifact:version, with the classifier if there is one."""
        return ":".join(part for part in (self.group, self.artifact, self.version, self.classifier) if part)

    @property
    def is_plugin(self) -> bool:
        """Whether Neo4j must find procedures in it."""
        return self.group == "org.neo4j.gds"


class JarError(ThroughlineError):
    """A jar is missing, corrupt, or could not be fetched."""


def locked_jars(lock: Path = LOCK) -> list[Jar]:
    """Return every jar the lock names, in a fixed order.

    Raises JarError if the lock is missing or cannot be read.
    """
    try:
        entries = tomllib.loads(lock.read_text(encoding="utf-8"))["dependencies"]
        return [
            Jar(
                group=entry["groupId"],
                artifact=entry["artifactId"],
                version=entry["version"],
                classifier=entry.get("classifier", ""),
                sha256=entry["sha256"],
                size=int(entry["size"]),
            )
            for entry in entries
        ]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as problem:
        raise JarError(f"{lock}: not a readable jar lock ({problem}). Restore the committed file.") from problem


def neo4j_version(jars: Iterable[Jar] | None = None) -> str:
    """Return the Neo4j version of the lock, as in 5.26.31."""
    return next(jar.version for jar in jars or locked_jars() if jar.coordinate.startswith("org.neo4j:neo4j:"))


def gds_version(jars: Iterable[Jar] | None = None) -> str:
    """Return the GDS version of the lock, as in 2.13.9."""
    return next(jar.version for jar in jars or locked_jars() if jar.coordinate.startswith("org.neo4j.gds:proc:"))


def verified_jars(folder: Path, lock: Path = LOCK) -> list[Path]:
    """Return the path of every locked jar in the folder, each held against the lock.

    Hashes are read when a jar is new or was touched; otherwise its size and time of change answer for it.
    Raises JarError naming each jar that is missing or differs, all together, and what to do.
    """
    jars = locked_jars(lock)
    known = _read_stamp(folder)
    missing: list[Jar] = []
    corrupt: list[Jar] = []
    seen: dict[str, list[object]] = {}
    for jar in jars:
        path = folder / jar.name
        try:
            stat = path.stat()
        except FileNotFoundError:
            missing.append(jar)
            continue
        mark: list[object] = [jar.sha256, stat.st_size, stat.st_mtime_ns]
        if known.get(jar.name) != mark and (stat.st_size != jar.size or sha256_of(path) != jar.sha256):
            corrupt.append(jar)
            continue
        seen[jar.name] = mark
    if seen != known:
        _write_stamp(folder, seen)
    if missing or corrupt:
        raise JarError(_complaint(folder, missing, corrupt, len(jars)))
    return [folder / jar.name for jar in jars]


def ensure_jars(folder: Path, lock: Path = LOCK, console: Console | None = None) -> list[Path]:
    """Fetch the locked jars that the folder lacks and return the path of each, all of them verified.

    folder: usually `<home>/jars`. A jar in Maven's local repository is linked, not copied, if it lies on the same file
    system; the rest is downloaded with jgo from the repositories of jgo's own settings, else Maven Central.
    A jar in the folder that differs from the lock is never replaced in silence.
    Raises JarError naming the jars that are corrupt or cannot be fetched, and what to do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / ".lock", wait_s=900, doing="fetching the jars"):
        absent = [jar for jar in locked_jars(lock) if not (folder / jar.name).exists()]
        if absent:
            _fetch_all(absent, folder, console or Console(stderr=True))
        return verified_jars(folder, lock)


def given_jars(folder: Path, lock: Path = LOCK) -> list[Path]:
    """Return the jars of a folder somebody else filled (THROUGHLINE_JARS): verified, never downloaded or changed.

    Raises JarError if the folder is not there, or a jar in it is missing or differs from the lock.
    """
    if not folder.is_dir():
        raise JarError(f"THROUGHLINE_JARS: {folder} is not a folder. {HOW_TO_BRING_JARS}")
    return verified_jars(folder, lock)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link_or_copy(source: Path, target: Path) -> None:
    """Put the source's content at target: a hard link on the same file system, else a copy. Replaces what was there."""
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    scratch.unlink(missing_ok=True)
    try:
        os.link(source, scratch)
    except OSError:
        # Another file system, one without hard links, or a folder whose files may not be linked: a copy always works.
        shutil.copyfile(source, scratch)
    # rename(2) does nothing when both names already are one file, and would leave the scratch name behind.
    scratch.replace(target)
    scratch.unlink(missing_ok=True)


def write_lock(spec: Path = SPEC, lock: Path = LOCK) -> list[Jar]:
    """Resolve jgo.toml anew with jgo's pure-Python resolver, write the lock and return its jars.

    Only coordinates, hashes and sizes are written: no address, no date, so that the same input gives the same file.
    """
    context = _maven(None)
    inputs = [context.create_dependency(Coordinate.parse(text)) for text in EnvironmentSpec.load(spec).coordinates]
    resolved, transitive = context.resolver.resolve(inputs)
    artifacts = {dependency.artifact.key: dependency.artifact for dependency in [*resolved, *transitive]}
    with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        paths = list(pool.map(Artifact.resolve, artifacts.values()))
    jars = sorted(
        Jar(a.groupId, a.artifactId, a.version, a.classifier, sha256_of(path), path.stat().st_size)
        for a, path in zip(artifacts.values(), paths, strict=True)
    )
    names = [jar.name for jar in jars]
    if len(names) != len(set(names)):
        raise JarError(f"{spec}: two jars share a file name, and one folder cannot hold both.")
    lines = ["# Every jar of jgo.toml. Written by `python -m graph.embedded.jars lock`; do not edit."]
    for jar in jars:
        fields = {"groupId": jar.group, "artifactId": jar.artifact, "version": jar.version}
        if jar.classifier:
            fields["classifier"] = jar.classifier
        fields["sha256"] = jar.sha256
        lines += [
            "",
            "[[dependencies]]",
            *(f'{key} = "{value}"' for key, value in fields.items()),
            f"size = {jar.size}",
        ]
    lock.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return jars


def _complaint(folder: Path, missing: list[Jar], corrupt: list[Jar], total: int) -> str:
    lines = []
    for jar in corrupt:
        lines.append(f"{folder / jar.name}: corrupt, its sha256 is not the one jgo.lock.toml has for {jar.coordinate}.")
    if corrupt:
        lines.append("Delete it and run `throughline up` again: it is fetched anew. It was not started.")
    if missing:
        names = ", ".join(jar.name for jar in missing[:3]) + (" ..." if len(missing) > 3 else "")
        lines.append(f"{folder}: {len(missing)} of {total} jars are missing ({names}).")
        lines.append(f"Run `throughline up` to fetch them. {HOW_TO_BRING_JARS}")
    return "\n".join(lines)


def _read_stamp(folder: Path) -> dict[str, list[object]]:
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(folder: Path, seen: dict[str, list[object]]) -> None:
    scratch = folder / f"{STAMP}.{os.getpid()}"
    try:
        scratch.write_text(json.dumps(seen), encoding="utf-8")
        scratch.replace(folder / STAMP)
    except OSError:
        # A folder that may only be read has no stamp, and its jars are hashed at every start (under a second).
        scratch.unlink(missing_ok=True)


def _maven(cache: Path | None) -> MavenContext:
    configured = GlobalSettings.load()
    return MavenContext(
        resolver=PythonResolver(),
        repo_cache=cache or configured.repo_cache,
        remote_repos=configured.repositories or None,
        timeout=30,
    )


def _fetch_all(jars: list[Jar], folder: Path, console: Console) -> None:
    free = shutil.disk_usage(folder).free
    needed = sum(jar.size for jar in jars) + 50_000_000
    if free < needed:
        raise JarError(
            f"{folder}: {needed // 1_000_000} MB are needed for the jars and {free // 1_000_000} MB are free. "
            "Free some, or set THROUGHLINE_HOME to a folder on another disk."
        )
    with (
        tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch,
        _progress(console, sum(jar.size for jar in jars)) as advance,
    ):
        private = _maven(Path(scratch))
        shared = _maven(None)
        pool = ThreadPoolExecutor(PARALLEL_DOWNLOADS)
        try:
            futures = {pool.submit(_fetch, jar, folder, shared, private): jar for jar in jars}
            for future in as_completed(futures):
                jar = futures[future]
                try:
                    future.result()
                except (OSError, RuntimeError) as problem:
                    raise JarError(
                        f"{jar.coordinate} could not be fetched: {problem}\n"
                        "Check that this machine reaches a Maven repository and run it again: what was fetched stays. "
                        f"{HOW_TO_BRING_JARS}"
                    ) from problem
                advance(jar.size)
        finally:
            # After a failure or an interrupt, hundreds of queued downloads must not be waited for.
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Neo4j and GDS jars", total=total)

        def advance(size: int) -> None:
            progress.advance(task, size)

        yield advance


def _fetch(jar: Jar, folder: Path, shared: MavenContext, private: MavenContext) -> None:
    """Bring one jar into the folder from Maven's local repository or from outside, if and only if its hash is right."""
    target = folder / jar.name
    local = _artifact(shared, jar).cached_path
    if local is not None and local.is_file() and local.stat().st_size == jar.size and sha256_of(local) == jar.sha256:
        link_or_copy(local, target)
        return
    # Not straight into Maven's repository: jgo writes in place, and a fetch cut off there would look like a whole jar.
    path = _download(_artifact(private, jar))
    found = sha256_of(path)
    if found != jar.sha256:
        raise JarError(
            f"{jar.coordinate}: what the Maven repository sent has sha256 {found}, jgo.lock.toml has {jar.sha256}. "
            "It was not kept. Something between here and the repository changes files: ask who runs it."
        )
    path.replace(target)
    _share(target, local)


@retry(
    retry=retry_if_exception_type(OSError),
    stop=stop_after_attempt(3),
    wait=wait_exponential(multiplier=0.5, max=4),
    reraise=True,
)
def _download(artifact: Artifact) -> Path:
    path = artifact.cached_path
    if path is not None:
        # What an earlier attempt left half written would pass for the whole jar.
        path.unlink(missing_ok=True)
    return artifact.resolve()


def _share(jar: Path, local: Path | None) -> None:
    """Leave a verified jar in Maven's local repository too, so that the next checkout need not fetch it; never over
    what is there."""
    if local is None or local.exists():
        return
    try:
        local.parent.mkdir(parents=True, exist_ok=True)
        os.link(jar, local)
    except OSError:
        # Only a help for later: a read-only home or another file system is no reason to stop.
        return


def _artifact(context: MavenContext, jar: Jar) -> Artifact:
    return context.project(jar.group, jar.artifact).at_version(jar.version).artifact(classifier=jar.classifier)


def main(arguments: list[str]) -> int:
    """Run `python -m graph.embedded.jars lock` (resolve anew) or `... fetch FOLDER`; returns the exit code."""
    match arguments:
        case ["lock"]:
            print(f"{LOCK.name}: {len(write_lock())} jars", file=sys.stderr)
        case ["fetch", folder]:
            print(f"{folder}: {len(ensure_jars(Path(folder)))} jars, verified", file=sys.stderr)
        case _:
            print("usage: python -m graph.embedded.jars lock | fetch FOLDER", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ThroughlineError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
