"""throughline linkage train | score | evaluate | rank: which crimes are of one hand, straight from an extract"""

from pathlib import Path

import typer

from graph.errors import ThroughlineError
from ui import linkage_service as service
from ui.output import Bars, print_json, print_table, say

linkage = typer.Typer(
    help="Which events are of one hand: learn from solved ones and score others, straight from an extract.",
    no_args_is_help=True,
)

EXTRACT = typer.Argument(metavar="EXTRACT", help="the folder of an extract")
MAPPING = typer.Option(None, help="a mapping, for a foreign layout")
WHAT = typer.Option(None, "--what", help="crimes or deaths; otherwise crimes where there are any")
MODEL = typer.Option(None, help="a model that `linkage train` wrote; otherwise what is stated in docs/linkage.md")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(linkage, name="linkage")


@linkage.command()
def train(
    extract: Path = EXTRACT,
    to: Path = typer.Option(..., "--out", metavar="FILE", help="where to write the model (JSON)"),
    mapping: str | None = MAPPING,
    what: str | None = WHAT,
) -> None:
    """Learn from an extract's solved events what linked ones look like."""
    with Bars() as bars:
        bars.stage("Reading and checking", None)
        opened = service.open_for_linkage(extract, mapping, what)
        bars.stage("Learning", None)
        model = service.train_model(opened)
    _write(to, model.to_json())
    solved = f"{len(opened.solved.groups):,} solved {opened.what}"
    say(f"learnt from {model.pairs:,} linked pairs among {solved}; model in {to}")


@linkage.command()
def score(
    extract: Path = EXTRACT,
    model: Path | None = MODEL,
    to: Path = typer.Option(..., "--out", metavar="FILE", help="where to write the pairs (CSV)"),
    mapping: str | None = MAPPING,
    what: str | None = WHAT,
    everything: bool | None = typer.Option(
        None, "--all-pairs/--candidates", help="all pairs, or those with something in common; all up to 1,500 events"
    ),
) -> None:
    """Score pairs of an extract's events: the log Bayes factor and one column a contribution, strongest first."""
    with Bars() as bars:
        bars.stage("Reading and checking", None)
        opened = service.open_for_linkage(extract, mapping, what)
        bars.stage("Scoring", None)
        chosen = service.load_model(model, opened.what)
        scored = service.score(opened.frames, chosen, what=opened.what, everything=everything)
        frame = service.scores_frame(opened, scored)
        bars.stage("Writing", None)
        _write(to, frame.to_csv(index=False))
    say(f"{len(frame):,} pairs of {len(opened.frames):,} {opened.what} written to {to}")


@linkage.command()
def evaluate(
    extract: Path = EXTRACT,
    split: float = typer.Option(0.6, min=0.05, max=0.95, help="share of co-offending groups to learn from"),
    seed: int = typer.Option(1, help="of the lot by which groups are split"),
    repeats: int = typer.Option(1, min=1, max=1000, help="so many splits, with seeds one after the other"),
    mapping: str | None = MAPPING,
    what: str | None = WHAT,
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Try linkage on solved events that it did not learn from."""
    with Bars() as bars:
        bars.stage("Reading and checking", None)
        opened = service.open_for_linkage(extract, mapping, what)
        bars.stage(f"Trying {repeats} splits" if repeats > 1 else "Trying one split", None)
        found = service.evaluate(opened, split=split, seed=seed, repeats=repeats)
    if as_json:
        print_json(
            {
                "what": opened.what,
                "events": found.events,
                "groups": found.groups,
                "linked": found.linked,
                "split": split,
                **found.mean,
                "trials": found.trials.round(4).to_dict("records"),
                "calibration": found.calibration.round(4).astype(object).to_dict("records"),
            }
        )
        return
    of = f"{found.events:,} solved {opened.what} in {found.groups:,} groups, {found.linked:,} linked pairs"
    say(f"{of}; {repeats} splits" if repeats > 1 else of)
    print_table(
        "How well pairs were told apart",
        ["figure", "value"],
        [[name.replace("_", " "), f"{value:.3f}"] for name, value in found.mean.items()],
    )
    rows = [
        [
            f"{row.factor_from:g} to {row.factor_to:g}",
            f"{row.pairs:,}",
            f"{row.linked:,}",
            "" if not row.pairs else f"{row.share:.1%}",
            "" if not row.pairs else f"{row.measured_factor:,.1f}",
        ]
        for row in found.calibration.itertuples()
    ]
    print_table(
        "Of pairs given a factor, how many were linked",
        ["factor given", "pairs", "linked", "share", "factor measured"],
        rows,
    )


@linkage.command()
def rank(
    extract: Path = EXTRACT,
    event: str = typer.Option(..., help="the ref of a new event"),
    model: Path | None = MODEL,
    mapping: str | None = MAPPING,
    what: str | None = WHAT,
    most: int = typer.Option(20, "--limit", min=1, help="so many series"),
    as_json: bool = typer.Option(False, "--json", help="as JSON on stdout"),
) -> None:
    """Rank the known series of an extract for a new event, the one that fits best first."""
    with Bars() as bars:
        bars.stage("Reading and checking", None)
        opened = service.open_for_linkage(extract, mapping, what)
        bars.stage("Scoring", None)
        found = service.rank_series(opened, event, service.load_model(model, opened.what))
    if as_json:
        print_json(found[:most])
    elif not found:
        say("no series is known: no event of the extract has a suspect")
    else:
        rows = [
            [str(row["rank"]), f"{row['score']:.2f}", ", ".join(row["series"][:6]), row["closest"], _because(row)]
            for row in found[:most]
        ]
        print_table("Known series", ["rank", "score", "series", "closest", "because"], rows)


def _because(row: dict[str, object]) -> str:
    parts = row["because"]
    assert isinstance(parts, dict)
    return ", ".join(f"{name} {value:+.1f}" for name, value in parts.items())


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ThroughlineError(f"{path} cannot be written: {error.strerror}") from error
