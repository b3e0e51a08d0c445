"""Groups of records -> frames: who is who, how sure that is and on what it rests, and who may be one person."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.ids import person_id
from loaders.people.clusters import Pair, Verdicts, weakest_links
from loaders.people.explain import SAID_BY_ANALYST, SINGLE, basis_words
from loaders.people.grouping import JOINED_FROM


def clusters_frame(
    ordered: pd.DataFrame, labels: npt.NDArray[np.int64], evidence: pd.DataFrame, verdicts: Verdicts
) -> pd.DataFrame:
    ids = ordered["id"].to_numpy(dtype=object)
    founders = _founders(ordered, labels)
    chance = np.ones(len(ids))
    basis = np.full(len(ids), SINGLE, dtype=object)
    for uid, (lowest, words) in _memberships(labels, founders, evidence, verdicts).items():
        chance[uid], basis[uid] = lowest, words
    persons = {founder: person_id(ids[founder]) for founder in np.unique(founders)}
    return pd.DataFrame(
        {"nominal_id": ids, "person_id": [persons[f] for f in founders], "probability": chance, "basis": basis}
    ).astype({"nominal_id": "str", "person_id": "str", "basis": "str"})  # fmt: skip


def _founders(ordered: pd.DataFrame, labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The uid of each nominal's founding nominal. Records without a time come last; then the order of ids decides."""
    times = _record_times(ordered)
    order = np.lexsort((np.arange(len(labels)), times))
    first: dict[int, int] = {}
    for uid in order.tolist():
        first.setdefault(int(labels[uid]), uid)
    return np.array([first[int(label)] for label in labels], dtype=np.int64)


def _record_times(ordered: pd.DataFrame) -> npt.NDArray[np.int64]:
    latest = np.iinfo(np.int64).max
    if "first_recorded_at" not in ordered.columns:
        return np.full(len(ordered), latest)
    times = pd.to_datetime(ordered["first_recorded_at"], utc=True, errors="coerce", format="mixed")
    return np.where(times.isna(), latest, times.astype("datetime64[us, UTC]").astype("int64"))


def _memberships(
    labels: npt.NDArray[np.int64], founders: npt.NDArray[np.int64], evidence: pd.DataFrame, verdicts: Verdicts
) -> dict[int, tuple[float, str]]:
    """Per uid in a group of two and more: the lowest probability its membership rests on, and the words for its own
    link.
    """
    a, b = evidence["a"].to_numpy(), evidence["b"].to_numpy()
    inside = evidence[labels[a] == labels[b]]
    words = basis_words(inside)
    chance: dict[int, dict[Pair, float]] = {}
    said: dict[Pair, str] = {}
    for left, right, likely, word in zip(
        inside["a"].tolist(), inside["b"].tolist(), inside["probability"].tolist(), words, strict=True
    ):
        chance.setdefault(int(labels[left]), {})[(left, right)] = likely
        said[(left, right)] = word
    for left, right in verdicts.same:
        if labels[left] == labels[right]:
            chance.setdefault(int(labels[left]), {})[(left, right)] = 1.0
            said[(left, right)] = SAID_BY_ANALYST
    out: dict[int, tuple[float, str]] = {}
    for links in chance.values():
        members = sorted({uid for pair in links for uid in pair})
        founder = int(founders[members[0]])
        if len(links) == 1:
            ((pair, likely),) = links.items()
            out |= dict.fromkeys(pair, (likely, said[pair]))
            continue
        members.sort(key=lambda uid: uid != founder)
        lowest, hangs_by = weakest_links(members, links)
        out |= {uid: (lowest[uid], said[hangs_by[uid]]) for uid in lowest}
    return out


def possible_frame(
    ids: npt.NDArray[np.object_], labels: npt.NDArray[np.int64], evidence: pd.DataFrame, verdicts: Verdicts
) -> pd.DataFrame:
    a, b = evidence["a"].to_numpy(), evidence["b"].to_numpy()
    apart = evidence[labels[a] != labels[b]]
    keys: list[Pair] = list(zip(apart["a"].tolist(), apart["b"].tolist(), strict=True))
    apart = apart[np.array([pair not in verdicts.different for pair in keys], dtype=bool)]
    return pd.DataFrame(
        {
            "nominal_a": ids[apart["a"].to_numpy(dtype=np.int64)],
            "nominal_b": ids[apart["b"].to_numpy(dtype=np.int64)],
            # A link good enough to join that was cut in its group is a possible one now.
            "probability": np.minimum(apart["probability"].to_numpy(dtype=float), JOINED_FROM),
            "basis": basis_words(apart),
        }
    ).astype({"nominal_a": "str", "nominal_b": "str", "basis": "str"})  # fmt: skip
