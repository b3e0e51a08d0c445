from pathlib import Path

import pytest

from graph.embedded.home import ServerHome, ServerState, write_private
from graph.embedded.jars import locked_jars
from graph.errors import ThroughlineError


def test_what_is_no_locked_jar_is_taken_out_of_the_plugins(tmp_path: Path, jars: Path) -> None:
    home = ServerHome(tmp_path / "home")
    home.prepare(7687, jars)
    plugins = home.folder / "plugins"
    (plugins / "stray.jar").write_bytes(b"would run inside the server")
    (plugins / "algo-2.13.9.jar").unlink()
    (plugins / "algo-2.13.9.jar").write_bytes(b"changed")
    home.prepare(7687, jars)
    assert {path.name for path in plugins.iterdir()} == {jar.name for jar in locked_jars() if jar.is_plugin}
    assert (plugins / "algo-2.13.9.jar").samefile(jars / "algo-2.13.9.jar")


def test_only_locked_jars_are_on_the_class_path(tmp_path: Path, jars: Path) -> None:
    home = ServerHome(tmp_path)
    home.prepare(7687, jars)
    classpath = home.java_arguments.read_text(encoding="utf-8").removeprefix('-cp "').removesuffix('"\n').split(":")
    assert classpath == [str(jars / jar.name) for jar in locked_jars()]


def test_a_jars_folder_that_java_cannot_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(ThroughlineError, match="Java cannot use jars from a folder with ':'"):
        ServerHome(tmp_path / "home").prepare(7687, tmp_path / "a:b")


def test_the_port_is_found_in_the_configuration_when_the_state_is_lost(tmp_path: Path, jars: Path) -> None:
    home = ServerHome(tmp_path)
    assert home.configured_port() is None
    home.prepare(17687, jars)
    assert home.configured_port() == 17687


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1, "surprise": 2}', '{"port": 1'])
def test_a_state_file_that_cannot_be_read_is_an_empty_state(tmp_path: Path, text: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "server.json").write_text(text, encoding="utf-8")
    assert ServerHome(tmp_path).state() == ServerState()


def test_only_what_was_logged_since_the_start_is_read(tmp_path: Path) -> None:
    home = ServerHome(tmp_path)
    (tmp_path / "logs").mkdir()
    debug = tmp_path / "logs" / "debug.log"
    assert home.log_text(0) == ""
    debug.write_text("x ERROR of last week\n", encoding="utf-8")
    began = home.debug_log_size()
    with debug.open("a", encoding="utf-8") as file:
        file.write("x INFO  fine\nx ERROR of today\nCaused by: this\n")
    home.log_file.write_text("console\n", encoding="utf-8")
    assert home.log_text(began) == "console\nx ERROR of today\nCaused by: this"
    debug.write_text("x ERROR new\n", encoding="utf-8")
    assert home.log_text(began) == "console\nx ERROR new"


def test_a_private_file_is_whole_and_the_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text(encoding="utf-8") == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
