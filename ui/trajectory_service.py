"""What happened to a pair, a person or a place over time, in words; parts in events are never mixed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from algorithms.harm import Score, markers, shipped_table
from algorithms.harm import in_words as harm_in_words
from algorithms.trajectories import (
    ALLEGATION_DAYS,
    Figures,
    allegations,
    base_rate,
    figures,
    points,
    rate_in_words,
)
from graph.connection import Connection
from graph.errors import ThroughlineError
from graph.path_reader import path_ends
from graph.reader import cypher
from graph.schema import SCHEMA
from queries.run import data_as_of, given
from ui.words import day_in_words, in_words, place_in_words

# Who is suspect in more events than this is a placeholder such as an unknown person, not somebody (count).
MOST_EVENTS = 300
ALLEGATION = "An allegation is not a conviction; where each stands is said with the role."
COUNTED = "Figures stand side by side and are never added up; a rising count alone is no sign that harm will rise."


@dataclass(frozen=True)
class Entry:
    """One event: when, what, everybody's part in it, how grave, what was new, and the orders that bound that day."""

    event: str
    when: str
    what: str
    people: tuple[str, ...]
    gap_days: int | None
    harm: str
    step: str
    markers: tuple[str, ...]
    orders: tuple[str, ...]
    records: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A trajectory in one part: as suspect, as victim. others: what the fourth figure counts; rate: in words."""

    title: str
    entries: tuple[Entry, ...]
    figures: Figures | None
    others: str
    rate: str | None


@dataclass(frozen=True)
class TrajectoryView:
    """What is shown of one pair, person or place."""

    about: tuple[str, ...]
    as_of_day: int
    sections: tuple[Section, ...]
    remarks: tuple[str, ...]


Row = dict[str, Any]
Chosen = Callable[[Row], bool]


def person_trajectory(connection: Connection, id_: str) -> TrajectoryView:
    """Return a person's trajectory as suspect, as victim and in other parts, each on its own.

    id_: the person's id or any record's. Raises ThroughlineError for an id that is nobody's.
    """
    person = _person(connection, id_)
    rows = _events(connection, people=[person])
    day = given(data_as_of(connection))["as_of_day"]

    def has(kind: str) -> Chosen:
        return lambda row: any(p["person"] == person and p["role"] == kind for p in row["people"])

    suspect = _section("as suspect", rows, has("SUSPECT_IN"), day, _others(person, "VICTIM_IN"), "different victims")
    victim = _section("as victim", rows, has("VICTIM_IN"), day, _others(person, "SUSPECT_IN"), "different suspects")
    rest = [row for row in rows if not has("SUSPECT_IN")(row) and not has("VICTIM_IN")(row)]
    parts = (
        _with_rate(connection, suspect, "suspect", person, day, "people named as suspect"),
        _with_rate(connection, victim, "victim", person, day, "victims"),
        _plain_section("in other parts", rest),
    )
    return TrajectoryView((_name(connection, person),), day, _filled(parts), (ALLEGATION, COUNTED))


def pair_trajectory(connection: Connection, one: str, other: str) -> TrajectoryView:
    """Return what happened between two people: each as suspect and the other as victim, then events they share else.

    Raises ThroughlineError for ids that are nobody's, or that are one person's.
    """
    a, b = _person(connection, one), _person(connection, other)
    if a == b:
        raise ThroughlineError(f"{one} and {other} are records of one person: a pair is two people")
    rows = [row for row in _events(connection, people=[a]) if any(p["person"] == b for p in row["people"])]
    day = given(data_as_of(connection))["as_of_day"]
    names = {person: _name(connection, person) for person in (a, b)}

    def between(suspect: str, victim: str) -> Chosen:
        parts = {(suspect, "SUSPECT_IN"), (victim, "VICTIM_IN")}
        return lambda row: parts <= {(p["person"], p["role"]) for p in row["people"]}

    sections = []
    for suspect, victim in ((a, b), (b, a)):
        title = f"{names[suspect]} as suspect, {names[victim]} as victim"
        found = _section(title, rows, between(suspect, victim), day, _only(victim), "different victims")
        unit = "pairs of one suspect and one victim"
        sections.append(_with_rate(connection, found, "pair", f"{suspect} {victim}", day, unit))
    rest = [row for row in rows if not between(a, b)(row) and not between(b, a)(row)]
    sections.append(_plain_section("both in it, in other parts", rest))
    return TrajectoryView((names[a], names[b]), day, _filled(sections), (ALLEGATION, COUNTED))


def place_trajectory(connection: Connection, id_: str) -> TrajectoryView:
    """Return what happened at an address, under whichever record. Raises ThroughlineError for an id of no place."""
    rows = connection.read(
        "MATCH (l:Location {id: $id}) OPTIONAL MATCH (m:Location {postcode: l.postcode}) "
        "WHERE toLower(m.address) = toLower(l.address) RETURN properties(l) AS place, collect(m.id) AS same",
        id=id_,
    )
    if not rows:
        raise ThroughlineError(f"there is no place {id_}: give the source:ref of a location")
    place = rows[0]["place"]
    day = given(data_as_of(connection))["as_of_day"]
    events = _events(connection, places=sorted({id_, *rows[0]["same"]}))
    found = _section("what happened here", events, lambda row: True, day, _others("", "VICTIM_IN"), "different victims")
    remarks = [ALLEGATION, COUNTED]
    if place.get("is_hub"):
        remarks.append(
            "This place connects a great many others by what it is: what happens here says little about anybody."
        )
    section = _with_rate(connection, found, "place", id_, day, "places")
    return TrajectoryView((f"{place_in_words(place)} ({id_})",), day, _filled([section]), tuple(remarks))


def recent_allegations(connection: Connection, limit: int | None = None) -> pd.DataFrame:
    """Return who was named as suspect in two events or more of 365 days: person, name, allegations, harm_days, gravest.

    Sorted by harm-days summed, the gravest beside it.
    """
    day = given(data_as_of(connection))["as_of_day"]
    rows = connection.read(cypher("recent_allegations"), as_of_day=day, window_days=ALLEGATION_DAYS, most=MOST_EVENTS)
    frame = pd.DataFrame(rows, columns=["person", "name", "event", "day", "harm"])
    names = dict(zip(frame["person"], frame["name"], strict=True))
    found = allegations(frame, day)
    found.insert(1, "name", found["person"].map(names))
    return found.head(limit) if limit else found


def _person(connection: Connection, id_: str) -> str:
    rows = [row for row in path_ends(connection, [id_])[id_] if row["label"] == "Person"]
    if not rows:
        raise ThroughlineError(f"{id_} is nobody's id: give a person's id (person:...) or the source:ref of a record")
    return str(rows[0]["id"])


def _name(connection: Connection, person: str) -> str:
    rows = connection.read("MATCH (p:Person {id: $id}) RETURN p.name AS name", id=person)
    return f"{rows[0]['name'] or 'a person without a name'} ({person})"


def _events(connection: Connection, *, people: Sequence[str] = (), places: Sequence[str] = ()) -> list[Row]:
    roles = sorted(SCHEMA.role_types.values())
    return connection.read(cypher("trajectory_events"), people=list(people), places=list(places), roles=roles)


def _score(row: Row) -> Score:
    """Return the gravest score of an event: of its records, and of each offence recorded for it."""
    table = shipped_table()
    further = [table.score(code, group, "crime") for code, group in row["codes"]]
    cchi = [s for s in (*row["cchi"], *(f.cchi for f in further)) if s is not None]
    css = [s for s in (*row["css"], *(f.css for f in further)) if s is not None]
    return Score(max(cchi, default=None), max(css, default=None), None)


def _others(person: str, kind: str) -> Callable[[Row], list[str]]:
    return lambda row: [p["person"] for p in row["people"] if p["role"] == kind and p["person"] != person]


def _only(person: str) -> Callable[[Row], list[str]]:
    return lambda row: [person]


def _section(
    title: str, rows: Sequence[Row], chosen: Chosen, as_of_day: int, others: Callable[[Row], list[str]], counted: str
) -> tuple[Section, int]:
    """Return the section, and how many events it counts until now."""
    own = [row for row in rows if chosen(row)]
    frame = _frame(own)
    victims = pd.DataFrame([(row["event"], v) for row in own for v in others(row)], columns=["event", "victim"])
    told = figures(frame, victims, as_of_day) if own else None
    return Section(title, _entries(own, frame), told, counted, None), int(frame["day"].nunique())


def _plain_section(title: str, rows: Sequence[Row]) -> Section:
    return Section(title, _entries(rows, _frame(rows)), None, "", None)


def _with_rate(
    connection: Connection, found: tuple[Section, int], unit: str, id_: str, as_of_day: int, what: str
) -> Section:
    section, had = found
    if not had:
        return section
    rows = connection.read(cypher(f"rates_{unit}"))
    frame = pd.DataFrame(rows, columns=["unit", "event", "day", "harm"])
    rate = rate_in_words(base_rate(frame, had, as_of_day, without=id_), what)
    return Section(section.title, section.entries, section.figures, section.others, rate)


def _filled(sections: Sequence[Section]) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.entries)


def _frame(rows: Sequence[Row]) -> pd.DataFrame:
    cells = [(row["event"], row["day"], _score(row).cchi) for row in rows]
    return pd.DataFrame(cells, columns=["event", "day", "harm"])


def _entries(rows: Sequence[Row], frame: pd.DataFrame) -> tuple[Entry, ...]:
    by_event = {row["event"]: row for row in rows}
    seen: set[str] = set()
    entries = []
    for point in points(frame):
        row = by_event[point.event]
        shown = markers(row["flags"])
        new = [f"{in_words(m)} (for the first time)" if m not in seen and seen else in_words(m) for m in shown]
        seen |= set(shown) or {""}
        day = {"occurred_day": row["day"], "occurred_span_days": row["span_days"]}
        entries.append(
            Entry(
                point.event,
                day_in_words(day),
                _what(row),
                tuple(_part(p) for p in row["people"]),
                point.gap_days,
                harm_in_words(_score(row)),
                point.step,
                tuple(new),
                (*(_order(o, row) for o in row["orders"]), *(["recorded as a breach"] if row["breach"] else [])),
                tuple(sorted(row["records"])),
            )
        )
    return tuple(entries)


def _what(row: Row) -> str:
    offence = next((o for o in row["offences"] if o), None)
    kinds = " and ".join(in_words(kind) for kind in dict.fromkeys(filter(None, row["kinds"])))
    return f"{kinds}: {offence}" if offence else kinds


def _part(person: Row) -> str:
    status = f" ({in_words(person['status'])})" if person["status"] else ""
    return f"{person['name'] or person['person']} - {in_words(person['role'])}{status}"


def _order(order: Row, row: Row) -> str:
    names = {p["person"]: p["name"] or p["person"] for p in row["people"]}
    protected = [names[p] for p in order["protected"] if p in names]
    whom = f", which protects {', '.join(protected)}" if protected else ""
    kind = in_words(str(order["kind"] or "order"))
    return f"{names.get(order['respondent'], order['respondent'])} was under {kind} {order['order']}{whom}"
