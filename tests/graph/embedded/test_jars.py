import hashlib
import os
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from rich.console import Console

from graph.embedded.jars import LOCK, SPEC, JarError, ensure_jars, given_jars, locked_jars, main, verified_jars

ALPHA, BETA = b"the alpha jar", b"the beta jar!"
ALPHA_PATH = "/org/example/alpha/1.0/alpha-1.0.jar"
BETA_PATH = "/org/example/beta/2.0/beta-2.0-linux.jar"
QUIET = Console(quiet=True)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock of two tiny jars, the second with a classifier."""
    path = tmp_path / "tiny.lock.toml"
    entries = [("alpha", "1.0", "", ALPHA), ("beta", "2.0", "linux", BETA)]
    path.write_text(
        "\n".join(
            f'[[dependencies]]\ngroupId = "org.example"\nartifactId = "{name}"\nversion = "{version}"\n'
            f'classifier = "{classifier}"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\nsize = {len(content)}\n'
            for name, version, classifier, content in entries
        ),
        encoding="utf-8",
    )
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with both jars, whole."""
    path = tmp_path / "jars"
    path.mkdir()
    (path / "alpha-1.0.jar").write_bytes(ALPHA)
    (path / "beta-2.0-linux.jar").write_bytes(BETA)
    return path


class Repository:
    """A Maven repository on loopback: what it has, what it was asked for, and whether it cuts answers short."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {ALPHA_PATH: ALPHA, BETA_PATH: BETA}
        self.asked: list[str] = []
        self.cut_off = False
        repository = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                repository.asked.append(self.path)
                content = repository.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[:3] if repository.cut_off else content)

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """A repository that jgo is told of in its own settings file, and an empty local one of this test."""
    made = Repository()
    settings = tmp_path / "jgo.conf"
    settings.write_text(f"[repositories]\ncentral = http://127.0.0.1:{made.server.server_port}\n", encoding="utf-8")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_the_lock_names_every_jar_once_with_its_hash_and_no_address() -> None:
    jars = locked_jars()
    assert len(jars) == 344
    assert len({jar.name for jar in jars}) == len(jars)
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)
    assert "://" not in LOCK.read_text(encoding="utf-8")
    wanted = tomllib.loads(SPEC.read_text(encoding="utf-8"))["dependencies"]["coordinates"]
    assert set(wanted) <= {jar.coordinate for jar in jars}


def test_a_whole_folder_is_accepted_and_its_jars_come_in_lock_order(folder: Path, lock: Path) -> None:
    assert verified_jars(folder, lock) == [folder / "alpha-1.0.jar", folder / "beta-2.0-linux.jar"]


def test_a_corrupt_jar_is_named_with_what_to_do(folder: Path, lock: Path) -> None:
    (folder / "beta-2.0-linux.jar").write_bytes(BETA + b"x")
    with pytest.raises(JarError) as problem:
        verified_jars(folder, lock)
    assert "beta-2.0-linux.jar: corrupt" in str(problem.value)
    assert "org.example:beta:2.0:linux" in str(problem.value)
    assert "Delete it" in str(problem.value)
    assert "alpha" not in str(problem.value)


def test_a_jar_changed_after_it_was_verified_is_found_out(folder: Path, lock: Path) -> None:
    verified_jars(folder, lock)
    (folder / "alpha-1.0.jar").write_bytes(ALPHA[::-1])
    os.utime(folder / "alpha-1.0.jar", ns=(1, 1))
    with pytest.raises(JarError, match=r"alpha-1\.0\.jar: corrupt"):
        verified_jars(folder, lock)


def test_a_stamp_does_not_vouch_for_a_jar_that_the_lock_has_replaced(folder: Path, lock: Path) -> None:
    verified_jars(folder, lock)
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text.replace(hashlib.sha256(ALPHA).hexdigest(), "0" * 64), encoding="utf-8")
    with pytest.raises(JarError, match=r"alpha-1\.0\.jar: corrupt"):
        verified_jars(folder, lock)


def test_missing_and_corrupt_jars_are_told_together(folder: Path, lock: Path) -> None:
    (folder / "alpha-1.0.jar").unlink()
    (folder / "beta-2.0-linux.jar").write_bytes(b"")
    with pytest.raises(JarError) as problem:
        given_jars(folder, lock)
    assert "1 of 2 jars are missing (alpha-1.0.jar)" in str(problem.value)
    assert "beta-2.0-linux.jar: corrupt" in str(problem.value)


def test_a_jars_setting_that_is_no_folder_is_told(tmp_path: Path, lock: Path) -> None:
    with pytest.raises(JarError, match=r"THROUGHLINE_JARS: .*nowhere is not a folder"):
        given_jars(tmp_path / "nowhere", lock)


def test_an_unreadable_lock_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[[dependencies]]\ngroupId = 1\n", encoding="utf-8")
    with pytest.raises(JarError, match="not a readable jar lock"):
        locked_jars(tmp_path / "bad.toml")


def test_jars_are_fetched_once_verified_and_shared_without_a_second_copy(
    tmp_path: Path, lock: Path, repository: Repository
) -> None:
    first, second = tmp_path / "one" / "jars", tmp_path / "two" / "jars"
    ensure_jars(first, lock, QUIET)
    fetched = [path for path in repository.asked if path.endswith(".jar")]
    assert sorted(fetched) == [ALPHA_PATH, BETA_PATH]
    assert (first / "beta-2.0-linux.jar").read_bytes() == BETA
    repository.asked.clear()
    ensure_jars(second, lock, QUIET)
    assert repository.asked == []
    assert (second / "alpha-1.0.jar").samefile(first / "alpha-1.0.jar")


def test_a_damaged_jar_in_the_local_repository_is_left_there_and_not_used(
    tmp_path: Path, lock: Path, repository: Repository
) -> None:
    damaged = tmp_path / "m2" / ALPHA_PATH.lstrip("/")
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"not the alpha")
    ensure_jars(tmp_path / "jars", lock, QUIET)
    assert (tmp_path / "jars" / "alpha-1.0.jar").read_bytes() == ALPHA
    assert damaged.read_bytes() == b"not the alpha"


def test_a_repository_that_sends_another_jar_is_refused(tmp_path: Path, lock: Path, repository: Repository) -> None:
    repository.files[ALPHA_PATH] = b"something else"
    with pytest.raises(JarError, match=r"org\.example:alpha:1\.0: what the Maven repository sent has sha256"):
        ensure_jars(tmp_path / "jars", lock, QUIET)
    assert not (tmp_path / "jars" / "alpha-1.0.jar").exists()


def test_a_repository_without_the_jar_is_told_with_what_to_do(
    tmp_path: Path, lock: Path, repository: Repository
) -> None:
    del repository.files[BETA_PATH]
    with pytest.raises(JarError, match=r"org\.example:beta:2\.0:linux could not be fetched") as problem:
        ensure_jars(tmp_path / "jars", lock, QUIET)
    assert "THROUGHLINE_JARS" in str(problem.value)


def test_a_download_cut_short_leaves_no_half_jar(tmp_path: Path, lock: Path, repository: Repository) -> None:
    repository.cut_off = True
    with pytest.raises(JarError, match="could not be fetched"):
        ensure_jars(tmp_path / "jars", lock, QUIET)
    assert list((tmp_path / "jars").glob("*.jar")) == []
    repository.cut_off = False
    assert len(ensure_jars(tmp_path / "jars", lock, QUIET)) == 2


def test_progress_is_shown_on_the_console_it_is_given(
    tmp_path: Path, lock: Path, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    ensure_jars(tmp_path / "jars", lock)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Neo4j and GDS jars" in captured.err


def test_the_module_says_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert "lock | fetch FOLDER" in capsys.readouterr().err
