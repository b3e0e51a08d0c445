"""Small mistakes put into a rule's query, one at a time: the cases must notice each of them.

A case that passes with a condition left out, or with `<` for `<=`, does not say what the condition is for. A mutant is
one such mistake. It is killed by the first case that fails with it; one that no case notices survives, and then either
a case is missing, or the condition changes nothing and may go, or the cases file says why it stays (`survivors`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from queries.cypher_text import code_and_strings

# What each comparator becomes: its edge moved by one, and its opposite.
COMPARATORS: dict[str, tuple[str, ...]] = {
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "=": ("<>",),
    "<>": ("=",),
}
# Arrows of patterns and `=~` are no comparators; they are named first so that their signs are not taken for one.
_SIGN = re.compile(r"<--|-->|<-(?=[\[(-])|(?<=[\]-])->|=~|<=|>=|<>|=|<|>")
# `reduce(sum = 0, ...)`: this sign assigns.
_ASSIGNS = re.compile(r"\breduce\s*\(\s*\w+\s*$")
# A mutant is named by this many words on either side of its sign.
WORDS_AROUND = 3
LONGEST_NAME = 120
_NOT = re.compile(r"\bNOT\b\s?")
_IS_NULL = re.compile(r"\bIS NULL\b")
_CONDITION = re.compile(r"^(\s*)(WHERE|AND|OR|XOR)\b")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class Mutant:
    """One mistake: its name, the line of the file on which it was made, and the query with it."""

    name: str
    line: int
    query: str


@dataclass(frozen=True)
class Condition:
    """A condition of a WHERE, from its first word to the end of its last line. word: WHERE, AND or OR; depth: brackets
    that it stands in.
    """

    word: str
    start: int
    end: int
    depth: int


def mutants(query: str) -> list[Mutant]:
    """Return every mutant of a query, in the order of its lines; names are unique and outlive changes elsewhere.

    Each condition (a line beginning with WHERE, AND or OR) is left out, each comparator is moved by its edge and turned
    round, each NOT is left out, each IS NULL turned round.
    """
    code = code_and_strings(query)
    found = [*_without_conditions(query, code), *_with_other_signs(query, code)]
    found.sort(key=lambda mutant: mutant.line)
    return _named_apart(found)


def _without_conditions(query: str, code: str) -> Iterator[Mutant]:
    every = conditions(code)
    for at, condition in enumerate(every):
        following = _next_beside(every, at)
        either = condition.word in ("OR", "XOR") or (following is not None and following.word in ("OR", "XOR"))
        # In `a OR b` a condition is left out by making it false; a whole WHERE is left out by making it true.
        values = ["false"] if either else ["true"]
        if either and condition.word == "WHERE":
            values.append("true")
        for value in values:
            text = f"{query[: condition.start]}{condition.word} {value}{query[condition.end :]}"
            said = _shortened(query[condition.start : condition.end])
            name = f"without {said}" if values[0] == value else f"without anything beside {said}"
            yield Mutant(name, _line(query, condition.start), text)


def _shortened(condition: str) -> str:
    words = " ".join(condition.split())
    return words if len(words) <= LONGEST_NAME else words[:LONGEST_NAME].rsplit(" ", 1)[0] + " ..."


def conditions(code: str) -> list[Condition]:
    """Return the conditions that begin a line; one that goes on over lines ends where its brackets close."""
    found: list[Condition] = []
    depth = position = 0
    for line in code.splitlines(keepends=True):
        match = _CONDITION.match(line)
        if match is not None:
            start = position + match.end(1)
            found.append(Condition(match[2], start, _end(code, start), depth))
        depth += _balance(line)
        position += len(line)
    return found


def _end(code: str, start: int) -> int:
    """Return where the condition that starts here ends: at the end of a line on which its brackets are closed."""
    depth, at = 0, start
    while at < len(code):
        sign = code[at]
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            if depth == 0:
                # The bracket around the condition: `COUNT { MATCH ... \n WHERE x }`.
                break
            depth -= 1
        elif sign == "\n" and depth == 0:
            break
        at += 1
    return start + len(code[start:at].rstrip())


def _next_beside(conditions: Sequence[Condition], at: int) -> Condition | None:
    """Return the next condition of the same WHERE."""
    for later in conditions[at + 1 :]:
        if later.depth < conditions[at].depth or (later.depth == conditions[at].depth and later.word == "WHERE"):
            return None
        if later.depth == conditions[at].depth:
            return later
    return None


def _balance(line: str) -> int:
    return sum((sign in _OPENING) - (sign in _CLOSING) for sign in line)


def _with_other_signs(query: str, code: str) -> Iterator[Mutant]:
    for match in _SIGN.finditer(code):
        sign = match.group()
        if sign not in COMPARATORS or _ASSIGNS.search(code[: match.start()]):
            continue
        for other in COMPARATORS[sign]:
            yield _changed(query, match.start(), match.end(), other, f"{sign} becomes {other}")
    for match in _NOT.finditer(code):
        if not re.search(r"\bIS\s+$", code[: match.start()]):
            yield _changed(query, match.start(), match.end(), "", "without NOT")
        else:
            yield _changed(query, match.start(), match.end(), "", "IS NOT becomes IS")
    for match in _IS_NULL.finditer(code):
        yield _changed(query, match.start(), match.end(), "IS NOT NULL", "IS NULL becomes IS NOT NULL")


def _changed(query: str, start: int, end: int, text: str, what: str) -> Mutant:
    begin = query.rfind("\n", 0, start) + 1
    line = query[begin:].split("\n", 1)[0]
    return Mutant(f"{_around(line, start - begin)}: {what}", _line(query, start), query[:start] + text + query[end:])


def _around(line: str, at: int) -> str:
    """Return the words around a place of a line: enough to know it again, whatever else the line says."""
    before, after = line[:at].split(), line[at:].split()
    return " ".join([*before[-WORDS_AROUND:], *after[: WORDS_AROUND + 1]])


def _line(query: str, position: int) -> int:
    return query.count("\n", 0, position) + 1


def _named_apart(found: Sequence[Mutant]) -> list[Mutant]:
    seen: Counter[str] = Counter()
    named = []
    for mutant in found:
        seen[mutant.name] += 1
        number = seen[mutant.name]
        named.append(mutant if number == 1 else replace(mutant, name=f"{mutant.name} ({number})"))
    return named
