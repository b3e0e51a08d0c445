"""Scored pairs -> groups of records, each one person: what links, what speaks against, and where a group is cut."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from loaders.people.clusters import Cut, Evidence, Pair, Verdicts, group_links, split_group
from loaders.people.model import Model
from loaders.people.patterns import is_level
from loaders.people.scoring import Workspace, odds_bits, prior_bits, probability, score_pairs

# From here on two records are one person; from here on they may be.
JOINED_FROM = 0.99
POSSIBLE_FROM = 0.8

# Two records contradict each other, and cannot both belong to one person, when all evidence together (bits, the prior
# left out) is this low, or when they are more likely two people and date of birth or PNC id alone speaks this clearly
# against one.
CONTRADICTED_AT = -8.0
CLEARLY_AGAINST = -3.0


def group_people(
    space: Workspace,
    scored: pd.DataFrame,
    nominals: int,
    verdicts: Verdicts,
    model: Model,
    cuts: list[Cut] | None = None,
) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """Return a label per uid, and all scored pairs that are at least possible, those inside groups included.

    cuts: told of each cut made.
    """
    labels = _linked(scored, nominals, verdicts)
    sizes = np.bincount(labels, minlength=nominals)
    missing = _unscored_pairs(labels, sizes, scored)
    if len(missing):
        space.con.register("missing_arrow", missing)
        space.con.execute("CREATE OR REPLACE TABLE inside AS SELECT * FROM missing_arrow")
        inside = score_pairs(space, "inside", model, keep_from=-np.inf)
        scored = pd.concat([scored, inside], ignore_index=True)
    scored = scored.assign(probability=probability(scored["weight"].to_numpy()))
    labels = _split_groups(labels, sizes, scored, verdicts, model, space.nominals, cuts)
    return labels, scored[scored["probability"] >= POSSIBLE_FROM].sort_values(["a", "b"], ignore_index=True)


def _linked(scored: pd.DataFrame, nominals: int, verdicts: Verdicts) -> npt.NDArray[np.int64]:
    links = scored.loc[scored["weight"] >= odds_bits(JOINED_FROM), ["a", "b", "weight"]]
    said = pd.DataFrame(sorted(verdicts.same), columns=["a", "b"]).assign(weight=np.inf)
    return group_links(pd.concat([links, said], ignore_index=True) if len(said) else links, nominals)


def _unscored_pairs(labels: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], scored: pd.DataFrame) -> pa.Table:
    """Pairs inside groups of three and more that were no candidates, or too weak to be kept: in a group, what speaks
    against counts too.
    """
    members = np.flatnonzero(sizes[labels] >= 3)
    by_group = pd.Series(members).groupby(labels[members])
    pairs = pd.DataFrame(
        [pair for _, group in by_group for pair in combinations(group.tolist(), 2)], columns=["a", "b"], dtype="int64"
    )
    known = pd.MultiIndex.from_frame(scored[["a", "b"]])
    pairs = pairs[~pd.MultiIndex.from_frame(pairs).isin(known)]
    return pa.table(
        {"join_key_l": pairs["a"].to_numpy(), "join_key_r": pairs["b"].to_numpy(), "match_key": ["0"] * len(pairs)}
    )


def _split_groups(
    labels: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.int64],
    scored: pd.DataFrame,
    verdicts: Verdicts,
    model: Model,
    nominals: int,
    cuts: list[Cut] | None,
) -> npt.NDArray[np.int64]:
    """Split every group that is not plainly one person. Plain: all its pairs at least possible and no human
    'different' in it.
    """
    same_group = labels[scored["a"]] == labels[scored["b"]]
    inside = scored[same_group & (sizes[labels[scored["a"]]] >= 2)]
    group_of = labels[inside["a"].to_numpy()]
    supported = np.bincount(group_of[inside["probability"].to_numpy() >= POSSIBLE_FROM], minlength=len(labels))
    doubtful = supported < sizes * (sizes - 1) // 2
    for a, b in verdicts.different:
        doubtful[labels[a]] |= labels[a] == labels[b]
    doubtful &= sizes >= 2
    out = labels.copy()
    members = pd.Series(np.flatnonzero(doubtful[labels]))
    pairs = dict(iter(inside[doubtful[group_of]].groupby(group_of[doubtful[group_of]])))
    for label, group in members.groupby(labels[members.to_numpy()]):
        for part in split_group(
            group.tolist(), *_evidence(pairs.get(label), verdicts, model, nominals, group.tolist()), verdicts, cuts
        ):
            out[part] = part[0]
    return out


def _evidence(
    pairs: pd.DataFrame | None, verdicts: Verdicts, model: Model, nominals: int, members: list[int]
) -> tuple[set[Pair], Evidence]:
    inside = set(members)
    links = {pair for pair in verdicts.same if pair[0] in inside and pair[1] in inside}
    if pairs is None:
        return links, Evidence({}, frozenset(), frozenset())
    keys = list(zip(pairs["a"].tolist(), pairs["b"].tolist(), strict=True))
    weight = dict(zip(keys, pairs["weight"].tolist(), strict=True))
    likely = pairs["probability"].to_numpy()
    certain = is_level({"pnc_id": pairs["pnc_id"].to_numpy()}, "pnc_id", "same")

    def chosen(mask: npt.NDArray[np.bool_]) -> frozenset[Pair]:
        return frozenset(keys[i] for i in np.flatnonzero(mask))

    evidence = Evidence(
        weight=weight,
        supported=chosen(likely >= POSSIBLE_FROM),
        contradicted=chosen(_contradicted(pairs, model, prior_bits(model, nominals))),
        certain=chosen(certain & (likely >= JOINED_FROM)),
    )
    return links | set(chosen(likely >= JOINED_FROM)), evidence


def _contradicted(pairs: pd.DataFrame, model: Model, prior: float) -> npt.NDArray[np.bool_]:
    weight = pairs["weight"].to_numpy()
    telling = ["bits_pnc_id", "bits_date_of_birth"] if model.births_reliable else ["bits_pnc_id"]
    worst = pairs[telling].to_numpy(dtype=float).min(axis=1)
    return np.asarray((weight - prior <= CONTRADICTED_AT) | ((weight < 0) & (worst <= CLEARLY_AGAINST)))
