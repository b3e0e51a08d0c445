"""Graph -> frames for monitoring places and reporting on deaths: one row a death, however many sources recorded it.

No name, date of birth, address or person id leaves this module: an age in years and a sex do. (graph/linkage_reader.py
reads pairs of events with the people they share; this one is about counts.)
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from graph.connection import Connection, Row
from graph.frames import native
from graph.reader import cypher

WATCHED_TYPES = ("care_home", "hostel", "refuge", "health_centre", "hospital", "prison", "custody", "hotel")
DECIDED = ("expected", "unexpected_not_suspicious")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Whose word on a thing counts first where two sources recorded one death.
FIRST_WORD = {"police": 0, "coroner": 1, "hospital": 2, "ambulance": 3}
CORONERS_OWN = ("coroner_area", "coroner_status", "conclusion", "toxicology", "found")

RECORD_COLUMNS = (
    "record_id", "death_id", "event_id", "source", "day", "lateness_days", "category", "age", "place_id", "toxicology",
    "near_miss",
)  # fmt: skip
DEATH_COLUMNS = (
    "death_id", "event_id", "sources", "records", "day", "span_days", "hour", "lateness_days", "near_miss", "category",
    "manner", "place_id", "place_type", "latitude", "longitude", "precision", "sex", "age", "means", "substances_found",
    "substances_suspected", "toxicology", "decided_before_toxicology", "coroner_area", "coroner_status", "conclusion",
    "checks_done", "checks_recorded", "supervisor_attended", "next_of_kin_informed", "items_missing",
    "primacy_declined", "family_concern", "closed", "force", "area",
)  # fmt: skip
SOURCE_COLUMNS = (
    "source", "title", "agency", "agency_kind", "identifiable", "extracted_at", "covers_from", "covers_to", "deaths",
)  # fmt: skip
NEAR_MISS_COLUMNS = (
    "event_id", "day", "span_days", "place_id", "place_type", "latitude", "longitude", "precision", "records",
)  # fmt: skip
_FILLED = (
    "day", "span_days", "hour", "category", "manner", "place_id", "place_type", "latitude", "longitude", "precision",
    "sex", "age", "means", "toxicology", "coroner_area", "coroner_status", "conclusion", "supervisor_attended",
    "next_of_kin_informed", "force", "area",
)  # fmt: skip
_KINDS: dict[str, Any] = {
    "day": "Int64", "span_days": "Int64", "hour": "Int64", "age": "Float64", "lateness_days": "Float64",
    "latitude": "Float64", "longitude": "Float64", "near_miss": "bool",
}  # fmt: skip
_TOXICOLOGY = {"not_requested": 0, "requested": 1, "returned": 2}


def death_frames(connection: Connection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return deaths and near misses, one row each, and the records they rest on, one row each.

    Deaths: DEATH_COLUMNS. death_id is the event and a number in it, since one event may have several deaths; two
    sources' records of one death are one row, the police's word first, then the coroner's (in the coroner's own matters
    the coroner's first). day: days since 1970-01-01 or NA; hour: local, where the death or the finding is known to the
    minute; lateness_days: from the day to the first record (days, never below 0); lists are sorted; place_id: see
    `places`. checks_recorded: any source says which checks were done, so that a missing one is known to be missing.
    decided_before_toxicology: some version of a record called it expected or not suspicious while toxicology was asked
    for and not back.
    Records: RECORD_COLUMNS. Both sorted by id.
    """
    zones = _zones(connection)
    early = _decided_early(connection)
    raw = connection.read(cypher("death_records"))
    for row in raw:
        row["hour"] = _hour(row, zones)
        row["age"] = _age(row)
        row["lateness_days"] = _lateness(row)
        row["rank"] = (FIRST_WORD.get(row["agency_kind"] or "", 4), row["id"])
        row["early"] = row["id"] in early or (row["category"] in DECIDED and row["toxicology"] == "requested")
    groups = _deaths_of_events(raw)
    deaths = [_one_death(death_id, rows) for death_id, rows in groups.items()]
    records = [
        {
            **{name: row.get(name) for name in RECORD_COLUMNS},
            "record_id": row["id"],
            "death_id": death_id,
        }
        for death_id, rows in groups.items()
        for row in rows
    ]
    return (
        _typed(pd.DataFrame(deaths, columns=list(DEATH_COLUMNS))).sort_values("death_id", ignore_index=True),
        _typed(pd.DataFrame(records, columns=list(RECORD_COLUMNS))).sort_values("record_id", ignore_index=True),
    )


def near_miss_frame(connection: Connection, deaths: pd.DataFrame) -> pd.DataFrame:
    """Return near misses, one row an event: death reports of people who lived, and incidents flagged near_miss.

    deaths: of `death_frames`. Columns NEAR_MISS_COLUMNS, sorted by event_id.
    """
    flagged = connection.read(cypher("near_miss_incidents"))
    rows: dict[str, dict[Any, Any]] = {}
    # An event in which one died and another lived is a death: its near miss is no second event.
    fatal = set(deaths.loc[~deaths["near_miss"], "event_id"])
    lived: list[dict[Any, Any]] = deaths[deaths["near_miss"]].to_dict("records")
    for row in lived:
        if row["event_id"] not in fatal:
            rows.setdefault(str(row["event_id"]), row)
    for row in flagged:
        if row["event_id"] in fatal:
            continue
        held = rows.setdefault(str(row["event_id"]), {**row, "records": 0})
        held["records"] += 1
    frame = pd.DataFrame(
        [[row.get(name) for name in NEAR_MISS_COLUMNS] for row in rows.values()], columns=list(NEAR_MISS_COLUMNS)
    )
    return _typed(frame).sort_values("event_id", ignore_index=True)


def places(connection: Connection, types: Sequence[str] = WATCHED_TYPES) -> pd.DataFrame:
    """Return places of these types: columns place_id, name, place_type, area, locations (count); sorted by place_id.

    Locations with one property reference number (uprn) are one place, under the smallest of their ids.
    """
    rows = connection.read(cypher("watched_places"), types=list(types))
    frame = pd.DataFrame(rows, columns=["place_id", "name", "place_type", "area", "locations"])
    frame["name"] = frame["name"].fillna(frame["place_id"])
    frame["area"] = frame["area"].fillna("")
    return frame.sort_values("place_id", ignore_index=True)


def sources(connection: Connection) -> pd.DataFrame:
    """Return one row a source: SOURCE_COLUMNS; covers_from and covers_to as dates (None where not stated)."""
    rows = [{name: native(row[name]) for name in SOURCE_COLUMNS} for row in connection.read(cypher("death_sources"))]
    return pd.DataFrame(rows, columns=list(SOURCE_COLUMNS))


def _deaths_of_events(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return death id -> its records. Two people who died in one event are two deaths; two records of one are one."""
    by_event: dict[str, list[Row]] = {}
    for row in rows:
        by_event.setdefault(row["event_id"] or row["id"], []).append(row)
    deaths: dict[str, list[Row]] = {}
    for event, records in sorted(by_event.items()):
        people: dict[str, list[Row]] = {}
        nameless = []
        for row in sorted(records, key=lambda r: str(r["id"])):
            if row["person"]:
                people.setdefault(row["person"], []).append(row)
            else:
                nameless.append(row)
        each = list(people.values())
        # Of a record without a person nobody knows whose death it is: the first of its source is taken for a death
        # that another source recorded, the next for the next one.
        for row in nameless:
            free = next((d for d in each if all(other["source"] != row["source"] for other in d)), None)
            if free is None:
                each.append([row])
            else:
                free.append(row)
        for number, group in enumerate(each, start=1):
            deaths[event if len(each) == 1 else f"{event}#{number}"] = group
    return deaths


def _one_death(death_id: str, rows: list[Row]) -> dict[str, Any]:
    ranked = sorted(rows, key=lambda row: row["rank"])
    of_coroner = sorted(rows, key=lambda row: (row["agency_kind"] != "coroner", row["rank"]))
    out = {name: _first(of_coroner if name in CORONERS_OWN else ranked, name) for name in _FILLED}
    out["toxicology"] = max(
        (row["toxicology"] for row in rows if row["toxicology"]), key=lambda t: _TOXICOLOGY.get(t, 0), default=None
    )
    checks = [row["checks_done"] for row in rows if row["checks_done"] is not None]
    late = [row["lateness_days"] for row in rows if row["lateness_days"] is not None]
    out |= {
        "death_id": death_id,
        "event_id": rows[0]["event_id"] or rows[0]["id"],
        "sources": sorted({row["source"] for row in rows}),
        "records": len(rows),
        "lateness_days": min(late, default=None),
        # One source that says the person died outweighs another that had not heard yet.
        "near_miss": all(row["near_miss"] for row in rows),
        "substances_found": _union(rows, "found"),
        "substances_suspected": _union(rows, "suspected"),
        "checks_done": sorted({check for done in checks for check in done}),
        "checks_recorded": bool(checks),
        "items_missing": _union(rows, "items_missing"),
        "decided_before_toxicology": any(row["early"] for row in rows),
        **{name: any(row[name] for row in rows) for name in ("primacy_declined", "family_concern", "closed")},
    }
    return out


def _first(rows: list[Row], name: str) -> Any:
    return next((row[name] for row in rows if row.get(name) is not None), None)


def _union(rows: list[Row], name: str) -> list[str]:
    return sorted({value for row in rows for value in row[name] or []})


def _age(row: Row) -> float | None:
    """Return the age at death in years (middle of what the records allow); None if they allow over two years."""
    born_from, born_to = native(row["born_from"]), native(row["born_to"])
    if row["day"] is None or born_from is None or born_to is None or (born_to - born_from).days > 731:
        return None
    middle = ((born_from - date(1970, 1, 1)).days + (born_to - date(1970, 1, 1)).days) / 2
    years: float = (row["day"] - middle) / 365.25
    return round(years, 2) if 0 <= years < 125 else None


def _lateness(row: Row) -> float | None:
    known = native(row["first_recorded_at"])
    if known is None or row["day"] is None:
        return None
    # The day is counted from its end: what was written down on the same day is not late.
    days: float = (known - EPOCH).total_seconds() / 86_400 - row["day"] - 1
    return round(max(days, 0.0), 2)


def _hour(row: Row, zones: dict[str, str]) -> int | None:
    """Return the local hour of the death, else of the finding; None where it is known to the day only."""
    zone = ZoneInfo(row["timezone"] or zones.get(row["source"], "Europe/London"))
    for name in ("died_from", "found_at"):
        at, latest = native(row[name]), native(row[f"{name}_latest"])
        if at is not None and (latest is None or (latest - at).total_seconds() <= 3600):
            return int(at.astimezone(zone).hour)
    return None


def _zones(connection: Connection) -> dict[str, str]:
    found = {}
    for row in connection.read(cypher("death_sources")):
        stated = json.loads(row["manifest"] or "{}").get("timezone")
        if stated:
            found[row["source"]] = str(stated)
    return found


def _decided_early(connection: Connection) -> set[str]:
    """Return records of which an older version was decided while toxicology was asked for and not back."""
    found = set()
    for row in connection.read(cypher("death_versions")):
        version = json.loads(row["row"] or "{}").get("properties", {})
        if version.get("category") in DECIDED and version.get("toxicology") == "requested":
            found.add(row["id"])
    return found


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with numbers that may be missing as such, also when it is empty."""
    return frame.astype({name: kind for name, kind in _KINDS.items() if name in frame})
