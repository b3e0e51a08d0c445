"""Checked rows of a table -> the nodes and relationships they become.

One place says what each table of the interchange layout is in the graph; the MERGE writer and the bulk import both
write what it returns.
"""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd
from neo4j.spatial import WGS84Point

from algorithms.harm import shipped_table
from graph.errors import ThroughlineError
from graph.schema import SCHEMA
from loaders.writing.event_times import death_times, incident_times
from loaders.writing.order_times import in_force

# A place that connects a great many people by its kind alone; others become hubs by their degree (derive.py).
HUB_PLACES = ("custody", "hospital", "health_centre", "police_station", "prison", "hostel", "transport")

# The label of the node that a table's row becomes; the rows of other tables become an edge.
LABELS = {
    "locations": "Location",
    "organisations": "Organisation",
    "people": "Nominal",
    "incidents": "Incident",
    "deaths": "Death",
    "orders": "ProtectiveOrder",
    "objects": "Object",
    "order_breaches": "Breach",
}
NODE_OF_LINK = {"order_breaches": "Breach"}
# The relationship types that a link table's rows become.
LINK_TYPES: dict[str, tuple[str, ...]] = {
    "offences": ("RECORDED_AS",),
    "involvements": tuple(SCHEMA.role_types.values()),
    "order_parties": ("PROTECTS", "APPLIED_FOR_BY"),
    "order_places": ("EXCLUDES_FROM",),
    "relations": ("RELATED_TO",),
    "person_places": ("LIVES_AT", "STAYED_AT", "WORKS_AT", "CARED_FOR_AT", "FREQUENTS"),
    "object_links": ("USED_IN", "USES"),
    "organisation_links": ("COMPLAINED_OF", "PROVIDES_FOR", "EMPLOYS", "LETS_TO", "REFERRED", "CONCERNED_WITH"),
    "mentions": ("MENTIONS",),
}

EDGE_COLUMNS = ("key", "record", "source", "load_id", "recorded_at", "confirmed_at", "row_hash", "grade")
PERIOD_COLUMNS = ("from_on", "from_on_latest", "to_on", "to_on_latest")


@dataclass(frozen=True)
class Edges:
    """Relationships of one type between nodes of two labels.

    rows: columns start, end (ids), key, record and the type's properties; one row an edge.
    """

    name: str
    start_label: str
    end_label: str
    rows: pd.DataFrame


@dataclass
class Elements:
    """What a table's rows become. nodes: label -> one row a node, by column id."""

    nodes: dict[str, pd.DataFrame] = field(default_factory=dict)
    edges: list[Edges] = field(default_factory=list)

    def node(self, label: str, rows: pd.DataFrame) -> None:
        """Add nodes, with the columns that the schema knows."""
        known = SCHEMA.node(label).property_names()
        self.nodes[label] = rows[[name for name in rows.columns if name in known]]

    def edge(
        self, name: str, ends: tuple[str, str], rows: pd.DataFrame, start: str, end: str, extra: Sequence[str] = ()
    ) -> None:
        """Add an edge for each row in which both columns `start` and `end` hold an id."""
        rows = rows[rows[start].notna() & rows[end].notna()]
        if rows.empty:
            return
        columns = [c for c in (*EDGE_COLUMNS, *extra) if c in rows.columns]
        out = rows[columns].assign(start=rows[start], end=rows[end])
        self.edges.append(Edges(name, *ends, out))


def elements(table: str, rows: pd.DataFrame, *, timezone: str, places: pd.DataFrame | None = None) -> Elements:
    """Return the nodes and relationships of one table's checked rows.

    rows: a good frame of loaders.validate with `source`, `load_id` and, for link tables, `key`; references are ids.
    timezone: IANA name, for the local day of events. places: columns id, timezone, where places state their own.
    Raises ThroughlineError for a table that the layout does not know.
    """
    if table not in BUILDERS:
        raise ThroughlineError(f"{table} is not a table of the interchange layout")
    rows = rows.assign(record=record_ids(table, rows))
    if "id" in rows.columns:
        rows = rows.assign(key=rows["id"], ref=rows["id"].str.partition(":")[2])
    found = Elements()
    BUILDERS[table](rows, found, Context(timezone, places))
    return found


def record_ids(table: str, rows: pd.DataFrame) -> pd.Series:
    """Return the id under which the graph keeps each row: a record's id, a link's key."""
    if "id" in rows.columns:
        return rows["id"]
    label = NODE_OF_LINK.get(table)
    return rows["key"] if label is None else rows["source"] + f":{label.lower()}|" + rows["key"]


@dataclass(frozen=True)
class Context:
    """What a builder needs beyond its rows."""

    timezone: str
    places: pd.DataFrame | None


def identifier_key(identifier: str | None) -> str | None:
    """Return a phone, plate or account without spaces and signs; UK numbers in their national form."""
    if not isinstance(identifier, str):
        return None
    key = re.sub(r"[^0-9A-Z+]", "", identifier.upper())
    if re.fullmatch(r"(\+|00)44\d{9,10}", key):
        key = "0" + key.lstrip("+0")[2:]
    return key.replace("+", "") or None


@cache
def _synonyms() -> dict[str, str]:
    with Path(__file__).with_name("substances.csv").open(encoding="utf-8", newline="") as lines:
        return {
            word: row["name"]
            for row in csv.DictReader(lines)
            for word in [row["name"], *filter(None, row["synonyms"].split(";"))]
        }


def substance_id(name: str) -> str:
    """Return the id of a substance by any of its names; an unknown one keeps its own."""
    word = " ".join(name.lower().split())
    return f"substance:{_synonyms().get(word, word)}"


def column_of(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of checked rows, all empty where the extract has none."""
    return rows[name] if name in rows.columns else pd.Series([None] * len(rows), index=rows.index, dtype=object)


def _with(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return the rows with each named column present."""
    missing = [name for name in names if name not in rows.columns]
    return rows.assign(**{name: column_of(rows, name) for name in missing})


def _locations(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "latitude", "longitude", "place_type")
    points = [
        WGS84Point((lon, lat)) if pd.notna(lat) and pd.notna(lon) else None
        for lat, lon in zip(rows["latitude"], rows["longitude"], strict=True)
    ]
    rows["point"] = pd.Series(points, index=rows.index, dtype=object)
    rows["is_hub"] = rows["place_type"].isin(HUB_PLACES)
    out.node("Location", rows)


def _organisations(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "location_ref")
    out.node("Organisation", rows)
    out.edge("BASED_AT", ("Organisation", "Location"), rows, "id", "location_ref")


def _people(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "location_ref")
    out.node("Nominal", rows)
    out.edge("LIVES_AT", ("Nominal", "Location"), rows, "id", "location_ref")


def _incidents(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "location_ref", "linked_refs", "kind")
    rows["event_id"] = rows["id"]
    rows = rows.join(incident_times(rows, context.timezone, context.places))
    rows = rows.join(shipped_table().scores(rows))
    out.node("Incident", rows)
    arrest = rows["kind"] == "arrest"
    out.edge("OCCURRED_AT", ("Incident", "Location"), rows[~arrest], "id", "location_ref")
    out.edge("ARREST_MADE_AT", ("Incident", "Location"), rows[arrest], "id", "location_ref")
    _linked(rows, out)


def _deaths(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(
        rows, "location_ref", "linked_refs", "person_ref", "incident_ref", "substances", "substances_suspected"
    )
    rows["event_id"] = rows["id"]
    rows["kind"] = "death"
    rows = rows.join(death_times(rows, context.timezone, context.places))
    out.node("Death", rows)
    out.edge("DECEASED_IN", ("Nominal", "Death"), rows, "person_ref", "id")
    out.edge("DIED_IN", ("Death", "Incident"), rows, "id", "incident_ref")
    out.edge("OCCURRED_AT", ("Death", "Location"), rows, "id", "location_ref")
    _linked(rows, out)
    parts = []
    for column, basis in (("substances", "found"), ("substances_suspected", "suspected")):
        part = rows.explode(column)
        part = part[part[column].notna()]
        parts.append(part.assign(name=part[column], basis=basis))
    named = pd.concat(parts)
    if not named.empty:
        named["substance"] = named["name"].map(substance_id)
        named["key"] = named["id"] + "|" + named["basis"] + "|" + named["substance"]
        named = named.drop_duplicates("key")
        known = named["substance"].drop_duplicates()
        out.node("Substance", pd.DataFrame({"id": known, "name": known.str.removeprefix("substance:")}))
        out.edge("INVOLVES_SUBSTANCE", ("Death", "Substance"), named, "id", "substance", ("basis",))


def _linked(rows: pd.DataFrame, out: Elements) -> None:
    links = rows.explode("linked_refs")
    links = links[links["linked_refs"].notna()]
    if not links.empty:
        links["key"] = links["id"] + "|linked|" + links["linked_refs"]
        out.edge("LINKED_BY_FORCE", ("Incident", "Incident"), links.drop_duplicates("key"), "id", "linked_refs")


def _offences(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "offence_code", "scheme", "offence_group")
    rows["named"] = "offence:" + rows["offence"].str.lower()
    # One node an offence, whatever its capitals: which spelling names it must not depend on the order of rows.
    out.node(
        "Offence",
        pd.DataFrame({"id": rows["named"], "name": rows["named"].str.removeprefix("offence:")}).drop_duplicates("id"),
    )
    extra = ("offence_code", "scheme", "offence_group")
    out.edge("RECORDED_AS", ("Incident", "Offence"), rows, "event_ref", "named", extra)


def _involvements(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "victim_ref")
    rows["victim"] = rows["victim_ref"]
    extra = ("relationship_to_victim", "victim", "injury", "status", "status_on", "status_on_latest")
    for role, name in SCHEMA.role_types.items():
        out.edge(name, ("Nominal", "Incident"), rows[rows["role"] == role], "person_ref", "event_ref", extra)


def _orders(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = rows.join(in_force(rows))
    out.node("ProtectiveOrder", rows)
    out.edge("RESPONDENT_TO", ("Nominal", "ProtectiveOrder"), rows, "respondent_ref", "id")


def _order_parties(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    applicant = rows["part"] == "applicant"
    ends = ("ProtectiveOrder", "Nominal")
    out.edge("PROTECTS", ends, rows[~applicant], "order_ref", "person_ref", ("part",))
    out.edge("APPLIED_FOR_BY", ends, rows[applicant], "order_ref", "person_ref")


def _order_places(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    out.edge("EXCLUDES_FROM", ("ProtectiveOrder", "Location"), rows, "order_ref", "location_ref", ("radius_m",))


def _order_breaches(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "event_ref", "order_ref")
    rows["id"] = rows["record"]
    out.node("Breach", rows)
    out.edge("RECORDS", ("Incident", "Breach"), rows, "event_ref", "id")
    out.edge("OF_ORDER", ("Breach", "ProtectiveOrder"), rows, "id", "order_ref")
    out.edge("BREACHES", ("Incident", "ProtectiveOrder"), rows, "event_ref", "order_ref")


def _relations(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    out.edge("RELATED_TO", ("Nominal", "Nominal"), rows, "person_ref", "other_ref", ("relation", *PERIOD_COLUMNS))


def _person_places(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    for relation, name in (
        ("home", "LIVES_AT"),
        ("stayed", "STAYED_AT"),
        ("work", "WORKS_AT"),
        ("cared_for", "CARED_FOR_AT"),
        ("frequents", "FREQUENTS"),
    ):
        part = rows[rows["relation"] == relation]
        out.edge(name, ("Nominal", "Location"), part, "person_ref", "location_ref", PERIOD_COLUMNS)


def _objects(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "identifier")
    rows["identifier_key"] = rows["identifier"].map(identifier_key)
    out.node("Object", rows)


def _object_links(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "event_ref", "person_ref", "role")
    extra = ("role", *PERIOD_COLUMNS)
    out.edge("USED_IN", ("Object", "Incident"), rows, "object_ref", "event_ref", extra)
    out.edge("USES", ("Nominal", "Object"), rows, "person_ref", "object_ref", extra)


def _organisation_links(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    rows = _with(rows, "event_ref", "person_ref")
    for role, name in (
        ("complainant", "COMPLAINED_OF"),
        ("provider", "PROVIDES_FOR"),
        ("employer", "EMPLOYS"),
        ("landlord", "LETS_TO"),
        ("referrer", "REFERRED"),
        ("other", "CONCERNED_WITH"),
    ):
        part = rows[rows["role"] == role]
        out.edge(name, ("Organisation", "Incident"), part, "organisation_ref", "event_ref", PERIOD_COLUMNS)
        out.edge(name, ("Organisation", "Nominal"), part, "organisation_ref", "person_ref", PERIOD_COLUMNS)


def _mentions(rows: pd.DataFrame, out: Elements, context: Context) -> None:
    targets = ("mentions_person_ref", "mentions_event_ref", "mentions_location_ref")
    rows = _with(rows, *targets, "mentions_identifier", "mentions_text")
    for column, label in zip(targets, ("Nominal", "Incident", "Location"), strict=True):
        out.edge("MENTIONS", ("Incident", label), rows, "event_ref", column, ("medium",))
    written = rows[rows["mentions_identifier"].notna() | rows["mentions_text"].notna()].copy()
    if not written.empty:
        written["id"] = written["source"] + ":mention|" + written["key"]
        written["text"] = written["mentions_text"]
        written["identifier"] = written["mentions_identifier"]
        written["identifier_key"] = written["identifier"].map(identifier_key)
        out.node("Mention", written)
        out.edge("MENTIONS", ("Incident", "Mention"), written, "event_ref", "id", ("medium",))


BUILDERS: dict[str, Callable[[pd.DataFrame, Elements, Context], None]] = {
    "locations": _locations,
    "organisations": _organisations,
    "people": _people,
    "incidents": _incidents,
    "deaths": _deaths,
    "offences": _offences,
    "involvements": _involvements,
    "orders": _orders,
    "order_parties": _order_parties,
    "order_places": _order_places,
    "order_breaches": _order_breaches,
    "relations": _relations,
    "person_places": _person_places,
    "objects": _objects,
    "object_links": _object_links,
    "organisation_links": _organisation_links,
    "mentions": _mentions,
}
