"""The link chart's positions: by date, by part, the same each time."""

import random
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ui.explorer.components.arrangement import EVENTS, GAP, arrange_by_date
from ui.explorer.components.link_chart import chart_data
from ui.service import Chart, ChartEdge, ChartNode


def node(name: str, label: str, day: int | None = None, *, core: bool = True) -> ChartNode:
    return ChartNode(name, label, "", name, "", day, core)


def chart(nodes: Sequence[ChartNode], *edges: tuple[str, str, str]) -> Chart:
    return Chart(
        list(nodes),
        [ChartEdge(f"{a}{kind}{b}", a, b, kind, kind, "recorded") for a, kind, b in edges],
        left_out=0,
    )


TWO_DEATHS = chart(
    [
        node("finder", "person"),
        node("first", "person"),
        node("second", "person"),
        node("later", "death", 123),
        node("earlier", "death", 100),
        node("yard", "location"),
        node("bail", "order"),
    ],
    ("finder", "FOUND", "earlier"),
    ("finder", "REPORTED", "later"),
    ("first", "DECEASED_IN", "earlier"),
    ("second", "DECEASED_IN", "later"),
    ("earlier", "OCCURRED_AT", "yard"),
    ("finder", "RESPONDENT_TO", "bail"),
)


def test_events_go_from_left_to_right_by_day_with_their_dates_above() -> None:
    arranged = arrange_by_date(TWO_DEATHS)
    assert arranged.positions["earlier"][0] < arranged.positions["later"][0]
    assert [mark.text for mark in arranged.dates] == ["Order", "11 Apr 1970", "4 May 1970"]
    assert all(mark.y < y for mark in arranged.dates for _, y in arranged.positions.values())


def test_people_stand_above_or_below_by_their_part_and_places_at_the_foot() -> None:
    y = {name: position[1] for name, position in arrange_by_date(TWO_DEATHS).positions.items()}
    assert y["finder"] < y["earlier"] < y["first"] < y["yard"]
    assert y["first"] == y["second"]


def test_an_order_stands_before_the_first_date_between_both_sides() -> None:
    arranged = arrange_by_date(TWO_DEATHS)
    assert arranged.positions["bail"][0] < arranged.positions["earlier"][0]
    assert arranged.positions["bail"][1] == arranged.positions["earlier"][1]


def test_a_victim_who_also_called_stands_below_but_a_suspect_never_does() -> None:
    nodes = [node("e", "incident", 1), node("caller", "person"), node("both", "person")]
    arranged = arrange_by_date(
        chart(
            nodes,
            ("caller", "VICTIM_IN", "e"),
            ("caller", "REPORTED", "e"),
            ("both", "VICTIM_IN", "e"),
            ("both", "SUSPECT_IN", "e"),
        )
    )
    assert arranged.positions["caller"][1] > 0 > arranged.positions["both"][1]


def test_kin_stand_with_those_they_lost_unless_the_finding_is_about_them() -> None:
    kin, subject = node("kin", "person", core=False), node("subject", "person")
    drawn = chart(
        [node("e", "death", 1), kin, subject], ("kin", "NEXT_OF_KIN_IN", "e"), ("subject", "NEXT_OF_KIN_IN", "e")
    )
    positions = arrange_by_date(drawn).positions
    assert positions["subject"][1] < 0 < positions["kin"][1]


def test_those_who_died_stand_nearer_to_the_events_than_their_kin() -> None:
    dead = [node("dead1", "person", core=False), node("dead2", "person", core=False)]
    kin = [node("a kin1", "person", core=False), node("a kin2", "person", core=False)]
    drawn = chart(
        [node("e", "death", 1), *dead, *kin],
        *((d.id, "DECEASED_IN", "e") for d in dead),
        *((k.id, "NEXT_OF_KIN_IN", "e") for k in kin),
    )
    y = {name: position[1] for name, position in arrange_by_date(drawn).positions.items()}
    assert y["e"] < y["dead1"] == y["dead2"] < y["a kin1"]


def test_many_events_share_columns_and_are_dated_themselves() -> None:
    drawn = chart([node(f"e{i:02}", "incident", 10 * i) for i in range(20)])
    arranged = arrange_by_date(drawn)
    assert len(arranged.dates) == 5
    assert arranged.dates[0].text == "1 Jan 1970 to 31 Jan 1970"
    assert arranged.dated == {n.id for n in drawn.nodes}
    in_order = sorted(
        drawn.nodes, key=lambda n: (round(arranged.positions[n.id][0] / 195), arranged.positions[n.id][1])
    )
    assert [n.id for n in in_order] == sorted(n.id for n in drawn.nodes)
    assert "1 Jan 1970" in chart_data(drawn)["nodes"][0]["caption"]


def test_whom_the_finding_is_about_stands_nearest_to_the_events() -> None:
    others = [node(f"p{i}", "person", core=False) for i in range(4)]
    drawn = chart(
        [node("e", "incident", 1), node("subject", "person"), *others],
        ("subject", "SUSPECT_IN", "e"),
        *((other.id, "WITNESS_IN", "e") for other in others),
    )
    y = {name: position[1] for name, position in arrange_by_date(drawn).positions.items()}
    assert all(y[other.id] < y["subject"] < y["e"] for other in others)


def test_an_event_without_a_date_stands_last_and_says_so() -> None:
    arranged = arrange_by_date(chart([node("unknown", "incident"), node("known", "incident", 9)]))
    assert arranged.positions["known"][0] < arranged.positions["unknown"][0]
    assert arranged.dates[-1].text == "date not known"


def test_an_empty_chart_has_no_positions() -> None:
    assert arrange_by_date(chart([])).positions == {}
    assert arrange_by_date(chart([])).size == (0, 0)


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    labels = draw(
        st.lists(st.sampled_from(["person", "incident", "death", "location", "order", "object"]), max_size=25)
    )
    nodes = [
        node(f"n{i}", label, draw(st.none() | st.integers(0, 40)) if label in EVENTS else None, core=i % 3 == 0)
        for i, label in enumerate(labels)
    ]
    names = [n.id for n in nodes]
    kinds = st.sampled_from(["SUSPECT_IN", "VICTIM_IN", "REPORTED", "OCCURRED_AT", "RELATED_TO"])
    edges = (
        draw(st.lists(st.tuples(st.sampled_from(names), kinds, st.sampled_from(names)), max_size=40)) if names else []
    )
    return chart(nodes, *dict.fromkeys(edges))


@given(charts(), st.randoms())
def test_the_picture_is_the_same_whatever_the_order_of_its_items(drawn: Chart, chance: random.Random) -> None:
    mixed = Chart(chance.sample(drawn.nodes, len(drawn.nodes)), chance.sample(drawn.edges, len(drawn.edges)), 0)
    assert chart_data(mixed) == chart_data(drawn)


@given(charts())
def test_everything_has_a_place_and_no_two_are_drawn_over_each_other(drawn: Chart) -> None:
    positions = arrange_by_date(drawn).positions
    assert set(positions) == {n.id for n in drawn.nodes}
    placed = sorted(positions.values(), key=lambda xy: (xy[1], xy[0]))
    for (x, y), (next_x, next_y) in pairwise(placed):
        assert y != next_y or next_x - x >= GAP - 1e-6


def test_a_link_to_something_left_out_of_the_chart_is_passed_over() -> None:
    drawn = chart([node("e", "incident", 1)], ("e", "OCCURRED_AT", "left-out"))
    assert chart_data(drawn)["edges"] == []


def test_what_is_inferred_is_told_from_what_is_recorded() -> None:
    nodes = [node("a", "incident", 1), node("b", "incident", 2)]
    edges = [ChartEdge("1", "a", "b", "SAME_EVENT", "same event", "inferred")]
    assert [e["inferred"] for e in chart_data(Chart(nodes, edges, 0))["edges"]] == [True]
