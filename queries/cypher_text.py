"""What can be said about a Cypher text without a server: parameters, names, and calls, each with its line.

This is no parser of Cypher: the server is. It finds words, outside comments and strings, so that a mistake is named
with its line and its nearest right word before anything runs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A comment, a string or a back-quoted name; whichever begins first wins, as in Cypher itself.
_NOT_CODE = re.compile(r"/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_PARAMETER = re.compile(r"\$\s*`?(\w+)`?")
_PATTERN_NAMES = re.compile(r"[(\[]\s*(\w*)\s*:\s*([A-Za-z_][\w|:&!]*)")
_LABEL_TEST = re.compile(r"\b(\w+):([A-Z]\w*)")
_NODE_VARIABLE = re.compile(r"\(\s*(\w+)\s*[:){]")
_PROPERTY = re.compile(r"\b([A-Za-z_]\w*)\.([A-Za-z_]\w*)\b(?!\s*[.(])")
_CALL = re.compile(r"\b([A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)+)\s*\(")


@dataclass(frozen=True)
class Word:
    """A word of the text and the line it stands on (1 = first line of the text)."""

    text: str
    line: int


def code_only(text: str) -> str:
    """Return the text with comments and strings blanked out; every line keeps its place."""
    return _NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def code_and_strings(text: str) -> str:
    """Return the text with comments blanked out and every character of a string made a quote; nothing moves."""

    def masked(found: re.Match[str]) -> str:
        fill = " " if found.group().startswith("/") else "'"
        return re.sub(r"[^\n]", fill, found.group())

    return _NOT_CODE.sub(masked, text)


def without_comments(text: str) -> str:
    """Return the text without its comments, blank lines and spaces at the ends of lines; strings stay."""
    bare = _NOT_CODE.sub(lambda found: "" if found.group().startswith("/") else found.group(), text)
    return "\n".join(line.rstrip() for line in bare.splitlines() if line.strip())


def parameters_used(text: str) -> list[Word]:
    """Return every `$parameter` of the text."""
    return list(_words(_PARAMETER, code_only(text), 1))


def pattern_names(text: str) -> list[Word]:
    """Return the labels and relationship types that patterns and label tests of the text name."""
    code = code_only(text).replace("`", "")
    found = [*_words(_PATTERN_NAMES, code, 2), *_words(_LABEL_TEST, code, 2)]
    single = {Word(name, word.line) for word in found for name in re.split(r"[|:&!]+", word.text) if name}
    return sorted(single, key=lambda word: (word.line, word.text))


def properties_read(text: str) -> list[Word]:
    """Return the properties read from variables that a pattern of the text binds."""
    code = code_only(text)
    bound = {match.group(1) for match in (*_PATTERN_NAMES.finditer(code), *_NODE_VARIABLE.finditer(code))} - {""}
    return [
        Word(match.group(2), _line(code, match.start()))
        for match in _PROPERTY.finditer(code)
        if match.group(1) in bound
    ]


def namespaced_calls(text: str) -> list[Word]:
    """Return the calls of functions and procedures with a namespace, as `point.distance`, without spaces or quotes."""
    code = code_only(text).replace("`", "")
    return [Word(re.sub(r"\s", "", word.text), word.line) for word in _words(_CALL, code, 1)]


def _words(pattern: re.Pattern[str], code: str, group: int) -> Iterator[Word]:
    for match in pattern.finditer(code):
        yield Word(match.group(group), _line(code, match.start(group)))


def _line(code: str, position: int) -> int:
    return code.count("\n", 0, position) + 1
