"""Learn a model from a force's own records: u from random pairs, m by expectation maximisation, both drawn towards the
committed defaults.

Splink compares the pairs; the sums are done here, over the patterns of agreement, because Splink's own training
compares each pair anew for each comparison and takes several times as long (docs of the measurement:
tests/loaders/test_resolve_shared_data.py).

Training may fail in parts: a comparison whose estimates make no sense keeps its defaults and says so; if names or
dates of birth do, all defaults stay.
"""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from loaders.people.comparisons import COMPARISON, COMPARISONS, UNTRAINED
from loaders.people.model import Model, default_model
from loaders.people.patterns import learn_reliability
from loaders.people.scoring import (
    CHUNK,
    Compared,
    Workspace,
    odds_bits,
    prior_bits,
    probability,
    score_pairs,
    weigh,
    with_patterns,
    workspace,
)

log = logging.getLogger(__name__)

# Below this many nominals there are too few pairs to learn from.
FEWEST_TO_TRAIN = 500

# Random pairs to measure u on: so many per nominal, within these bounds.
_RANDOM_PAIRS = (8, 30_000, 1_000_000)
EM_PAIRS = 1_000_000
EM_STEPS = 200
# Below so many bits between what it takes for true pairs and for others, expectation maximisation has told no groups
# apart, whatever it says; and from so few true pairs it has learnt noise.
_LEAST_INFORMATION = 3.0
_FEWEST_TRUE_PAIRS = 20.0
_SETTLED = 1e-4

# Pairs that share one thing exactly hold enough true pairs to learn how often the other things agree in them: what they
# share, and what that leaves out.
_EM_BLOCKS = {
    "same_birth": ("dob", ("date_of_birth",)),
    "same_name": ("given || '|' || family", ("given_name", "family_name")),
}
# A larger block is a placeholder (one date of birth for all whose is not known), and no sample of anything.
_LARGEST_BLOCK = 1000

# The defaults count as this many true pairs (m) and random pairs (u) seen: levels that are seldom met stay near them.
_WORTH_M = 100.0
_WORTH_U = 20_000.0
_SMALLEST = 1e-8

# True pairs per nominal: below, nothing is repeated; above, something is wrong with the estimate.
_PAIRS_PER_NOMINAL = (0.02, 5.0)
_HIGHEST_PRIOR = 0.01

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Session:
    """What expectation maximisation found in one block: m per comparison (by level), from so many true pairs."""

    m: Mapping[str, Shares]
    pairs: float
    without: tuple[str, ...]


@dataclass(frozen=True)
class _Random:
    """u per comparison (by level) as so many random pairs show it."""

    u: Mapping[str, Shares]
    pairs: int


@dataclass(frozen=True)
class _Sample:
    """Compared pairs, and for each mark (candidate, random, same_birth, same_name) which of them carry it."""

    pairs: Compared
    marks: Mapping[str, npt.NDArray[np.bool_]]


def train(nominals: pd.DataFrame) -> Model:
    """Return a model learnt from these nominals; the committed defaults (with a note) where there are too few or
    nothing sensible is learnt.

    nominals: as resolve_people takes them. Deterministic: the order of rows does not matter.
    """
    if len(nominals) < FEWEST_TO_TRAIN:
        return replace(
            default_model(), notes=(f"only {len(nominals)} nominals, {FEWEST_TO_TRAIN} needed: defaults used",)
        )
    with workspace(nominals) as space:
        space.find_candidates()
        return train_on(space)[0]


def train_on(space: Workspace) -> tuple[Model, pd.DataFrame]:
    """Return (model, the scored candidate pairs under it) for a workspace that holds the table `candidates`."""
    few = space.count("candidates") <= CHUNK
    sample = _sample(space, with_candidates=few)
    model = _learn_weights(sample, space.nominals)
    if few:
        scored = weigh(sample.pairs.where(sample.marks["candidate"]), model, space.nominals)
    else:
        del sample
        scored = score_pairs(space, "candidates", model)
    learnt = learn_from_scores(scored, space.nominals, model)
    return learnt, with_patterns(scored, learnt, prior_bits(learnt, space.nominals) - prior_bits(model, space.nominals))


def learn_from_scores(scored: pd.DataFrame, nominals: int, model: Model) -> Model:
    """Return the model with its prior, and which columns families can be told apart by, learnt from scored candidate
    pairs.
    """
    if model.trained_on == 0:
        return model
    given, births = learn_reliability({c.name: scored[c.name].to_numpy() for c in COMPARISONS})
    model = replace(model, given_names_reliable=given, births_reliable=births)
    evidence = with_patterns(scored, model)["weight"].to_numpy() - prior_bits(model, nominals)
    pairs = model.pairs_per_nominal or 0.5
    for _ in range(30):
        found = float(probability(evidence + odds_bits(_prior(pairs, nominals))).sum()) / nominals
        found = min(max(found, _PAIRS_PER_NOMINAL[0]), _PAIRS_PER_NOMINAL[1])
        settled = abs(found - pairs) < 0.001 * pairs
        pairs = found
        if settled:
            break
    highest = _HIGHEST_PRIOR * (nominals - 1) / 2.0
    return replace(model, pairs_per_nominal=float(f"{min(pairs, highest):.4g}"))


def _prior(pairs_per_nominal: float, nominals: int) -> float:
    return min(2.0 * pairs_per_nominal / max(nominals - 1, 1), _HIGHEST_PRIOR)


def _sample(space: Workspace, *, with_candidates: bool) -> _Sample:
    """Compare random pairs, pairs that share a key and, when they are few, candidates in one go: each pass of Splink
    has its price.
    """
    marked = {"random": _random_pairs_sql(space.nominals)}
    if with_candidates:
        marked["candidate"] = "SELECT join_key_l AS l, join_key_r AS r FROM candidates"
    marked |= {key: _sharing_sql(space, sql) for key, (sql, _) in _EM_BLOCKS.items()}
    union = " UNION ALL ".join(
        f"SELECT l, r, {', '.join(f'{name == mark} AS {name}' for name in marked)} FROM ({sql})"
        for mark, sql in marked.items()
    )
    flags = ", ".join(f"bool_or({name}) AS {name}" for name in marked)
    space.con.execute(
        f"CREATE OR REPLACE TABLE sample AS"
        f" SELECT l AS join_key_l, r AS join_key_r, '0' AS match_key, {flags} FROM ({union}) GROUP BY l, r"
    )
    pairs = space.compare("sample")
    raw = space.con.sql(f"SELECT {', '.join(marked)} FROM sample ORDER BY join_key_l, join_key_r").fetchnumpy()
    space.con.execute("DROP TABLE sample")
    return _Sample(pairs, {name: np.asarray(raw[name], dtype=bool) for name in marked})


def _random_pairs_sql(nominals: int) -> str:
    """The pairs among records drawn by the hash of their uid."""
    per_nominal, fewest, most = _RANDOM_PAIRS
    wanted = min(max(per_nominal * nominals, fewest), most)
    drawn = f"SELECT uid FROM features ORDER BY hash(uid), uid LIMIT {math.ceil(math.sqrt(2.0 * wanted)) + 1}"
    return f"SELECT a.uid AS l, b.uid AS r FROM ({drawn}) AS a JOIN ({drawn}) AS b ON a.uid < b.uid"


def _sharing_sql(space: Workspace, key: str) -> str:
    """Pairs that share a key; of more than EM_PAIRS, those of some of the keys (drawn by hash)."""
    blocks = (
        f"SELECT {key} AS key, count(*) AS n FROM features WHERE {key} IS NOT NULL"
        f" GROUP BY key HAVING n BETWEEN 2 AND {_LARGEST_BLOCK}"
    )
    total = float(space.con.execute(f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM ({blocks})").fetchall()[0][0])
    chosen = f"SELECT key FROM ({blocks}) WHERE hash(key) % {max(math.ceil(total / EM_PAIRS), 1)} = 0"
    keyed = f"SELECT uid, {key} AS key FROM features WHERE {key} IN ({chosen})"
    return f"SELECT a.uid AS l, b.uid AS r FROM ({keyed}) AS a JOIN ({keyed}) AS b ON a.key = b.key AND a.uid < b.uid"


def _learn_weights(sample: _Sample, nominals: int) -> Model:
    default = replace(default_model(), pairs_per_nominal=0.5)
    drawn = sample.pairs.where(sample.marks["random"])
    random = _Random({c.name: _shares(_counts(drawn.codes[c.name], c.name)) for c in COMPARISONS}, len(drawn))
    found = (
        _maximise(sample.pairs.where(sample.marks[key]), without, random, default)
        for key, (_, without) in _EM_BLOCKS.items()
    )
    sessions = [session for session in found if session is not None]
    if not sessions:
        return replace(default_model(), notes=("too few pairs share a date of birth or a whole name: defaults used",))
    true_share = _true_share(sessions, default, nominals)
    weights = dict(default.weights)
    notes: list[str] = []
    for comparison in COMPARISONS:
        name = comparison.name
        able = [s for s in sessions if name in s.m and s.m[name].any()]
        if not able:
            continue
        learnt = _learn_comparison(name, random, able, default.weights[name], true_share)
        if _plausible(learnt):
            weights[name] = learnt
        else:
            notes.append(f"{comparison.title}: what was learnt makes no sense, defaults used")
    if any(note.startswith(("given name", "surname", "date of birth")) for note in notes):
        return replace(default_model(), notes=(*notes, "defaults used throughout"))
    return replace(default, weights=weights, trained_on=nominals, notes=tuple(notes))


def _counts(codes: npt.NDArray[np.uint8], comparison: str, weights: Shares | None = None) -> Shares:
    """How many pairs stand at each level (those with nothing to compare left out), each pair counted by its weight."""
    return np.bincount(codes, weights=weights, minlength=len(COMPARISON[comparison].levels) + 1)[1:].astype(float)


def _shares(counts: Shares) -> Shares:
    total = counts.sum()
    return counts / total if total else counts


def _maximise(compared: Compared, without: tuple[str, ...], random: _Random, default: Model) -> _Session | None:
    """Expectation maximisation over pairs that share some columns. None where there are too few pairs or it does not
    settle.
    """
    names = [c.name for c in COMPARISONS if c.name not in without and c.name not in UNTRAINED]
    if len(compared) < 50:
        log.info("training: only %d pairs share %s", len(compared), " and ".join(without))
        return None
    codes, count = _agreement_patterns(compared, names)
    u = {name: _smoothed(random.u[name], random.pairs, default.weights[name], 1, _WORTH_U) for name in names}
    m = {name: _shares(np.array([m for m, _ in default.weights[name].values()])) for name in names}
    # Begin with few true pairs: begun at half, pairs with little to compare all count as true, and of a crowd of
    # namesakes (one true pair in fourteen) the groups found are not the true and the untrue.
    share = 0.01
    for _ in range(EM_STEPS):
        log_odds = np.full(len(count), np.log(share / (1 - share)))
        for name in names:
            log_odds += np.concatenate(([0.0], np.log(m[name] / u[name])))[codes[name]]
        likely = count / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))
        pairs = float(likely.sum())
        seen = {name: _shares(_counts(codes[name], name, likely)) for name in names}
        new = {name: _smoothed(seen[name], pairs, default.weights[name], 0, _WORTH_M) for name in names}
        change = max(float(np.abs(new[name] - m[name]).max()) for name in names)
        m, share = new, min(max(pairs / float(count.sum()), 1e-6), 1 - 1e-6)
        if change < _SETTLED and (_information(seen, u) < _LEAST_INFORMATION or pairs < _FEWEST_TRUE_PAIRS):
            break
        if change < _SETTLED:
            # Kept as seen: the defaults are brought in once, when the sessions are put together.
            return _Session({name: np.where(seen[name] > 1e-9, seen[name], 0.0) for name in names}, pairs, without)
    log.info("training: nothing learnt from pairs that share %s", " and ".join(without))
    return None


def _information(m: Mapping[str, Shares], u: Mapping[str, Shares]) -> float:
    """Bits by which a true pair tells itself from two different people, on average, over all comparisons."""
    return sum(float(np.sum(m[name] * np.log2(np.maximum(m[name], 1e-12) / u[name]))) for name in m)


def _agreement_patterns(compared: Compared, names: list[str]) -> tuple[dict[str, npt.NDArray[np.uint8]], Shares]:
    """The different combinations of levels among the pairs, and how many pairs show each."""
    combined = np.zeros(len(compared), dtype=np.int64)
    for name in names:
        combined = combined * (len(COMPARISON[name].levels) + 1) + compared.codes[name]
    _, first, count = np.unique(combined, return_index=True, return_counts=True)
    return {name: compared.codes[name][first] for name in names}, count.astype(float)


def _smoothed(
    seen: Shares, pairs: float, default: Mapping[str, tuple[float, float]], which: int, worth: float
) -> Shares:
    """Shares as seen in so many pairs, drawn towards the default m (which = 0) or u (1) as if those were worth so many
    pairs.
    """
    prior = _shares(np.array([shares[which] for shares in default.values()]))
    return np.asarray((seen * pairs + prior * worth) / ((pairs if seen.any() else 0.0) + worth))


def _true_share(sessions: list[_Session], default: Model, nominals: int) -> float:
    """Share of true pairs among random ones: a session's true pairs, over how often true pairs fall into its block,
    over all pairs.
    """
    totals = []
    for session in sessions:
        kept = 1.0
        for name in session.without:
            learnt = [other.m[name][0] for other in sessions if name in other.m]
            kept *= max(float(learnt[0]) if learnt else default.weights[name]["same"][0], 0.2)
        totals.append(session.pairs / kept)
    return min(float(np.mean(totals)) / max(nominals * (nominals - 1) / 2, 1.0), _HIGHEST_PRIOR)


def _learn_comparison(
    name: str, random: _Random, sessions: list[_Session], default: Mapping[str, tuple[float, float]], true_share: float
) -> dict[str, tuple[float, float]]:
    """m: mean of the sessions; u: random pairs without the true pairs among them; both drawn towards the defaults.
    What was never met keeps them.
    """
    pairs = sum(s.pairs for s in sessions)
    m = np.asarray(sum(s.m[name] * s.pairs for s in sessions)) / pairs
    # Random pairs hold true pairs too (one record in so many is repeated): of a level as rare as one phone they would
    # be all that is seen.
    u = np.maximum(random.u[name] - true_share * m, 0.0)
    never_met = (m == 0.0) & (random.u[name] == 0.0)
    m = _smoothed(m, pairs, default, 0, _WORTH_M)
    u = _smoothed(u, random.pairs, default, 1, _WORTH_U)
    learnt = {
        level: default[level] if never_met[i] else (_rounded(m[i]), _rounded(u[i])) for i, level in enumerate(default)
    }  # fmt: skip
    return _never_less_for_more(learnt, _MORE_IS_MORE.get(name, ()))


# From the exacter to the looser: estimates in which the exacter counts less are noise, and are pooled.
_MORE_IS_MORE: Mapping[str, tuple[str, ...]] = {
    "given_name": ("same", "close", "alike", "different"),
    "family_name": ("same", "close", "alike", "different"),
    "date_of_birth": ("same", "one_digit", "two_parts", "years_apart", "far_apart"),
    "phone": ("same", "close", "different"),
    "email": ("same", "close", "alike", "different"),
    "home": ("same_address", "close_address", "alike_address", "different"),
}


def _never_less_for_more(
    weights: dict[str, tuple[float, float]], order: tuple[str, ...]
) -> dict[str, tuple[float, float]]:
    """Pool neighbours in the order whose m / u rises where it should fall (pool adjacent violators); a pooled level
    takes the pool's m and u.
    """
    pools: list[list[str]] = []

    def ratio(pool: list[str]) -> float:
        return sum(weights[level][0] for level in pool) / sum(weights[level][1] for level in pool)

    for level in order:
        pools.append([level])
        while len(pools) > 1 and ratio(pools[-1]) > ratio(pools[-2]):
            pools[-2:] = [pools[-2] + pools[-1]]
    for pool in pools:
        m, u = (sum(weights[level][i] for level in pool) for i in (0, 1))
        weights |= {level: (_rounded(m), _rounded(u)) for level in pool}
    return weights


def _rounded(share: float) -> float:
    """Six significant digits: sums over threads differ in the last ones, and results must not."""
    return float(f"{min(max(share, _SMALLEST), 1.0):.6g}")


def _plausible(weights: Mapping[str, tuple[float, float]]) -> bool:
    """Whether the commonest agreement of true pairs speaks for one person, and difference (the last level) against."""
    bits = {level: float(np.log2(m / u)) for level, (m, u) in weights.items()}
    last = list(bits)[-1]
    best = max(bits, key=lambda level: weights[level][0] if level != last else 0.0)
    return bits[best] > max(bits[last], 0.3) and bits[last] < 0.5
