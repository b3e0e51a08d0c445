"""What speaks for and against a link, as sentences with bars: to the right speaks for it, to the left against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import streamlit as st

from ui.explorer import wording


def weights(caption: str, contributions: Iterable[Mapping[str, Any]], *, most: float) -> None:
    """Show contributions (says, log_bayes_factor: natural log) in a table, in the order given.

    most: the log factor that fills half the bar; one for all tables of a page, so that their bars compare.
    """
    rows = "".join(_row(part["says"], part["log_bayes_factor"], most) for part in contributions)
    st.html(
        f'<table class="tl-table tl-weights" role="table"><caption>{escape(caption)}</caption>'
        '<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">What</th>'
        '<th role="columnheader" scope="col">Between linked deaths</th>'
        '<th role="columnheader" scope="col">Speaks against, for</th></tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(says: str, log_factor: float, most: float) -> str:
    side = "for" if log_factor > 0 else "against"
    width = round(100 * min(1.0, abs(log_factor) / max(most, 1e-9)), 1)
    bar = f'<span class="tl-bar {side}" style="width: {width}%"></span>'
    halves = f'<span class="tl-half against">{bar if side == "against" else ""}</span>'
    halves += f'<span class="tl-half for">{bar if side == "for" else ""}</span>'
    return (
        f'<tr role="row"><td role="cell" class="tl-lead">{escape(says)}</td>'
        f'<td role="cell" data-name="Between linked deaths">{escape(wording.likelier(log_factor))}</td>'
        f'<td role="cell" data-name="Speaks"><span class="tl-side">{side}</span>'
        f'<span class="tl-weight" aria-hidden="true">{halves}</span></td></tr>'
    )
