"""Which records of an extract's checked tables are one event, decided as in the graph but without one."""

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import pandas as pd

from graph.schema import SCHEMA
from loaders.same_event.candidates import find_candidates
from loaders.same_event.groups import EXACT, IN_ONE_INCIDENT, Pair, Verdicts, find_events
from loaders.same_event.join import known_of, links_of, ordered
from loaders.same_event.records import COLUMNS, arrange
from loaders.same_event.scoring import score
from loaders.same_event.spots import find_places
from loaders.writing.elements import column_of
from loaders.writing.event_times import death_times, incident_times

ROLES = {type_.role: name for name, type_ in SCHEMA.relationships.items() if type_.role}
# Day, month and year as one number that sorts as they do (graph/cypher/event_people.cypher).
A_YEAR, A_MONTH = 372, 31


def event_of_each(
    events: pd.DataFrame, roles: pd.DataFrame, tables: Mapping[str, pd.DataFrame], person: pd.Series
) -> dict[str, str]:
    """Return record -> the smallest record of its event, for each of these records.

    events: checked rows of incidents or deaths, with source and zone. roles: record, person, role. tables: the rest, of
    which locations, people and judgements are looked at. person: nominal -> person.
    """
    kind = "death" if "category" in events and "kind" not in events else None
    people = _people(roles, tables, person)
    records = arrange(_records(events, kind), people, find_places(_places(tables)))
    pairs = find_candidates(records)
    told, linked = _verdicts(tables)
    linked |= _recorded_links(events)
    texts = dict(zip(events["id"], column_of(events, "summary"), strict=True))
    scored = score(records, pairs, linked, lambda ids: {i: texts[i] for i in ids if isinstance(texts.get(i), str)})
    exact = _exact(events, roles) if kind == "death" else {}
    held = set(map(str, records.ids))
    verdicts = Verdicts(*({p: n for p, n in one.items() if held.issuperset(p)} for one in (told.same, told.different)))
    groups = find_events(exact, links_of(records, scored), verdicts, known_of(records, scored)).groups
    found = {record: record for record in held}
    return found | {record: group[0] for group in groups for record in group}


def _seconds(rows: pd.DataFrame, *names: str) -> pd.Series:
    """Return the first of these times that is known, in seconds since 1970."""
    found = pd.Series(np.nan, index=rows.index, dtype="float64")
    for name in names:
        known = pd.to_datetime(column_of(rows, name), utc=True).astype("datetime64[us, UTC]")
        found = found.fillna((known - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1))
    return found


def _records(rows: pd.DataFrame, kind: str | None) -> pd.DataFrame:
    times = pd.concat(
        [(death_times if kind else incident_times)(part, str(zone)) for zone, part in rows.groupby("zone", sort=True)]
    ).reindex(rows.index)
    starts, ends = ("occurred_from", "found_at", "died_from"), ("occurred_to", "occurred_from", "found_at", "died_to")
    latest = [[name for base in each for name in (f"{base}_latest", base)] for each in (starts, ends)]
    found = pd.DataFrame(
        {
            "id": rows["id"],
            "source": rows["source"],
            "ref": rows["id"].str.partition(":")[2],
            "kind": kind or column_of(rows, "kind"),
            "offence": column_of(rows, "offence_group").fillna(column_of(rows, "offence")),
            "offence_code": column_of(rows, "offence_code"),
            "patient_sex": column_of(rows, "patient_sex"),
            "age_band": column_of(rows, "patient_age_band"),
            "location": column_of(rows, "location_ref"),
            "start_low": _seconds(rows, *starts),
            "start_high": _seconds(rows, *latest[0]),
            "end_low": _seconds(rows, *ends),
            "end_high": _seconds(rows, *latest[1]),
            "reported_low": _seconds(rows, "reported_at"),
            "reported_high": _seconds(rows, "reported_at_latest", "reported_at"),
            "coroner_area": column_of(rows, "coroner_area"),
            "coroner_ref": column_of(rows, "coroner_ref"),
            "day": times["occurred_day"].astype("float64"),
            "span_days": times["occurred_span_days"].astype("float64"),
            "near_miss": column_of(rows, "near_miss").fillna(False).astype(bool),
            "event_id": rows["id"],
        }
    )
    return found[COLUMNS["event_records"]]


def _people(roles: pd.DataFrame, tables: Mapping[str, pd.DataFrame], person: pd.Series) -> pd.DataFrame:
    known = tables.get("people", pd.DataFrame({"id": []}))
    low = pd.to_datetime(column_of(known, "date_of_birth"), errors="coerce")
    high = pd.to_datetime(column_of(known, "date_of_birth_latest"), errors="coerce").fillna(low)
    born = pd.DataFrame(
        {
            "person": known["id"].map(person),
            "sex": column_of(known, "sex"),
            "born_from": _number(low),
            "born_to": _number(high),
        }
    )
    about = born.groupby("person").agg({"sex": "first", "born_from": "min", "born_to": "max"})
    named = roles[roles["role"].isin(ROLES) & (roles["role"] != "attending_professional")]
    found = named[["record", "person"]].assign(role=named["role"].map(ROLES), probability=1.0)
    found = found.join(about, on="person").rename(columns={"record": "event"})
    return found.drop_duplicates(["event", "person", "role"])[COLUMNS["event_people"]]


def _number(day: pd.Series) -> pd.Series:
    return cast("pd.Series[float]", day.dt.year * A_YEAR + day.dt.month * A_MONTH + day.dt.day)


def _places(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    rows = tables.get("locations", pd.DataFrame({"id": []}))
    return pd.DataFrame({name: column_of(rows, name) for name in COLUMNS["event_places"]})


def _exact(events: pd.DataFrame, roles: pd.DataFrame) -> dict[Pair, str]:
    coroner = column_of(events, "coroner_area").astype(object) + "|" + column_of(events, "coroner_ref").astype(object)
    lived = set(events.loc[column_of(events, "near_miss").fillna(False).astype(bool), "id"])
    dead = roles[(roles["role"] == "deceased") & ~roles["record"].isin(lived)].drop_duplicates("record")
    who = events["id"].map(dead.set_index("record")["person"])
    found: dict[Pair, str] = {}
    # The strongest reason is written last and stands.
    for reason, key in ((EXACT[3], who), (EXACT[1], coroner), (IN_ONE_INCIDENT, column_of(events, "incident_ref"))):
        for ids in events["id"].groupby(key):
            found |= {ordered(str(ids[1].iloc[0]), str(other)): reason for other in ids[1].iloc[1:]}
    known = set(events["id"])
    for first, second in zip(events["id"], column_of(events, "same_as"), strict=True):
        if second in known and second != first:
            found.setdefault(ordered(str(first), str(second)), EXACT[2])
    return found


def _verdicts(tables: Mapping[str, pd.DataFrame]) -> tuple[Verdicts, set[Pair]]:
    rows = tables.get("judgements", pd.DataFrame(columns=["about", "first_ref", "second_ref", "verdict"]))
    rows = rows[rows["about"] == "event"]
    by: dict[str, dict[Pair, int]] = {"same": {}, "different": {}, "linked": {}, "not_linked": {}}
    for order, row in enumerate(rows.itertuples()):
        by[str(row.verdict)][ordered(str(row.first_ref), str(row.second_ref))] = order
    return Verdicts(by["same"], by["different"]), set(by["linked"])


def _recorded_links(events: pd.DataFrame) -> set[Pair]:
    links: Sequence[list[str] | None] = column_of(events, "linked_refs").tolist()
    pairs = zip(events["id"], links, strict=True)
    return {ordered(str(first), str(other)) for first, others in pairs if isinstance(others, list) for other in others}
