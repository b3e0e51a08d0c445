"""Saved analyst queries: the rules' file format without identity and lifecycle. They show rows and make no findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.connection import Connection, Row
from graph.errors import ThroughlineError
from graph.settings import CHECKOUT, settings
from queries.cypher_text import parameters_used
from queries.parameter import Parameter, read_parameters, with_overrides
from queries.problem import Problem, did_you_mean, refuse, shown_path
from queries.read_only import assert_reads_only
from queries.rule_file import check_names, split_front_matter
from queries.rule_model import GIVEN
from queries.run import data_as_of, given, native

LIBRARY = CHECKOUT / "queries" / "library"
_KEYS = {
    "id": True,
    "title": True,
    "category": True,
    "question": True,
    "description": True,
    "parameters": False,
    "references": False,
}


@dataclass(frozen=True)
class SavedQuery:
    """One saved query as its file states it. category: under which the explorer lists it."""

    id: str
    title: str
    category: str
    question: str
    description: str
    query: str
    path: Path
    parameters: dict[str, Parameter] = field(default_factory=dict)


def load_library(folder: Path = LIBRARY) -> dict[str, SavedQuery]:
    """Return the saved queries by id, by category and title. Raises ThroughlineError with all problems of all files."""
    found: list[SavedQuery] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.cypher")):
        query, own = _parse(path)
        problems += own
        found += [query] if query is not None else []
    refuse(problems)
    return {query.id: query for query in sorted(found, key=lambda q: (q.category, q.title))}


def run_saved(
    connection: Connection,
    query: SavedQuery,
    parameters: Mapping[str, Any] | None = None,
    timeout_s: float | None = None,
) -> list[Row]:
    """Return the rows of a saved query, run in a session that only reads, within a time limit (seconds).

    Raises ThroughlineError, naming the query, for an unfit parameter, for more than reading, or when it takes too long.
    """
    try:
        values = {**with_overrides(query.parameters, parameters), **given(data_as_of(connection))}
        assert_reads_only(connection, query.query, values)
        rows = connection.read(query.query, timeout_s or settings().query_timeout_s, **values)
    except (ThroughlineError, ValueError) as error:
        raise ThroughlineError(f"query {query.id}: {error}") from error
    return [{name: native(value) for name, value in row.items()} for row in rows]


def _parse(path: Path) -> tuple[SavedQuery | None, list[Problem]]:
    text = path.read_text("utf-8")
    document = split_front_matter(text, shown_path(path))
    if isinstance(document, Problem):
        return None, [document]
    if document.problems or not isinstance(document.data, dict):
        return None, document.problems or [Problem(document.file, 2, "the front matter must be a mapping")]
    document.check_keys(_KEYS)
    take = document.take
    if take("id", str, "a name", "") != path.stem:
        document.report(f"id must be the file's name, {path.stem}", "id")
    parameters = read_parameters(document, reasons=False)
    known = [*parameters, *(name for name in GIVEN if name != "anchors")]
    for word in parameters_used(text):
        if word.text not in known:
            near = did_you_mean(word.text, known, "$")
            message = f"${word.text} is not declared under parameters.{near}"
            document.problems.append(Problem(document.file, word.line, message))
    check_names(document, text)
    query = SavedQuery(
        id=path.stem,
        title=take("title", str, "a text", ""),
        category=take("category", str, "a text", ""),
        question=take("question", str, "a text", ""),
        description=take("description", str, "a text", "").strip(),
        query=text,
        path=path,
        parameters=parameters,
    )
    return (None if document.problems else query), document.problems
