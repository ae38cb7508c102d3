"""Explanations of a case's own schedule, once the referee has nothing against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.model import Case
from data.progress import Progress, no_progress
from data.referee import judge_schedule
from optimizer.budget import Budget
from optimizer.explanations import (
    Standing,
    explain,
    explanation_document,
    overview,
    overview_document,
)
from optimizer.planning.faults import IllegalSessionsError, NoSessionsError, sentences
from optimizer.solve_result import SolveLimits


class UnknownBookingError(Exception):
    """Bookings that are asked about are not in the plan folder."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(f"no such booking in bookings: {', '.join(names)}")


def explained_bookings(
    case: Case,
    names: Sequence[str],
    limits: SolveLimits,
    language: str = "en",
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """The document of `pontual explain DIR BOOKING_ID ...`; the limits hold for each booking by itself.

    Raises:
        UnknownBookingError: with all ids that are not in the case.
        NoSessionsError, IllegalSessionsError: when there is no schedule, or one that breaks a hard rule.
    """
    unknown = [name for name in names if name not in case.bookings.position]
    if unknown:
        raise UnknownBookingError(unknown)
    standing = _standing(case)
    documents = []
    for number, name in enumerate(names):
        done = number / len(names)
        budget = Budget(limits, lambda done=done, name=name: progress(done, name))  # type: ignore[misc]
        found = explain(standing, case.bookings.position[name], budget)
        documents.append(explanation_document(standing, found, language))
    return {"language": language, "explanations": documents}


def explained_plan(
    case: Case, limits: SolveLimits, language: str = "en", progress: Progress = no_progress
) -> dict[str, Any]:
    """The document of `pontual explain DIR`: counts by cause, and the worst bookings.

    Raises:
        NoSessionsError, IllegalSessionsError: when there is no schedule, or one that breaks a hard rule.
    """
    standing = _standing(case)
    budget = Budget(limits, lambda: progress(0.5, ""))
    return overview_document(standing, overview(standing, budget), language)


def _standing(case: Case) -> Standing:
    if not len(case.sessions) and not len(case.unplaced):
        raise NoSessionsError("there is no schedule to explain; make one first: pontual allocate")
    faults = sentences(judge_schedule(case))
    if faults:
        raise IllegalSessionsError(faults)
    return Standing.of(case)
