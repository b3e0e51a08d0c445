"""Which places of several sources are one spot: the same UPRN, the same address, or one address written two ways."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from loaders.people.clusters import components
from loaders.writing.elements import HUB_PLACES

EARTH_M = 6_371_009.0
# Places nearer than this may be one scene that two services put on the map a little apart.
NEAR_M = 100.0
# Displaced and area places were moved on purpose, or are wide: they never make a link by themselves.
VAGUE = ("displaced", "area")


@dataclass(frozen=True)
class Places:
    """Places sorted by id, each with the number of its spot, and where it is on the globe (m)."""

    ids: npt.NDArray[np.object_]
    spot: npt.NDArray[np.int64]
    xyz: npt.NDArray[np.float64]
    hub: npt.NDArray[np.bool_]
    vague: npt.NDArray[np.bool_]
    postcode: npt.NDArray[np.object_]

    @property
    def hubs(self) -> set[str]:
        """Return the ids of places that are hubs, by their kind or that of another record of the spot."""
        return set(self.ids[self.hub])

    def put_on(self, events: pd.DataFrame) -> pd.DataFrame:
        """Return the events with spot (-1: none), hub, vague, x, y, z and postcode of their place."""
        row = pd.Series(np.arange(len(self.ids)), index=self.ids).reindex(events["location"]).to_numpy(dtype=float)
        there = ~np.isnan(row)
        at = np.where(there, row, 0).astype(np.int64)
        if not len(self.ids):
            nothing = np.full(len(events), np.nan)
            return events.assign(spot=-1, hub=False, vague=False, x=nothing, y=nothing, z=nothing, postcode=None)
        vague = there & self.vague[at]
        return events.assign(
            spot=np.where(there & ~vague, self.spot[at], -1),
            hub=there & self.hub[at],
            vague=vague,
            **{axis: np.where(there & ~vague, self.xyz[at, n], np.nan) for n, axis in enumerate("xyz")},
            postcode=pd.Series(self.postcode[at], dtype=object).where(there & ~vague, None).to_numpy(),
        )

    def mates(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """Return for each of these places the places of its spot, itself among them."""
        of_spot = pd.Series(self.ids).groupby(self.spot).agg(list)
        spot = dict(zip(self.ids, self.spot, strict=True))
        return {place: of_spot[spot[place]] for place in ids if place in spot}

    def near(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """Return for each of these places those within NEAR_M."""
        fixed = np.flatnonzero(~np.isnan(self.xyz[:, 0]))
        row = {place: at for at, place in enumerate(self.ids)}
        if not fixed.size:
            return {place: [] for place in ids}
        tree = cKDTree(self.xyz[fixed])
        found = {}
        for place in ids:
            here = self.xyz[row[place]] if place in row else np.array([np.nan])
            hits = [] if np.isnan(here[0]) else tree.query_ball_point(here, NEAR_M)
            found[place] = [str(self.ids[fixed[hit]]) for hit in hits]
        return found


def find_places(places: pd.DataFrame) -> Places:
    """Return the spots of these places. places: columns of event_places.cypher."""
    places = places.sort_values("id", ignore_index=True)
    xyz = on_the_globe(
        pd.to_numeric(places["latitude"]).to_numpy(dtype=float),
        pd.to_numeric(places["longitude"]).to_numpy(dtype=float),
    )
    edges = [*_same(places["uprn"]), *_same(_written(places)), *_one_address(places, xyz)]
    a, b = (np.array(side, dtype=np.int64) for side in (zip(*edges, strict=True) if edges else ((), ())))
    spot = components(len(places), a, b)
    # One source calls it a hospital, the other says nothing.
    crowded = set(spot[places["place_type"].isin(HUB_PLACES).to_numpy()])
    hub = np.array([number in crowded for number in spot], dtype=np.bool_)
    return Places(
        ids=places["id"].to_numpy(dtype=object),
        spot=spot,
        xyz=xyz,
        hub=hub,
        vague=places["precision"].isin(VAGUE).to_numpy(),
        postcode=_compact(places["postcode"]).to_numpy(dtype=object),
    )


def on_the_globe(latitude: npt.NDArray[np.float64], longitude: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return x, y, z (m); the straight line between two is their distance, for as far as matters here."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    return EARTH_M * np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def _same(keys: pd.Series) -> list[tuple[int, int]]:
    """Return pairs of rows that chain together all rows of one key."""
    known = np.flatnonzero(keys.notna().to_numpy())
    code = pd.factorize(keys.iloc[known])[0]
    _, first = np.unique(code, return_index=True)
    first = known[first[code]]
    more = first != known
    return list(zip(first[more].tolist(), known[more].tolist(), strict=True))


def _written(places: pd.DataFrame) -> pd.Series:
    """Return the address as written, with what tells it from the same street elsewhere; none without that."""
    where = places["town"].where(places["town"].notna(), places["postcode"])
    known = places["address"].notna() & where.notna()
    return (places["address"].astype(str) + "|" + where.astype(str)).where(known)


def _compact(texts: pd.Series) -> pd.Series:
    known = texts.notna()
    return texts.astype(str).str.upper().str.replace(" ", "").where(known, None).astype(object)


def _one_address(places: pd.DataFrame, xyz: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return pairs of near places whose addresses are the same words in another order or writing."""
    fixed = np.flatnonzero(places["address"].notna().to_numpy() & ~np.isnan(xyz[:, 0]))
    told = places.iloc[fixed]
    keys = pd.Series([address_key(*both) for both in zip(told["address"], told["town"], strict=True)], dtype=object)
    repeated = keys.duplicated(keep=False).to_numpy()
    fixed, keys = fixed[repeated], keys[repeated]
    if not fixed.size:
        return []
    code = pd.factorize(keys)[0].astype(float) * 1e9
    pairs = cKDTree(np.column_stack([xyz[fixed], code])).query_pairs(NEAR_M, output_type="ndarray")
    return [(int(fixed[a]), int(fixed[b])) for a, b in pairs]


_SHORT = {"road": "rd", "street": "st", "avenue": "ave", "close": "cl", "court": "ct", "lane": "ln", "flat": "fl"}


def address_key(address: str, town: str | None = None) -> str:
    """Return the words of an address, without the town's: '1 Clover Rd, Flat 2' is 'Flat 2, 1 Clover Road, Wendmere'.

    Order counts in 'flat n' only: which number is the flat's matters.
    """
    besides = set(re.findall(r"[a-z0-9]+", town.lower())) if isinstance(town, str) else set()
    words = [_SHORT.get(word, word) for word in re.findall(r"[a-z0-9]+", address.lower()) if word not in besides]
    joined = re.sub(r"\b(fl|apartment|apt|unit) (\w+)", r"fl_\2", " ".join(words))
    return " ".join(sorted(joined.split()))
