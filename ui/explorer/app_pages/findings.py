"""Findings: what the rules found, strongest first, by status and rule. Its whole state is in the URL."""

import streamlit as st

from queries.findings import Finding
from queries.rule import Rule
from queries.series import SERIES
from ui.explorer import frame, markup, wording
from ui.explorer.download import findings_csv

PAGE = 20
ANY = ""


def show() -> None:
    """Show the list that the URL asks for: ?status=, ?rule=, ?show= (how many)."""
    service = frame.service()
    counts = service.status_counts()
    rules = {rule.id: rule for rule in service.rules()}
    status, rule, shown = _asked(counts, rules)

    st.title("Findings", anchor=False)
    if not sum(counts.values()):
        _none_at_all()
        return
    markup.paragraph(
        "Each is worth a look for the reason it gives; none is a conclusion. The strongest come first.", quiet=True
    )
    _status_links(status, counts)
    _filter(status, rule, counts, rules)
    found = service.findings(status=status or None, rule=rule or None, active=None)
    _heading(found, status, rule, rules)
    for finding in found[:shown]:
        _entry(finding)
    if len(found) > shown:
        more = min(PAGE, len(found) - shown)
        st.page_link(
            frame.FINDINGS,
            label=f"Show {wording.count(more, 'more finding')} of {len(found):,}",
            query_params=_query(status, rule, shown + PAGE),
        )


def _asked(counts: dict[str, int], rules: dict[str, Rule]) -> tuple[str, str, int]:
    status = st.query_params.get("status", ANY)
    rule = st.query_params.get("rule", ANY)
    number = st.query_params.get("show", "")
    return (
        status if status in wording.STATUSES or status in counts else ANY,
        rule if rule in rules else ANY,
        max(PAGE, int(number)) if number.isdecimal() and len(number) < 7 else PAGE,
    )


def _query(status: str, rule: str, shown: int = PAGE) -> dict[str, str]:
    asked = {"status": status, "rule": rule, "show": str(shown) if shown != PAGE else ""}
    return {name: value for name, value in asked.items() if value}


def _status_links(status: str, counts: dict[str, int]) -> None:
    shown = [(ANY, "All", sum(counts.values()))]
    shown += [(word, wording.status(word), counts[word]) for word in (*wording.STATUSES, *counts) if counts.get(word)]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        for word, name, number in dict.fromkeys(shown):
            label = f"{name} ({number:,})"
            if word == status:
                markup.chosen(label)
            else:
                st.page_link(frame.FINDINGS, label=label, query_params=_query(word, ANY), width="content")


def _filter(status: str, rule: str, counts: dict[str, int], rules: dict[str, Rule]) -> None:
    statuses = [ANY, *wording.STATUSES, *(set(counts) - set(wording.STATUSES))]
    listed = [ANY, *sorted(rules, key=lambda rule_id: rules[rule_id].title)]

    def status_label(word: str) -> str:
        name = wording.status(word) if word else "Any status"
        return f"{name} ({counts.get(word, 0) if word else sum(counts.values()):,})"

    with st.form("filter", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        chosen_status = st.selectbox(
            "Status", statuses, index=statuses.index(status), format_func=status_label, width=240
        )
        chosen_rule = st.selectbox(
            "Rule",
            listed,
            index=listed.index(rule),
            format_func=lambda rule_id: _rule_label(rules[rule_id]) if rule_id else "Any rule",
            width=440,
        )
        if st.form_submit_button("Show", type="primary"):
            st.query_params.from_dict(_query(chosen_status, chosen_rule))
            st.rerun()


def _rule_label(rule: Rule) -> str:
    return f"{rule.title} (on trial)" if rule.status == "experimental" else rule.title


def _heading(found: list[Finding], status: str, rule: str, rules: dict[str, Rule]) -> None:
    words = [wording.status(status).lower()] if status else []
    words.append("finding" if len(found) == 1 else "findings")
    title = f"{len(found):,} {' '.join(words)}" if found else f"No {' '.join(words)}"
    if rule:
        title += f" of “{rules[rule].title}”"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(wording.literal(title), anchor=False, width="content")
        if found:
            st.download_button(
                "Download as CSV",
                data=findings_csv(found, handling=frame.marking(frame.feeds()), data_to=frame.data_time(frame.feeds())),
                file_name="findings.csv",
                mime="text/csv",
                on_click="ignore",
            )
    if status and status in wording.STATUS_MEANS:
        markup.paragraph(wording.STATUS_MEANS[status], quiet=True)
    if not found:
        st.page_link(frame.FINDINGS, label="Show all findings", query_params={})


def _entry(finding: Finding) -> None:
    with st.container(border=True, gap="xsmall"):
        page = frame.SERIES if finding.rule == SERIES.id else frame.FINDING
        st.page_link(page, label=f"**{wording.literal(finding.explanation)}**", query_params={"id": finding.id})
        markup.facts(
            ("", finding.title),
            ("first detected", wording.date(finding.first_detected)),
            ("strength", wording.figure(finding.strength) if finding.strength is not None else ""),
            ("", "" if finding.active else "no longer found"),
            status=finding.status,
            on_trial=finding.experimental,
        )


def _none_at_all() -> None:
    st.markdown(
        "The rules have found nothing in what is loaded, or have not been run since it was loaded. "
        "**No finding is not the same as nothing there**: a source that is missing or late finds nothing."
    )
    st.code("throughline detect", language=None)
    st.page_link(frame.DATA, label="See which sources are loaded, and to what date")
    st.page_link(frame.RULES, label="See what the rules look for")


show()
