"""The timeline of a finding: one lane a person, what happened on its day, true to scale."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st

from ui.explorer import markup, wording
from ui.explorer.components.arrangement import EVENTS, PERSON
from ui.words import in_words

if TYPE_CHECKING:
    from ui.service import Chart

# Each reaches 3:1 on white; the shape says the same as the colour.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000"]
MARKS = ["circle", "diamond", "square", "triangle-up", "cross", "triangle-down"]
LEGEND_COLUMNS = 3
NOBODY = "No person recorded"
DESCRIPTION = "Timeline: a row for each person, a mark for each event. The same is in the table that follows."
LONGEST_LANE = 34  # signs; the whole name is in the table


def timeline(chart: Chart) -> bool:
    """Draw the timeline and the same in a table; return False, drawing nothing, when no event has a date."""
    rows = timeline_rows(chart)
    if not rows:
        return False
    st.altair_chart(_drawing(pd.DataFrame(rows)), width="stretch", theme=None)
    undated = sum(1 for node in chart.nodes if node.label in EVENTS and node.day is None)
    if undated:
        markup.paragraph(f"{wording.count(undated, 'event')} without a known date: not on the timeline.", quiet=True)
    markup.table(
        "The same in words, the earliest first",
        [
            markup.Column("Date", lead=True, nowrap=True),
            markup.Column("Event"),
            markup.Column("Person"),
            markup.Column("As"),
        ],
        [(wording.date(row["date"].date()), row["event"], row["person"], row["part"]) for row in rows],
    )
    return True


def timeline_rows(chart: Chart) -> list[dict[str, object]]:
    """Return one row per person and dated event they had a part in: date, event, person, lane, part, role; by date."""
    nodes = {node.id: node for node in chart.nodes}
    events = {node.id: node for node in chart.nodes if node.label in EVENTS and node.day is not None}
    found = []
    with_people = set()
    for edge in chart.edges:
        ends = {edge.start, edge.end}
        event = next((events[end] for end in sorted(ends) if end in events), None)
        person = next((nodes[end] for end in sorted(ends) if end in nodes and nodes[end].label == PERSON), None)
        if event and person:
            with_people.add(event.id)
            found.append((event, person.caption, edge.caption, in_words(edge.type)))
    found += [
        (event, NOBODY, event.kind.replace("_", " "), "event")
        for event in events.values()
        if event.id not in with_people
    ]
    rows: list[dict[str, object]] = [
        {
            "date": dt.datetime.combine(wording.EPOCH + dt.timedelta(days=event.day or 0), dt.time(12)),
            "event": wording.capital(event.caption),
            "person": person,
            "lane": wording.short(person, LONGEST_LANE),
            "part": part,
            "role": role,
        }
        for event, person, part, role in found
    ]
    return sorted(rows, key=lambda row: (str(row["date"]), str(row["event"]), str(row["person"]), str(row["part"])))


def _drawing(rows: pd.DataFrame) -> alt.Chart:
    lanes = list(dict.fromkeys(rows["lane"]))
    parts = sorted(set(rows["role"]))
    return (
        alt.Chart(rows)
        .mark_point(size=150, filled=True, opacity=0.9, aria=False)
        .encode(
            x=alt.X(
                "date:T",
                title=None,
                scale=alt.Scale(domain=_span(rows["date"])),
                axis=alt.Axis(format="%-d %b %Y", labelAngle=0, labelOverlap=True, tickCount=6),
            ),
            y=alt.Y("lane:N", title=None, sort=lanes, axis=alt.Axis(labelLimit=230, grid=True)),
            shape=alt.Shape("role:N", title=None, scale=alt.Scale(domain=parts, range=_cycle(MARKS, len(parts)))),
            color=alt.Color("role:N", title=None, scale=alt.Scale(domain=parts, range=_cycle(COLOURS, len(parts)))),
            tooltip=[
                alt.Tooltip("date:T", title="Date", format="%-d %b %Y"),
                alt.Tooltip("event:N", title="Event"),
                alt.Tooltip("person:N", title="Person"),
                alt.Tooltip("part:N", title="As"),
            ],
        )
        .properties(
            height=44 * len(lanes) + 50 + 26 * -(-len(parts) // LEGEND_COLUMNS),
            width="container",
            description=DESCRIPTION,
        )
        .configure_axis(
            labelFontSize=13, labelColor="#1A1A1A", domainColor="#8A8F99", tickColor="#8A8F99", gridColor="#E4E6EA"
        )
        .configure_legend(
            orient="bottom",
            labelFontSize=13,
            labelColor="#1A1A1A",
            symbolSize=130,
            columns=LEGEND_COLUMNS,
            labelLimit=260,
        )
        .configure_view(stroke=None)
    )


def _span(dates: pd.Series) -> list[dt.datetime]:
    """Return first and last date with room on both sides, so that no mark sits on the edge."""
    first, last = dates.min().to_pydatetime(), dates.max().to_pydatetime()
    room = max((last - first) * 0.04, dt.timedelta(days=2))
    return [first - room, last + room]


def _cycle(values: list[str], length: int) -> list[str]:
    return [values[i % len(values)] for i in range(length)]
