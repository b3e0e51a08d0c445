"""The deaths of a series on a timeline: a row each, and how many days lie between one and the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st

from ui.explorer import wording

DEATH = "Death"
JOINED = "Joined the series, where later"
ROW, LOW_ROW = 36, 20  # px; low where there are many
MANY = 25


@dataclass(frozen=True)
class Member:
    """One death of a series. name: as the page calls it, such as Death 2; gap: days since the one before."""

    name: str
    who: str
    on: dt.date
    joined_on: dt.date
    gap: int | None


def deaths_in_order(members: Sequence[Member]) -> None:
    """Draw the timeline. What is on it must also be in a table beside it."""
    first, last = members[0].on, max(max(m.on, m.joined_on) for m in members)
    room = max((last - first) * 0.06, dt.timedelta(days=3))
    rows = pd.DataFrame(
        [
            {
                "death": member.name,
                "who": member.who,
                "on": _noon(member.on),
                "before": _noon(members[max(at - 1, 0)].on),
                "joined": _noon(member.joined_on),
                "middle": _noon(members[max(at - 1, 0)].on + (member.on - members[max(at - 1, 0)].on) / 2),
                "later": member.joined_on > member.on,
                "gap": "" if member.gap is None else wording.count(member.gap, "day"),
            }
            for at, member in enumerate(members)
        ]
    )
    lanes = [member.name for member in members]
    x = alt.X(
        "on:T",
        title=None,
        scale=alt.Scale(domain=[_noon(first - room), _noon(last + room)]),
        axis=alt.Axis(format="%-d %b %Y", labelAngle=0, labelOverlap=True, tickCount=5),
    )
    y = alt.Y("death:N", title=None, sort=lanes, axis=alt.Axis(grid=True, labelLimit=90))
    tooltip = [
        alt.Tooltip("death:N", title="Death"),
        alt.Tooltip("who:N", title="Who died"),
        alt.Tooltip("on:T", title="On", format="%-d %b %Y"),
        alt.Tooltip("joined:T", title="Joined the series", format="%-d %b %Y"),
    ]
    kinds = alt.Scale(domain=[DEATH, JOINED], range=["#0072B2", "#D55E00"])
    shapes = alt.Scale(domain=[DEATH, JOINED], range=["circle", "triangle-right"])
    base = alt.Chart(rows)
    gaps = base.mark_rule(strokeDash=[4, 3], color="#4a4f57", aria=False).encode(
        x=alt.X("before:T", title=None), x2="on:T", y=y
    )
    marks = [
        (base if kind == DEATH else base.transform_filter("datum.later"))
        .transform_calculate(kind=f"'{kind}'")
        .mark_point(size=size, filled=True, opacity=1, aria=False)
        .encode(
            x=x if kind == DEATH else alt.X("joined:T"),
            y=y,
            color=alt.Color("kind:N", title=None, scale=kinds),
            shape=alt.Shape("kind:N", title=None, scale=shapes),
            tooltip=tooltip,
        )
        for kind, size in ((JOINED, 90), (DEATH, 150))
    ]
    words = base.mark_text(dy=-10, fontSize=12, color="#1A1A1A", aria=False).encode(
        x=alt.X("middle:T"), y=y, text="gap:N"
    )
    row = ROW if len(members) <= MANY else LOW_ROW
    drawing = (
        alt.layer(gaps, *marks, *([words] if len(members) <= MANY else []))
        .properties(height=row * len(members) + 60, width="container", description=_description(members))
        .configure_axis(
            labelFontSize=13, labelColor="#1A1A1A", domainColor="#8A8F99", tickColor="#8A8F99", gridColor="#E4E6EA"
        )
        .configure_legend(orient="bottom", labelFontSize=13, labelColor="#1A1A1A", symbolSize=120)
        .configure_view(stroke=None)
    )
    st.altair_chart(drawing, width="stretch", theme=None)


def _description(members: Sequence[Member]) -> str:
    return (
        f"Timeline of {wording.count(len(members), 'death')} from {wording.date(members[0].on)} to "
        f"{wording.date(members[-1].on)}. The same is in the table that follows."
    )


def _noon(day: dt.date) -> dt.datetime:
    # A date alone is midnight in UTC, which a browser elsewhere would draw on the day before.
    return dt.datetime.combine(day, dt.time(12))
