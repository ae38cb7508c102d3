"""Forecast, requirement and hiring mix as pages have them worked out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.model import Case, Scenario
from data.progress import Progress
from simulation.forecast import UNCHANGED
from simulation.forecast.foreseeing import Foreseen, foresee

STAFFING_WORK = 2.0
"""For each roster that is tried."""


@dataclass(frozen=True)
class PastFile:
    """A file of past bookings that somebody uploaded."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Asked:
    """What a requirement is asked for; texts and numbers alone.

    Attributes:
        targets: as the command line takes them, such as wait_over_10<=2%.
        shrinkage: share of the rostered time in which agents do something else.
        replications: of the confirmation.
    """

    targets: tuple[str, ...]
    shrinkage: float
    replications: int


def forecast_work(case: Case, past: PastFile | None, load: float, progress: Progress) -> Foreseen:
    """The bookings of the case's horizon, from a file or from its own history.

    Raises:
        BadDataError: when the history is bad, too short or doesn't go with the case.
    """
    if past is None:
        return foresee(case, None, UNCHANGED, load, progress)
    with TemporaryDirectory() as folder:
        file = Path(folder) / Path(past.name).name
        file.write_bytes(past.content)
        return foresee(case, file, UNCHANGED, load, progress)


def requirement_work(case: Case, scenario: Scenario, asked: Asked, progress: Progress) -> dict[str, Any]:
    """The document of the requirement of a case's demand.

    Raises:
        NothingExpectedError: when nobody is expected.
    """
    from optimizer.requirement.documents import requirement_document
    from optimizer.requirement.requirement import find_requirement

    found = find_requirement(case, scenario, _request(asked), os.cpu_count() or 1, progress)
    return requirement_document(found, case)


def staffing_work(
    case: Case, scenario: Scenario, asked: Asked, keep_team: bool, progress: Progress
) -> dict[str, Any]:
    """The document of the cheapest mix of contracts and skills for a case's demand.

    Raises:
        NothingExpectedError: when nobody is expected.
        RefereeDisagreesError: when the referee finds a fault in a roster.
    """
    from optimizer.solve_result import SolveLimits
    from optimizer.staffing.documents import staffing_document
    from optimizer.staffing.search import find_staffing

    found = find_staffing(
        case,
        scenario,
        _request(asked),
        SolveLimits(work=STAFFING_WORK, gap=0.0),
        keep_team=keep_team,
        workers=os.cpu_count() or 1,
        progress=progress,
    )
    return staffing_document(found, keep_team)


def _request(asked: Asked) -> Any:
    from optimizer.requirement.requirement import Request
    from optimizer.requirement.service import ServiceTarget

    targets = tuple(ServiceTarget.parse(text) for text in asked.targets)
    return Request(targets, shrinkage=asked.shrinkage, replications=asked.replications)
