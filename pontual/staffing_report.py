"""What `pontual staff` found, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pontual.console import print_table, standard_output

if TYPE_CHECKING:
    from dashboard.texts import Texts


def print_staffing(document: Mapping[str, Any], texts: Texts) -> None:
    """The classes, what one agent fewer does, and what is proven."""
    from dashboard.results.staffing import classes_table, fewer_table, verdict

    if document["classes"]:
        print_table(*classes_table(document, texts))
        print_table(*fewer_table(document, texts))
    for sentence in verdict(document, texts):
        standard_output.print(sentence, markup=False)
