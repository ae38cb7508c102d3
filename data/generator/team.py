"""The agents: contracts, weekly patterns, skills, establishments, credentials and absences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from data.generator.chance import Streams, between, blanked, dealt, pick
from data.generator.workdays import Workdays
from data.model import MISSING, Absences, Agents, Contracts, Plan, joined
from data.model.columns import BoolArray, IntArray, TextArray

SKILLS: Final = ("pf", "pj", "joint", "judicial", "libras")

SKILL_SETS: Final = (
    (("pf", "pj"), 0.34),
    (("pf", "pj", "joint"), 0.30),
    (("pf", "pj", "joint", "judicial"), 0.08),
    (("pf",), 0.08),
    (("pj", "joint"), 0.08),
    (("pf", "pj", "libras"), 0.05),
    (("pj",), 0.04),
    (("pf", "pj", "joint", "judicial", "libras"), 0.03),
)
"""Skill sets with the share of agents that have them."""


@dataclass(frozen=True)
class Pattern:
    """How a contract is worked in a week.

    Attributes:
        weekday_minutes: work of a duty from Monday to Friday, meals not counted.
        saturday_minutes: work of a duty on Saturday; 0: none.
        weekday_off: whether one day from Tuesday to Friday is off.
    """

    contract: str
    regime: str
    share: float
    weekday_minutes: int
    saturday_minutes: int
    weekday_off: bool = False


PATTERNS: Final = (
    Pattern("CLT-44h", "CLT_8H", 0.46, 480, 240),
    Pattern("CLT-44h", "CLT_8H", 0.12, 480, 0),
    Pattern("CLT-44h", "CLT_8H", 0.07, 480, 240, weekday_off=True),
    Pattern("NR17-36h", "NR17_6H", 0.13, 360, 340),
    Pattern("NR17-36h", "NR17_6H", 0.05, 360, 0),
    Pattern("NR17-36h", "NR17_6H", 0.03, 360, 340, weekday_off=True),
    Pattern("PART-30h", "PART_TIME_30", 0.09, 360, 0),
    Pattern("PART-30h", "PART_TIME_30", 0.05, 300, 300),
)

WEEKDAY_OFF_WEIGHTS: Final = (0.0, 0.05, 0.20, 0.30, 0.45)
"""Days off go to the quiet end of the week."""

CONTRACTS: Final = (
    {
        "contract_id": "CLT-44h",
        "regime": "CLT_8H",
        "daily_minutes": 480,
        "weekly_minutes": 2640,
        "hourly_cost": 28.0,
    },
    {
        "contract_id": "NR17-36h",
        "regime": "NR17_6H",
        "daily_minutes": 360,
        "weekly_minutes": 2160,
        "hourly_cost": 29.5,
    },
    {
        "contract_id": "PART-30h",
        "regime": "PART_TIME_30",
        "daily_minutes": 360,
        "weekly_minutes": 1800,
        "hourly_cost": 26.5,
    },
)
"""The cost is about the default of DOMAIN 6.4."""

ESTABLISHMENTS: Final = (
    ("SP", "São Paulo", 0.32), ("SP", "Campinas", 0.10), ("RJ", "Rio de Janeiro", 0.10),
    ("MG", "Belo Horizonte", 0.10), ("PR", "Curitiba", 0.08), ("RS", "Porto Alegre", 0.07),
    ("SC", "Florianópolis", 0.05), ("DF", "Brasília", 0.03), ("GO", "Goiânia", 0.05),
    ("BA", "Salvador", 0.04), ("PE", "Recife", 0.04), ("CE", "Fortaleza", 0.02),
)  # fmt: skip
"""State, city and share; roughly the regions of DOMAIN 2.4."""

POOL_SIZE: Final = 10
ABSENT_SHARE: Final = 0.04
WORKED_THE_SUNDAY_BEFORE: Final = 0.04


@dataclass(frozen=True)
class Team:
    """The agents with what the planted roster needs to know of them.

    Attributes:
        pattern: position in PATTERNS of each agent.
        skill_set: position in SKILL_SETS of each agent.
        weekday_off: weekday without a duty, or -1.
    """

    agents: Agents
    contracts: Contracts
    absences: Absences
    pattern: IntArray
    skill_set: IntArray
    weekday_off: IntArray

    def pattern_values(self, name: str) -> IntArray:
        """A number of each agent's pattern."""
        return np.array([getattr(p, name) for p in PATTERNS], dtype=np.int64)[self.pattern]


def has_skill(skill_set: IntArray, skill: int) -> BoolArray:
    """Whether each skill set holds the skill (a position in SKILLS)."""
    return np.array([SKILLS[skill] in names for names, _ in SKILL_SETS])[skill_set]


def draw_team(plan: Plan, workdays: Workdays, count: int, streams: Streams) -> Team:
    """Draw the agents of a case, their contracts and their absences."""
    rng = streams.of("team")
    pattern = dealt(rng, [p.share for p in PATTERNS], count)
    skill_set = dealt(rng, [share for _, share in SKILL_SETS], count)
    place = dealt(rng, [share for *_, share in ESTABLISHMENTS], count)
    off = np.where(
        np.array([p.weekday_off for p in PATTERNS])[pattern], pick(rng, count, WEEKDAY_OFF_WEIGHTS), -1
    )
    row_in_pool = np.argsort(np.argsort(skill_set, kind="stable"), kind="stable") // POOL_SIZE
    names = agent_names(count)
    credential_from, credential_until = _credentials(plan, count, streams)
    last_end, in_a_row, sundays = _before_the_horizon(plan, pattern, streams)
    days_of_week, minutes_of_week = _week_so_far(plan, pattern, in_a_row)
    values = {
        "agent_id": names,
        "contract_id": _texts([p.contract for p in PATTERNS], pattern),
        "skills": _texts([joined(words) for words, _ in SKILL_SETS], skill_set),
        "pool": _texts([f"pool-{n + 1:03}" for n in range(int(row_in_pool.max()) + 1)], row_in_pool),
        "state": _texts([state for state, *_ in ESTABLISHMENTS], place),
        "city": _texts([city for _, city, _ in ESTABLISHMENTS], place),
        "sunday_off_every_weeks": np.array([2, 3, 4])[dealt(rng, (0.7, 0.2, 0.1), count)],
        "credential_from": credential_from,
        "credential_until": credential_until,
        "last_duty_end": last_end,
        "days_worked_in_a_row": in_a_row,
        "sundays_worked_in_a_row": sundays,
        "days_worked_in_week": days_of_week,
        "minutes_worked_in_week": minutes_of_week,
    }
    return Team(
        agents=Agents.from_columns(values, count),
        contracts=Contracts.from_rows(CONTRACTS),
        absences=_absences(plan, workdays, names, streams),
        pattern=pattern,
        skill_set=skill_set,
        weekday_off=off,
    )


def agent_names(count: int) -> TextArray:
    """A0001, A0002 ...: names whose order is that of the table."""
    width = max(4, len(str(count)))
    return np.array([f"A{number:0{width}}" for number in range(1, count + 1)], dtype=object)


def _texts(words: list[str], positions: IntArray) -> TextArray:
    return np.array(words, dtype=object)[positions]


def _credentials(plan: Plan, count: int, streams: Streams) -> tuple[IntArray, IntArray]:
    """First and last days of the credentials; of longer horizons, a few begin or end within."""
    rng = streams.of("credentials")
    first = -rng.integers(40, 1500, count)
    last = rng.integers(plan.days + 30, 1100, count)
    unknown = rng.random(count) < 0.05
    if plan.days > 1:
        inside = rng.integers(1, plan.days, count)
        fate = rng.random(count)
        last = np.where(fate < 0.015, inside - 1, last)
        first = np.where(fate > 0.990, inside, first)
    return np.where(unknown, MISSING, first), np.where(unknown, MISSING, last)


def _before_the_horizon(
    plan: Plan, pattern: IntArray, streams: Streams
) -> tuple[IntArray, IntArray, IntArray]:
    """End of the last duty, days worked in a row and Sundays worked in a row, up to the eve.

    Duties of the past end by 20:00, as those of the horizon do, so that the night's rest is kept (CLT 66).
    """
    rng = streams.of("past")
    count = len(pattern)
    eve = (plan.first_day - timedelta(days=1)).weekday()
    saturdays = np.array([p.saturday_minutes > 0 for p in PATTERNS])[pattern]
    ends_weekday = 5 * rng.integers(16 * 12, 20 * 12 + 1, count)
    ends_saturday = 5 * rng.integers(12 * 12, 14 * 12 + 1, count)
    sundays = np.zeros(count, dtype=np.int64)
    if eve >= 5:
        since_friday = eve - 3
        last = np.where(
            saturdays, ends_saturday - 1440 * (since_friday - 1), ends_weekday - 1440 * since_friday
        )
        in_a_row = np.where(saturdays, 6, 0) if eve == 5 else np.zeros(count, dtype=np.int64)
        extra = (rng.random(count) < WORKED_THE_SUNDAY_BEFORE) & (eve == 6)
        last = np.where(extra, ends_saturday - 1440, last)
        in_a_row = np.where(extra, rng.integers(1, 7, count), in_a_row)
        sundays = np.where(extra, 1, sundays)
    else:
        last = ends_weekday - 1440
        in_a_row = np.full(count, eve + 1, dtype=np.int64)
    return blanked(rng, last, 0.02), in_a_row.astype(np.int64), sundays.astype(np.int64)


def _week_so_far(plan: Plan, pattern: IntArray, in_a_row: IntArray) -> tuple[IntArray, IntArray]:
    """Days and minutes worked in the week of the first day: every weekday, and Saturday by pattern."""
    weekday = plan.first_day.weekday()
    weekdays = np.full(len(pattern), min(weekday, 5), dtype=np.int64)
    saturdays = np.where(weekday == 6, np.minimum(in_a_row, 1), 0)
    minutes = np.array([(p.weekday_minutes, p.saturday_minutes) for p in PATTERNS], dtype=np.int64)[pattern]
    worked = weekdays * minutes[:, 0] + saturdays * minutes[:, 1]
    return weekdays + saturdays, worked.astype(np.int64)


def _absences(plan: Plan, workdays: Workdays, names: TextArray, streams: Streams) -> Absences:
    """A few agents away for one to three days, or for an afternoon."""
    rng = streams.of("absences")
    count = max(1, round(ABSENT_SHARE * len(names)))
    who = np.sort(rng.permutation(len(names))[:count])
    open_day = pick(rng, count, np.ones(len(workdays)))
    whole = rng.random(count) < 0.7
    first = workdays.number[open_day]
    last = first + between(rng, np.ones(count, dtype=np.int64), np.full(count, 3, dtype=np.int64))
    midnight = np.array([plan.axis.midnight(day) for day in range(plan.days + 4)], dtype=np.int64)
    clock = workdays.midnight[open_day]
    return Absences.from_columns(
        {
            "agent_id": names[who],
            "starts_at": np.where(whole, midnight[first], clock + 13 * 60),
            "ends_at": np.where(whole, midnight[last], clock + 17 * 60),
        },
        count,
    )
