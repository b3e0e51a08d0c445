"""throughline detect | findings list | findings show | decide"""

from datetime import datetime
from typing import Any

import typer

from graph.ledger import DECISION_KINDS
from graph.settings import settings
from queries.findings import detect as run_detection
from queries.findings import to_json
from queries.rule import load_rules
from ui.output import Bars, out, print_json, print_table, say
from ui.service import FindingView, Service
from ui.session import connect
from ui.words import date_in_words

findings = typer.Typer(help="What the rules found.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(detect)
    app.add_typer(findings, name="findings")
    app.command()(decide)


def detect(
    rule: list[str] = typer.Option([], "--rule", help="only this rule; may be repeated"),
    nightly: bool = typer.Option(False, "--nightly", help="only where something changed since the last detection"),
    experimental: bool = typer.Option(False, "--experimental", help="experimental rules too, their findings marked"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Run the active rules over the graph and keep what they find."""
    with connect() as connection, Bars() as bars:
        report = run_detection(
            connection,
            load_rules(),
            rule_ids=rule or None,
            nightly=nightly,
            experimental=experimental,
            progress=bars,
        )
    if as_json:
        print_json(report)
    else:
        print_table(
            "Detection",
            ["rule", "new", "kept", "cleared", "seconds"],
            [(r.rule, r.new, r.kept, r.cleared, f"{r.seconds:.1f}") for r in report.rules],
        )
        for name, count in report.set_aside.items():
            say(f"{name} no longer runs: its {count:,} findings are set aside, their decisions kept")
        for name, problem in report.failed.items():
            say(f"{name} failed, its findings stay as they were: {problem}")
    if report.failed:
        raise typer.Exit(1)


@findings.command("list")
def list_findings(
    status: str | None = typer.Option(None, help="new, accepted, dismissed, in_review, monitored, referred, snoozed"),
    rule: str | None = typer.Option(None, help="of one rule"),
    limit: int | None = typer.Option(None, min=1, help="at most so many"),
    inactive: bool = typer.Option(False, "--inactive", help="also those that no longer fire"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """List findings, strongest first."""
    with connect() as connection:
        listed = Service(connection, settings().user).findings(
            status=status, rule=rule, limit=limit, active=None if inactive else True
        )
    if as_json:
        print_json([to_json(finding) for finding in listed])
        return
    print_table(
        "Findings",
        ["id", "rule", "status", "first detected", "worth a look because"],
        [(f.id, f.rule, f.status, f"{date_in_words(f.first_detected)}", f.explanation) for f in listed],
        empty="none. `throughline detect` looks for them once data is loaded",
    )


@findings.command("show")
def show_finding(
    id_: str = typer.Argument(..., metavar="ID", help="a finding's id"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show one finding: why it fired, what it rests on, what could make it wrong, what was decided."""
    with connect() as connection:
        view = Service(connection, settings().user).finding(id_)
    if as_json:
        print_json({**to_json(view.finding), "records": view.records, "decisions": view.decisions})
    else:
        print_finding(view)


def print_finding(view: FindingView, *, records: bool = True) -> None:
    """Print a finding as its page shows it; records: with the table of what it rests on."""
    finding = view.finding
    out.print(f"[bold]{_plain(finding.title)}[/bold]  ({finding.rule}, version {finding.rule_version})")
    out.print(f"Worth a look because: {_plain(finding.explanation)}")
    out.print(f"status {finding.status}; first detected {date_in_words(finding.first_detected)}; id {finding.id}")
    chance = finding.expected_by_chance
    out.print(f"expected by chance: {'not measured yet' if chance is None else f'{chance:g} a year'}")
    if view.rule is not None:
        out.print("What could make it wrong:")
        for doubt in view.rule.could_be_wrong:
            out.print(f"  - {_plain(doubt)}")
        out.print(f"What to do: {_plain(view.rule.action)}")
    if records:
        print_table(
            "It rests on",
            ["record", "what", "when", "where", "people"],
            [(r.id, r.what, r.when, r.where, "; ".join(r.people)) for r in view.records],
        )
    for decision in view.decisions:
        out.print(f"{decision.at:%d %b %Y %H:%M} {decision.by}: {decision.kind} - {_plain(decision.reason)}")


def _plain(text: Any) -> str:
    return str(text).replace("[", "\\[")


def decide(
    id_: str = typer.Argument(..., metavar="FINDING", help="a finding's id"),
    kind: str = typer.Argument(..., metavar="DECISION", help=", ".join(DECISION_KINDS)),
    reason: str = typer.Option(..., help="why, in your own words"),
    owner: str | None = typer.Option(None, help="who follows it up"),
    due: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="by when"),
    until: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="end of a snooze, within 180 days"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Record a decision about a finding, under your name, with your reason. Nothing is ever overwritten."""
    with connect() as connection:
        decision = Service(connection, settings().user).decide(
            id_, kind, reason, owner, due.date() if due else None, until.date() if until else None
        )
    if as_json:
        print_json(decision)
    else:
        out.print(f"recorded: {decision.kind} by {decision.by}, number {decision.number}")
