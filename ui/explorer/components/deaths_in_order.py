"""The deaths of a series on a timeline: a row each, and how many days lie between one and the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st

from ui.explorer import markup, wording

DEATH, JOINED = "#0072B2", "#D55E00"
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
                "gap": "" if not member.gap else wording.count(member.gap, "day"),
            }
            for at, member in enumerate(members)
        ]
    )
    lanes = [member.name for member in members]
    _key(any(member.joined_on > member.on for member in members))
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
    base = alt.Chart(rows)
    gaps = base.mark_rule(strokeDash=[4, 3], color="#4a4f57", aria=False).encode(
        x=alt.X("before:T", title=None), x2="on:T", y=y
    )
    marks = [
        base.transform_filter("datum.later")
        .mark_point(size=90, filled=True, opacity=1, aria=False, shape="triangle-right", color=JOINED)
        .encode(x="joined:T", y=y, tooltip=tooltip),
        base.mark_point(size=150, filled=True, opacity=1, aria=False, shape="circle", color=DEATH).encode(
            x=x, y=y, tooltip=tooltip
        ),
    ]
    words = base.mark_text(dy=-10, fontSize=12, color="#1A1A1A", aria=False).encode(
        x=alt.X("middle:T"), y=y, text="gap:N"
    )
    row = ROW if len(members) <= MANY else LOW_ROW
    drawing = (
        alt.layer(gaps, *marks, *([words] if len(members) <= MANY else []))
        .properties(height=row * len(members) + 30, width="container", description=_description(members))
        .configure_axis(
            labelFontSize=13, labelColor="#1A1A1A", domainColor="#8A8F99", tickColor="#8A8F99", gridColor="#E4E6EA"
        )
        .configure_view(stroke=None)
    )
    st.altair_chart(drawing, width="stretch", theme=None)


def _key(later: bool) -> None:
    # Beside the drawing and not in it: a legend there is cut off on a phone.
    signs = [("death", "death"), *([("joined", "joined the series, where that was later")] if later else [])]
    markup.key(signs)


def _description(members: Sequence[Member]) -> str:
    return (
        f"Timeline of {wording.count(len(members), 'death')} from {wording.date(members[0].on)} to "
        f"{wording.date(members[-1].on)}. The same is in the table that follows."
    )


def _noon(day: dt.date) -> dt.datetime:
    # A date alone is midnight in UTC, which a browser elsewhere would draw on the day before.
    return dt.datetime.combine(day, dt.time(12))
