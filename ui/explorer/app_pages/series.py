"""Series: deaths that may be linked. A list, or one with ?id=: what hangs together, why, and what was decided."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import streamlit as st

from graph.errors import ThroughlineError
from ui.explorer import finding_parts, frame, markup, wording
from ui.explorer.components.deaths_in_order import Member, deaths_in_order
from ui.explorer.components.weights import weights
from ui.explorer.decision_form import decision_form
from ui.words import in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from queries.findings import Finding
    from ui.service import EvidenceRecord, FindingView, Service

PAGE = 20
PAIRS = 10
ENDED = "ended"
DIED = f" - {in_words('DECEASED_IN')}"
STEPS = {
    "born": "First found",
    "grew": "Grew",
    "shrank": "Became smaller",
    "changed": "Changed",
    "merged": "Merged with others",
    "split": "Split",
    "ended": "No longer hangs together",
}
NO_PROBABILITY = (
    "The figures say how much likelier a thing is between linked deaths than between any two. None is a probability "
    "that a crime was committed, and none says anything about a person."
)


def show() -> None:
    """Show the series that the URL names, else the list: ?id=, ?part=, ?pairs=, ?which=, ?show=."""
    asked = st.query_params.get("id")
    if asked:
        _one(asked)
    else:
        _list(frame.service())


def _list(service: Service) -> None:
    found = service.series(active=None)
    together = [finding for finding in found if finding.active]
    ended = [finding for finding in found if not finding.active]
    which = ENDED if st.query_params.get("which") == ENDED and ended else ""
    listed = ended if which else together
    st.title("Series", anchor=False)
    if not found:
        _none_at_all()
        return
    markup.paragraph(
        "Deaths that were each looked at alone, and that hang together by what they share. Each series is worth a "
        "look; none is a conclusion. The strongest come first.",
        quiet=True,
    )
    if ended:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            for word, name, number in (("", "Found now", len(together)), (ENDED, "No longer found", len(ended))):
                label, query = f"{name} ({number:,})", {"which": word} if word else {}
                if word == which:
                    markup.chosen(label)
                else:
                    st.page_link(frame.SERIES, label=label, query_params=query, width="content")
    st.header(wording.count(len(listed), "series", "series") if listed else "No series now", anchor=False)
    shown = _number("show", PAGE)
    for finding in listed[:shown]:
        _entry(finding)
    if len(listed) > shown:
        st.page_link(
            frame.SERIES,
            label=f"Show {min(PAGE, len(listed) - shown)} more of {len(listed):,} series",
            query_params={"show": str(shown + PAGE)} | ({"which": which} if which else {}),
        )


def _number(name: str, least: int) -> int:
    """Return how many of something the URL asks for, at the least so many."""
    asked = st.query_params.get(name, "")
    return max(least, int(asked)) if asked.isdecimal() and len(asked) < 7 else least


def _entry(finding: Finding) -> None:
    columns = finding.columns
    with st.container(border=True, gap="xsmall"):
        st.page_link(frame.SERIES, label=f"**{wording.literal(finding.explanation)}**", query_params={"id": finding.id})
        markup.facts(
            ("", wording.count(columns["count"], "death")),
            ("from", wording.iso(columns["first_on"])),
            ("to", wording.iso(columns["last_on"])),
            ("strength", wording.figure(round(finding.strength or 0.0, 1))),
            ("a year by chance", _a_year(finding)),
            status=finding.status,
        )


def _one(asked: str) -> None:
    service = frame.service()
    try:
        view = service.finding(service.one_series(asked).id)
    except ThroughlineError as error:
        frame.problem("This series cannot be shown", f"{wording.short(str(error), 200).rstrip('.')}.")
        st.markdown("The link may be cut short or come from another database.")
        st.page_link(frame.SERIES, label="Go to the list of series", query_params={})
        return
    st.query_params["id"] = view.finding.id
    members = _members(view)
    _headline(view.finding)
    told, deciding = st.columns([2.3, 1], gap="large")
    with told:
        _tabs(view, members)
    with deciding:
        decision_form(service, view)


def _headline(finding: Finding) -> None:
    st.page_link(frame.SERIES, label="All series", icon=":material/arrow_back:", query_params={})
    with st.container(key="headline"):
        st.title(wording.literal(finding.explanation), anchor=False)
    markup.facts(
        ("", finding.title),
        ("rank", f"{finding.columns['rank']:,}"),
        ("strength", wording.figure(round(finding.strength or 0.0, 1))),
        ("first detected", wording.date(finding.first_detected)),
        ("last detected", wording.date(finding.last_detected)),
        status=finding.status,
    )
    st.page_link(frame.FINDING, label="See it as a finding, with its rule", query_params={"id": finding.id})
    if not finding.active:
        st.info(
            "These deaths do not hang together any more: the records behind them have changed or were withdrawn, or "
            "another series holds them. What was decided is kept.",
            icon=":material/info:",
        )


def _tabs(view: FindingView, members: dict[str, Member]) -> None:
    drawn = {
        "Together": lambda: _together(view, members),
        "Why": lambda: _why(view.finding, members),
        "Link chart": lambda: finding_parts.links(view),
        "Records": lambda: finding_parts.evidence(view.records),
        "History": lambda: _history(view, members),
    }
    tabs = st.tabs(list(drawn), key="part", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, drawn.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _members(view: FindingView) -> dict[str, Member]:
    """Return the deaths of a series by their id, in order, numbered; whoever died is named where a record says so."""
    members: dict[str, Member] = {}
    before: dt.date | None = None
    for number, member in enumerate(view.finding.columns["members"], start=1):
        on = dt.date.fromisoformat(member["on"])
        members[member["death"]] = Member(
            f"Death {number}",
            _first(view, member["death"], lambda record: ", ".join(_died(record))) or "not named",
            on,
            dt.date.fromisoformat(member["joined_on"]),
            None if before is None else (on - before).days,
        )
        before = on
    return members


def _first(view: FindingView, death: str, read: Callable[[EvidenceRecord], str]) -> str:
    """Return what the first record of a death says that says anything: one of two sources may know it alone."""
    records = [record for record in view.records if death in (record.id, record.event)]
    return next((said for record in records if (said := read(record))), "")


def _died(record: EvidenceRecord) -> list[str]:
    return [who.removesuffix(DIED) for who in record.people if who.endswith(DIED)]


def _together(view: FindingView, members: dict[str, Member]) -> None:
    finding, rule = view.finding, view.rule
    deaths_in_order(list(members.values()))
    markup.table(
        f"{wording.count(len(members), 'death')}, the earliest first",
        [
            markup.Column("Death", lead=True, nowrap=True),
            markup.Column("Who died"),
            markup.Column("On", nowrap=True),
            markup.Column("Gap (days)", number=True),
            markup.Column("Where"),
            markup.Column("Joined the series", nowrap=True),
        ],
        [
            (
                member.name,
                member.who,
                wording.date(member.on),
                "" if member.gap is None else f"{member.gap:,}",
                _first(view, death, lambda record: record.where),
                wording.date(member.joined_on),
            )
            for death, member in members.items()
        ],
    )
    markup.passages(
        ("Expected by chance", wording.chance(finding)),
        ("What could make it wrong", list(rule.could_be_wrong) if rule else ""),
        ("What to do next", rule.action if rule else ""),
    )


def _why(finding: Finding, members: dict[str, Member]) -> None:
    pairs = finding.columns["pairs"]
    markup.paragraph(NO_PROBABILITY)
    shown = pairs[: _number("pairs", PAIRS)]
    most = max((abs(part["log_bayes_factor"]) for pair in pairs for part in pair["contributions"]), default=1.0)
    for pair in shown:
        # In the order of the sentences beneath: what is said first of two is said of the first.
        a, b = (_told(members, pair[end]) for end in ("a", "b"))
        st.header(wording.literal(f"{a} and {b}"), anchor=False)
        together = wording.likelier(pair["log_bayes_factor"])
        weights(
            f"What they share and do not share is, taken together, {together} between linked deaths than between "
            "others. The weightiest first",
            pair["contributions"],
            most=most,
        )
    if len(shown) < len(pairs):
        st.page_link(
            frame.SERIES,
            label=f"Show {min(PAIRS, len(pairs) - len(shown))} more of {len(pairs):,} pairs",
            query_params={"id": finding.id, "part": "Why", "pairs": str(len(shown) + PAIRS)},
        )
    markup.paragraph(
        "Two deaths that are not here as a pair belong to the series by way of others. Weights within a pair are "
        "multiplied: each sentence is said once, for what it adds.",
        quiet=True,
    )


def _history(view: FindingView, members: dict[str, Member]) -> None:
    st.header("The series", anchor=False)
    markup.table(
        "What became of it from one detection to the next",
        [
            markup.Column("On", lead=True, nowrap=True),
            markup.Column("What"),
            markup.Column("Joined"),
            markup.Column("Left"),
            markup.Column("Other series"),
        ],
        [_step(step, members) for step in reversed(view.finding.columns["history"])],
    )
    st.header("Decisions", anchor=False)
    finding_parts.decided(view)


def _step(step: dict[str, Any], members: dict[str, Member]) -> tuple[str, str, list[str], list[str], list[str]]:
    return (
        wording.iso(step["on"]),
        STEPS.get(step["what"], wording.capital(step["what"])),
        _in_order(members, step["joined"]),
        _in_order(members, step["left"]),
        list(step["others"]),
    )


def _told(members: dict[str, Member], death: str) -> str:
    name, member = _named(members, death), members.get(death)
    return f"{name} ({wording.short(member.who, 60)}, {wording.date(member.on)})" if member else name


def _in_order(members: dict[str, Member], deaths: list[str]) -> list[str]:
    place = {death: number for number, death in enumerate(members)}
    return [_named(members, death) for death in sorted(deaths, key=lambda death: (place.get(death, len(place)), death))]


def _named(members: dict[str, Member], death: str) -> str:
    return members[death].name if death in members else f"Ref. {death}"


def _a_year(finding: Finding) -> str:
    expected = finding.columns["expected"]
    # None in all the years that were made up is not never: the upper end says how often it may be all the same.
    return f"{expected['a_year']:.2g}" if expected["a_year"] > 0 else f"fewer than {max(expected['high'], 0.01):.2g}"


def _none_at_all() -> None:
    st.markdown(
        "No deaths hang together in what is loaded, or nobody has looked since it was loaded. "
        "**No series is not the same as nothing there**: what was not recorded links nothing."
    )
    st.code("throughline detect", language=None)
    st.page_link(frame.DATA, label="See which sources are loaded, and to what date")


show()
