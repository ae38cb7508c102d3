"""A review for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pontual.console import print_table, standard_output

if TYPE_CHECKING:
    from dashboard.texts import Texts


def print_review(document: Mapping[str, Any], texts: Texts) -> None:
    """A sentence, the tables that have rows, and what to know about them."""
    from dashboard.results import review

    for sentence in (review.headline(document, texts), review.compared(document, texts)):
        standard_output.print(sentence, markup=False)
    standard_output.print()
    print_table(*review.figures_table(document, texts))
    if len(document["days"]) > 1:
        print_table(*review.days_table(document, texts))
    tables = (
        review.causes_table(document, texts),
        review.harmed_table(document, texts),
        review.demand_table(document, texts),
        review.agents_table(document, texts),
        review.changes_table(document, texts),
    )
    for table in tables:
        if not table[2]:
            continue
        shown, more = review.shown_rows(table, texts)
        print_table(*shown)
        if more:
            standard_output.print(more, markup=False)
            standard_output.print()
    sentences = (
        review.demand_sentence(document, texts),
        *review.remarks(document, texts),
        *review.written_to(document, texts),
    )
    for sentence in sentences:
        standard_output.print(sentence, markup=False)
