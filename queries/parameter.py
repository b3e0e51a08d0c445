"""Parameters of rules and saved queries: typed, bounded, with a reason; and a force's own values for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from queries.located_yaml import LocatedYaml, Where
from queries.problem import did_you_mean

TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "str": (str,),
    "list": (list,),
}
KEYS = {"type": True, "default": True, "why": True, "min": False, "max": False, "unit": False}


@dataclass(frozen=True)
class Parameter:
    """One threshold or choice. `list` is a list of texts; min and max hold for numbers and are inclusive."""

    name: str
    type: str
    default: Any
    why: str
    min: float | None = None
    max: float | None = None
    unit: str | None = None

    def checked(self, value: Any) -> Any:
        """Return the value. Raises ValueError saying what it must be when it is of another type or out of bounds."""
        fits = isinstance(value, TYPES[self.type]) and (self.type == "bool" or not isinstance(value, bool))
        if self.type == "list":
            fits = fits and all(isinstance(item, str) for item in value)
        if not fits:
            says = "a list of texts" if self.type == "list" else f"of type {self.type}"
            raise ValueError(f"{self.name} must be {says}, not {value!r}")
        low = self.min is not None and value < self.min
        if low or (self.max is not None and value > self.max):
            unit = f" {self.unit}" if self.unit else ""
            raise ValueError(
                f"{self.name} must be between {_bound(self.min)} and {_bound(self.max)}{unit}, not {value}"
            )
        return float(value) if self.type == "float" else value


def read_parameters(document: LocatedYaml, *, reasons: bool = True) -> dict[str, Parameter]:
    """Return the parameters a front matter declares; what is wrong with them is reported in the document.

    reasons: numbers need unit and bounds, and every parameter a `why`; saved queries may leave them out.
    """
    declared = document.take("parameters", dict, "a mapping of name to {type, default, why, ...}", {})
    found = (_one(document, name, reasons) for name in declared)
    return {parameter.name: parameter for parameter in found if parameter is not None}


def _one(document: LocatedYaml, name: str, reasons: bool) -> Parameter | None:
    where: Where = ("parameters", name)
    stated = document.at(*where)
    if not isinstance(stated, dict):
        document.report(f"{name} must be a mapping such as {{type: int, default: 30, ...}}", *where)
        return None
    before = len(document.problems)
    number = stated.get("type") in ("int", "float")
    needed = {"unit": number and reasons, "min": number and reasons, "max": number and reasons, "why": reasons}
    document.check_keys({**KEYS, **needed}, *where)
    kind = document.take("type", str, f"one of {', '.join(TYPES)}", None, *where)
    if kind is not None and kind not in TYPES:
        document.report(f"{name}: unknown type {kind}.{did_you_mean(kind, TYPES)}", *where, "type")
    bounds = {side: document.take(side, (int, float), "a number", None, *where) for side in ("min", "max")}
    why = document.take("why", str, "a text", "", *where)
    unit = document.take("unit", str, "a text", None, *where)
    if len(document.problems) > before:
        return None
    parameter = Parameter(name, kind, stated["default"], why, bounds["min"], bounds["max"], unit)
    try:
        return Parameter(name, kind, parameter.checked(stated["default"]), why, bounds["min"], bounds["max"], unit)
    except ValueError as error:
        document.report(f"default: {error}", *where, "default")
        return None


def with_overrides(declared: Mapping[str, Parameter], overrides: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the value of every parameter: the override where there is one, else the default.

    Raises ValueError naming the nearest parameter for an unknown one, and what a value must be.
    """
    values = {name: parameter.default for name, parameter in declared.items()}
    for name, value in (overrides or {}).items():
        if name not in declared:
            raise ValueError(f"there is no parameter {name}.{did_you_mean(name, declared)}")
        values[name] = declared[name].checked(value)
    return values


def _bound(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"
