"""One finding: its sentence, why it fired, what could make it wrong, its evidence, and the decision. ?id=, ?tab="""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from graph.errors import ThroughlineError
from queries.series import SERIES
from ui.explorer import finding_parts, frame, markup, wording
from ui.explorer.components.timeline import timeline
from ui.explorer.decision_form import decision_form
from ui.explorer.rule_words import settings_table, with_values

if TYPE_CHECKING:
    from queries.findings import Finding
    from ui.service import FindingView


def show() -> None:
    """Show the finding that the URL names; without an id the one opened last, else what to do."""
    finding_id = st.query_params.get("id") or st.session_state.get("finding")
    if not finding_id:
        _choose_one()
        return
    service = frame.service()
    try:
        view = service.finding(finding_id)
    except ThroughlineError as error:
        _unknown(str(error))
        return
    st.session_state["finding"] = finding_id
    st.query_params["id"] = finding_id
    _headline(view.finding)
    told, deciding = st.columns([2.3, 1], gap="large")
    with told:
        _tabs(view)
    with deciding:
        decision_form(service, view)


def _headline(finding: Finding) -> None:
    st.page_link(frame.FINDINGS, label="All findings", icon=":material/arrow_back:")
    with st.container(key="headline"):
        st.title(wording.literal(finding.explanation), anchor=False)
    markup.facts(
        ("", finding.title),
        ("first detected", wording.date(finding.first_detected)),
        ("last detected", wording.date(finding.last_detected)),
        ("strength", wording.figure(finding.strength) if finding.strength is not None else "not ranked"),
        status=finding.status,
        on_trial=finding.experimental,
    )
    if finding.rule == SERIES.id:
        st.page_link(
            frame.SERIES, label="See it as a series, with the weight of each reason", query_params={"id": finding.id}
        )
    if finding.experimental:
        st.info(
            "The rule behind this is on trial: it has not yet shown how often what it finds is worth the while. "
            "What you decide on it, and why, helps to tell.",
            icon=":material/science:",
        )
    if not finding.active:
        st.info(
            "The rule no longer finds this: the records behind it have changed or were withdrawn. "
            "What was decided is kept.",
            icon=":material/info:",
        )


def _tabs(view: FindingView) -> None:
    # Only the open tab is drawn: a chart in a hidden one would have no width.
    drawn = {"Why": _why, "Link chart": finding_parts.links, "Timeline": _timeline, "History": finding_parts.decided}
    tabs = st.tabs(list(drawn), key="tab", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, drawn.values(), strict=True):
        if tab.open:
            with tab:
                draw(view)


def _why(view: FindingView) -> None:
    finding, rule = view.finding, view.rule
    if rule is None:
        st.info(
            f"The rule {wording.literal(finding.rule)} is not in this version any more. "
            "The finding and what was decided on it are kept.",
            icon=":material/info:",
        )
    markup.passages(
        ("What the rule asks", rule.question if rule else ""),
        ("Why this came up", with_values(rule.description, finding.parameters, rule) if rule else finding.title),
        ("What could make it wrong", list(rule.could_be_wrong) if rule else ""),
        ("Expected by chance", wording.chance(finding)),
        ("What to do next", rule.action if rule else ""),
    )
    st.header("Evidence", anchor=False)
    finding_parts.evidence(view.records)
    with st.expander("Rule, version and settings behind this finding"):
        st.markdown(f"Rule `{finding.rule}`, version {finding.rule_version}. Finding `{finding.id}`.")
        settings_table(finding.parameters, rule)
        if rule:
            st.page_link(frame.RULES, label="Read the rule in full", query_params={"rule": rule.id})


def _timeline(view: FindingView) -> None:
    if not timeline(view.chart):
        st.info("None of the records has a date that is known, so there is no timeline.", icon=":material/info:")


def _choose_one() -> None:
    frame.problem("No finding chosen", "Open one from the list, or follow a link to one from a briefing.")
    st.page_link(frame.FINDINGS, label="Go to the list of findings")


def _unknown(said: str) -> None:
    st.session_state.pop("finding", None)
    frame.problem(
        "This finding cannot be shown",
        f"{wording.short(said, 200).rstrip('.')}.",
    )
    st.markdown(
        "The link may be cut short or come from another database, or the records behind the finding were withdrawn "
        "before anybody decided on it."
    )
    st.page_link(frame.FINDINGS, label="Go to the list of findings")


show()
