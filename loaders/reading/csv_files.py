"""CSV files -> text columns: at the speed of DuckDB where a file is in order, line by line where it is not."""

import codecs
import gzip
import logging
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import ThroughlineError
from loaders.checking.rejects import Reject
from loaders.reading.csv_lines import LONGEST_LINE, EndlessLineError, read_lines, records

log = logging.getLogger(__name__)

_BLOCK = 1 << 22
# Starting DuckDB takes longer than reading so few bytes line by line.
_SMALL = 1 << 14
# Rows of an extract differ in their refs at least, so that packing them saves a factor of tens.
_BOMB_BYTES, _BOMB_RATIO = 100_000_000, 200

# First bytes -> what a file is that is no text, and what to do with it.
_OTHER_FORMATS = {
    b"PK\x03\x04": 'an Excel workbook or a ZIP file. Save the sheet as "CSV UTF-8", or unpack the file',
    b"\xd0\xcf\x11\xe0": 'an old Excel workbook. Save the sheet as "CSV UTF-8"',
    b"PAR1": "a Parquet file. Name it .parquet",
    b"\x1f\x8b": "a gzip file. Name it .csv.gz, and pack it once",
    b"%PDF": "a PDF. Export the rows as CSV from the system that they are in",
}


@dataclass(frozen=True)
class Scan:
    """What the bytes of a file say before anything is parsed (counts of bytes)."""

    size: int
    newlines: int
    returns: int
    pairs: int  # of return and newline
    quotes: int
    nuls: int
    is_utf8: bool
    ends_with_newline: bool
    has_bom: bool


def scan(path: Path) -> Scan:
    """Return the counts of a CSV file's bytes, unpacked.

    Raises ThroughlineError for a file that cannot be unpacked.
    """
    size = newlines = returns = pairs = quotes = nuls = 0
    is_utf8, has_bom, last = True, False, b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    packed = path.stat().st_size
    with open_bytes(path) as stream:
        while block := stream.read(_BLOCK):
            if size > _BOMB_BYTES and size > packed * _BOMB_RATIO:
                raise ThroughlineError(
                    f"{path}: unpacks to over {_BOMB_RATIO} times its size, which no table does. Pack the file again."
                )
            if size == 0:
                has_bom = block.startswith(codecs.BOM_UTF8)
            size += len(block)
            newlines += block.count(b"\n")
            returns += block.count(b"\r")
            pairs += block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))
            quotes += block.count(b'"')
            nuls += block.count(b"\x00")
            last = block[-1:]
            if is_utf8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    is_utf8 = False
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    return Scan(size, newlines, returns, pairs, quotes, nuls, is_utf8, last == b"\n", has_bom)


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file for its bytes, unpacked where it is gzip; a broken one becomes a ThroughlineError."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rb") as packed:
                yield cast(BinaryIO, packed)
        else:
            with path.open("rb") as plain:
                yield plain
    except EOFError:
        raise ThroughlineError(f"{path}: the gzip file is cut short. Copy it again, whole.") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ThroughlineError(f"{path}: not a sound gzip file ({error}). Copy or pack it again.") from None
    except EndlessLineError as error:
        raise ThroughlineError(
            f"{path}:{error.number}: a line of over {LONGEST_LINE:,} bytes. Is it a table, and with line ends?"
        ) from None
    except OSError as error:
        raise ThroughlineError(f"{path}: cannot be read ({error.strerror or error}).") from None


def _refuse_no_text(path: Path, head: bytes) -> None:
    other = next((name for mark, name in _OTHER_FORMATS.items() if head.startswith(mark)), None)
    if other is not None:
        raise ThroughlineError(f"{path}: this is {other}.")
    by_mark = {codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF32_BE: "UTF-32"} | {
        codecs.BOM_UTF16_LE: "UTF-16",
        codecs.BOM_UTF16_BE: "UTF-16",
    }
    found = next((name for mark, name in by_mark.items() if head.startswith(mark)), None)
    # Without a mark: every other byte of Western text is zero.
    if found is None and head.count(b"\x00") * 3 > len(head):
        found = "UTF-16"
    if found is not None:
        raise ThroughlineError(f'{path}:1: bad_encoding: this is {found}. Save the file as UTF-8 ("CSV UTF-8").')


def read_header(path: Path) -> list[str]:
    """Return the column names of a CSV file, without spaces around them.

    Raises ThroughlineError where there is no usable header: an empty file, another format, UTF-16 or another encoding,
    an unclosed quote, a name twice.
    """
    with open_bytes(path) as stream:
        _refuse_no_text(path, stream.read(4096))
        stream.seek(0)
        first = next(records(stream), None)
    if first is None:
        raise ThroughlineError(f"{path}: empty, without a header line. Write the column names, or delete the file.")
    if first.undecodable is not None:
        raise ThroughlineError(
            f"{path}:{first.line}: bad_encoding: the header is not UTF-8 (cp1252?). Save the file as UTF-8."
        )
    if "\r" in (first.raw or first.cells[-1]):
        raise ThroughlineError(f"{path}:1: lines end with CR alone (old Mac). Save the file with LF or CRLF line ends.")
    if first.problem is not None:
        raise ThroughlineError(f"{path}:{first.line}: bad_quoting in the header: {first.problem}.")
    names = [cell.strip() for cell in first.cells]
    twice = sorted(name for name, count in Counter(names).items() if name and count > 1)
    if twice:
        raise ThroughlineError(f"{path}:{first.line}: the column {', '.join(twice)} is there twice. Keep one.")
    return names


def read_csv(
    path: Path, header: Sequence[str], table: str, file: str, keep: Sequence[str]
) -> tuple[pa.Table, npt.NDArray[np.int64], list[Reject]]:
    """Return the columns `keep` of a CSV file as text, the physical line on which each row starts, and its bad rows.

    header: all its columns, as `read_header` returns them. file: what rejects call it. Cells are as written.
    Raises ThroughlineError for a file that cannot be read at all.
    """
    found = scan(path)
    orderly = found.is_utf8 and found.nuls == 0 and found.returns == found.pairs
    if orderly and found.size > _SMALL:
        fast = read_fast(path, header, found)
        if fast is not None:
            rows, lines = fast
            return rows.select([f"c{header.index(name)}" for name in keep]).rename_columns(list(keep)), lines, []
    if found.size > _SMALL:
        log.info("%s: not in order, so read line by line", file)
    with open_bytes(path) as stream:
        rows, numbers, rejects = read_lines(stream, header, table, file, keep)
    return rows, np.array(numbers, dtype=np.int64), rejects


def read_fast(path: Path, header: Sequence[str], found: Scan) -> tuple[pa.Table, npt.NDArray[np.int64]] | None:
    """Return all columns (c0, c1 ...) and line numbers, or None where the bytes do not prove that nothing was lost.

    The proof: every byte of the file is found again in a cell or is a comma, quote or line end that has its place. A
    parser that forgives (spaces before a quote, a comma too many, a blank line) breaks the sum.
    """
    columns = {f"c{number}": "VARCHAR" for number in range(len(header))}
    options = (
        "auto_detect=false, header=true, delim=',', quote='\"', escape='\"', strict_mode=true, null_padding=false, "
        f"columns={columns}"
    )
    with duckdb.connect() as connection:
        try:
            rows: pa.Table = connection.sql(
                f"SELECT * FROM read_csv(?, {options})", params=[str(path)]
            ).to_arrow_table()
        except duckdb.Error:
            return None
    inside = _byte_counts(rows) if found.quotes else {}
    lengths: int = sum(pc.sum(pc.binary_length(column)).as_py() or 0 for column in rows.columns)
    header_bytes = sum(len(name.encode()) for name in header)
    # Line ends and quotes are counted apart from all other bytes.
    other_in_cells = lengths - sum(inside.values()) + header_bytes
    other_in_file = found.size - found.newlines - found.returns - found.quotes - (3 if found.has_bom else 0)
    commas = (len(header) - 1) * (rows.num_rows + 1)
    ends = found.newlines - inside.get("\n", 0) + (0 if found.ends_with_newline else 1)
    if other_in_cells + commas != other_in_file or ends != rows.num_rows + 1:
        return None
    lines = np.arange(2, rows.num_rows + 2, dtype=np.int64)
    if inside.get("\n", 0):
        within = np.zeros(rows.num_rows, dtype=np.int64)
        for column in rows.columns:
            counts = pc.fill_null(pc.count_substring(column, "\n"), 0)
            within += counts.to_numpy().astype(np.int64)
        lines[1:] += np.cumsum(within)[:-1]
    return rows, lines


def _byte_counts(rows: pa.Table) -> dict[str, int]:
    """Return how many quotes, returns and newlines stand inside cells."""
    counts = {'"': 0, "\r": 0, "\n": 0}
    for column in rows.columns:
        for chunk in column.chunks:
            large = pa.types.is_large_string(chunk.type)
            _, offsets, data = chunk.buffers()
            if data is None:
                continue
            ends = np.frombuffer(offsets, dtype=np.int64 if large else np.int32)
            first, last = int(ends[chunk.offset]), int(ends[chunk.offset + len(chunk)])
            cells = np.frombuffer(data, dtype=np.uint8)[first:last]
            for letter in counts:
                counts[letter] += int(np.count_nonzero(cells == ord(letter)))
    return counts
