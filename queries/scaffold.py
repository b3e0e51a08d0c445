"""Begin a rule: its file and its cases, with a skeleton that works and a first case that fails."""

import re
from pathlib import Path

from graph.errors import ThroughlineError
from graph.settings import CHECKOUT
from queries.problem import did_you_mean, shown_path
from queries.rule import RULES, retired_ids, rule_files
from queries.rule_model import PACKS

TEMPLATES = CHECKOUT / "queries" / "templates"


def new_rule(name: str, pack: str, folder: Path = RULES) -> list[Path]:
    """Write the file and the cases of a new rule and return both paths.

    Raises ThroughlineError for an unknown pack, a name that cannot be an id, or an id used or retired before.
    """
    if pack not in PACKS:
        raise ThroughlineError(f"there is no pack {pack} ({', '.join(PACKS)}).{did_you_mean(pack, PACKS)}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ThroughlineError(f"{name!r} cannot be a rule's id: small letters, digits and _, as in shared_vehicle")
    used = retired_ids() | {path.stem: shown_path(path) for path in rule_files(folder)}
    if name in used:
        raise ThroughlineError(f"the id {name} is already used: {used[name]}")
    written = []
    for suffix in (".cypher", ".cases.yml"):
        text = (TEMPLATES / f"rule{suffix}").read_text("utf-8").replace("RULE_NAME", name)
        path = folder / pack / f"{name}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        written.append(path)
    return written
