"""Pieces of pages as HTML."""

from ui.explorer.markup import _breakable


def test_a_word_too_long_for_a_column_may_break_and_stays_escaped() -> None:
    assert _breakable("Wraxholme" * 4) == f"{('Wraxholme' * 4)[:24]}<wbr>{('Wraxholme' * 4)[24:]}"
    assert _breakable("wendmark_police:D00503 & more") == "wendmark_police:D00503 &amp; more"
    assert "<img" not in _breakable("<img" * 20)
