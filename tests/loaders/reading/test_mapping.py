"""Mappings: SQL that sees the extract's folder and nothing else."""

from pathlib import Path

import pytest

from graph.errors import ThroughlineError
from loaders.extract import open_extract, read_tables
from loaders.reading.mapping import run_mapping
from loaders.validate import validate
from tests.loaders.tiny import graph_of

READ = "read_csv('crimes.csv', all_varchar = true)"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Return a foreign export, beside a file that is none of its business."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "crimes.csv").write_text("No,When,What\n7,03/04/2025,Theft; shop\n8,04/04/2025,\n")
    (tmp_path / "secret.csv").write_text("a\nsecret\n")
    return folder


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "manifest.yml").write_text(
        "source: records\nagency: Example Constabulary\nkind: full\nextracted_at: 2026-01-31T05:00:00Z\n"
    )
    return folder


def write_sql(folder: Path, **scripts: str) -> Path:
    for name, sql in scripts.items():
        (folder / f"{name}.sql").write_text(sql)
    return folder


def test_a_select_becomes_a_table_as_text(export: Path, mapping: Path) -> None:
    write_sql(
        mapping,
        _prepare=f"CREATE TEMP VIEW crimes AS SELECT *, row_number() OVER () + 1 AS line FROM {READ};"
        "CREATE TEMP MACRO day(text) AS strptime(text, '%d/%m/%Y')::DATE;",
        incidents='SELECT "No"::INT AS incident_ref, \'crime\' AS kind, day("When") AS occurred_from, '
        "[\"What\"] AS method, true AS withdrawn, 'crimes.csv' AS _file, line AS _line FROM crimes",
    )
    frame = run_mapping(str(mapping), export)["incidents"]
    assert frame.fillna("").to_dict("records") == [
        {"incident_ref": "7", "kind": "crime", "occurred_from": "2025-04-03", "method": "Theft\\; shop",
         "withdrawn": "true", "_file": "crimes.csv", "_line": 2},
        {"incident_ref": "8", "kind": "crime", "occurred_from": "2025-04-04", "method": "",
         "withdrawn": "true", "_file": "crimes.csv", "_line": 3},
    ]  # fmt: skip


def test_rows_without_a_file_and_line_are_numbered(export: Path, mapping: Path) -> None:
    write_sql(mapping, incidents=f"SELECT \"No\" AS incident_ref, 'crime' AS kind FROM {READ}")
    frame = run_mapping(str(mapping), export)["incidents"]
    assert frame[["_file", "_line"]].to_dict("list") == {"_file": ["incidents.sql"] * 2, "_line": [1, 2]}


def test_the_file_name_that_duckdb_knows_is_shown_within_the_folder(export: Path, mapping: Path) -> None:
    write_sql(
        mapping,
        incidents="SELECT \"No\" AS incident_ref, 'crime' AS kind, filename AS _file "
        "FROM read_csv('*.csv', all_varchar = true, filename = true)",
    )
    assert run_mapping(str(mapping), export)["incidents"]["_file"].unique().tolist() == ["crimes.csv"]


def test_a_mapped_extract_needs_no_manifest_of_its_own(export: Path, mapping: Path) -> None:
    write_sql(mapping, incidents=f'SELECT "No" AS incident_ref, \'crime\' AS kind, "When" AS occurred_from FROM {READ}')
    extract = open_extract(export, str(mapping))
    assert extract.manifest.source == "records"
    found = validate(extract, read_tables(extract), graph_of())
    assert found.rejects[["file", "line", "reason"]].to_dict("records") == [
        {"file": "incidents.sql", "line": 1, "reason": "bad_date"},
        {"file": "incidents.sql", "line": 2, "reason": "bad_date"},
    ]


def test_the_extracts_own_manifest_wins_over_the_mappings(export: Path, mapping: Path) -> None:
    write_sql(mapping, incidents=f"SELECT \"No\" AS incident_ref, 'crime' AS kind FROM {READ}")
    (export / "manifest.yml").write_text("source: other_name\n")
    manifest = open_extract(export, str(mapping)).manifest
    assert (manifest.source, manifest.agency, manifest.kind) == ("other_name", "Example Constabulary", "full")


def test_a_changed_mapping_is_another_load(export: Path, mapping: Path) -> None:
    write_sql(mapping, incidents=f"SELECT \"No\" AS incident_ref, 'crime' AS kind FROM {READ}")
    before = open_extract(export, str(mapping)).load_id
    write_sql(mapping, incidents=f"SELECT \"No\" AS incident_ref, 'arrest' AS kind FROM {READ}")
    assert open_extract(export, str(mapping)).load_id != before


def test_an_unknown_column_of_a_mapping_is_a_warning(export: Path, mapping: Path) -> None:
    write_sql(mapping, incidents=f"SELECT \"No\" AS incident_ref, 'crime' AS kind, 'x' AS sumary FROM {READ}")
    tables = read_tables(open_extract(export, str(mapping)))
    assert tables.warnings == [
        "incidents.sql: the column 'sumary' is not known and was kept out. Did you mean 'summary'?"
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{outside}/secret.csv')",
        "SELECT * FROM read_csv('../secret.csv')",
        "SELECT * FROM '../secret.csv'",
        "SELECT * FROM read_text('{outside}/secret.csv')",
        "SELECT * FROM read_blob('../secret.csv')",
        "SELECT * FROM read_csv('./../export/../secret.csv')",
        "SELECT * FROM read_csv('link.csv')",
        "SELECT * FROM glob('../*')",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
        "SELECT * FROM read_csv('s3://bucket/x.csv')",
        "COPY (SELECT 1) TO '{outside}/out.csv'",
        "COPY (SELECT 1) TO '{inside}/out.csv'",
        "ATTACH '{inside}/out.db'",
        "EXPORT DATABASE '{inside}/out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SELECT 1 AS incident_ref; COPY (SELECT 1) TO '{inside}/out.csv'",
        "CREATE TABLE incidents AS SELECT 1",
        "CALL duckdb_settings()",
        "PRAGMA database_list",
    ],
)
def test_sql_can_reach_nothing_but_the_files_of_the_folder(export: Path, mapping: Path, sql: str) -> None:
    (export / "link.csv").symlink_to(export.parent / "secret.csv")
    before = sorted(path.name for path in export.parent.rglob("*"))
    write_sql(mapping, incidents=sql.format(inside=export, outside=export.parent))
    with pytest.raises(ThroughlineError) as refused:
        run_mapping(str(mapping), export)
    assert str(mapping / "incidents.sql") in str(refused.value)
    assert "secret\n" not in str(refused.value)
    after = sorted(path.name for path in export.parent.rglob("*"))
    assert after == sorted([*before, "incidents.sql"])


@pytest.mark.parametrize(
    "sql", ["COPY (SELECT 1) TO '{inside}/out.csv'", "ATTACH '{inside}/out.db'", "SET threads = 4", "SELECT 1"]
)
def test_the_helper_script_can_only_create(export: Path, mapping: Path, sql: str) -> None:
    write_sql(mapping, _prepare=sql.format(inside=export), incidents="SELECT 1 AS incident_ref")
    with pytest.raises(ThroughlineError, match=r"_prepare\.sql: only CREATE is allowed"):
        run_mapping(str(mapping), export)


def test_the_helper_script_is_shut_in_as_well(export: Path, mapping: Path) -> None:
    write_sql(
        mapping,
        _prepare="CREATE TABLE stolen AS SELECT * FROM read_csv('../secret.csv')",
        incidents="SELECT * FROM stolen",
    )
    with pytest.raises(ThroughlineError, match=r"_prepare\.sql: Permission Error"):
        run_mapping(str(mapping), export)


def test_a_broken_select_names_its_file_and_duckdbs_reason(export: Path, mapping: Path) -> None:
    write_sql(mapping, incidents=f'SELECT "Nr" AS incident_ref FROM {READ}')
    with pytest.raises(ThroughlineError, match=r'(?s)incidents\.sql: Binder Error.*"Nr".*"No"'):
        run_mapping(str(mapping), export)
    write_sql(mapping, incidents="SELEC 1")
    with pytest.raises(ThroughlineError, match=r"incidents\.sql: Parser Error"):
        run_mapping(str(mapping), export)


def test_a_file_that_is_not_there_is_named_with_those_that_are(export: Path, mapping: Path) -> None:
    write_sql(mapping, incidents="SELECT * FROM read_csv('crime.csv')")
    with pytest.raises(ThroughlineError, match=r"(?s)incidents\.sql.*crime\.csv.*folder holds: crimes\.csv"):
        run_mapping(str(mapping), export)


def test_sql_for_no_table_is_named_with_the_nearest(export: Path, mapping: Path) -> None:
    write_sql(mapping, incident="SELECT 1")
    with pytest.raises(ThroughlineError, match=r"incident is not a table.*Did you mean 'incidents'"):
        run_mapping(str(mapping), export)


def test_an_unknown_mapping_is_named_with_the_nearest(export: Path) -> None:
    with pytest.raises(ThroughlineError, match=r"mapping pol: .*Did you mean 'pole'"):
        open_extract(export, "pol")


def test_the_working_directory_is_as_before_also_after_an_error(
    export: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    write_sql(mapping, incidents="SELECT nothing")
    with pytest.raises(ThroughlineError):
        run_mapping(str(mapping), export)
    assert Path.cwd() == tmp_path
