"""Checked rows of a table -> files for the importer: what the first writing of a table into an empty graph would make.

The nodes and relationships are those of the MERGE writer, made by the same functions. Records whose versions need more
than "the newest holds, the others are its history" are imported in their first version; the MERGE writer does the rest.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from graph.bulk import ImportFiles
from loaders.writing.history import versions_of_rows
from loaders.writing.stones import WITHDRAWN, Stone
from loaders.writing.store import TableToWrite

ROWS_AT_ONCE = 200_000


@dataclass(frozen=True)
class FiledTable:
    """What became of a table's rows. written: rows settled by the import; rest: what the MERGE writer has yet to do."""

    written: int
    rest: TableToWrite | None


def file_table(files: ImportFiles, table: TableToWrite) -> FiledTable:
    """Write a table's rows to the import's files. Raises NotImportable for text that its format cannot carry."""
    if table.newest.empty:
        return FiledTable(0, None)
    newest, older = table.stamped(table.newest), table.stamped(table.older)
    settled, first_of_others = _sort_out(newest, older)
    simple = newest[settled]
    history = older[older["record"].isin(simple["record"])]
    live = simple[~simple["withdrawn"].astype(bool)]
    known_since = live["recorded_at"]
    if len(history):
        first = live["record"].map(history.groupby("record")["recorded_at"].min())
        known_since = first.fillna(known_since)
    _file_rows(files, table, live.assign(first_recorded_at=known_since))
    begun = first_of_others[~first_of_others["withdrawn"].astype(bool)]
    _file_rows(files, table, begun.assign(first_recorded_at=begun["recorded_at"]))
    _file_history(files, table, history)
    _file_stones(files, table, simple[simple["withdrawn"].astype(bool)])
    if settled.all():
        return FiledTable(len(newest) + len(older), None)
    rest = replace(table, newest=table.newest[~settled], older=table.older[~older["record"].isin(simple["record"])])
    return FiledTable(len(simple) + len(history), rest)


def _sort_out(
    newest: pd.DataFrame, older: pd.DataFrame
) -> "tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], pd.DataFrame]":
    """Return which newest rows are settled with their history, and the first version of each other record.

    Settled: the record's only row, or the last of live versions of which each says something new.
    """
    if older.empty:
        return np.ones(len(newest), dtype=np.bool_), newest.iloc[:0]
    several = newest["record"].isin(older["record"])
    columns = ["record", "recorded_at", "row_hash", "withdrawn"]
    lines = pd.concat([older[columns], newest.loc[several, columns]]).sort_values(
        ["record", "recorded_at"], kind="stable"
    )
    same_record = lines["record"].eq(lines["record"].shift())
    repeated = same_record & lines["row_hash"].eq(lines["row_hash"].shift())
    at_once = same_record & lines["recorded_at"].eq(lines["recorded_at"].shift())
    intricate = lines.loc[repeated | at_once | lines["withdrawn"].astype(bool), "record"].unique()
    settled = ~newest["record"].isin(intricate).to_numpy(dtype=np.bool_)
    if settled.all():
        return settled, newest.iloc[:0]
    others = pd.concat([older[older["record"].isin(intricate)], newest[~settled]])
    first = others.sort_values("recorded_at", kind="stable").drop_duplicates("record")
    return settled, first


def _file_rows(files: ImportFiles, table: TableToWrite, rows: pd.DataFrame) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        built = table.elements(rows.iloc[start : start + ROWS_AT_ONCE])
        for label, frame in built.nodes.items():
            # Its person is yet to be derived.
            files.add_nodes(label, frame.assign(touched=True) if label == "Nominal" else frame)
        for edges in built.edges:
            files.add_relationships(edges.name, edges.start_label, edges.end_label, edges.rows)


def _file_history(files: ImportFiles, table: TableToWrite, rows: pd.DataFrame) -> None:
    # A record may have several older versions, but no frame of elements holds one twice.
    turn = rows.groupby("record").cumcount()
    for number in range(int(turn.max()) + 1 if len(rows) else 0):
        part = rows[turn == number]
        files.add_nodes("RecordVersion", pd.DataFrame(versions_of_rows(table.name, table.elements(part), part)))


def _file_stones(files: ImportFiles, table: TableToWrite, rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    stone = Stone(table.name, table.source, table.load_id, WITHDRAWN)
    moments = {record: at.to_pydatetime() for record, at in zip(rows["record"], rows["recorded_at"], strict=True)}
    files.add_nodes("RecordVersion", pd.DataFrame(stone.rows(moments)))
