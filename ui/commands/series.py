"""throughline series list | show: deaths that may be linked"""

from typing import Any

import typer

from graph.settings import settings
from queries.findings import Finding
from queries.series import SERIES
from ui.output import out, print_json, print_table
from ui.service import Service
from ui.session import connect

series = typer.Typer(help="Deaths that may be linked, as the last detection found them.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(series, name="series")


@series.command("list")
def list_series(
    limit: int | None = typer.Option(None, min=1, help="at most so many"),
    inactive: bool = typer.Option(False, "--inactive", help="also those that no longer hang together"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """List the series, strongest first."""
    with connect() as connection:
        found = Service(connection, settings().user).series(active=None if inactive else True, limit=limit)
    if as_json:
        print_json([as_series(finding) for finding in found])
        return
    print_table(
        "Series",
        ["rank", "id", "deaths", "from", "to", "score", "a year by chance", "status"],
        [
            (
                finding.columns["rank"],
                finding.id,
                finding.columns["count"],
                finding.columns["first_on"],
                finding.columns["last_on"],
                f"{finding.strength:.1f}",
                f"{finding.expected_by_chance:.2g}",
                finding.status,
            )
            for finding in found
        ],
        empty="none. `throughline detect` looks for them once deaths are loaded",
    )


@series.command("show")
def show_series(
    id_: str = typer.Argument(..., metavar="ID", help="a series' id"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show one series: its deaths, why each pair is thought to be linked, what speaks against it, and its history."""
    with connect() as connection:
        finding = Service(connection, settings().user).one_series(id_)
    if as_json:
        print_json(as_series(finding))
        return
    columns = finding.columns
    out.print(f"[bold]{finding.title}[/bold]  {finding.id}", highlight=False)
    out.print(f"Worth a look because: {finding.explanation}", highlight=False, markup=False)
    out.print(f"rank {columns['rank']}; strength {finding.strength:.1f}; status {finding.status}", highlight=False)
    print_table(
        "Deaths", ["death", "on", "joined on"], [(m["death"], m["on"], m["joined_on"]) for m in columns["members"]]
    )
    for pair in columns["pairs"]:
        print_table(
            f"{pair['a']} and {pair['b']}: {pair['log_bayes_factor']:.1f}",
            ["weight", "what"],
            [(f"{part['log_bayes_factor']:+.1f}", part["says"]) for part in pair["contributions"]],
        )
    out.print("What could make it wrong:")
    for doubt in SERIES.could_be_wrong:
        out.print(f"  - {doubt}", highlight=False)
    out.print(f"What to do: {SERIES.action}", highlight=False)
    for step in columns["history"]:
        out.print(f"{step['on']}: {step['what']}{_with(step)}", highlight=False, markup=False)


def _with(step: dict[str, Any]) -> str:
    parts = [f"{name} {', '.join(step[name])}" for name in ("joined", "left", "others") if step[name]]
    return f" ({'; '.join(parts)})" if parts else ""


def as_series(finding: Finding) -> dict[str, Any]:
    """Return a series as it is exported: members with joined_on, score, contributions, expected_by_chance, rank."""
    columns = finding.columns
    return {
        "id": finding.id,
        "series": columns["series"],
        "rank": columns["rank"],
        "score": finding.strength,
        "line": finding.parameters.get("line"),
        "expected_by_chance": finding.expected_by_chance,
        "expected": columns["expected"],
        "status": finding.status,
        "active": finding.active,
        "first_detected": finding.first_detected.isoformat(),
        "last_detected": finding.last_detected.isoformat(),
        "explanation": finding.explanation,
        "members": columns["members"],
        "people": finding.evidence.get("Person", []),
        "contributions": columns["pairs"],
        "history": columns["history"],
    }
