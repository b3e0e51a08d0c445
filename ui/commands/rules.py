"""throughline rules new | list | show | check | test | run"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import typer

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.cases import run_cases
from queries.check import check_files
from queries.rule import Rule, browser_text, describe, load_rules, nearest_rule, rule_files
from queries.run import run_rule
from queries.scaffold import new_rule
from ui.output import Bars, out, print_json, print_table, say
from ui.session import connect, scratch_server, start

app = typer.Typer(help="Detection rules: write, check, try.", no_args_is_help=True)


def _rule(name: str) -> Rule:
    rules = load_rules()
    if name not in rules:
        raise ThroughlineError(f"there is no rule {name}.{nearest_rule(name, rules)}")
    return rules[name]


@contextmanager
def _scratch() -> Iterator[Connection]:
    """Yield a connection to the scratch server, started for this and stopped after."""
    server = scratch_server()
    try:
        with start(server) as connection:
            yield connection
    finally:
        server.stop()


@app.command()
def new(
    name: str = typer.Argument(..., help="names the pattern, for example shared_vehicle"),
    pack: str = typer.Option("deaths", help="folder of queries/rules"),
) -> None:
    """Write a rule file and its cases, with a working skeleton and a first case that fails."""
    for path in new_rule(name, pack):
        out.print(f"wrote {path}")
    out.print(f"Now make its first case pass: throughline rules test {name}")


@app.command("list")
def list_rules(as_json: bool = typer.Option(False, "--json", help="as JSON on stdout")) -> None:
    """List every rule."""
    rules = sorted(load_rules().values(), key=lambda rule: (rule.pack, rule.id))
    if as_json:
        print_json(
            [
                {
                    "id": r.id,
                    "pack": r.pack,
                    "version": r.version,
                    "status": r.status,
                    "title": r.title,
                    "question": r.question,
                }
                for r in rules
            ]
        )
        return
    print_table(
        "Rules",
        ["rule", "pack", "version", "status", "question"],
        [(r.id, r.pack, r.version, r.status, r.question) for r in rules],
    )


@app.command()
def show(
    name: str = typer.Argument(..., help="a rule's id"),
    browser: bool = typer.Option(False, "--browser", help="the query with its parameters set, for Neo4j Browser"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show a rule in words."""
    rule = _rule(name)
    if as_json:
        print_json(replace(rule))
    else:
        print(browser_text(rule) if browser else describe(rule))


@app.command()
def check(as_json: bool = typer.Option(False, "--json", help="as JSON on stdout")) -> None:
    """Check every rule and its cases; all problems at once, with file and line."""
    with _scratch() as connection:
        problems = check_files(rule_files(), connection)
    if as_json:
        print_json(problems)
    else:
        for problem in problems:
            out.print(f"{problem.file}:{problem.line}: {problem.message}", highlight=False, markup=False)
        count = len(rule_files())
        say(f"{len(problems)} problem{'' if len(problems) == 1 else 's'} in {count} rules")
    if problems:
        raise typer.Exit(1)


@app.command("test")
def test_rules(
    name: str | None = typer.Argument(None, help="a rule's id; all rules where none is given"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Run a rule's cases on an empty scratch graph; nothing stays there."""
    chosen = [_rule(name)] if name else list(load_rules().values())
    with _scratch() as connection:
        results = [(rule, outcome) for rule in chosen for outcome in run_cases(connection, rule)]
    failed = [outcome for _, outcome in results if not outcome.passed]
    if as_json:
        print_json([{"rule": r.id, "case": o.name, "passed": o.passed, "message": o.message} for r, o in results])
    else:
        for rule, outcome in results:
            word = "pass" if outcome.passed else "FAIL"
            out.print(f"{word}  {rule.id}: {outcome.name}", highlight=False, markup=False)
            if not outcome.passed:
                out.print(f"      {outcome.message}", highlight=False, markup=False)
        say(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    if failed:
        raise typer.Exit(1)


@app.command()
def run(
    name: str = typer.Argument(..., help="a rule's id"),
    limit: int = typer.Option(20, min=1, help="at most so many rows"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Run one rule over the loaded graph and print its rows; nothing is written."""
    rule = _rule(name)
    with connect() as connection, Bars() as bars:
        rows = list(run_rule(connection, rule, progress=bars))
    if as_json:
        print_json(rows)
        return
    columns = list(rows[0]) if rows else []
    print_table(
        f"{rule.title}: {len(rows)} rows",
        columns,
        [[row[column] for column in columns] for row in rows[:limit]],
        empty="nothing found",
    )
