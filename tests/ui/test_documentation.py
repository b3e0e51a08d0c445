"""Docs and code are one contract: what is generated is current, and every command, setting, rule and label is named."""

from pathlib import Path

import pytest

from graph.schema import SCHEMA
from graph.settings import CHECKOUT, Settings
from queries.rule import load_rules
from ui.cli import app
from ui.documentation import DOCS, command_names, pages


@pytest.mark.parametrize("path", sorted(pages(app)), ids=lambda path: path.name)
def test_a_generated_page_is_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages(app)[path], "run `make docs`"


def test_every_command_is_documented() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert [name for name in command_names(app) if f"## `throughline {name}" not in text] == []


def test_every_setting_is_documented() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert [f.alias for f in Settings.model_fields.values() if f"`{f.alias}`" not in text] == []


def test_every_label_and_relationship_is_documented() -> None:
    text = (DOCS / "schema.md").read_text(encoding="utf-8")
    assert [name for name in (*SCHEMA.nodes, *SCHEMA.relationships) if f"`:{name}`" not in text] == []


def test_every_rule_is_documented() -> None:
    text = (DOCS / "rules" / "rules.md").read_text(encoding="utf-8")
    assert [rule for rule in load_rules() if rule not in text] == []


def test_links_of_the_documents_lead_somewhere() -> None:
    import re

    broken = []
    for page in (CHECKOUT / "README.md", *sorted(DOCS.rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_the_changelog_has_an_unreleased_part() -> None:
    assert "## Unreleased" in (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
