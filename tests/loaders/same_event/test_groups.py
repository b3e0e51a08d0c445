"""From links to events: verdicts, exact reasons, contradictions, rivals and thin bridges."""

from loaders.same_event.groups import Events, Known, Link, Verdicts, find_events

SOURCES = {"a1": "a", "a2": "a", "b1": "b", "b2": "b", "c1": "c", "c2": "c", "d1": "d"}


def link(a: str, b: str, odds: float = 1000.0) -> Link:
    return Link(a, b, odds / (1 + odds), odds, "people, time and place")


def events(
    *links: Link,
    exact: dict[tuple[str, str], str] | None = None,
    same: tuple[tuple[str, str], ...] = (),
    different: tuple[tuple[str, str], ...] = (),
    **known: object,
) -> Events:
    verdicts = Verdicts({pair: n for n, pair in enumerate(same)}, {pair: n for n, pair in enumerate(different)})
    return find_events(exact or {}, links, verdicts, Known(SOURCES, **known))  # type: ignore[arg-type]


def test_likely_links_join_and_possible_ones_stay_visible() -> None:
    found = events(link("a1", "b1"), link("a2", "c1", 20))
    assert found.groups == [["a1", "b1"]]
    assert found.joined == {("a1", "b1"): (1000 / 1001, "people, time and place")}
    assert [(p.a, p.b, round(p.probability, 2)) for p in found.possible] == [("a2", "c1", 0.95)]


def test_every_two_records_of_an_event_are_joined_with_a_reason() -> None:
    found = events(link("b1", "c1"), exact={("a1", "b1"): "same coroner's reference"})
    assert found.groups == [["a1", "b1", "c1"]]
    assert found.joined["a1", "b1"] == (1.0, "same coroner's reference")
    assert found.joined["a1", "c1"][1] == "each is the same event as another of 3 records"


def test_a_persons_word_wins_over_everything() -> None:
    exact = {("a1", "b1"): "same coroner's reference"}
    assert events(link("a1", "b1"), exact=exact, different=(("a1", "b1"),)).groups == []
    said = events(same=(("a1", "a2"),), forbidden={("a1", "a2"): "two people died"})
    assert said.joined == {("a1", "a2"): (1.0, "said by an analyst")}


def test_different_splits_also_through_third_records() -> None:
    found = events(link("a1", "b1", 5000), link("b1", "c1"), link("a1", "c1", 900), different=(("a1", "c1"),))
    assert found.groups == [["a1", "b1"]]
    assert "people said" in found.possible[0].basis


def test_verdicts_that_contradict_each_other_are_reported() -> None:
    found = events(same=(("a1", "b1"), ("b1", "c1")), different=(("a1", "c1"),))
    # The later 'same' holds.
    assert found.groups == [["b1", "c1"]]
    assert found.conflicts == [("a1", "b1")]


def test_an_exact_reason_does_not_join_two_people_who_died() -> None:
    reason = {("a1", "b1"): "same coroner's reference"}
    found = events(exact=reason, forbidden={("a1", "b1"): "two different people died"})
    assert found.groups == []
    assert found.possible[0].basis == "same coroner's reference, but two different people died"
    shared = events(exact={("a1", "b1"): "deaths of one incident"}, forbidden={("a1", "b1"): "two people died"})
    assert shared.groups == [["a1", "b1"]]


def test_an_attendance_that_fits_two_incidents_is_left_alone() -> None:
    found = events(link("a1", "c1"), link("a2", "c1", 900))
    assert found.groups == []
    assert all("another record fits as well" in row.basis for row in found.possible)
    clear = events(link("a1", "c1", 1e6), link("a2", "c1", 900))
    assert clear.groups == [["a1", "c1"]]


def test_an_attendance_of_a_crime_entered_twice_joins_both() -> None:
    found = events(link("a1", "c1"), link("a2", "c1", 900), link("a1", "a2", 2000))
    assert found.groups == [["a1", "a2", "c1"]]


def test_one_event_holds_no_two_records_of_a_source_that_nothing_joins() -> None:
    found = events(link("a1", "b1", 1e6), link("b1", "c1", 1e5), link("a2", "c1", 1e4))
    assert found.groups == [["a1", "b1", "c1"]]
    assert "a1 and a2 are two records of one source" in found.possible[0].basis


def test_deaths_of_different_people_do_not_meet_through_an_attendance() -> None:
    died = {"a1": frozenset({"p1"}), "b1": frozenset({"p2"})}
    found = events(link("a1", "c1", 1e6), link("b1", "c1", 1e4), deceased=died)
    assert found.groups == [["a1", "c1"]]
    assert "different people died" in found.possible[0].basis


def test_a_chain_of_weak_links_is_cut_at_its_thinnest() -> None:
    chain = [link("a1", "b1", 4000), link("b1", "c1", 3000), link("c1", "d1", 2000)]
    assert events(*chain).groups == [["a1", "b1", "c1"]]
    bound = [*chain, link("a1", "d1", 500)]
    assert events(*bound).groups == [["a1", "b1", "c1", "d1"]]


def test_records_known_to_be_one_count_once_in_a_chain() -> None:
    exact = {("a1", "b1"): "same coroner's reference", ("b1", "c1"): "one person dies once"}
    assert events(link("c1", "d1"), exact=exact).groups == [["a1", "b1", "c1", "d1"]]


def test_the_order_of_links_does_not_matter() -> None:
    links = [link("a1", "b1"), link("b1", "c1", 500), link("a1", "c1", 200), link("a2", "c1", 800)]
    first = events(*links)
    assert all(events(*links[n:], *links[:n]) == first for n in range(4))
