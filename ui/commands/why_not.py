"""throughline findings why-not"""

import typer

from ui.commands.detection import findings
from ui.output import out, print_json, print_table
from ui.session import connect
from ui.why_not_service import why_nothing


def register(app: typer.Typer) -> None:
    """Add this module's command to those about findings."""
    findings.command("why-not")(why_not)


def why_not(
    about: str = typer.Option(..., help="a person's id, or the source:ref of a record"),
    rule: list[str] = typer.Option([], "--rule", help="only this rule; may be repeated"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show for each rule the first condition that was not met about a record, with the values in the way."""
    with connect() as connection:
        view = why_nothing(connection, about, rule)
    if as_json:
        print_json(view)
        return
    out.print(" and ".join(view.about), highlight=False, markup=False)
    print_table(
        "Why not",
        ["rule", "what became of it", "line"],
        [(answer.rule, answer.says, answer.line) for answer in view.answers],
    )
