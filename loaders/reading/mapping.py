"""A foreign layout -> the interchange tables, by DuckDB SQL that can reach nothing but the extract's folder."""

import contextlib
import logging
import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from graph.errors import ThroughlineError
from loaders.layout import TABLES
from loaders.nearest import did_you_mean
from loaders.reading.arrow_text import as_text, tidy
from loaders.reading.manifest import mapping_folder

log = logging.getLogger(__name__)

PREPARE = "_prepare.sql"
# DuckDB looks up a relative file name in the process's working directory alone once it is shut in (measured on 2.0.0:
# file_search_path is refused), and a process has one working directory.
_WORKING_DIRECTORY = threading.Lock()


def run_mapping(name: str, folder: Path) -> dict[str, pd.DataFrame]:
    """Return one frame a table: text columns as the SQL returned them, `_file` (str), `_line` (int64).

    name: a mapping's name, or the path of its folder; each `<table>.sql` in it is one SELECT that names the extract's
    files relatively, and `_prepare.sql`, run first, may CREATE views, macros and tables. `_file` and `_line` are what
    the SQL says, else `<table>.sql` and the number of the result row.
    Raises ThroughlineError with the SQL file and DuckDB's reason.
    """
    sql_folder = mapping_folder(name)
    folder = folder.resolve()
    scripts = {path.stem: path for path in sorted(sql_folder.glob("*.sql")) if path.name != PREPARE}
    for stem, path in scripts.items():
        if stem not in TABLES:
            raise ThroughlineError(
                f"{path}: {stem} is not a table of the interchange layout.{did_you_mean(stem, TABLES)} "
                f"Helper views belong in {PREPARE}."
            )
    with _shut_in(folder) as connection:
        prepare = sql_folder / PREPARE
        if prepare.exists():
            for statement in _statements(prepare):
                if statement.type != duckdb.StatementType.CREATE:
                    raise ThroughlineError(f"{prepare}: only CREATE is allowed here, not {statement.type.name}.")
                with _explained(prepare, folder):
                    connection.execute(statement)
        return {
            table: _frame(_select(connection, scripts[table], folder), scripts[table], folder)
            for table in TABLES
            if table in scripts
        }


@contextlib.contextmanager
def _shut_in(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB that reads the folder and nothing else, with the folder as working directory.

    One thread: rows come in one order every time, so that the same extract gives the same line numbers and versions.
    """
    quoted = str(folder).replace("'", "''")
    with _WORKING_DIRECTORY, contextlib.chdir(folder), duckdb.connect(config={"threads": 1}) as connection:
        # This order: a locked or shut configuration cannot name the folder any more.
        connection.execute("SET temp_directory=''")
        connection.execute(f"SET allowed_directories=['{quoted}']")
        connection.execute("SET enable_external_access=false")
        connection.execute("SET lock_configuration=true")
        yield connection


def _statements(path: Path) -> list[duckdb.Statement]:
    try:
        return duckdb.extract_statements(path.read_text(encoding="utf-8"))
    except duckdb.Error as error:
        raise ThroughlineError(f"{path}: {_reason(error)}") from None


def _select(connection: duckdb.DuckDBPyConnection, path: Path, folder: Path) -> pa.Table:
    statements = _statements(path)
    # DuckDB lets a connection write inside its allowed directory (COPY, ATTACH): an extract is evidence, so only
    # statements that cannot write are run at all.
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        kinds = ", ".join(statement.type.name for statement in statements) or "nothing"
        raise ThroughlineError(f"{path}: a mapping is one SELECT; this file holds {kinds}. Helpers go in {PREPARE}.")
    with _explained(path, folder):
        rows: pa.Table = connection.sql(statements[0].query).to_arrow_table()
    return rows


@contextlib.contextmanager
def _explained(path: Path, folder: Path) -> Iterator[None]:
    """Turn DuckDB's errors into ours, with the SQL file and what the folder holds."""
    try:
        yield
    except duckdb.PermissionException as error:
        raise ThroughlineError(
            f"{path}: {_reason(error)}\nA mapping reads files inside the extract's folder ({folder}) only, and there "
            f"are: {_present(folder)}."
        ) from None
    except duckdb.IOException as error:
        raise ThroughlineError(f"{path}: {_reason(error)}\nThe extract's folder holds: {_present(folder)}.") from None
    except duckdb.Error as error:
        raise ThroughlineError(f"{path}: {_reason(error)}") from None


def _reason(error: duckdb.Error) -> str:
    return str(error).strip()


def _present(folder: Path) -> str:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "") if names else "no file"


def _frame(rows: pa.Table, path: Path, folder: Path) -> pd.DataFrame:
    names = [column for column in rows.column_names if column not in ("_file", "_line")]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ThroughlineError(f"{path}: the SELECT returns {', '.join(twice)} twice. Name each column once.")
    frame: pd.DataFrame = tidy(as_text(rows.select(names), str(path))).to_pandas()
    numbered = pd.Series(range(1, rows.num_rows + 1), dtype="int64")
    files = pd.Series(path.name, index=numbered.index, dtype="str")
    if "_file" in rows.column_names:
        named = as_text(rows.select(["_file"]), str(path)).to_pandas()["_file"]
        files = named.str.removeprefix(f"{folder}{os.sep}").fillna(path.name)
    if "_line" in rows.column_names:
        stated = pd.to_numeric(as_text(rows.select(["_line"]), str(path)).to_pandas()["_line"], errors="coerce")
        numbered = stated.fillna(numbered).astype("int64")
    log.info("%s: %d rows", path.name, len(frame))
    return frame.assign(_file=files, _line=numbered)
