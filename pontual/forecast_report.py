"""A forecast for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pontual.console import print_table, standard_output

if TYPE_CHECKING:
    from dashboard.texts import Texts


def print_forecast(document: Mapping[str, Any], texts: Texts) -> None:
    """The days, how the models did, and what to know about it."""
    from dashboard.results.forecast import days_table, models_table, remarks

    print_table(*days_table(document, texts))
    print_table(*models_table(document, texts))
    for sentence in remarks(document, texts):
        standard_output.print(sentence, markup=False)
