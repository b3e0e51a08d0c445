"""Where and how a person could be reached: homes, phones and mailboxes, with the years in which they were theirs.

A shared home or number counts when both had it at about the same time. What has no date counts at any time.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from loaders.people.columns import as_date, column, dates, lists, map_unique, texts
from loaders.people.contact_details import (
    STREET_WORDS,
    clean_address,
    clean_email,
    clean_phone,
    clean_postcode,
)
from loaders.people.population import Population

_ANY_STREET = frozenset(STREET_WORDS.values()) | {"the", "of", "and"}
_UK_POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$")

# A number or mailbox used by this many different names is a family's or a friend's; above the second, a switchboard's:
# no evidence at all.
FEW_NAMES = 3
SEVERAL_NAMES = 8

# A period is thought of as this much longer at both ends: sources learn of a move late, and a number is kept on.
NEAR_YEARS = 1
# A period without a beginning is not thought to reach further back than this; none is thought to be longer than this.
_REACHES_BACK_YEARS = 5
_LONGEST_YEARS = 60

Period = Mapping[str, Any]


def homes(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the columns of FEATURE_SCHEMA about where people live and lived.

    frame: address, postcode, location_ref as of the record; `homes`: a list of mappings with place (id), address,
    postcode, from_on and to_on, for what is known besides; every column may be absent.
    """
    address = map_unique(texts(frame, "address"), clean_address)
    postcode = map_unique(texts(frame, "postcode"), clean_postcode)
    home_ref = [
        _qualified(source, ref)
        for source, ref in zip(texts(frame, "source"), texts(frame, "location_ref"), strict=True)
    ]
    known = _periods(frame, "homes")
    years = _years_of_record(frame)
    any_, undated, by_year = [], [], []
    # Without a former home anywhere nothing is gained by writing down everybody's present one a second time.
    over_time = any(known)
    for place, line, code, more, when in zip(home_ref, address, postcode, known, years, strict=True):
        tokens: dict[str, set[int] | None] = {}
        if over_time:
            for token in _home_tokens(place, line, code):
                _add(tokens, token, when)
            for period in more:
                text, area = clean_address(period.get("address")), clean_postcode(period.get("postcode"))
                for token in _home_tokens(period.get("place"), text, area):
                    _add(tokens, token, _years(period, when))
        any_.append(sorted(tokens))
        undated.append(sorted(token for token, known_years in tokens.items() if known_years is None))
        by_year.append(sorted(f"{token}@{year}" for token, found in tokens.items() for year in found or ()))
    return {
        "address": address,
        "address_numbers": map_unique(
            address, lambda a: " ".join(w for w in a.split() if w[0].isdigit()) if a else None
        ),
        "address_words": map_unique(
            address, lambda a: sorted(w for w in set(a.split()) if w not in _ANY_STREET) if a else []
        ),
        "postcode": postcode,
        "district": map_unique(postcode, lambda p: p[:-3] if p and _UK_POSTCODE.match(p) else p),
        "home_ref": home_ref,
        "homes_any": any_,
        "homes_undated": undated,
        "homes_by_year": by_year,
    }


def contacts(frame: pd.DataFrame, names: Mapping[str, Any], population: Population | None) -> dict[str, list[Any]]:
    """Return the columns of FEATURE_SCHEMA about phones and mailboxes.

    frame: phone, email as of the record; `phones`: a list of mappings with number, from_on and to_on, for what is known
    besides. names: given_sound and family_sound a row. population: what many share in all records, where these are only
    some.
    """
    called = _called(names)
    phones, emails = _cleaned_lists(frame, "phone", clean_phone), _cleaned_lists(frame, "email", clean_email)
    used = _used_phones(frame, phones)
    users = _with_known(_users([[*ps, *more] for ps, more in zip(phones, used, strict=True)], called), population)
    mail_users = _with_known(_users(emails, called), population)
    kept = [[m for m in mails if mail_users[m] <= SEVERAL_NAMES] for mails in emails]
    dated = [[p for p, known in sorted(more.items()) if known and users[p] <= FEW_NAMES] for more in used]
    always = [
        sorted({*ps, *(p for p, known in more.items() if not known)}) for ps, more in zip(phones, used, strict=True)
    ]
    return {
        "phones": [[p for p in ps if users[p] <= FEW_NAMES] for ps in always],
        "phones_shared": [[p for p in ps if FEW_NAMES < users[p] <= SEVERAL_NAMES] for ps in always],
        "phones_dated": dated,
        "phones_by_year": [
            sorted(f"{p}@{year}" for p in ps for year in more[p] or ()) for ps, more in zip(dated, used, strict=True)
        ],
        "emails": kept,
        "email": [mails[0] if mails else None for mails in kept],
    }


def many_users(frame: pd.DataFrame, names: Mapping[str, Any]) -> dict[str, int]:
    """Return the phones and mailboxes that more than a few different names use, with how many. Columns as in
    `contacts`.
    """
    called = _called(names)
    phones, emails = _cleaned_lists(frame, "phone", clean_phone), _cleaned_lists(frame, "email", clean_email)
    used = _used_phones(frame, phones)
    users = _users([[*ps, *more] for ps, more in zip(phones, used, strict=True)], called) | _users(emails, called)
    return {value: count for value, count in users.items() if count > FEW_NAMES}


def _home_tokens(place: str | None, address: str | None, postcode: str | None) -> list[str]:
    district = postcode[:-3] if postcode and _UK_POSTCODE.match(postcode) else postcode or ""
    return [f"place {place}"] * bool(place) + [f"{address}|{district}"] * bool(address)


def _add(tokens: dict[str, set[int] | None], token: str, years: Sequence[int]) -> None:
    """Put down the years of a home; with no year known it is one of any time."""
    known = tokens.get(token, set())
    tokens[token] = None if known is None or not years else known | set(years)


def _years_of_record(frame: pd.DataFrame) -> list[Sequence[int]]:
    """The years in which a record's own details were told, a little longer at both ends; empty where unknown."""
    firsts, lasts = dates(frame, "first_recorded_at"), dates(frame, "recorded_at")
    return [_span(first or last, last or first) for first, last in zip(firsts, lasts, strict=True)]


def _years(period: Period, record: Sequence[int]) -> Sequence[int]:
    start, end = as_date(period.get("from_on")), as_date(period.get("to_on"))
    if start is None and end is None:
        return ()
    if start is None and end is not None:
        start = date(max(end.year - _REACHES_BACK_YEARS, 1), 1, 1)
    if end is None and start is not None:
        # Still so when the record was last told.
        end = date(max(start.year, max(record, default=start.year) - NEAR_YEARS), 12, 31)
    return _span(start, end)


def _span(start: date | None, end: date | None) -> Sequence[int]:
    if start is None or end is None:
        return ()
    last = max(end.year, start.year)
    return range(max(start.year, last - _LONGEST_YEARS) - NEAR_YEARS, last + NEAR_YEARS + 1)


def _used_phones(frame: pd.DataFrame, phones: list[list[str]]) -> list[dict[str, set[int] | None]]:
    """Numbers known besides the record's own, with their years (None: of any time)."""
    out: list[dict[str, set[int] | None]] = []
    for own, more, when in zip(phones, _periods(frame, "phones"), _years_of_record(frame), strict=True):
        found: dict[str, set[int] | None] = {}
        for period in more:
            number = clean_phone(period.get("number"))
            if number and number not in own:
                _add(found, number, _years(period, when))
        out.append(found)
    return out


def _periods(frame: pd.DataFrame, name: str) -> list[Sequence[Period]]:
    return [value if isinstance(value, list | tuple) else () for value in column(frame, name).tolist()]


def _qualified(source: str | None, ref: str | None) -> str | None:
    if not ref:
        return None
    return ref if ":" in ref else f"{source or ''}:{ref}"


def _called(names: Mapping[str, Any]) -> list[str | None]:
    return [
        f"{(g or '?')[0]}{(f or '?')[:4]}" if g or f else None
        for g, f in zip(names["given_sound"], names["family_sound"], strict=True)
    ]


def _users(values: Sequence[Iterable[str]], names: list[str | None]) -> dict[str, int]:
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


def _with_known(users: dict[str, int], population: Population | None) -> dict[str, int]:
    if population is None:
        return users
    known = population.users.look_up(list(users), otherwise=0).tolist()
    return {value: max(count, before) for (value, count), before in zip(users.items(), known, strict=True)}


def _cleaned_lists(frame: pd.DataFrame, name: str, clean: Callable[[str | None], str | None]) -> list[list[str]]:
    return [sorted({value for value in map(clean, items) if value}) for items in lists(frame, name)]
