"""throughline rules lock | promote | deprecate | retire | measure"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import typer

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.lifecycle import Step, deprecate, promote, retire
from queries.lock import LOCK, lock_problems, lock_rule
from queries.rule import Rule, load_rules
from seed.sizes import SIZES
from ui.measuring import BENIGN_SEED, SEED
from ui.measuring import measure as run_measure
from ui.output import out, print_json, say

RuleNamed = Callable[[str], Rule]
Scratch = Callable[[], AbstractContextManager[Connection]]
NAME = typer.Argument(..., help="a rule's id")
JSON = typer.Option(False, "--json", help="as JSON on stdout")


def register(app: typer.Typer, rule_named: RuleNamed, scratch: Scratch) -> None:
    """Add this module's commands. rule_named, scratch: as in ui.commands.rules."""

    @app.command("lock")
    def lock(
        name: str | None = typer.Argument(None, help="a rule's id; all rules where none is given"),
        why: str | None = typer.Option(None, help="what changed, for the rule's history"),
        as_json: bool = JSON,
    ) -> None:
        """Lock what rules do now; a rule that changed gets its next version and a line of history."""
        rules = [rule_named(name)] if name else [r for r in load_rules().values() if r.status != "draft"]
        changed = [rule for rule in rules if any(p for p in lock_problems([rule], LOCK) if "/" + rule.id in p.file)]
        locked = [lock_rule(rule, why) for rule in (rules if name else changed)]
        if as_json:
            print_json([{"rule": rule.id, "version": rule.version} for rule in locked])
            return
        for rule in locked:
            out.print(f"{rule.id}: version {rule.version} is locked", highlight=False)
        if not locked:
            say("nothing changed since it was locked")

    @app.command("promote")
    def promote_rule(name: str = NAME, as_json: bool = JSON) -> None:
        """Raise a draft to experimental, or an experimental rule to active, when every check passes."""
        rule = rule_named(name)
        with scratch() as connection:
            _show(promote(rule, connection), as_json)

    @app.command("deprecate")
    def deprecate_rule(
        name: str = NAME,
        why: str = typer.Option(..., help="why it is not to be used any more"),
        replaced_by: str = typer.Option(..., help="the rule to use instead"),
        as_json: bool = JSON,
    ) -> None:
        """Take a rule out of use: it runs only when asked for by name."""
        _show(deprecate(rule_named(name), load_rules(), why=why, replaced_by=replaced_by), as_json)

    @app.command("retire")
    def retire_rule(
        name: str = NAME,
        why: str = typer.Option(..., help="why it is no longer needed"),
        as_json: bool = JSON,
    ) -> None:
        """Remove a deprecated rule's files; its id stays in queries/retired.yml and is never used again."""
        _show(retire(rule_named(name), why=why), as_json)

    @app.command("measure")
    def measure(
        size: str = typer.Option("small", help=", ".join(SIZES)),
        seed: int = typer.Option(SEED, help="of the planted world"),
        benign_seed: int = typer.Option(BENIGN_SEED, help="of the world in which nothing is planted"),
        as_json: bool = JSON,
    ) -> None:
        """Measure every rule on two seed worlds, on a server of its own; writes docs/rules/measured.md and .json."""
        if seed == benign_seed:
            raise ThroughlineError("the planted and the benign world need different seeds")
        figures = run_measure(load_rules(), size, seed, benign_seed)
        if as_json:
            print_json(figures)
        else:
            say(f"{len(figures)} rules measured: docs/rules/measured.md")


def _show(step: Step, as_json: bool) -> None:
    if as_json:
        print_json(step)
    else:
        out.print(f"{step.rule}: {step.before} -> {step.after}", highlight=False)
