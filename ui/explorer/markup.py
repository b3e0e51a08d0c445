"""Pieces of pages that Streamlit has no element for, as plain HTML with everything from the graph escaped."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from ui.explorer import wording

# A table is as wide as its longest word: after so many signs a word may go on in the next line.
LONG_WORD = re.compile(r"(\S{24})(?=\S{6})")


@dataclass(frozen=True)
class Column:
    """A column of a table. lead: the cell that names the row; it heads the row's card on a phone."""

    name: str
    lead: bool = False
    number: bool = False
    nowrap: bool = False
    roomy: bool = False


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[str | list[str]]]) -> None:
    """Show a table that a screen reader can walk; a cell that is a list is shown one item a line.

    The roles are said again because the style turns rows into cards on a phone, and a table that is laid out as
    blocks is otherwise no table any more to a screen reader.
    """
    head = "".join(
        f'<th role="columnheader" scope="col"{_classes(column)}>{escape(column.name)}</th>' for column in columns
    )
    body = "".join(
        '<tr role="row">'
        + "".join(
            f'<td role="cell" data-name="{escape(column.name)}"{_classes(column)}>{_cell(cell)}</td>'
            for column, cell in zip(columns, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    st.html(
        f'<table class="tl-table" role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def facts(*pairs: tuple[str, str], status: str | None = None, on_trial: bool = False) -> None:
    """Show a line of facts, the status first where one is given; facts without a value are left out.

    on_trial: the rule behind them is; that stands beside the status.
    """
    parts = [status_mark(status)] if status else []
    parts += ['<span class="tl-trial">On trial</span>'] if on_trial else []
    parts += [
        f"<span>{escape(name)}{' ' if name else ''}<b>{escape(value)}</b></span>" for name, value in pairs if value
    ]
    st.html(f'<div class="tl-facts">{"".join(parts)}</div>')


def status_mark(status: str) -> str:
    """Return a status as a small framed word."""
    kind = status if status in wording.STATUSES else ""
    return f'<span class="tl-status {kind}">{escape(wording.status(status))}</span>'


def key(signs: Iterable[tuple[str, str]]) -> None:
    """Show what the signs of a drawing mean: the sign's name in the style, and its meaning in words."""
    parts = (f'<span><i class="{sign}" aria-hidden="true"></i>{escape(words)}</span>' for sign, words in signs)
    st.html(f'<div class="tl-key">{"".join(parts)}</div>')


def chosen(label: str) -> None:
    """Show which of a row of links to states of one page is the state shown."""
    st.html(f'<span class="tl-chosen" aria-current="true">{escape(label)}</span>', width="content")


def passages(*parts: tuple[str, str | Sequence[str]], level: int = 2) -> None:
    """Show headed passages; a passage that is a sequence is a list, and one without content is left out.

    level: of the headings, one below the heading they stand under.
    """
    shown = [f"<h{level}>{escape(title)}</h{level}>{_passage(content)}" for title, content in parts if content]
    if shown:
        st.html(f'<div class="tl-text">{"".join(shown)}</div>')


def paragraph(text: str, *, quiet: bool = False) -> None:
    """Show one paragraph."""
    st.html(f'<div class="tl-text"><p class="{"tl-quiet" if quiet else ""}">{escape(text)}</p></div>')


def _passage(content: str | Sequence[str]) -> str:
    if isinstance(content, str):
        return f"<p>{escape(content)}</p>"
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in content) + "</ul>"


def _cell(cell: str | list[str]) -> str:
    if isinstance(cell, str):
        return _breakable(cell)
    return "<ul>" + "".join(f"<li>{_breakable(item)}</li>" for item in cell) + "</ul>" if cell else ""


def _breakable(text: str) -> str:
    """Return text escaped; a word too long for any column may break, and is still copied and read as one."""
    return "<wbr>".join(escape(part) for part in LONG_WORD.sub("\\1\0", text).split("\0"))


def _classes(column: Column) -> str:
    chosen = (
        ("tl-lead", column.lead),
        ("tl-number", column.number),
        ("tl-nowrap", column.nowrap),
        ("tl-roomy", column.roomy),
    )
    names = [name for name, on in chosen if on]
    return f' class="{" ".join(names)}"' if names else ""
