"""Statements about one record, in any order, come to one timeline."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.writing.stones import REMOVED, WITHDRAWN
from loaders.writing.timeline import Decision, Fate, Statement, Timeline, Version, decide

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def said(number: int, content: str, load: str | None = None) -> Statement:
    return Statement(day(number), content, content == WITHDRAWN, load or f"niche@{number}")


def play(statements: list[Statement]) -> Timeline:
    """Apply each decision in turn to a timeline, as loaders.writing.store does in the graph."""
    known = Timeline()
    for row in statements:
        apply(known, row, decide(row, known))
    known.history.sort(key=lambda version: version.recorded_at)
    return known


def apply(known: Timeline, row: Statement, done: Decision) -> None:
    mine = Version(row.recorded_at, row.row_hash, row.load_id, done.confirmed_at)
    current = known.current
    if done.drop_version is not None:
        known.history = [v for v in known.history if v.recorded_at != done.drop_version]
    if done.drop_stone:
        known.stone = None
    if done.fate in (Fate.NEW, Fate.EARLIER):
        known.current, known.first_recorded_at = mine, done.first_recorded_at
    elif done.fate is Fate.REPLACE:
        assert current is not None
        known.history.append(Version(current.recorded_at, current.row_hash, current.load_id))
        known.current = mine
    elif done.fate is Fate.BETWEEN:
        assert current is not None
        assert done.recorded_at is not None
        known.history += [Version(current.recorded_at, current.row_hash, current.load_id), mine]
        known.current = Version(done.recorded_at, current.row_hash, current.load_id)
    elif done.fate is Fate.HISTORY:
        known.history.append(mine)
        known.first_recorded_at = done.first_recorded_at
    elif done.fate is Fate.CONFIRM:
        assert current is not None
        known.current = Version(current.recorded_at, current.row_hash, current.load_id, done.confirmed_at)
    elif done.fate is Fate.WITHDRAW:
        known.current, known.history, known.stone, known.first_recorded_at = None, [], mine, None
    elif done.fate is Fate.WITHDRAW_PAST:
        assert current is not None
        assert done.recorded_at is not None
        known.history = [v for v in known.history if v.recorded_at > row.recorded_at]
        confirmed = current.confirmed_at if done.recorded_at == current.recorded_at else None
        known.current = Version(done.recorded_at, current.row_hash, current.load_id, confirmed)
        known.stone, known.first_recorded_at = mine, done.first_recorded_at


def content(known: Timeline) -> object:
    """What a timeline says, without which load brought what."""
    return (
        known.current and (known.current.row_hash, known.current.recorded_at, known.current.until),
        [(v.row_hash, v.recorded_at) for v in known.history],
        known.stone and known.stone.recorded_at,
        known.first_recorded_at,
    )


@given(st.lists(st.sampled_from([*"abcd", WITHDRAWN]), min_size=1, max_size=5, unique=True), st.randoms())
def test_versions_in_any_order_come_to_one_timeline(contents: list[str], chance: object) -> None:
    in_order = [said(number, words) for number, words in enumerate(contents)]
    shuffled = list(in_order)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert content(play(shuffled)) == content(play(in_order))


@pytest.mark.parametrize("words", [["a", "b", "a"], ["a", "a", "b"], ["a", WITHDRAWN, "a"], ["a", "b", "b"]])
def test_what_is_said_again_later_is_no_new_version_but_holds_against_one_in_between(words: list[str]) -> None:
    rows = [said(number, content) for number, content in enumerate(words)]
    assert len({repr(content(play(list(order)))) for order in permutations(rows)}) == 1


def test_a_row_of_the_same_moment_with_other_content_is_a_conflict() -> None:
    known = play([said(1, "a"), said(3, "b")])
    assert decide(said(3, "c"), known).fate is Fate.CONFLICT
    assert decide(said(1, "c"), known).fate is Fate.CONFLICT
    assert decide(said(1, "a"), known).fate is Fate.UNCHANGED


def test_what_a_source_withdrew_stays_gone_and_what_it_left_out_may_come_back() -> None:
    gone = Timeline(stone=Version(day(5), WITHDRAWN, "niche@5"))
    left_out = Timeline(stone=Version(day(5), REMOVED, "niche@5"))
    later = Statement(day(1), "a", False, "niche@9", extracted_at=day(9))
    earlier = Statement(day(1), "a", False, "niche@4", extracted_at=day(4))
    assert decide(later, gone).fate is Fate.UNCHANGED
    assert decide(later, left_out) == Decision(Fate.NEW, first_recorded_at=day(1), drop_stone=True)
    assert decide(earlier, left_out).fate is Fate.UNCHANGED


def test_of_two_loads_with_one_row_the_earlier_brought_it() -> None:
    known = play([said(1, "a", "niche@2")])
    done = decide(said(1, "a", "niche@1"), known)
    assert (done.fate, done.counts_as_written) == (Fate.EARLIER, False)


def test_what_this_load_wrote_before_it_was_cut_off_counts_as_written() -> None:
    known = play([said(1, "a", "niche@2")])
    assert decide(said(1, "a", "niche@2"), known).counts_as_written
    assert not decide(said(1, "a", "niche@3"), known).counts_as_written
    again = play([said(1, "a", "niche@2"), said(2, "a", "niche@2")])
    assert not decide(said(2, "a", "niche@2"), again).counts_as_written
