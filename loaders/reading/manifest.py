"""manifest.yml: what an extract is, whose it is and when it was made."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from graph.errors import ThroughlineError
from loaders.checking.times import date_problem, parse_dates, parse_instant
from loaders.nearest import did_you_mean, nearest

MANIFEST_FILE = "manifest.yml"
MAPPINGS = Path(__file__).parent.parent / "mappings"

# A manifest is a page of text.
_LONGEST = 100_000

AgencyKind = Literal["police", "ambulance", "hospital", "coroner", "local_authority", "integrated_care_board", "other"]


class Manifest(BaseModel):
    """A checked manifest. `extracted_at` is UTC; `bounds` is south, west, north, east in degrees."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    title: str | None = Field(default=None, max_length=200)
    agency: str = Field(min_length=1, max_length=200)
    agency_kind: AgencyKind = "other"
    kind: Literal["increment", "full"]
    # Before extracted_at: a time without an offset is read in it.
    timezone: str = "Europe/London"
    extracted_at: datetime
    covers_from: date | None = None
    covers_to: date | None = None
    bounds: tuple[float, float, float, float] | None = None
    mapping: str | None = None
    identifiable: bool = True
    handling: str | None = Field(default=None, max_length=200)

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if value not in timezone_names():
            raise ValueError(f"{value!r} is no time zone, as Europe/London is.{did_you_mean(value, timezone_names())}")
        return value

    @field_validator("title", "agency", "handling")
    @classmethod
    def _plain_text(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.isprintable():
            raise ValueError(f"{value!r} holds a control character; write plain text")
        if not value.strip():
            raise ValueError("holds only spaces")
        return value.strip()

    @field_validator("covers_from", "covers_to", mode="before")
    @classmethod
    def _day(cls, value: object, info: ValidationInfo) -> date:
        found = parse_dates(pd.Series([str(value).strip()], dtype="str"), "UTC")
        if found.problem[0] is not None:
            raise ValueError(date_problem(str(value), str(found.problem[0])))
        # `2024-11` is the whole month: from its first day, to its last.
        day: date = pd.Timestamp((found.earliest if info.field_name == "covers_from" else found.latest)[0]).date()
        return day

    @field_validator("extracted_at", mode="before")
    @classmethod
    def _instant(cls, value: object, info: ValidationInfo) -> datetime:
        return parse_instant(str(value), info.data.get("timezone", "UTC"))

    @field_validator("identifiable", mode="before")
    @classmethod
    def _true_or_false(cls, value: object) -> bool:
        if str(value).lower() not in ("true", "false"):
            raise ValueError(f"{value!r} is neither true nor false")
        return str(value).lower() == "true"

    @field_validator("bounds")
    @classmethod
    def _ordered_bounds(
        cls, value: tuple[float, float, float, float] | None
    ) -> tuple[float, float, float, float] | None:
        if value is None:
            return None
        south, west, north, east = value
        if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
            raise ValueError(f"bounds are south, west, north, east in degrees, not {list(value)}")
        return value

    @model_validator(mode="after")
    def _covers_in_order(self) -> Self:
        if self.covers_from is not None and self.covers_to is not None and self.covers_to < self.covers_from:
            raise ValueError(f"covers_to {self.covers_to} is before covers_from {self.covers_from}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of times that carry no offset."""
        return ZoneInfo(self.timezone)

    @property
    def extracted_text(self) -> str:
        """Return extracted_at as ISO 8601 in UTC, as part of the load's id."""
        return self.extracted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def timezone_names() -> frozenset[str]:
    """Return the names of all time zones."""
    return frozenset(available_timezones())


def mapping_names() -> list[str]:
    """Return the names of the mappings that come with the product."""
    return sorted(path.name for path in MAPPINGS.iterdir() if path.is_dir() and any(path.glob("*.sql")))


def mapping_folder(name: str) -> Path:
    """Return the folder of a mapping: one of ours by its name, or any folder by its path.

    Raises ThroughlineError for an unknown name or a folder without SQL files.
    """
    folder = MAPPINGS / name if "/" not in name and "\\" not in name else Path(name)
    if not folder.is_dir() or not any(folder.glob("*.sql")):
        raise ThroughlineError(
            f"mapping {name}: no folder {folder} with .sql files.{did_you_mean(name, mapping_names())} "
            f"Known mappings: {', '.join(mapping_names()) or 'none'}."
        )
    return folder.resolve()


def read_manifest(folder: Path, mapping: str | None = None) -> Manifest:
    """Return the manifest of an extract's folder.

    mapping: a mapping's name (or the path of its folder); wins over the manifest's own `mapping`. What the mapping's
    manifest.yml states is the default of what the extract's own leaves out.
    Raises ThroughlineError that names every problem of the file, with its line.
    """
    own_path = folder / MANIFEST_FILE
    own, lines = _read_yaml(own_path) if own_path.exists() else ({}, {})
    stated = own.get("mapping")
    # A manifest comes from outside: it may name a mapping of ours, never a path.
    if mapping is None and stated is not None and stated not in mapping_names():
        raise ThroughlineError(
            f"{own_path}:{lines['mapping']}: {stated!r} is not a mapping."
            f"{did_you_mean(str(stated), mapping_names())} Known mappings: {', '.join(mapping_names())}."
        )
    name = mapping if mapping is not None else (str(stated) if stated is not None else None)
    defaults: dict[str, object] = {}
    if name is not None:
        defaults_path = mapping_folder(name) / MANIFEST_FILE
        defaults = _read_yaml(defaults_path)[0] if defaults_path.exists() else {}
    elif not own_path.exists():
        beside = (path.name for path in folder.iterdir() if path.suffix in (".yaml", ".yml", ".txt"))
        near = nearest(MANIFEST_FILE, beside)
        raise ThroughlineError(
            f"{folder}: no {MANIFEST_FILE}{f' (rename {near}?)' if near else ''}. Write one (`throughline layout "
            f"--template DIR` makes a commented example), "
            f"or, for a foreign layout, name its mapping (--mapping {' | '.join(mapping_names()) or 'NAME'})."
        )
    values = {**defaults, **own, "mapping": name}
    try:
        return Manifest.model_validate(values)
    except ValidationError as error:
        raise ThroughlineError(_explain(error, own_path, lines)) from None


def _read_yaml(path: Path) -> tuple[dict[str, object], dict[str, int]]:
    """Return the values as text, so that YAML's own reading of dates and `no` plays no part, and each key's line."""
    try:
        if path.stat().st_size > _LONGEST:
            raise ThroughlineError(f"{path}: over {_LONGEST:,} bytes. Write one `key: value` a line, and no more.")
        content = path.read_text(encoding="utf-8-sig")
        _refuse_nested(path, content)
        # A BaseLoader makes text of every scalar and runs nothing.
        node = yaml.compose(content, Loader=yaml.BaseLoader)
        values = yaml.load(content, Loader=yaml.BaseLoader)
    except OSError as error:
        raise ThroughlineError(f"{path}: cannot be read ({error.strerror or error}). It has to be a file.") from None
    except UnicodeDecodeError as error:
        raise ThroughlineError(f"{path}: not UTF-8 at byte {error.start + 1}. Save the file as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "not YAML (UTF-16, or control characters?)"
        raise ThroughlineError(f"{path}{where}: {problem}. Write one `key: value` a line.") from None
    if values is None or not isinstance(node, yaml.MappingNode):
        raise ThroughlineError(f"{path}: no `key: value` lines. It needs {_words(_required())}.")
    lines: dict[str, int] = {}
    for key, _ in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name in lines:
            raise ThroughlineError(f"{path}:{line}: {name} is there twice, first on line {lines[name]}. Keep one.")
        lines[name] = line
    # `title:` with nothing after it is the same as no title.
    return {str(key): value for key, value in values.items() if value not in ("", "null", "~")}, lines


def _refuse_nested(path: Path, content: str) -> None:
    """Raise ThroughlineError for anchors and deep nesting, by which a page of YAML grows to fill the memory."""
    depth = 0
    for event in yaml.parse(content, Loader=yaml.BaseLoader):
        where = f"{path}:{event.start_mark.line + 1}" if event.start_mark is not None else f"{path}"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise ThroughlineError(f"{where}: anchors and aliases (& and *) are not allowed. Write each value out.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > 2:
                raise ThroughlineError(f"{where}: lists or mappings in one another. Write one `key: value` a line.")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _required() -> list[str]:
    return [name for name, field in Manifest.model_fields.items() if field.is_required()]


def _words(names: Iterable[str]) -> str:
    return ", ".join(names)


def _explain(error: ValidationError, path: Path, lines: dict[str, int]) -> str:
    """Return every problem of a manifest, one a line, each with where and what to do."""
    problems = []
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        where = f"{path}:{lines[name]}" if name in lines else f"{path}"
        problems.append(f"{where}: {_one_problem(problem['type'], name, problem['input'], problem['msg'])}")
    return "\n".join(problems)


def _one_problem(kind: str, name: str, value: object, message: str) -> str:
    if kind == "missing":
        return f"{name} is missing. Add a line `{name}: ...`."
    if kind == "extra_forbidden":
        return f"{name} is not a key of a manifest.{did_you_mean(name, Manifest.model_fields)}"
    if kind == "literal_error":
        allowed = message.removeprefix("Input should be ").replace("'", "").replace(" or ", ", ").split(", ")
        near = nearest(str(value), allowed)
        return f"{name} is {value!r}; it can be {_words(allowed)}." + (f" Did you mean {near!r}?" if near else "")
    if kind == "string_type":
        return f"{name} is a list or a mapping; write one text, as `{name}: ...`."
    if kind == "string_pattern_mismatch":
        return f"{name} is {value!r}; it is a short name of a-z, 0-9 and _, up to 40 characters."
    return f"{name}: {message.removeprefix('Value error, ')}." if name else f"{message.removeprefix('Value error, ')}."
