"""What a third event says about a pair: two that are both close to a third are likelier to be linked themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from algorithms.linkage_frames import Floats, Ints, pair_key

# So many of an event's closest are looked at: its crowd, not the whole town.
CLOSEST = 30
# A third event rests on much the same evidence as the pair itself, so that it counts for less than half.
SHARE = 0.4


def company(a: Ints, b: Ints, score: Floats, count: int, *, closest: int = CLOSEST) -> Floats:
    """Return for each pair what the best third event adds: SHARE of the weaker of its two links, never below 0.

    a, b: positions, a < b, each pair once, sorted; score: log Bayes factor of each pair; count: of events.
    """
    found = np.zeros(len(score))
    good = np.flatnonzero(score > 0)
    if not len(good):
        return found
    ends = pd.DataFrame(
        {
            "via": np.concatenate([a[good], b[good]]),
            "other": np.concatenate([b[good], a[good]]),
            "score": np.tile(score[good], 2),
        }
    )
    ends = ends.sort_values(["via", "score", "other"], ascending=[True, False, True], ignore_index=True)
    ends = ends[ends.groupby("via").cumcount() < closest]
    two = ends.merge(ends, on="via", suffixes=("_a", "_b"))
    two = two[two["other_a"] < two["other_b"]]
    key = pair_key(two["other_a"].to_numpy(), two["other_b"].to_numpy(), count)
    weaker = np.minimum(two["score_a"].to_numpy(dtype=float), two["score_b"].to_numpy(dtype=float))
    at = np.searchsorted(pair_key(a, b, count), key)
    own = np.append(pair_key(a, b, count), -1)
    here = own[at] == key
    np.maximum.at(found, at[here], weaker[here])
    return np.asarray(SHARE * found)
