"""throughline rules new | list | show | check | test | run | backtest | card"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime

import typer

from graph.connection import Connection
from graph.errors import ThroughlineError
from queries.backtest import backtest as run_backtest
from queries.card import card_in_words, report_card
from queries.cases import run_cases
from queries.check import OURS, CheckReport
from queries.check import check as run_checks
from queries.overrides import read_overrides
from queries.problem import did_you_mean
from queries.rule import Rule, browser_text, describe, load_rules, parse_rules, rule_files
from queries.run import run_rule
from queries.scaffold import new_rule
from queries.watch import watch as watch_cases
from ui.commands import rule_lifecycle
from ui.output import Bars, out, print_json, print_table, say
from ui.session import connect, scratch_server, start

app = typer.Typer(help="Detection rules: write, check, try, measure, bring in and take out.", no_args_is_help=True)


def rule_named(name: str) -> Rule:
    """Return a rule of the product, also when another one has problems. Raises ThroughlineError with the nearest id."""
    rules, problems = parse_rules(rule_files())
    found = {rule.id: rule for rule in rules}
    if name in found:
        return found[name]
    own = [str(problem) for problem in problems if problem.file.endswith(f"/{name}.cypher")]
    if own:
        raise ThroughlineError("\n".join(own))
    raise ThroughlineError(f"there is no rule {name}.{did_you_mean(name, found)}")


@contextmanager
def scratch() -> Iterator[Connection]:
    """Yield a connection to the scratch server, started for this and stopped after."""
    server = scratch_server()
    try:
        with start(server) as connection:
            yield connection
    finally:
        server.stop()


rule_lifecycle.register(app, rule_named, scratch)


@app.command()
def new(
    name: str = typer.Argument(..., help="names the pattern, for example shared_vehicle"),
    pack: str = typer.Option("deaths", help="folder of queries/rules"),
) -> None:
    """Write a rule file and its cases, with a working skeleton and a first case that fails."""
    for path in new_rule(name, pack):
        out.print(f"wrote {path}")
    out.print("Then, with docs/rules/first-rule-checklist.md beside you:")
    out.print(f"  throughline rules test {name} --watch    its first case fails on purpose: 24 days should be 23")
    out.print(f"  throughline rules check {name}           everything that is asked of a rule, mutants too")
    out.print(f"  throughline rules run {name}             what it finds in the loaded graph")
    out.print(f"  throughline rules promote {name}         from draft to experimental")


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
    """Show a rule in words, with what the force's own rules.yml says of it."""
    rule = rule_named(name)
    own = read_overrides(load_rules())
    if as_json:
        print_json({**asdict(replace(rule)), "overrides": own.in_words(rule)})
    elif browser:
        print(browser_text(rule))
    else:
        print(describe(rule))
        if own.in_words(rule):
            print(f"Here ({own.file}):\n")
            print("\n".join(f"- {line}" for line in own.in_words(rule)))


@app.command()
def check(
    name: str | None = typer.Argument(None, help="a rule's id; all rules where none is given"),
    mutants: bool = typer.Option(True, "--mutants/--no-mutants", help="try mistakes in the query on the cases"),
    anew: bool = typer.Option(False, "--anew", help="also the mutants of rules that did not change"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Check every rule, its cases, mutants, lock and figures; all problems at once, with file and line.

    Mutants of a rule are tried when its query or cases changed since queries/mutants.json says they were.
    """
    if name is not None:
        rule_named(name)
    records = replace(OURS, proofs=None) if anew else OURS
    with scratch() as connection, Bars() as bars:
        report = run_checks(
            rule_files(), connection, mutants=mutants, records=records, only=name, keep=not anew, progress=bars
        )
    if as_json:
        print_json(
            {
                "problems": report.problems,
                "remarks": report.remarks,
                "proved": report.proved,
                "mutants": [{"rule": m.rule, "mutants": m.count, "killed": len(m.killed)} for m in report.mutants],
            }
        )
    else:
        _print_report(report, 1 if name else len(rule_files()))
    if report.problems:
        raise typer.Exit(1)


def _print_report(report: CheckReport, rules: int) -> None:
    for problem in report.problems:
        out.print(f"{problem.file}:{problem.line}: {problem.message}", highlight=False, markup=False)
    for remark in report.remarks:
        say(remark)
    for tried in report.mutants:
        say(f"{tried.rule}: {len(tried.killed)} of {tried.count} mutants noticed, in {tried.seconds:.0f} s")
    if report.proved:
        say(f"mutants tried before, and nothing changed since: {len(report.proved)} rules")
    count = len(report.problems)
    say(f"{count} problem{'' if count == 1 else 's'} in {rules} rule{'' if rules == 1 else 's'}")


@app.command("test")
def test_rules(
    name: str | None = typer.Argument(None, help="a rule's id; all rules where none is given"),
    watch: bool = typer.Option(False, "--watch", help="run again whenever a file is saved; Ctrl-C ends"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Run a rule's cases on an empty scratch graph; nothing stays there."""
    if watch and (name is None or as_json):
        raise ThroughlineError("--watch takes the name of one rule, and prints no JSON")
    with scratch() as connection:
        if watch and name is not None:
            _watch(connection, name)
            return
        chosen = [rule_named(name)] if name else list(load_rules().values())
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


def _watch(connection: Connection, name: str) -> None:
    """Run a rule's cases whenever one of its files is saved, until Ctrl-C."""
    paths = {path.stem: path for path in rule_files()}
    if name not in paths:
        raise ThroughlineError(f"there is no rule {name}.{did_you_mean(name, paths)}")
    say("Ctrl-C ends")
    try:
        for outcome in watch_cases(connection, paths[name]):
            at = f"{datetime.now():%H:%M:%S}"
            if isinstance(outcome, str):
                out.print(f"{at} {outcome}", highlight=False, markup=False)
                continue
            failed = [result for result in outcome if not result.passed]
            for result in failed:
                out.print(f"FAIL  {result.name}\n      {result.message}", highlight=False, markup=False)
            out.print(f"{at} {name}: {len(outcome) - len(failed)} passed, {len(failed)} failed", highlight=False)
    except KeyboardInterrupt:
        say("stopped watching")


@app.command()
def run(
    name: str = typer.Argument(..., help="a rule's id"),
    limit: int = typer.Option(20, min=1, help="at most so many rows"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Run one rule over the loaded graph and print its rows; nothing is written."""
    rule = rule_named(name)
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


@app.command()
def backtest(
    name: str = typer.Argument(..., help="a rule's id"),
    start_on: datetime = typer.Option(..., "--from", formats=["%Y-%m-%d"], help="first day"),
    end_on: datetime = typer.Option(..., "--to", formats=["%Y-%m-%d"], help="last day"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show what a rule would have found on past data, by day; nothing is written.

    Approximate: the graph holds the newest state of each record, so that what has gone since is not seen.
    """
    rule = rule_named(name)
    own = read_overrides(load_rules())
    with connect() as connection, Bars() as bars:
        found = run_backtest(connection, rule, start_on.date(), end_on.date(), own.values(rule), bars)
    if as_json:
        print_json(found)
        return
    print_table(
        f"{rule.title}: {len(found.findings)} findings",
        ["day", "finding", "worth a look because"],
        [(finding.day, finding.id, finding.sentence) for finding in found.findings],
        empty="nothing would have come up",
    )
    say(f"{found.earlier} had come up before {found.start}. {found.note}")


@app.command()
def card(
    name: str = typer.Argument(..., help="a rule's id"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show a rule's report card: recall, findings a month, decisions, chance, run time, and whom it is about."""
    rule = rule_named(name)
    with connect() as connection:
        found = report_card(connection, rule, read_overrides(load_rules()))
    if as_json:
        print_json(found)
    else:
        print_table(rule.title, ["what", "figure"], card_in_words(found))
