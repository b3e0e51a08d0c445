"""Made-up people in families, recorded several times with the slips of real records, and who is who."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pandas as pd

_FEMALE = "amelia olivia isla ava ivy freya grace mia sophie ella aisha zainab agnieszka ruth kathleen"
_MALE = "george noah arthur harry leo oscar jack henry mohammed yusuf krzysztof patrick owen daniel thomas"
_GIVEN = {"F": _FEMALE, "M": _MALE}
_HEADS = "bar cal dun el fen gar hal ing kel lor mar nor pen rad sel tor ux vin wal yar"
_TAILS = "by dale ford ham ley man mere more ridge sey stone ter ton wick worth"
_STREETS = "Alder Birch Cedar Dogwood Elder Fir Gorse Hazel Ivy Juniper Larch Maple Oak Pine Rowan Spruce Willow Yew"
_KINDS = "Street Road Avenue Lane Close Court"


def made_people(persons: int, *, seed: int, records: float = 1.6) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return (nominals, person per nominal id): families that share surname, address and landline; about `records`
    records a person.
    """
    rng = np.random.default_rng(seed)
    heads, tails = _HEADS.split(), _TAILS.split()
    unusual = [f"{head}{tail}" for head in heads for tail in ("a", "o", "in", "el", "ya")]
    given = {sex: _zipf(names.split() + unusual, rng) for sex, names in _GIVEN.items()}
    surnames = _zipf([h + m + t for h in heads for m in ("", "a", "er", "in", "o") for t in tails], rng)
    rows: list[dict[str, object]] = []
    truth: dict[str, int] = {}
    person = 0
    while person < persons:
        family, home, used = surnames(), _home(rng), set[str]()
        for _ in range(int(rng.integers(1, 5))):
            sex = "F" if rng.random() < 0.4 else "M"
            name = next(n for n in iter(given[sex], None) if n not in used)  # parents give a name once
            used.add(name)
            who = {
                "given_name": name, "family_name": family, "sex": sex, **home,
                "middle_names": given[sex]() if rng.random() < 0.5 else None,
                "date_of_birth": date(1940, 1, 1) + timedelta(days=int(rng.integers(0, 27_000))),
                "phone": [f"07{rng.integers(0, 10**9):09d}"], "email": None,
            }  # fmt: skip
            for _ in range(1 + int(rng.poisson(records - 1))):
                nominal = f"made:{rng.integers(0, 2**60):x}"
                rows.append({"id": nominal, "source": "made", **_as_recorded(who, rng)})
                truth[nominal] = person
            person += 1
    return pd.DataFrame(rows), truth


def pairs_of(groups: dict[str, object]) -> set[tuple[str, str]]:
    """Return every pair of keys with the same value, each pair sorted."""
    members: dict[object, list[str]] = {}
    for key, value in groups.items():
        members.setdefault(value, []).append(key)
    return {pair for keys in members.values() for pair in combinations(sorted(keys), 2)}


def scores(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> tuple[float, float, float]:
    """Return pairwise precision, recall and F1."""
    hits = len(found & true)
    precision, recall = hits / max(len(found), 1), hits / max(len(true), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _zipf(names: list[str], rng: np.random.Generator) -> Callable[[], str]:
    """A source of names, the first the commonest, as in life."""
    share = 1 / np.arange(3, len(names) + 3)
    values = rng.choice(np.array(names, dtype=object), size=200_000, p=share / share.sum())
    step = iter(range(10**9))
    return lambda: values[next(step) % len(values)].title()


def _home(rng: np.random.Generator) -> dict[str, object]:
    street = f"{rng.choice(_STREETS.split())} {rng.choice(_KINDS.split())}"
    number = int(rng.integers(1, 200))
    return {
        "address": f"{number} {street}, {rng.choice(['Northby', 'Eastmere', 'Westwick'])}",
        "postcode": f"ZA{rng.integers(1, 30)} {rng.integers(1, 10)}{rng.choice([*'ABDEFGH'])}{rng.choice([*'PQRST'])}",
        "landline": f"01{rng.integers(0, 10**9):09d}",
    }


def _as_recorded(who: dict[str, object], rng: np.random.Generator) -> dict[str, object]:
    row = {k: v for k, v in who.items() if k != "landline"}
    for column in ("given_name", "family_name"):
        if rng.random() < 0.08:
            row[column] = _slip(str(row[column]), rng)
    if rng.random() < 0.02:
        row["given_name"], row["family_name"] = row["family_name"], row["given_name"]
    born = who["date_of_birth"]
    assert isinstance(born, date)
    chance = rng.random()
    if chance < 0.12:
        row["date_of_birth"] = None
    elif chance < 0.15 and born.day <= 12:
        row["date_of_birth"] = date(born.year, born.day, born.month)
    elif chance < 0.18:
        row["date_of_birth"] = born.replace(year=born.year + int(rng.choice([-1, 1, 10])), day=min(born.day, 28))
    if rng.random() < 0.3:
        row["phone"] = []
    elif rng.random() < 0.2:
        row["phone"] = [who["landline"]]
    if rng.random() < 0.3:
        row["address"] = row["postcode"] = None
    elif rng.random() < 0.1:
        row.update({k: v for k, v in _home(rng).items() if k != "landline"})
    if rng.random() < 0.3:
        row["middle_names"] = None
    return row


def _slip(text: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(0, max(len(text) - 1, 1)))
    kind = rng.integers(0, 3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    return text[:at] + chr(97 + int(rng.integers(0, 26))) + text[at + 1 :]
