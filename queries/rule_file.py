"""Read one rule file: the YAML in its leading comment, checked key by key, and what its query names."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from graph.schema import SCHEMA
from queries.cypher_text import parameters_used, pattern_names, properties_read
from queries.located_yaml import LocatedYaml, read_yaml
from queries.parameter import read_parameters
from queries.problem import Problem, did_you_mean, shown_path
from queries.rule_model import GIVEN, PACKS, PLACEHOLDER, STATUSES, SUBJECTS, Anchor, Budget, Rule, placeholders

_FRONT_MATTER = re.compile(r"\A\s*/\*[ \t]*---[ \t]*\n(.*?)^[ \t]*---[ \t]*\*/", re.DOTALL | re.MULTILINE)
_KEYS = {
    "id": True,
    "version": True,
    "status": True,
    "title": True,
    "question": True,
    "description": True,
    "parameters": False,
    "anchor": True,
    "identity": True,
    "about": True,
    "evidence": True,
    "strength": False,
    "explain": True,
    "could_be_wrong": True,
    "action": True,
    "references": False,
    "max_background": False,
    "budget": False,
    "history": True,
    "daily": False,
    "reason": False,
    "replaced_by": False,
}


def parse_rule(path: Path) -> tuple[Rule | None, list[Problem]]:
    """Return the rule of a file, None when too much of it is wrong, and every problem with file and line."""
    file = shown_path(path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return None, [Problem(file, 1, f"cannot be read: {error}")]
    found = split_front_matter(text, file)
    if isinstance(found, Problem):
        return None, [found]
    if found.problems or not isinstance(found.data, dict):
        return None, found.problems or [Problem(file, 2, "the front matter must be a mapping of key to value")]
    rule = _rule(found, text, path)
    _check_query(found, text, rule)
    return (None if found.problems else rule), found.problems


def split_front_matter(text: str, file: str) -> LocatedYaml | Problem:
    """Return the YAML of the leading `/* --- ... --- */` comment, or the problem that there is none."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return Problem(file, 1, "must begin with its metadata in a comment: `/* ---`, YAML, `--- */`, each on its line")
    return read_yaml(match.group(1), file, first_line=text.count("\n", 0, match.start(1)) + 1)


def _rule(document: LocatedYaml, text: str, path: Path) -> Rule:
    document.check_keys(_KEYS)
    take = document.take
    rule_id = take("id", str, "a name such as shared_finder", path.stem)
    if rule_id != path.stem:
        document.report(f"id {rule_id} must be the file's name, {path.stem}", "id")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", path.stem):
        document.report(f"{path.stem} is not a rule id: small letters, digits and _", "id")
    pack = path.parent.name
    if pack not in PACKS:
        document.report(f"the folder {pack} is no pack ({', '.join(PACKS)}).{did_you_mean(pack, PACKS)}")
    status = take("status", str, f"one of {', '.join(STATUSES)}", "draft")
    if status not in STATUSES:
        document.report(f"unknown status {status} ({', '.join(STATUSES)}).{did_you_mean(status, STATUSES)}", "status")
    replaced_by, reason = take("replaced_by", str, "a rule id", None), take("reason", str, "a text", None)
    if status == "deprecated" and not (reason and replaced_by):
        document.report("a deprecated rule says why (reason) and what to use instead (replaced_by)", "status")
    parameters = read_parameters(document)
    description = take("description", str, "a text", "")
    strength = take("strength", str, "the name of a column", None)
    if strength and strength not in description:
        document.report(f"the description must say what {strength} measures, and in what unit", "strength")
    explain = take("explain", str, "a sentence", "").strip()
    _check_explain(document, explain)
    return Rule(
        id=rule_id,
        version=take("version", int, "a whole number", 1),
        status=status,
        title=take("title", str, "a text", ""),
        question=take("question", str, "a text", ""),
        description=description.strip(),
        anchor=_anchor(document),
        identity=_identity(document),
        about=_columns_by_label(document, "about"),
        evidence=_columns_by_label(document, "evidence"),
        explain=explain,
        could_be_wrong=_texts(document, "could_be_wrong"),
        action=take("action", str, "a text", "").strip(),
        history=_history(document),
        query=text,
        path=path,
        pack=pack,
        parameters=parameters,
        strength=strength,
        references=_texts(document, "references"),
        max_background=take("max_background", int, "a whole number", 0),
        budget=_budget(document),
        daily=take("daily", (bool, str), "true, or a query that returns the ids to look at every day as id", False),
        reason=reason,
        replaced_by=replaced_by,
        lines={str(where[0]): line for where, line in document.lines.items() if len(where) == 1},
    )


def _budget(document: LocatedYaml) -> Budget:
    stated = document.take("budget", dict, '{findings: 800, why: "..."}', None)
    if stated is None:
        return Budget()
    document.check_keys({"seconds": False, "findings": False, "why": True}, "budget")
    return Budget(
        seconds=float(document.take("seconds", (int, float), "a number", Budget.seconds, "budget")),
        findings=document.take("findings", int, "a whole number", Budget.findings, "budget"),
        why=document.take("why", str, "a text", "", "budget"),
    )


def _anchor(document: LocatedYaml) -> Anchor:
    stated = document.take("anchor", dict, "{label: Death, column: death_a, reach: 2}", None)
    if stated is None:
        return Anchor("", "", 0)
    document.check_keys({"label": True, "column": True, "reach": True}, "anchor")
    label = document.take("label", str, "a label", "", "anchor")
    if label and label not in SCHEMA.nodes:
        document.report(f"unknown label {label}.{did_you_mean(label, SCHEMA.nodes)}", "anchor", "label")
    column = document.take("column", str, "the name of a column", "", "anchor")
    return Anchor(label, column, document.take("reach", int, "a number of hops", 1, "anchor"))


def _identity(document: LocatedYaml) -> dict[str, tuple[str, ...]]:
    stated = document.take("identity", dict, "{person: one, deaths: [death_a, death_b]}", {})
    found: dict[str, tuple[str, ...]] = {}
    for name, columns in stated.items():
        if columns == "one":
            found[str(name)] = (str(name),)
        else:
            found[str(name)] = _columns(document, columns, "identity", name)
    return found


def _columns_by_label(document: LocatedYaml, key: str) -> dict[str, tuple[str, ...]]:
    stated = document.take(key, dict, "{Person: person, Death: [death_a, death_b]}", {})
    for label in stated:
        if label not in SUBJECTS:
            known = f"({', '.join(SUBJECTS)})"
            document.report(
                f"a finding cannot be about {label} {known}.{did_you_mean(str(label), SUBJECTS)}", key, label
            )
    return {str(label): _columns(document, columns, key, label) for label, columns in stated.items()}


def _columns(document: LocatedYaml, stated: Any, *where: str) -> tuple[str, ...]:
    columns = stated if isinstance(stated, list) else [stated]
    if not columns or not all(isinstance(column, str) for column in columns):
        document.report(f"{where[-1]} must be a column or a list of columns, not {stated!r}", *where)
        return ()
    return tuple(columns)


def _texts(document: LocatedYaml, key: str) -> tuple[str, ...]:
    stated = document.take(key, list, "a list of texts", [])
    if not all(isinstance(item, str) for item in stated):
        document.report(f"{key} must be a list of texts (put one with a colon in quotes)", key)
        return ()
    return tuple(stated)


def _history(document: LocatedYaml) -> dict[int, str]:
    history = document.take("history", dict, "{1: first version}", {})
    version = document.data.get("version")
    if history and version not in history:
        document.report(f"there is no line for version {version}", "history")
    return {version: str(line) for version, line in history.items()}


def _check_explain(document: LocatedYaml, explain: str) -> None:
    bare = PLACEHOLDER.sub("", explain)
    if "{" in bare or "}" in bare:
        document.report("a brace does not close", "explain")
    for name in placeholders(explain):
        if not re.fullmatch(r"\w+", name):
            document.report(f"{{{name}}} is not the name of a column or parameter; explain holds no logic", "explain")


def _check_query(document: LocatedYaml, text: str, rule: Rule) -> None:
    declared = document.data.get("parameters") or {}
    used = parameters_used(text)
    known = [*declared, *GIVEN] if isinstance(declared, dict) else list(GIVEN)
    for word in used:
        if word.text not in known:
            names = ", ".join(declared) or "none"
            near = did_you_mean(word.text, known, "$")
            _at(document, word.line, f"${word.text} is not declared under parameters ({names}).{near}")
    for_daily = parameters_used(rule.daily) if isinstance(rule.daily, str) else []
    for word in for_daily:
        if word.text not in known or word.text == "anchors":
            near = did_you_mean(word.text, [name for name in known if name != "anchors"], "$")
            document.report(f"${word.text} is not declared under parameters.{near}", "daily")
    names_used = {word.text for word in (*used, *for_daily)} | set(placeholders(rule.explain))
    for name in rule.parameters:
        if name not in names_used:
            document.report(f"parameter {name} is declared but ${name} is not used", "parameters", name)
    if "anchors" not in {word.text for word in used}:
        _at(document, 1, "the query must start at its anchors: `WHERE a.id IN $anchors`")
    check_names(document, text)


def check_names(document: LocatedYaml, text: str) -> None:
    """Report labels, relationship types and properties of a query that the schema does not know."""
    properties = {name for node in SCHEMA.nodes.values() for name in node.property_names()}
    properties |= {name for relationship in SCHEMA.relationships.values() for name in relationship.property_names()}
    names: Iterable[str] = [*SCHEMA.nodes, *SCHEMA.relationships]
    for word in pattern_names(text):
        if word.text not in names:
            near = did_you_mean(word.text, names, ":")
            _at(document, word.line, f":{word.text} is no label or relationship type of graph/schema.py.{near}")
    for word in properties_read(text):
        if word.text not in properties:
            near = did_you_mean(word.text, properties, ".")
            _at(document, word.line, f".{word.text} is no property in graph/schema.py.{near}")


def _at(document: LocatedYaml, line: int, message: str) -> None:
    document.problems.append(Problem(document.file, line, message))
