"""A place's control chart: deaths a month against what was expected, and the sum of the excess beneath."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from ui.explorer import markup, wording

WATCHED, PAST = "#0072B2", "#9CC3DF"
# Both drawings reserve the same room at the left, so that a month stands under itself.
LEFT = 44  # px


def control_chart(months: Sequence[dict[str, Any]], *, alarm_at: float, name: str) -> None:
    """Draw both parts over the same months. What is on them must also be in a table beside them.

    months: rows of a place's chart (month as 2025-03, monitored, observed, expected, level, cusum). alarm_at: height of
    the sum at which the chart alarms. name: of the place, for who cannot see the drawing.
    """
    rows = pd.DataFrame(
        [
            {
                "begins": _noon(month["month"]),
                "ends": _noon(month["month"], 26),
                "middle": _noon(month["month"], 14),
                "month": wording.month(month["month"]),
                "observed": month["observed"],
                "expected": month["expected"],
                "level": month["level"],
                "cusum": month["cusum"],
                "monitored": month["monitored"],
            }
            for month in months
        ]
    )
    watched = rows[rows["monitored"]]
    span = [rows["begins"].min() - dt.timedelta(days=3), rows["ends"].max() + dt.timedelta(days=6)]
    markup.paragraph("Deaths a month")
    _key()
    since = f" Watched from {watched['month'].iloc[0]}." if len(watched) else ""
    _draw(
        _counts(rows, span),
        180,
        f"Deaths a month at {name}, and how many were expected.{since} The same is in the table that follows.",
    )
    if len(watched):
        markup.paragraph(
            "Sum of the excess in the months watched: it grows while there are more deaths than expected, and alarms "
            f"at {alarm_at:g}"
        )
        _draw(
            _sums(watched, span, alarm_at),
            120,
            f"Sum of the excess of deaths at {name}; it alarms at {alarm_at:g}. The same is in the table that follows.",
        )


def _counts(rows: pd.DataFrame, span: list[dt.datetime]) -> alt.LayerChart:
    base = alt.Chart(rows)
    bars = base.mark_bar(aria=False).encode(
        x=alt.X("begins:T", title=None, scale=alt.Scale(domain=span), axis=_month_axis()),
        x2="ends:T",
        y=alt.Y("observed:Q", title=None, axis=_left_axis(), scale=alt.Scale(domainMin=0)),
        y2=alt.datum(0),
        color=alt.condition(alt.datum.monitored, alt.value(WATCHED), alt.value(PAST)),
        tooltip=_tooltip(),
    )
    lines = [
        base.mark_line(aria=False, strokeWidth=2, color=colour, strokeDash=dash).encode(x="middle:T", y=f"{column}:Q")
        for column, colour, dash in (("level", "#000000", [5, 4]), ("expected", "#D55E00", [1, 0]))
    ]
    return alt.layer(bars, *lines)


def _sums(watched: pd.DataFrame, span: list[dt.datetime], alarm_at: float) -> alt.LayerChart:
    top = max(alarm_at * 1.3, float(watched["cusum"].max()) * 1.1)
    line = (
        alt.Chart(watched)
        .mark_line(
            aria=False,
            color="#0072B2",
            strokeWidth=2,
            point={"aria": False, "filled": True, "size": 40, "color": "#0072B2"},
        )
        .encode(
            x=alt.X("middle:T", title=None, scale=alt.Scale(domain=span), axis=_month_axis()),
            y=alt.Y("cusum:Q", title=None, axis=_left_axis(), scale=alt.Scale(domain=[0, top])),
            tooltip=_tooltip(),
        )
    )
    level = alt.Chart(pd.DataFrame({"height": [alarm_at], "at": [span[0]], "word": [f"alarms at {alarm_at:g}"]}))
    rule = level.mark_rule(strokeDash=[6, 4], color="#1A1A1A", aria=False).encode(y="height:Q")
    word = level.mark_text(align="left", dx=4, dy=-7, fontSize=12, color="#1A1A1A", aria=False).encode(
        x="at:T", y="height:Q", text="word:N"
    )
    return alt.layer(line, rule, word)


def _draw(drawing: alt.LayerChart, height: int, description: str) -> None:
    st.altair_chart(
        drawing.properties(height=height, width="container", description=description)
        .configure_axis(
            labelFontSize=13, labelColor="#1A1A1A", domainColor="#8A8F99", tickColor="#8A8F99", gridColor="#E4E6EA"
        )
        .configure_view(stroke=None),
        width="stretch",
        theme=None,
    )


def _key() -> None:
    # Beside the drawing and not in it: a legend there is cut off on a phone.
    signs = (
        ("watched", "deaths, months watched"),
        ("past", "deaths, months before"),
        ("expected", "expected: season, case mix and peers"),
        ("level", "expected from its own past alone"),
    )
    markup.key(signs)


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("month:N", title="Month"),
        alt.Tooltip("observed:Q", title="Deaths"),
        alt.Tooltip("expected:Q", title="Expected", format=".2f"),
        alt.Tooltip("level:Q", title="From its own past", format=".2f"),
        alt.Tooltip("cusum:Q", title="Sum of the excess", format=".2f"),
    ]


def _month_axis() -> alt.Axis:
    return alt.Axis(format="%b %Y", labelAngle=0, labelOverlap=True, tickCount=6)


def _left_axis() -> alt.Axis:
    return alt.Axis(minExtent=LEFT, maxExtent=LEFT, tickCount=4, tickMinStep=1)


def _noon(month: str, day: int = 1) -> dt.datetime:
    # A date alone is midnight in UTC, which a browser elsewhere would draw on the day before.
    year, number = month.split("-")
    return dt.datetime(int(year), int(number), day, 12)
