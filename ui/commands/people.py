"""throughline people train | resolve | conflicts; resolve EXTRACT; identity same | different | explain"""

from pathlib import Path
from typing import Any

import typer

from graph import ledger, reader
from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.settings import settings
from loaders.people import stored
from loaders.people.account import Account, account
from loaders.people.training import FEWEST_TO_TRAIN
from loaders.pipeline import refresh_people
from loaders.resolve import verdict_contradictions
from loaders.standalone import resolve_extract
from ui.output import Bars, out, print_json, print_table, say
from ui.session import connect

identity = typer.Typer(help="Say, or ask, whether two records are one person.", no_args_is_help=True)
people = typer.Typer(help="Decide which records are one person.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(resolve)
    app.add_typer(people, name="people")
    app.add_typer(identity, name="identity")
    app.add_typer(identity, name="identify", hidden=True)


def resolve(
    extract: Path | None = typer.Argument(None, metavar="[EXTRACT]", help="an extract to resolve without a graph"),
    to: Path | None = typer.Option(None, "--out", metavar="FILE", help="clusters as CSV (with EXTRACT)"),
    mapping: str | None = typer.Option(None, help="a mapping, for a foreign layout (with EXTRACT)"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Decide which records are one person: in the graph, or of one extract alone into a file."""
    if extract is None:
        _settle(everybody=True, as_json=as_json)
        return
    with Bars() as bars:
        bars.stage("Resolving people", None)
        clusters = resolve_extract(extract, mapping)
    if to is not None:
        clusters.to_csv(to, index=False)
        say(f"{len(clusters):,} records of {clusters['person_id'].nunique():,} people written to {to}")
    elif as_json:
        print_json(clusters.to_dict("records"))
    else:
        print(clusters.to_csv(index=False), end="")


@people.command("resolve")
def resolve_graph(
    everybody: bool = typer.Option(False, "--everybody", help="decide everybody anew, by a model trained on all"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Decide which records in the graph are one person: those that changed, or everybody."""
    _settle(everybody=everybody, as_json=as_json)


@people.command()
def train(as_json: bool = typer.Option(False, "--json", help="as JSON on stdout")) -> None:
    """Learn anew from all records how much each agreement weighs, and decide everybody by it."""
    with connect() as connection:
        records = int(reader.counts(connection)["labels"].get("Nominal", 0))
        if records < FEWEST_TO_TRAIN:
            raise ThroughlineError(
                f"{records} records of persons are too few to learn from: a model is trained from {FEWEST_TO_TRAIN}, "
                "until then the committed defaults decide"
            )
        with Bars() as bars:
            counts = refresh_people(connection, everybody=True, progress=bars)
        saved = stored.saved_model(connection)
    if saved is None:
        raise ThroughlineError("the trained model is gone again: is another load running?")
    if as_json:
        print_json({"people": counts, "model": saved.model.document()})
        return
    print_table(
        f"learnt from {saved.model.trained_on:,} records",
        ["compared", "agreement", "weight (bits)"],
        [
            (comparison, level, f"{saved.model.weight(comparison, level):+.1f}")
            for comparison, levels in saved.model.weights.items()
            for level in levels
        ],
    )
    for note in saved.model.notes:
        out.print(note)
    _say_counts(counts)


@people.command()
def conflicts(as_json: bool = typer.Option(False, "--json", help="as JSON on stdout")) -> None:
    """List what people said about records that cannot all be true."""
    with connect() as connection:
        told = ledger.judgements(connection, "person")
    found = verdict_contradictions([(j.first_id, j.second_id, j.verdict) for j in told])
    if as_json:
        print_json([{"different": c.different, "same": c.same} for c in found])
        return
    for contradiction in found:
        out.print(contradiction.words)
    if found:
        out.print("Say again which holds, with `throughline identity same | different`.")
    else:
        out.print("No verdicts contradict each other.")


def _settle(*, everybody: bool, as_json: bool) -> None:
    with Bars() as bars, connect() as connection:
        counts = refresh_people(connection, everybody=everybody, progress=bars)
    if as_json:
        print_json(counts)
    else:
        _say_counts(counts)


def _say_counts(counts: dict[str, int]) -> None:
    out.print(f"{counts['nominals']:,} records of {counts['people']:,} people; {counts['changed']:,} changed")
    if counts.get("contradicting verdicts"):
        out.print(
            f"{counts['contradicting verdicts']} contradictions among verdicts: see `throughline people conflicts`"
        )


def _judge(first: str, second: str, verdict: str, reason: str | None) -> None:
    with connect() as connection, Bars() as bars:
        ledger.record_judgement(connection, "person", first, second, verdict, by=settings().user, reason=reason)
        refresh_people(connection, progress=bars)
        one = _one_person(connection, first, second)
        told = ledger.judgements(connection, "person")
    out.print(
        f"recorded: {first} and {second} are {verdict}; the graph now holds {'one person' if one else 'two people'}"
    )
    for contradiction in verdict_contradictions([(j.first_id, j.second_id, j.verdict) for j in told]):
        if {first, second} & set(contradiction.same):
            out.print(f"that cannot all be true: {contradiction.words}. Nobody is joined on it until you settle it.")


def _one_person(connection: Connection, first: str, second: str) -> bool:
    found = stored.read_memberships(connection, {first, second})["person_id"]
    return bool(first in found.index and second in found.index and found[first] == found[second])


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
    """Show what speaks for and against two records being one person, and why the graph holds what it holds."""
    with connect() as connection:
        found = account(connection, first, second)
    if as_json:
        print_json(_as_json(found))
        return
    pair = found.pair
    print_table(
        f"{first} and {second}",
        ["what", "first", "second", "in words", "weight (bits)", "so far", "probability"],
        [
            (
                c.name,
                c.left,
                c.right,
                f"{c.words}, {c.rarity}" if c.rarity else c.words,
                f"{c.bits:+.1f}",
                f"{total:+.1f}",
                f"{chance:.4f}",
            )
            for c, total, chance in pair.waterfall()
        ],
    )
    out.print(
        f"the records alone: probability {pair.probability:.4f}, {pair.verdict} (one person from {pair.joined_from:g})"
    )
    for reason in pair.why_not:
        out.print(reason)
    if pair.not_compared:
        out.print(f"not compared, because missing: {', '.join(pair.not_compared)}")
    if pair.would_join:
        out.print(f"any of these would be enough: {'; '.join(pair.would_join)}")
    for judgement in found.judgements:
        out.print(f"{judgement.by or judgement.source}: {judgement.verdict} ({judgement.reason or 'no reason given'})")
    for contradiction in found.contradictions:
        out.print(f"verdicts that cannot all be true: {contradiction.words}")
    if found.cut is not None:
        out.print(f"kept apart: {found.cut}")
    if len(found.through) > 2:
        out.print(f"joined through {' - '.join(found.through)}")
    out.print(f"in the graph: {'one person' if found.together else 'two people'}")


def _as_json(found: Account) -> dict[str, Any]:
    return {
        "explanation": found.pair,
        "waterfall": [
            {"name": c.name, "bits": c.bits, "so_far": total, "probability": chance}
            for c, total, chance in found.pair.waterfall()
        ],
        "judgements": list(found.judgements),
        "contradictions": [{"different": c.different, "same": c.same} for c in found.contradictions],
        "through": list(found.through),
        "cut": found.cut,
        "one_person_in_the_graph": found.together,
    }
