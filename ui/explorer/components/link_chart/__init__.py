"""The link chart: who was in what, when and where, drawn by Cytoscape.js from one committed file."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from ui.explorer.components.arrangement import EVENTS, PERSON, Mark, arrange_by_date
from ui.explorer.wording import capital, count, day, short

if TYPE_CHECKING:
    from ui.service import Chart, ChartNode

ASSET = Path(__file__).parent / "built" / "link_chart.js"
SHAPES = {
    "person": "person",
    "incident": "incident",
    "death": "death",
    "location": "place",
    "order": "order",
}
BASIS = {"recorded": "recorded by a source", "inferred": "inferred, not recorded"}
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
    return {
        "nodes": [
            {
                "id": node.id,
                "caption": label(capital(node.caption)),
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
        "edges": [
            {
                "id": f"edge {edge.id}",
                "source": edge.start,
                "target": edge.end,
                "caption": label(edge.caption),
                "words": edge.caption,
                # Lines cross half way: the part a person had is written near the person.
                "nearStart": nodes[edge.start].label == PERSON != nodes[edge.end].label,
                "from": name_in_words(nodes[edge.start]),
                "to": name_in_words(nodes[edge.end]),
                "basis": BASIS[edge.basis],
                "inferred": edge.basis == "inferred",
            }
            for edge in sorted(chart.edges, key=lambda e: e.id)
            if edge.start in nodes and edge.end in nodes
        ],
        "dates": [_mark(mark) for mark in arrangement.dates],
        "lanes": [_mark(mark) for mark in arrangement.lanes],
        "height": int(min(680, max(360, height + 190))),
        "summary": _summary(list(nodes.values()), len(chart.edges)),
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
