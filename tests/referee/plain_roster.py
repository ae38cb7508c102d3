"""The roster rules of one agent restated in plain Python: what a list of duties breaks, duty by duty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from functools import cache, lru_cache
from itertools import groupby, pairwise
from typing import Any

from data.calendars import holiday_name
from data.model import MISSING, Break, Case, Duty, LabourRegime, regime_on

holiday_of = cache(holiday_name)


@lru_cache(maxsize=64)
def contract_of(case: Case, contract_id: str) -> dict[str, Any]:
    """The row of a contract."""
    return case.contracts.row(case.contracts.position[contract_id])


@lru_cache(maxsize=512)
def _regime(case: Case, contract_id: str, day: int) -> LabourRegime:
    return regime_on(case.plan.labour, contract_of(case, contract_id)["regime"], case.axis.date_of(day))


def regime_of(case: Case, agent: dict[str, Any], day: int) -> LabourRegime:
    """The labour regime of an agent's contract on a day."""
    return _regime(case, agent["contract_id"], day)


def roster_faults(case: Case, agent: dict[str, Any], duties: Sequence[Duty]) -> set[str]:
    """Codes of the rules that these duties of the agent (one at least, of a known regime) break.

    Each duty is given with the breaks that are meant to be its own.
    """
    duties = sorted(duties, key=lambda duty: duty.start)
    faults = _shape(case, duties) | _rest(case, agent, duties) | _work(case, agent, duties)
    faults |= _weekly_rest(case, agent, duties) | _days(case, agent, duties)
    faults |= _contract(case, agent, duties) | _types(case, agent, duties)
    for duty in duties:
        day = case.axis.day_of(duty.start)
        faults |= _breaks(case, duty, regime_of(case, agent, day)) | _forbidden_day(case, agent, duty, day)
    return faults


def _shape(case: Case, duties: Sequence[Duty]) -> set[str]:
    faults = set()
    days = [case.axis.day_of(duty.start) for duty in duties]
    if len(set(days)) < len(days):
        faults.add("DUTY-DAY")
    if any(after.start < before.end for before, after in pairwise(duties)):
        faults.add("DUTY-OVERLAP")
    for duty in duties:
        if duty.end <= duty.start:
            faults.add("DUTY-ORDER")
        if duty.start % case.plan.grid_minutes or duty.end % case.plan.grid_minutes:
            faults.add("DUTY-GRID")
        if duty.start < 0 or duty.end > case.axis.end:
            faults.add("DUTY-HORIZON")
    return faults


def _rest(case: Case, agent: dict[str, Any], duties: Sequence[Duty]) -> set[str]:
    due = regime_of(case, agent, 0).rest_between_duties_minutes
    rests = [after.start - before.end for before, after in pairwise(duties) if after.start >= before.end]
    if agent["last_duty_end"] != MISSING:
        rests.append(duties[0].start - agent["last_duty_end"])
    return {"CLT-66"} if any(rest < due for rest in rests) else set()


def _weekly_rest(case: Case, agent: dict[str, Any], duties: Sequence[Duty]) -> set[str]:
    """Day by day: each day off knows how long the free time around it is; each week wants one long enough."""
    due = regime_of(case, agent, 0).weekly_rest_minutes
    monday = case.plan.first_day.weekday()
    worked = {case.axis.day_of(duty.start) for duty in duties}
    if agent["days_worked_in_a_row"]:
        worked.add(-1)
    so_far = max(agent["days_worked_in_week"], min(agent["days_worked_in_a_row"], monday))
    rest_due = agent["weekly_rest_due"] or (monday > 0 and so_far == monday)
    rested = set()
    for day in range(-1, case.axis.days + 6):
        if day not in worked:
            before = [duty.end for duty in duties if case.axis.day_of(duty.start) < day]
            before += [agent["last_duty_end"]] if agent["last_duty_end"] != MISSING else []
            after = [duty.start for duty in duties if case.axis.day_of(duty.start) > day]
            if not before or not after or min(after) - max(before) >= due:
                rested.add((day + monday) // 7)
    weeks = {(day + monday) // 7 for day in range(case.axis.days)}
    if monday > 0 and not rest_due:
        weeks.discard(0)
    if monday == 0 and rest_due and -1 not in worked:
        weeks.add(-1)
    return {"TST-110"} if due and weeks - rested else set()


def _work(case: Case, agent: dict[str, Any], duties: Sequence[Duty]) -> set[str]:
    contract = contract_of(case, agent["contract_id"])
    regime = regime_of(case, agent, 0)
    by_day: dict[int, Fraction] = defaultdict(Fraction)
    by_week: dict[int, Fraction] = defaultdict(Fraction)
    if (
        case.plan.first_day.weekday()
        and case.axis.day_of(duties[0].start) < 7 - case.plan.first_day.weekday()
    ):
        by_week[0] = Fraction(agent["minutes_worked_in_week"])
    for duty in duties:
        by_day[case.axis.day_of(duty.start)] += counted(case, agent, duty)
    normal = min(contract["daily_minutes"], regime.daily_max_minutes)
    overtime: dict[int, Fraction] = defaultdict(Fraction)
    for day, minutes in by_day.items():
        week = (day + case.plan.first_day.weekday()) // 7
        by_week[week] += min(minutes, normal)
        if minutes > normal:
            overtime[week] += minutes - normal
    if overtime[0] and case.plan.first_day.weekday():
        overtime[0] += agent["overtime_worked_in_week"]
    faults = set()
    if max(by_day.values()) - normal > min(contract["overtime_minutes"], regime.overtime_daily_max_minutes):
        faults.add("CLT-58")
    if max(by_week.values()) > min(contract["weekly_minutes"], regime.weekly_max_minutes):
        faults.add("CF-7-XIII")
    most = regime.overtime_weekly_max_minutes
    if most is not None and max(overtime.values()) > most:
        faults.add("CLT-58A")
    return faults


def counted(case: Case, agent: dict[str, Any], duty: Duty) -> Fraction:
    """Minutes of work as the law counts them, minute by minute of the clock: eight for seven at night."""
    if not regime_of(case, agent, case.axis.day_of(duty.start)).night_rule:
        return Fraction(duty.work_minutes)
    meals = [(rest.start, rest.end) for rest in duty.breaks if rest.kind == "meal"]
    night = sum(is_night(duty, minute) for minute in range(duty.start, duty.end))
    night -= sum(is_night(duty, minute) for start, end in meals for minute in range(start, end))
    return duty.work_minutes + Fraction(night, 7)


def is_night(duty: Duty, minute: int) -> bool:
    """From 22:00 to 5:00, and after a whole night of the duty; no clock is changed."""
    if minute % 1440 >= 22 * 60 or minute % 1440 < 5 * 60:
        return True
    dawn = minute // 1440 * 1440 + 5 * 60
    return any(duty.start <= end - 7 * 60 for end in range(dawn, duty.start, -1440))


def _days(case: Case, agent: dict[str, Any], duties: Sequence[Duty]) -> set[str]:
    worked = {case.axis.day_of(duty.start) for duty in duties}
    regime = regime_of(case, agent, 0)
    weekday = case.plan.first_day.weekday()
    faults = set()
    run, sundays = agent["days_worked_in_a_row"], agent["sundays_worked_in_a_row"]
    for day in range(case.axis.days):
        run = run + 1 if day in worked else 0
        if run > regime.max_days_in_a_row:
            faults.add("CLT-67")
        if (day + weekday) % 7 == 6:
            sundays = sundays + 1 if day in worked else 0
            if regime.sunday_rule and day in worked and sundays >= agent["sunday_off_every_weeks"]:
                faults.add("LEI-10101")
    weeks = Counter((day + weekday) // 7 for day in worked)
    if weekday and weeks[0]:
        weeks[0] += max(agent["days_worked_in_week"], min(agent["days_worked_in_a_row"], weekday))
    if max(weeks.values()) > regime.max_days_a_week:
        faults.add("LEI-605")
    return faults


def _contract(case: Case, agent: dict[str, Any], duties: Sequence[Duty]) -> set[str]:
    """What the limits of the contract forbid, read off a string of days: W worked, F off."""
    limits = {
        name: value
        for name, value in contract_of(case, agent["contract_id"]).items()
        if name.startswith(("min_", "max_")) and value != MISSING
    }
    worked = {case.axis.day_of(duty.start) for duty in duties}
    days = "".join("W" if day in worked else "F" for day in range(case.axis.days))
    inner = [(kind, len(list(run))) for kind, run in groupby(days)][1:-1]
    faults = set()
    works = [counted(case, agent, duty) for duty in duties]
    if min(works) < limits.get("min_duty_minutes", 0):
        faults.add("MIN-DUTY")
    if max(works) > limits.get("max_duty_minutes", 9999):
        faults.add("MAX-DUTY")
    if any(kind == "W" and length < limits.get("min_days_in_a_row", 1) for kind, length in inner):
        faults.add("MIN-DAYS")
    if any(kind == "F" and length < limits.get("min_days_off_in_a_row", 1) for kind, length in inner):
        faults.add("MIN-DAYS-OFF")
    history = "W" * agent["days_worked_in_a_row"]
    runs = (history + days).split("F")[0 if days[0] == "W" else 1 :]
    if any(len(run) > limits.get("max_days_in_a_row", 99) for run in runs):
        faults.add("MAX-DAYS")
    total = sum(works)
    if total < limits.get("min_horizon_minutes", 0):
        faults.add("MIN-WORK")
    if total > limits.get("max_horizon_minutes", 99999):
        faults.add("MAX-WORK")
    monday = case.plan.first_day.weekday()
    weekends = {(day + monday) // 7 for day in worked if (day + monday) % 7 >= 5}
    if monday == 6 and agent["days_worked_in_a_row"] and weekends:
        weekends.add(0)
    if len(weekends) > limits.get("max_weekends", 99):
        faults.add("MAX-WEEKENDS")
    return faults


def _types(case: Case, agent: dict[str, Any], duties: Sequence[Duty]) -> set[str]:
    """What the shift types and their limits forbid, by the names of the types of each day."""
    types = case.shift_types.rows()
    if not types:
        return set()
    by_day: dict[int, list[str]] = {}
    faults, named = set(), []
    for duty in duties:
        clock = case.axis.instant_of(duty.start).strftime("%H:%M")
        fitting = [
            row["shift_type"]
            for row in types
            if clock == f"{row['starts'] // 60:02d}:{row['starts'] % 60:02d}"
            and duty.end == duty.start + row["minutes"]
        ]
        if len(fitting) != 1:
            faults.add("SHIFT-TYPE")
        by_day.setdefault(case.axis.day_of(duty.start), []).extend(fitting)
        named += fitting
    forbidden = {(row["shift_type"], after) for row in types for after in row["not_followed_by"].split("|")}
    pairs = ((a, b) for day, names in by_day.items() for a in names for b in by_day.get(day + 1, ()))
    if any(pair in forbidden for pair in pairs):
        faults.add("SUCCESSION")
    for row in case.shift_limits.rows():
        if row["contract_id"] == agent["contract_id"] and named.count(row["shift_type"]) > row["most"]:
            faults.add("SHIFT-LIMIT")
    return faults


def _breaks(case: Case, duty: Duty, regime: LabourRegime) -> set[str]:
    inside = [b for b in duty.breaks if duty.start <= b.start and b.end <= duty.end]
    faults = {"BREAK"} if len(inside) < len(duty.breaks) else set()
    if any(edge % case.plan.grid_minutes for b in duty.breaks for edge in (b.start, b.end)):
        faults.add("BREAK-GRID")
    if any(after.start < before.end for before, after in pairwise(sorted(inside, key=_start))):
        faults.add("BREAK-OVERLAP")
    rule = regime.break_rule(Duty(duty.agent_id, duty.start, duty.end, tuple(inside)).work_minutes)
    meals = [b.end - b.start for b in inside if b.kind == "meal"]
    pauses = [b for b in inside if b.kind == "pause"]
    shortest, longest = (rule.meal_minutes_min, rule.meal_minutes_max) if rule else (0, 0)
    if len(meals) != (1 if longest else 0) or any(not shortest <= meal <= longest for meal in meals):
        faults.add("CLT-71")
    due, minutes, edge = (rule.pauses, rule.pause_minutes, rule.edge_minutes) if rule else (0, 0, 0)
    if len(pauses) != due or any(b.end - b.start != minutes for b in pauses):
        faults.add("NR17-5.4")
    if any(b.start < duty.start + edge or b.end > duty.end - edge for b in pauses):
        faults.add("NR17-EDGE")
    if any(end - start > regime.max_stretch_minutes for start, end in in_service(duty)):
        faults.add("STRETCH")
    return faults


def _start(rest: Break) -> int:
    return rest.start


def in_service(duty: Duty) -> list[tuple[int, int]]:
    """The intervals of a duty between its breaks, which may overlap."""
    pieces, since = [], duty.start
    for rest in sorted(duty.breaks, key=_start):
        if rest.start > since:
            pieces.append((since, min(rest.start, duty.end)))
        since = max(since, rest.end)
    return [*pieces, (since, duty.end)] if since < duty.end else pieces


def _forbidden_day(case: Case, agent: dict[str, Any], duty: Duty, day: int) -> set[str]:
    faults = set()
    calendar = case.plan.calendar
    on = case.axis.date_of(day)
    holiday = holiday_of(on, agent["state"], agent["city"], calendar.holiday_overrides)
    if holiday and regime_of(case, agent, day).holiday_rule and not calendar.open_on_holidays:
        faults.add("CLT-70")
    absences = case.absences
    away = zip(
        absences.agent_id.tolist(), absences.starts_at.tolist(), absences.ends_at.tolist(), strict=True
    )
    if any(who == agent["agent_id"] and duty.start < end and begin < duty.end for who, begin, end in away):
        faults.add("ABSENCE")
    if not credential_valid(agent, day):
        faults.add("CAR")
    return faults


def credential_valid(agent: dict[str, Any], day: int) -> bool:
    """Whether an agent is in the register of agents on a day."""
    first, last = agent["credential_from"], agent["credential_until"]
    return (first == MISSING or first <= day) and (last == MISSING or day <= last)
