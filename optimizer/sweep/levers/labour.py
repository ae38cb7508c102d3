"""Labour: limits of regimes, contracts, and the reform to 40 hours on five days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from data.model import REGIMES, Case, Contracts, LabourRegime
from data.model.columns import Choice, Column, Integer, Number
from optimizer.sweep.levers.faults import Fault, Faults, Path
from optimizer.sweep.values import Setting, whole

ALL = "all"
REFORM = "5x2_40h"

_REFORM_WEEK, _REFORM_DAYS = 2400, 5
_NOT_REFORMED = ("SHIFT_12X36", "TASK")
"""Regimes that no weekly limit of hours on five days fits: 12x36 alternates, task work has no hours."""


def with_regimes(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """Other limits of a regime, or of all that the contracts have, in every version that the horizon sees."""
    used = sorted(set(case.contracts.regime.tolist()))
    for path, setting in changes.items():
        named = used if path[:1] == (ALL,) else [name for name in REGIMES if path[:1] == (name,)]
        if not named or len(path) != 2 or path[1] not in _LIMITS:
            expected = (
                f"expected {ALL} or a regime ({', '.join(used)}), and under it one of {', '.join(_LIMITS)}"
            )
            faults.append(Fault(path, str(setting), expected))
            continue
        try:
            case = _with_limit(case, named, path[1], setting)
        except ValidationError as error:
            faults.append(Fault(path, str(setting), error.errors()[0]["msg"]))
        except ValueError as error:
            faults.append(Fault(path, str(setting), str(error)))
    return case


def with_reform(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """At most 40 hours and five days a week, whatever contracts say; 12x36 and task work stay."""
    for path, setting in changes.items():
        if path or setting.value != REFORM:
            faults.append(Fault(path, str(setting), f"expected {REFORM}"))
            return case
    regimes = sorted(set(case.contracts.regime.tolist()) - set(_NOT_REFORMED))
    case = _with_limit(case, regimes, "weekly_max_minutes", Setting("at_most", _REFORM_WEEK))
    case = _with_limit(case, regimes, "max_days_a_week", Setting("at_most", _REFORM_DAYS))
    reformed = np.isin(case.contracts.regime.astype(str), regimes)
    weekly = case.contracts.weekly_minutes
    limited = np.where(reformed, np.minimum(weekly, _REFORM_WEEK), weekly)
    return replace(case, contracts=replace(case.contracts, weekly_minutes=limited))


def with_contracts(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """Other terms of a contract, or of all."""
    columns = {column.name: column for column in Contracts.columns() if column.name != "contract_id"}
    contracts = case.contracts
    for path, setting in changes.items():
        rows = [
            row for row, name in enumerate(contracts.contract_id.tolist()) if path[:1] in ((ALL,), (name,))
        ]
        if not rows or len(path) != 2 or path[1] not in columns:
            listed = ", ".join(contracts.contract_id.tolist())
            expected = f"expected {ALL} or a contract ({listed}), and under it one of {', '.join(columns)}"
            faults.append(Fault(path, str(setting), expected))
            continue
        column, values = columns[path[1]], getattr(contracts, path[1]).copy()
        for row in rows:
            try:
                values[row] = _cell(
                    column, setting, values[row].item() if column.name != "regime" else values[row]
                )
            except ValueError as error:
                faults.append(Fault(path, str(setting), str(error)))
                break
        contracts = replace(contracts, **{column.name: values})
    return replace(case, contracts=contracts)


_LIMITS = tuple(
    name for name in LabourRegime.model_fields if name not in ("regime", "effective_from", "breaks")
)


def _with_limit(case: Case, regimes: list[str], name: str, setting: Setting) -> Case:
    """All versions of these regimes with one limit changed.

    Raises:
        ValueError: when the value is not allowed.
    """
    changed = []
    for version in case.plan.labour:
        if version.regime in regimes:
            value = setting.applied_to(getattr(version, name))
            value = whole(value) if isinstance(value, float) else value
            version = LabourRegime.model_validate({**version.model_dump(), name: value})
        changed.append(version)
    return replace(case, plan=case.plan.model_copy(update={"labour": tuple(changed)}))


def _cell(column: Column, setting: Setting, now: Any) -> Any:
    """The new value of a cell.

    Raises:
        ValueError: when the column does not allow it.
    """
    value = setting.applied_to(now)
    match column.kind:
        case Choice(options):
            if value not in options:
                raise ValueError(f"expected one of {', '.join(options)}")
            return value
        case Integer(low, high) | Number(low, high):
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ValueError(f"expected a number from {low:g} to {high:g}")
            return value if isinstance(column.kind, Number) else round(value)
        case _:
            raise ValueError("expected a column that can be changed")
