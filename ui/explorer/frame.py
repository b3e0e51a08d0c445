"""What stands around every page: service, marking, time of the data, and what to do when something fails."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from neo4j.exceptions import AuthError, DriverError, Neo4jError
from streamlit.navigation.page import Page

from graph.errors import ThroughlineError
from ui.explorer import wording

if TYPE_CHECKING:
    from ui.service import Feed, Service

LOG = logging.getLogger(__name__)
LOOK = Path(__file__).parent / "look.css"
# Least strict first. A source that states none is taken to be OFFICIAL-SENSITIVE: these are records of named people.
MARKINGS = ("OFFICIAL", "OFFICIAL-SENSITIVE", "SECRET", "TOP SECRET")
DEFAULT_MARKING = "OFFICIAL-SENSITIVE"

FINDINGS = "app_pages/findings.py"
FINDING = "app_pages/finding.py"
SERIES = "app_pages/series.py"
PLACES = "app_pages/places.py"
RULES = "app_pages/rules.py"
DATA = "app_pages/data.py"


def pages() -> list[Page]:
    """Return the pages in the order of the navigation; the first is the one at /."""
    return [
        st.Page(FINDINGS, title="Findings", default=True),
        st.Page(FINDING, title="Finding", url_path="finding"),
        st.Page(SERIES, title="Series", url_path="series"),
        st.Page(PLACES, title="Places", url_path="places"),
        st.Page(RULES, title="Rules", url_path="rules"),
        st.Page(DATA, title="Data", url_path="data"),
    ]


@st.cache_resource(show_spinner="Connecting to the database ...")
def service() -> Service:
    """Return the one service of this process. Raises ThroughlineError when the database cannot be reached."""
    from ui.service import open_service

    return open_service()


def feeds() -> list[Feed]:
    """Return the feeds as they were when this run of the page began."""
    found: list[Feed] = st.session_state["feeds"]
    return found


def show(page: Page) -> None:
    """Run a page inside the frame; what fails becomes a message that says what to do, never a traceback."""
    st.html(LOOK)
    try:
        st.session_state["feeds"] = service().freshness()
    except (ThroughlineError, DriverError, Neo4jError) as error:
        _marking([], "the data could not be read")
        _not_reachable(error)
        return
    _marking(feeds(), data_time(feeds()))
    try:
        if feeds():
            page.run()
        else:
            _nothing_loaded()
    except (DriverError, Neo4jError) as error:
        _not_reachable(error)
    except ThroughlineError as error:
        problem("This could not be shown", str(error))
    st.html(
        f'<footer class="tl-marking tl-foot"><strong>{escape(marking(feeds()))}</strong>'
        f"<span>{escape(data_time(feeds()))}</span></footer>"
    )


def marking(loaded: Sequence[Feed]) -> str:
    """Return the strictest handling among the feeds, followed by any words that are no known marking."""
    stated = [(feed.handling or DEFAULT_MARKING).strip().upper() for feed in loaded]
    unknown = sorted({words for words in stated if _strictness(words) is None})
    known = [words for words in stated if _strictness(words) is not None]
    strictest = max(known, key=lambda words: (_strictness(words), words), default=DEFAULT_MARKING)
    return " / ".join([strictest, *unknown])


def data_time(loaded: Sequence[Feed]) -> str:
    """Return how far the data goes, in words."""
    if not loaded:
        return "no data loaded"
    known = [feed.extracted_at for feed in loaded if feed.extracted_at]
    time = f"Data to {wording.moment(max(known))}" if known else "Time of the data not stated"
    return f"{time}, from {wording.count(len(loaded), 'source')}"


def problem(title: str, text: str, *, command: str | None = None) -> None:
    """Show a state that is not a page: what it is, what to do, and the command that does it."""
    st.title(title, anchor=False)
    st.markdown(wording.message(text))
    if command:
        st.code(command, language=None)


def _strictness(words: str) -> int | None:
    # A marking may go on: OFFICIAL-SENSITIVE [PERSONAL DATA]. The longest known beginning counts.
    begun = [known for known in MARKINGS if words == known or words.startswith((f"{known} ", f"{known}:"))]
    return MARKINGS.index(max(begun, key=len)) if begun else None


def _marking(loaded: Sequence[Feed], time: str) -> None:
    st.html(f'<div class="tl-marking"><strong>{escape(marking(loaded))}</strong><span>{escape(time)}</span></div>')


def _nothing_loaded() -> None:
    problem(
        "No data loaded yet",
        "Throughline has a database, but nothing is in it. Load an extract, then look for findings. "
        "Without data of your own, the demo makes a small invented force first.",
        command="throughline load EXTRACT\nthroughline detect\n\n# or, with invented data\nmake demo",
    )


def _not_reachable(error: Exception) -> None:
    LOG.warning("the database could not be used: %s", type(error).__name__)
    if isinstance(error, ThroughlineError):
        text = str(error)
    elif isinstance(error, AuthError):
        text = "The database refused the user name or the password: check NEO4J_USER and NEO4J_PASSWORD."
    else:
        text = "The database did not answer. Decisions already recorded are safe; nothing was changed."
    problem("The database cannot be reached", text, command="throughline status\nthroughline up")
    if st.button("Try again", type="primary"):
        service.clear()
        st.rerun()
