"""throughline trajectory --person ID | --pair A B | --place ID | --allegations"""

import typer

from algorithms.trajectories import HALF_LIFE_DAYS, WINDOW_DAYS
from graph.errors import ThroughlineError
from ui.output import out, print_json, print_table, say
from ui.session import connect
from ui.trajectory_service import (
    Section,
    pair_trajectory,
    person_trajectory,
    place_trajectory,
    recent_allegations,
)


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command()(trajectory)


def trajectory(
    person: str | None = typer.Option(None, help="a person's id, or the source:ref of a record"),
    pair: tuple[str, str] | None = typer.Option(None, help="two people, as for --person"),
    place: str | None = typer.Option(None, help="the source:ref of a location"),
    allegations: bool = typer.Option(
        False, "--allegations", help="who was named twice or more in 365 days, by harm-days"
    ),
    limit: int = typer.Option(50, min=1, help="with --allegations: at most so many"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show what happened over time to a person, between two people, or at a place: steps, gaps, figures, base rates."""
    if sum(asked for asked in (person is not None, pair is not None, place is not None, allegations)) != 1:
        raise ThroughlineError("ask for one thing: --person ID, --pair A B, --place ID or --allegations")
    with connect() as connection:
        if allegations:
            listed = recent_allegations(connection, limit)
            if as_json:
                print_json(listed.to_dict("records"))
            else:
                rows = listed.drop(columns="last_day").values.tolist()
                print_table(
                    "Named as suspect twice or more in 365 days",
                    ["person", "name", "allegations", "harm-days", "gravest"],
                    rows,
                )
                say("Allegations are no convictions. A sum hides what it is made of: read the gravest beside it.")
            return
        if person is not None:
            view = person_trajectory(connection, person)
        elif pair is not None:
            view = pair_trajectory(connection, *pair)
        else:
            view = place_trajectory(connection, str(place))
    if as_json:
        print_json(view)
        return
    out.print(" and ".join(view.about), highlight=False, markup=False)
    for section in view.sections:
        _show(section)
    for remark in view.remarks:
        say(remark)


def _show(section: Section) -> None:
    print_table(
        section.title[:1].upper() + section.title[1:],
        ["when", "days since", "what", "harm", "what is new or marked", "orders", "people", "records"],
        [
            (
                e.when,
                e.gap_days,
                e.what,
                e.harm,
                "; ".join(filter(None, (e.step, *e.markers))),
                "; ".join(e.orders),
                "; ".join(e.people),
                ", ".join(e.records),
            )
            for e in section.entries
        ],
    )
    if section.figures is not None:
        f = section.figures
        gravest = "not scored" if f.gravity is None else f"{f.gravity:g} harm-days"
        out.print(
            f"In {WINDOW_DAYS} days: recency {f.recency:g} (half-life {HALF_LIFE_DAYS:g} days), {f.frequency} events, "
            f"gravest {gravest}, {f.victims} {section.others}",
            highlight=False,
        )
    if section.rate:
        out.print(section.rate, highlight=False, markup=False)
