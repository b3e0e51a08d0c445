"""Words, dates and figures; and text of other people's systems that must stay text."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.ledger import DECISION_KINDS
from queries.findings import STATUSES
from ui.explorer import wording


def test_every_status_and_every_kind_of_decision_has_its_words() -> None:
    assert set(wording.STATUSES) == set(STATUSES) == set(wording.STATUS_MEANS)
    assert set(wording.DECISIONS) == set(DECISION_KINDS)


def test_dates_are_written_one_way() -> None:
    assert wording.date(dt.date(2026, 11, 3)) == "3 Nov 2026"
    assert wording.moment(dt.datetime(2026, 11, 3, 5, 7, tzinfo=dt.UTC)) == "3 Nov 2026, 05:07 UTC"
    assert wording.moment(dt.datetime(2026, 6, 3, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))) == (
        "2 Jun 2026, 23:30 UTC"
    )
    assert wording.date(None) == ""
    assert wording.day(None) == "date not known"
    assert wording.day(0) == "1 Jan 1970"


@pytest.mark.parametrize(
    ("value", "said"),
    [(1825, "1,825"), (3.0, "3"), (0.12345, "0.123"), (True, "yes"), (["a", 2], "a, 2"), ("plain", "plain")],
)
def test_figures_are_short(value: object, said: str) -> None:
    assert wording.figure(value) == said


def test_what_was_not_measured_is_said_not_to_be() -> None:
    assert wording.expected_by_chance(None) == "Not measured yet."
    assert "0.2" in wording.expected_by_chance(0.2)


def test_a_text_is_cut_at_a_word() -> None:
    assert wording.short("one two three", 9) == "one two…"
    assert wording.short("one two", 9) == "one two"
    assert len(wording.short("x" * 300, 48)) == 48


def test_a_message_is_a_sentence_with_its_commands_as_code() -> None:
    assert wording.message("it is down: run `throughline up`") == "It is down\\: run `throughline up`\\."
    assert "`" not in wording.message("an odd ` mark").replace("\\`", "")


@given(st.text(max_size=200))
def test_literal_text_keeps_its_letters_and_leaves_no_sign_unescaped(text: str) -> None:
    shown = wording.literal(text)
    assert re.search(r"(?<!\\)[`*_\[\]<>#!|~$:@&]", re.sub(r"\\\\", "", shown)) is None
    letters = re.sub(r"\\([^\w\s]|_)", r"\1", shown).replace("\u2060", "")
    assert letters == re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("address", ["https://evil.example", "www.evil.example", "WWW.evil.example", "a@evil.example"])
def test_an_address_in_text_is_broken_so_that_it_becomes_no_link(address: str) -> None:
    plain = wording.literal(address).replace("\\", "")
    assert re.search(r"(?i)://|www\.|\w@", plain) is None
