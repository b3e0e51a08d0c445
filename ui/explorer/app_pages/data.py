"""Data: which sources are loaded, how far each goes, and how far behind the newest it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from ui.explorer import frame, markup, wording

if TYPE_CHECKING:
    from ui.service import Feed

LATE = dt.timedelta(days=2)


def show() -> None:
    """Show the feeds, the one furthest behind first."""
    st.title("Data", anchor=False)
    feeds = frame.feeds()
    late = _late(feeds)
    if late:
        st.warning(
            f"{wording.count(len(late), 'source is', 'sources are')} more than two days behind the newest: "
            f"{wording.literal(', '.join(_name(feed) for feed in late))}. "
            "What needs their data may not have been found yet.",
            icon=":material/schedule:",
        )
    markup.paragraph(
        f"{wording.count(sum(feed.incidents for feed in feeds), 'incident')} and "
        f"{wording.count(sum(feed.deaths for feed in feeds), 'death or near miss', 'deaths and near misses')} from "
        f"{wording.count(len(feeds), 'source')}. What is not here cannot be found.",
    )
    newest = _newest(feeds)
    markup.table(
        "Sources, the one furthest behind first",
        [
            markup.Column("Source", lead=True),
            markup.Column("Agency"),
            markup.Column("Data to"),
            markup.Column("Compared with the newest"),
            markup.Column("Incidents", number=True),
            markup.Column("Deaths", number=True),
            markup.Column("Rows rejected", number=True),
            markup.Column("Handling"),
        ],
        [
            (
                _name(feed),
                feed.agency or "not stated",
                wording.moment(feed.extracted_at) or "not stated",
                _behind(feed, newest),
                f"{feed.incidents:,}",
                f"{feed.deaths:,}",
                f"{feed.rejected:,}",
                feed.handling or f"{frame.DEFAULT_MARKING} (none stated)",
            )
            for feed in feeds
        ],
    )
    if any(feed.rejected for feed in feeds):
        st.markdown("Each rejected row is kept with its reason, and can be mended and tried again:")
        st.code("throughline rejects list", language=None)


def _newest(feeds: list[Feed]) -> dt.datetime | None:
    return max((feed.extracted_at for feed in feeds if feed.extracted_at), default=None)


def _late(feeds: list[Feed]) -> list[Feed]:
    newest = _newest(feeds)
    return [feed for feed in feeds if newest and feed.extracted_at and newest - feed.extracted_at > LATE]


def _behind(feed: Feed, newest: dt.datetime | None) -> str:
    if newest is None or feed.extracted_at is None:
        return ""
    late_by = newest - feed.extracted_at
    if late_by < dt.timedelta(hours=1):
        return "newest"
    if late_by < dt.timedelta(days=2):
        return f"{wording.count(round(late_by.total_seconds() / 3600), 'hour')} behind"
    return f"{wording.count(late_by.days, 'day')} behind" + (", late" if late_by > LATE else "")


def _name(feed: Feed) -> str:
    return f"{feed.title} ({feed.source})" if feed.title else feed.source


show()
