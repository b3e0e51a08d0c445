"""Places: what is watched, and how each stands beside its past and its peers. A list, or one place with ?id=."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from algorithms.place_monitoring import MonitoringSettings
from graph.errors import ThroughlineError
from ui.explorer import frame, markup, wording
from ui.explorer.components.control_chart import control_chart
from ui.monitoring_service import PlaceView, plain_rows, view_of
from ui.words import in_words

if TYPE_CHECKING:
    from algorithms.place_monitoring import Monitoring

PAGE = 20
RAISED = "raised"
EVERY = "all"
# Neutral on purpose: a chart knows months and counts, and nothing about anybody.
STATES = {
    "worth_a_look": ("Worth a look", "More deaths than its past, the season, its case mix and its peers explain."),
    "explained": ("More, and explained", "More deaths than in its own past; season, case mix or peers explain it."),
    "quiet": ("Nothing unusual", "As many deaths as expected, or fewer, or not enough more to tell."),
    "too_little": ("Too little to say", "Too few deaths in all for any chart to say anything."),
}
FILTERS = {
    RAISED: "More deaths than usual",
    **{state: name for state, (name, _) in STATES.items()},
    EVERY: "All",
}
BACKSTOP = (
    "At best a backstop: it says where a closer look may be worth the while, and nothing about anybody who lives or "
    "works there. Most rises within one year are not found. Places stand by type, area and name, never by rank."
)
NEXT = (
    "Ask first what changed there: how many people live or stay there, who is admitted, what is reported that was not "
    "before. Then read the deaths of those months side by side, with those who inspect such places."
)
KINDS = {"rise": "Rise", "sudden": "Sudden month"}


@st.cache_data(max_entries=2, show_spinner="Comparing every place with its past and its peers …")
def _monitored(data_state: str) -> Monitoring:
    # The argument is what the figures rest on: they are worked out anew when it is another.
    del data_state
    return frame.service().places()


def show() -> None:
    """Show the place that the URL names, else the list: ?id=, ?state=, ?type=, ?show=."""
    try:
        found = _monitored(frame.service().data_state())
    except ThroughlineError as error:
        frame.problem("No places are watched yet", str(error))
        st.page_link(frame.DATA, label="See which sources are loaded, and to what date")
        return
    asked = st.query_params.get("id")
    if asked:
        _one(found, asked)
    else:
        _list(found)


def _list(found: Monitoring) -> None:
    places = plain_rows(found.summary)
    state, place_type, shown = _asked(places)
    st.title("Places", anchor=False)
    markup.paragraph(BACKSTOP, quiet=True)
    markup.paragraph(
        f"{wording.count(len(places), 'place')} watched from {wording.month(found.watched_from)} to "
        f"{wording.month(found.last_month)}, beside the months from {wording.month(found.first_month)} on.",
        quiet=True,
    )
    of_type = [place for place in places if place_type in ("", place["place_type"])]
    _state_links(of_type, state, place_type)
    _type_filter(places, state, place_type)
    listed = [place for place in of_type if _shows(state, place)]
    st.header(_title(len(listed), state), anchor=False)
    if state in STATES:
        markup.paragraph(STATES[state][1], quiet=True)
    if not listed and state == RAISED:
        few = sum(place["state"] == "too_little" for place in of_type)
        markup.paragraph(
            f"No chart alarms. That is not the same as nothing there: at {few:,} of "
            f"{wording.count(len(of_type), 'place')} there are too few deaths to say anything, "
            "and a rise within one year is mostly not found."
        )
    if not listed:
        st.page_link(frame.PLACES, label="Show all places", query_params=_query(EVERY, place_type))
    for place in listed[:shown]:
        _entry(place)
    if len(listed) > shown:
        st.page_link(
            frame.PLACES,
            label=f"Show {wording.count(min(PAGE, len(listed) - shown), 'more place')} of {len(listed):,}",
            query_params=_query(state, place_type, shown + PAGE),
        )


def _asked(places: list[dict[str, Any]]) -> tuple[str, str, int]:
    state, place_type = st.query_params.get("state", RAISED), st.query_params.get("type", "")
    number = st.query_params.get("show", "")
    return (
        state if state in FILTERS else RAISED,
        place_type if place_type in {place["place_type"] for place in places} else "",
        max(PAGE, int(number)) if number.isdecimal() and len(number) < 7 else PAGE,
    )


def _query(state: str, place_type: str, shown: int = PAGE) -> dict[str, str]:
    asked = {"state": state if state != RAISED else "", "type": place_type, "show": str(shown) if shown > PAGE else ""}
    return {name: value for name, value in asked.items() if value}


def _shows(state: str, place: dict[str, Any]) -> bool:
    return state == EVERY or place["state"] == state or (state == RAISED and place["alarms"] > 0)


def _title(number: int, state: str) -> str:
    number_of = wording.count(number, "place") if number else "No place"
    if state == EVERY:
        return number_of
    words = FILTERS[state].lower()
    return f"{number_of} with {words}" if state == RAISED else f"{number_of}: {words}"


def _state_links(places: list[dict[str, Any]], state: str, place_type: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        for word, name in FILTERS.items():
            number = sum(_shows(word, place) for place in places)
            label = f"{name} ({number:,})"
            if not number and word not in (state, RAISED, EVERY):
                continue
            if word == state:
                markup.chosen(label)
            else:
                st.page_link(frame.PLACES, label=label, query_params=_query(word, place_type), width="content")


def _type_filter(places: list[dict[str, Any]], state: str, place_type: str) -> None:
    types = ["", *sorted({place["place_type"] for place in places})]
    if len(types) < 3:
        return
    with st.form("filter", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Type of place",
            types,
            index=types.index(place_type),
            format_func=lambda word: wording.capital(in_words(word)) if word else "Any type",
            width=280,
        )
        if st.form_submit_button("Show", type="primary"):
            st.query_params.from_dict(_query(state, chosen))
            st.rerun()


def _entry(place: dict[str, Any]) -> None:
    with st.container(border=True, gap="xsmall"):
        st.page_link(
            frame.PLACES,
            label=f"**{wording.literal(place['name'] or place['place_id'])}**",
            query_params={"id": place["place_id"]},
        )
        _facts(place)


def _facts(place: dict[str, Any]) -> None:
    markup.facts(
        ("", STATES[place["state"]][0]),
        ("", wording.capital(in_words(place["place_type"]))),
        ("area", place["area"] or ""),
        ("ref.", place["place_id"]),
        ("deaths", f"{place['deaths_monitored']:,}"),
        ("expected", wording.figure(round(place["expected"], 1))),
    )


def _one(found: Monitoring, asked: str) -> None:
    try:
        view = view_of(found, asked)
    except ThroughlineError as error:
        frame.problem("This place cannot be shown", f"{wording.short(str(error), 300)}")
        st.page_link(frame.PLACES, label="Go to the list of places", query_params={})
        return
    place = view.place
    name = place["name"] or place["place_id"]
    st.page_link(frame.PLACES, label="All places", icon=":material/arrow_back:", query_params={})
    with st.container(key="headline"):
        st.title(wording.literal(name), anchor=False)
    _facts(place)
    markup.paragraph(STATES[place["state"]][1])
    _beside_peers(view)
    _alarms(view.alarms)
    st.header("Month by month", anchor=False)
    control_chart(view.chart, alarm_at=MonitoringSettings().h, name=name)
    _months(view)
    _quality(view.quality)
    markup.paragraph(BACKSTOP, quiet=True)


def _beside_peers(view: PlaceView) -> None:
    place = view.place
    peers = "It has no peers of its type here."
    if place["peers_ratio_low"] is not None:
        peers = (
            f"The middle half of its {place['peers']} peers have {place['peers_ratio_low']:.1f} to "
            f"{place['peers_ratio_high']:.1f} times what was expected of them."
        )
    markup.paragraph(
        f"{wording.month(view.watched_from)} to {wording.month(view.last_month)}: "
        f"{wording.count(place['deaths_monitored'], 'death')}, {place['expected']:.1f} expected, "
        f"{place['ratio']:.1f} times as many (95 % interval {place['ratio_low']:.1f} to {place['ratio_high']:.1f}). "
        f"{peers}"
    )


def _alarms(alarms: list[dict[str, Any]]) -> None:
    if not alarms:
        return
    told = []
    for alarm in alarms:
        first, last = wording.month(alarm["from_month"]), wording.month(alarm["month"])
        months = last if first == last else f"{first} to {last}"
        kind = KINDS.get(alarm["kind"], wording.capital(alarm["kind"]))
        told.append((f"{kind}, {months}: {STATES[alarm['state']][0].lower()}", wording.months_in(alarm["explanation"])))
    # Alarms of one place have most doubts in common: each is said once.
    doubts = list(dict.fromkeys(doubt for alarm in alarms for doubt in alarm["could_be_wrong"]))
    markup.passages(*told, ("What could make it wrong", doubts), ("What to do next", NEXT))


def _months(view: PlaceView) -> None:
    with st.expander("The same in a table, the newest month first"):
        markup.table(
            "Deaths by month, and what was expected by each step of the comparison",
            [
                markup.Column("Month", lead=True, nowrap=True),
                markup.Column("Deaths", number=True),
                markup.Column("Not judged expected", number=True),
                markup.Column("Own past", number=True),
                markup.Column("With season", number=True),
                markup.Column("With case mix", number=True),
                markup.Column("With peers", number=True),
                markup.Column("Sum of the excess", number=True),
            ],
            [
                (
                    f"{wording.month(month['month'])}{'' if month['monitored'] else ' (past)'}",
                    f"{month['observed']:,}",
                    f"{month['not_expected']:,}",
                    *(f"{month[step]:.2f}" for step in ("level", "with_season", "with_case_mix", "expected")),
                    f"{month['cusum']:.2f}" if month["monitored"] else "",
                )
                for month in reversed(view.chart)
            ],
        )


def _quality(quality: dict[str, Any]) -> None:
    st.header("How far the data can be trusted", anchor=False)
    late = quality["median_lateness_days"]
    rows = [
        ("Deaths known", f"{quality['deaths']:,} in {wording.count(quality['months'], 'month')}"),
        ("Months without any report", f"{quality['months_without_report']:,}"),
        ("Longest silence", wording.count(quality["longest_silence_months"], "month")),
        ("Silent since", wording.month(quality["silent_since"]) if quality["silent_since"] else "not silent"),
        ("Without a category", f"{quality['category_missing']:,}"),
        ("Without an age", f"{quality['age_missing']:,}"),
        ("Recorded later than 30 days", f"{quality['late']:,}"),
        ("Usually recorded after", wording.count(round(late), "day") if late is not None else "not known"),
    ]
    markup.table("A silent place is not a quiet one", [markup.Column("What", lead=True), markup.Column("Value")], rows)


show()
