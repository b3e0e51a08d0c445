"""Who hangs together, and that what changes in one place leaves people elsewhere where they are."""

import pandas as pd
import pytest

from algorithms.communities import FEWEST, bridge, project, regroup, steps_up
from algorithms.series import connected

NOBODY = pd.DataFrame({"a": [], "b": []}, dtype=str)


def shared(**things: str) -> pd.DataFrame:
    """A thing a keyword, a person a letter."""
    return pd.DataFrame([(p, t) for t, people in things.items() for p in people], columns=["person", "thing"])


def ties(text: str) -> pd.DataFrame:
    """Ties of weight 1, each written as its two people."""
    return pd.DataFrame([(pair[0], pair[1], 1.0) for pair in text.split()], columns=["a", "b", "weight"])


def by_component(links: pd.DataFrame, resolution: float) -> dict[int, int]:
    return connected(links)


def names(groups: list[frozenset[str]]) -> list[str]:
    return ["".join(sorted(group)) for group in groups]


def test_what_few_share_weighs_more_and_what_a_crowd_shares_nothing() -> None:
    found = project(shared(phone="ab", home="abc", event="abcde", hostel="abcdefghi"), NOBODY)
    weight = {row.a + row.b: row.weight for row in found.itertuples()}
    assert weight["ab"] == pytest.approx(1 + 1 / 2 + 1 / 4)
    assert weight["bc"] == pytest.approx(1 / 2 + 1 / 4)
    assert weight["de"] == pytest.approx(1 / 4)
    assert "fg" not in weight
    assert len(project(shared(flat="abcdefgh"), NOBODY)) == 28


def test_a_thing_told_twice_and_a_relation_told_from_both_sides_count_once() -> None:
    twice = pd.concat([shared(phone="ab"), shared(phone="ab")])
    relations = pd.DataFrame({"a": ["b", "a", "c"], "b": ["a", "b", "c"]})
    assert project(twice, relations).values.tolist() == [["a", "b", 2.0]]


def test_what_lacks_a_column_or_a_meaning_is_refused() -> None:
    with pytest.raises(ValueError, match="no column thing"):
        project(shared().drop(columns="thing"), NOBODY)
    with pytest.raises(ValueError, match="it takes two"):
        project(shared(), NOBODY, most_sharing=1)


def test_pairs_are_no_communities() -> None:
    found = regroup(ties("ab cd de"), {}, {}, by_component)
    assert names(found.groups) == ["cde"]
    assert FEWEST == 3


def test_a_community_without_a_changed_tie_keeps_its_people_whatever_the_grouping_would_say() -> None:
    first = regroup(ties("ab bc de ef"), {}, {}, by_component)
    before = {"one": first.groups[0], "two": first.groups[1]}
    marks = {"one": first.marks["a"], "two": first.marks["d"]}
    asked: list[int] = []

    def apart(links: pd.DataFrame, resolution: float) -> dict[int, int]:
        asked.append(len(links))
        return connected(links)

    same = regroup(ties("ab bc de ef"), before, marks, apart)
    assert (names(same.groups), same.kept, asked) == (["abc", "def"], {"one", "two"}, [])
    grown = regroup(ties("ab bc de ef fg"), before, marks, apart)
    assert (names(grown.groups), grown.kept, asked) == (["abc", "defg"], {"one"}, [3])
    # A tie between the two changes both.
    joined = regroup(ties("ab bc cd de ef"), before, marks, apart)
    assert (names(joined.groups), joined.kept) == (["abcdef"], frozenset())


def test_a_part_is_judged_by_the_same_measure_as_the_whole() -> None:
    asked: list[tuple[float, float]] = []

    def listen(links: pd.DataFrame, resolution: float) -> dict[int, int]:
        asked.append((float(links["weight"].sum()), resolution))
        return connected(links)

    first = regroup(ties("ab bc de ef"), {}, {}, listen)
    regroup(ties("ab bc de ef fg"), {"one": first.groups[0]}, {"one": first.marks["a"]}, listen)
    assert asked[0][1] / asked[0][0] == pytest.approx(asked[1][1] / asked[1][0])


def test_the_person_between_two_groups_is_the_bridge_and_one_at_the_edge_is_none() -> None:
    assert bridge(ties("ab bc ac cd de ef df"), "abcdef") == "c"
    assert bridge(ties("ab bc ca"), "abc") is None
    assert bridge(ties("ab bc bd"), "abcd") is None


@pytest.mark.parametrize(
    ("late", "before", "says"),
    [
        ((365, False), (10, False), "gravest event 365 harm-days, before 10"),
        ((45, False), (10, False), None),
        ((5, False), (1, False), None),
        ((1, True), (1, False), "1 breach in 90 days, 0 before"),
        ((1, True), (1, True), None),
        ((None, False), (None, False), None),
    ],
)
def test_harm_steps_up_by_its_gravest_event_and_breaches_by_their_number(
    late: tuple[float | None, bool], before: tuple[float | None, bool], says: str | None
) -> None:
    events = pd.DataFrame([("c", 1000, *late), ("c", 900, *before)], columns=["community", "day", "harm", "breach"])
    assert steps_up(events, 1000).get("c") == says


def test_many_small_things_are_no_step() -> None:
    events = pd.DataFrame(
        [("c", 1000 - n, 10.0, False) for n in range(300)], columns=["community", "day", "harm", "breach"]
    )
    assert steps_up(events, 1000) == {}
