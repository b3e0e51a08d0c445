"""One finding: its sentence, why it fired, what could make it wrong, its evidence, and the decision. ?id=, ?tab="""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from graph.errors import ThroughlineError
from ui.explorer import frame, markup, wording
from ui.explorer.components.link_chart import BASIS, kind_in_words, link_chart, name_in_words
from ui.explorer.components.timeline import timeline
from ui.explorer.decision_form import decision_form
from ui.explorer.rule_words import settings_table, with_values

if TYPE_CHECKING:
    from graph.ledger import Decision
    from queries.findings import Finding
    from ui.service import Chart, EvidenceRecord, FindingView


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
    )
    if not finding.active:
        st.info(
            "The rule no longer finds this: the records behind it have changed or were withdrawn. "
            "What was decided is kept.",
            icon=":material/info:",
        )


def _tabs(view: FindingView) -> None:
    # Only the open tab is drawn: a chart in a hidden one would have no width.
    drawn = {"Why": _why, "Link chart": _link_chart, "Timeline": _timeline, "History": _history}
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
        ("Expected by chance", wording.expected_by_chance(finding.expected_by_chance)),
        ("What to do next", rule.action if rule else ""),
    )
    st.header("Evidence", anchor=False)
    _evidence(view.records)
    with st.expander("Rule, version and settings behind this finding"):
        st.markdown(f"Rule `{finding.rule}`, version {finding.rule_version}. Finding `{finding.id}`.")
        settings_table(finding.parameters, rule)
        if rule:
            st.page_link(frame.RULES, label="Read the rule in full", query_params={"rule": rule.id})


def _evidence(records: list[EvidenceRecord]) -> None:
    if not records:
        st.info("None of the records behind this finding is in the graph any more.", icon=":material/info:")
        return
    markup.table(
        f"{wording.count(len(records), 'record')} that the finding rests on, as the sources recorded them",
        [
            markup.Column("What", lead=True),
            markup.Column("When", roomy=True),
            markup.Column("Where"),
            markup.Column("Who, and as what"),
            markup.Column("As recorded"),
        ],
        [
            (
                wording.capital(record.what),
                record.when,
                record.where,
                record.people,
                [part for part in (record.summary, f"Ref. {record.id}") if part],
            )
            for record in records
        ],
    )


def _link_chart(view: FindingView) -> None:
    if not view.chart.nodes:
        st.info("There is nothing to draw: the records behind this finding are gone.", icon=":material/info:")
        return
    link_chart(view.chart, key=f"chart {view.finding.id}")
    if view.chart.left_out:
        markup.paragraph(
            f"{wording.count(len(view.chart.nodes), 'item')} shown, {view.chart.left_out:,} left out: what the finding "
            "is about comes first, then what stands nearest to it.",
            quiet=True,
        )
    _chart_tables(view.chart)


def _chart_tables(chart: Chart) -> None:
    names = {node.id: name_in_words(node) for node in chart.nodes}
    st.header("The same in words", anchor=False)
    markup.table(
        f"{wording.count(len(chart.edges), 'link')} on the chart",
        [markup.Column("From", lead=True), markup.Column("Link"), markup.Column("To"), markup.Column("Basis")],
        sorted(
            (names.get(edge.start, edge.start), edge.caption, names.get(edge.end, edge.end), BASIS[edge.basis])
            for edge in chart.edges
        ),
    )
    markup.table(
        f"{wording.count(len(chart.nodes), 'item')} on the chart",
        [markup.Column("Item", lead=True), markup.Column("Kind"), markup.Column("Details")],
        [
            (names[node.id], kind_in_words(node), node.detail)
            for node in sorted(chart.nodes, key=lambda n: (n.day is None, n.day or 0, n.label, n.caption, n.id))
        ],
    )


def _timeline(view: FindingView) -> None:
    if not timeline(view.chart):
        st.info("None of the records has a date that is known, so there is no timeline.", icon=":material/info:")


def _history(view: FindingView) -> None:
    if not view.decisions:
        markup.paragraph("Nobody has decided on this finding yet. Every decision will be listed here, none is lost.")
        return
    markup.table(
        f"{wording.count(len(view.decisions), 'decision')}, the newest first",
        [
            markup.Column("Decision", lead=True),
            markup.Column("When"),
            markup.Column("By"),
            markup.Column("Reason"),
            markup.Column("Owner and dates"),
        ],
        [_decided(decision, view.finding) for decision in reversed(view.decisions)],
    )


def _decided(decision: Decision, finding: Finding) -> tuple[str, str, str, list[str], list[str]]:
    follow_up = [
        f"{name} {value}"
        for name, value in (
            ("owner", decision.owner),
            ("due", wording.date(decision.due_on)),
            ("until", wording.date(decision.until_on)),
        )
        if value
    ]
    reason = [decision.reason]
    if decision.seen_evidence_hash and decision.seen_evidence_hash != finding.evidence_hash:
        reason.append("The evidence has changed since.")
    return wording.decided(decision.kind), wording.moment(decision.at), decision.by, reason, follow_up


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
