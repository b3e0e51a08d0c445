"""What a finding hangs on, in words: the fewest ties, the matches of identity, and both ways of those in doubt."""

from dataclasses import dataclass

import pandas as pd

from algorithms.robustness import CERTAIN, Robustness, Tie, Trial, parts, robustness
from graph.connection import Connection
from graph.reader import cypher
from queries.findings import get_finding
from ui.words import in_words


@dataclass(frozen=True)
class RobustnessView:
    """says: sentences, the most important first; rests_on: record, person, probability; detail: the figures behind."""

    finding: str
    explanation: str
    says: tuple[str, ...]
    rests_on: tuple[tuple[str, str, float], ...]
    detail: Robustness


def finding_robustness(connection: Connection, id_: str) -> RobustnessView:
    """Return what a finding hangs on. Raises ThroughlineError for an unknown id."""
    finding = get_finding(connection, id_)
    found = connection.read(cypher("finding_ties"), id=id_)[0]
    ties = pd.DataFrame(
        [
            (tie["start"], tie["end"], tie["kind"], record)
            for tie in found["ties"]
            for record in tie["nominals"] or [tie["key"]]
        ],
        columns=["start", "end", "kind", "record"],
    )
    about = sorted({node["node"] for node in found["named"] if node["is_about"]})
    # Of one person or order alone nothing can come apart: then it is about keeping all that it rests on.
    several = len(about) >= 2
    named = about if several else sorted({node["node"] for node in found["named"]})
    matches = pd.DataFrame(found["matches"], columns=["nominal", "person", "probability"])
    possible = pd.DataFrame(found["possible"], columns=["one", "other", "probability"])
    result = robustness(ties, named, matches, possible)
    return RobustnessView(id_, finding.explanation, tuple(_says(result, ties, named, several)), result.rests_on, result)


def _says(result: Robustness, ties: pd.DataFrame, named: list[str], several: bool) -> list[str]:
    says = []
    what = "It falls apart" if several else "It loses the first of what it rests on"
    if not result.connected:
        groups = [", ".join(sorted(group)) for group in parts(ties, named)]
        says.append(
            f"Not everything that it {'is about' if several else 'names'} is tied together by a record: "
            + " | ".join(groups)
            + ". The rule puts these together by what they have in common, such as time, place or kind."
        )
    elif result.single:
        says.append(f"{what} with one tie; each of these alone would do: {_ties(result.single)}.")
    elif result.fewest:
        says.append(f"{what} when {len(result.fewest)} ties are lost together: {_ties(result.fewest)}.")
    if not result.rests_on:
        says.append("It rests on no match of identity: each person's part comes from one record.")
    doubtful = [match for match in result.rests_on if match[2] < CERTAIN]
    if result.rests_on and not doubtful:
        says.append("It rests on matches of identity, none of them in doubt.")
    says += [_trial(trial, what.removeprefix("It ")) for trial in result.trials]
    says.append("This looks at ties alone; the rule's own conditions may let it fall sooner.")
    return says


def _ties(ties: tuple[Tie, ...]) -> str:
    return "; ".join(f"{tie.start} - {in_words(tie.kind)} - {tie.end} (by {tie.record})" for tie in ties)


def _trial(trial: Trial, what: str) -> str:
    records = " and ".join(trial.records)
    if trial.taken == "together":
        asked = f"If {records} are one person (probability {trial.probability:.2f})"
    elif len(trial.records) > 1:
        asked = f"If none of {', '.join(trial.records)} is of the person they were matched with"
    else:
        asked = f"If {records} is somebody else's record (the match has probability {trial.probability:.2f})"
    if not trial.holds:
        return f"{asked}, it {what}."
    ties = f"{trial.fewest} tie{'' if trial.fewest == 1 else 's'}"
    return f"{asked}, it still hangs together, by {ties} at the least."
