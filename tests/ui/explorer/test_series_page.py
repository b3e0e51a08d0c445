"""The page of series through the app's entry point: the list, one series, its weights, its history, the way there."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from graph.connection import Connection
from queries.keep import FoundRow, keep_findings
from queries.series import SERIES
from tests.ui.explorer.test_pages import links, opened, words
from ui.explorer import frame
from ui.service import Service

AS_OF = datetime(2026, 6, 2, 5, tzinfo=UTC)
FINDER = "One person was present at both: found the body and reported it; 1 in 31,000 pairs of deaths have that."
APART = "They lie 359 days apart. <img src=//tracker.example/q.png>"


def row(series: str, *deaths: tuple[str, str, str], pairs: int = 1, **columns: Any) -> dict[str, Any]:
    """Return a series as the engine returns it. deaths: id, day, day on which it joined, in order of days."""
    ids = [death for death, _, _ in deaths]
    weighed = [
        {"name": "person", "log_bayes_factor": 7.3, "factor": 1480.3, "says": FINDER},
        {"name": "days_apart", "log_bayes_factor": -1.1, "factor": 0.333, "says": APART},
    ]
    return {
        "series": series,
        "first_death": ids[0],
        "deaths": ids,
        "people": ["person:P1"],
        "count": len(ids),
        "span_days": 23,
        "gaps_days": "23",
        "first_on": deaths[0][1],
        "last_on": deaths[-1][1],
        "score": 6.2,
        "rank": 1,
        "strongest": FINDER,
        "chance": "0.02 as strong are expected by chance a year (between 0.01 and 0.05)",
        "expected_by_chance": 0.02,
        "expected": {"a_year": 0.02, "low": 0.01, "high": 0.05},
        "members": [{"death": death, "on": on, "joined_on": joined} for death, on, joined in deaths],
        "pairs": [{"a": ids[0], "b": ids[1], "log_bayes_factor": 6.2, "contributions": weighed}] * pairs,
        "history": [
            {"on": "2026-03-25", "what": "born", "joined": ids[:2], "left": [], "others": []},
            {"on": "2026-05-02", "what": "merged", "joined": ids[2:], "left": ["niche:D9"], "others": ["series:old"]},
        ],
    } | columns


PAIRED = "Death 1 \\(Casimir Ovenden, 1 Mar 2026\\) and Death 2"
MARKED = ">On trial</span>"
PAIR = (("niche:D1", "2026-03-01", "2026-03-25"), ("niche:D2", "2026-03-24", "2026-03-25"))
THREE = (*PAIR, ("niche:D4", "2026-05-01", "2026-05-02"))


def keep(graph: Connection, *rows: dict[str, Any]) -> None:
    """Keep these series and no others, as a detection would."""
    found = [FoundRow(each, {"line": 3.5}) for each in rows]
    graph.write_in_one(partial(keep_findings, rule=SERIES, rows=found, as_of=AS_OF))


def test_a_series_says_what_hangs_together_when_it_joined_and_what_chance_gives(
    world: Service, graph: Connection
) -> None:
    keep(graph, row("series:one", *THREE))
    app = opened(frame.SERIES, id="series:one")
    said = words(app)
    assert app.query_params["id"] == world.series()[0].id
    for part in ("Casimir Ovenden", "Ludo Pellingham", "Elspeth Tarrow", "St Oda&#x27;s churchyard"):
        assert part in said
    assert ">38<" in said  # days from the second death to the third
    assert "2 May 2026" in said  # when the third joined
    assert "0.02 as strong are expected by chance a year (between 0.01 and 0.05)." in said
    assert SERIES.action in said.replace("&#x27;", "'")
    assert all(doubt in said for doubt in SERIES.could_be_wrong)


def test_each_pair_has_its_reasons_for_and_against_with_their_weight(world: Service, graph: Connection) -> None:
    keep(graph, row("series:one", *PAIR))
    said = words(opened(frame.SERIES, id="series:one", part="Why"))
    assert PAIRED in said
    assert "1 in 31,000 pairs" in said
    assert "1,500 times likelier" in said
    assert "3 times less likely" in said
    assert '<span class="tl-bar for" style="width: 100.0%">' in said
    assert '<span class="tl-bar against" style="width: 15.1%">' in said
    assert "None is a probability" in said
    assert "<img" not in said


def test_only_the_strongest_pairs_are_shown_until_more_are_asked_for(world: Service, graph: Connection) -> None:
    keep(graph, row("series:one", *PAIR, pairs=14))
    first = opened(frame.SERIES, id="series:one", part="Why")
    assert words(first).count(PAIRED) == 10
    asked = [link for link in links(first) if link[0] == "Show 4 more of 14 pairs"]
    assert [query for _, query in asked] == [f"id={world.series()[0].id}&part=Why&pairs=20"]
    assert words(opened(frame.SERIES, id="series:one", part="Why", pairs="20")).count(PAIRED) == 14


def test_the_history_names_deaths_by_number_and_those_that_left_by_reference(world: Service, graph: Connection) -> None:
    keep(graph, row("series:one", *THREE))
    said = words(opened(frame.SERIES, id="series:one", part="History"))
    for part in ("First found", "Merged with others", "Death 3", "Ref. niche:D9", "series:old"):
        assert part in said
    assert said.index("Merged with others") < said.index("First found")


def test_list_and_finding_lead_to_the_series_and_back(world: Service, graph: Connection) -> None:
    keep(graph, row("series:one", *PAIR))
    one = world.series()[0].id
    for page in (opened(), opened(frame.SERIES)):
        link = next(link for link in page.get("page_link") if link.proto.query_string == f"id={one}")
        assert link.proto.page == "series"
    towards = [link.proto.page for link in opened(frame.FINDING, id=one).get("page_link")]
    assert "series" in towards
    back = [link.proto.page for link in opened(frame.SERIES, id=one).get("page_link")]
    assert "finding" in back
    assert "1 finding of" in words(opened(rule=SERIES.id))


def test_a_decision_on_a_series_is_a_decision_on_its_finding(world: Service, graph: Connection) -> None:
    keep(graph, row("series:one", *PAIR))
    one = world.series()[0].id
    app = opened(frame.SERIES, id=one)
    app.selectbox[0].select("accept").run()
    app.text_area[0].input("Read side by side.")
    next(button for button in app.button if button.label == "Record decision").click().run()
    assert [said.value for said in app.success] == ["Recorded: accepted."]
    assert [d.reason for d in world.finding(one).decisions] == ["Read side by side."]
    assert "Read side by side." in words(opened(frame.SERIES, id=one, part="History"))


def test_a_series_that_no_longer_hangs_together_says_so_and_stays_within_reach(
    world: Service, graph: Connection
) -> None:
    keep(graph, row("series:one", *PAIR))
    one = world.series()[0].id
    keep(graph)
    assert "do not hang together any more" in words(opened(frame.SERIES, id=one))
    assert ("No longer found (1)", "which=ended") in links(opened(frame.SERIES))
    assert f"id={one}" in [query for _, query in links(opened(frame.SERIES, which="ended"))]


def test_no_series_and_an_unknown_one_say_what_to_do(world: Service) -> None:
    none = words(opened(frame.SERIES))
    assert "No series is not the same as nothing there" in none
    assert "throughline detect" in none
    assert opened(frame.SERIES, id="no-such").title[0].value == "This series cannot be shown"


def test_of_400_series_twenty_are_shown_and_a_link_leads_on(world: Service, graph: Connection) -> None:
    keep(graph, *(row(f"series:{n:03d}", *PAIR, rank=n + 1, people=[]) for n in range(400)))
    app = opened(frame.SERIES)
    assert "400 series" in words(app)
    assert sum(query.startswith("id=") for _, query in links(app)) == 20
    assert ("Show 20 more of 400 series", "show=40") in links(app)
    assert opened(frame.SERIES, show="nonsense").header[0].value == "400 series"


@pytest.mark.parametrize("place", ["list", "finding"])
def test_what_a_rule_on_trial_found_is_marked_in_words(world: Service, graph: Connection, place: str) -> None:
    finding = world.findings()[0].id
    assert MARKED not in words(opened() if place == "list" else opened(frame.FINDING, id=finding))
    graph.write("MATCH (f:Finding {id: $id}) SET f.experimental = true", id=finding)
    assert MARKED in words(opened() if place == "list" else opened(frame.FINDING, id=finding))
