"""Pairs -> what agrees in them (Splink) -> weights.

Comparing is the expensive part and does not depend on the weights: Splink does it once per pair, and any model can
weigh the result. Separate from blocking and clustering, so that an increment can score whatever pairs it likes.
"""

import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker, SettingsCreator

from loaders.people.blocking import block_keys, candidate_pairs
from loaders.people.comparisons import COMPARISON, COMPARISONS, TF_COLUMNS, splink_comparisons
from loaders.people.features import matchable, people_features
from loaders.people.model import Model, default_model
from loaders.people.patterns import PATTERN_BITS, find_patterns
from loaders.people.population import Counts, Population
from loaders.people.reach import many_users

# Splink announces each step and warns of each level; it can log SQL. None of it is for the reader of our log.
for _noisy in ("splink", "sqlglot"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)

# Pairs are kept from here on (bits, prior included): far enough below 'possible' that a prior learnt later loses
# nothing.
KEEP_FROM = -8.0

# Pairs compared at a time: a million take about 1 GB on their way through Splink.
CHUNK = 1_000_000

# How often a value occurs is counted in different people as far as can be told, for ten records of one person do not
# make a name common.
_COUNTED_BY = {
    "given": "coalesce(family_sound, '') || coalesce(left(dob, 4), '')",
    "family": "coalesce(given_sound, '') || coalesce(left(dob, 4), '')",
    "dob": "coalesce(family_sound, '') || coalesce(left(given, 1), '')",
    "address": "coalesce(family_sound, nominal_id)",
    "postcode": "coalesce(family_sound, nominal_id)",
    "home_ref": "coalesce(family_sound, nominal_id)",
}


@dataclass(frozen=True)
class Compared:
    """Pairs and what agrees in them. a, b: uids; codes: per comparison 0 = nothing to compare, i + 1 = its level i;
    rarity: what the rarity of a shared value adds where the level takes it into account (bits, before the level's own
    u).
    """

    a: npt.NDArray[np.int64]
    b: npt.NDArray[np.int64]
    codes: dict[str, npt.NDArray[np.uint8]]
    rarity: dict[str, npt.NDArray[np.float32]]

    def __len__(self) -> int:
        return len(self.a)

    def where(self, mask: npt.NDArray[np.bool_]) -> "Compared":
        """Return the pairs that the mask marks."""
        return Compared(
            self.a[mask],
            self.b[mask],
            {n: c[mask] for n, c in self.codes.items()},
            {n: r[mask] for n, r in self.rarity.items()},
        )


class Workspace:
    """Features of the nominals in a DuckDB of their own (table `features`), and Splink to compare them.

    nominals: how many there are of which a pair is drawn. population: what is counted in all of them, where these here
    are only some.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, features: pa.Table, nominals: int, population: Population | None = None
    ) -> None:
        self.con = con
        self.features = features
        self.nominals = nominals
        self._population = population
        self._api: Any = DuckDBAPI(con)
        self._linker: Any = None

    def find_candidates(self) -> int:
        """Write the table `candidates`; return its length."""
        return candidate_pairs(self.con, "candidates")

    def keep_candidates(self, changed: npt.NDArray[np.int64], moved: npt.NDArray[np.int64]) -> None:
        """Keep of the table `candidates` the pairs with an end among `changed`, and those with both among `moved`."""
        self.con.register("changed_now", pa.table({"uid": changed}))
        self.con.register("moved_now", pa.table({"uid": moved}))
        is_in = "{0} IN (SELECT uid FROM {1})"
        left, right = "join_key_l", "join_key_r"
        self.con.execute(
            "CREATE OR REPLACE TABLE candidates AS SELECT * FROM candidates"
            f" WHERE {is_in.format(left, 'changed_now')} OR {is_in.format(right, 'changed_now')}"
            f" OR ({is_in.format(left, 'moved_now')} AND {is_in.format(right, 'moved_now')})"
        )

    def keys(self) -> pa.Table:
        """Return the keys by which each nominal is found (people/blocking.block_keys)."""
        return block_keys(self.con)

    def compare(self, pairs: str) -> Compared:
        """Return what agrees in the pairs of a table (join_key_l < join_key_r, uids; match_key), ordered."""
        return join_compared([nothing_compared(), *self.compare_in_parts(pairs)])

    def compare_in_parts(self, pairs: str) -> Iterator[Compared]:
        """Yield the same in parts of about CHUNK pairs, so that a caller can drop most of one before the next comes."""
        total = self.count(pairs)
        if total == 0:
            return
        if total <= CHUNK:
            yield self._compare(pairs)
            return
        shares = [i / math.ceil(total / CHUNK) for i in range(1, math.ceil(total / CHUNK))]
        cuts = self.con.execute(f"SELECT quantile_disc(join_key_l, {shares}) FROM {pairs}").fetchall()[0][0]
        for start, end in pairwise([-1, *sorted(set(cuts)), np.iinfo(np.int64).max]):
            self.con.execute(
                f"CREATE OR REPLACE TABLE pairs_now AS"
                f" SELECT * FROM {pairs} WHERE join_key_l > {start} AND join_key_l <= {end}"
            )
            yield self._compare("pairs_now")

    def share(self, column: str, value: str) -> float:
        """Return the share of people who have a value of a column of TF_COLUMNS, once pairs have been compared."""
        found = self.con.execute(f"SELECT tf_{column} FROM tf_of_{column} WHERE {column} = ?", [value]).fetchall()
        return float(found[0][0])

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self.con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])

    def _compare(self, pairs: str) -> Compared:
        if self._linker is None:
            self._linker = self._make_linker(default_model())
        self._linker.table_management.register_blocked_pairs_for_predict(self._api.register(pairs))
        predicted = self._linker.inference.predict(warning_mode="never")
        raw = self.con.sql(
            f"SELECT uid_l, uid_r, {', '.join(_codes_sql(default_model()))}"
            f" FROM {predicted.physical_name} ORDER BY uid_l, uid_r"
        ).fetchnumpy()
        predicted.drop_table_from_database_and_remove_from_cache()
        return Compared(
            a=np.asarray(raw["uid_l"], dtype=np.int64),
            b=np.asarray(raw["uid_r"], dtype=np.int64),
            codes={c.name: np.asarray(raw[f"code_{c.name}"], dtype=np.uint8) for c in COMPARISONS},
            rarity={c.name: np.asarray(raw[f"rarity_{c.name}"], dtype=np.float32) for c in COMPARISONS if c.has_rarity},
        )

    def _make_linker(self, model: Model) -> Any:
        floors = {column: tf.floor for column, tf in model.term_frequencies.items()}
        settings = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="uid",
            comparisons=[*splink_comparisons(_told_apart(model), floors)],
            blocking_rules_to_generate_predictions=[{"blocking_rule": "l.uid = r.uid", "sql_dialect": "duckdb"}],
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=True,
        )
        linker = Linker(self._api.register("features"), settings, log_level=None, validate_settings=False)
        for column in TF_COLUMNS:
            self.con.execute(f"CREATE OR REPLACE TABLE tf_of_{column} AS {self._term_frequencies(column, model)}")
            linker.table_management.register_term_frequency_lookup(self._api.register(f"tf_of_{column}"), column)
        return linker

    def _term_frequencies(self, column: str, model: Model) -> str:
        """Share of people with each value: counted, and drawn towards what is typical while there are few records."""
        tf = model.term_frequencies[column]
        if self._population is None:
            counted, total = counted_sql(column), "sum(people) OVER ()"
        else:
            values = self.features[column].unique().drop_null()
            known = self._population.shared.get(column, Counts())
            people = known.look_up(values.to_pylist(), otherwise=1)
            self.con.register(f"counted_{column}", pa.table({column: values, "people": people}))
            counted, total = f"SELECT * FROM counted_{column}", str(self._population.people.get(column, 0))
        return (
            f"SELECT {column}, (people - 1 + {tf.worth * tf.typical}) / ({total} + {tf.worth}) AS tf_{column}"
            f" FROM ({counted})"
        )

    def measure(self, nominals: pd.DataFrame) -> Population:
        """Return what is counted in these nominals, which must be all that there are."""
        features: Any = self.features
        people: dict[str, int] = {}
        shared: dict[str, Counts] = {}
        for column in TF_COLUMNS:
            counted = self.con.sql(counted_sql(column)).to_arrow_table()
            people[column] = int(pc.sum(counted["people"]).as_py() or 0)
            common = counted.filter(pc.greater(counted["people"], 1))
            shared[column] = Counts.of(dict(zip(common[column].to_pylist(), common["people"].to_pylist(), strict=True)))
        sounds = {name: features[name].to_pylist() for name in ("given_sound", "family_sound")}
        users = many_users(matchable(nominals), sounds)
        in_use = features.filter(features["given_in_use"])["given"].unique().to_pylist()
        names_in_use = Counts.of(dict.fromkeys(in_use, 1))
        return Population(len(nominals), people, shared, names_in_use, Counts.of(users))


@contextmanager
def workspace(nominals: pd.DataFrame, population: Population | None = None) -> Iterator[Workspace]:
    """Yield a Workspace for these nominals, closed at the end. uid is the position in the order of ids
    (people_features). population: as in Workspace.
    """
    con = duckdb.connect(":memory:")
    try:
        con.execute("SET enable_progress_bar = false")
        features = people_features(nominals, population)
        con.register("features_arrow", features)
        con.execute("CREATE TABLE features AS SELECT * FROM features_arrow ORDER BY uid")
        con.unregister("features_arrow")
        yield Workspace(con, features, population.nominals if population else len(nominals), population)
    finally:
        con.close()


def score_pairs(space: Workspace, pairs: str, model: Model, *, keep_from: float = KEEP_FROM) -> pd.DataFrame:
    """Return the pairs of a table of the workspace whose weight, before the pattern, reaches keep_from (-inf keeps
    all). See weigh.
    """
    parts = [weigh(part, model, space.nominals, keep_from=keep_from) for part in space.compare_in_parts(pairs)]
    return pd.concat(parts, ignore_index=True) if parts else weigh(nothing_compared(), model, space.nominals)


def weigh(compared: Compared, model: Model, nominals: int, *, keep_from: float = KEEP_FROM) -> pd.DataFrame:
    """Return compared pairs with their weights under a model, ordered as they came.

    Columns a, b (uid, a < b), summed (bits: prior and comparisons), pattern (index in PATTERNS), weight (summed and
    pattern), and per comparison its code (column <comparison>) and bits_<comparison>. Only pairs with summed >=
    keep_from.
    """
    bits = {c.name: _bits(compared, c.name, model) for c in COMPARISONS}
    summed = prior_bits(model, nominals) + np.sum(list(bits.values()), axis=0)
    kept = np.flatnonzero(summed >= keep_from)
    frame: dict[str, Any] = {"a": compared.a[kept], "b": compared.b[kept], "summed": summed[kept]}
    frame |= {name: codes[kept] for name, codes in compared.codes.items()}
    frame |= {f"bits_{name}": values[kept].astype(np.float32) for name, values in bits.items()}
    return with_patterns(pd.DataFrame(frame), model)


def with_patterns(scored: pd.DataFrame, model: Model, shift: float = 0.0) -> pd.DataFrame:
    """Return the scored pairs with pattern and weight as the model sees them, all weights shifted by so many bits
    (another prior).
    """
    summed = scored["summed"].to_numpy(dtype=float) + shift
    pattern = find_patterns({c.name: scored[c.name].to_numpy() for c in COMPARISONS}, model)
    return scored.assign(summed=summed, pattern=pattern, weight=summed + PATTERN_BITS[pattern])


def nothing_compared() -> Compared:
    """Return no pairs."""
    none = np.empty(0, dtype=np.int64)
    return Compared(
        none,
        none,
        {c.name: np.empty(0, dtype=np.uint8) for c in COMPARISONS},
        {c.name: np.empty(0, dtype=np.float32) for c in COMPARISONS if c.has_rarity},
    )


def join_compared(parts: Sequence[Compared]) -> Compared:
    """Return all the pairs of several."""
    return Compared(
        np.concatenate([p.a for p in parts]),
        np.concatenate([p.b for p in parts]),
        {c.name: np.concatenate([p.codes[c.name] for p in parts]) for c in COMPARISONS},
        {c.name: np.concatenate([p.rarity[c.name] for p in parts]) for c in COMPARISONS if c.has_rarity},
    )


def probability(weight: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return probabilities for weights in bits, rounded to six places (nothing finer is meant by them)."""
    return np.asarray(np.round(1.0 / (1.0 + np.exp2(-np.clip(weight, -1000, 1000))), 6))


def odds_bits(share: float) -> float:
    """Return log2 of the odds of a probability."""
    return float(np.log2(share / (1.0 - share)))


def prior_bits(model: Model, nominals: int) -> float:
    """Return log2 of the prior odds that two of so many nominals are one person."""
    return odds_bits(model.prior(nominals))


def _bits(compared: Compared, name: str, model: Model) -> npt.NDArray[np.float64]:
    comparison = COMPARISON[name]
    own = [0.0, *(model.weight(name, level.name) for level in comparison.levels)]
    rarity = [0.0] * len(own)
    for i, level in enumerate(comparison.levels):
        if level.tf is not None:
            rarity[i + 1] = level.tf_weight * float(np.log2(model.weights[name][level.tf_like or level.name][1]))
    bits = (np.array(own) + np.array(rarity))[compared.codes[name]]
    return np.asarray(bits + compared.rarity[name] if comparison.has_rarity else bits)


def _told_apart(model: Model) -> dict[str, dict[str, tuple[float, float]]]:
    """The weights with no two levels of a comparison alike: Splink returns weights and no levels unless all raw
    columns come along.
    """
    return {
        c.name: {
            level.name: (
                model.weights[c.name][level.name][0] * (1 + 1e-9 * (i + 1)),
                model.weights[c.name][level.name][1],
            )
            for i, level in enumerate(c.levels)
        }
        for c in COMPARISONS
    }


def _codes_sql(model: Model) -> list[str]:
    """Columns that turn Splink's weights back into levels, and its adjustment for term frequency into rarity."""
    columns = []
    for comparison in COMPARISONS:
        own = _told_apart(model)[comparison.name]
        # The literals are those that Splink writes, so equality is exact.
        cases = " ".join(
            f"WHEN mw_{comparison.name} = cast({_log2(m, u)} as float8) THEN {i + 1}"
            for i, (m, u) in enumerate(own.values())
        )
        columns.append(f"CASE {cases} ELSE 0 END::UTINYINT AS code_{comparison.name}")
        if comparison.has_rarity:
            base = " ".join(
                f"WHEN mw_{comparison.name} = cast({_log2(*own[level.name])} as float8) "
                f"THEN mw_tf_adj_{comparison.name}"
                f" - {level.tf_weight * _log2(own[level.tf_like or level.name][1], 1.0)}"
                for level in comparison.levels
                if level.tf is not None
            )
            columns.append(f"CASE {base} ELSE 0 END::DOUBLE AS rarity_{comparison.name}")
    return columns


def _log2(m: float, u: float) -> float:
    # As Splink computes it: another way of rounding would make equal weights unequal.
    return math.log2(m / u)


def counted_sql(column: str) -> str:
    """Return the query that counts each value of a column in different people."""
    return (
        f"SELECT {column}, count(DISTINCT {_COUNTED_BY[column]}) AS people"
        f" FROM features WHERE {column} IS NOT NULL GROUP BY {column}"
    )
