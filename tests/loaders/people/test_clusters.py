"""How scored pairs become people: bridges, contradictions, verdicts."""

from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.people.clusters import (
    DENSE,
    LARGEST,
    Cut,
    Evidence,
    Pair,
    Verdicts,
    components,
    group_links,
    set_contradictions_aside,
    split_group,
    way,
    weakest_links,
)


def split(
    links: dict[Pair, float],
    *,
    contradicted: set[Pair] = frozenset(),  # type: ignore[assignment]
    supported: set[Pair] = frozenset(),  # type: ignore[assignment]
    certain: set[Pair] = frozenset(),  # type: ignore[assignment]
    verdicts: Verdicts = Verdicts(),  # noqa: B008
) -> list[list[int]]:
    members = sorted({node for pair in (*links, *verdicts.same) for node in pair})
    evidence = Evidence(links, frozenset(links) | supported, frozenset(contradicted), frozenset(certain))
    return split_group(members, {*links, *verdicts.same}, evidence, verdicts)


def all_pairs(*nodes: int, weight: float = 10.0) -> dict[Pair, float]:
    return dict.fromkeys(combinations(nodes, 2), weight)


def test_a_dense_group_stays_whole() -> None:
    assert split(all_pairs(1, 2, 3, 4, 5)) == [[1, 2, 3, 4, 5]]


def test_two_dense_groups_joined_by_one_link_are_cut_at_that_link() -> None:
    assert split({**all_pairs(1, 2, 3, 4), **all_pairs(5, 6, 7, 8), (4, 5): 30.0}) == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_a_chain_of_three_holds_when_nothing_speaks_against_it() -> None:
    assert split({(1, 2): 10.0, (2, 3): 10.0}) == [[1, 2, 3]]


def test_a_chain_of_six_does_not_hold() -> None:
    assert len(split({(i, i + 1): 10.0 for i in range(1, 6)})) > 1


def halves(*bridges: Pair) -> dict[Pair, float]:
    """Two groups of four in which all are linked, and these links between them."""
    return {**all_pairs(1, 2, 3, 4), **all_pairs(5, 6, 7, 8), **dict.fromkeys(bridges, 30.0)}


@pytest.mark.parametrize("bridges", [2, 3, 5])
def test_two_groups_joined_by_a_few_links_are_cut_between_them(bridges: int) -> None:
    """With five, every single record has more links than there are between the halves."""
    across = [(1, 5), (2, 6), (3, 7), (4, 8), (1, 6)][:bridges]
    assert split(halves(*across)) == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_two_groups_that_most_pairs_across_support_are_one() -> None:
    across = [(a, b) for a in (1, 2, 3, 4) for b in (5, 6, 7, 8) if a != b - 4]
    assert split(halves(*across)) == [[1, 2, 3, 4, 5, 6, 7, 8]]


def test_one_record_in_two_groups_does_not_make_them_one() -> None:
    parts = split({**all_pairs(1, 2, 3, 4), **all_pairs(4, 5, 6, 7)})
    assert sorted(map(len, parts)) == [3, 4]


@pytest.mark.parametrize("length", [6, 10, 30])
def test_no_part_of_a_long_chain_is_longer_than_three(length: int) -> None:
    assert max(map(len, split({(i, i + 1): 40.0 for i in range(length)}))) <= 3


def test_a_ring_is_a_chain_too() -> None:
    assert max(map(len, split({**{(i, i + 1): 20.0 for i in range(9)}, (0, 9): 20.0}))) <= 4


def test_a_record_that_many_others_are_linked_to_does_not_join_them_to_each_other() -> None:
    parts = split({(0, leaf): 20.0 for leaf in range(1, 8)})
    assert max(map(len, parts)) <= 3


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24))
def test_no_part_hangs_together_by_a_single_thin_link(edges: list[Pair]) -> None:
    """Whatever the links are: no link between two parts of two and more records is all that holds them together."""
    links = {(min(pair), max(pair)): 10.0 for pair in edges if pair[0] != pair[1]}
    for part in split_group(range(8), set(links), Evidence(links, frozenset(links), frozenset()), Verdicts()):
        inside = nx.Graph([pair for pair in links if set(pair) <= set(part)])
        for bridge in nx.bridges(inside):
            rest = nx.Graph(inside)
            rest.remove_edge(*bridge)
            sizes = sorted(len(piece) for piece in nx.connected_components(rest))
            assert len(part) < 4 or sizes[0] * sizes[1] * DENSE <= 1


def test_a_cut_says_why() -> None:
    cuts: list[Cut] = []
    links = halves((4, 5))
    split_group(range(1, 9), set(links), Evidence(links, frozenset(links), frozenset()), Verdicts(), cuts)
    assert cuts[0].words == (
        "the group hung together by a bridge too weak: 1 of 16 pairs across it speak for one person"
    )
    assert set(cuts[0].sides) == {frozenset({1, 2, 3, 4}), frozenset({5, 6, 7, 8})}


def test_contradicting_verdicts_are_set_aside_along_every_way_between_the_two() -> None:
    ids = np.array([f"a:{i}" for i in range(7)], dtype=object)
    said = Verdicts({(0, 1): 0, (1, 3): 1, (0, 2): 2, (2, 3): 3, (3, 4): 4, (5, 6): 5}, {(0, 3): 6, (4, 5): 7})
    held, contradictions = set_contradictions_aside(said, ids)
    assert set(held.same) == {(3, 4), (5, 6)}
    assert held.different == said.different
    assert [c.different for c in contradictions] == [("a:0", "a:3")]


def test_the_way_between_two_records_goes_by_the_strongest_links() -> None:
    assert way(1, 3, {(1, 2): 0.999, (2, 3): 0.998, (1, 3): 0.992}) == [1, 2, 3]
    assert way(1, 4, {(1, 2): 0.999}) == []


def test_pairs_that_are_only_possible_count_as_support() -> None:
    links = {**all_pairs(1, 2, 3), (3, 4): 10.0}
    assert split(links) == [[1, 2, 3], [4]]
    assert split(links, supported={(1, 4), (2, 4)}) == [[1, 2, 3, 4]]


def test_a_link_that_is_certain_is_no_bridge() -> None:
    links = {**all_pairs(1, 2, 3), (3, 4): 40.0}
    assert split(links, certain={(3, 4)}) == [[1, 2, 3, 4]]


def test_a_contradiction_is_cut_where_the_links_are_weakest() -> None:
    assert split({(1, 2): 12.0, (2, 3): 8.0}, contradicted={(1, 3)}) == [[1, 2], [3]]
    assert split({(1, 2): 8.0, (2, 3): 12.0}, contradicted={(1, 3)}) == [[1], [2, 3]]


def test_a_record_that_fits_both_sides_of_a_contradiction_alike_is_set_aside() -> None:
    assert split({(1, 2): 10.0, (2, 3): 10.4}, contradicted={(1, 3)}) == [[1], [2], [3]]


def test_a_human_different_is_cut_and_a_human_same_is_not() -> None:
    apart = Verdicts(different={(1, 3): 0})
    assert split({(1, 2): 12.0, (2, 3): 8.0}, verdicts=apart) == [[1, 2], [3]]
    together = Verdicts(same={(1, 2): 0, (2, 3): 1})
    assert split({}, contradicted={(1, 3)}, verdicts=together) == [[1, 2, 3]]


def test_of_two_contradicting_verdicts_the_later_is_the_heavier() -> None:
    assert split({}, verdicts=Verdicts(same={(1, 2): 0, (2, 3): 1}, different={(1, 3): 2})) == [[1], [2, 3]]
    assert split({}, verdicts=Verdicts(same={(1, 2): 1, (2, 3): 0}, different={(1, 3): 2})) == [[1, 2], [3]]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(7, 40)), max_size=30), st.data())
def test_no_part_ever_holds_a_human_different(edges: list[tuple[int, int, float]], data: st.DataObject) -> None:
    links = {(min(a, b), max(a, b)): weight for a, b, weight in edges if a != b}
    pairs = data.draw(st.lists(st.sampled_from(list(combinations(range(10), 2))), max_size=5, unique=True))
    parts = split_group(
        range(10),
        set(links),
        Evidence(links, frozenset(links), frozenset()),
        Verdicts({}, {p: i for i, p in enumerate(pairs)}),
    )
    assert sorted(node for part in parts for node in part) == list(range(10))
    assert not any(set(pair) <= set(part) for pair in pairs for part in parts)


def test_components_take_the_smallest_node_as_label() -> None:
    labels = components(6, np.array([4, 1]), np.array([5, 4]))
    assert labels.tolist() == [0, 1, 2, 3, 1, 1]


def test_a_group_too_large_to_look_at_is_cut_back_at_its_weakest_links_first() -> None:
    size = LARGEST
    strong = [(a, a + 1, 30.0) for a in range(2 * size - 1) if a != size - 1]
    links = pd.DataFrame([*strong, (size - 1, size, 7.0)], columns=["a", "b", "weight"])
    labels = group_links(links, 2 * size)
    assert len(set(labels.tolist())) == 2


def test_a_group_too_large_whose_links_are_all_alike_is_left() -> None:
    links = pd.DataFrame([(0, b, 30.0) for b in range(1, 2 * LARGEST)], columns=["a", "b", "weight"])
    assert len(set(group_links(links, 2 * LARGEST).tolist())) == 1


def test_a_membership_rests_on_the_weakest_link_of_its_best_way_to_the_founder() -> None:
    lowest, hangs_by = weakest_links([2, 1, 3], {(1, 2): 0.991, (2, 3): 0.999, (1, 3): 0.995})
    assert lowest == {2: 0.999, 3: 0.999, 1: 0.995}
    assert hangs_by[1] == (1, 3)
