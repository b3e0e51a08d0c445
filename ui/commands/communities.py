"""throughline communities detect | list | show | history"""

from typing import Any

import typer

from queries.communities import detect_communities
from ui.community_service import CommunityView, communities_to_show, community_to_show
from ui.output import out, print_json, print_table
from ui.session import connect
from ui.words import date_in_words

communities = typer.Typer(
    help="People who hang together by what they share, followed from run to run.", no_args_is_help=True
)

_ID = typer.Argument(..., metavar="ID", help="a community's id")
_JSON = typer.Option(False, "--json", help="as JSON on stdout")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(communities, name="communities")


@communities.command()
def detect(
    anew: bool = typer.Option(False, "--anew", help="decide about everybody, not only where a tie changed"),
    as_json: bool = _JSON,
) -> None:
    """Look for communities and keep what changed; where no tie changed, nobody changes community."""
    with connect() as connection:
        report = detect_communities(connection, anew=anew)
    if as_json:
        print_json(report)
        return
    out.print(
        f"{report.people:,} people with {report.ties:,} ties: {report.communities:,} communities, "
        f"{report.kept:,} left alone, {report.moved:,} people came or went, {report.seconds:.1f} s"
    )
    print_table("What became of them", ["step", "communities"], sorted(report.steps.items()))


@communities.command("list")
def list_(
    limit: int = typer.Option(50, min=1, help="at most so many"),
    every: bool = typer.Option(False, "--all", help="also those with nothing worth a look"),
    ended: bool = typer.Option(False, "--ended", help="also those that are over"),
    as_json: bool = _JSON,
) -> None:
    """List communities worth a look: harm or breaches rose, two became one, or one person holds it together."""
    with connect() as connection:
        found = communities_to_show(connection, ended=ended, every=every)[:limit]
    if as_json:
        print_json(found)
        return
    print_table(
        "Communities",
        ["id", "people", "state", "since", "harm or breaches step up", "joined by", "bridge"],
        [(v.id, v.size, v.state, date_in_words(v.changed_on), v.step_up, v.joined_by, v.bridge) for v in found],
        empty="none. `throughline communities detect` looks for them",
    )


@communities.command()
def show(id_: str = _ID, as_json: bool = _JSON) -> None:
    """Show one community: its people, what is worth a look, and what became of it."""
    with connect() as connection:
        view = community_to_show(connection, id_)
    if as_json:
        print_json(view)
        return
    out.print(f"{view.id}: {view.size} people, {view.state} on {date_in_words(view.changed_on)}", highlight=False)
    for sentence in view.worth_a_look:
        out.print(f"Worth a look because: {sentence}", highlight=False, markup=False)
    print_table("People", ["person", "name"], view.people, empty="nobody any more")
    _print_history(view)
    out.print("That people share events, homes, phones or relations says nothing about any of them.")


@communities.command()
def history(id_: str = _ID, as_json: bool = _JSON) -> None:
    """Show what became of a community, step by step, with the communities it came from or went into."""
    with connect() as connection:
        view = community_to_show(connection, id_)
    if as_json:
        print_json(list(view.history))
    else:
        _print_history(view)


def _print_history(view: CommunityView) -> None:
    print_table(
        "History",
        ["on", "what", "people", "joined", "left", "records gone", "with, from or into"],
        [_step(step) for step in view.history],
    )


def _step(step: dict[str, Any]) -> tuple[Any, ...]:
    names = ("on", "what", "size", "joined", "left", "gone")
    return (*(step[name] for name in names), ", ".join(step["others"]))
