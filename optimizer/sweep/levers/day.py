"""Levers of the day: every parameter of the simulation, pools, a no-show rate for all kinds, an outage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from data.model import Case, Scenario
from optimizer.sweep.levers.faults import Fault, Faults, Path
from optimizer.sweep.values import Setting, whole
from optimizer.tuning.capacity import with_pools_of

NO_SHOW, POOL_SIZE, OUTAGE = "no_show", "pool_size", "outage"
AS_IT_IS, OWN_LIST = "as_it_is", "own_list"

_PARAMETERS = tuple(name for name in Scenario.model_fields if name != "name")
DAY_LEVERS = frozenset((*_PARAMETERS, NO_SHOW, POOL_SIZE, OUTAGE))

_MINUTES_A_DAY = 1440
_OUTAGE = ("day", "from", "minutes")
_CLOCK = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")


def with_levers_of_day(
    case: Case, scenario: Scenario, changes: Mapping[Path, Setting], faults: Faults
) -> tuple[Case, Scenario]:
    """Both with these levers moved; faults are added to those known."""
    values: dict[str, Any] = {}
    origin: dict[str, tuple[Path, Setting]] = {}
    outage = {path[1:]: setting for path, setting in changes.items() if path[0] == OUTAGE}
    for field, value in _outage(case, outage, faults).items():
        values[field], origin[field] = value, ((OUTAGE, "minutes"), Setting("exactly", value))
    for path, setting in changes.items():
        name = path[0]
        if name == OUTAGE:
            continue
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


def _outage(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> dict[str, float]:
    """When the platform is down: a day of the horizon (1 is the first), a time of day, and for how long."""
    if not changes:
        return {}
    found = dict.fromkeys(_OUTAGE, Setting("exactly", None)) | {"day": Setting("exactly", 1)}
    before = len(faults)
    for path, setting in changes.items():
        if len(path) == 1 and path[0] in _OUTAGE:
            found[path[0]] = setting
        else:
            faults.append(Fault((OUTAGE, *path), str(setting), f"expected {', '.join(_OUTAGE)}"))
    day, minutes, clock = (found[name].value for name in ("day", "minutes", "from"))
    match = _CLOCK.match(str(clock))
    if match is None:
        faults.append(Fault((OUTAGE, "from"), str(found["from"]), "expected a time of day such as 10:00"))
    if not found["day"].is_number or day != round(day) or not 1 <= day <= case.plan.days:
        expected = f"expected a day of the horizon from 1 to {case.plan.days}"
        faults.append(Fault((OUTAGE, "day"), str(found["day"]), expected))
    if not found["minutes"].is_number or not 0 < minutes <= _MINUTES_A_DAY:
        faults.append(Fault((OUTAGE, "minutes"), str(found["minutes"]), "expected minutes from 1 to 1440"))
    if match is None or len(faults) > before:
        return {}
    start = case.axis.at(round(day) - 1, 60 * int(match[1]) + int(match[2]))
    return {"outage_start": float(start), "outage_minutes": float(minutes)}


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
