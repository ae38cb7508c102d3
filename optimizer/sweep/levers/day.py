"""Levers of the day: every parameter of the simulation, pools, and a no-show rate for all kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from data.model import Case, Scenario
from optimizer.sweep.levers.faults import Fault, Faults, Path
from optimizer.sweep.values import Setting, whole
from optimizer.tuning.capacity import with_pools_of

NO_SHOW, POOL_SIZE = "no_show", "pool_size"
AS_IT_IS, OWN_LIST = "as_it_is", "own_list"

_PARAMETERS = tuple(name for name in Scenario.model_fields if name != "name")
DAY_LEVERS = frozenset((*_PARAMETERS, NO_SHOW, POOL_SIZE))


def with_levers_of_day(
    case: Case, scenario: Scenario, changes: Mapping[Path, Setting], faults: Faults
) -> tuple[Case, Scenario]:
    """Both with these levers moved; faults are added to those known."""
    values: dict[str, Any] = {}
    origin: dict[str, tuple[Path, Setting]] = {}
    for path, setting in changes.items():
        name = path[0]
        if len(path) > 1:
            faults.append(Fault(path, str(setting), f"expected a value for {name}, nothing below it"))
        elif name == POOL_SIZE:
            case, pooled = _with_pools(case, setting, faults)
            if pooled is not None:
                values["pooled"], origin["pooled"] = pooled, (path, setting)
        elif name == NO_SHOW:
            for field, value in _no_shows(scenario, setting, faults).items():
                values[field], origin[field] = value, (path, setting)
        else:
            _apply(name, getattr(scenario, name), path, setting, values, faults)
            origin[name] = (path, setting)
    return case, _validated(scenario, values, origin, faults)


def _apply(name: str, now: Any, path: Path, setting: Setting, values: dict[str, Any], faults: Faults) -> None:
    try:
        value = setting.applied_to(now)
    except ValueError as error:
        faults.append(Fault(path, str(setting), str(error)))
        return
    values[name] = whole(value) if isinstance(value, float) else value


def _validated(
    scenario: Scenario,
    values: Mapping[str, Any],
    origin: Mapping[str, tuple[Path, Setting]],
    faults: Faults,
) -> Scenario:
    try:
        return Scenario.model_validate({**scenario.model_dump(), **values})
    except ValidationError as error:
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else ""
            path, setting = origin.get(name, ((), None))
            faults.append(Fault(path, "" if setting is None else str(setting), problem["msg"]))
        return scenario


def _no_shows(scenario: Scenario, setting: Setting, faults: Faults) -> dict[str, float]:
    """The rate of single sessions, and that of joint ones in the same proportion as now."""
    single, joint = scenario.no_show_single, scenario.no_show_joint
    try:
        value = setting.applied_to(single)
    except ValueError as error:
        faults.append(Fault((NO_SHOW,), str(setting), str(error)))
        return {}
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        faults.append(Fault((NO_SHOW,), str(setting), "expected a share from 0 to 1, or 0% to 100%"))
        return {}
    return {
        "no_show_single": float(value),
        "no_show_joint": min(1.0, value * joint / single) if single else float(value),
    }


def _with_pools(case: Case, setting: Setting, faults: Faults) -> tuple[Case, bool | None]:
    """Other pools, and whether agents serve as pools (None: as the scenario says)."""
    size = setting.value
    if setting.kind == "exactly":
        if size == AS_IT_IS:
            return case, None
        if size == OWN_LIST:
            return case, False
        if isinstance(size, int | float) and not isinstance(size, bool) and size >= 1 and size == round(size):
            return with_pools_of(case, round(size)), True
    faults.append(
        Fault((POOL_SIZE,), str(setting), f"expected a number of agents from 1 on, {OWN_LIST} or {AS_IT_IS}")
    )
    return case, None
