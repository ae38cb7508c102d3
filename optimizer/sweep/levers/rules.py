"""Rules of the issuer and of planning: fields of the service policy and of plan.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from data.model import Case, Plan, ServicePolicy
from optimizer.sweep.levers.faults import Fault, Faults, Path
from optimizer.sweep.values import Setting, whole

PLAN_FIELDS = ("wish_price", "overtime_price", "work_minutes_budget")

OF_THE_DAY = {
    "late_tolerance_minutes": "late_tolerance",
    "rebooking_after_minutes": "rebooking_after",
    "standby_delay_minutes": "standby_delay",
    "allow_early_start": "allow_early_start",
}
"""Fields of the service policy that are rules of the day, and the levers of the day for them."""

_NOT_LEVERS = ("issuer", "effective_from", "deceased_holder")


def with_plan_fields(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """Other prices and another budget of the plan."""
    document = case.plan.model_dump(by_alias=True)
    for path, setting in changes.items():
        if len(path) != 1 or path[0] not in PLAN_FIELDS:
            faults.append(Fault(path, str(setting), f"expected one of {', '.join(PLAN_FIELDS)}"))
        else:
            _set(document, path, setting, faults)
    plan = _validated(Plan, document, changes, faults)
    return case if plan is None else replace(case, plan=plan)


def with_service(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """Other rules of the service policy in force."""
    policy = case.plan.policy
    document = policy.model_dump()
    for path, setting in changes.items():
        if path[:1] and path[0] in OF_THE_DAY:
            faults.append(Fault(path, str(setting), f"expected the lever of the day {OF_THE_DAY[path[0]]}"))
        elif not _is_field(document, path):
            known = ", ".join(name for name in document if name not in (*_NOT_LEVERS, *OF_THE_DAY))
            faults.append(Fault(path, str(setting), f"expected a field of the service policy: {known}"))
        else:
            _set(document, path, setting, faults)
    changed = _validated(ServicePolicy, document, changes, faults)
    if changed is None:
        return case
    service = [changed if version is policy else version for version in case.plan.service]
    plan = _validated(Plan, case.plan.model_dump(by_alias=True) | {"service": service}, changes, faults)
    return case if plan is None else replace(case, plan=plan)


def _is_field(document: Mapping[str, Any], path: Path) -> bool:
    if not path or path[0] in _NOT_LEVERS:
        return False
    found: Any = document
    for word in path:
        if not isinstance(found, dict) or word not in found:
            return False
        found = found[word]
    return not isinstance(found, dict)


def _set(document: dict[str, Any], path: Path, setting: Setting, faults: Faults) -> None:
    at = document
    for word in path[:-1]:
        at = at[word]
    try:
        value = setting.applied_to(at[path[-1]])
    except ValueError as error:
        faults.append(Fault(path, str(setting), str(error)))
        return
    at[path[-1]] = whole(value) if isinstance(value, float) else value


def _validated(
    model: type[BaseModel], document: dict[str, Any], changes: Mapping[Path, Setting], faults: Faults
) -> Any:
    """The model, or None where faults were found."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        for problem in error.errors():
            place = tuple(str(word) for word in problem["loc"])
            setting = changes.get(place)
            faults.append(Fault(place, "" if setting is None else str(setting), problem["msg"]))
        return None
