"""Which pairs of events share somebody or something, and through what; hubs never link."""

from __future__ import annotations

import numpy as np
import pandas as pd

from algorithms.linkage_frames import Ints, LinkageFrames, pair_key

CLASSES = {
    "person": "a person present at both, in any part but that of an attending professional",
    "care": "a person who was carer or landlord at one or both",
    "family": "a next of kin",
    "address": "an address of somebody involved, or of the scene",
    "object": "a phone, vehicle, account or other object",
    "mention": "what a note, message or photograph names",
    "relation": "two people who know each other, one at each",
}
# Of these one circumstance often brings several.
OF_PEOPLE = ("person", "care", "family", "address", "object", "relation")
# Whoever shares these is linked, if linked, over any distance.
OVER_ANY_DISTANCE = (*OF_PEOPLE, "mention")
FAMILY_ROLES = ("next_of_kin",)
CARE_ROLES = ("carer", "landlord")
COLUMNS = ("a", "b", "tie", "entity", "degree", "how_a", "how_b")
# domain.md D2: who is at more events than this meets them through work or premises.
MAX_DEGREE = 8


def shared_ties(frames: LinkageFrames, *, max_degree: int = MAX_DEGREE) -> pd.DataFrame:
    """Return one row a pair of events and class of tie: the rarest thing of that class that they share.

    max_degree: what is tied to more events than this is a hub and links nothing (count). Columns a, b (positions in
    frames.ids, a < b), tie (of CLASSES), entity, degree (events that it is tied to), how_a, how_b; sorted. A thing
    reached through a person who is in both events counts as that person alone; two scenes at one place are a matter of
    distance, not of ties. Raises ValueError if max_degree < 2.
    """
    if max_degree < 2:
        raise ValueError(f"max_degree must be 2 or more, not {max_degree}")
    pairs = _pairs(_placed(frames), max_degree)
    pairs["tie"] = _classes(pairs)
    pairs = pairs[pairs["tie"] != ""]
    direct = pairs[(pairs["kind"] == "person")][["a", "b", "entity"]].drop_duplicates()
    seen = pd.MultiIndex.from_frame(direct)
    for side in ("via_a", "via_b"):
        again = pd.MultiIndex.from_frame(pairs[["a", "b", side]].set_axis(["a", "b", "entity"], axis=1)).isin(seen)
        pairs = pairs[~again]
    pairs = pairs.sort_values(["a", "b", "tie", "degree", "entity", "how_a", "how_b"])
    return pairs.drop_duplicates(["a", "b", "tie"])[list(COLUMNS)].reset_index(drop=True)


def strata(frames: LinkageFrames, a: Ints, b: Ints) -> tuple[Ints, dict[int, float]]:
    """Return the stratum of each pair, and how many pairs of events each stratum has in all.

    0: neither of these; 1: both in one institution or at one spot; 2: the dead were of one family or household.
    Kin report each other's deaths and a home's staff those of its residents: what is shared is measured among these.
    """
    count = len(frames)
    kin = {n: frames.positions(frames.kin[n]) for n in ("a", "b")}
    known = (kin["a"] >= 0) & (kin["b"] >= 0) & (kin["a"] != kin["b"])
    kin_keys = np.unique(pair_key(kin["a"][known], kin["b"][known], count))
    place = frames.ordered["place"].fillna("").astype(str).to_numpy(dtype=object)
    codes, names = pd.factorize(place)
    codes = np.where(place == "", -1, codes)
    stratum = np.where((codes[a] >= 0) & (codes[a] == codes[b]), 1, 0)
    stratum[np.isin(pair_key(a, b, count), kin_keys)] = 2
    sizes = np.bincount(codes[codes >= 0], minlength=len(names)).astype(float)
    together = float((sizes * (sizes - 1) / 2).sum())
    total = count * (count - 1) / 2
    return stratum.astype(np.int64), {
        0: max(total - together - len(kin_keys), 1.0),
        1: max(together, 1.0),
        2: max(float(len(kin_keys)), 1.0),
    }


def _placed(frames: LinkageFrames) -> pd.DataFrame:
    ties = frames.ties[list(("event", "entity", "kind", "how", "via"))].fillna("").astype(str).drop_duplicates()
    position = frames.positions(ties["event"])
    return ties.assign(position=position)[position >= 0]


def _pairs(ties: pd.DataFrame, max_degree: int) -> pd.DataFrame:
    """Return every two events tied to one thing: a, b, kind, entity, degree, how and via at each end."""
    degree = ties.groupby(["kind", "entity"], sort=False)["position"].transform("nunique")
    near = ties.assign(degree=degree)[(degree >= 2) & (degree <= max_degree)]
    left = near[["kind", "entity", "degree", "position", "how", "via"]]
    right = near[["kind", "entity", "position", "how", "via"]]
    both = left.merge(right, on=["kind", "entity"], suffixes=("_a", "_b"))
    both = both[both["position_a"] < both["position_b"]]
    return both.rename(columns={"position_a": "a", "position_b": "b"})


def _classes(pairs: pd.DataFrame) -> np.ndarray:
    how_a, how_b, kind = pairs["how_a"], pairs["how_b"], pairs["kind"]
    mention = (how_a == "mention") | (how_b == "mention")
    family = how_a.isin(FAMILY_ROLES) | how_b.isin(FAMILY_ROLES)
    care = how_a.isin(CARE_ROLES) | how_b.isin(CARE_ROLES)
    scenes = (how_a == "scene") & (how_b == "scene")
    one_end = (kind == "relation") & (how_a == how_b)
    return np.select(
        [
            scenes | one_end,
            mention,
            kind == "relation",
            kind == "place",
            kind == "object",
            kind == "event",
            family,
            care,
        ],
        ["", "mention", "relation", "address", "object", "mention", "family", "care"],
        default="person",
    )
