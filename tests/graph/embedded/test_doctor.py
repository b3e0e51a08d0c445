from pathlib import Path

from graph.embedded.doctor import doctor
from graph.settings import Settings


def test_a_bare_machine_is_told_what_to_do_for_each_thing_it_lacks(tmp_path: Path) -> None:
    checks = {check.name: check for check in doctor(Settings(home=tmp_path / "home"))}
    assert [name for name, check in checks.items() if not check.ok] == ["jars", "server", "gds"]
    assert "344 of 344 jars are missing" in checks["jars"].detail
    assert "throughline up" in checks["jars"].remedy
    assert checks["password file"].detail == "made at the first start"
    assert not (tmp_path / "home").exists()


def test_every_failed_check_has_a_remedy(tmp_path: Path, jars: Path) -> None:
    (tmp_path / "data" / "databases" / "system").mkdir(parents=True)
    checks = doctor(Settings(home=tmp_path, jars=jars, heap="9000g"))
    failed = {check.name: check for check in checks if not check.ok}
    assert set(failed) == {"memory", "password file", "server", "gds"}
    assert all(check.remedy for check in failed.values())
    assert failed["password file"].detail == "lost"
    assert "delete the folders" in failed["password file"].remedy


def test_a_password_file_that_others_can_read_is_found(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x", encoding="ascii")
    (tmp_path / "password").chmod(0o644)
    check = next(check for check in doctor(Settings(home=tmp_path)) if check.name == "password file")
    assert not check.ok
    assert check.remedy == f"Run `chmod 600 {tmp_path / 'password'}`."
