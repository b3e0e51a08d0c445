"""Small invented worlds for tests of linkage: events scattered at random, some of them of one hand."""

import numpy as np
import pandas as pd

from algorithms.linkage_frames import LinkageFrames


def scattered(count: int, series: tuple[int, ...] = (), *, seed: int = 3) -> tuple[LinkageFrames, pd.DataFrame]:
    """Return events over two years in a town of 20 km, and the pairs that are linked.

    series: how many events each series has; its events lie within a km and three months, at one hour, by one method.
    """
    rng = np.random.default_rng(seed)
    total = count + sum(series)
    ids = np.array([f"e{number:05d}" for number in rng.permutation(total)], dtype=object)
    day = rng.uniform(19_000, 19_730, total)
    north, east = rng.uniform(-0.09, 0.09, total), rng.uniform(-0.15, 0.15, total)
    method = rng.choice(list("abcdefgh"), total, p=[0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05])
    linked, at = [], count
    for size in series:
        rows = np.arange(at, at + size)
        day[rows] = rng.uniform(19_050, 19_600) + rng.uniform(0, 90, size).round() + 0.9
        north[rows] = rng.uniform(-0.08, 0.08) + rng.normal(0, 0.004, size)
        east[rows] = rng.uniform(-0.13, 0.13) + rng.normal(0, 0.006, size)
        method[rows] = rng.choice(list("efgh"))
        linked += [(min(ids[i], ids[j]), max(ids[i], ids[j])) for i in rows for j in rows if i < j]
        at += size
    events = pd.DataFrame(
        {"event": ids, "low_day": day, "high_day": day, "latitude": 52 + north, "longitude": -1 + east}
    )
    tokens = pd.DataFrame({"event": ids, "group": "method", "token": method})
    return LinkageFrames(events, tokens), pd.DataFrame(linked, columns=["a", "b"])


def shuffled(frames: LinkageFrames, seed: int) -> LinkageFrames:
    """Return the same with every frame's rows in another order."""
    mixed = {
        name: getattr(frames, name).sample(frac=1, random_state=seed)
        for name in ("events", "tokens", "ties", "kin", "set_apart")
    }
    return LinkageFrames(**mixed)


def ties(*rows: tuple[str, str, str, str] | tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Return ties from rows of event, entity, kind, how and perhaps via."""
    return pd.DataFrame([(*row, "")[:5] for row in rows], columns=["event", "entity", "kind", "how", "via"])
