"""What is believed about linked events: the numerators of every Bayes factor, stated or learnt."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

FORMAT = 1
# Bins, not curves: each has a plain sentence ("between 250 and 500 m apart"), and learning them is counting.
KM_EDGES = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
DAY_EDGES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)
YEAR_EDGES = (2.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True)
class Scale:
    """A quantity cut into bins. edges: ascending, k of them; linked: P(bin | linked) of the k + 1 bins."""

    edges: tuple[float, ...]
    linked: tuple[float, ...]


@dataclass(frozen=True)
class LinkageModel:
    """What linked events look like; what unlinked ones look like is measured where the model is used.

    scales: distance_km, days_apart, age_apart -> bins. lags: hour, weekday -> P(lag | linked), lags 0, 1, 2 ... on
    the circle. constancy: group of tokens -> the chance that a token of one event is in a linked one because they are
    linked, beyond how common it is; `*` is every other group. ties: class of a shared thing -> P(shared | linked).
    crowding: whether a spot where many events lie counts for less. Right for deaths, where a care home is crowded for
    its own reasons; wrong for crimes, where one person's series makes the crowd.
    expected: P(recorded as an expected death | linked); 0 where it is not asked. weights: contribution -> by how much
    it is taken down (or up) because it tells in part what others tell; 1 where nothing is learnt. company: whether a
    third event that is close to both counts. pairs: linked pairs it was learnt from, 0 when all is stated.
    """

    name: str
    scales: dict[str, Scale]
    lags: dict[str, tuple[float, ...]]
    constancy: dict[str, float]
    ties: dict[str, float] = field(default_factory=dict)
    crowding: bool = False
    expected: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)
    company: bool = False
    pairs: int = 0

    def to_json(self) -> str:
        """Return the model as it is kept in a file."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True) + "\n"


def read_model(path: Path) -> LinkageModel:
    """Return a kept model. Raises ValueError where the file is no model of this format."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept.pop("format") != FORMAT:
            raise ValueError("another format")
        scales = {
            name: Scale(tuple(map(float, scale["edges"])), tuple(map(float, scale["linked"])))
            for name, scale in kept.pop("scales").items()
        }
        lags = {name: tuple(map(float, values)) for name, values in kept.pop("lags").items()}
        model = LinkageModel(scales=scales, lags=lags, **kept)
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"{path} is no linkage model of format {FORMAT} ({error})") from error
    for name, scale in model.scales.items():
        if len(scale.linked) != len(scale.edges) + 1 or any(share < 0 for share in scale.linked):
            raise ValueError(f"{path}: {name} needs one share a bin, one more than edges, none below 0")
    return model


_LAGS = {
    # Hours: what is done at one time of day is done again at that time, loosely.
    "hour": (0.14, 0.22, 0.16, 0.11, 0.08, 0.06, 0.055, 0.045, 0.04, 0.03, 0.03, 0.02, 0.01),
    "weekday": (0.22, 0.30, 0.26, 0.22),
}
# Solved acquisitive crime (Bennell and Jones 2005; Woodhams and others 2019): most linked pairs lie within a few km
# and a few weeks, with a long tail.
_CRIMES = LinkageModel(
    name="crimes, stated",
    company=True,
    scales={
        "distance_km": Scale(KM_EDGES, (0.06, 0.04, 0.08, 0.10, 0.14, 0.17, 0.16, 0.12, 0.07, 0.04, 0.02)),
        "days_apart": Scale(DAY_EDGES, (0.12, 0.06, 0.08, 0.10, 0.12, 0.14, 0.14, 0.12, 0.07, 0.04, 0.01)),
        "age_apart": Scale(YEAR_EDGES, (0.14, 0.18, 0.22, 0.26, 0.20)),
    },
    lags=_LAGS,
    constancy={"*": 0.3, "sex": 0.3, "place_type": 0.25, "offence": 0.35},
    ties={
        "person": 0.1,
        "care": 0.02,
        "family": 0.02,
        "address": 0.05,
        "object": 0.05,
        "mention": 0.02,
        "relation": 0.05,
    },
)
# Deaths: domain.md 1. The archetype's deaths lie within 500 m over 452 days with gaps of up to 359, one posture, one
# drug, one sort of victim; care-setting series stay in few places. No solved series are at hand: these are stated.
_DEATHS = LinkageModel(
    name="deaths, stated",
    crowding=True,
    expected=0.25,
    scales={
        "distance_km": Scale(KM_EDGES, (0.12, 0.06, 0.12, 0.14, 0.13, 0.12, 0.10, 0.08, 0.06, 0.04, 0.03)),
        "days_apart": Scale(DAY_EDGES, (0.02, 0.02, 0.03, 0.05, 0.09, 0.14, 0.17, 0.19, 0.16, 0.11, 0.02)),
        "age_apart": Scale(YEAR_EDGES, (0.24, 0.24, 0.24, 0.18, 0.10)),
    },
    lags=_LAGS,
    constancy={
        "*": 0.3,
        "sex": 0.6,
        "place_type": 0.4,
        "means": 0.6,
        "substance": 0.5,
        "position": 0.3,
        "item_missing": 0.3,
        "flag": 0.2,
        "method": 0.3,
    },
    ties={
        "person": 0.35,
        "care": 0.1,
        "family": 0.03,
        "address": 0.15,
        "object": 0.15,
        "mention": 0.2,
        "relation": 0.1,
    },
)


def default_model(what: str) -> LinkageModel:
    """Return the stated model for `crimes` or `deaths`."""
    return {"crimes": _CRIMES, "deaths": _DEATHS}[what]
