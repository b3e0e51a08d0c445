"""The parameters of person resolution: committed defaults, saved and loaded as JSON.

For each level of each comparison (loaders/people/comparisons.py): m, the share of true pairs found at it, and u, the
share of pairs of two different people. log2(m / u) is the level's weight. The prior comes from `pairs_per_nominal`:
how many true pairs there are for each nominal.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from graph.errors import ThroughlineError
from loaders.people.comparisons import COMPARISONS, TF_COLUMNS

DEFAULT_MODEL = Path(__file__).with_name("resolution_model.json")
FORMAT = 1

# Without training, two nominals are thought of as drawn from at least this many people, however few records there are:
# a handful of records of one name is no reason to believe that the town has one such person. Above it, from as many
# people as records.
FEWEST_PEOPLE = 10_000

Weights = Mapping[str, Mapping[str, tuple[float, float]]]


@dataclass(frozen=True)
class TermFrequency:
    """How common a value of a column is before any is seen (typical, a share), how many records that opinion is worth,
    and its floor.
    """

    typical: float
    worth: float
    floor: float


@dataclass(frozen=True)
class Model:
    """Parameters of resolution. trained_on: nominals it was learnt from (0 = committed defaults); notes: what training
    could not learn.
    """

    weights: Weights
    term_frequencies: Mapping[str, TermFrequency]
    trained_on: int = 0
    pairs_per_nominal: float | None = None
    # False: where all else agrees, this column contradicts itself so often that errors, and not twins or namesakes,
    # must be the reason.
    given_names_reliable: bool = True
    births_reliable: bool = True
    notes: tuple[str, ...] = ()

    def prior(self, nominals: int) -> float:
        """Return the probability that two of so many nominals, drawn at random, are one person."""
        if self.pairs_per_nominal is None:
            return 1.0 / max(nominals, FEWEST_PEOPLE)
        return min(2.0 * self.pairs_per_nominal / max(nominals - 1, 1), 0.5)

    def weight(self, comparison: str, level: str) -> float:
        """Return log2(m / u) of a level, in bits. Raises KeyError on an unknown comparison or level."""
        m, u = self.weights[comparison][level]
        return math.log2(m / u)

    def document(self) -> dict[str, Any]:
        """Return the model as plain values."""
        return {
            "format": FORMAT,
            "trained_on": self.trained_on,
            "pairs_per_nominal": self.pairs_per_nominal,
            "given_names_reliable": self.given_names_reliable,
            "births_reliable": self.births_reliable,
            "notes": list(self.notes),
            "term_frequencies": {column: asdict(tf) for column, tf in self.term_frequencies.items()},
            "weights": {
                c: {level: {"m": m, "u": u} for level, (m, u) in levels.items()} for c, levels in self.weights.items()
            },
        }

    def save(self, path: Path) -> None:
        """Write the model as JSON."""
        path.write_text(json.dumps(self.document(), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, document: Any) -> "Model":
        """Return the model that `document` wrote. Raises KeyError, TypeError or ValueError when it is none, or of
        another version.
        """
        return _read(document)

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Return the model saved at path. Raises ThroughlineError when it is no such file or lacks a parameter."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ThroughlineError(
                f"{path}: there is no resolution model here. Train one, or leave it out to use the defaults."
            ) from error
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ThroughlineError(f"{path}: not a resolution model (not JSON: {error}). Train it again.") from error
        try:
            return _read(document)
        except (KeyError, TypeError, ValueError) as error:
            raise ThroughlineError(
                f"{path}: the resolution model is incomplete or of another version ({error!r}). Train it again."
            ) from error


def _read(document: Any) -> Model:
    if document["format"] != FORMAT:
        raise ValueError(f"format {document['format']}, expected {FORMAT}")
    weights = {
        c.name: {level.name: _share_pair(document["weights"][c.name][level.name]) for level in c.levels}
        for c in COMPARISONS
    }  # fmt: skip
    frequencies = {
        column: TermFrequency(**{k: float(v) for k, v in document["term_frequencies"][column].items()})
        for column in TF_COLUMNS
    }  # fmt: skip
    ratio = document["pairs_per_nominal"]
    return Model(
        weights=weights,
        term_frequencies=frequencies,
        trained_on=int(document["trained_on"]),
        pairs_per_nominal=None if ratio is None else float(ratio),
        given_names_reliable=bool(document["given_names_reliable"]),
        births_reliable=bool(document["births_reliable"]),
        notes=tuple(document.get("notes", ())),
    )


def _share_pair(entry: Mapping[str, Any]) -> tuple[float, float]:
    m, u = float(entry["m"]), float(entry["u"])
    if not (0 < m <= 1 and 0 < u <= 1):
        raise ValueError(f"m and u must lie between 0 and 1, got {m} and {u}")
    return m, u


@lru_cache(maxsize=1)
def default_model() -> Model:
    """Return the committed defaults."""
    return Model.load(DEFAULT_MODEL)
