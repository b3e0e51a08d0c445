"""Nominals -> comparison columns: cleaned names, date intervals, contact details, home.

Every column that loaders/people/comparisons.py compares is made here, one row a nominal, ordered by nominal id, so that
what is compared never depends on the order of the input. Nothing is guessed: what cannot be read is empty, and empty
is no evidence.
"""

import csv
import re
import unicodedata
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from graph.errors import ThroughlineError
from loaders.people.columns import column, dates, lists, map_unique, texts, truth
from loaders.people.contact_details import clean_pnc
from loaders.people.population import Population
from loaders.people.reach import contacts, homes

NICKNAMES = Path(__file__).with_name("nicknames.csv")

_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "rev",
        "revd",
        "sir",
        "lady",
        "lord",
        "dame",
        "master",
        "pc",
        "ps",
        "sgt",
        "insp",
    ]
)
_PLACEHOLDERS = frozenset(
    [
        "unknown",
        "unk",
        "nk",
        "na",
        "none",
        "null",
        "anon",
        "anonymous",
        "tbc",
        "tba",
        "nil",
        "notknown",
        "notgiven",
        "notprovided",
        "refused",
        "withheld",
        "test",
        "xx",
        "xxx",
    ]
)
_SUFFIXES = {
    "jr": "2",
    "jnr": "2",
    "junior": "2",
    "ii": "2",
    "sr": "1",
    "snr": "1",
    "senior": "1",
    "i": "1",
    "iii": "3",
    "iv": "4",
}
# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
_NOBODYS_DATES = frozenset((date(1900, 1, 1), date(1901, 1, 1), date(1800, 1, 1), date(9999, 12, 31)))

FEATURE_SCHEMA = pa.schema(
    [
        ("uid", pa.int64()),
        ("nominal_id", pa.string()),
        ("given", pa.string()),
        ("given_forms", pa.list_(pa.string())),
        ("given_middles", pa.list_(pa.string())),
        ("given_aliases", pa.list_(pa.string())),
        ("given_sound", pa.string()),
        ("given_in_use", pa.bool_()),
        ("family", pa.string()),
        ("family_parts", pa.list_(pa.string())),
        ("family_others", pa.list_(pa.string())),
        ("family_sound", pa.string()),
        ("middle", pa.string()),
        ("suffix", pa.string()),
        ("sex", pa.string()),
        ("dob", pa.string()),
        ("born_from", pa.int64()),
        ("born_to", pa.int64()),
        ("phones", pa.list_(pa.string())),
        ("phones_shared", pa.list_(pa.string())),
        ("phones_dated", pa.list_(pa.string())),
        ("phones_by_year", pa.list_(pa.string())),
        ("emails", pa.list_(pa.string())),
        ("email", pa.string()),
        ("address", pa.string()),
        ("address_numbers", pa.string()),
        ("address_words", pa.list_(pa.string())),
        ("postcode", pa.string()),
        ("district", pa.string()),
        ("home_ref", pa.string()),
        ("homes_any", pa.list_(pa.string())),
        ("homes_undated", pa.list_(pa.string())),
        ("homes_by_year", pa.list_(pa.string())),
        ("pnc", pa.string()),
    ]
)


def people_features(nominals: pd.DataFrame, population: Population | None = None) -> pa.Table:
    """Return one row of comparison columns (FEATURE_SCHEMA) per nominal that may be matched, ordered by nominal id.

    nominals: typed good rows of the people table; only `id` is required, any other column may be absent or empty.
    uid: the position in the order of ids (int), among all nominals. Unidentified people are left out: nothing but a
    human verdict joins them. born_from, born_to: days since 1970-01-01, both ends included; `dob` (YYYYMMDD) only
    where they are the same day. population: which names are in use and which phones many share, where these nominals
    are only some of all.
    Raises ThroughlineError when `id` is missing, empty or repeated.
    """
    frame = matchable(nominals)
    out: dict[str, Any] = {"uid": frame.index.to_list(), "nominal_id": frame["id"].astype(str).to_list()}
    out.update(_names(frame, population))
    out.update(_births(frame))
    out.update(homes(frame))
    out["sex"] = [value if value in ("F", "M") else None for value in texts(frame, "sex")]
    out["pnc"] = map_unique(texts(frame, "pnc_id"), clean_pnc)
    out.update(contacts(frame, out, population))
    return pa.table({name: out[name] for name in FEATURE_SCHEMA.names}, schema=FEATURE_SCHEMA)


def matchable(nominals: pd.DataFrame) -> pd.DataFrame:
    """Return the nominals that are known to be somebody, ordered by id, the index their uid among all."""
    frame = ordered_nominals(nominals)
    return frame[~column(frame, "unidentified").map(truth).astype(bool)]


def ordered_nominals(nominals: pd.DataFrame) -> pd.DataFrame:
    """Return the nominals ordered by id, the index their uid (0, 1, ...). Raises ThroughlineError on a missing or
    repeated id.
    """
    if "id" not in nominals.columns:
        raise ThroughlineError("people: the column id is missing. Build it as source:person_ref before resolving.")
    ids = nominals["id"]
    if ids.isna().any() or (ids.astype(str) == "").any():
        raise ThroughlineError("people: a nominal has no id. Build id as source:person_ref before resolving.")
    if ids.duplicated().any():
        repeats = int(ids.duplicated().sum())
        raise ThroughlineError(
            f"people: {repeats} nominal ids occur more than once. Keep the newest version of each before resolving."
        )
    return nominals.assign(id=ids.astype(str)).sort_values("id", kind="stable").reset_index(drop=True)


# --- names ---------------------------------------------------------------------------------------------------------


def name_tokens(text: str | None) -> tuple[str, ...]:
    """Return the words of a name, lower case, without accents, titles, punctuation and placeholders ('unknown')."""
    if not text:
        return ()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’`´.]", "", plain)
    words = tuple(w for w in re.sub(r"[\W\d_]+", " ", plain).split() if w)
    if "".join(words) in _PLACEHOLDERS:
        return ()
    kept = tuple(w for w in words if w not in _TITLES)
    return kept or words


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """Return a key that names which sound alike in English share ('phillips', 'filips'); the word itself outside the
    Latin alphabet.

    A short cousin of Metaphone: consonants only, silent letters dropped, letters that are confused written as one.
    """
    if not word or not word.isascii():
        return word
    text = word
    for pattern, by in _SOUNDS:
        text = pattern.sub(by, text)
    first = "a" if text[:1] in "aeiouy" else text[:1]
    rest = re.sub(r"[aeiouyhw]", "", text[1:])
    return re.sub(r"(.)\1+", r"\1", first + rest)[:7]


_SOUNDS = [
    (re.compile(pattern), by)
    for pattern, by in (
        ("^mc(?=[a-z])", "mac"), ("^[kgp]n", "n"), ("^wr", "r"), ("^ps", "s"), ("^x", "s"), ("ph", "f"), ("ght", "t"),
        ("gh(?=[^aeiou]|$)", ""), ("t?ch|tsh", "x"), ("sch", "x"), ("sh", "x"), ("ck|cq|q", "k"), ("c(?=[eiy])", "s"),
        ("c", "k"),
        ("z", "s"), ("v", "f"), ("dg", "j"), ("g(?=[eiy])", "j"), ("mb$", "m"), ("(?<=[a-z])e?s$", "s"),
    )
]  # fmt: skip


@lru_cache(maxsize=1)
def nicknames() -> dict[str, tuple[str, ...]]:
    """Return, for each given name in nicknames.csv, the formal names it may stand for (itself among them when it is
    one).
    """
    forms: dict[str, set[str]] = {}
    with NICKNAMES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            forms.setdefault(row["name"], set()).add(row["formal"])
            forms.setdefault(row["formal"], set()).add(row["formal"])
    return {name: tuple(sorted(formal)) for name, formal in forms.items()}


def split_full_name(text: str | None) -> tuple[str, str]:
    """Return (given names, family name) of a whole name: 'Family, Given Middle' or 'Given Middle Family'; one word is
    a family name.
    """
    if not text:
        return "", ""
    if "," in text:
        family, _, given = text.partition(",")
        return given.strip(), family.strip()
    words = text.split()
    while words and words[-1].casefold().strip(".") in _SUFFIXES:
        words = words[:-1]
    return (" ".join(words[:-1]), words[-1]) if words else ("", "")


def _names(frame: pd.DataFrame, population: Population | None) -> dict[str, list[Any]]:
    given_text, family_text = texts(frame, "given_name"), texts(frame, "family_name")
    full_text = texts(frame, "full_name")
    for i, full in enumerate(full_text):
        if full and not given_text[i] and not family_text[i]:
            given_text[i], family_text[i] = split_full_name(full)
    given_words = map_unique(given_text, name_tokens)
    family_words = map_unique(family_text, name_tokens)
    middle_words = map_unique(texts(frame, "middle_names"), name_tokens)
    aliases = [[_alias(text) for text in names] for names in lists(frame, "aliases")]

    given = [words[0] if words else None for words in given_words]
    family = ["".join(words) or None for words in family_words]
    middle = [m or g[1:] for m, g in zip(middle_words, given_words, strict=True)]
    middles = [sorted({w for w in (*g[1:], *m) if len(w) > 1}) for g, m in zip(given_words, middle_words, strict=True)]
    # A given name of two words goes by the whole as well: 'ebon i' is 'eboni' with a slip.
    given_aliases = [
        sorted({a for a, _ in alias if a} | ({"".join(g)} if len(g) > 1 else set()))
        for g, alias in zip(given_words, aliases, strict=True)
    ]
    family_others = [sorted({f for _, f in alias if f}) for alias in aliases]
    known = nicknames()
    in_use = set(known) | (_common(given) if population is None else _known_in_use(given, population))
    return {
        "given": given,
        "given_forms": [list(known.get(g, (g,))) if g else [] for g in given],
        "given_middles": middles,
        "given_aliases": given_aliases,
        "given_sound": [sound(g) if g else None for g in given],
        "given_in_use": [g in in_use for g in given],
        "family": family,
        "family_parts": [sorted({w for w in words if len(w) > 2}) for words in family_words],
        "family_others": family_others,
        "family_sound": [sound(f) if f else None for f in family],
        "middle": ["".join(words) or None for words in middle],
        "suffix": map_unique(texts(frame, "name_suffix"), _suffix),
    }


def _alias(text: str) -> tuple[str, str]:
    given, family = split_full_name(text)
    # A one-word alias is a street name or a given name, seldom a surname.
    if not given:
        given, family = family, ""
    words = name_tokens(given)
    return (words[0] if words else ""), "".join(name_tokens(family))


def _common(names: list[str | None]) -> set[str]:
    """Names frequent enough in these records to be a name in use, and not a slip of the pen."""
    counts = pd.Series(names, dtype="object").value_counts()
    return set(counts[counts >= max(20, len(names) // 2000)].index)


def _known_in_use(names: list[str | None], population: Population) -> set[str]:
    different = sorted({name for name in names if name})
    known = population.names_in_use.look_up(different, otherwise=0)
    return {name for name, count in zip(different, known.tolist(), strict=True) if count}


def _suffix(text: str | None) -> str | None:
    word = re.sub(r"\W", "", text or "").casefold()
    return _SUFFIXES.get(word)


# --- dates ---------------------------------------------------------------------------------------------------------


def _births(frame: pd.DataFrame) -> dict[str, list[Any]]:
    earliest, latest = dates(frame, "date_of_birth"), dates(frame, "date_of_birth_latest")
    ages, seen_on = column(frame, "age").tolist(), dates(frame, "age_on")
    recorded = dates(frame, "first_recorded_at")
    dob: list[str | None] = []
    born_from: list[int | None] = []
    born_to: list[int | None] = []
    for first, last, age, on, at in zip(earliest, latest, ages, seen_on, recorded, strict=True):
        start, end = birth_interval(first, last, age, on or at)
        dob.append(start.strftime("%Y%m%d") if start is not None and start == end else None)
        born_from.append(_day(start))
        born_to.append(_day(end))
    return {"dob": dob, "born_from": born_from, "born_to": born_to}


def birth_interval(
    earliest: date | None, latest: date | None, age: Any, age_on: date | None
) -> tuple[date | None, date | None]:
    """Return the first and last possible day of birth, or (None, None). An age gives a birth year that is uncertain by
    one.
    """
    if earliest is not None and earliest not in _NOBODYS_DATES:
        return earliest, latest if latest is not None and latest >= earliest else earliest
    if age is None or pd.isna(age) or age_on is None or not 0 <= int(age) <= 120:
        return None, None
    year = age_on.year - int(age)
    return date(year - 1, 1, 1), date(year + 1, 12, 31)


def _day(value: date | None) -> int | None:
    return None if value is None else value.toordinal() - date(1970, 1, 1).toordinal()
