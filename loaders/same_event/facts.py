"""What is true of pairs of records, before it is weighed: whom they share, who differs, how often that is so."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from loaders.same_event.candidates import Pairs, count_around
from loaders.same_event.records import Records

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# Whom it happened to, in whatever record.
HARMED = ("VICTIM_IN", "DECEASED_IN", "SUBJECT_OF")
YEAR = 372


@dataclass(frozen=True)
class People:
    """What pairs share in people. shared: how many; around: records of the other source with the rarest of them in the
    window; reference: that person's number (-1: nobody shared); identity: how surely somebody is the same person.
    """

    shared: Ints
    around: Ints
    reference: Ints
    identity: Floats
    role: npt.NDArray[np.object_]
    clash: Mask
    harmed_differ: Mask
    harmed_certain: Mask
    suspects_differ: Mask


@dataclass(frozen=True)
class Members:
    """Who is in which record: one row a record and person. person: number; harmed, suspect: in such a role."""

    rows: pd.DataFrame
    names: npt.NDArray[np.object_]


def members(records: Records) -> Members:
    """Return one row a record and person, sorted, with what roles they have in it."""
    people = records.people
    code, names = pd.factorize(people["person"], sort=True)
    rows = pd.DataFrame(
        {
            "event": people["event"].to_numpy(dtype=np.int64),
            "person": code,
            "harmed": people["role"].isin(HARMED).to_numpy(),
            "suspect": (people["role"] == "SUSPECT_IN").to_numpy(),
            "probability": people["probability"].fillna(1.0).to_numpy(),
            "sex": people["sex"].to_numpy(dtype=object),
            "born_from": people["born_from"].to_numpy(),
            "born_to": people["born_to"].to_numpy(),
        }
    )
    kept = {"harmed": "max", "suspect": "max", "probability": "max", "sex": "first"}
    rows = rows.groupby(["event", "person"], as_index=False).agg({**kept, "born_from": "first", "born_to": "first"})
    return Members(rows, np.asarray(names, dtype=object))


def people_of_pairs(records: Records, held: Members, pairs: Pairs) -> People:
    """Return what each pair shares in people, and who differs."""
    n = len(pairs)
    rows = held.rows
    asked = pd.DataFrame({"pair": np.arange(n), "a": pairs.a, "b": pairs.b})[pairs.person]
    columns = ["event", "person", "harmed", "suspect", "probability"]
    both = asked.merge(rows[columns], left_on="a", right_on="event").merge(
        rows[columns], left_on=["b", "person"], right_on=["event", "person"], suffixes=("", "_b")
    )
    thing, at = rows["person"].to_numpy(), rows["event"].to_numpy()
    person, a, b = (both[name].to_numpy(dtype=np.int64) for name in ("person", "a", "b"))
    both["around"] = np.maximum(
        count_around(thing, at, records, person, a, b), count_around(thing, at, records, person, b, a)
    )
    both["identity"] = both["probability"] * both["probability_b"]
    alike = (both["harmed"] & both["harmed_b"]) | (both["suspect"] & both["suspect_b"])
    swapped = (both["harmed"] & both["suspect_b"]) | (both["suspect"] & both["harmed_b"])
    bystander = ~(both["harmed"] | both["suspect"] | both["harmed_b"] | both["suspect_b"])
    both["role"] = np.select([alike, swapped, bystander], ["same", "clash", "same"], "alike")
    both["harmed_both"] = both["harmed"] & both["harmed_b"]
    both["suspect_both"] = both["suspect"] & both["suspect_b"]
    both["swapped"] = swapped & ~alike
    rarest = both.sort_values(["pair", "around", "person"]).drop_duplicates("pair")
    grouped = both.groupby("pair")
    shared = np.zeros(n, dtype=np.int64)
    shared[grouped.size().index] = grouped.size().to_numpy()
    around, reference = np.ones(n, dtype=np.int64), np.full(n, -1)
    around[rarest["pair"]] = np.maximum(rarest["around"].to_numpy(), 1)
    reference[rarest["pair"]] = rarest["person"].to_numpy()
    role = np.full(n, None, dtype=object)
    role[rarest["pair"]] = rarest["role"].to_numpy()
    identity = np.ones(n)
    identity[grouped["identity"].max().index] = grouped["identity"].max().to_numpy()
    some = {name: _any(both, name, n) for name in ("harmed_both", "suspect_both", "swapped")}
    harmed, suspects = _count(rows, "harmed", len(records.events)), _count(rows, "suspect", len(records.events))
    differ = (harmed[pairs.a] > 0) & (harmed[pairs.b] > 0) & ~some["harmed_both"]
    return People(
        shared=shared,
        around=around,
        reference=reference,
        identity=identity,
        role=role,
        clash=some["swapped"],
        harmed_differ=differ,
        harmed_certain=differ & _cannot_be_one(rows, harmed, pairs),
        suspects_differ=(suspects[pairs.a] > 0) & (suspects[pairs.b] > 0) & ~some["suspect_both"],
    )


def _any(rows: pd.DataFrame, name: str, n: int) -> Mask:
    found = np.zeros(n, dtype=np.bool_)
    found[rows.loc[rows[name].astype(bool), "pair"].to_numpy(dtype=np.int64)] = True
    return found


def _count(rows: pd.DataFrame, name: str, events: int) -> Ints:
    return np.bincount(rows.loc[rows[name].astype(bool), "event"].to_numpy(dtype=np.int64), minlength=events)


def _cannot_be_one(rows: pd.DataFrame, harmed: Ints, pairs: Pairs) -> Mask:
    """Return which pairs have one victim each who differ in sex or date of birth: not one person under two names."""
    one = rows[rows["harmed"].astype(bool)].drop_duplicates("event").set_index("event")
    sexes = pd.Series(one["sex"]).where(pd.Series(one["sex"]).isin(["F", "M"]))
    sex = sexes.reindex(np.arange(len(harmed))).to_numpy(dtype=object)
    low = one["born_from"].reindex(np.arange(len(harmed))).to_numpy(dtype=float)
    high = one["born_to"].reindex(np.arange(len(harmed))).to_numpy(dtype=float)
    a, b = pairs.a, pairs.b
    single = (harmed[a] == 1) & (harmed[b] == 1)
    other_sex = pd.notna(sex[a]) & pd.notna(sex[b]) & (sex[a] != sex[b])
    return np.asarray(single & (other_sex | (high[a] < low[b]) | (high[b] < low[a])))


def patients_of_pairs(records: Records, held: Members, pairs: Pairs) -> tuple[Ints, Ints]:
    """Return for each pair how the anonymous patient's sex and age band agree with whom the other record names.

    0: nothing to compare; sex: 1 the same, 2 another; age: 1 the same band, 2 the next, 3 another. Of several people
    the one who agrees best counts.
    """
    events = records.events
    n = len(pairs)
    sex, age = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    band_low, band_high = _bands(events["age_band"])
    patient = events["patient_sex"].to_numpy(dtype=object)
    anonymous = pd.notna(patient) | ~np.isnan(band_low)
    harmed = held.rows[held.rows["harmed"].astype(bool)]
    year = events["low"].to_numpy(dtype=float) / 525_960 + 1970
    # Two anonymous records: band against band.
    both = anonymous[pairs.a] & anonymous[pairs.b]
    sex[both] = _sexes(patient[pairs.a[both]], patient[pairs.b[both]])
    age[both] = _ages(
        band_low[pairs.a[both]], band_high[pairs.a[both]], band_low[pairs.b[both]], band_high[pairs.b[both]]
    )
    for left, right in ((pairs.a, pairs.b), (pairs.b, pairs.a)):
        some = np.flatnonzero(anonymous[left] & ~anonymous[right])
        named = pd.DataFrame({"pair": some, "event": right[some], "patient": left[some]}).merge(harmed, on="event")
        if named.empty:
            continue
        who = named["patient"].to_numpy(dtype=np.int64)
        then = year[who]
        named["sex_level"] = _sexes(patient[who], named["sex"].to_numpy(dtype=object))
        low = then - named["born_to"].to_numpy() / YEAR - 1
        high = then - named["born_from"].to_numpy() / YEAR
        named["age_level"] = _ages(band_low[who], band_high[who], low, high)
        named["rank"] = named["age_level"].replace(0, 2) * 10 + named["sex_level"].replace(0, 2)
        best = named.sort_values(["pair", "rank", "person"]).drop_duplicates("pair")
        sex[best["pair"]] = best["sex_level"].to_numpy()
        age[best["pair"]] = best["age_level"].to_numpy()
    return sex, age


def _bands(bands: pd.Series) -> tuple[Floats, Floats]:
    parts = bands.astype(str).str.extract(r"^(\d+)(?:-(\d+)|(\+))?$")
    low = pd.to_numeric(parts[0]).to_numpy(dtype=float)
    high = pd.to_numeric(parts[1]).to_numpy(dtype=float)
    high = np.where(parts[2].notna(), 130.0, np.where(np.isnan(high), low, high))
    return low, high


def _sexes(first: npt.NDArray[np.object_], second: npt.NDArray[np.object_]) -> Ints:
    known = np.isin(first.astype(str), ["F", "M"]) & np.isin(second.astype(str), ["F", "M"])
    return np.where(known, np.where(first == second, 1, 2), 0)


def _ages(low: Floats, high: Floats, other_low: Floats, other_high: Floats) -> Ints:
    """Return 1 where two spans of years overlap, 2 where they are within ten years, 3 where not, 0 where unknown."""
    apart = np.maximum(other_low - high - 1, low - other_high)
    return np.where(np.isnan(apart), 0, np.where(apart <= 0, 1, np.where(apart <= 10, 2, 3)))
