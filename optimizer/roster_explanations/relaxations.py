"""The rules that can be left out to see what they cost, and what a case looks like without each.

A rule is left out in two ways. The search no longer obeys it: it drops the rule from its list or, where the
duties considered depend on it, lists those of a case that is not bound by it. The bound holds for a case
without the limit. Limits of law and contract that stand behind one rule are left out together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from data.model import (
    MISSING,
    Absences,
    Agents,
    Case,
    Contracts,
    LabourRegime,
    ShiftLimits,
    ShiftTypes,
)
from optimizer.roster.rules import Rule, Terms

Change = Callable[[Case], Case]
Applies = Callable[[Terms], bool]

A_WEEK = 7 * 1440
"""Minutes that no week's work exceeds."""


def unchanged(case: Case) -> Case:
    """The case as it is."""
    return case


@dataclass(frozen=True)
class Relaxation:
    """How one rule is left out.

    Attributes:
        code: of the rule.
        applies: whether it can bind an agent on these terms at all.
        considered: the case whose duties the search considers.
        unbound: the case that the bound holds for; None when no bound can be stated.
        binds: whether the case has the rule at all.
    """

    code: str
    applies: Applies
    considered: Change = unchanged
    unbound: Change | None = unchanged
    binds: Callable[[Case], bool] = lambda _case: True


def _regimes(**limits: Any) -> Change:
    """The case with these limits in every version of every regime."""
    return _each_regime(lambda _regime: limits)


def _each_regime(limits: Callable[[LabourRegime], Mapping[str, Any]]) -> Change:
    def change(case: Case) -> Case:
        labour = tuple(regime.model_copy(update=dict(limits(regime))) for regime in case.plan.labour)
        return replace(case, plan=case.plan.model_copy(update={"labour": labour}))

    return change


def _contracts(**limits: int) -> Change:
    def change(case: Case) -> Case:
        rows = [row | limits for row in case.contracts.rows()]
        return replace(case, contracts=Contracts.from_rows(rows))

    return change


def _without_budget(case: Case) -> Case:
    return replace(case, plan=case.plan.model_copy(update={"work_minutes_budget": None}))


def _has_budget(case: Case) -> bool:
    return case.plan.work_minutes_budget is not None


def _both(first: Change, second: Change) -> Change:
    return lambda case: second(first(case))


def _without_absences(case: Case) -> Case:
    return replace(case, absences=Absences.empty())


def _without_shift_limits(case: Case) -> Case:
    return replace(case, shift_limits=ShiftLimits.empty())


def _in_any_order(case: Case) -> Case:
    rows = [row | {"not_followed_by": ""} for row in case.shift_types.rows()]
    return replace(case, shift_types=ShiftTypes.from_rows(rows))


def _always_with_credential(case: Case) -> Case:
    rows = [row | {"credential_from": MISSING, "credential_until": MISSING} for row in case.agents.rows()]
    return replace(case, agents=Agents.from_rows(rows))


def _with_overtime(case: Case) -> Case:
    """Days as long as the regime's longest with all of its overtime (CLT 59), whatever the contract says, at
    no price.
    """
    longer = _each_regime(
        lambda regime: {"daily_max_minutes": regime.daily_max_minutes + regime.overtime_daily_max_minutes}
    )(case)
    longest = max((regime.daily_max_minutes for regime in longer.plan.labour), default=0)
    return _contracts(daily_minutes=longest, overtime_minutes=0)(longer)


def _break_rules(**limits: int) -> Change:
    """The case with these limits in every rule on breaks of every regime."""
    return _each_regime(
        lambda regime: {"breaks": tuple(rule.model_copy(update=limits) for rule in regime.breaks)}
    )


def _has(name: str) -> Applies:
    return lambda terms: getattr(terms, name) is not None


def _any_break(name: str) -> Applies:
    return lambda terms: any(getattr(rule, name) for regime in terms.regimes for rule in regime.breaks)


def _always(_terms: Terms) -> bool:
    return True


def _credential_ends(terms: Terms) -> bool:
    return terms.credential_days != (0, terms.days - 1)


def _holiday_off(terms: Terms) -> bool:
    return any(shut and regime.holiday_rule for shut, regime in zip(terms.closed, terms.regimes, strict=True))


def _sunday_off(terms: Terms) -> bool:
    return any(
        weekday == 6 and regime.sunday_rule
        for weekday, regime in zip(terms.weekdays, terms.regimes, strict=True)
    )


_ANY_MEAL = _break_rules(meal_minutes_min=0)
_WITHOUT_PAUSES = _break_rules(pauses=0, pause_minutes=0)
_WITHOUT_EDGES = _break_rules(edge_minutes=0)
_WITHOUT_STRETCHES = _regimes(max_stretch_minutes=1440)
_WEEKS_WITHOUT_LIMIT = _both(_regimes(weekly_max_minutes=A_WEEK), _contracts(weekly_minutes=A_WEEK))
_SHORT_DUTIES = _contracts(min_duty_minutes=MISSING)
_LONG_DUTIES = _contracts(max_duty_minutes=MISSING)
_LITTLE_WORK = _contracts(min_horizon_minutes=MISSING)
_MUCH_WORK = _contracts(max_horizon_minutes=MISSING)

RELAXATIONS: tuple[Relaxation, ...] = (
    Relaxation("CLT-58", _always, _with_overtime, _with_overtime),
    Relaxation("ABSENCE", lambda terms: bool(terms.absences), unbound=_without_absences),
    Relaxation("CAR", _credential_ends, unbound=_always_with_credential),
    Relaxation("CLT-70", _holiday_off, unbound=_regimes(holiday_rule=False)),
    Relaxation("MIN-DUTY", _has("min_duty_minutes"), _SHORT_DUTIES, _SHORT_DUTIES),
    Relaxation("MAX-DUTY", _has("max_duty_minutes"), _LONG_DUTIES, _LONG_DUTIES),
    Relaxation("SHIFT-TYPE", lambda terms: terms.typed, unbound=None),
    Relaxation("CF-7-XIII", _always, unbound=_WEEKS_WITHOUT_LIMIT),
    Relaxation(
        "CLT-58A",
        lambda terms: terms.overtime_of_week_binds,
        unbound=_regimes(overtime_weekly_max_minutes=None),
    ),
    Relaxation("CLT-66", lambda terms: terms.longest_rest > 0),
    Relaxation("CLT-67", _always),
    Relaxation("LEI-605", _always, unbound=_regimes(max_days_a_week=7)),
    Relaxation("TST-110", lambda terms: terms.longest_weekly_rest > 0),
    Relaxation("LEI-10101", _sunday_off),
    Relaxation("MIN-DAYS", _has("min_days_in_a_row")),
    Relaxation("MAX-DAYS", _has("max_days_in_a_row")),
    Relaxation("MIN-DAYS-OFF", _has("min_days_off_in_a_row")),
    Relaxation("MAX-WEEKENDS", _has("max_weekends")),
    Relaxation("MIN-WORK", _has("min_horizon_minutes"), _LITTLE_WORK, _LITTLE_WORK),
    Relaxation("MAX-WORK", _has("max_horizon_minutes"), _MUCH_WORK, _MUCH_WORK),
    Relaxation("SUCCESSION", lambda terms: bool(terms.successions), _in_any_order, _in_any_order),
    Relaxation(
        "SHIFT-LIMIT", lambda terms: bool(terms.shift_limits), _without_shift_limits, _without_shift_limits
    ),
    Relaxation("CLT-71", _any_break("meal_minutes_max"), _ANY_MEAL, _ANY_MEAL),
    Relaxation("NR17-5.4", _any_break("pauses"), _WITHOUT_PAUSES, _WITHOUT_PAUSES),
    Relaxation("NR17-EDGE", _any_break("edge_minutes"), _WITHOUT_EDGES, _WITHOUT_EDGES),
    Relaxation("STRETCH", _always, _WITHOUT_STRETCHES, _WITHOUT_STRETCHES),
    Relaxation("BUDGET", _always, _without_budget, _without_budget, _has_budget),
)
"""Every rule that has a price, in the order of `optimizer.roster.rules.RULES`, the rules on breaks, and the
budget of hours."""


def relaxations(rules: Sequence[Rule]) -> list[Relaxation]:
    """The relaxations of rules and of the rules on breaks; of a rule not known here, without a bound."""
    known = {relaxation.code for relaxation in RELAXATIONS}
    others = [Relaxation(rule.code, _always, unbound=None) for rule in rules if rule.code not in known]
    return [*RELAXATIONS, *others]
