"""The link chart: who was in what, when and where, drawn by Cytoscape.js from one committed file."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from ui.explorer.components.arrangement import EVENTS, PERSON, Mark, arrange_by_date
from ui.explorer.wording import capital, count, day, short

if TYPE_CHECKING:
    from ui.service import Chart, ChartEdge, ChartNode

ASSET = Path(__file__).parent / "built" / "link_chart.js"
SHAPES = {
    "person": "person",
    "incident": "incident",
    "death": "death",
    "location": "place",
    "order": "order",
}
BASIS = {"recorded": "recorded by a source", "inferred": "inferred, not recorded"}
PLACE = "location"
CROWD = 6  # links of one person; with more, their words would lie on each other
TALLEST = 860  # px
LONGEST_CAPTION = 48  # signs; the whole name is in the table and under the chart


def link_chart(chart: Chart, key: str) -> None:
    """Draw the chart by date. What is on it must also be in a table beside it: a drawing cannot be read aloud.

    key: one a chart on a page.
    """
    _component()(data=chart_data(chart), key=key)


def chart_data(chart: Chart) -> dict[str, Any]:
    """Return what the drawing needs, as JSON: nodes with positions, edges, dates, lanes, height (px), a summary."""
    arrangement = arrange_by_date(chart)
    _, height = arrangement.size
    nodes = {node.id: node for node in chart.nodes}
    edges = sorted((e for e in chart.edges if e.start in nodes and e.end in nodes), key=lambda e: e.id)
    links = Counter(end for edge in edges for end in (edge.start, edge.end))
    return {
        "nodes": [
            {
                "id": node.id,
                "caption": label(capital(node.caption))
                + (f"\n{day(node.day)}" if node.id in arrangement.dated else ""),
                "full": name_in_words(node),
                "kind": kind_in_words(node),
                "detail": node.detail,
                "shape": SHAPES.get(node.label, "other"),
                "x": arrangement.positions[node.id][0],
                "y": arrangement.positions[node.id][1],
                "above": node.id in arrangement.above,
            }
            for node in sorted(chart.nodes, key=lambda n: n.id)
        ],
        "edges": [_edge(edge, nodes, links) for edge in edges],
        "dates": [_mark(mark) for mark in arrangement.dates],
        "lanes": [_mark(mark) for mark in arrangement.lanes],
        "height": int(min(TALLEST, max(360, height + 190))),
        "summary": _summary(list(nodes.values()), len(chart.edges)),
    }


def _edge(edge: ChartEdge, nodes: dict[str, ChartNode], links: Counter[str]) -> dict[str, Any]:
    """Return one link of the drawing. Its word stands where it is least in the way: at one of the ends, else midway."""
    start, end = nodes[edge.start], nodes[edge.end]
    # Lines cross midway. So the part a person had is written near the person, unless many lines meet there.
    part = start.label == PERSON != end.label
    crowded = links[start.id] > CROWD
    return {
        "id": f"edge {edge.id}",
        "source": start.id,
        "target": end.id,
        # That an event happened at the place its line leads to needs no word on the drawing.
        "caption": "" if edge.type == "OCCURRED_AT" else label(edge.caption),
        "words": edge.caption,
        "nearStart": part and not crowded,
        "nearEnd": (part and crowded) or end.label == PLACE,
        "from": name_in_words(start),
        "to": name_in_words(end),
        "basis": BASIS[edge.basis],
        "inferred": edge.basis == "inferred",
    }


def label(text: str) -> str:
    """Return text as the chart writes it: cut where it is too long, with marks at which a line may break."""
    # A line of the chart breaks at a space or at a mark without width; a name may have neither for 40 letters.
    hyphened = re.sub(r"([-/_:])(?=\w)", "\\1\u200b", short(text, LONGEST_CAPTION))
    return re.sub(r"(\w{18})(?=\w{4})", "\\1\u200b", hyphened)


def name_in_words(node: ChartNode) -> str:
    """Return what a table calls a node: an event with its date, as several may have the same words."""
    if node.label in EVENTS:
        return f"{capital(node.caption)}, {day(node.day)}"
    return capital(node.caption)


def kind_in_words(node: ChartNode) -> str:
    """Return what a node is: its kind where it has one, else its label."""
    return (node.kind or node.label).replace("_", " ")


def _mark(mark: Mark) -> dict[str, Any]:
    return {"x": mark.x, "y": mark.y, "text": mark.text}


def _summary(nodes: list[ChartNode], edges: int) -> str:
    return (
        f"Link chart of {count(len(nodes), 'item')} and {count(edges, 'link')}, by date. "
        "The same is in the tables that follow."
    )


@cache
def _component() -> Any:
    # Registered once a process; Streamlit hands it to each session by its name.
    return st.components.v2.component("throughline.link_chart", js=ASSET.read_text(encoding="utf-8"))
