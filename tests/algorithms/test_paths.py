"""Which of several ways between two things is the most telling, and which were not possible at the time."""

import pandas as pd
import pytest

from algorithms.paths import informative_paths

LINKS = ["start", "end", "kind", "from_day", "to_day", "of_event"]


def nodes(**degrees: int) -> pd.DataFrame:
    """Nodes by their degree; none is a hub by its kind, nobody has died."""
    rows = [(name, degree, False, None) for name, degree in degrees.items()]
    return pd.DataFrame(rows, columns=["node", "degree", "is_hub", "died_day"])


def links(*rows: tuple[str, str, str] | tuple[str, str, str, int | None, int | None]) -> pd.DataFrame:
    """Ties; with a role and a day they are of an event."""
    return pd.DataFrame(
        [(*row[:3], *(row[3:] or (None, None)), row[2] in ("SUSPECT_IN", "VICTIM_IN", "WITNESS_IN")) for row in rows],
        columns=LINKS,
    )


def ways(found: object) -> list[str]:
    return ["".join(path.nodes) for path in found.paths]  # type: ignore[attr-defined]


def test_a_longer_way_through_what_few_share_says_more_than_a_short_one_through_what_many_share() -> None:
    known = nodes(a=9, b=9, h=50, p=2, q=2)
    ties = links(
        ("a", "h", "LIVES_AT"), ("b", "h", "LIVES_AT"), ("a", "p", "USES"), ("q", "p", "USES"), ("q", "b", "RELATED_TO")
    )
    found = informative_paths(known, ties, ["a"], ["b"])
    assert ways(found) == ["apqb", "ahb"]
    assert [path.bits for path in found.paths] == [3.0, pytest.approx(2 + 5.614, abs=0.002)]


def test_a_common_kind_of_tie_says_less_than_a_rare_one() -> None:
    known = nodes(a=2, b=2, x=2, y=2)
    ties = links(("a", "x", "WORKS_AT"), ("b", "x", "WORKS_AT"), ("a", "y", "USES"), ("b", "y", "USES"))
    counts = {"WORKS_AT": 30, "USES": 10, "RELATED_TO": 20}
    found = informative_paths(known, ties, ["a"], ["b"], kind_counts=counts)
    assert ways(found) == ["ayb", "axb"]
    assert found.paths[1].bits == pytest.approx(2 * (1 + 0.585), abs=0.001)


def test_a_way_through_a_hub_is_given_only_where_there_is_no_other_and_is_said() -> None:
    known = nodes(a=3, b=3, h=51, c=2)
    known.loc[known["node"] == "c", "is_hub"] = True
    typed, large = links(("a", "c", "USES"), ("b", "c", "USES")), links(("a", "h", "LIVES_AT"), ("b", "h", "LIVES_AT"))
    for ties, hub in ((typed, "c"), (large, "h")):
        found = informative_paths(known, ties, ["a"], ["b"])
        assert (ways(found), found.only_through_hubs, found.paths[0].hubs) == ([f"a{hub}b"], True, (hub,))
    besides = pd.concat([typed, large, links(("a", "x", "USES"), ("b", "x", "USES"))])
    both = informative_paths(pd.concat([known, nodes(x=40)]), besides, ["a"], ["b"])
    assert (ways(both), both.only_through_hubs) == (["axb"], False)


def test_a_detour_beside_a_direct_tie_is_no_path_of_its_own() -> None:
    known = nodes(a=3, e=8, v=2, b=3)
    ties = links(
        ("a", "e", "SUSPECT_IN", 1, 1), ("b", "e", "VICTIM_IN", 1, 1), ("v", "e", "USED_IN"), ("b", "v", "USES")
    )
    assert ways(informative_paths(known, ties, ["a"], ["b"])) == ["aeb"]


def test_many_to_many_gives_the_best_over_all_ends_and_does_not_run_through_another_end_for_nothing() -> None:
    known = nodes(a=2, c=2, b=2, d=2, x=3, y=9)
    ties = links(("a", "y", "USES"), ("b", "y", "USES"), ("c", "x", "USES"), ("d", "x", "USES"))
    assert ways(informative_paths(known, ties, ["a", "c"], ["b", "d"], k=2)) == ["cxd", "ayb"]


def test_who_had_died_cannot_have_been_suspect_later_but_can_be_named_later() -> None:
    known = nodes(a=2, b=2, e=2)
    known.loc[known["node"] == "a", "died_day"] = 100.0
    for day, kind, plausible in ((101, "SUSPECT_IN", False), (100, "SUSPECT_IN", True), (101, "NAMED_IN", True)):
        ties = links(("a", "e", kind, day, day), ("b", "e", "VICTIM_IN", day, day))
        found = informative_paths(known, ties, ["a"], ["b"])
        assert ways(found) == (["aeb"] if plausible else [])
        assert [path.doubts for path in found.implausible] == ([] if plausible else [("deceased before",)])


@pytest.mark.parametrize(
    ("until", "since", "plausible"), [(100, 101, False), (100, 100, True), (None, 101, True), (100, None, True)]
)
def test_two_homes_at_one_address_connect_only_where_they_may_have_been_at_one_time(
    until: int | None, since: int | None, plausible: bool
) -> None:
    ties = links(("a", "l", "LIVES_AT", 1, until), ("b", "l", "LIVES_AT", since, 900))
    found = informative_paths(nodes(a=2, b=2, l=3), ties, ["a"], ["b"])
    assert bool(found.paths) is plausible
    assert [path.doubts for path in found.implausible] == ([] if plausible else [("never at the same time: l",)])


def test_who_was_in_custody_cannot_have_witnessed_what_happened_meanwhile() -> None:
    ties = links(("a", "e", "WITNESS_IN", 50, 50), ("b", "e", "VICTIM_IN", 50, 50))
    known = nodes(a=2, b=2, e=2)
    assert ways(informative_paths(known, ties, ["a"], ["b"], held={"a": [(40, 49)]})) == ["aeb"]
    shut_in = informative_paths(known, ties, ["a"], ["b"], held={"a": [(40, 60)]})
    assert (ways(shut_in), shut_in.implausible[0].doubts) == ([], ("in custody: a",))


def test_the_order_of_rows_does_not_matter() -> None:
    known = nodes(a=3, b=3, x=2, y=2, z=2)
    ties = links(*((end, via, "USES") for end in "ab" for via in "xyz"))
    forth = informative_paths(known, ties, ["a"], ["b"], k=2)
    assert forth == informative_paths(known[::-1], ties[::-1], ["a"], ["b"], k=2)
    assert ways(forth) == ["axb", "ayb"]


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        informative_paths(nodes(a=1), links(), ["a"], ["a"], k=0)
