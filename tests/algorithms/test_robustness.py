"""What a little finding hangs on, counted by hand."""

import pandas as pd

from algorithms.robustness import Trial, parts, robustness


def ties(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Ties between two letters, with the record each comes from."""
    return pd.DataFrame([(a, b, "T", record) for a, b, record in rows], columns=["start", "end", "kind", "record"])


def matched(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["nominal", "person", "probability"])


def maybe(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["one", "other", "probability"])


def test_each_tie_of_a_chain_would_do_alone() -> None:
    found = robustness(ties(("p", "d1", "n1"), ("p", "d2", "n1")), ["p", "d1", "d2"], matched(), maybe())
    assert (found.connected, len(found.fewest)) == (True, 1)
    assert [(tie.start, tie.end) for tie in found.single] == [("p", "d1"), ("p", "d2")]


def test_two_records_that_say_the_same_are_two_ties() -> None:
    told = ties(("p", "d1", "n1"), ("p", "d1", "n2"), ("p", "d2", "n1"), ("p", "d2", "n2"))
    found = robustness(told, ["p", "d1", "d2"], matched(), maybe())
    assert (len(found.fewest), found.single) == (2, ())
    assert {tie.end for tie in found.fewest} in ({"d1"}, {"d2"})


def test_a_second_way_round_has_to_be_cut_as_well() -> None:
    told = ties(("p", "d1", "n1"), ("p", "d2", "n1"), ("d1", "l", "x"), ("d2", "l", "y"))
    assert len(robustness(told, ["p", "d1", "d2"], matched(), maybe()).fewest) == 2
    # A tie that leads to nothing that is named may go.
    beside = pd.concat([told, ties(("p", "z", "n1"))])
    assert len(robustness(beside, ["p", "d1", "d2"], matched(), maybe()).fewest) == 2


def test_what_no_tie_connects_is_said_and_not_counted() -> None:
    told = ties(("p", "d1", "n1"))
    found = robustness(told, ["p", "d1", "d2"], matched(), maybe())
    assert (found.connected, found.fewest) == (False, ())
    assert parts(told, ["p", "d1", "d2"]) == [{"p", "d1"}, {"d2"}]


def test_a_doubtful_match_is_taken_apart_and_a_certain_one_is_not() -> None:
    told = ties(("p", "d1", "n1"), ("p", "d2", "n2"))
    doubtful = robustness(told, ["p", "d1", "d2"], matched(("n1", "p", 1.0), ("n2", "p", 0.994)), maybe())
    assert doubtful.rests_on == (("n1", "p", 1.0), ("n2", "p", 0.994))
    assert doubtful.trials == (Trial(("n2",), 0.994, "apart", False, 0),)
    assert robustness(told, ["p", "d1", "d2"], matched(("n1", "p", 1.0), ("n2", "p", 0.9995)), maybe()).trials == ()
    # Where the same part is told by a record that is not in doubt, it holds, by less.
    twice = pd.concat([told, ties(("p", "d2", "n1"))])
    held = robustness(twice, ["p", "d1", "d2"], matched(("n1", "p", 1.0), ("n2", "p", 0.994)), maybe())
    assert held.trials == (Trial(("n2",), 0.994, "apart", True, 1),)


def test_a_match_matters_only_where_two_records_of_one_person_are_used() -> None:
    told = ties(("p", "d1", "n1"), ("p", "d2", "n1"))
    found = robustness(told, ["p", "d1", "d2"], matched(("n1", "p", 0.99), ("unused", "p", 0.99)), maybe())
    assert (found.rests_on, found.trials) == ((), ())


def test_when_all_records_of_a_person_are_in_doubt_all_are_taken_apart_as_well() -> None:
    told = ties(("p", "d1", "n1"), ("p", "d2", "n2"))
    found = robustness(told, ["p", "d1", "d2"], matched(("n1", "p", 0.99), ("n2", "p", 0.99)), maybe())
    assert [(trial.records, trial.holds) for trial in found.trials] == [
        (("n1",), False),
        (("n2",), False),
        (("n1", "n2"), False),
    ]


def test_people_who_may_be_one_are_taken_together() -> None:
    told = ties(("p", "d1", "n1"), ("q", "d2", "n2"), ("p", "d2", "n1"))
    found = robustness(told, ["p", "q", "d1", "d2"], matched(), maybe(("p", "q", 0.9)))
    assert found.trials == (Trial(("p", "q"), 0.9, "together", True, 1),)
