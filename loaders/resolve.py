"""Nominals -> people: which records of persons are one person, how sure that is, and on what it rests.

    candidates (people_blocking) -> weights (people_scoring: Splink and patterns) -> people (clusters)

Nothing is merged: a person is our opinion about which nominals belong together. A human verdict always wins.
"""

import hashlib
import logging
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from loaders.people.clusters import Evidence, Pair, Verdicts, group_links, read_verdicts, split_group, weakest_links
from loaders.people.explain import (
    JOINED_FROM,
    POSSIBLE_FROM,
    SAID_BY_ANALYST,
    SINGLE,
    Contribution,
    PairExplanation,
    basis_words,
    explain_pair,
)
from loaders.people.features import ordered_nominals
from loaders.people.model import Model, default_model
from loaders.people.patterns import is_level
from loaders.people.scoring import Workspace, odds_bits, prior_bits, probability, score_pairs, workspace
from loaders.people.training import FEWEST_TO_TRAIN, train, train_on

__all__ = [
    "JOINED_FROM",
    "POSSIBLE_FROM",
    "Contribution",
    "Model",
    "PairExplanation",
    "Resolution",
    "explain_pair",
    "person_id",
    "resolve_people",
    "train",
]

log = logging.getLogger(__name__)

# Two records contradict each other, and cannot both belong to one person, when all evidence together (bits, the prior
# left out) is this low, or when they are more likely two people and date of birth or PNC id alone speaks this clearly
# against one.
CONTRADICTED_AT = -8.0
CLEARLY_AGAINST = -3.0


@dataclass(frozen=True)
class Resolution:
    """Who is who. clusters: nominal_id, person_id, probability, basis, one row a nominal, ordered by nominal_id.

    probability: of the lowest link that a membership rests on (1.0 for a single record and for what an analyst said);
    basis: what that nominal's own link rests on, in words. possible: nominal_a, nominal_b (a < b), probability
    (0.8-0.99), basis; pairs in two people that may be one. model: the parameters used.
    """

    clusters: pd.DataFrame
    possible: pd.DataFrame
    model: Model


def person_id(founding_nominal: str) -> str:
    """Return the id of the person founded by this nominal (the member with the smallest first_recorded_at, then id)."""
    return "person:" + hashlib.sha256(founding_nominal.encode()).hexdigest()[:12]


def resolve_people(
    nominals: pd.DataFrame, judgements: pd.DataFrame | None = None, *, model: Model | None = None
) -> Resolution:
    """Return which nominals are one person.

    nominals: good rows of the people table, `id` required and unique, every other column may be absent or empty.
    judgements: first_ref, second_ref (nominal ids), verdict (same, different), in the order they were given: the last
    word on a pair holds. model: parameters to use; None trains on these nominals when there are enough, else takes the
    committed defaults. The order of rows in nominals does not matter. Raises ThroughlineError on missing or repeated
    ids and on an unknown verdict.
    """
    ordered = ordered_nominals(nominals)
    ids = ordered["id"].to_numpy(dtype=object)
    verdicts = read_verdicts(judgements, ids)
    with workspace(nominals) as space:
        candidates = space.find_candidates()
        if model is None and len(ids) >= FEWEST_TO_TRAIN:
            model, scored = train_on(space)
        else:
            model = model or default_model()
            scored = score_pairs(space, "candidates", model)
        scored = scored[scored["weight"] > 0.0]
        labels, evidence = _people(space, scored, len(ids), verdicts, model)
    clusters = _clusters_frame(ordered, labels, evidence, verdicts)
    possible = _possible_frame(ids, labels, evidence, verdicts)
    log.info(
        "resolve: %d nominals, %d candidate pairs, %d people, %d possible pairs",
        len(ids),
        candidates,
        clusters["person_id"].nunique(),
        len(possible),
    )
    return Resolution(clusters, possible, model)


def _people(
    space: Workspace, scored: pd.DataFrame, nominals: int, verdicts: Verdicts, model: Model
) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """Return a label per uid, and all scored pairs that are at least possible, those inside groups included."""
    labels = _linked(scored, nominals, verdicts)
    sizes = np.bincount(labels, minlength=nominals)
    missing = _unscored_pairs(labels, sizes, scored)
    if len(missing):
        space.con.register("missing_arrow", missing)
        space.con.execute("CREATE OR REPLACE TABLE inside AS SELECT * FROM missing_arrow")
        inside = score_pairs(space, "inside", model, keep_from=-np.inf)
        scored = pd.concat([scored, inside], ignore_index=True)
    scored = scored.assign(probability=probability(scored["weight"].to_numpy()))
    labels = _split_groups(labels, sizes, scored, verdicts, model, space.nominals)
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
            group.tolist(), *_evidence(pairs.get(label), verdicts, model, nominals, group.tolist()), verdicts
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


# --- frames --------------------------------------------------------------------------------------------------------


def _clusters_frame(
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


def _possible_frame(
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
