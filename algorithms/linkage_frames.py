"""What linkage compares: events with their times, places and people, as frames that a graph or an extract can give."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

EVENT_COLUMNS = {
    "event": "str",
    "low_day": "float64",
    "high_day": "float64",
    "latitude": "float64",
    "longitude": "float64",
    "place": "str",
    "place_type": "str",
    "area": "str",
    "sex": "str",
    "age": "float64",
    "category": "str",
}
TOKEN_COLUMNS = ("event", "group", "token")
TIE_COLUMNS = ("event", "entity", "kind", "how", "via")
PAIR_COLUMNS = ("a", "b")
EARTH_KM = 6371.0
# A house where strangers live, are treated or held: two people who "live" there are no household, and it is a hub.
INSTITUTIONS = ("care_home", "hospital", "hostel", "prison", "custody", "police_station", "health_centre", "refuge")


@dataclass(frozen=True)
class LinkageFrames:
    """Events and all that can be compared about them; one event recorded twice is one row.

    events: columns of EVENT_COLUMNS; event (unique), low_day and high_day (local days since 1970-01-01 with their
    fraction; both missing where nobody knows), latitude and longitude (degrees; missing where the place is known too
    vaguely to link by), place (id), place_type, area, sex and age (years) of the victim, category of a death.
    tokens: event, group (method, offence, means, substance, position ...), token; sets, repeats count once.
    ties: event, entity, kind (person, place, object, event, relation), how (a role, home, scene, uses, mention ...),
    via (the person of the event through whom it is tied; empty for none).
    kin: pairs of events whose dead were of one family or household. set_apart: pairs that somebody judged not linked.
    Order of rows never matters.
    """

    events: pd.DataFrame
    tokens: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(TOKEN_COLUMNS)))
    ties: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(TIE_COLUMNS)))
    kin: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PAIR_COLUMNS)))
    set_apart: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PAIR_COLUMNS)))

    def __post_init__(self) -> None:
        for name, columns in (
            ("events", ("event", "low_day", "high_day")),
            ("tokens", TOKEN_COLUMNS),
            ("ties", TIE_COLUMNS),
            ("kin", PAIR_COLUMNS),
            ("set_apart", PAIR_COLUMNS),
        ):
            missing = set(columns) - set(getattr(self, name).columns)
            if missing:
                raise ValueError(f"{name} lacks the columns {', '.join(sorted(missing))}")
        if self.events["event"].duplicated().any():
            raise ValueError("an event stands twice in events")

    def __len__(self) -> int:
        return len(self.events)

    @cached_property
    def ids(self) -> npt.NDArray[np.object_]:
        """The events' ids, sorted; every position elsewhere counts along these."""
        return np.array(sorted(self.events["event"]), dtype=object)

    @cached_property
    def ordered(self) -> pd.DataFrame:
        """The events in the order of `ids`, with every column of EVENT_COLUMNS."""
        frame = self.events.set_index("event").reindex(pd.Index(self.ids, name="event")).reset_index()
        for name, kind in EVENT_COLUMNS.items():
            if name not in frame:
                frame[name] = np.nan if kind == "float64" else None
            elif kind == "float64":
                frame[name] = pd.to_numeric(frame[name], errors="coerce").astype("float64")
        return frame

    def positions(self, events: pd.Series) -> Ints:
        """Return where in `ids` these events stand, -1 for those that are not there."""
        return np.asarray(pd.Index(self.ids).get_indexer(pd.Index(events.astype(object))), dtype=np.int64)

    def only(self, events: set[str]) -> LinkageFrames:
        """Return the same about these events alone."""
        both = {
            name: frame[frame["a"].isin(events) & frame["b"].isin(events)]
            for name, frame in (("kin", self.kin), ("set_apart", self.set_apart))
        }
        return replace(
            self,
            events=self.events[self.events["event"].isin(events)],
            tokens=self.tokens[self.tokens["event"].isin(events)],
            ties=self.ties[self.ties["event"].isin(events)],
            **both,
        )

    @cached_property
    def spot(self) -> Floats:
        """Where each event was, km from the centre of the earth along three axes; missing where it is not known."""
        latitude = np.radians(self.ordered["latitude"].to_numpy())
        longitude = np.radians(self.ordered["longitude"].to_numpy())
        return EARTH_KM * np.stack(
            [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)], axis=1
        )

    @cached_property
    def days(self) -> tuple[Floats, Floats]:
        """Earliest and latest day of each event; where only one is known it stands for both."""
        low, high = self.ordered["low_day"].to_numpy(), self.ordered["high_day"].to_numpy()
        low, high = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
        return np.minimum(low, high), np.maximum(low, high)


def pair_key(a: Ints, b: Ints, count: int) -> Ints:
    """Return one number a pair of positions, whichever comes first."""
    return np.minimum(a, b) * np.int64(count) + np.maximum(a, b)


def all_pairs(count: int) -> tuple[Ints, Ints]:
    """Return every pair of positions, a < b."""
    a, b = np.triu_indices(count, 1)
    return a.astype(np.int64), b.astype(np.int64)
