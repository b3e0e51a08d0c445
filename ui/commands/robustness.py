"""throughline findings robustness"""

import typer

from ui.commands.detection import findings
from ui.output import out, print_json, print_table
from ui.robustness_service import finding_robustness
from ui.session import connect


def register(app: typer.Typer) -> None:
    """Add this module's command to those about findings."""
    findings.command("robustness")(robustness)


def robustness(
    id_: str = typer.Argument(..., metavar="ID", help="a finding's id"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show what a finding hangs on: the fewest ties whose loss takes it apart, and matches that it rests on."""
    with connect() as connection:
        view = finding_robustness(connection, id_)
    if as_json:
        print_json(view)
        return
    out.print(view.explanation, highlight=False, markup=False)
    for sentence in view.says:
        out.print(f"- {sentence}", highlight=False, markup=False)
    if view.rests_on:
        rows = [(record, person, f"{probability:.3f}") for record, person, probability in view.rests_on]
        print_table("Matches of identity it rests on", ["record", "person", "probability"], rows)
