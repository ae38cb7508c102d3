"""What the referee found, for programs and on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from data.identity import masked
from data.referee import Violation
from pontual.console import standard_output


def violation_documents(violations: Iterable[Violation]) -> list[dict[str, str]]:
    """The violations as `--json` prints them, masked."""
    return [
        {"rule": found.rule, "where": masked(found.where), "what": masked(found.what)} for found in violations
    ]


def print_violations(documents: Sequence[Mapping[str, str]]) -> None:
    """One line for each violation."""
    for found in documents:
        standard_output.print(f"{found['rule']:<20} {found['where']}: {found['what']}", markup=False)
