"""Nominals -> comparison columns: cleaned names, date intervals, contact details, home.

Every column that loaders/people/comparisons.py compares is made here, one row a nominal, ordered by nominal id, so that
what is compared never depends on the order of the input. Nothing is guessed: what cannot be read is empty, and empty
is no evidence.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from graph.errors import ThroughlineError
from loaders.people.contact_details import (
    STREET_WORDS,
    clean_address,
    clean_email,
    clean_phone,
    clean_pnc,
    clean_postcode,
)

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
_ANY_STREET = frozenset(STREET_WORDS.values()) | {"the", "of", "and"}
_NOBODYS_DATES = frozenset((date(1900, 1, 1), date(1901, 1, 1), date(1800, 1, 1), date(9999, 12, 31)))
_UK_POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$")

# A number or mailbox used by this many different names is a family's or a friend's; above the second, a switchboard's:
# no evidence at all.
FEW_NAMES = 3
SEVERAL_NAMES = 8

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
        ("emails", pa.list_(pa.string())),
        ("email", pa.string()),
        ("address", pa.string()),
        ("address_numbers", pa.string()),
        ("address_words", pa.list_(pa.string())),
        ("postcode", pa.string()),
        ("district", pa.string()),
        ("home_ref", pa.string()),
        ("pnc", pa.string()),
    ]
)


def people_features(nominals: pd.DataFrame) -> pa.Table:
    """Return one row of comparison columns (FEATURE_SCHEMA) per nominal that may be matched, ordered by nominal id.

    nominals: typed good rows of the people table; only `id` is required, any other column may be absent or empty.
    uid: the position in the order of ids (int), among all nominals. Unidentified people are left out: nothing but a
    human verdict joins them. born_from, born_to: days since 1970-01-01, both ends included; `dob` (YYYYMMDD) only
    where they are the same day.
    Raises ThroughlineError when `id` is missing, empty or repeated.
    """
    frame = ordered_nominals(nominals)
    frame = frame[~_column(frame, "unidentified").map(_truth).astype(bool)]
    out: dict[str, Any] = {"uid": frame.index.to_list(), "nominal_id": frame["id"].astype(str).to_list()}
    out.update(_names(frame))
    out.update(_births(frame))
    out.update(_homes(frame))
    out["sex"] = [value if value in ("F", "M") else None for value in _texts(frame, "sex")]
    out["pnc"] = _map_unique(_texts(frame, "pnc_id"), clean_pnc)
    out.update(_contacts(frame, out))
    return pa.table({name: out[name] for name in FEATURE_SCHEMA.names}, schema=FEATURE_SCHEMA)


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


def _names(frame: pd.DataFrame) -> dict[str, list[Any]]:
    given_text, family_text = _texts(frame, "given_name"), _texts(frame, "family_name")
    full_text = _texts(frame, "full_name")
    for i, full in enumerate(full_text):
        if full and not given_text[i] and not family_text[i]:
            given_text[i], family_text[i] = split_full_name(full)
    given_words = _map_unique(given_text, name_tokens)
    family_words = _map_unique(family_text, name_tokens)
    middle_words = _map_unique(_texts(frame, "middle_names"), name_tokens)
    aliases = [[_alias(text) for text in names] for names in _lists(frame, "aliases")]

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
    in_use = set(known) | _common(given)
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
        "suffix": _map_unique(_texts(frame, "name_suffix"), _suffix),
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


def _suffix(text: str | None) -> str | None:
    word = re.sub(r"\W", "", text or "").casefold()
    return _SUFFIXES.get(word)


# --- dates ---------------------------------------------------------------------------------------------------------


def _births(frame: pd.DataFrame) -> dict[str, list[Any]]:
    earliest, latest = _dates(frame, "date_of_birth"), _dates(frame, "date_of_birth_latest")
    ages, seen_on = _column(frame, "age").tolist(), _dates(frame, "age_on")
    recorded = _dates(frame, "first_recorded_at")
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


# --- contact and home ----------------------------------------------------------------------------------------------


def _homes(frame: pd.DataFrame) -> dict[str, list[Any]]:
    address = _map_unique(_texts(frame, "address"), clean_address)
    postcode = _map_unique(_texts(frame, "postcode"), clean_postcode)
    return {
        "address": address,
        "address_numbers": _map_unique(
            address, lambda a: " ".join(w for w in a.split() if w[0].isdigit()) if a else None
        ),
        "address_words": _map_unique(
            address, lambda a: sorted(w for w in set(a.split()) if w not in _ANY_STREET) if a else []
        ),
        "postcode": postcode,
        "district": _map_unique(postcode, lambda p: p[:-3] if p and _UK_POSTCODE.match(p) else p),
        "home_ref": [
            _qualified(source, ref)
            for source, ref in zip(_texts(frame, "source"), _texts(frame, "location_ref"), strict=True)
        ],
    }


def _qualified(source: str | None, ref: str | None) -> str | None:
    if not ref:
        return None
    return ref if ":" in ref else f"{source or ''}:{ref}"


def _contacts(frame: pd.DataFrame, out: dict[str, Any]) -> dict[str, list[Any]]:
    names = [
        f"{(g or '?')[0]}{(f or '?')[:4]}" if g or f else None
        for g, f in zip(out["given_sound"], out["family_sound"], strict=True)
    ]
    phones = _cleaned_lists(frame, "phone", clean_phone)
    emails = _cleaned_lists(frame, "email", clean_email)
    users, mail_users = _users(phones, names), _users(emails, names)
    kept = [[m for m in mails if mail_users[m] <= SEVERAL_NAMES] for mails in emails]
    return {
        "phones": [[p for p in ps if users[p] <= FEW_NAMES] for ps in phones],
        "phones_shared": [[p for p in ps if FEW_NAMES < users[p] <= SEVERAL_NAMES] for ps in phones],
        "emails": kept,
        "email": [mails[0] if mails else None for mails in kept],
    }


def _users(values: list[list[str]], names: list[str | None]) -> dict[str, int]:
    """How many different names use each value. Names and not records are counted: one person recorded forty times is
    no switchboard.
    """
    seen: dict[str, set[str]] = {}
    for items, name in zip(values, names, strict=True):
        for item in items:
            users = seen.setdefault(item, set())
            if name is not None:
                users.add(name)
    return {item: len(users) for item, users in seen.items()}


def _cleaned_lists(frame: pd.DataFrame, column: str, clean: Callable[[str | None], str | None]) -> list[list[str]]:
    return [sorted({value for value in map(clean, items) if value}) for items in _lists(frame, column)]


# --- columns as they come --------------------------------------------------------------------------------------------


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name] if name in frame.columns else pd.Series([None] * len(frame), index=frame.index, dtype="object")


def _texts(frame: pd.DataFrame, name: str) -> list[str | None]:
    column = _column(frame, name)
    values = column.astype("object").where(column.notna(), None).tolist()
    return [str(v).strip() or None if v is not None else None for v in values]


def _lists(frame: pd.DataFrame, name: str) -> list[list[str]]:
    return [_as_list(value) for value in _column(frame, name).tolist()]


def _as_list(value: Any) -> list[str]:
    if value is None or isinstance(value, float):
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    if isinstance(value, Iterable):
        return [str(item).strip() for item in value if item is not None and str(item).strip()]
    return []


def _dates(frame: pd.DataFrame, name: str) -> list[date | None]:
    return _map_unique(_column(frame, name).tolist(), as_date)


def as_date(value: Any) -> date | None:
    """Return a date from a date, a datetime, a pandas timestamp or ISO text; None from anything empty or unreadable."""
    if value is None or value is pd.NaT or isinstance(value, float):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _truth(value: Any) -> bool:
    return value is True or (
        value is not None and not isinstance(value, float) and str(value).casefold() in ("true", "1")
    )


def _map_unique(values: list[Any], function: Callable[[Any], Any]) -> list[Any]:
    """Apply the function once per different value: extracts repeat names, streets and days many times over."""
    done: dict[Any, Any] = {}
    out = []
    for value in values:
        if value not in done:
            done[value] = function(value)
        out.append(done[value])
    return out
