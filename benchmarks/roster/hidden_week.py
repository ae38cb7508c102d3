"""A planted week: the requirement is what a hidden legal roster gives, so the best under + over is 0.

The hidden roster is drawn, agent by agent and day by day, from the labour regimes' data alone; it knows
nothing of the duties that the engine considers. Duties begin on any quarter of an hour, last any multiple of
a quarter that their contract allows, and their breaks lie anywhere on the grid of five minutes where the law
lets them. Two weeks are drawn, and the first becomes the history that binds the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import pairwise
from typing import Final

import numpy as np

from benchmarks.roster.hidden_breaks import GRID, draw_breaks
from data.calendars import holiday_name
from data.coverage import intervals_in_service
from data.generator.team import ESTABLISHMENTS, SKILL_SETS, agent_names
from data.model import (
    Absences,
    Agents,
    Bookings,
    Calendar,
    Case,
    Contracts,
    Demand,
    Duty,
    LabourRegime,
    OpeningHours,
    Participants,
    Plan,
    Roster,
    default_as_of,
    joined,
    regime_on,
)
from data.night_hours import CLOCK_MINUTES, night_work
from data.policies import default_labour_regimes, default_service_policies

DAYS: Final = 7
DAY: Final = 1440
QUARTER: Final = 15
FIRST_DAY: Final = date(2026, 11, 30)
SkillSet = tuple[tuple[str, ...], float]
"""Skills of an agent, and the share of agents who have them."""

ABSENT_SHARE: Final = 0.05
WANDERING_SHARE: Final = 0.15
"""Agents who begin at another time every day; the others keep to a usual time, give or take an hour."""


@dataclass(frozen=True)
class Kind:
    """A contract and how it is worked in a week.

    Attributes:
        duties: work of the duties of a week, meals not counted; 0 stands for any that is allowed.
        opens, closes: earliest start and latest end, hours of the day.
        min_days_off: of the contract; so is `max_days`.
    """

    contract: str
    regime: str
    share: float
    daily: int
    weekly: int
    duties: tuple[int, ...]
    opens: float = 6.0
    closes: float = 24.0
    min_days_off: int | None = None
    max_days: int | None = None


KINDS: Final = (
    Kind("CLT-44h", "CLT_8H", 0.17, 480, 2640, (440,) * 6),
    Kind("CLT-44h", "CLT_8H", 0.10, 480, 2640, (480,) * 5 + (240,)),
    Kind("CLT-44h", "CLT_8H", 0.07, 480, 2640, (0,) * 6),
    Kind("CLT-40h-5x2", "CLT_8H", 0.10, 480, 2400, (480,) * 5, min_days_off=2, max_days=5),
    Kind("NR17-36h", "NR17_6H", 0.16, 360, 2160, (360,) * 6),
    Kind("NR17-36h", "NR17_6H", 0.06, 360, 2160, (360,) * 5),
    Kind("NR17-36h", "NR17_6H", 0.06, 360, 2160, (0,) * 6),
    Kind("PART-30h", "PART_TIME_30", 0.05, 360, 1800, (360,) * 5),
    Kind("PART-30h", "PART_TIME_30", 0.05, 360, 1800, (0,) * 6),
    Kind("PART-26h", "PART_TIME_26", 0.06, 390, 1560, (390,) * 4),
    Kind("12x36", "SHIFT_12X36", 0.04, 720, 2880, (660,) * 4, opens=6, closes=20),
    Kind("12x36", "SHIFT_12X36", 0.04, 720, 2880, (660,) * 4, opens=18, closes=32),
    Kind("TASK-40h", "TASK", 0.04, 480, 2400, (480,) * 5),
)
"""Every labour regime, and the scenario of 40 hours on five days with two days off together."""

SKILL_SET_OF_ALL: Final[tuple[SkillSet, ...]] = ((("pf", "pj"), 1.0),)
"""All agents have the same skills."""

SHORTEST: Final = 240
TRIES: Final = 400


@dataclass(frozen=True, eq=False)
class HiddenWeek:
    """A case without duties, and the roster from which its requirement was derived."""

    case: Case
    roster: Roster


def hidden_week(
    agents: int, seed: int, kinds: Sequence[Kind] = KINDS, skill_sets: Sequence[SkillSet] = SKILL_SETS
) -> HiddenWeek:
    """Draw a planted week of seven days around the clock; the same arguments give the same week."""
    plan = Plan(
        schema="pontual/plan@1.0",
        name=f"planted week: {agents} agents, seed {seed}",
        first_day=FIRST_DAY,
        days=DAYS,
        as_of=default_as_of(FIRST_DAY),
        calendar=Calendar(
            opening_hours=(OpeningHours(weekdays=tuple(range(7)), opens=time(0), closes=time(0)),)
        ),
        service=default_service_policies(),
        labour=default_labour_regimes(),
    )
    rng = np.random.default_rng([seed, agents])
    names = agent_names(agents).tolist()
    kind_of = [kinds[place] for place in _dealt(rng, [kind.share for kind in kinds], agents)]
    places = _dealt(rng, [share for *_, share in ESTABLISHMENTS], agents)
    held = [skill_sets[place][0] for place in _dealt(rng, [share for _, share in skill_sets], agents)]
    absences = _absences(rng, names)
    drawn = []
    for name, kind, place in zip(names, kind_of, places, strict=True):
        away = [(row["starts_at"], row["ends_at"]) for row in absences.rows() if row["agent_id"] == name]
        drawn.append(_Draw(rng, plan, kind, name, ESTABLISHMENTS[place][:2], away).two_weeks())
    contracts = {kind.contract: kind for kind in kind_of}
    values = {
        "agent_id": names,
        "contract_id": [kind.contract for kind in kind_of],
        "skills": [joined(words) for words in held],
        "state": [ESTABLISHMENTS[place][0] for place in places],
        "city": [ESTABLISHMENTS[place][1] for place in places],
        "sunday_off_every_weeks": [own.sunday_every for own in drawn],
        "last_duty_end": [own.last_end for own in drawn],
        "days_worked_in_a_row": [own.in_a_row for own in drawn],
        "sundays_worked_in_a_row": [own.sundays for own in drawn],
    }
    roster = Roster.of(duty for own in drawn for duty in own.duties)
    case = Case(
        plan=plan,
        agents=Agents.from_columns(
            {column: np.array(cells, dtype=_dtype(cells)) for column, cells in values.items()}, agents
        ),
        contracts=Contracts.from_rows(_contract(kind) for kind in contracts.values()),
        bookings=Bookings.empty(),
        participants=Participants.empty(),
        demand=_demand(rng, roster, dict(zip(names, held, strict=True)), plan.axis.end),
        absences=absences,
    )
    return HiddenWeek(case, roster)


def _dtype(cells: Sequence[object]) -> type:
    return object if isinstance(cells[0], str) else np.int64


def _dealt(rng: np.random.Generator, shares: Sequence[float], count: int) -> list[int]:
    """Positions in the shares, as many of each as its share asks for, and at least one; in random order."""
    exact = np.array(shares) / sum(shares) * count
    dealt = np.maximum(np.floor(exact).astype(np.int64), 1)
    while dealt.sum() > count:
        dealt[np.argmax(dealt - exact)] -= 1
    while dealt.sum() < count:
        dealt[np.argmax(exact - dealt)] += 1
    return [int(n) for n in rng.permutation(np.repeat(np.arange(len(shares)), dealt))]


def _contract(kind: Kind) -> dict[str, object]:
    row: dict[str, object] = {
        "contract_id": kind.contract,
        "regime": kind.regime,
        "daily_minutes": kind.daily,
        "weekly_minutes": kind.weekly,
        "hourly_cost": 28.0,
    }
    if kind.min_days_off is not None:
        row["min_days_off_in_a_row"] = kind.min_days_off
    if kind.max_days is not None:
        row["max_days_in_a_row"] = kind.max_days
    return row


def _absences(rng: np.random.Generator, names: Sequence[str]) -> Absences:
    """Some agents are away for one to three whole days, or for an afternoon."""
    rows = []
    for place in sorted(rng.permutation(len(names))[: max(1, round(ABSENT_SHARE * len(names)))].tolist()):
        day = int(rng.integers(0, DAYS))
        start, end = day * DAY, min(day + int(rng.integers(1, 4)), DAYS) * DAY
        if rng.random() < 0.3:
            start, end = start + 13 * 60, start + 17 * 60
        rows.append({"agent_id": names[place], "starts_at": start, "ends_at": end})
    return Absences.from_rows(rows)


@dataclass(frozen=True)
class _Drawn:
    """Duties of the horizon, and what the days before it leave behind."""

    duties: tuple[Duty, ...]
    sunday_every: int
    last_end: int
    in_a_row: int
    sundays: int


class _Draw:
    """Draws the two weeks of one agent; days are counted from the horizon's first, so the first week's are
    negative.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        plan: Plan,
        kind: Kind,
        name: str,
        place: tuple[str, str],
        away: Sequence[tuple[int, int]],
    ) -> None:
        self._rng, self._kind, self._name, self._away = rng, kind, name, away
        self._axis = plan.axis
        self._regime: LabourRegime = regime_on(plan.labour, kind.regime, plan.first_day)
        self._sunday_every = int(rng.choice([2, 3, 4, 7], p=[0.6, 0.2, 0.1, 0.1]))
        self._closed = {
            day
            for day in range(DAYS)
            if self._regime.holiday_rule and holiday_name(plan.axis.date_of(day), *place, ()) is not None
        }
        wandering = rng.random() < WANDERING_SHARE
        self._usual = None if wandering else self._lateness()

    def two_weeks(self) -> _Drawn:
        """Duties until all rules hold."""
        for _ in range(TRIES):
            days = self._days()
            if days is None:
                continue
            duties = self._duties(days)
            if duties is not None:
                return self._told(duties)
        raise RuntimeError(f"no legal two weeks found for {self._name} on {self._kind.contract}")

    def _lateness(self) -> float:
        """How late duties begin: 0 as early, 1 as late as they can; mornings are the busiest."""
        return float(
            self._rng.beta(*((1.2, 4.0), (3.0, 3.0), (4.0, 1.2))[self._rng.choice(3, p=[0.5, 0.3, 0.2])])
        )

    def _days(self) -> list[int] | None:
        """Days worked, or None when a rule on their order is broken."""
        if self._regime.max_days_in_a_row == 1:
            first = -DAYS + int(self._rng.integers(0, 2))
            worked = list(range(first, DAYS, 2))
        else:
            worked = []
            for monday in (-DAYS, 0):
                number = len(self._kind.duties)
                chosen = sorted(self._rng.permutation(DAYS)[:number].tolist())
                if self._kind.min_days_off == 2:
                    off = int(self._rng.integers(0, DAYS))
                    chosen = sorted(set(range(DAYS)) - {off, (off + 1) % DAYS})
                worked += [monday + day for day in chosen]
        worked = [day for day in worked if day not in self._closed and not self._is_away(day)]
        return worked if self._in_order(worked) else None

    def _is_away(self, day: int) -> bool:
        """Whether an absence touches the hours in which the agent may be on duty."""
        opens, closes = DAY * day + 60 * self._kind.opens, DAY * day + 60 * self._kind.closes
        return any(start < closes and opens < end for start, end in self._away)

    def _in_order(self, worked: Sequence[int]) -> bool:
        most = min(self._regime.max_days_in_a_row, self._kind.max_days or DAYS)
        run, runs = 0, []
        for day in range(-DAYS, DAYS):
            run = run + 1 if day in worked else 0
            runs.append(run)
        gaps = [later - day - 1 for day, later in pairwise(worked)]
        sundays_free = not self._regime.sunday_rule or not {-1, DAYS - 1} <= set(worked)
        enough_off = all(gap == 0 or gap >= (self._kind.min_days_off or 1) for gap in gaps)
        return max(runs) <= most and enough_off and (sundays_free or self._sunday_every > 2)

    def _duties(self, days: Sequence[int]) -> list[Duty] | None:
        """A duty on each of these days, or None when there is no time for the rest in between."""
        duties: list[Duty] = []
        for monday in (-DAYS, 0):
            left = min(self._kind.weekly, self._regime.weekly_max_minutes)
            lengths = self._rng.permutation(self._kind.duties).tolist()
            for day in (day for day in days if monday <= day < monday + DAYS):
                wanted = lengths.pop() if lengths else self._kind.duties[0]
                wanted = wanted or QUARTER * int(
                    self._rng.integers(SHORTEST // QUARTER, self._kind.daily // QUARTER + 1)
                )
                # What is left of a week with nights need not be a multiple of the grid.
                work = min(wanted, left) // GRID * GRID
                if work < SHORTEST:
                    continue
                rested = duties[-1].end + self._regime.rest_between_duties_minutes if duties else -DAYS * DAY
                duty = self._counted_duty(day, work, rested)
                if duty is None:
                    return None
                if duty.end > DAY * DAYS:
                    continue
                left -= self._counted(duty)
                duties.append(duty)
        return duties if self._rests_each_week(duties) else None

    def _counted(self, duty: Duty) -> int:
        """Work of a duty, night hours as the law counts them."""
        if not self._regime.night_rule:
            return duty.work_minutes
        # Duties of the week before the horizon are looked at as if they were in it.
        later = DAY * DAYS if duty.start < 0 else 0
        breaks = tuple(replace(b, start=b.start + later, end=b.end + later) for b in duty.breaks)
        moved = replace(duty, start=duty.start + later, end=duty.end + later, breaks=breaks)
        return duty.work_minutes - (-night_work(self._axis, moved) // CLOCK_MINUTES)

    def _counted_duty(self, day: int, work: int, rested: int) -> Duty | None:
        """A duty on a day that the law counts as so much work or a little less: shorter by night."""
        length = work
        while True:
            duty = self._duty(day, length, rested)
            if duty is None or self._counted(duty) <= work:
                return duty
            length -= GRID

    def _rests_each_week(self, duties: Sequence[Duty]) -> bool:
        """TST-110: some free time around a day off of each week lasts as long as the regime asks for.

        After the last duty of the horizon all is free. The week before it needs no rest: the tables do not
        say that one is due.
        """
        around = [
            later.start - earlier.end
            for earlier, later in pairwise(duties)
            if later.start // DAY > max(earlier.start // DAY + 1, 0) and earlier.start // DAY < DAYS - 1
        ]
        free_at_the_end = not duties or duties[-1].start // DAY < DAYS - 1
        return free_at_the_end or max(around, default=0) >= self._regime.weekly_rest_minutes

    def _duty(self, day: int, work: int, rested: int) -> Duty | None:
        """A duty on a day; None when it would begin too late because the agent must rest before."""
        breaks, presence = draw_breaks(self._rng, self._regime, work)
        first = DAY * day + round(60 * self._kind.opens)
        room = (DAY * day + round(60 * self._kind.closes) - presence - first) // QUARTER
        late = self._lateness() if self._usual is None else self._usual
        jitter = 0 if self._regime.max_days_in_a_row == 1 else int(self._rng.integers(-4, 5))
        earliest = max(0, -((first - rested) // QUARTER))
        if earliest > room:
            return None
        start = first + QUARTER * int(np.clip(round(late * room) + jitter, earliest, room))
        return Duty(
            self._name,
            start,
            start + presence,
            tuple(replace(b, start=start + b.start, end=start + b.end) for b in breaks),
        )

    def _told(self, duties: Sequence[Duty]) -> _Drawn:
        """What the tables say of the first week, and the duties of the second."""
        before = [duty for duty in duties if duty.start < 0]
        worked = {duty.start // DAY for duty in before}
        run = 0
        while -1 - run in worked:
            run += 1
        earlier = 0
        if -1 in worked and self._sunday_every > 2:
            earlier = int(self._rng.integers(1, self._sunday_every - 1))
        last = max((duty.end for duty in before), default=-3 * DAY)
        return _Drawn(
            tuple(duty for duty in duties if duty.start >= 0),
            self._sunday_every,
            last,
            run,
            earlier if -1 in worked and self._sunday_every > 2 else int(-1 in worked),
        )


def _demand(rng: np.random.Generator, roster: Roster, held: dict[str, tuple[str, ...]], end: int) -> Demand:
    """One agent required for each agent in service for all of an interval, for one skill an hour."""
    skills = sorted({skill for words in held.values() for skill in words})
    required = np.zeros((end // QUARTER, len(skills)), dtype=np.int64)
    for name, duties in roster.by_agent.items():
        of_hour = rng.choice([skills.index(skill) for skill in held[name]], size=end // 60 + 1)
        for first, last in intervals_in_service(duties, QUARTER):
            for interval in range(first, last):
                required[interval, of_hour[interval * QUARTER // 60]] += 1
    intervals = np.arange(len(required))
    return Demand.from_columns(
        {
            "starts_at": np.repeat(intervals * QUARTER, len(skills)),
            "skill": np.tile(np.array(skills, dtype=object), len(intervals)),
            "required": required.ravel(),
        },
        required.size,
    )
