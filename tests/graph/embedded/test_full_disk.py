"""A disk that fills in mid-load: a clear message, nothing half, and the same graph once there is room again."""

import resource
from pathlib import Path

import psutil
import pytest

from graph.connection import Connection
from graph.embedded.server import EmbeddedServer
from graph.reader import checksum
from graph.schema import apply_schema
from loaders.pipeline import load
from seed.sizes import SIZES, scaled
from seed.world import generate
from ui import cli


@pytest.mark.slow
def test_a_disk_that_fills_in_mid_load_loses_nothing(
    jars: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    extract = generate(tmp_path / "world", size=scaled(SIZES["small"], 300, 20), seed=2).extracts[0]
    home = tmp_path / "home"
    server = EmbeddedServer(home, heap="1g", jars=jars, jvm=("-XX:+UseSerialGC",))
    endpoint = server.start()
    try:
        with Connection(endpoint.uri, endpoint.user, endpoint.password()) as connection:
            apply_schema(connection)
            log = max((home / "data" / "transactions" / "neo4j").glob("neostore.transaction.db.*"))
            # No file of the server may grow further than a little past its log: writing fails as on a full disk.
            limit = log.stat().st_size + 300_000
            java = psutil.Process(endpoint.pid)
            java.rlimit(psutil.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            monkeypatch.setattr(cli, "app", lambda: load(connection, extract))
            with pytest.raises(SystemExit) as stopped:
                cli.main()
            assert stopped.value.code == 2
        assert "disk is full or read-only" in capsys.readouterr().err
        server.stop()
        endpoint = server.start()
        with Connection(endpoint.uri, endpoint.user, endpoint.password()) as connection:
            report = load(connection, extract)
            assert not report.already_loaded
            after = checksum(connection)
            while connection.write("MATCH (n) WITH n LIMIT 10000 DETACH DELETE n RETURN count(*) AS n")[0]["n"]:
                pass
            load(connection, extract)
            assert checksum(connection) == after
    finally:
        server.stop()
