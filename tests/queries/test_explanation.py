"""The sentence of a finding."""

from datetime import UTC, date, datetime

import pytest

from queries.explanation import explanation, in_words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "unknown"),
        (True, "yes"),
        (3, "3"),
        (3.0, "3"),
        (2.25, "2.2"),
        ("a text", "a text"),
        (["a", "b"], "a, b"),
        ([], ""),
        (date(2020, 1, 3), "3 January 2020"),
        (datetime(2020, 1, 3, 4, 5, tzinfo=UTC), "3 January 2020 04:05"),
    ],
)
def test_values_are_said_plainly(value: object, words: str) -> None:
    assert in_words(value) == words


def test_a_sentence_is_filled_in_by_name() -> None:
    assert explanation("{a} and { b }, {a}.", {"a": "one", "b": [1, 2]}) == "one and 1, 2, one."


def test_a_value_with_braces_is_not_filled_in_again() -> None:
    assert explanation("{a}", {"a": "{b}", "b": "no"}) == "{b}"


def test_a_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        explanation("{a}", {})
