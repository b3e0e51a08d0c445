"""Records for tests, as short as a test can say them, without a graph or with one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from graph.connection import Connection
from loaders.same_event.candidates import Pairs, find_candidates
from loaders.same_event.records import Records, arrange
from loaders.same_event.scoring import FORBIDDEN, TITLES, score
from loaders.same_event.spots import find_places

# A Friday; 21:07 is no round time.
START = datetime(2026, 3, 6, 21, 7, tzinfo=UTC)

PLACES: list[dict[str, Any]] = [
    {"id": "A", "address": "4 Teasel Close", "town": "Marrowby", "latitude": 54.1, "longitude": -1.2},
    {"id": "B", "address": "4 Teasel Close", "town": "Marrowby", "latitude": 54.1, "longitude": -1.2},
    {"id": "C", "address": "9 Cutler Row", "town": "Marrowby", "latitude": 54.2, "longitude": -1.2},
    {"id": "H", "address": "Marrowby General", "town": "Marrowby", "latitude": 54.3, "longitude": -1.2}
    | {"place_type": "hospital"},
    {"id": "V", "latitude": 54.1, "longitude": -1.2, "precision": "displaced"},
]
PEOPLE = {
    "delphine": ("F", 1994),
    "orrin": ("M", 1990),
    "casimir": ("M", 1951),
    "ludo": ("M", 1992),
    "nobody": (None, None),
}
ROLES = {"s": "SUSPECT_IN", "v": "VICTIM_IN", "d": "DECEASED_IN", "r": "REPORTED"}


def told(id_: str, minutes: float | None = 0.0, who: str = "", at: str | None = "A", **more: Any) -> dict[str, Any]:
    """Return a record. minutes after START; who: as 'delphine v, orrin s'; at: a place; wide: its width in minutes."""
    wide = more.pop("wide", 0.0)
    doubt = more.pop("identity", 1.0)
    row: dict[str, Any] = {
        "id": id_,
        "source": id_.partition(":")[0],
        "ref": id_.partition(":")[2],
        "kind": "crime",
        "near_miss": False,
        "location": at,
        "people": [(*name.split(), doubt) for name in who.split(", ") if name],
        "summary": more.pop("summary", None),
    }
    if minutes is not None:
        low, high = START + timedelta(minutes=minutes), START + timedelta(minutes=minutes + wide)
        row |= {"start_low": low.timestamp(), "end_high": high.timestamp(), "day": low.toordinal() - 719163}
        row |= {"start_high": row["end_high"], "end_low": row["start_low"], "span_days": int(wide // 1440)}
    return row | more


def records(*rows: Mapping[str, Any], places: Sequence[Mapping[str, Any]] = PLACES) -> Records:
    """Return records as they would be read."""
    columns = (
        "id source ref kind near_miss event_id start_low start_high end_low end_high reported_low reported_high day "
        "span_days offence_code offence patient_sex age_band coroner_area coroner_ref location"
    )
    events = pd.DataFrame(rows, columns=columns.split(" "), dtype=object)
    involved = []
    for row in rows:
        for name, role, doubt in row["people"]:
            sex, born = PEOPLE.get(name, (None, None))
            year = None if born is None else born * 372 + 100
            involved.append((row["id"], name, ROLES[role], doubt, sex, year, year))
    names = "event person role probability sex born_from born_to"
    people = pd.DataFrame(involved, columns=names.split(" "), dtype=object)
    kept = "id uprn address town postcode latitude longitude precision place_type"
    return arrange(events, people, find_places(pd.DataFrame(places, columns=kept.split(" "), dtype=object)))


_RECORD = ("id", "source", "ref", "kind", "near_miss", "offence", "offence_code", "patient_sex", "summary")
_CORONER = ("coroner_area", "coroner_ref", "same_as")


class Pair:
    """Two records scored: bits by contribution, words, the probability, and what forbids it."""

    def __init__(self, *rows: Mapping[str, Any], linked: bool = False, **more: Any) -> None:
        told_all = records(*rows, **more)
        first, second = sorted(row["id"] for row in rows[:2])
        found = find_candidates(told_all)
        ids = told_all.ids
        at = [n for n, (a, b) in enumerate(zip(found.a, found.b, strict=True)) if (ids[a], ids[b]) == (first, second)]
        self.compared = bool(at)
        if not at:
            return
        pairs = Pairs(*(column[at] for column in (found.a, found.b, found.person, found.spot)))
        texts = {row["id"]: row["summary"] for row in rows if row["summary"]}
        scored = score(told_all, pairs, {(first, second)} if linked else set(), lambda _: texts)
        self.bits = {name: float(scored.bits[name][0]) for name in TITLES}
        self.words = {name: str(scored.words[name][0]) for name in TITLES}
        self.probability = float(scored.probability[0])
        self.likely = float(scored.likely[0])
        self.forbidden = ["", *FORBIDDEN][int(scored.forbidden[0])]
        self.capped = bool(scored.capped[0])
        assert np.isclose(float(scored.total[0]), sum(self.bits.values()))


def write(graph: Connection, *rows: Mapping[str, Any], touched: bool = True) -> None:
    """Write records straight into a graph, as a load leaves them."""
    graph.write(
        "UNWIND $rows AS row MERGE (l:Location {id: row.id}) SET l += row, "
        "l.point = point({latitude: row.latitude, longitude: row.longitude})",
        rows=[dict(place) for place in PLACES],
    )
    for row in rows:
        kept = {name: row[name] for name in row if name in (*_RECORD, *_CORONER) and row[name] is not None}
        clock = "found_at" if row["kind"] == "death" else "occurred_from"
        ends = {clock: row.get("start_low"), f"{clock}_latest": row.get("end_high")}
        clocks = {name: datetime.fromtimestamp(value, UTC) for name, value in ends.items() if value is not None}
        if row.get("start_low") == row.get("end_high"):
            clocks.pop(f"{clock}_latest", None)
        if row.get("age_band"):
            kept["patient_age_band"] = row["age_band"]
        label = ":Death" if row["kind"] == "death" else ""
        graph.write(
            f"MERGE (i:Incident {{id: $id}}) SET i = $kept, i += $clocks, i{label or ':Incident'}, i.event_id = $id, "
            "i.occurred_day = $day, i.occurred_span_days = $span, i.touched = $touched "
            "WITH i MATCH (l:Location {id: $at}) MERGE (i)-[:OCCURRED_AT]->(l)",
            id=row["id"],
            kept=kept,
            clocks=clocks,
            day=row.get("day"),
            span=row.get("span_days", 0),
            touched=True if touched else None,
            at=row["location"] or "",
        )
        for name, role, doubt in row["people"]:
            sex, born = PEOPLE.get(name, (None, None))
            graph.write(
                "MERGE (p:Person {id: 'person:' + $name}) SET p.sex = $sex, p.born_from = date($born), "
                "p.born_to = date($born) WITH p MATCH (i:Incident {id: $id}) "
                f"MERGE (p)-[r:{ROLES[role]}]->(i) SET r.nominal_ids = [$name], r.probability = $doubt",
                name=name,
                sex=sex,
                born=None if born is None else f"{born}-03-14",
                id=row["id"],
                doubt=doubt,
            )
