"""What joining events reads: records with their clocks, people and places, as columns of numbers.

All of the graph is read, or only the surroundings of some records: whatever their scores depend on, and no more, so
that both ways give the same scores.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph import ledger
from graph.connection import Connection
from graph.reader import cypher, known_ids
from loaders.same_event.spots import NEAR_M, Places, find_places

# How many days to either side are looked at to learn how often a person or a spot is in a record. Long enough to see
# that a couple calls every week, short enough that last year does not count.
WINDOW_DAYS = 45
# An interval wider than this says nothing about when; such a record is joined by exact references or people only.
WIDEST_DAYS = 31

PAGE_ROWS = 10_000

_CLOCKS = ("start_low", "start_high", "end_low", "end_high", "reported_low", "reported_high")
_TEXTS = ("id", "source", "ref", "kind", "offence", "offence_code", "patient_sex", "age_band", "location")
_CORONER = ("coroner_area", "coroner_ref")
COLUMNS = {
    "event_records": [*_TEXTS, *_CLOCKS, *_CORONER, "day", "span_days", "near_miss", "event_id"],
    "event_people": ["event", "person", "role", "probability", "sex", "born_from", "born_to"],
    "event_places": [
        "id",
        "uprn",
        "address",
        "town",
        "postcode",
        "latitude",
        "longitude",
        "precision",
        "place_type",
    ],
    "event_links": ["a", "b"],
    "event_exact": ["a", "b", "basis"],
}


@dataclass(frozen=True)
class Records:
    """The records that were read.

    events: one row a record, sorted by id; low, high: the clock's interval (minutes since 1970), reported_low,
    reported_high the report's, precise: both ends known to the minute; spot, hub, vague, x, y, z: of its place.
    people: one row a record and person in a role: event (row of events), person (text), role, probability, sex (text),
    born_from, born_to (372 a year, so that they sort).
    """

    events: pd.DataFrame
    people: pd.DataFrame

    @property
    def ids(self) -> npt.NDArray[np.object_]:
        """Return the ids, in the order of rows."""
        return self.events["id"].to_numpy(dtype=object)


def read_records(connection: Connection, ids: Sequence[str] | None = None) -> Records:
    """Return all records, or these, with their people and places."""
    events = run(connection, "event_records", ids)
    people = run(connection, "event_people", ids)
    if ids is None:
        places = find_places(run(connection, "event_places", None, "l:Location"))
    else:
        places = _closed(connection, events["location"].dropna().unique().tolist())
    return arrange(events, people, places)


def surroundings(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Return these records and all that share a person or spot with them near in time, or are linked to them."""
    wanted = sorted(set(ids))
    located = connection.read(
        "UNWIND $ids AS id MATCH (i:Incident {id: id})-[:OCCURRED_AT|ARREST_MADE_AT]->(l) RETURN DISTINCT l.id AS id",
        ids=wanted,
    )
    here = [row["id"] for row in located]
    places = _closed(connection, here)
    near = places.near(here)
    spots = {place: mates for place, mates in places.mates(here).items() if place not in places.hubs}
    found = set(wanted)
    for start in range(0, len(wanted), 1_000):
        rows = connection.read(
            cypher("event_neighbours"),
            ids=wanted[start : start + 1_000],
            spots=spots,
            near=near,
            slack_days=WINDOW_DAYS,
        )
        found |= {row["id"] for row in rows}
    return judged_with(connection, found)


def judged_with(connection: Connection, ids: set[str]) -> set[str]:
    """Return these records and those that people compared with them."""
    told = [(j.first_id, j.second_id) for j in ledger.judgements(connection, "event")]
    named = sorted({record for pair in told if ids & set(pair) for record in pair})
    return ids | known_ids(connection, "incident", named) | known_ids(connection, "death", named)


def arrange(events: pd.DataFrame, people: pd.DataFrame, places: Places) -> Records:
    """Return the records with clocks in minutes and places looked up. events, people: columns as read."""
    events = events.sort_values("id", ignore_index=True)
    events = events.assign(**{name: _numbers(events[name]) for name in (*_CLOCKS, "day", "span_days")})
    stated = events["start_low"].notna() | events["end_high"].notna()
    start_low = events["start_low"].fillna(events["end_low"])
    start_high = events["start_high"].fillna(start_low)
    end_high = events["end_high"].fillna(start_high)
    end_low = events["end_low"].fillna(end_high)
    # What was found "on the 4th" and reported at 23:33 was found before that.
    told = events["reported_high"]
    cut = (events["kind"] == "death") & stated & (told >= start_low) & (told < end_high) & (end_low != end_high)
    end_high, end_low = end_high.mask(cut, told), end_low.mask(cut, start_low)
    events["low"] = start_low.where(stated, events["reported_low"]) // 60
    events["high"] = end_high.where(stated, events["reported_high"]) // 60
    precise = (start_high - start_low <= 60) & (end_high - end_low <= 60)
    told_exactly = events["reported_high"] - events["reported_low"] <= 60
    events["precise"] = np.where(stated, precise, told_exactly) & events["low"].notna()
    events["stated"] = stated
    events["reported_low"] //= 60
    events["reported_high"] //= 60
    # A record without any time is compared with nothing.
    events["day"] = events["day"].fillna(-1e9)
    events["span_days"] = events["span_days"].fillna(0)
    for name in _TEXTS:
        events[name] = events[name].astype(object).where(events[name].notna(), None)
    events = places.put_on(events)
    row = pd.Series(np.arange(len(events)), index=events["id"])
    people = people.assign(event=row.reindex(people["event"]).to_numpy())
    people = people[people["event"].notna()].astype({"event": np.int64, "probability": float})
    people = people.assign(**{name: _numbers(people[name]) for name in ("born_from", "born_to")})
    return Records(events, people.sort_values(["event", "person", "role"], ignore_index=True))


def _numbers(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values).astype(float)


def run(
    connection: Connection, query: str, ids: Sequence[str] | None, node: str = "i:Incident", **parameters: Any
) -> pd.DataFrame:
    """Return what graph/cypher/<query>.cypher returns for every node, or for these; COLUMNS names its columns.

    A page comes as one list: a message a row costs more than what is in it.
    """
    name, label = node.split(":")
    columns = COLUMNS[query]
    inner = f"CALL ({name}) {{\nWITH {name}\n{cypher(query)}\n}}\nRETURN collect([{', '.join(columns)}]) AS page"
    found: list[list[Any]] = []
    if ids is None:
        page = f"MATCH ({name}:{label}) WHERE {name}.id > $after WITH {name} ORDER BY {name}.id LIMIT {PAGE_ROWS}\n"
        last = f"{page}RETURN max({name}.id) AS id"
        after: str | None = ""
        while after is not None:
            found += _page(connection, page + inner, after=after, **parameters)
            after = connection.read(last, after=after)[0]["id"]
    else:
        picked = f"UNWIND $ids AS wanted MATCH ({name}:{label} {{id: wanted}})\n"
        for start in range(0, len(ids), PAGE_ROWS):
            batch = list(ids[start : start + PAGE_ROWS])
            found += _page(connection, picked + inner, ids=batch, **parameters)
    return pd.DataFrame(found, columns=columns, dtype=object)


def _page(connection: Connection, query: str, **parameters: Any) -> list[list[Any]]:
    # Not as mappings: making them plain takes as long as the reading.
    with connection.read_session() as session:
        page: list[list[Any]] = session.run(cast("Any", query), parameters).single(strict=True)[0]
        return page


def _place_ring(connection: Connection, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(ids), PAGE_ROWS):
        rows = connection.read(
            cypher("event_place_neighbours"), ids=list(ids[start : start + PAGE_ROWS]), within_m=NEAR_M
        )
        found |= {row["id"] for row in rows}
    return found | set(ids)


def _closed(connection: Connection, ids: Sequence[str]) -> Places:
    """Return these places with all that are the same spot, or near.

    A spot holds together by several keys: what has the same address as what has the same UPRN is the same spot.
    """
    known, asked, ring = set(ids), set[str](), set[str]()
    while True:
        ring |= known | _place_ring(connection, sorted(known - asked))
        asked |= known
        places = find_places(run(connection, "event_places", sorted(ring), "l:Location"))
        wider = known | {place for mates in places.mates(ids).values() for place in mates}
        if wider == known:
            return places
        known = wider
