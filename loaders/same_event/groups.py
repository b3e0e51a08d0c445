"""Links between records -> events. People's verdicts, then exact reasons, then what is likely, strongest first.

A link that would bring together what may not be together is left out, and so is a weak bridge between two groups; what
is left out stays visible as possible.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loaders.people.clusters import DENSE
from loaders.people.explain import SAID_BY_ANALYST
from loaders.same_event.weights import JOINED_FROM

Pair = tuple[str, str]

IN_ONE_INCIDENT = "deaths of one incident"
# Of several exact reasons for a pair the first is kept.
EXACT = (IN_ONE_INCIDENT, "same coroner's reference", "one source names the other's record", "one person dies once")


@dataclass(frozen=True)
class Link:
    """Two records that may be one event. odds: by the evidence; capped: at most possible, whatever the odds."""

    a: str
    b: str
    probability: float
    odds: float
    basis: str


@dataclass(frozen=True)
class Verdicts:
    """The last word of people on pairs of records (smaller id first), with its place in the order of recording."""

    same: Mapping[Pair, int] = field(default_factory=dict)
    different: Mapping[Pair, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What is known of the records besides links. source: of each; deceased: the people who died in each."""

    source: Mapping[str, str]
    deceased: Mapping[str, frozenset[str]] = field(default_factory=dict)
    forbidden: Mapping[Pair, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Possible:
    """Two records that are not joined but may be one event, and what keeps them apart."""

    a: str
    b: str
    probability: float
    basis: str


@dataclass(frozen=True)
class Events:
    """groups: records of one event, each sorted, two or more. joined: pair -> probability and basis, for every pair of
    a group. conflicts: human verdicts 'same' that others contradict.
    """

    groups: list[list[str]]
    joined: dict[Pair, tuple[float, str]]
    possible: list[Possible]
    conflicts: list[Pair]


def find_events(exact: Mapping[Pair, str], links: Iterable[Link], verdicts: Verdicts, known: Known) -> Events:
    """Return which records are one event.

    exact: pair -> its reason, one of EXACT. links: every pair that is at least possible, smaller id first.
    """
    links = sorted(links, key=lambda link: (-link.odds, link.a, link.b))
    building = _Building(verdicts, known, {(link.a, link.b) for link in links} | set(exact) | set(verdicts.same))
    conflicts = []
    for pair, _ in sorted(verdicts.same.items(), key=lambda item: -item[1]):
        if not building.join(pair, 1.0, SAID_BY_ANALYST):
            conflicts.append(pair)
    refused: dict[Pair, Possible] = {}
    for pair, basis in sorted(exact.items(), key=lambda item: (EXACT.index(item[1]), item[0])):
        why = known.forbidden.get(pair) if basis != IN_ONE_INCIDENT else None
        if pair in verdicts.different:
            continue
        if why is None and building.join(pair, 1.0, basis):
            continue
        if not building.together(*pair):
            refused[pair] = Possible(*pair, 0.8, f"{basis}, but {why or 'kept apart by what people said'}")
    building.close_units()
    rivals = _rivals(links, building, known)
    for link in links:
        pair = (link.a, link.b)
        if pair in verdicts.different or building.together(*pair):
            continue
        odds = link.odds / (1 + rivals.get(pair, 0.0))
        likely = min(link.probability, odds / (1 + odds))
        why = None
        if likely < JOINED_FROM:
            why = "another record fits as well" if link.probability >= JOINED_FROM else ""
        else:
            why = building.refuses(link.a, link.b)
        if why is None:
            building.join(pair, link.probability, link.basis)
        else:
            likely = min(likely, JOINED_FROM - 1e-6)
            refused[pair] = Possible(*pair, likely, f"{link.basis}; not joined: {why}" if why else link.basis)
    left = [row for pair, row in sorted(refused.items()) if not building.together(*pair)]
    groups = building.groups()
    return Events(groups, building.every_pair(groups), left, sorted(conflicts))


class _Building:
    """Groups being built: union-find that remembers members and the links used."""

    def __init__(self, verdicts: Verdicts, known: Known, supported: set[Pair]) -> None:
        self._of: dict[str, list[str]] = {}
        self._unit: dict[str, str] = {}
        self._used: dict[Pair, tuple[float, str]] = {}
        self._known = known
        self._supported = supported
        self._apart: dict[str, set[str]] = defaultdict(set)
        for a, b in verdicts.different:
            self._apart[a].add(b)
            self._apart[b].add(a)

    def members(self, record: str) -> list[str]:
        return self._of.get(record, [record])

    def together(self, a: str, b: str) -> bool:
        return a == b or b in self.members(a)

    def join(self, pair: Pair, probability: float, basis: str) -> bool:
        """Join the groups of a pair unless people said that two of their records differ; return whether it did."""
        first, second = self.members(pair[0]), self.members(pair[1])
        if any(self._apart[record] & set(second) for record in first if record in self._apart):
            return False
        self._used.setdefault(pair, (probability, basis))
        if first is not second:
            whole = sorted({*first, *second})
            for record in whole:
                self._of[record] = whole
        return True

    def close_units(self) -> None:
        """From here on, what is joined counts as one record: how its parts agree among themselves is not asked."""
        self._unit = {record: group[0] for record, group in self._of.items()}

    def refuses(self, a: str, b: str) -> str | None:
        """Return why a likely link may not join these two groups, or None."""
        first, second = self.members(a), self.members(b)
        if any(self._apart[record] & set(second) for record in first if record in self._apart):
            return "people said that two of these records differ"
        dead = [frozenset().union(*(self._known.deceased.get(r, frozenset()) for r in g)) for g in (first, second)]
        if dead[0] and dead[1] and not dead[0] & dead[1]:
            return "different people died"
        across = [(min(x, y), max(x, y)) for x in first for y in second]
        for pair in across:
            if pair in self._known.forbidden:
                return f"{pair[0]} and {pair[1]}: {self._known.forbidden[pair]}"
            same_source = self._known.source.get(pair[0]) == self._known.source.get(pair[1])
            if same_source and pair not in self._supported:
                return f"{pair[0]} and {pair[1]} are two records of one source with nothing to join them"
        bearing = {(self._unit.get(x, x), self._unit.get(y, y)) for x, y in across if (x, y) in self._supported}
        bearing = {(min(pair), max(pair)) for pair in bearing}
        parts = [{self._unit.get(record, record) for record in group} for group in (first, second)]
        if len(bearing) < DENSE * len(parts[0]) * len(parts[1]):
            return "it would hang two groups together by a thread"
        return None

    def groups(self) -> list[list[str]]:
        unique = {group[0]: group for group in self._of.values() if len(group) > 1}
        return [unique[first] for first in sorted(unique)]

    def every_pair(self, groups: list[list[str]]) -> dict[Pair, tuple[float, str]]:
        """Return probability and basis for every pair of each group; a pair that no link joins rests on the weakest."""
        out = {}
        for group in groups:
            inside = [(a, b) for at, a in enumerate(group) for b in group[at + 1 :]]
            weakest = min(self._used[pair][0] for pair in inside if pair in self._used)
            words = f"each is the same event as another of {len(group)} records"
            out.update({pair: self._used.get(pair, (weakest, words)) for pair in inside})
        return out


def _rivals(links: list[Link], building: _Building, known: Known) -> dict[Pair, float]:
    """Return for each link the odds of other records of one source that fit as well, where they are not one event.

    An attendance is the attendance of one of two incidents in a night, and both fit.
    """
    fits: dict[tuple[str, str], list[Link]] = defaultdict(list)
    likely = {(link.a, link.b) for link in links if link.probability >= JOINED_FROM}
    for link in links:
        fits[link.a, known.source[link.b]].append(link)
        fits[link.b, known.source[link.a]].append(link)
    against: dict[Pair, float] = {}
    for (record, _), found in fits.items():
        if len(found) < 2:
            continue
        for link in found:
            own = link.b if link.a == record else link.a
            for rival in found:
                other = rival.b if rival.a == record else rival.a
                pair = (min(own, other), max(own, other))
                if other != own and pair not in likely and not building.together(own, other):
                    against[link.a, link.b] = against.get((link.a, link.b), 0.0) + rival.odds
    return against
