"""An extract's checked tables -> what linkage compares, and which events are known to be linked; without a graph."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from algorithms.linkage_frames import LinkageFrames
from algorithms.linkage_records import LinkageRecords, assemble
from graph.errors import ThroughlineError
from loaders.extract import open_extract, read_tables
from loaders.resolve import resolve_people
from loaders.same_event.from_tables import event_of_each
from loaders.validate import validate
from loaders.writing.elements import column_of, identifier_key, substance_id
from loaders.writing.event_times import death_times, local_intervals
from loaders.writing.tables import place_zones

# An allegation that was dropped or acquitted solves nothing.
NOT_SOLVED = ("no_further_action", "acquitted")
HOMES = ("home", "stayed", "frequents")


@dataclass(frozen=True)
class Solved:
    """Which events are known to be of one hand. linked: columns a, b (a < b), every pair that shares a suspect; groups:
    event -> number of its co-offending group, the solved events only.
    """

    linked: pd.DataFrame
    groups: dict[str, int]


@dataclass(frozen=True)
class LinkageExtract:
    """An extract as linkage sees it. what: crimes or deaths; names: event -> its ref as the source wrote it."""

    what: str
    frames: LinkageFrames
    solved: Solved
    names: dict[str, str]


def linkage_extract(path: Path, mapping: str | None = None, *, what: str | None = None) -> LinkageExtract:
    """Return an extract's events ready to be compared.

    what: crimes or deaths; None takes crimes where there are any. Suspects of crimes are the answer, never a feature.
    Raises ThroughlineError when the extract has no such event.
    """
    return from_tables(checked_tables([path], mapping), what=what, where=str(path))


def checked_tables(
    paths: Sequence[Path], mapping: str | None = None, *, versions: bool = False
) -> dict[str, pd.DataFrame]:
    """Return the good rows of one or more extracts, table by table, with two columns more: source, zone (IANA).

    References from one extract into another hold without being looked up. versions: older versions too, and rows that
    withdraw a record.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    for path in paths:
        extract = open_extract(path, mapping)
        read = read_tables(extract)
        deaths = read.frames.get("deaths", pd.DataFrame({"death_ref": []}))["death_ref"]
        own_deaths = set(extract.manifest.source + ":" + deaths.dropna().astype(str))
        checked = validate(extract, read, partial(_known, own_deaths))
        zones = place_zones(None, checked)
        stated = dict(zip(zones["id"], zones["timezone"], strict=True)) if zones is not None else {}
        for name, frame in checked.frames.items():
            older = [checked.superseded[name]] if versions and name in checked.superseded else []
            live = (
                pd.concat([frame, *older], ignore_index=True) if versions else frame[~frame["withdrawn"].astype(bool)]
            )
            zone = column_of(live, "location_ref").map(stated).astype(object).fillna(extract.manifest.timezone)
            parts.setdefault(name, []).append(live.assign(source=extract.manifest.source, zone=zone))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


def _known(own_deaths: set[str], kind: str, ids: Sequence[str]) -> set[str]:
    """Take every record that is not in the extract for known, and an event for an incident."""
    return set() if kind == "death" else set(ids) - own_deaths


def from_tables(
    tables: Mapping[str, pd.DataFrame],
    *,
    what: str | None = None,
    where: str = "the extract",
    person: pd.Series | None = None,
) -> LinkageExtract:
    """Return the same from tables that were checked already. person: nominal -> person, where that is known."""
    crimes = tables.get("incidents", pd.DataFrame({"kind": []}))
    crimes = crimes[crimes["kind"] == "crime"]
    deaths = tables.get("deaths", pd.DataFrame({"id": []}))
    if what is None:
        what = "crimes" if len(crimes) else "deaths"
    events = crimes if what == "crimes" else deaths
    if not len(events):
        raise ThroughlineError(f"{where} has no {what} to compare: no good row of them in its tables")
    person = people_of(tables) if person is None else person
    rows = _crimes(events) if what == "crimes" else _deaths(events)
    roles = _roles(tables, events, person, what)
    # One event recorded twice is one event before anything is compared.
    event = event_of_each(events, roles, tables, person)
    rows = rows.assign(event=rows["record"].map(event))
    records = LinkageRecords(
        records=_victims(rows, roles, tables, person),
        roles=roles,
        places=_places(tables),
        homes=_homes(tables, person),
        uses=_links(tables, "person_ref", "person", person),
        objects=_links(tables, "event_ref", "record", None),
        mentions=_mentions(tables, person),
        relations=_relations(tables, person),
        names=_names(tables, person),
        not_linked=_judged(tables),
    )
    frames = assemble(records, besides_roles=("suspect",) if what == "crimes" else ())
    refs = dict(zip(events["id"], events["id"].str.partition(":")[2], strict=True))
    return LinkageExtract(what, frames, solved(roles.assign(record=roles["record"].map(event))), refs)


def solved(roles: pd.DataFrame) -> Solved:
    """Return which events share a suspect. roles: record (of the event), person, role, status."""
    named = roles[(roles["role"] == "suspect") & ~roles["status"].isin(NOT_SOLVED)]
    named = named[["record", "person"]].drop_duplicates().sort_values(["record", "person"], ignore_index=True)
    both = named.merge(named, on="person", suffixes=("_a", "_b"))
    both = both[both["record_a"] < both["record_b"]]
    linked = both[["record_a", "record_b"]].drop_duplicates().set_axis(["a", "b"], axis=1).reset_index(drop=True)
    event, event_names = pd.factorize(named["record"])
    person, people = pd.factorize(named["person"])
    size = len(event_names) + len(people)
    edges = coo_matrix((np.ones(len(event)), (event, len(event_names) + person)), shape=(size, size))
    label = connected_components(edges, directed=False)[1] if size else np.zeros(0, dtype=int)
    groups = {str(name): int(label[at]) for at, name in enumerate(event_names)}
    return Solved(linked, groups)


def _by_zone(rows: pd.DataFrame, work: Callable[[pd.DataFrame, str], pd.DataFrame]) -> pd.DataFrame:
    """Return what `work` returns for the rows of each time zone, in the order of rows."""
    return pd.concat([work(part, str(zone)) for zone, part in rows.groupby("zone", sort=True)]).reindex(rows.index)


def _crimes(rows: pd.DataFrame) -> pd.DataFrame:
    times = _by_zone(rows, local_intervals)
    offence = (
        column_of(rows, "offence_code").fillna(column_of(rows, "offence_group")).fillna(column_of(rows, "offence"))
    )
    return pd.DataFrame(
        {
            "record": rows["id"],
            "event": rows["id"],
            "low_day": times["low_day"],
            "high_day": times["high_day"],
            "place": column_of(rows, "location_ref"),
            "area": column_of(rows, "area"),
            "offence": offence,
            "methods": column_of(rows, "method"),
            "flags": column_of(rows, "flags"),
        }
    )


def _deaths(rows: pd.DataFrame) -> pd.DataFrame:
    # To the day, as the graph keeps it: nobody knows the hour of most deaths.
    times = _by_zone(rows, death_times)
    day, span = times["occurred_day"].astype("float64"), times["occurred_span_days"].astype("float64")
    found = zip(column_of(rows, "substances"), column_of(rows, "substances_suspected"), strict=True)
    return pd.DataFrame(
        {
            "record": rows["id"],
            "event": rows["id"],
            "low_day": day - np.floor(span / 2),
            "high_day": day + np.ceil(span / 2) + 1,
            "place": column_of(rows, "location_ref"),
            "area": column_of(rows, "area"),
            "category": column_of(rows, "category"),
            "means": column_of(rows, "suspected_means"),
            "position": column_of(rows, "position"),
            "items_missing": column_of(rows, "items_missing"),
            "substances": [_substances(certain, suspected) for certain, suspected in found],
            "flags": column_of(rows, "flags"),
        }
    )


def _substances(found: list[str] | None, suspected: list[str] | None) -> list[str] | None:
    names = [*(found if isinstance(found, list) else []), *(suspected if isinstance(suspected, list) else [])]
    return sorted({substance_id(name) for name in names}) or None


def people_of(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return nominal id -> person id."""
    people = tables.get("people")
    if people is None or people.empty:
        return pd.Series(dtype=object)
    told = tables.get("judgements", pd.DataFrame(columns=["about", "first_ref", "second_ref", "verdict"]))
    told = told[told["about"] == "person"][["first_ref", "second_ref", "verdict"]]
    nominals = people.assign(first_recorded_at=people["recorded_at"])
    clusters = resolve_people(nominals, told).clusters
    return clusters.set_index("nominal_id")["person_id"]


def _person(ids: pd.Series, person: pd.Series) -> pd.Series:
    """Return the person of each nominal; a record of another extract stands for itself."""
    return ids.map(person).fillna(ids)


def _roles(tables: Mapping[str, pd.DataFrame], events: pd.DataFrame, person: pd.Series, what: str) -> pd.DataFrame:
    columns = ["record", "person", "role", "status"]
    rows = tables.get("involvements", pd.DataFrame(columns=["event_ref", "person_ref", "role", "status"]))
    named = pd.DataFrame(
        {
            "record": rows["event_ref"],
            "person": _person(rows["person_ref"], person),
            "role": rows["role"],
            "status": column_of(rows, "status"),
        }
    )[~too_weak(column_of(rows, "grade"))]
    parts = [named]
    if what == "deaths":
        dead = (
            events[["id", "person_ref"]].dropna() if "person_ref" in events else events.iloc[:0].assign(person_ref="")
        )
        who = _person(dead["person_ref"], person)
        parts.append(pd.DataFrame({"record": dead["id"], "person": who, "role": "deceased", "status": None}))
        # What is recorded with the incident in which they died holds for each of its deaths.
        through = (
            events[["id", "incident_ref"]].dropna()
            if "incident_ref" in events
            else events.iloc[:0].assign(incident_ref="")
        )
        parts.append(
            through.merge(named, left_on="incident_ref", right_on="record")
            .drop(columns=["record", "incident_ref"])
            .rename(columns={"id": "record"})
        )
    roles = pd.concat([part[columns] for part in parts], ignore_index=True)
    return roles[roles["record"].isin(set(events["id"]))].drop_duplicates(ignore_index=True)


def _victims(
    rows: pd.DataFrame, roles: pd.DataFrame, tables: Mapping[str, pd.DataFrame], person: pd.Series
) -> pd.DataFrame:
    """Add sex and age of the victim or the dead."""
    people = tables.get("people")
    if people is None or people.empty:
        return rows
    born = pd.to_datetime(column_of(people, "date_of_birth"), errors="coerce")
    since = pd.Timestamp(0)
    age_on = pd.to_datetime(column_of(people, "age_on"), errors="coerce")
    age = pd.to_numeric(column_of(people, "age"), errors="coerce").astype("float64")
    by_age = (age_on - since).dt.days / 365.25 - age - 0.5
    told = pd.DataFrame(
        {
            "person": _person(people["id"], person),
            "sex": column_of(people, "sex").where(lambda sex: sex != "U"),
            "born": ((born - since).dt.days / 365.25).fillna(by_age),
        }
    )
    about = told.groupby("person")[["sex", "born"]].first()
    who = roles[roles["role"].isin(("deceased", "victim"))].sort_values(["record", "role", "person"])
    victim = rows["record"].map(who.drop_duplicates("record").set_index("record")["person"])
    age = rows["high_day"] / 365.25 - victim.map(about["born"]).astype(float)
    return rows.assign(sex=victim.map(about["sex"]), age=age)


def _places(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    rows = tables.get("locations", pd.DataFrame(columns=["id"]))
    names = ("latitude", "longitude", "place_type", "precision", "uprn", "address", "town")
    return pd.DataFrame({"place": rows["id"], **{name: column_of(rows, name) for name in names}}).assign(is_hub=False)


def _homes(tables: Mapping[str, pd.DataFrame], person: pd.Series) -> pd.DataFrame:
    people = tables.get("people", pd.DataFrame({"id": []}))
    own = pd.DataFrame({"person": people["id"], "place": column_of(people, "location_ref")})
    lived = tables.get("person_places", pd.DataFrame(columns=["person_ref", "location_ref", "relation"]))
    lived = lived[lived["relation"].isin(HOMES)]
    other = pd.DataFrame({"person": lived["person_ref"], "place": lived["location_ref"]})
    both = pd.concat([own, other], ignore_index=True).dropna()
    return both.assign(person=_person(both["person"], person)).drop_duplicates()


def _links(tables: Mapping[str, pd.DataFrame], column: str, end: str, person: pd.Series | None) -> pd.DataFrame:
    rows = tables.get("object_links", pd.DataFrame(columns=["object_ref"]))
    found = pd.DataFrame({end: column_of(rows, column), "object": rows["object_ref"].map(_objects(tables))}).dropna()
    parts = [found if person is None else found.assign(person=_person(found[end], person))]
    if person is not None:
        people = tables.get("people", pd.DataFrame({"id": []}))
        phones = pd.DataFrame({"person": people["id"], "object": column_of(people, "phone")}).explode("object").dropna()
        phones["object"] = phones["object"].map(identifier_key)
        parts.append(phones.dropna().assign(person=lambda rows: _person(rows["person"], person)))
    return pd.concat(parts, ignore_index=True).drop_duplicates()


def _objects(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return object id -> its number, plate or name where it has one: two sources hold one phone under two refs."""
    rows = tables.get("objects", pd.DataFrame({"id": []}))
    return pd.Series(column_of(rows, "identifier").map(identifier_key).fillna(rows["id"]).to_numpy(), index=rows["id"])


def _mentions(tables: Mapping[str, pd.DataFrame], person: pd.Series) -> pd.DataFrame:
    rows = tables.get("mentions", pd.DataFrame(columns=["event_ref"]))
    rows = rows[~too_weak(column_of(rows, "grade"))]
    parts = []
    for kind, column in (
        ("person", "mentions_person_ref"),
        ("event", "mentions_event_ref"),
        ("place", "mentions_location_ref"),
        ("object", "mentions_identifier"),
        ("name", "mentions_text"),
    ):
        part = pd.DataFrame({"record": rows["event_ref"], "kind": kind, "target": column_of(rows, column)}).dropna()
        if kind == "person":
            part["target"] = _person(part["target"], person)
        elif kind == "object":
            part["target"] = part["target"].map(identifier_key)
        elif kind == "name":
            part["target"] = part["target"].map(name_key)
        parts.append(part)
    return pd.concat(parts, ignore_index=True).dropna()


def too_weak(grade: pd.Series) -> pd.Series:
    """Return which gradings never make a link alone: an untested source (3), or an item of suspected falsehood (E)."""
    return grade.astype(object).fillna("").astype(str).str.match(r"3|.E")


def _relations(tables: Mapping[str, pd.DataFrame], person: pd.Series) -> pd.DataFrame:
    rows = tables.get("relations", pd.DataFrame(columns=["person_ref", "other_ref", "relation"]))
    return pd.DataFrame(
        {
            "person": _person(rows["person_ref"], person),
            "other": _person(rows["other_ref"], person),
            "relation": rows["relation"],
        }
    )


def _names(tables: Mapping[str, pd.DataFrame], person: pd.Series) -> pd.DataFrame:
    people = tables.get("people", pd.DataFrame({"id": []}))
    parts = column_of(people, "given_name").fillna("") + " " + column_of(people, "family_name").fillna("")
    whole = column_of(people, "full_name").fillna(parts)
    own = pd.DataFrame({"person": people["id"], "name": whole})
    other = pd.DataFrame({"person": people["id"], "name": column_of(people, "aliases")}).explode("name")
    both = pd.concat([own, other], ignore_index=True).dropna()
    both = both.assign(person=_person(both["person"], person), name=both["name"].map(name_key))
    return both[both["name"] != ""].drop_duplicates()


def name_key(name: str) -> str:
    """Return a name as it is compared with one that a message mentions."""
    return " ".join(str(name).casefold().split())


def _judged(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    rows = tables.get("judgements", pd.DataFrame(columns=["about", "first_ref", "second_ref", "verdict"]))
    rows = rows[(rows["about"] == "event") & (rows["verdict"] == "not_linked")]
    return pd.DataFrame({"a": rows["first_ref"], "b": rows["second_ref"]})
