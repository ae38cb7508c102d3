"""What a scenario may change: levers of the day, and levers of the plan. The field itself says which it is.

A lever of the day changes what happens, or what is done about it, with the roster and the sessions as they
are. A lever of the plan changes what roster and sessions are made from, so that both are made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from data.model import Case, Duties, Scenario, Sessions, Unplaced
from data.model.columns import IntArray
from data.model.roster import Breaks
from optimizer.sweep.levers.day import DAY_LEVERS, with_levers_of_day
from optimizer.sweep.levers.demand import with_buffer_minutes, with_demand, with_requirement
from optimizer.sweep.levers.faults import Fault, Faults, LeverError, Path
from optimizer.sweep.levers.labour import with_contracts, with_reform, with_regimes
from optimizer.sweep.levers.opening import with_opening
from optimizer.sweep.levers.rules import with_plan_fields, with_service
from optimizer.sweep.levers.team import with_hired, with_training
from optimizer.sweep.values import Setting

Changed = Callable[[Case, Mapping[Path, Setting], Faults], Case]

BUFFER_MINUTES = "buffer_minutes"

PLAN_LEVERS: dict[str, Changed] = {
    "plan": with_plan_fields,
    "service": with_service,
    "opening": with_opening,
    "demand": with_demand,
    "requirement": with_requirement,
    "regimes": with_regimes,
    "contracts": with_contracts,
    "reform": with_reform,
    "training": with_training,
    "hired": with_hired,
    BUFFER_MINUTES: with_buffer_minutes,
}
"""Levers of the plan by the first word of their path, in the order in which they are applied: planned minutes
last, so that what was booked before is the work of every session, those of more bookings too."""


@dataclass(frozen=True, eq=False)
class ChangedInputs:
    """What a scenario plans with and plays.

    Attributes:
        case: with the changed tables; without duties and sessions where the plan must be made anew.
        scenario: what happens on the day.
        booked_minutes: of each booking: the work that its session is, whatever minutes are planned for it.
        needs_plan: whether a lever of the plan was moved.
    """

    case: Case
    scenario: Scenario
    booked_minutes: IntArray
    needs_plan: bool


def changes_plan(changes: Mapping[Path, Setting]) -> bool:
    """Whether any of these is a lever of the plan."""
    return any(path[0] in PLAN_LEVERS for path in changes)


def with_changes(case: Case, scenario: Scenario, changes: Mapping[Path, Setting]) -> ChangedInputs:
    """The case and the scenario with these levers moved.

    Raises:
        LeverError: with every field that there is not, and every value that is not allowed.
    """
    faults: Faults = []
    for path, setting in changes.items():
        if path[0] not in PLAN_LEVERS and path[0] not in DAY_LEVERS:
            known = ", ".join(sorted((*PLAN_LEVERS, *DAY_LEVERS)))
            faults.append(Fault(path[:1], str(setting), f"expected a lever: one of {known}"))
    needs_plan, booked = False, case.bookings.duration_minutes
    for name, changed in PLAN_LEVERS.items():
        if name == BUFFER_MINUTES:
            booked = case.bookings.duration_minutes
        own = {path[1:]: setting for path, setting in changes.items() if path[0] == name}
        if own:
            needs_plan = True
            found: Faults = []
            case = changed(case, own, found)
            faults += [fault.under(name) for fault in found]
    own = {path: setting for path, setting in changes.items() if path[0] in DAY_LEVERS}
    case, scenario = with_levers_of_day(case, scenario, own, faults)
    if faults:
        raise LeverError(faults)
    if needs_plan:
        case = without_plan(case)
    return ChangedInputs(case, scenario, booked, needs_plan)


def without_plan(case: Case) -> Case:
    """The case without duties and sessions."""
    return replace(
        case,
        duties=Duties.empty(),
        breaks=Breaks.empty(),
        sessions=Sessions.empty(),
        unplaced=Unplaced.empty(),
    )


__all__ = [
    "DAY_LEVERS",
    "PLAN_LEVERS",
    "ChangedInputs",
    "Fault",
    "LeverError",
    "Path",
    "changes_plan",
    "with_changes",
    "without_plan",
]
