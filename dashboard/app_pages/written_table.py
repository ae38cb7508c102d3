"""A small table of written values, drawn whole: nothing in it is cut off or must be scrolled for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.report.markup import Markup, table, together

_STYLE = Markup("""<style>
.table table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
.table table { font-variant-numeric: tabular-nums; }
.table th, .table td { padding: 4px 6px; border-bottom: 1px solid var(--grid); text-align: left; }
.table th { color: var(--muted); font-weight: 500; font-size: 0.83rem; vertical-align: bottom; }
.table td:first-child { min-width: 9rem; }
.table .number { text-align: right; }
</style>""")


def written_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()
) -> None:
    """The table; the columns at the positions `numbers` are aligned to the right."""
    st.html(together(_STYLE, table(headings, rows, numbers)))
