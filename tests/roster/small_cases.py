"""Random small roster problems with every rule, limit and feature switched on or off by chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import numpy as np

from data.model import MISSING, Case, LabourRegime, Wishes
from data.policies import default_labour_regimes
from tests.roster.test_wishes import random_wishes
from tests.roster.week import DAY, problem
from tests.support.cases import HOUR, agent, contract

REGIMES = ("CLT_8H", "NR17_6H", "PART_TIME_30", "SHIFT_12X36", "TASK")
FIRST_DAYS = [date(2026, 11, 30) + timedelta(days=n) for n in range(26)]
"""Christmas, a holiday, is within reach of the later ones."""

Rows = list[dict[str, Any]]


def small_case(seed: int) -> Case:
    """Two to four agents over three to fourteen days."""
    chance, extra = np.random.default_rng(seed), np.random.default_rng([seed, 59])
    days = int(chance.choice([3, 4, 5, 6, 7, 8, 9, 10, 14], p=[0.14] * 6 + [0.08, 0.04, 0.04]))
    count = int(chance.integers(2, 5)) if days <= 6 else int(chance.integers(2, 4))
    first_day = FIRST_DAYS[int(chance.integers(len(FIRST_DAYS)))]
    contracts = [_contract(chance, n) for n in range(int(chance.integers(1, 3)))]
    agents = [_agent(chance, n, contracts, first_day.weekday()) for n in range(count)]
    overtime = extra.random() < 0.6
    for row in contracts if overtime else ():
        agreed = int(extra.choice([0, 30, 60, 90]))
        # Beyond four hours most regimes ask for a meal, which the plain model does not know.
        most = 90 if row["regime"] == "TASK" else 240 - row["daily_minutes"]
        row["overtime_minutes"] = min(agreed, most)
    for row in agents if overtime else ():
        row["overtime_worked_in_week"] = 30 * int(extra.integers(0, first_day.weekday() + 1))
    length = int(chance.choice([30, 60], p=[0.2, 0.8]))
    rows = _demand(chance, days, count, length)
    pins, breaks = _pins(chance, agents, contracts, days)
    built = problem(
        rows,
        agents,
        _absences(chance, agents, days),
        contracts,
        days=days,
        first_day=first_day,
        labour=tuple(_with_overtime(extra, _regime(chance, regime)) for regime in default_labour_regimes()),
        duties=pins,
        breaks=breaks,
        late_duties_end_after=time(int(chance.integers(12, 20))),
        demand_interval_minutes=length,
        overtime_price=int(extra.integers(0, 3)),
        work_minutes_budget=_some(chance, 0.3, 120 * days, 400 * days),
    )
    wishes = int(chance.integers(0, 5)) if chance.random() < 0.6 else 0
    names = [row["agent_id"] for row in agents]
    return replace(built, wishes=random_wishes(chance, names, days, wishes) if wishes else Wishes.empty())


def _some(chance: np.random.Generator, share: float, low: int, high: int) -> int | None:
    """A number from `low` to below `high` in a share of the cases, else None."""
    drawn = int(chance.integers(low, high))
    return drawn if chance.random() < share else None


def _contract(chance: np.random.Generator, number: int) -> dict[str, Any]:
    regime = str(chance.choice(REGIMES, p=[0.35, 0.25, 0.15, 0.1, 0.15]))
    daily = int(chance.choice([180, 240]))
    if regime == "TASK" and chance.random() < 0.6:
        daily = 300
    ranges = {
        "min_days_in_a_row": (0.25, 2, 4),
        "max_days_in_a_row": (0.3, 2, 6),
        "min_days_off_in_a_row": (0.25, 2, 4),
        "max_weekends": (0.25, 0, 3),
    }
    limits = {name: _some(chance, *span) for name, span in ranges.items()}
    least, most = limits["min_days_in_a_row"], limits["max_days_in_a_row"]
    if least is not None and most is not None:
        limits["max_days_in_a_row"] = max(least, most)
    if daily == 300:
        limits["min_duty_minutes"] = _some(chance, 0.3, 241, 300)
        limits["max_duty_minutes"] = 240 if chance.random() < 0.2 else None
        if limits["max_duty_minutes"] is not None:
            limits["min_duty_minutes"] = None
    # Not five days: a sixth of them would be a length that no hours of demand hold.
    weekly = daily * int(chance.choice([2, 3, 4, 6]))
    given = {name: MISSING if value is None else value for name, value in limits.items()}
    return contract(f"c{number}", regime, daily, weekly) | given


def _regime(chance: np.random.Generator, regime: LabourRegime) -> LabourRegime:
    """The regime, or one with other limits."""
    if regime.regime == "SHIFT_12X36" or chance.random() < 0.4:
        return regime
    return regime.model_copy(
        update={
            "rest_between_duties_minutes": int(chance.choice([0, 660, 660, 960])),
            "weekly_rest_minutes": int(chance.choice([0, 2100, 2100, 2400])),
            "max_days_in_a_row": int(chance.integers(2, 7)),
            "max_days_a_week": int(chance.integers(3, 8)),
            "sunday_rule": bool(chance.random() < 0.6),
            "holiday_rule": bool(chance.random() < 0.6),
        }
    )


def _with_overtime(chance: np.random.Generator, regime: LabourRegime) -> LabourRegime:
    """The regime with other limits of overtime."""
    most = [None, None, 30, 60, 90]
    return regime.model_copy(
        update={
            "overtime_daily_max_minutes": int(chance.choice([0, 60, 120])),
            "overtime_weekly_max_minutes": most[int(chance.integers(len(most)))],
        }
    )


def _agent(chance: np.random.Generator, number: int, contracts: Rows, weekday: int) -> dict[str, Any]:
    history: dict[str, Any] = {}
    if chance.random() < 0.6:
        in_a_row = int(chance.integers(0, 7))
        history["days_worked_in_a_row"] = in_a_row
        history["last_duty_end"] = -HOUR * int(chance.integers(1, 16)) - (0 if in_a_row else DAY)
        history["sundays_worked_in_a_row"] = int(chance.integers(0, 3))
        history["weekly_rest_due"] = bool(chance.random() < 0.3)
        history["days_worked_in_week"] = int(chance.integers(0, weekday + 1))
        history["minutes_worked_in_week"] = 60 * int(chance.integers(0, 4 * weekday + 1))
        history["weekend_days_worked"] = int(chance.integers(0, 4))
        history["late_duties_worked"] = int(chance.integers(0, 4))
    if chance.random() < 0.15:
        history["credential_from" if chance.random() < 0.5 else "credential_until"] = int(
            chance.integers(1, 5)
        )
    return agent(
        f"A{number}",
        str(chance.choice(["a", "b", "a|b", "a|b"])),
        str(chance.choice([row["contract_id"] for row in contracts])),
        sunday_off_every_weeks=int(chance.integers(1, 5)),
        **history,
    )


def _demand(chance: np.random.Generator, days: int, agents: int, length: int) -> Rows:
    """On most days, hours of demand for one skill or two: early, late, by night or through midnight."""
    rows: dict[tuple[int, str], int] = {}
    for day in range(days):
        if chance.random() < 0.15:
            continue
        first = int(chance.choice([5, 8, 9, 10, 14, 17, 18, 19]))
        last = min(first + int(chance.integers(5, 8)), 24)
        for skill in ("a", "b") if chance.random() < 0.6 else ("a",):
            for hour in range(first, last):
                required = int(chance.integers(0, min(agents, 3) + 1))
                # The edges are asked for, so that every duty fits into the hours of the day.
                required = max(required, 1) if hour in (first, last - 1) else required
                for minute in range(0, HOUR, length):
                    rows[DAY * day + HOUR * hour + minute, skill] = required
    return [{"starts_at": at, "skill": skill, "required": n} for (at, skill), n in rows.items()]


def _absences(chance: np.random.Generator, agents: Rows, days: int) -> Rows:
    found = {}
    for row in agents:
        if chance.random() < 0.3:
            start = HOUR * int(chance.integers(0, 24 * days - 12))
            found[row["agent_id"], start] = start + HOUR * int(chance.choice([2, 12, 24, 30]))
    return [{"agent_id": name, "starts_at": s, "ends_at": e} for (name, s), e in found.items()]


def _pins(chance: np.random.Generator, agents: Rows, contracts: Rows, days: int) -> tuple[Rows, Rows]:
    """Now and then a duty of a contract's day, or one too long, that is kept, with its pause under NR-17."""
    pins: Rows = []
    breaks: Rows = []
    by_name = {row["contract_id"]: row for row in contracts}
    for row in agents:
        for day in range(days):
            if chance.random() < 0.04:
                own = by_name[row["contract_id"]]
                start = DAY * day + 15 * int(chance.integers(4 * 5, 4 * 18))
                longer = HOUR if chance.random() < 0.1 else 0
                end = start + own["daily_minutes"] + longer
                if end > DAY * days:
                    continue
                pins.append({"agent_id": row["agent_id"], "starts_at": start, "ends_at": end, "pinned": True})
                if own["regime"] == "NR17_6H":
                    rest = {"starts_at": start + 90, "ends_at": start + 100, "kind": "pause"}
                    breaks.append({"agent_id": row["agent_id"]} | rest)
    return pins, breaks
