"""The decision on a finding: what was decided last, and the form to record the next."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from graph.errors import ThroughlineError
from graph.ledger import SNOOZE_DAYS
from ui.explorer import markup, wording

if TYPE_CHECKING:
    from ui.service import FindingView, Service

NEEDS_OWNER = {"accept", "ask", "monitor", "refer"}


def decision_form(service: Service, view: FindingView) -> None:
    """Show the panel beside a finding: the decision in force, then the form. Records through the service only."""
    finding = view.finding
    with st.container(border=True, key="decision"):
        st.header("Decision", anchor=False)
        said = st.session_state.pop("said", None)
        if said:
            st.success(said, icon=":material/check:")
        _in_force(view)
        kinds = [kind for kind in wording.DECISIONS if kind != "reopen" or view.decisions]
        kind = st.selectbox(
            "What do you decide?",
            kinds,
            index=None,
            format_func=wording.decision,
            placeholder="Choose",
            # A new widget after each decision, so that the form is empty again.
            key=f"kind {finding.id} {len(view.decisions)}",
        )
        if kind is None:
            return
        markup.paragraph(wording.DECISIONS[kind][2], quiet=True)
        _form(service, view, kind)


def _in_force(view: FindingView) -> None:
    if not view.decisions:
        markup.paragraph("Nobody has decided on it yet.", quiet=True)
        return
    last = view.decisions[-1]
    parts = [f"{wording.decided(last.kind)} by {last.by}, {wording.date(last.at)}."]
    if last.owner:
        parts.append(f"Owner: {last.owner}.")
    if last.due_on:
        parts.append(f"Due {wording.date(last.due_on)}.")
    if last.until_on:
        parts.append(f"Until {wording.date(last.until_on)}.")
    markup.paragraph(" ".join(parts))
    markup.paragraph(f"“{last.reason}”", quiet=True)


def _form(service: Service, view: FindingView, kind: str) -> None:
    today = dt.datetime.now(dt.UTC).date()
    last_day = today + dt.timedelta(days=SNOOZE_DAYS)
    owner: str | None = None
    due_on: dt.date | None = None
    until_on: dt.date | None = None
    with st.form(f"decision {view.finding.id} {len(view.decisions)} {kind}", border=False):
        reason = st.text_area(
            "Reason (required)",
            help="In your own words: what did you look at, and what decided it?",
            max_chars=2000,
        )
        if kind in NEEDS_OWNER:
            owner = st.text_input("Owner", help="Who takes it from here: a person or a team.", max_chars=200)
            due_on = st.date_input("Due", value=None, min_value=today, format="DD/MM/YYYY")
        if kind == "snooze":
            until_on = st.date_input(
                "Snooze until (required)",
                value=None,
                min_value=today + dt.timedelta(days=1),
                max_value=last_day,
                format="DD/MM/YYYY",
                help=f"At the latest {wording.date(last_day)}, {SNOOZE_DAYS} days from today.",
            )
        problem = st.empty()
        recorded = st.form_submit_button("Record decision", type="primary", width="stretch")
        markup.paragraph(
            f"Recorded as {service.actor}, now. It cannot be removed, only followed by another.", quiet=True
        )
    if not recorded:
        return
    missing = _missing(kind, reason, until_on)
    if missing:
        problem.error(missing, icon=":material/error:")
        return
    try:
        decision = service.decide(
            view.finding.id, kind, reason.strip(), owner=(owner or "").strip() or None, due_on=due_on, until_on=until_on
        )
    except ThroughlineError as error:
        problem.error(wording.message(str(error)), icon=":material/error:")
        return
    st.session_state["said"] = f"Recorded: {wording.decided(decision.kind).lower()}."
    st.rerun()


def _missing(kind: str, reason: str, until_on: dt.date | None) -> str:
    if not reason.strip():
        return "Give your reason: a decision without one helps nobody who reads it later."
    if kind == "snooze" and until_on is None:
        return f"Choose the date on which it comes back, {SNOOZE_DAYS} days ahead at most."
    return ""
