"""What `pontual requirement` found, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pontual.console import print_table, standard_output

if TYPE_CHECKING:
    from dashboard.texts import Texts


def print_requirement(document: Mapping[str, Any], texts: Texts) -> None:
    """The days, the intervals of each, the skills, and what was confirmed."""
    from dashboard.results.requirement import days_table, interval_tables, skills_table, verdict

    for table in interval_tables(document, texts):
        print_table(*table)
    print_table(*days_table(document, texts))
    print_table(*skills_table(document, texts))
    for sentence in verdict(document, texts):
        standard_output.print(sentence, markup=False)
