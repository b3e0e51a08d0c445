"""throughline path A B"""

from datetime import datetime

import typer

from algorithms.paths import HUB_DEGREE
from ui.output import out, print_json, say
from ui.path_service import MOST_PATHS, PathView, find_paths
from ui.session import connect


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command()(path)


def path(
    start: str = typer.Argument(
        ..., metavar="A", help="a person's id or the source:ref of a record; several with commas"
    ),
    end: str = typer.Argument(..., metavar="B", help="the same, of the other end"),
    k: int = typer.Option(5, "--k", min=1, max=MOST_PATHS, help="at most so many paths"),
    from_: datetime | None = typer.Option(
        None, "--from", formats=["%Y-%m-%d"], help="only what was on or after this day"
    ),
    to: datetime | None = typer.Option(None, "--to", formats=["%Y-%m-%d"], help="only what was on or before this day"),
    role: list[str] = typer.Option([], "--role", help="only this role in events; may be repeated"),
    hub: int = typer.Option(HUB_DEGREE, "--hub", min=1, help="what has more ties than this is a hub"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show how two things are connected: the most telling ways, hop by hop, with the records each rests on."""
    with connect() as connection:
        found = find_paths(
            connection,
            _several(start),
            _several(end),
            k=k,
            roles=role,
            from_on=from_.date() if from_ else None,
            to_on=to.date() if to else None,
            hub_degree=hub,
        )
    if as_json:
        print_json(found)
        return
    for one in found.paths:
        _show(one, f"Path {one.rank}")
    for one in found.implausible:
        _show(one, "Left out, not plausible at the time")
    for remark in found.remarks:
        say(remark)


def _several(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _show(view: PathView, title: str) -> None:
    hubs = f"; through a hub: {', '.join(view.hubs)}" if view.hubs else ""
    out.print(f"{title} ({len(view.hops)} steps, {view.bits:.1f} bits{hubs})", highlight=False, markup=False)
    for doubt in view.doubts:
        out.print(f"  not plausible: {doubt}", highlight=False, markup=False)
    for number, hop in enumerate(view.hops, start=1):
        for sentence in hop.says:
            out.print(f"  {number}. {sentence}", highlight=False, markup=False)
        out.print(f"     records: {', '.join(hop.records)}", highlight=False, markup=False)
