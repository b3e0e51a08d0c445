"""Columns of text to CSV, quickly and the same every time: quotes only where needed, batches appended as they come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from seed.ledger import NONE, BoolArray, IntArray


def from_list(words: Sequence[str], numbers: IntArray) -> pa.Array:
    """Return the word of each number; empty where the number is NONE."""
    return pa.array(words, pa.string()).take(pa.array(numbers, mask=numbers == NONE))


def from_texts(texts: object, present: BoolArray | None = None) -> pa.Array:
    """Return an array of strings, empty where `present` is false."""
    return pa.array(texts, pa.string(), mask=None if present is None else ~present)


def from_numbers(numbers: IntArray) -> pa.Array:
    """Return whole numbers as text, empty where NONE."""
    return pa.array(numbers, mask=numbers == NONE).cast(pa.string())


def from_flags(numbers: IntArray) -> pa.Array:
    """Return true or false, empty where NONE."""
    return from_list(["false", "true"], numbers)


def from_masks(words: Sequence[str], masks: IntArray) -> pa.Array:
    """Return the words whose bits are set, separated by ';', empty where none is."""
    distinct, back = np.unique(masks, return_inverse=True)
    texts = [";".join(word for bit, word in enumerate(words) if mask >> bit & 1) or None for mask in distinct.tolist()]
    return pa.array(texts, pa.string()).take(pa.array(back))


def references(prefix: str, numbers: IntArray, width: int) -> pa.Array:
    """Return references such as P00042, empty where NONE."""
    digits = pc.utf8_lpad(pa.array(np.maximum(numbers, 0)).cast(pa.string()), width, "0")
    texts = pc.binary_join_element_wise(pa.scalar(prefix), digits, "")
    return pc.if_else(pa.array(numbers != NONE), texts, pa.scalar(None, pa.string()))


class CsvTable:
    """One table's file: its header, then batches of columns in the order of the header."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._header = list(header)
        self._file: IO[bytes] = path.open("wb")
        self._file.write((",".join(header) + "\n").encode())
        self.rows = 0

    def write(self, columns: dict[str, pa.Array]) -> None:
        """Append a batch. Raises ValueError when its columns are not those of the header."""
        if list(columns) != self._header:
            raise ValueError(f"columns {list(columns)} are not the header {self._header}")
        arrays = [_quoted(column) for column in columns.values()]
        lines = pc.binary_join_element_wise(*arrays, ",", null_handling="replace", null_replacement="")
        lines = pc.binary_join_element_wise(lines, "", "\n").cast(pa.large_string())
        offsets = np.frombuffer(lines.buffers()[1], dtype=np.int64)
        self._file.write(
            memoryview(lines.buffers()[2])[int(offsets[lines.offset]) : int(offsets[lines.offset + len(lines)])]
        )
        self.rows += len(lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _quoted(column: pa.Array) -> pa.Array:
    needs = pc.match_substring_regex(column, r'[",\r\n]')
    if not pc.any(needs).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    quoted = pc.binary_join_element_wise('"', doubled, '"', "")
    return pc.if_else(pc.fill_null(needs, False), quoted, column)
