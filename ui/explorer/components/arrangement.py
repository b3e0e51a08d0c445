"""Where everything on a link chart goes, computed here so that screen and paper show the same picture.

By date: events from left to right by day, people above or below them by the part they had, places and things at the
foot. The positions depend on nothing but the chart: not on the order of its items, not on chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ui.explorer.wording import day as day_in_words

if TYPE_CHECKING:
    from ui.service import Chart, ChartNode

# As the service words the labels.
EVENTS = {"incident", "death"}
PERSON = "person"
ORDER = "order"
# Whom something is alleged of, whom an order binds, who was there: above, whatever else they were.
ALWAYS_ABOVE = {"SUSPECT_IN", "RESPONDENT_TO", "FOUND", "LAST_SEEN_WITH"}
KIN = "NEXT_OF_KIN_IN"
# Whom it happened to stands below. A victim usually reports it as well, so that this outweighs the rest.
BELOW = {"VICTIM_IN", "DECEASED_IN", "SUBJECT_OF", "PROTECTS"}

COLUMN = 195.0  # between two days
STACK = 112.0  # between two events of one column
MOST_IN_COLUMN = 4
WIDEST = 5  # columns; with more events than that, several days share a column
ASIDE = 60.0
ROW = 112.0  # between two rows of people
GAP = 180.0  # least distance of two neighbours in a row, so that their names do not touch
BETWEEN_LANES = 165.0
LANE_NAME = 205.0  # room on the left for the names of the lanes
LINE = 18  # letters of a name on one line
MOST_LINES = 4
FEW = 3  # people that stand in one row


@dataclass(frozen=True)
class Mark:
    """A word on the chart that is not an item of it: a date above its column, the name of a lane."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Arrangement:
    """Positions by node id (x to the right, y down, no unit), the dates of the columns, the names of the lanes.

    above: ids of those whose links all go down, so that their names stand over them. dated: ids of events that share
    a column with other days, so that each needs its own date.
    """

    positions: dict[str, tuple[float, float]]
    dates: list[Mark] = field(default_factory=list)
    lanes: list[Mark] = field(default_factory=list)
    above: frozenset[str] = frozenset()
    dated: frozenset[str] = frozenset()

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height of the box around all positions (0, 0 when there are none)."""
        if not self.positions:
            return 0.0, 0.0
        xs, ys = zip(*self.positions.values(), strict=True)
        return max(xs) - min(xs), max(ys) - min(ys)


def arrange_by_date(chart: Chart) -> Arrangement:
    """Return where each node of the chart goes, by date; the same for the same chart, whatever its order.

    Edges to nodes that are not on the chart are passed over. People without an event of their own stand near those
    they are related to.
    """
    nodes = {node.id: node for node in chart.nodes}
    edges = sorted(
        (edge.start, edge.end, edge.type) for edge in chart.edges if edge.start in nodes and edge.end in nodes
    )
    events = _place_events([n for n in nodes.values() if n.label in EVENTS])
    positions, dates = dict(events.positions), events.dates
    # An order binds people on both sides: it stands between them, before the first date.
    orders = sorted((n for n in nodes.values() if n.label == ORDER), key=lambda n: (n.caption, n.id))
    positions |= {order.id: (-COLUMN, number * STACK) for number, order in enumerate(orders)}
    depth = max(events.depth, (len(orders) - 1) * STACK)
    above, below, foot = _lanes(nodes, edges)

    wanted = _wanted_x(nodes, _neighbours(edges), {node_id: x for node_id, (x, _) in positions.items()})
    about = {node.id for node in chart.nodes if node.core}
    harmed = {end for a, b, kind in edges if kind in BELOW for end in (a, b)}
    top_rows = _rows(above, wanted, about)
    below_rows = _rows(below, wanted, harmed)
    foot_rows = _rows(foot, wanted, about)

    y_above = -BETWEEN_LANES
    y_below = depth + BETWEEN_LANES
    y_foot = y_below + (ROW * (len(below_rows) - 1) + BETWEEN_LANES if below_rows else 0.0)
    for rows, start, step in ((top_rows, y_above, -ROW), (below_rows, y_below, ROW), (foot_rows, y_foot, ROW)):
        for number, row in enumerate(rows):
            positions |= {node_id: (x, start + number * step) for node_id, x in row}

    if not positions:
        return Arrangement({})
    left = min(x for x, _ in positions.values()) - LANE_NAME
    top_row = {node_id for node_id, _ in top_rows[-1]} if top_rows else set()
    lines = max((1 + len(nodes[node_id].caption) // LINE for node_id in top_row), default=0)
    top = min(y for _, y in positions.values()) - 45 - 16 * min(lines, MOST_LINES)
    lanes = [
        Mark(left, y, text)
        for rows, y, text in (
            (top_rows, y_above, "Suspects, callers, finders and others"),
            (dates or orders, 0.0, "What happened, by date"),
            (below_rows, y_below, "Victims, those who died, and kin"),
            (foot_rows, y_foot, "Places and things"),
        )
        if rows
    ]
    heads = [(-COLUMN, "Order" if len(orders) == 1 else "Orders"), *dates] if orders else dates
    return Arrangement(
        positions, [Mark(x, top, text) for x, text in heads], lanes, frozenset(n.id for n in above), events.dated
    )


@dataclass(frozen=True)
class _Events:
    """Where the events go: positions, (x, date) of each column, depth of the deepest, events to be dated themselves."""

    positions: dict[str, tuple[float, float]]
    dates: list[tuple[float, str]]
    depth: float
    dated: frozenset[str]


def _place_events(events: list[ChartNode]) -> _Events:
    """Return where the events go: a column a day where they are few, several days to a column where they are many."""
    in_order = sorted(events, key=lambda e: (e.day is None, e.day or 0, e.caption, e.id))
    several_days = min(MOST_IN_COLUMN, math.ceil(len(in_order) / WIDEST))
    columns: list[list[ChartNode]] = []
    for event in in_order:
        last = columns[-1] if columns else []
        fits = last and (last[0].day is None) == (event.day is None)
        room = several_days if last and last[0].day != event.day else MOST_IN_COLUMN
        if fits and len(last) < room:
            last.append(event)
        else:
            columns.append([event])
    positions = {
        # Every other one steps aside, so that lines to the lower ones pass beside the upper ones.
        event.id: (number * COLUMN + (ASIDE if place % 2 else 0.0), place * STACK)
        for number, column in enumerate(columns)
        for place, event in enumerate(column)
    }
    dates = [(number * COLUMN, _days(column)) for number, column in enumerate(columns)]
    depth = (max((len(column) for column in columns), default=1) - 1) * STACK
    dated = frozenset(event.id for column in columns if len({e.day for e in column}) > 1 for event in column)
    return _Events(positions, dates, depth, dated)


def _days(column: list[ChartNode]) -> str:
    first, last = day_in_words(column[0].day), day_in_words(column[-1].day)
    return first if first == last else f"{first} to {last}"


def _lanes(
    nodes: dict[str, ChartNode], edges: list[tuple[str, str, str]]
) -> tuple[list[ChartNode], list[ChartNode], list[ChartNode]]:
    parts: dict[str, set[str]] = {node_id: set() for node_id in nodes}
    for start, end, kind in edges:
        parts[start].add(kind)
        parts[end].add(kind)
    above, below, foot = [], [], []
    for node in nodes.values():
        if node.label in EVENTS or node.label == ORDER:
            continue
        if node.label != PERSON:
            foot.append(node)
        elif _stands_below(node, parts[node.id]):
            below.append(node)
        else:
            above.append(node)
    return above, below, foot


def _stands_below(node: ChartNode, parts: set[str]) -> bool:
    if parts & ALWAYS_ABOVE:
        return False
    # Kin stand with those they lost, unless it is they whom the finding is about.
    return bool(parts & BELOW) or (KIN in parts and not node.core)


def _neighbours(edges: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = {}
    for start, end, _ in edges:
        near.setdefault(start, []).append(end)
        near.setdefault(end, []).append(start)
    return near


def _wanted_x(nodes: dict[str, ChartNode], near: dict[str, list[str]], placed: dict[str, float]) -> dict[str, float]:
    """Return for each node the middle of what it is linked to; what is linked to nothing placed goes to the left."""
    known = dict(placed)
    waiting = sorted(set(nodes) - set(known))
    # Each round places those that are one link further away from the events.
    while waiting:
        found = {}
        for node_id in waiting:
            xs = [known[other] for other in near.get(node_id, []) if other in known]
            if xs:
                found[node_id] = (min(xs) + max(xs)) / 2
        if not found:
            found = dict.fromkeys(waiting, 0.0)
        known |= found
        waiting = [node_id for node_id in waiting if node_id not in found]
    return known


def _rows(nodes: list[ChartNode], wanted: dict[str, float], near: set[str]) -> list[list[tuple[str, float]]]:
    """Return rows of (node id, x), the nearest to the events first: those of `near`, then the others."""
    first, others = [n for n in nodes if n.id in near], [n for n in nodes if n.id not in near]
    groups = [first, others] if first and others and len(nodes) > FEW else [nodes]
    rows: list[list[tuple[str, float]]] = []
    for group in groups:
        rows += _spread(group, wanted, aside=len(rows) % 2 == 1)
    return rows


def _spread(nodes: list[ChartNode], wanted: dict[str, float], *, aside: bool) -> list[list[tuple[str, float]]]:
    """Return rows of (node id, x): each node as near as it gets to where it wants to be, no two too close.

    aside: the first row steps half a place aside, then every other one, so that lines pass between the names.
    """
    most_rows = 1 if len(nodes) <= FEW else 2 if len(nodes) <= 8 else 3
    steps = [GAP / 2 if (number % 2 == 1) != aside else 0.0 for number in range(most_rows)]
    rows: list[list[tuple[str, float]]] = [[] for _ in range(most_rows)]
    for node in sorted(nodes, key=lambda n: (wanted[n.id], n.caption, n.id)):
        places = [wanted[node.id] + step for step in steps]
        shifts = [max(0.0, row[-1][1] + GAP - x) if row else 0.0 for row, x in zip(rows, places, strict=True)]
        best = shifts.index(min(shifts))
        rows[best].append((node.id, places[best] + shifts[best]))
    return [
        _centred(row, {node_id: wanted[node_id] + step for node_id, _ in row})
        for row, step in zip(rows, steps, strict=True)
        if row
    ]


def _centred(row: list[tuple[str, float]], wanted: dict[str, float]) -> list[tuple[str, float]]:
    """Return the row with each crowd of neighbours moved back to the middle of where they wanted to be."""
    crowds: list[list[tuple[str, float]]] = []
    for node_id, x in row:
        if crowds and x - crowds[-1][-1][1] <= GAP:
            crowds[-1].append((node_id, x))
        else:
            crowds.append([(node_id, x)])
    moved: list[tuple[str, float]] = []
    for crowd in crowds:
        drift = sum(wanted[node_id] - x for node_id, x in crowd) / len(crowd)
        if moved:
            drift = max(drift, moved[-1][1] + GAP - crowd[0][1])
        moved += [(node_id, x + drift) for node_id, x in crowd]
    return moved
