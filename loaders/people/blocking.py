"""Candidate pairs: which nominals are worth comparing at all.

A pair is a candidate when both carry one of the keys below. No single key has to survive a typing error: for each kind
of error in T8 (a slip in a name, a changed surname, a swapped day and month, a wrong digit) at least two keys do not
touch what is wrong.
"""

import duckdb
import pyarrow as pa

# In a block above this size only neighbours are compared (same order by birth, postcode and name): a block of n costs n
# * NEIGHBOURS, never n squared.
MAX_BLOCK = 50
NEIGHBOURS = 20

# The order within a block that is too large to be compared as a whole, as text of one width.
PLACE = (
    "rpad(coalesce(f.dob, '99999999') || rpad(coalesce(f.postcode, '~'), 5, ' ') || coalesce(f.family, '~'), 17, ' ')"
)

# A birth interval of up to this many days yields one key a year; wider ones none.
_WIDEST_YEARS = 1100

_ONE_YEAR_OR_FEW = f"WHERE born_to - born_from <= {_WIDEST_YEARS}"
_YEARS = """range(year(DATE '1970-01-01' + born_from::INTEGER), year(DATE '1970-01-01' + born_to::INTEGER) + 1)"""

# Each yields (uid, key); the number is the rule, so that keys of two rules never meet.
_KEYS = (
    "SELECT uid, dob || family_sound FROM features",
    "SELECT uid, dob || given_sound FROM features",
    "SELECT uid, dob || coalesce(postcode, address) FROM features",
    "SELECT uid, dob FROM features",
    f"SELECT uid, family_sound || left(given, 1) || unnest({_YEARS}) FROM features {_ONE_YEAR_OR_FEW}",
    f"SELECT uid, family_sound || unnest({_YEARS}) FROM features {_ONE_YEAR_OR_FEW}",
    f"SELECT uid, given_sound || unnest({_YEARS}) FROM features {_ONE_YEAR_OR_FEW}",
    # Day and month in either order, year free or fixed: swapped parts and a slip in one of the three.
    "SELECT uid, left(dob, 4) || least(substr(dob, 5, 2), substr(dob, 7, 2))"
    " || greatest(substr(dob, 5, 2), substr(dob, 7, 2)) || left(family, 1) FROM features",
    "SELECT uid, substr(dob, 5, 4) || family_sound FROM features",
    "SELECT uid, substr(dob, 5, 4) || given_sound || left(family, 1) FROM features",
    "SELECT uid, unnest(list_concat(list_concat(phones, phones_shared), phones_dated)) FROM features",
    "SELECT uid, unnest(emails) FROM features",
    "SELECT uid, split_part(unnest(emails), '@', 1) FROM features",
    "SELECT uid, pnc FROM features",
    "SELECT uid, postcode || given_sound FROM features",
    "SELECT uid, postcode || family_sound FROM features",
    "SELECT uid, coalesce(home_ref, address) || left(given, 1) FROM features",
    "SELECT uid, home_ref || family_sound FROM features",
    "SELECT uid, address || family_sound FROM features",
    # A home of years ago, under either name.
    "SELECT uid, unnest(homes_any) || '|' || family_sound FROM features",
    "SELECT uid, unnest(homes_any) || '|' || given_sound FROM features",
    # Both names in either order, and under an alias.
    "SELECT uid, least(given_sound, family_sound) || '|' || greatest(given_sound, family_sound) FROM features",
    "SELECT uid, unnest(given_forms) || '|' || family_sound FROM features WHERE given IS NOT NULL",
    "SELECT uid, given_sound || '|' || unnest(list_append(family_others, family)) FROM features"
    " WHERE given IS NOT NULL AND (len(family_others) > 0 OR family IS NOT NULL)",
)

# Worth looking at only while few share them: a small firm's mail domain, a rare surname, a house number with a word of
# the street or town.
_RARE_KEYS = (
    "SELECT uid, split_part(unnest(emails), '@', 2) FROM features",
    "SELECT uid, address FROM features",
    "SELECT uid, family FROM features",
    "SELECT uid, address_numbers || '|' || unnest(list_filter(address_words, lambda w: length(w) >= 5)) FROM features",
)


def _keys_sql() -> str:
    return " UNION ".join(
        f"SELECT uid, hash({rule}, key) AS block, {rule >= len(_KEYS)} AS rare FROM ({sql}) AS k(uid, key)"
        " WHERE key IS NOT NULL AND key <> ''"
        for rule, sql in enumerate((*_KEYS, *_RARE_KEYS))
    )


def block_keys(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the keys of every nominal in the table `features`, one row a nominal, ordered by uid.

    Columns uid; keys (list of uint32, half a hash: two keys that meet by chance cost a comparison and nothing else);
    rare (list of bool): worth looking at only while few share it; place: where it stands among those of one block.
    """
    return con.sql(
        f"""
        SELECT k.uid, k.keys, k.rare, {PLACE} AS place
        FROM (
            SELECT uid, list((block & 4294967295)::UINTEGER ORDER BY block) AS keys, list(rare ORDER BY block) AS rare
            FROM ({_keys_sql()}) GROUP BY uid
        ) AS k JOIN features AS f ON k.uid = f.uid
        ORDER BY k.uid
        """
    ).to_arrow_table()


def candidate_pairs(con: duckdb.DuckDBPyConnection, table: str = "candidates") -> int:
    """Write the table of candidate pairs (join_key_l < join_key_r, uids; match_key) and return its length.

    con: holds the table `features` (people_features). Blocks above MAX_BLOCK give only pairs of near neighbours.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE blocks AS
        WITH keys AS ({_keys_sql()}),
        sized AS (
            SELECT uid, block, count(*) OVER (PARTITION BY block) AS size
            FROM keys QUALIFY size > 1 AND (size <= {MAX_BLOCK} OR NOT rare)
        )
        SELECT s.uid, s.block, CASE WHEN s.size <= {MAX_BLOCK} THEN 0 ELSE
                   1 + row_number() OVER (
                           PARTITION BY s.block ORDER BY f.dob, f.postcode, f.family, f.given, s.uid
                       ) // {NEIGHBOURS} END AS part
        FROM sized AS s JOIN features AS f USING (uid)
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE {table} AS
        SELECT DISTINCT least(l.uid, r.uid) AS join_key_l, greatest(l.uid, r.uid) AS join_key_r, '0' AS match_key
        FROM (SELECT uid, block, part, FALSE AS next FROM blocks
              UNION ALL SELECT uid, block, part + 1, TRUE FROM blocks WHERE part > 0) AS l
        JOIN blocks AS r ON l.block = r.block AND l.part = r.part AND (l.next OR l.uid < r.uid)
        """
    )
    con.execute("DROP TABLE blocks")
    # fetchall and not fetchone: DuckDB 2 holds the connection until a result is read to its end.
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
