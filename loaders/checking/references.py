"""References -> global ids, and which of them point to nothing.

A row whose record was itself rejected waits as well, so the check runs until nothing changes. Cycles inside an extract
(two deaths that name each other) hold each other up and are fine.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from loaders.checking.rejects import shortened
from loaders.checking.rows import Known, Mask, Rows

Codes = npt.NDArray[np.int64]

# Incidents and deaths share one space of ids: an event_ref may be either.
SPACES: dict[str, tuple[str, ...]] = {
    "person": ("person",),
    "location": ("location",),
    "organisation": ("organisation",),
    "event": ("incident", "death"),
    "order": ("order",),
    "object": ("object",),
}
_SPACE_OF = {kind: space for space, kinds in SPACES.items() for kind in (space, *kinds)}
_FOREIGN = r"(?s)[a-z0-9_]{1,40}:.+"
_LONG_AGO = np.iinfo(np.int64).min


@dataclass
class Use:
    """One column that points into a space: rows (positions), the text of each ref, the code of what it points to."""

    table: str
    column: str
    target: str
    rows: Codes
    refs: pd.Series
    codes: Codes = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    told: Mask = field(default_factory=lambda: np.empty(0, dtype=np.bool_))


@dataclass
class Space:
    """All ids of one kind that the extract holds or points to.

    ids: global id by code. own: code of each row, by record table. held: kind -> whether the graph holds the code;
    asked: kind -> whether it was asked. ambiguous: an incident and a death at once.
    """

    name: str
    ids: pd.Index
    own: dict[str, Codes]
    held: dict[str, Mask]
    asked: dict[str, Mask]
    ambiguous: Mask
    withdrawn_at: npt.NDArray[np.int64]


class References:
    """The references of an extract: resolved once, then checked until nothing changes."""

    def __init__(
        self, tables: dict[str, Rows], source: str, known: Known, ended: Mapping[str, np.datetime64] | None = None
    ) -> None:
        """known: see `loaders.validate.validate`. ended: id -> until when rows about it are void (UTC)."""
        self._tables = tables
        self._source = source
        self._known = known
        self._ended = ended or {}
        self._uses = list(_uses(tables))
        self._spaces = {name: self._space(name) for name in SPACES}
        self._mark_ambiguous()

    def codes(self, table: str, column: str) -> Codes:
        """Return the code that each row of a single-reference column points to, -1 where it is empty."""
        codes = np.full(len(self._tables[table]), -1, dtype=np.int64)
        for use in self._uses:
            if (use.table, use.column) == (table, column):
                codes[use.rows] = use.codes
        return codes

    def own_codes(self, space: str, table: str) -> Codes:
        """Return the code of each row of a record table."""
        return self._spaces[space].own[table]

    def size(self, space: str) -> int:
        """Return how many ids a space holds."""
        return len(self._spaces[space].ids)

    def resolve(self) -> None:
        """Replace references by global ids in the values of each table, and note records that point to themselves."""
        for use in self._uses:
            rows, ids = self._tables[use.table], self._spaces[_SPACE_OF[use.target]].ids
            if rows.table.column(use.column).is_list:
                lists = np.full(len(rows), None, dtype=object)
                for position, targets in _grouped(use.rows, ids.take(use.codes)):
                    lists[position] = targets
                rows.values[use.column] = lists
                continue
            found = np.full(len(rows), None, dtype=object)
            if use.target in ("person", "event") and rows.table.column(use.column).refers_to == "about":
                found[:] = rows.values[use.column]
            found[use.rows] = ids.take(use.codes).to_numpy(dtype=object)
            rows.values[use.column] = pd.Series(found, dtype="str")
        self._note_self_references()

    def check(self) -> None:
        """Note every reference to nothing, over and over, until no further row falls."""
        while self._check_once():
            pass

    def _check_once(self) -> bool:
        available = {kind: self._available(kind) for kind in {use.target for use in self._uses}}
        fell = False
        for use in self._uses:
            rows, space = self._tables[use.table], self._spaces[_SPACE_OF[use.target]]
            missing = ~available[use.target][use.codes] & ~use.told
            ambiguous = space.ambiguous[use.codes] & ~use.told
            missing &= ~ambiguous
            if not (missing.any() or ambiguous.any()):
                continue
            fell = True
            use.told |= missing | ambiguous
            rows.problems.add_waiting(
                use.rows[missing],
                use.column,
                [self._unknown_message(ref, use.target) for ref in use.refs[missing]],
                space.ids.take(use.codes[missing]).tolist(),
            )
            rows.problems.add(
                use.rows[ambiguous],
                use.column,
                "ambiguous_reference",
                [f"{shortened(ref)!r} is both an incident and a death of this source" for ref in use.refs[ambiguous]],
            )
        return fell

    def _unknown_message(self, ref: str, target: str) -> str:
        said = f"no {target} {shortened(ref)!r} in this extract or in the graph; the row waits for it"
        # A Cyrillic letter or a zero width looks like nothing wrong.
        odd = [f"U+{ord(letter):04X}" for letter in dict.fromkeys(ref) if not letter.isascii()][:3]
        return f"{said} (its characters that are not ASCII: {', '.join(odd)})" if odd else said

    def _available(self, target: str) -> Mask:
        """Return, by code, whether there is a record to point to: a good row here, or one in the graph."""
        space = self._spaces[_SPACE_OF[target]]
        kinds = SPACES.get(target, (target,))
        found = np.zeros(len(space.ids), dtype=np.bool_)
        for kind in kinds:
            here = np.zeros(len(space.ids), dtype=np.bool_)
            for name, codes in space.own.items():
                rows = self._tables[name]
                if rows.table.record != kind:
                    continue
                newer = rows.recorded_at.astype(np.int64) >= space.withdrawn_at[codes]
                here[codes[~rows.problems.bad & ~rows.withdrawn & newer]] = True
            self._ask(space, kind, ~here)
            found |= here | (space.held[kind] & (space.withdrawn_at == _LONG_AGO))
        return found

    def _ask(self, space: Space, kind: str, wanted: Mask) -> None:
        """Ask the graph for codes that are pointed to and that no good row holds; each once."""
        pointed = np.zeros(len(space.ids), dtype=np.bool_)
        for use in self._uses:
            if _SPACE_OF[use.target] == space.name:
                pointed[use.codes] = True
        codes = np.flatnonzero(wanted & pointed & ~space.asked[kind])
        if len(codes):
            held = self._held(kind, space.ids.take(codes).tolist())
            space.held[kind][codes] = [ident in held for ident in space.ids.take(codes)]
            space.asked[kind][codes] = True

    def _held(self, kind: str, ids: Sequence[str]) -> set[str]:
        """Return which ids the graph holds as that kind."""
        return set(self._known(kind, ids)) if ids else set()

    def _space(self, name: str) -> Space:
        prefix = f"{self._source}:"
        own_rows = {
            table: rows.text[rows.table.key[0]].fillna("")
            for table, rows in self._tables.items()
            if rows.table.record in SPACES[name]
        }
        own_codes, own_refs = pd.factorize(_joined(own_rows.values()))
        here = pd.Index(prefix + pd.Series(own_refs, dtype="str"))
        own = dict(zip(own_rows, _cut(own_codes, own_rows.values()), strict=True))

        uses = [use for use in self._uses if _SPACE_OF[use.target] == name]
        ref_codes, unique = pd.factorize(_joined(use.refs for use in uses))
        refs = pd.Series(unique, dtype="str")
        ids, held = self._resolve_unique(refs, here, SPACES[name])
        places = here.get_indexer(pd.Index(ids, dtype="str"))
        outside = pd.Index(pd.unique(pd.Series(ids, dtype="str")[places < 0]), dtype="str")
        places = np.where(places < 0, len(here) + outside.get_indexer(pd.Index(ids, dtype="str")), places)
        everything = here.append(outside)
        for use, codes in zip(uses, _cut(ref_codes, [use.refs for use in uses]), strict=True):
            use.codes = places[codes]
            # Nothing is said of a row that only takes a link away.
            use.told = self._tables[use.table].withdrawn[use.rows].copy()
        size = len(everything)
        space = Space(
            name,
            everything,
            own,
            {kind: np.zeros(size, dtype=np.bool_) for kind in SPACES[name]},
            {kind: np.zeros(size, dtype=np.bool_) for kind in SPACES[name]},
            np.zeros(size, dtype=np.bool_),
            np.full(size, _LONG_AGO, dtype=np.int64),
        )
        for kind in SPACES[name]:
            known = everything.get_indexer(pd.Index(list(held[kind]), dtype="str"))
            space.held[kind][known[known >= 0]] = True
            # What is not of this extract was asked for just now.
            space.asked[kind][len(here) :] = True
        for table, codes in space.own.items():
            rows = self._tables[table]
            gone = rows.withdrawn & ~rows.problems.bad
            np.maximum.at(space.withdrawn_at, codes[gone], rows.recorded_at[gone].astype(np.int64))
        if self._ended:
            places = here.get_indexer(pd.Index(list(self._ended), dtype="str"))
            moments = np.array(list(self._ended.values()), dtype="M8[us]").astype(np.int64)
            # A row of the very moment is void too, one after it is not.
            np.maximum.at(space.withdrawn_at, places[places >= 0], moments[places >= 0] + 1)
        return space

    def _resolve_unique(
        self, refs: pd.Series, here: pd.Index, kinds: tuple[str, ...]
    ) -> tuple[list[str], dict[str, set[str]]]:
        """Return the global id of each distinct ref, and by kind which of those outside the extract the graph holds.

        The source's own key comes first, then `source:ref` of another source.
        """
        own = f"{self._source}:" + refs
        waiting = here.get_indexer(pd.Index(own)) < 0
        foreign = waiting & refs.str.fullmatch(_FOREIGN).to_numpy(dtype=np.bool_)
        asked = pd.Index(pd.unique(pd.concat([own[waiting], refs[foreign]])), dtype="str")
        outside = asked[here.get_indexer(asked) < 0].tolist()
        held = {kind: self._held(kind, outside) for kind in kinds}
        in_graph = set().union(*held.values())
        ids = own.tolist()
        for place in np.flatnonzero(foreign):
            # An unknown `niche:P1` is kept as it stands: the record of source niche may be to come.
            if ids[place] not in in_graph:
                ids[place] = str(refs.iloc[place])
        return ids, held

    def _mark_ambiguous(self) -> None:
        space = self._spaces["event"]
        incidents = space.own.get("incidents", np.empty(0, dtype=np.int64))
        deaths = space.own.get("deaths", np.empty(0, dtype=np.int64))
        both = np.intersect1d(incidents, deaths)
        as_death = self._codes_held(space, "death", incidents)
        as_incident = self._codes_held(space, "incident", deaths)
        space.ambiguous[np.concatenate([both, as_death, as_incident])] = True
        # One id is one node: the death gives way, or what came later where the other is loaded already.
        said = "is the ref of an incident and of a death of this source: give one of them another ref, as D-"
        for table, codes, clash in (
            ("incidents", incidents, as_death),
            ("deaths", deaths, np.concatenate([both, as_incident])),
        ):
            if len(codes):
                rows = self._tables[table]
                rows.problems.add(
                    np.isin(codes, clash) & ~rows.withdrawn,
                    rows.table.key[0],
                    "ambiguous_reference",
                    lambda cell: f"{shortened(cell)!r} {said}{shortened(cell)}",
                )

    def _codes_held(self, space: Space, kind: str, codes: Codes) -> Codes:
        unique = np.unique(codes)
        ids = space.ids.take(unique).tolist()
        held = self._held(kind, ids)
        return unique[np.fromiter((ident in held for ident in ids), dtype=np.bool_, count=len(ids))]

    def _note_self_references(self) -> None:
        message = "points to itself"
        for use in self._uses:
            rows, space = self._tables[use.table], _SPACE_OF[use.target]
            own = self._spaces[space].own.get(use.table)
            if own is not None:
                same = (use.codes == own[use.rows]) & ~rows.withdrawn[use.rows]
                rows.problems.add(np.unique(use.rows[same]), use.column, "self_reference", message)
        for name, rows in self._tables.items():
            for first, second in rows.table.different:
                a, b = self.codes(name, first), self.codes(name, second)
                same = (a >= 0) & (a == b)
                if rows.table.column(first).refers_to == "about":
                    same &= np.asarray(rows.values[first] == rows.values[second], dtype=np.bool_)
                same &= ~rows.withdrawn
                rows.problems.add(same, second, "self_reference", f"is the same as {first}")


def _joined(parts: Iterable[pd.Series]) -> pd.Series:
    return pd.concat([pd.Series(dtype="str"), *parts], ignore_index=True)


def _cut(codes: Codes, parts: Iterable[pd.Series]) -> list[Codes]:
    """Return the codes of a joined series, part by part."""
    return np.split(codes, np.cumsum([len(part) for part in parts])[:-1]) if len(list(parts)) else []


def _uses(tables: dict[str, Rows]) -> Iterator[Use]:
    for name, rows in tables.items():
        for column in rows.table.columns:
            if column.refers_to is None:
                continue
            # A withdrawn row only says which link ends: what it pointed to may be gone as well.
            if column.is_list:
                lists = pd.Series(rows.values[column.name]).where(~rows.withdrawn)
                items = lists[lists.notna()].explode().dropna()
                if len(items):
                    yield _use(name, column.name, column.refers_to, items)
                continue
            refs = rows.text[column.name]
            targets = ("person", "event") if column.refers_to == "about" else (column.refers_to,)
            for target in targets:
                here = refs[rows.equals("about", target)] if column.refers_to == "about" else refs
                here = here.dropna()
                if len(here):
                    yield _use(name, column.name, target, here)


def _use(table: str, column: str, target: str, refs: pd.Series) -> Use:
    return Use(table, column, target, refs.index.to_numpy(dtype=np.int64), refs.astype("str").reset_index(drop=True))


def _grouped(rows: Codes, ids: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield each position with its ids, in order. rows: ascending."""
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    ends = np.r_[starts[1:], len(rows)]
    for start, end in zip(starts, ends, strict=True):
        yield int(rows[start]), [str(ident) for ident in ids[start:end]]
