"""Reads a world back from its files alone, with plain pandas: what a truth says is checked without the generator."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

MARKERS = ("strangulation", "threat_to_kill", "stalking", "weapon")
# Violent, sexual, drug and perverting offences (domain.md 6, D3), by Home Office code.
SUBJECT_OFFENCES = "8N 5D 105A 3B 36 11A 8L 8Q 19C 19F 20A 20B 34B 34A 92A 92E 10D 79 1 8U 00877".split()  # noqa: SIM905
LINKING_ROLES = ("finder", "reporter", "last_seen_with")


class Written:
    """The files of one world."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources = sorted(path.name for path in folder.iterdir() if path.is_dir())
        self.police = [name for name in self.sources if name.endswith("_police")]

    def rows(self, table: str) -> pd.DataFrame:
        """Return all rows of a table over all sources, all versions, as text, with `source` and `id`."""
        found = []
        for source in self.sources:
            path = self.folder / source / f"{table}.csv"
            if path.exists():
                found.append(pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""]).assign(source=source))
        return pd.concat(found, ignore_index=True)

    def newest(self, table: str, *keys: str) -> pd.DataFrame:
        """Return the newest version of each row, with `id` for tables of records."""
        rows = self.rows(table).sort_values("recorded_at", kind="stable")
        rows = rows.drop_duplicates(["source", *keys], keep="last").reset_index(drop=True)
        if len(keys) == 1:
            rows["id"] = rows["source"] + ":" + rows[keys[0]]
        return rows

    @cached_property
    def truth(self) -> pd.DataFrame:
        """Return truth.csv with lists as lists."""
        truth = pd.read_csv(self.folder / "truth.csv", dtype=str, keep_default_na=False)
        for column in ("events", "persons", "orders"):
            truth[column] = [cell.split(";") if cell else [] for cell in truth[column]]
        return truth

    @cached_property
    def true_person(self) -> dict[str, str]:
        """Return the true person of each person record, `source:ref`."""
        rows = pd.read_csv(self.folder / "truth_people.csv", dtype=str)
        return dict(zip(rows["source"] + ":" + rows["person_ref"], rows["true_person"], strict=True))

    @cached_property
    def true_event(self) -> dict[str, str]:
        """Return the true event of each row that is one of several about it."""
        rows = pd.read_csv(self.folder / "truth_events.csv", dtype=str)
        return dict(zip(rows["source"] + ":" + rows["event_ref"], rows["true_event"], strict=True))

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """Return incidents with `id`, `day` (datetime64, middle of the month where rough) and `event`."""
        rows = self.newest("incidents", "incident_ref")
        return self._dated(rows, ["occurred_from", "reported_at"])

    @cached_property
    def deaths(self) -> pd.DataFrame:
        """Return deaths and near misses with `id`, `day`, `event` and `person` (true)."""
        rows = self._dated(self.newest("deaths", "death_ref"), ["found_at", "reported_at"])
        rows["person"] = (rows["source"] + ":" + rows["person_ref"]).map(self.true_person)
        rows["place_type"] = (rows["source"] + ":" + rows["location_ref"].fillna("")).map(self.locations["place_type"])
        return rows

    def _dated(self, rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        at = rows[columns[0]].fillna(rows[columns[1]])
        text = at.str.slice(0, 10).where(
            at.str.len() >= 10, at.str.slice(0, 4) + "-" + at.str.slice(5, 7).replace("", "07") + "-15"
        )
        rows["day"] = pd.to_datetime(text)
        rows["event"] = rows["id"].map(self.true_event).fillna(rows["id"])
        return rows

    @cached_property
    def locations(self) -> pd.DataFrame:
        """Return locations by `id` with numbers for coordinates."""
        rows = self.newest("locations", "location_ref")
        rows[["latitude", "longitude"]] = rows[["latitude", "longitude"]].astype(float)
        return rows.set_index("id")

    @cached_property
    def involvements(self) -> pd.DataFrame:
        """Return involvements with `event_id`, `person` (true), and of the event its day, kind, flags, offence."""
        rows = self.newest("involvements", "event_ref", "person_ref", "role")
        rows["event_id"] = rows["source"] + ":" + rows["event_ref"]
        rows["person_id"] = rows["source"] + ":" + rows["person_ref"]
        rows["person"] = rows["person_id"].map(self.true_person)
        shown = ["id", "day", "event", "flags"]
        incidents = self.incidents[[*shown, "kind", "offence_code"]]
        deaths = self.deaths[[*shown, "near_miss"]].assign(kind="death")
        events = pd.concat([incidents, deaths], ignore_index=True).rename(columns={"id": "event_id"})
        events["flags"] = events["flags"].fillna("")
        return rows.merge(events, on="event_id", how="left", validate="many_to_one")

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Return domestic abuse events (arrests apart) by true suspect and victim: one row an event and pair."""
        rows = self.involvements
        rows = rows[rows["flags"].str.contains("domestic_abuse") & rows["kind"].isin(["crime", "non_crime"])]
        suspects = rows[rows["role"] == "suspect"][["event", "event_id", "person", "day", "flags"]]
        victims = rows[rows["role"] == "victim"][["event", "person"]].drop_duplicates()
        suspects = suspects.drop_duplicates(["event", "person"])
        return suspects.merge(victims, on="event", suffixes=("_suspect", "_victim"))

    @cached_property
    def shared_finders(self) -> pd.DataFrame:
        """Return person and pairs of deaths at which they were finder, caller or last seen with (D2)."""
        rows = self._linking()
        both = rows.merge(rows, on="person", suffixes=("_a", "_b"))
        return both[both["event_a"] < both["event_b"]]

    def _linking(self) -> pd.DataFrame:
        rows = self.involvements
        here = (rows["kind"] == "death") & rows["role"].isin(LINKING_ROLES) & (rows["near_miss"] != "true")
        return rows[here].drop_duplicates(["event", "person"])[["event", "event_id", "person", "day"]]

    @cached_property
    def known_reporters(self) -> pd.DataFrame:
        """Return deaths whose finder, caller or last companion was a suspect of a telling offence before (D3)."""
        rows = self.involvements
        telling = rows["offence_code"].isin(SUBJECT_OFFENCES) & (rows["role"] == "suspect") & (rows["kind"] == "crime")
        before = rows[telling][["event_id", "person", "day"]]
        both = self._linking().merge(before, on="person", suffixes=("", "_before"))
        return both[both["day_before"] < both["day"]]

    @cached_property
    def first_markers(self) -> pd.DataFrame:
        """Return the first event of each pair with a marker, where another came in the 24 months before (E3)."""
        rows = self.pairs
        marked = rows[rows["flags"].str.contains("|".join(MARKERS))]
        first = marked.sort_values("day").drop_duplicates(["person_suspect", "person_victim"])
        both = first.merge(rows, on=["person_suspect", "person_victim"], suffixes=("", "_before"))
        gap = (both["day"] - both["day_before"]).dt.days
        both = both[(gap > 0) & (gap <= 730) & (both["event"] != both["event_before"])]
        return both.drop_duplicates(["person_suspect", "person_victim"])

    @cached_property
    def serial_suspects(self) -> pd.Series:
        """Return how many different victims each true suspect has, where two or more within three years (E6)."""
        rows = self.pairs.drop_duplicates(["person_suspect", "person_victim"])
        counts = rows.groupby("person_suspect")["person_victim"].nunique()
        return counts[counts >= 2]

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Return orders with true respondent and the days on which they certainly bind."""
        rows = self.newest("orders", "order_ref")
        rows["respondent"] = (rows["source"] + ":" + rows["respondent_ref"]).map(self.true_person)
        for column in ("made_on", "served_on", "starts_on", "ends_on", "discharged_on"):
            rows[column] = pd.to_datetime(rows[column])
        far = pd.Timestamp("2100-01-01")
        rows["first"] = rows[["made_on", "starts_on", "served_on"]].max(axis=1)
        rows["last"] = rows[["ends_on", "discharged_on"]].min(axis=1).fillna(far)
        return rows[(rows["service"] == "served") & rows["served_on"].notna()]

    @cached_property
    def unrecorded_breaches(self) -> pd.DataFrame:
        """Return orders and events that break them while in force, with no breach written down (O2)."""
        parties = self.newest("order_parties", "order_ref", "person_ref", "part")
        parties["protected"] = (parties["source"] + ":" + parties["person_ref"]).map(self.true_person)
        parties["id"] = parties["source"] + ":" + parties["order_ref"]
        rows = self.involvements[["event_id", "person", "day", "flags", "kind", "role"]].drop_duplicates(
            ["event_id", "person"]
        )
        rows = rows[(rows["role"] != "attending_professional") & (rows["kind"] != "arrest")]
        orders = self.orders[["id", "respondent", "first", "last"]]
        met = orders.merge(rows, left_on="respondent", right_on="person")
        met = met[(met["day"] > met["first"]) & (met["day"] <= met["last"])]
        there = (
            parties[["id", "protected"]]
            .merge(met, on="id")
            .merge(
                rows[["event_id", "person"]],
                left_on=["event_id", "protected"],
                right_on=["event_id", "person"],
                suffixes=("", "_b"),
            )
        )
        inside = self._inside_zones(met)
        found = pd.concat([there[["id", "event_id", "flags"]], inside[["id", "event_id", "flags"]]]).drop_duplicates()
        breaches = self.rows("order_breaches")
        written = set(breaches["source"] + ":" + breaches["event_ref"])
        return found[~found["event_id"].isin(written) & ~found["flags"].str.contains("order_breach")]

    def _inside_zones(self, met: pd.DataFrame) -> pd.DataFrame:
        places = self.newest("order_places", "order_ref", "location_ref")
        places["id"] = places["source"] + ":" + places["order_ref"]
        places["location"] = places["source"] + ":" + places["location_ref"]
        places = places[places["radius_m"].notna()]
        where = pd.concat([self.incidents, self.deaths], ignore_index=True)
        where = where.assign(at=where["source"] + ":" + where["location_ref"])[["id", "at"]].dropna()
        met = met.merge(where.rename(columns={"id": "event_id"}), on="event_id")
        met = met.merge(places[["id", "location", "radius_m"]], on="id")
        a, b = self.locations.loc[met["at"]], self.locations.loc[met["location"]]
        away = metres(a["latitude"], a["longitude"], b["latitude"], b["longitude"])
        return met[(away <= met["radius_m"].astype(float).to_numpy()) & (a["precision"] == "exact").to_numpy()]

    @cached_property
    def near_misses_then_deaths(self) -> pd.DataFrame:
        """Return near misses followed within a year by a death at the very place, or of the same person (P2)."""
        incidents = self.incidents[self.incidents["flags"].fillna("").str.contains("near_miss")].assign(person=None)
        lived = self.deaths["near_miss"] == "true"
        near = pd.concat([incidents, self.deaths[lived]], ignore_index=True)
        died = self.deaths[~lived & self.deaths["source"].isin(self.police)]
        near, died = self._placed(near), self._placed(died)
        at_place = near.dropna(subset="latitude").merge(died, on=["latitude", "longitude"], suffixes=("", "_death"))
        who = near.dropna(subset="person").merge(died, on="person", suffixes=("", "_death"))
        both = pd.concat([at_place, who], ignore_index=True)
        gap = (both["day_death"] - both["day"]).dt.days
        return both[(gap >= 0) & (gap <= 365) & (both["event"] != both["event_death"])].drop_duplicates(
            ["id", "id_death"]
        )

    def _placed(self, rows: pd.DataFrame) -> pd.DataFrame:
        at = rows["source"] + ":" + rows["location_ref"].fillna("")
        points = self.locations[["latitude", "longitude", "place_type"]]
        return (
            rows[["id", "event", "day", "person"]]
            .assign(at=at)
            .merge(points, left_on="at", right_index=True, how="left")
        )


def metres(lat_a: pd.Series, lon_a: pd.Series, lat_b: pd.Series, lon_b: pd.Series) -> np.ndarray:
    """Return the distance between points in metres."""
    north = (lat_a.to_numpy() - lat_b.to_numpy()) * 111_320
    east = (lon_a.to_numpy() - lon_b.to_numpy()) * 111_320 * np.cos(np.radians(lat_a.to_numpy()))
    return np.hypot(north, east)
