"""throughline event explain | same | different | possible"""

import typer

from graph.settings import settings
from loaders.same_event.explain import EventExplanation, explain_events, judge_events, possible_events
from ui.output import out, print_json, print_table
from ui.session import connect

event = typer.Typer(help="Say, or ask, whether two records are one event.", no_args_is_help=True)

_FIRST = typer.Argument(..., metavar="A", help="a record, as source:ref")
_SECOND = typer.Argument(..., metavar="B", help="another record, as source:ref")
_BY = typer.Option(None, help="who says so (default: you)")
_REASON = typer.Option(..., help="why, in your own words")
_JSON = typer.Option(False, "--json", help="as JSON on stdout")
_IN_WORDS = {"joined": "one event", "possible": "two events, which may be one", "apart": "two events"}


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(event, name="event")


@event.command()
def explain(first: str = _FIRST, second: str = _SECOND, as_json: bool = _JSON) -> None:
    """Show what speaks for and against two records being one event."""
    with connect() as connection:
        found = explain_events(connection, first, second)
    if as_json:
        print_json(found)
        return
    if found.bars:
        print_table(
            f"{found.a} and {found.b}",
            ["what", "in words", "weight (bits)"],
            [(bar.name, bar.words, f"{bar.bits:+.1f}") for bar in found.bars if bar.words or bar.bits],
        )
        out.print(f"by this alone: probability {found.probability:.4f} of being one event")
    for judgement in found.judgements:
        out.print(f"{judgement.by or judgement.source}: {judgement.verdict} ({judgement.reason or 'no reason given'})")
    if found.verdict == "joined":
        out.print(f"because: {found.basis}")
    for sentence in found.why_not:
        out.print(sentence)
    out.print(f"{found.a} and {found.b} are {_IN_WORDS[found.verdict]}")


def _judged(found: EventExplanation, verdict: str) -> None:
    out.print(f"recorded: {found.a} and {found.b} are {verdict}; the graph now holds {_IN_WORDS[found.verdict]}")


@event.command()
def same(
    first: str = _FIRST, second: str = _SECOND, by: str | None = _BY, reason: str = _REASON, as_json: bool = _JSON
) -> None:
    """Say that two records are one event. It wins over everything, and can be taken back."""
    _judge(first, second, "same", by, reason, as_json)


@event.command()
def different(
    first: str = _FIRST, second: str = _SECOND, by: str | None = _BY, reason: str = _REASON, as_json: bool = _JSON
) -> None:
    """Say that two records are two events. It wins over everything, and can be taken back."""
    _judge(first, second, "different", by, reason, as_json)


def _judge(first: str, second: str, verdict: str, by: str | None, reason: str, as_json: bool) -> None:
    with connect() as connection:
        found = judge_events(connection, first, second, verdict, by=by or settings().user, reason=reason)
    if as_json:
        print_json(found)
    else:
        _judged(found, verdict)


@event.command()
def possible(limit: int | None = typer.Option(None, min=1, help="at most so many"), as_json: bool = _JSON) -> None:
    """List the records that may be one event, likeliest first. No rule uses them."""
    with connect() as connection:
        rows = possible_events(connection, limit)
    if as_json:
        print_json(rows)
        return
    print_table(
        "Possibly one event",
        ["record", "record", "probability", "because"],
        [(row["a"], row["b"], f"{row['probability']:.3f}", row["basis"]) for row in rows],
    )
