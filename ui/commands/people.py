"""throughline resolve | identity same | different | explain"""

from pathlib import Path

import typer

from graph import ledger, reader
from graph.settings import settings
from loaders.people.explain import explain_pair
from loaders.pipeline import refresh_people
from loaders.standalone import resolve_extract
from ui.output import Bars, out, print_json, print_table, say
from ui.session import connect

identity = typer.Typer(help="Say, or ask, whether two records are one person.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(resolve)
    app.add_typer(identity, name="identity")


def resolve(
    extract: Path | None = typer.Argument(None, metavar="[EXTRACT]", help="an extract to resolve without a graph"),
    to: Path | None = typer.Option(None, "--out", metavar="FILE", help="clusters as CSV (with EXTRACT)"),
    mapping: str | None = typer.Option(None, help="a mapping, for a foreign layout (with EXTRACT)"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Decide which records are one person: in the graph, or of one extract alone into a file."""
    with Bars() as bars:
        if extract is not None:
            bars.stage("Resolving people", None)
            clusters = resolve_extract(extract, mapping)
        else:
            with connect() as connection:
                counts = refresh_people(connection, everybody=True, progress=bars)
    if extract is None:
        if as_json:
            print_json(counts)
        else:
            out.print(f"{counts['nominals']:,} records of {counts['people']:,} people; {counts['changed']:,} changed")
    elif to is not None:
        clusters.to_csv(to, index=False)
        say(f"{len(clusters):,} records of {clusters['person_id'].nunique():,} people written to {to}")
    elif as_json:
        print_json(clusters.to_dict("records"))
    else:
        print(clusters.to_csv(index=False), end="")


def _judge(first: str, second: str, verdict: str, reason: str | None) -> None:
    with connect() as connection, Bars() as bars:
        ledger.record_judgement(connection, "person", first, second, verdict, by=settings().user, reason=reason)
        refresh_people(connection, progress=bars)
        people = reader.memberships(connection).set_index("nominal_id")["person_id"]
    one = people[first] == people[second]
    out.print(
        f"recorded: {first} and {second} are {verdict}; the graph now holds {'one person' if one else 'two people'}"
    )


@identity.command()
def same(
    first: str = typer.Argument(..., metavar="A", help="a record, as source:ref"),
    second: str = typer.Argument(..., metavar="B", help="another record, as source:ref"),
    reason: str | None = typer.Option(None, help="why"),
) -> None:
    """Say that two records are one person. It wins over the model, and can be taken back."""
    _judge(first, second, "same", reason)


@identity.command()
def different(
    first: str = typer.Argument(..., metavar="A", help="a record, as source:ref"),
    second: str = typer.Argument(..., metavar="B", help="another record, as source:ref"),
    reason: str | None = typer.Option(None, help="why"),
) -> None:
    """Say that two records are not one person. It wins over the model, and can be taken back."""
    _judge(first, second, "different", reason)


@identity.command()
def explain(
    first: str = typer.Argument(..., metavar="A", help="a record, as source:ref"),
    second: str = typer.Argument(..., metavar="B", help="another record, as source:ref"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Show what speaks for and against two records being one person."""
    with connect() as connection:
        explanation = explain_pair(reader.nominals(connection), first, second)
        told = [j for j in ledger.judgements(connection, "person") if {j.first_id, j.second_id} == {first, second}]
        people = reader.memberships(connection).set_index("nominal_id")["person_id"]
    together = bool(people.get(first) is not None and people.get(first) == people.get(second))
    if as_json:
        print_json({"explanation": explanation, "judgements": told, "one_person_in_the_graph": together})
        return
    print_table(
        f"{first} and {second}",
        ["what", "first", "second", "weight (bits)", "in words"],
        [(c.name, c.left, c.right, f"{c.bits:+.1f}", c.words) for c in explanation.contributions],
    )
    out.print(f"the records alone: probability {explanation.probability:.4f}, {explanation.verdict}")
    for reason in explanation.why_not:
        out.print(reason)
    if explanation.not_compared:
        out.print(f"not compared, because missing: {', '.join(explanation.not_compared)}")
    for judgement in told:
        out.print(f"{judgement.by or judgement.source}: {judgement.verdict} ({judgement.reason or 'no reason given'})")
    out.print(f"in the graph: {'one person' if together else 'two people'}")
