"""Graph -> the frames that linkage of deaths compares (algorithms/linkage_records.py)."""

from typing import Any

import pandas as pd

from graph import ledger
from graph.connection import Connection
from graph.reader import cypher
from graph.schema import SCHEMA

DEATHS = (
    "record",
    "event_id",
    "place",
    "area",
    "category",
    "day",
    "span",
    "means",
    "position",
    "items_missing",
    "flags",
    "substances",
    "sex",
    "born_from",
    "born_to",
    "recorded_at",
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "deaths": DEATHS,
    "roles": ("record", "person", "role"),
    "homes": ("person", "place"),
    "uses": ("person", "object"),
    "objects": ("record", "object"),
    "mentions": ("record", "kind", "target"),
    "relations": ("person", "other", "relation"),
    "places": ("place", "latitude", "longitude", "place_type", "precision", "is_hub", "uprn", "address", "town"),
    "names": ("person", "name"),
    "not_linked": ("a", "b"),
}


def linkage_frames(connection: Connection) -> dict[str, pd.DataFrame]:
    """Return frames by name, with COLUMNS: all deaths, who was there, what ties them to places and things."""
    roles = {type_.role: name for name, type_ in SCHEMA.relationships.items() if type_.role}
    words = {name: role for role, name in roles.items()}
    frames = {
        "deaths": _read(connection, "deaths"),
        "roles": _read(connection, "roles", types=sorted(words)),
        "objects": _read(connection, "objects"),
        "mentions": _read(connection, "mentions"),
    }
    frames["roles"]["role"] = frames["roles"]["role"].map(words)
    people = sorted(set(frames["roles"]["person"]))
    for name in ("homes", "uses", "relations"):
        frames[name] = _read(connection, name, people=people)
    named = frames["mentions"].loc[frames["mentions"]["kind"] == "place", "target"]
    places = {*frames["deaths"]["place"].dropna(), *frames["homes"]["place"], *named}
    frames["places"] = _read(connection, "places", places=sorted(places))
    frames["names"] = _names(connection, frames["mentions"].loc[frames["mentions"]["kind"] == "name", "target"])
    judged = [(j.first_id, j.second_id) for j in ledger.judgements(connection, "event") if j.verdict == "not_linked"]
    frames["not_linked"] = pd.DataFrame(judged, columns=list(COLUMNS["not_linked"]))
    return frames


def _read(connection: Connection, name: str, **parameters: Any) -> pd.DataFrame:
    columns = list(COLUMNS[name])
    rows = connection.read(cypher(f"linkage_{name}"), **parameters)
    return pd.DataFrame(rows, columns=columns, dtype=object).sort_values(columns[:2], ignore_index=True)


def _names(connection: Connection, texts: pd.Series) -> pd.DataFrame:
    """Return who bears a name that a message mentions, in small letters."""
    rows = connection.read(
        "UNWIND $texts AS text MATCH (p:Person) WHERE any(name IN p.names WHERE toLower(name) = text) "
        "RETURN DISTINCT p.id AS person, text AS name ORDER BY person, name",
        texts=sorted({" ".join(str(text).lower().split()) for text in texts}),
    )
    return pd.DataFrame(rows, columns=list(COLUMNS["names"]), dtype=object)
