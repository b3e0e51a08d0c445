"""YAML that remembers on which line each value stands, so that a problem can name it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from queries.problem import Problem, did_you_mean

Where = tuple[str | int, ...]


@dataclass
class LocatedYaml:
    """A parsed document: its data, the line of every key and item, and what is wrong with it."""

    file: str
    data: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, *where: str | int) -> int:
        """Return the line of a value, or of the nearest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def report(self, message: str, *where: str | int) -> None:
        """Note a problem at a value."""
        self.problems.append(Problem(self.file, self.line(*where), message))

    def check_keys(self, known: Mapping[str, bool] | Iterable[str], *where: str | int) -> None:
        """Report unknown and missing keys of the mapping at `where`; known: name -> required."""
        found = self.at(*where)
        required = known if isinstance(known, Mapping) else dict.fromkeys(known, False)
        for key in found:
            if key not in required:
                self.report(f"unknown key {key}.{did_you_mean(str(key), required)}", *where, key)
        for key, needed in required.items():
            if needed and found.get(key) is None:
                self.report(f"{key} is missing", *where)

    def at(self, *where: str | int) -> Any:
        """Return the value at `where`."""
        value = self.data
        for step in where:
            value = value[step]
        return value

    def take(self, key: str, kind: type | tuple[type, ...], says: str, default: Any, *where: str | int) -> Any:
        """Return the value of a key when it is of the kind, else the default; a wrong kind is reported as `says`."""
        value = self.at(*where).get(key)
        if value is None:
            return default
        kinds = kind if isinstance(kind, tuple) else (kind,)
        # bool is an int to Python, but `version: true` is a mistake.
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self.report(f"{key} must be {says}, not {value!r}", *where, key)
            return default
        return value


def read_yaml(text: str, file: str, first_line: int = 1) -> LocatedYaml:
    """Return the document of a YAML text that begins on `first_line` of a file; syntax errors are its problems."""
    document = LocatedYaml(file)
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            _walk(node, (), document, lambda n: n.start_mark.line + first_line)
            document.data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        document.problems.append(Problem(file, line, f"not valid YAML: {error.problem or error.context}"))
    except (yaml.YAMLError, ValueError) as error:
        document.problems.append(Problem(file, first_line, f"not valid YAML: {error}"))
    finally:
        loader.dispose()
    return document


def _walk(node: yaml.Node, where: Where, document: LocatedYaml, line: Callable[[yaml.Node], int]) -> None:
    document.lines.setdefault(where, line(node))
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            key: str | int = key_node.value
            if key_node.tag == "tag:yaml.org,2002:int":
                key = int(key)
            below = (*where, key)
            if below in document.lines:
                document.problems.append(Problem(document.file, line(key_node), f"{key} is stated twice"))
            document.lines[below] = line(key_node)
            _walk(value_node, below, document, line)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            _walk(item, (*where, position), document, line)
