"""How grave an offence is: two published scores side by side, and behaviour markers, which are no score."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pandas as pd

# Medians by group of the Cambridge Crime Harm Index 2026 (days of imprisonment at the lowest starting point; Sherman,
# Neyroud and Neyroud 2016, Policing 10(3) for the method) and group figures of the ONS Crime Severity Score (sentencing
# outcomes), as domain.md section 3 states them. A median hides the spread: stalking 2 to 252 days, violence with injury
# 2 to 4,380. The index itself is not shipped, as it states no open licence: a force loads its own copy.
GROUPS_FILE = Path(__file__).with_name("harm_groups.csv")
# Which group a Home Office code is in; a code without a group has no score, which is not the same as little harm.
CODES_FILE = Path(__file__).with_name("harm_codes.csv")
VERSION = "group medians 2026"

# An event that is no crime has no score; it counts as the least there is, so that it is there at all (days).
FLOOR = 1.0
FLOORED_KINDS = frozenset({"non_crime", "ambulance", "ed_attendance", "safeguarding", "intelligence", "missing"})

# What was done to somebody, or is known of who did it, whatever the offence scores: kept apart, never added up.
MARKERS = (
    "strangulation",
    "threat_to_kill",
    "stalking",
    "coercive_control",
    "weapon",
    "sexual",
    "order_breach",
    "separation",
)
ONS_CODES = ("HO_CODE", "Offence code", "Offence Code", "offence_code", "Code")
ONS_SCORES = ("Weight", "Severity score", "Severity Score", "Score", "CSS")
CCHI_COLUMNS = ("HO_CODE", "HO_SUB_CODE", "CCHI Score", "FULL_OFFENCE_TITLE")


@dataclass(frozen=True)
class Score:
    """What one offence scores. cchi: days; css: score; either None where it has none. basis: what they rest on."""

    cchi: float | None
    css: float | None
    basis: str | None


@dataclass(frozen=True)
class HarmTable:
    """Scores by code and group. own_cchi, own_css: a force's own figures by code, which go first."""

    groups: Mapping[str, tuple[float | None, float | None]]
    codes: Mapping[str, tuple[str, float | None]]
    names: Mapping[str, str]
    own_cchi: Mapping[str, float] = field(default_factory=dict)
    own_css: Mapping[str, float] = field(default_factory=dict)

    def score(self, code: object, group: object, kind: object) -> Score:
        """Return what an event scores by its offence code, else by its offence group; arrests are no events of harm."""
        if kind in FLOORED_KINDS:
            return Score(FLOOR, None, "no crime: the least there is")
        if kind == "arrest":
            return Score(None, None, None)
        key = code_key(code)
        of_code, css = self.codes.get(key, ("", None))
        name = of_code or ("" if key in self.codes else self.names.get(group_key(group), ""))
        cchi, of_group = self.groups.get(name, (None, None))
        css = css if css is not None else of_group
        basis = f"{VERSION}: {name}" if cchi is not None or css is not None else None
        if key in self.own_cchi:
            cchi, basis = self.own_cchi[key], f"force's own CCHI: {key}"
        if key in self.own_css:
            css, basis = self.own_css[key], f"{basis}; force's own ONS scores: {key}" if basis else f"own ONS: {key}"
        return Score(cchi, css, basis)

    def scores(self, events: pd.DataFrame) -> pd.DataFrame:
        """Return columns severity_cchi (days), severity_css (score), severity_basis; missing where there is no score.

        events: columns kind, offence_code, offence_group (str or missing), any of which may be absent; index kept.
        """
        columns = [
            [value if isinstance(value, str) else None for value in events[name]]
            if name in events
            else [None] * len(events)
            for name in ("offence_code", "offence_group", "kind")
        ]
        # A year of crimes has some hundred different offences: each is looked up once.
        known: dict[tuple[object, object, object], Score] = {}
        found = []
        for key in zip(*columns, strict=True):
            if key not in known:
                known[key] = self.score(*key)
            found.append(known[key])
        return pd.DataFrame(
            {
                "severity_cchi": pd.array([score.cchi for score in found], dtype="Float64"),
                "severity_css": pd.array([score.css for score in found], dtype="Float64"),
                "severity_basis": pd.Series([score.basis for score in found], dtype=object),
            }
        ).set_index(events.index)

    def with_cchi(self, path: Path) -> HarmTable:
        """Return the table with a force's own copy of the index. Raises ValueError, naming file, line and column.

        The file: CSV with columns HO_CODE, HO_SUB_CODE, CCHI Score, FULL_OFFENCE_TITLE.
        """
        rows = _rows(path, CCHI_COLUMNS)
        own: dict[str, float] = {}
        for line, row in rows:
            key = five_digits(row["HO_CODE"], row["HO_SUB_CODE"])
            own[key] = _number(path, line, "CCHI Score", row["CCHI Score"])
        return replace(self, own_cchi=own)

    def with_ons(self, path: Path) -> HarmTable:
        """Return the table with the ONS Crime Severity Score by offence. Raises ValueError as with_cchi does.

        The file: CSV with a column of offence codes (ONS_CODES) and one of scores (ONS_SCORES).
        """
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines), [])
        code = next((name for name in ONS_CODES if name in header), None)
        score = next((name for name in ONS_SCORES if name in header), None)
        if code is None or score is None:
            raise ValueError(
                f"{path.name}: a column of codes ({', '.join(ONS_CODES)}) and one of scores ({', '.join(ONS_SCORES)}) "
                f"are needed; it has {', '.join(header) or 'nothing'}"
            )
        own = {code_key(row[code]): _number(path, line, score, row[score]) for line, row in _rows(path, (code, score))}
        return replace(self, own_css=own)


@cache
def shipped_table() -> HarmTable:
    """Return the group figures that come with the program."""
    groups: dict[str, tuple[float | None, float | None]] = {}
    names: dict[str, str] = {}
    for _, row in _rows(GROUPS_FILE, ("group", "also_called", "cchi_days", "css_score")):
        groups[row["group"]] = (_optional(row["cchi_days"]), _optional(row["css_score"]))
        names |= dict.fromkeys(map(group_key, [row["group"], *row["also_called"].split(";")]), row["group"])
    codes = {
        code_key(row["code"]): (row["group"], _optional(row["css_score"]))
        for _, row in _rows(CODES_FILE, ("code", "group", "css_score", "offence"))
    }
    return HarmTable(groups, codes, names)


def code_key(code: object) -> str:
    """Return a Home Office code as it is looked up: `8N`, `8/77` and `008/77` as `00877`, `1` and `001/00` as `1`."""
    text = re.sub(r"\s", "", code).upper() if isinstance(code, str) else ""
    if match := re.fullmatch(r"(\d{1,3})/(\d{1,2})", text):
        text = f"{int(match[1]):03d}{int(match[2]):02d}"
    if re.fullmatch(r"\d{3}00", text):
        return str(int(text[:3]))
    return text if re.fullmatch(r"\d{5}", text) else text.lstrip("0")


def five_digits(code: str, sub_code: str) -> str:
    """Return the code of the index's two columns: 8 and 77 as `00877`; letters stay, 8N without a sub-code as `8N`."""
    main, sub = code.strip(), sub_code.strip()
    if main.isdigit() and sub.isdigit():
        return code_key(f"{main}/{sub}") if len(sub) <= 2 else code_key(main + sub)
    return code_key(main + sub)


def group_key(group: object) -> str:
    """Return a Home Office subgroup as it is looked up."""
    return " ".join(re.sub(r"[^a-z]+", " ", group.lower()).split()) if isinstance(group, str) else ""


def markers(flags: Iterable[str] | None) -> tuple[str, ...]:
    """Return the behaviour markers among an event's flags, in the order of MARKERS."""
    given = set(flags or ())
    return tuple(marker for marker in MARKERS if marker in given)


def in_words(score: Score) -> str:
    """Return both scores as they are shown beside each other."""
    cchi = "no CCHI score" if score.cchi is None else f"CCHI {score.cchi:g} days"
    return f"{cchi}, {'no ONS score' if score.css is None else f'ONS {score.css:,.0f}'}"


def _rows(path: Path, columns: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise ValueError(
                f"{path.name}: no column {', '.join(missing)}; it has {', '.join(reader.fieldnames or [])}"
            )
        return [(reader.line_num, {name: row[name] or "" for name in columns}) for row in reader]


def _number(path: Path, line: int, column: str, value: str) -> float:
    try:
        number = float(value.replace(",", ""))
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e6:
        raise ValueError(f"{path.name}:{line}: {column} is {value!r}, which is no number of days or points")
    return number


def _optional(value: str) -> float | None:
    return float(value) if value else None
