"""CSV read line by line: slow, exact, and able to name every bad line and keep the good ones."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

import pyarrow as pa

from loaders.checking.rejects import Reject, row_json

# A quoted cell longer than this is a quote that was never closed: no column takes a hundredth of it.
LONGEST_CELL = 2_000_000
# A line longer than this has no line ends at all: a zip bomb, a disk image. It would fill the memory.
LONGEST_LINE = 32_000_000
_CHUNK = 50_000


class EndlessLineError(Exception):
    """A line of more than LONGEST_LINE bytes."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Line:
    """One physical line. undecodable: the bytes as they stand, where they are not UTF-8; else None."""

    number: int
    text: str
    end: str
    undecodable: bytes | None


@dataclass
class Record:
    """One row of cells. problem: None, or why it cannot be split into cells."""

    line: int
    cells: list[str] = field(default_factory=list)
    problem: str | None = None
    raw: str = ""
    undecodable: bytes | None = None


class Lines:
    """Physical lines of a binary file, which can be put back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._source = enumerate(iter(partial(stream.readline, LONGEST_LINE + 1), b""), start=1)
        self._waiting: deque[Line] = deque()

    def next(self) -> Line | None:
        """Return the next line, or None at the end of the file. Raises EndlessLineError."""
        if self._waiting:
            return self._waiting.popleft()
        found = next(self._source, None)
        if found is None:
            return None
        number, raw = found
        if len(raw) > LONGEST_LINE:
            raise EndlessLineError(number)
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        end = "\r\n" if raw.endswith(b"\r\n") else "\n" if raw.endswith(b"\n") else ""
        body = raw[: len(raw) - len(end)]
        try:
            return Line(number, body.decode("utf-8"), end, None)
        except UnicodeDecodeError:
            return Line(number, body.decode("utf-8", errors="surrogateescape"), end, body)

    def put_back(self, lines: Sequence[Line]) -> None:
        """Return lines that were read, to be read again in the same order."""
        self._waiting.extendleft(reversed(lines))


def records(stream: BinaryIO) -> Iterator[Record]:
    """Yield the rows of a CSV file (comma, double quotes, quotes doubled inside), the header first.

    A row with a quoting mistake is yielded with its first physical line, and reading goes on at the next one: an
    unclosed quote costs its own line, not all that follow. Blank lines are no rows.
    """
    lines = Lines(stream)
    while (first := lines.next()) is not None:
        if first.text == "":
            continue
        if '"' not in first.text:
            problem = _BARE_RETURN if _has_bare_return(first.text) else None
            cells = first.text.split(",")
            yield Record(first.number, cells, problem, raw=first.text if problem else "", undecodable=first.undecodable)
            continue
        taken = [first]
        cells, problem = _split(taken, lines)
        if problem is None:
            undecodable = [line.undecodable for line in taken if line.undecodable is not None]
            yield Record(first.number, cells, raw=_raw(taken), undecodable=undecodable[0] if undecodable else None)
        else:
            lines.put_back(taken[1:])
            yield Record(first.number, problem=problem, raw=first.text, undecodable=first.undecodable)


_BARE_RETURN = "a carriage return (CR) in a value without quotes, perhaps an old Mac line end"


def _has_bare_return(text: str) -> bool:
    # Those before the line's end are part of it: CR CR LF is what copying between systems makes of CR LF.
    return "\r" in text and "\r" in text.rstrip("\r")


def _raw(lines: list[Line]) -> str:
    return "".join(line.text + line.end for line in lines).rstrip("\r\n")


def _split(taken: list[Line], lines: Lines) -> tuple[list[str], str | None]:
    """Return the cells of a row, and what is wrong with its quotes; `taken` grows by the lines it spans."""
    cells: list[str] = []
    text, at = taken[0].text, 0
    while True:
        if text[at : at + 1] != '"':
            comma = text.find(",", at)
            cells.append(text[at:] if comma < 0 else text[at:comma])
            if _has_bare_return(cells[-1]) or (comma >= 0 and cells[-1].endswith("\r")):
                return cells, _BARE_RETURN
            if comma < 0:
                return cells, None
            at = comma + 1
            continue
        opened = f"the quote opened in cell {len(cells) + 1} is never closed"
        pieces: list[str] = []
        length = 0
        at += 1
        while True:
            quote = text.find('"', at)
            if quote < 0:
                pieces.append(text[at:] + taken[-1].end)
                length += len(pieces[-1])
                following = lines.next() if length <= LONGEST_CELL else None
                if following is None:
                    return cells, opened
                taken.append(following)
                text, at = following.text, 0
                continue
            pieces.append(text[at:quote])
            at = quote + 1
            if text[at : at + 1] != '"':
                break
            pieces.append('"')
            at += 1
        cells.append("".join(pieces))
        if at == len(text):
            return cells, None
        if text[at] != ",":
            return cells, f"text after the closing quote of cell {len(cells)} (or an earlier quote is not closed)"
        at += 1


def read_lines(
    stream: BinaryIO, header: Sequence[str], table: str, file: str, keep: Sequence[str]
) -> tuple[pa.Table, list[int], list[Reject]]:
    """Return the good rows (columns `keep`, text), the line on which each starts, and a reject for each bad one."""
    rejects: list[Reject] = []
    numbers: list[int] = []
    waiting: list[list[str]] = []
    chunks: list[pa.Table] = []
    places = [header.index(name) for name in keep]
    schema = pa.schema([(name, pa.string()) for name in keep])

    def flush() -> None:
        columns = list(zip(*waiting, strict=True)) if waiting else [()] * len(keep)
        chunks.append(pa.table([pa.array(cells, type=pa.string()) for cells in columns], schema=schema))
        waiting.clear()

    for position, record in enumerate(records(stream)):
        if position == 0:
            continue
        problem = _problem(record, header)
        if problem is not None:
            column, value, reason, message, row = problem
            rejects.append(Reject(file, record.line, column, value, reason, message, row, table))
            continue
        numbers.append(record.line)
        waiting.append([record.cells[place] for place in places])
        if len(waiting) == _CHUNK:
            flush()
    flush()
    return pa.concat_tables(chunks), numbers, rejects


Problem = tuple[str | None, str | None, str, str, str]


def _problem(record: Record, header: Sequence[str]) -> Problem | None:
    if record.problem is not None:
        what_to_do = "put the value in quotes" if record.problem == _BARE_RETURN else "write a quote in a value twice"
        message = f"{record.problem}; {what_to_do}"
        return None, _cp1252(record.raw)[:200], "bad_quoting", message, row_json({"text": _cp1252(record.raw)})
    cells = record.cells
    if len(cells) != len(header):
        shown = [_cp1252(cell) for cell in cells]
        message = f"{len(cells)} cells where the header has {len(header)}"
        if len(cells) > len(header):
            message += "; a comma inside a value needs quotes around the value"
        return None, ",".join(shown)[:200], "wrong_column_count", message, row_json({"cells": shown})
    if record.undecodable is not None:
        return _first_cell(cells, header, _is_undecoded, lambda cell: _encoding_message(record.undecodable or b""))
    if any("\x00" in cell for cell in cells):
        return _first_cell(
            cells, header, lambda cell: "\x00" in cell, lambda cell: "holds a NUL byte; export the file again as text"
        )
    return None


def _first_cell(
    cells: Sequence[str], header: Sequence[str], is_bad: Callable[[str], bool], message: Callable[[str], str]
) -> Problem:
    place = next(number for number, cell in enumerate(cells) if is_bad(cell))
    shown = {name: _cp1252(cell).replace("\x00", "\ufffd") for name, cell in zip(header, cells, strict=True)}
    return header[place], shown[header[place]][:200], "bad_encoding", message(cells[place]), row_json(shown)


def _is_undecoded(cell: str) -> bool:
    return any("\udc80" <= letter <= "\udcff" for letter in cell)


def _cp1252(text: str) -> str:
    """Return text whose undecodable bytes are read as cp1252, the usual culprit, so that a person can find the row."""
    if not _is_undecoded(text):
        return text
    return "".join(
        letter.encode("utf-8", "surrogateescape").decode("cp1252", "replace") if _is_undecoded(letter) else letter
        for letter in text
    )


def _encoding_message(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = raw[error.start : error.start + 1]
        letter = byte.decode("cp1252", "replace")
        return (
            f"byte 0x{byte.hex().upper()} (number {error.start + 1} of its line) is not UTF-8; in cp1252 it is "
            f"{letter!r}: save the file as UTF-8"
        )
    return "not UTF-8: save the file as UTF-8"
