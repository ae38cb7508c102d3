"""What one agent's roster is asked to hold together: pins, facts, and limits of law and contract.

Leaving an item out is a change of the request, so that whether a set of items clashes can be tried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from data.model import Case, Duty
from optimizer.roster.clash.request import STRUCTURE, Request
from optimizer.roster.rules import Rule, Terms, shift_limit_rules
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.terms import week_before

WITHOUT_LIMIT = 2**30
"""Minutes or days that no roster reaches: stands for a limit that is left out."""

Change = Callable[[Request], Request]


@dataclass(frozen=True)
class Item:
    """One thing that a request holds.

    Attributes:
        kind: a pinned duty, a fact about the agent, or a limit of law or contract.
        code: which one, a key of the texts: ``pin``, ``fact.absence``, ``limit.CLT-66``, ...
        rule: code of the rule that a limit belongs to; empty for pins and facts.
        values: fills in the text; `start`, `end` and `day` are numbers on the planning axis.
        pin: the pinned duty.
        leave_out: the request without it.
    """

    kind: Literal["pin", "fact", "limit"]
    code: str
    rule: str
    values: Mapping[str, int]
    leave_out: Change = field(repr=False, compare=False)
    pin: Duty | None = None


def items_of(request: Request) -> list[Item]:
    """All items of a request; of items that say the same, those that come first are preferred in a clash."""
    return [
        *_pins(request.pins),
        *_facts(request),
        *(_structure(code) for code in STRUCTURE if code in request.structure),
        *_split_limits(request.terms, request.rules),
        *(_limit(code, request.terms) for code in _codes(request.rules) if code not in SPLIT),
    ]


def request_of(case: Case, agent: int, terms: Terms, pins: Sequence[Duty], rules: Sequence[Rule]) -> Request:
    """The request of one agent, a row of the table, with all of its items."""
    every = (*rules, *shift_limit_rules(terms))
    told = int(case.agents.days_worked_in_week[agent]), bool(case.agents.weekly_rest_due[agent])
    return Request(case.axis, terms, tuple(pins), every, frozenset(STRUCTURE), ShiftTypes(case), told)


def _changed(**changes: object) -> Change:
    """A change of the terms."""
    return lambda request: replace(request, terms=replace(request.terms, **changes))  # type: ignore[arg-type]


def _pins(pins: Sequence[Duty]) -> Iterator[Item]:
    for duty in pins:
        yield Item("pin", "pin", "", {"start": duty.start, "end": duty.end}, _without_pin(duty), pin=duty)


def _without_pin(duty: Duty) -> Change:
    return lambda request: replace(request, pins=tuple(pin for pin in request.pins if pin is not duty))


def _facts(request: Request) -> Iterator[Item]:
    """Absences, credential, holidays and history."""
    terms = request.terms
    for absence in terms.absences:
        span = {"start": absence[0], "end": absence[1]}
        yield Item("fact", "fact.absence", "", span, _without_absence(absence))
    first, last = terms.credential_days
    if first > 0:
        change = _credential(first=True)
        yield Item("fact", "fact.credential_from", "", {"day": first}, change)
    if last < terms.days - 1:
        change = _credential(first=False)
        yield Item("fact", "fact.credential_until", "", {"day": last}, change)
    for day in (day for day, closed in enumerate(terms.closed) if closed):
        yield Item("fact", "fact.holiday", "", {"day": day}, _without_holiday(day))
    if terms.last_duty_end is not None:
        told = {"start": terms.last_duty_end}
        yield Item("fact", "fact.last_duty_end", "", told, _changed(last_duty_end=None))
    if terms.sundays_worked_in_a_row:
        count = {"count": terms.sundays_worked_in_a_row}
        change = _changed(sundays_worked_in_a_row=0)
        yield Item("fact", "fact.sundays_worked_in_a_row", "", count, change)
    yield from _week_before(request)


def _week_before(request: Request) -> Iterator[Item]:
    """What was worked up to the eve of the horizon, and in its week."""
    terms, (days, rest_due) = request.terms, request.week_before
    if terms.days_worked_in_a_row:
        count = {"count": terms.days_worked_in_a_row}
        yield Item("fact", "fact.days_worked_in_a_row", "", count, _other_past(in_a_row=0))
    if days and terms.weekdays[0]:
        yield Item("fact", "fact.days_worked_in_week", "", {"count": days}, _other_past(days=0))
    if terms.minutes_worked_in_week:
        minutes = {"minutes": terms.minutes_worked_in_week}
        change = _changed(minutes_worked_in_week=0)
        yield Item("fact", "fact.minutes_worked_in_week", "", minutes, change)
    if terms.overtime_worked_in_week and terms.overtime_of_week_binds:
        minutes = {"minutes": terms.overtime_worked_in_week}
        change = _changed(overtime_worked_in_week=0)
        yield Item("fact", "fact.overtime_worked_in_week", "", minutes, change)
    if rest_due:
        yield Item("fact", "fact.weekly_rest_due", "", {}, _other_past(rest_due=False))


def _other_past(
    *, in_a_row: int | None = None, days: int | None = None, rest_due: bool | None = None
) -> Change:
    """A change of what was worked before; what else follows from it changes, too."""

    def change(request: Request) -> Request:
        told, terms = request.week_before, request.terms
        told = (told[0] if days is None else days, told[1] if rest_due is None else rest_due)
        run = terms.days_worked_in_a_row if in_a_row is None else in_a_row
        worked, due = week_before(told, run, terms.weekdays[0])
        terms = replace(terms, days_worked_in_a_row=run, days_worked_in_week=worked, weekly_rest_due=due)
        return replace(request, week_before=told, terms=terms)

    return change


def _without_absence(absence: tuple[int, int]) -> Change:
    def change(request: Request) -> Request:
        left = tuple(other for other in request.terms.absences if other != absence)
        return replace(request, terms=replace(request.terms, absences=left))

    return change


def _credential(*, first: bool) -> Change:
    def change(request: Request) -> Request:
        low, high = request.terms.credential_days
        days = (-WITHOUT_LIMIT, high) if first else (low, WITHOUT_LIMIT)
        return replace(request, terms=replace(request.terms, credential_days=days))

    return change


def _without_holiday(day: int) -> Change:
    def change(request: Request) -> Request:
        closed = tuple(other != day and shut for other, shut in enumerate(request.terms.closed))
        return replace(request, terms=replace(request.terms, closed=closed))

    return change


def _structure(code: str) -> Item:
    def change(request: Request) -> Request:
        return replace(request, structure=request.structure - {code})

    return Item("limit", f"limit.{code}", code, {}, change)


SPLIT: Mapping[str, tuple[str, str]] = {
    "CLT-58": ("daily_minutes", "daily_max_minutes"),
    "CF-7-XIII": ("weekly_minutes", "weekly_max_minutes"),
}
"""Rules that hold two limits, one of the contract and one of the regime: the names of these."""


def _split_limits(terms: Terms, rules: Sequence[Rule]) -> Iterator[Item]:
    """The limits of law and contract on the minutes of a day and of a week, as two items each."""
    overtime = {"CLT-58": min((terms.overtime_limit(day) for day in range(terms.days)), default=0)}
    for code in (rule.code for rule in rules if rule.code in SPLIT):
        of_contract, of_regime = SPLIT[code]
        allowed = min((getattr(regime, of_regime) for regime in terms.regimes), default=0)
        minutes = {"minutes": allowed + overtime.get(code, 0)}
        yield Item("limit", f"limit.{code}.law", code, minutes, _without_limit_of_regime(of_regime))
        minutes = {"minutes": getattr(terms, of_contract) + overtime.get(code, 0)}
        change = _changed(**{of_contract: WITHOUT_LIMIT})
        yield Item("limit", f"limit.{code}.contract", code, minutes, change)


def _without_limit_of_regime(name: str) -> Change:
    def change(request: Request) -> Request:
        regimes = tuple(regime.model_copy(update={name: WITHOUT_LIMIT}) for regime in request.terms.regimes)
        return replace(request, terms=replace(request.terms, regimes=regimes))

    return change


LIMIT_OF_RULE: Mapping[str, Callable[[Terms], int | None]] = {
    "CLT-58A": lambda terms: min(
        (r.overtime_weekly_max_minutes for r in terms.regimes if r.overtime_weekly_max_minutes is not None),
        default=None,
    ),
    "CLT-66": lambda terms: terms.longest_rest,
    "CLT-67": lambda terms: min(regime.max_days_in_a_row for regime in terms.regimes),
    "LEI-605": lambda terms: min(regime.max_days_a_week for regime in terms.regimes),
    "TST-110": lambda terms: terms.longest_weekly_rest,
    "LEI-10101": lambda terms: terms.sunday_off_every_weeks,
    "MIN-DUTY": lambda terms: terms.min_duty_minutes,
    "MAX-DUTY": lambda terms: terms.max_duty_minutes,
    "MIN-DAYS": lambda terms: terms.min_days_in_a_row,
    "MAX-DAYS": lambda terms: terms.max_days_in_a_row,
    "MIN-DAYS-OFF": lambda terms: terms.min_days_off_in_a_row,
    "MAX-WEEKENDS": lambda terms: terms.max_weekends,
    "MIN-WORK": lambda terms: terms.min_horizon_minutes,
    "MAX-WORK": lambda terms: terms.max_horizon_minutes,
}
"""The number in the sentence of a rule."""


def _codes(rules: Sequence[Rule]) -> list[str]:
    """Codes of rules; the limits on shift types, one rule each, are one item."""
    return list(dict.fromkeys(rule.code for rule in rules))


def _limit(code: str, terms: Terms) -> Item:
    number = LIMIT_OF_RULE[code](terms) if code in LIMIT_OF_RULE else None
    values = {} if number is None else {"number": number}

    def change(request: Request) -> Request:
        return replace(request, rules=tuple(other for other in request.rules if other.code != code))

    return Item("limit", f"limit.{code}", code, values, change)
