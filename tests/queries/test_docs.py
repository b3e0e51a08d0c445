"""The page for whoever writes a first rule: its example is a rule in order."""

import re
from pathlib import Path

from graph.connection import Connection
from graph.settings import CHECKOUT
from queries.check import check_files
from queries.rule_model import PACKS, STATUSES

PAGE = CHECKOUT / "docs" / "rules" / "writing-a-rule.md"


def test_the_example_of_the_page_is_a_rule_without_problems(graph: Connection, tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    path = tmp_path / "deaths" / "shared_vehicle.cypher"
    path.parent.mkdir()
    for language, target in (("cypher", path), ("yaml", path.with_suffix(".cases.yml"))):
        block = re.search(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        assert block is not None
        target.write_text(block[1], "utf-8")
    assert check_files([path], graph) == []


def test_the_page_names_every_pack_and_status() -> None:
    text = PAGE.read_text("utf-8")
    assert [word for word in (*PACKS, *STATUSES) if f"`{word}`" not in text] == []
