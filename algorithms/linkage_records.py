"""Records of events as sources wrote them -> the events, tokens and ties that linkage compares."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from algorithms.linkage_frames import INSTITUTIONS, LinkageFrames

RECORDS = (
    "record",
    "event",
    "low_day",
    "high_day",
    "place",
    "area",
    "sex",
    "age",
    "category",
    "means",
    "offence",
    "position",
    "methods",
    "items_missing",
    "substances",
    "flags",
)
FRAMES: dict[str, tuple[str, ...]] = {
    "records": RECORDS,
    "roles": ("record", "person", "role"),
    "places": ("place", "latitude", "longitude", "place_type", "precision", "is_hub", "uprn", "address", "town"),
    "homes": ("person", "place"),
    "uses": ("person", "object"),
    "objects": ("record", "object"),
    "mentions": ("record", "kind", "target"),
    "relations": ("person", "other", "relation"),
    "names": ("person", "name"),
    "not_linked": ("a", "b"),
}
# By these a person is at an event as a professional or for its paperwork; neither makes a link (domain.md D2).
LEFT_OUT_ROLES = ("attending_professional",)
FAMILY = ("partner", "ex_partner", "partner_or_ex", "parent", "child", "sibling", "relative")
# These never make a link by themselves (layout.md, locations).
TOO_VAGUE = ("displaced", "area")
MOST_BEARERS, MOST_IN_A_HOUSEHOLD = 3, 4
WORD = re.compile(r"[a-z]{4,}")


def no_rows(name: str) -> pd.DataFrame:
    """Return an empty frame of one of FRAMES."""
    return pd.DataFrame(columns=list(FRAMES[name]), dtype=object)


@dataclass(frozen=True)
class LinkageRecords:
    """What a graph or an extract knows about events, one row a record; columns as in FRAMES.

    records: record (unique), event (what it is a record of: records of one event share it), low_day and high_day (local
    days since 1970-01-01 with their fraction), place; sex and age of the victim, the rest as recorded; methods,
    items_missing, substances, flags are lists or None. roles: who was there as what, `deceased` among them. uses:
    a person's phones, vehicles, accounts. mentions: kind is person, event (a record), place, object or name. names:
    every name and alias a person is known by, in small letters.
    """

    records: pd.DataFrame
    roles: pd.DataFrame = field(default_factory=lambda: no_rows("roles"))
    places: pd.DataFrame = field(default_factory=lambda: no_rows("places"))
    homes: pd.DataFrame = field(default_factory=lambda: no_rows("homes"))
    uses: pd.DataFrame = field(default_factory=lambda: no_rows("uses"))
    objects: pd.DataFrame = field(default_factory=lambda: no_rows("objects"))
    mentions: pd.DataFrame = field(default_factory=lambda: no_rows("mentions"))
    relations: pd.DataFrame = field(default_factory=lambda: no_rows("relations"))
    names: pd.DataFrame = field(default_factory=lambda: no_rows("names"))
    not_linked: pd.DataFrame = field(default_factory=lambda: no_rows("not_linked"))


def assemble(known: LinkageRecords, *, besides_roles: tuple[str, ...] = ()) -> LinkageFrames:
    """Return the events with what can be compared.

    besides_roles: roles left out besides attending professionals; for solved crimes the suspects, who are the answer.
    """
    known = _one_place(replace(known, records=known.records.reindex(columns=list(RECORDS))))
    records = known.records.sort_values("record", ignore_index=True)
    event = records.set_index("record")["event"]
    places = known.places.drop_duplicates("place").set_index("place")
    left_out = {*LEFT_OUT_ROLES, *besides_roles}
    roles = known.roles[~known.roles["role"].isin(left_out)].assign(event=lambda r: r["record"].map(event))
    roles = roles.dropna(subset=["event"])
    ties = _ties(known, records, roles, places, event)
    apart = pd.DataFrame({side: known.not_linked[side].map(event) for side in ("a", "b")}).dropna()
    return LinkageFrames(
        events=_events(records, places),
        tokens=_tokens(records),
        ties=ties,
        kin=_kin(known, roles, places),
        set_apart=apart.drop_duplicates(),
    )


def _one_place(known: LinkageRecords) -> LinkageRecords:
    """Return the same with each place under one id: two records of one address are one place."""
    places = known.places.reindex(columns=list(FRAMES["places"])).sort_values("place", ignore_index=True)
    address = places["address"].astype(str).str.casefold() + "|" + places["town"].astype(str).str.casefold()
    key = places["uprn"].where(
        places["uprn"].notna(), address.where(places["address"].notna() & places["town"].notna())
    )
    first = places.groupby(key.where(key.notna(), places["place"]).astype(str))["place"].transform("min")
    one = pd.Series(first.to_numpy(), index=places["place"])
    mentions = known.mentions
    target = mentions["target"].astype(object)
    place_named = target.map(one).astype(object).where(mentions["kind"] == "place")
    return replace(
        known,
        records=known.records.assign(place=known.records["place"].map(one).fillna(known.records["place"])),
        homes=known.homes.assign(place=known.homes["place"].map(one).fillna(known.homes["place"])),
        mentions=mentions.assign(target=place_named.where(place_named.notna(), target)),
        places=places,
    )


def _events(records: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return one row an event: the narrowest time, else the first record that says something."""
    width = (records["high_day"].astype(float) - records["low_day"].astype(float)).fillna(np.inf)
    by_time = records.assign(width=width).sort_values(["event", "width", "record"])
    times = by_time.groupby("event", sort=True)[["low_day", "high_day"]].first()
    rest = records.groupby("event", sort=True)[["place", "area", "sex", "age", "category"]].first()
    events = times.join(rest)
    vague = places["precision"].isin(TOO_VAGUE)
    too_vague = events["place"].isin(set(places.index[vague]))
    for name in ("latitude", "longitude"):
        where = pd.to_numeric(places[name], errors="coerce").mask(vague)
        events[name] = events["place"].map(where).astype(float)
    events["place_type"] = events["place"].map(places["place_type"])
    events["place"] = events["place"].where(~too_vague)
    return events.reset_index()


def _tokens(records: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for group, column in (("means", "means"), ("offence", "offence")):
        parts.append(records[["event", column]].dropna().set_axis(["event", "token"], axis=1).assign(group=group))
    position = records[["event", "position"]].dropna()
    words = position.assign(token=position["position"].astype(str).str.lower().map(WORD.findall))
    parts.append(words[["event", "token"]].explode("token").assign(group="position"))
    for group, column in (("item_missing", "items_missing"), ("substance", "substances"), ("flag", "flags")):
        parts.append(_listed(records, column).assign(group=group))
    parts.append(_methods(records))
    tokens = pd.concat([part[["event", "group", "token"]] for part in parts], ignore_index=True)
    return tokens.dropna().drop_duplicates()


def _listed(records: pd.DataFrame, column: str) -> pd.DataFrame:
    rows = records[["event", column]].explode(column).dropna()
    return rows.set_axis(["event", "token"], axis=1).astype({"token": str})


def _methods(records: pd.DataFrame) -> pd.DataFrame:
    """Return the method codes; where each place in the list is a question of its own, each is a group of its own.

    It is when every list is as long as the longest but for one in twenty, and no code stands in two places.
    """
    lists = records[["event", "methods"]].dropna()
    lists = lists[lists["methods"].map(len) > 0]
    if lists.empty:
        return pd.DataFrame(columns=["event", "group", "token"])
    rows = lists.explode("methods").rename(columns={"methods": "token"})
    rows["at"] = rows.groupby(level=0).cumcount() + 1
    sizes = lists["methods"].map(len)
    apart = (rows.groupby("token")["at"].nunique() == 1).all()
    if sizes.max() > 1 and (sizes == sizes.max()).mean() >= 0.95 and apart:
        return rows.assign(group="method." + rows["at"].astype(str))
    return rows.assign(group="method")


def _ties(
    known: LinkageRecords, records: pd.DataFrame, roles: pd.DataFrame, places: pd.DataFrame, event: pd.Series
) -> pd.DataFrame:
    hub = places["is_hub"].fillna(False).astype(bool) | places["precision"].isin(TOO_VAGUE)
    hub |= places["place_type"].isin(INSTITUTIONS)
    hubs = set(places.index[hub])
    person = roles[["event", "person", "role"]].set_axis(["event", "entity", "how"], axis=1)
    parts = [person.assign(kind="person", via="")]
    # The scene is in the ties so that a home can be found at another's scene; two scenes are a matter of distance.
    scene = records[["event", "place"]].dropna().set_axis(["event", "entity"], axis=1)
    parts.append(scene.assign(kind="place", how="scene", via=""))
    people = roles[["event", "person"]].drop_duplicates()
    homes = people.merge(known.homes, on="person").set_axis(["event", "via", "entity"], axis=1)
    parts.append(homes.assign(kind="place", how="home"))
    uses = people.merge(known.uses, on="person").set_axis(["event", "via", "entity"], axis=1)
    parts.append(uses.assign(kind="object", how="uses"))
    objects = known.objects.assign(event=known.objects["record"].map(event)).dropna(subset=["event"])
    parts.append(
        objects[["event", "object"]].set_axis(["event", "entity"], axis=1).assign(kind="object", how="found", via="")
    )
    parts.append(_mentions(known, event))
    parts.append(_relations(known, people))
    # What names an event ties it to that event: each event is tied to itself under its own id.
    own = pd.DataFrame({"event": event.unique(), "entity": event.unique()}).assign(kind="event", how="is", via="")
    parts.append(own)
    columns = ["event", "entity", "kind", "how", "via"]
    ties = pd.concat([part[columns] for part in parts], ignore_index=True).drop_duplicates()
    return ties[~((ties["kind"] == "place") & ties["entity"].isin(hubs))]


def _mentions(known: LinkageRecords, event: pd.Series) -> pd.DataFrame:
    rows = known.mentions.assign(event=known.mentions["record"].map(event)).dropna(subset=["event"])
    target = rows["target"].where(rows["kind"] != "event", rows["target"].map(event))
    rows = rows.assign(entity=target, how="mention", via="").dropna(subset=["entity"])
    # A name stands for whoever bears it, when so few do that it says who is meant.
    bearers = known.names[known.names["name"].isin(rows.loc[rows["kind"] == "name", "target"])].drop_duplicates()
    bearers = bearers[bearers.groupby("name")["person"].transform("size") <= MOST_BEARERS]
    meant = rows[rows["kind"] == "name"].merge(bearers, left_on="target", right_on="name")
    meant = meant.assign(entity=meant["person"], kind="person")[list(rows.columns)]
    rows = pd.concat([rows, meant], ignore_index=True)
    return rows[(rows["kind"] != "event") | (rows["entity"] != rows["event"])]


def _relations(known: LinkageRecords, people: pd.DataFrame) -> pd.DataFrame:
    """Return a tie from each end of a relation: one person at one event, the other at another."""
    both = known.relations[["person", "other"]].drop_duplicates()
    both = both[both["person"] != both["other"]]
    low = both["person"].where(both["person"] < both["other"], both["other"])
    high = both["other"].where(both["person"] < both["other"], both["person"])
    known_to = pd.DataFrame({"low": low, "high": high}).drop_duplicates()
    known_to["entity"] = known_to["low"].astype(str) + "|" + known_to["high"].astype(str)
    ends = []
    for side in ("low", "high"):
        end = people.merge(known_to[[side, "entity"]].rename(columns={side: "person"}), on="person")
        ends.append(end.assign(kind="relation", how=side).rename(columns={"person": "via"}))
    return pd.concat(ends, ignore_index=True)


def _kin(known: LinkageRecords, roles: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of events whose dead were of one family or household, or of one person's kin."""
    dead = roles[roles["role"] == "deceased"][["event", "person"]].drop_duplicates()
    family = known.relations[known.relations["relation"].isin(FAMILY)][["person", "other"]]
    related = dead.merge(family, on="person").merge(
        dead.rename(columns={"person": "other", "event": "event_b"}), on="other"
    )
    pairs = [related[["event", "event_b"]]]
    institution = set(
        places.index[places["place_type"].isin(INSTITUTIONS) | places["is_hub"].fillna(False).astype(bool)]
    )
    homes = known.homes[~known.homes["place"].isin(institution)]
    household = dead.merge(homes, on="person")[["event", "place"]].rename(columns={"place": "shared"})
    # Whoever is next of kin of one of the dead and was at the death of another has lost two people.
    kin = roles[roles["role"] == "next_of_kin"][["event", "person"]].drop_duplicates()
    both = kin.merge(roles[["event", "person"]].drop_duplicates(), on="person", suffixes=("", "_b"))
    pairs += [both[["event", "event_b"]], both[["event_b", "event"]].set_axis(["event", "event_b"], axis=1)]
    household = household.drop_duplicates()
    # More than a handful under one roof is a house of strangers whatever its type says.
    household = household[household.groupby("shared")["event"].transform("size") <= MOST_IN_A_HOUSEHOLD]
    pairs.append(household.merge(household, on="shared", suffixes=("", "_b"))[["event", "event_b"]])
    every = pd.concat(pairs, ignore_index=True).set_axis(["a", "b"], axis=1)
    return every[every["a"] < every["b"]].drop_duplicates()
