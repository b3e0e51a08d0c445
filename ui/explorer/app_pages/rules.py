"""Rules: what each looks for, in words; ?rule= shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui.explorer import frame, markup, wording
from ui.explorer.rule_words import query_alone, settings_table, with_values

if TYPE_CHECKING:
    from queries.rule import Rule

LIFECYCLE = {
    "draft": "Draft: not run.",
    "experimental": "On trial: run only on request.",
    "active": "Active.",
    "deprecated": "Deprecated: to be replaced.",
}


def show() -> None:
    """Show all rules by pack, or the one that the URL names."""
    rules = sorted(frame.service().rules(), key=lambda rule: (rule.pack, rule.title))
    asked = st.query_params.get("rule")
    chosen = [rule for rule in rules if rule.id == asked]
    st.title("Rules", anchor=False)
    if asked and not chosen:
        st.warning(
            f"There is no rule {wording.literal(wording.short(asked, 80))}. These are the rules there are.",
            icon=":material/warning:",
        )
    if chosen:
        st.page_link(frame.RULES, label="All rules", icon=":material/arrow_back:", query_params={})
    elif rules:
        markup.paragraph(
            f"{wording.count(len(rules), 'rule')}. Each says why something is worth a look, and what could make it "
            "wrong. None says that somebody did anything.",
            quiet=True,
        )
    else:
        st.info("No rules are installed: `throughline rules new NAME` makes the first.", icon=":material/info:")
    for rule in chosen or rules:
        _rule(rule, in_full=bool(chosen))


def _rule(rule: Rule, *, in_full: bool) -> None:
    with st.container(border=True):
        st.header(wording.literal(rule.title), anchor=False)
        markup.facts(
            ("pack", rule.pack),
            ("version", str(rule.version)),
            ("", LIFECYCLE.get(rule.status, rule.status).rstrip(".")),
            ("id", rule.id),
        )
        markup.passages(
            ("What it asks", rule.question),
            ("How it works", with_values(rule.description, rule.values(), rule)),
            ("What could make it wrong", list(rule.could_be_wrong)),
            ("What to do about a finding", rule.action),
            level=3,
        )
        st.page_link(
            frame.FINDINGS, label=f"Findings of “{wording.literal(rule.title)}”", query_params={"rule": rule.id}
        )
        with st.expander("Settings, references and query", expanded=in_full):
            settings_table(rule.values(), rule)
            markup.passages(("References", list(rule.references)), level=3)
            query = query_alone(rule)
            if query:
                st.code(query, language="cypher", wrap_lines=True)
            else:
                markup.paragraph("Computed from all deaths together, not by a query.", quiet=True)


show()
