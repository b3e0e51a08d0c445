"""What the page of a finding and the page of a series both show: its records, its links, what was decided on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui.explorer import markup, wording
from ui.explorer.components.link_chart import BASIS, kind_in_words, link_chart, name_in_words

if TYPE_CHECKING:
    from graph.ledger import Decision
    from queries.findings import Finding
    from ui.service import Chart, EvidenceRecord, FindingView


def evidence(records: list[EvidenceRecord]) -> None:
    """Show the records that a finding rests on, as the sources recorded them."""
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


def links(view: FindingView) -> None:
    """Show the link chart of a finding, and all that is on it in tables."""
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


def decided(view: FindingView) -> None:
    """Show every decision on a finding, the newest first."""
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
