"""Rows that cannot be loaded: where, what, why, and the whole row, so that nothing is dropped in silence."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Positions = npt.NDArray[Any]
REJECT_COLUMNS = ("file", "line", "column", "value", "reason", "message", "row", "table", "waits_for")


@dataclass(frozen=True)
class Reject:
    """One row that cannot be loaded.

    line: physical line on which the row starts (a row number in Parquet). row: JSON text of the whole row.
    waits_for: JSON list of the ids (`source:ref`) of records not yet seen, where nothing else is wrong; else empty.
    """

    file: str
    line: int
    column: str | None
    value: str | None
    reason: str
    message: str
    row: str
    table: str
    waits_for: str = ""


def rejects_frame(rejects: Sequence[Reject]) -> pd.DataFrame:
    """Return one row a reject with the columns of REJECT_COLUMNS; empty with the same columns when there is none."""
    frame = pd.DataFrame([asdict(reject) for reject in rejects], columns=list(REJECT_COLUMNS))
    return frame.astype({name: "int64" if name == "line" else "str" for name in REJECT_COLUMNS})


def row_json(row: Mapping[str, object]) -> str:
    """Return a row as JSON text, without its empty cells."""
    filled = {
        str(name): value
        for name, value in row.items()
        if isinstance(value, str | list) and value != "" and not str(name).startswith("_")
    }
    return json.dumps(filled, ensure_ascii=False)


Message = str | Callable[[str], str] | Sequence[str]


class Problems:
    """What is wrong with the rows of one table, collected check by check.

    bad: one bool a row. The first problem added to a row is its reason; its message names them all.
    """

    def __init__(self, size: int) -> None:
        self.bad: npt.NDArray[np.bool_] = np.zeros(size, dtype=np.bool_)
        self._found: list[tuple[Positions, str, str, Message]] = []
        self._missing: dict[int, list[str]] = {}

    def add_waiting(self, rows: Positions, column: str, message: Message, missing: Sequence[str]) -> None:
        """Note rows that point to records not yet seen. rows: positions; message, missing (ids): one a position."""
        self.add(rows, column, "unknown_reference", message)
        for position, ident in zip(rows.tolist(), missing, strict=True):
            self._missing.setdefault(position, []).append(ident)

    def add(self, rows: Positions, column: str, reason: str, message: Message) -> None:
        """Note a problem of some rows.

        rows: positions, or one bool a row. message: one for all, one a position, or made from the cell.
        """
        positions = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        if len(positions) > 0:
            self.bad[positions] = True
            self._found.append((positions, column, reason, message))

    def rejects(self, text: pd.DataFrame, table: str) -> list[Reject]:
        """Return one reject a bad row, in the order of the rows. text: the rows as read, with `_file` and `_line`."""
        notes: dict[int, list[tuple[str, str, str]]] = {}
        for positions, column, reason, message in self._found:
            cells = text[column].iloc[positions].tolist() if column in text.columns else [None] * len(positions)
            for number, (position, cell) in enumerate(zip(positions.tolist(), cells, strict=True)):
                if callable(message):
                    said = message(cell if isinstance(cell, str) else "")
                else:
                    said = message if isinstance(message, str) else message[number]
                notes.setdefault(position, []).append((column, reason, said))
        order = sorted(notes)
        rows = text.iloc[order].to_dict("records")
        made = []
        for position, row in zip(order, rows, strict=True):
            column, reason, _ = notes[position][0]
            cell = row.get(column)
            waits = all(why == "unknown_reference" for _, why, _ in notes[position])
            missing = sorted(set(self._missing.get(position, []))) if waits else []
            made.append(
                Reject(
                    file=str(row["_file"]),
                    line=int(row["_line"]),
                    column=column,
                    value=shortened(cell) if isinstance(cell, str) else None,
                    reason=reason,
                    message="; ".join(f"{name}: {said}" for name, _, said in notes[position]),
                    row=row_json({str(name): value for name, value in row.items()}),
                    table=table,
                    waits_for=json.dumps(missing, ensure_ascii=False) if missing else "",
                )
            )
        return made


def shortened(text: str, length: int = 200) -> str:
    """Return the start of a long text; the whole stands in the reject's row."""
    return text if len(text) <= length else text[: length - 1] + "…"
