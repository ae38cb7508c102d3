"""What agents did in one replication, by interval of the day and by skill; both add up to the total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.model import PlanningAxis, Scenario
from data.model.columns import FloatArray, IntArray
from simulation.break_accounts import break_figures
from simulation.outcome_log import Activities, OutcomeLog
from simulation.records import ACTIVITIES
from simulation.week import Week

DAY = 1440
_WORK = np.array([activity in ("set_up", "session", "wrap_up") for activity in ACTIVITIES])


class AgentTime(NamedTuple):
    """Sums over agents, one number for each group: minutes, the key figures of breaks by name, agents called
    from standby, and R$."""

    in_service: FloatArray
    busy: FloatArray
    overtime: FloatArray
    breaks: dict[str, FloatArray]
    called: FloatArray
    cost: FloatArray


class _Shifts(NamedTuple):
    """The agents who came: their duty, when they began and left, and for what time the normal pay is."""

    came: IntArray
    begun: FloatArray
    left: FloatArray
    paid_from: FloatArray
    paid_until: FloatArray
    cost: FloatArray
    called: FloatArray


@dataclass(frozen=True, eq=False)
class Clock:
    """The planning axis cut into bins, each of which is an interval of the day.

    Attributes:
        minutes: length of an interval.
        begins: where the first bin begins, minutes on the axis.
        interval: of each bin, counted from midnight by the wall clock.
    """

    minutes: int
    begins: int
    interval: IntArray

    @classmethod
    def of(cls, axis: PlanningAxis, minutes: int) -> Clock:
        """The bins of the horizon, with two days more on each side for what begins before or ends after it.

        Raises:
            ValueError: when the day does not hold a whole number of intervals.
        """
        if minutes < 1 or DAY % minutes:
            raise ValueError(f"expected intervals that divide the day evenly, got {minutes} minutes")
        first, last = -2 * DAY, axis.end + 2 * DAY
        moments = range(first, last, minutes)
        interval = np.array([axis.minute_of_day(moment) // minutes for moment in moments], dtype=np.int64)
        return cls(minutes, first, interval)

    @property
    def intervals(self) -> int:
        """In a day."""
        return DAY // self.minutes

    def at(self, moments: FloatArray) -> IntArray:
        """The interval of each moment."""
        bins = np.floor_divide(moments - self.begins, self.minutes).astype(np.int64)
        return self.interval[np.clip(bins, 0, len(self.interval) - 1)]

    def spread(self, begins: FloatArray, ends: FloatArray, weights: FloatArray | None = None) -> FloatArray:
        """Minutes between `begins` and `ends`, each times its weight, in each interval of the day."""
        edges = self.begins + self.minutes * np.arange(len(self.interval) + 1, dtype=np.float64)
        in_bins = np.diff(self._before(edges, begins, weights) - self._before(edges, ends, weights))
        return np.bincount(self.interval, weights=in_bins, minlength=self.intervals).astype(np.float64)

    def _before(self, edges: FloatArray, since: FloatArray, weights: FloatArray | None) -> FloatArray:
        """Up to each edge, the minutes since moments that have passed, summed."""
        place = np.ceil((since - self.begins) / self.minutes).astype(np.int64)
        place = np.clip(place, 0, len(edges) - 1)
        moments = since if weights is None else since * weights
        counted = np.cumsum(np.bincount(place, weights=weights, minlength=len(edges)))
        return edges * counted - np.cumsum(np.bincount(place, weights=moments, minlength=len(edges)))


class AgentAccounts:
    """Reads the logs of one week's replications under one scenario."""

    def __init__(self, week: Week, scenario: Scenario, clock: Clock) -> None:
        self._clock, self._week, self._scenario = clock, week, scenario
        self._skill = week.skill
        self.skills = 1 + max(int(week.skill.max()), *(max(d.skills, default=0) for d in week.duties), 0)
        self._start, self._end, work, hourly = (
            np.array([getattr(duty, name) for duty in week.duties], dtype=np.float64)
            for name in ("start", "end", "work_minutes", "hourly_cost")
        )
        self._on_call = np.array([duty.on_call for duty in week.duties], dtype=np.bool_)
        self._hourly = hourly
        self._planned_cost = work * hourly / 60.0
        self._overtime_rate = scenario.overtime_factor * hourly / 60.0
        self._even_shares = _even_shares(week, self.skills)

    def read(self, log: OutcomeLog) -> tuple[AgentTime, AgentTime]:
        """By interval of the day, when it was; and by skill."""
        noted = log.activities()
        shifts = self._shifts(log)
        works = _WORK[noted.doing]
        work, rest = (Activities(*(column[kept] for column in noted)) for kept in (works, ~works))
        breaks = break_figures(self._week, self._scenario, log)
        skill = np.append(self._skill, self._skill[np.array(log.walk_ups.like, dtype=np.int64)])
        return (
            self._by_interval(shifts, work, rest, breaks),
            self._by_skill(shifts, work, skill[work.session], rest, breaks),
        )

    def _shifts(self, log: OutcomeLog) -> _Shifts:
        """The agents who came; those on standby are paid for the time between the call and the end."""
        begun, left, ends = (np.array(moments) for moments in (log.came_at, log.left_at, log.ends))
        came = np.flatnonzero(~np.isnan(left))
        called = self._on_call[came]
        paid_from = np.where(called, begun[came], self._start[came])
        paid_until = np.where(called, ends[came], self._end[came])
        minutes_cost = (paid_until - paid_from) * self._hourly[came] / 60.0
        cost = np.where(called, minutes_cost, self._planned_cost[came])
        return _Shifts(came, begun[came], left[came], paid_from, paid_until, cost, called.astype(np.float64))

    def _by_interval(
        self, shifts: _Shifts, work: Activities, rest: Activities, breaks: dict[str, FloatArray]
    ) -> AgentTime:
        """The planned cost of a duty is spread evenly over it, and overtime costs when it is worked.

        What becomes of a break counts where it was planned.
        """
        clock, start, end, left = self._clock, shifts.paid_from, shifts.paid_until, shifts.left
        lasting = np.maximum(end - start, 1e-9)  # who is called at the very end is paid nothing
        planned = clock.at(self._week.breaks.start)
        by_interval = {
            name: np.bincount(planned, weights=values, minlength=clock.intervals).astype(np.float64)
            for name, values in breaks.items()
        }
        return AgentTime(
            in_service=clock.spread(shifts.begun, left) - clock.spread(rest.begins, rest.ends),
            busy=clock.spread(work.begins, work.ends),
            overtime=clock.spread(end, left),
            breaks=by_interval,
            called=np.bincount(
                clock.at(shifts.begun), weights=shifts.called, minlength=clock.intervals
            ).astype(np.float64),
            cost=clock.spread(start, end, shifts.cost / lasting)
            + clock.spread(end, left, self._overtime_rate[shifts.came])
            + by_interval["meals_not_granted_cost"],
        )

    def _by_skill(
        self,
        shifts: _Shifts,
        work: Activities,
        skill: IntArray,
        rest: Activities,
        breaks: dict[str, FloatArray],
    ) -> AgentTime:
        """An agent's time, breaks and cost go to the skills worked on, in proportion to the minutes of each.

        Where there was no work, they go evenly to the skills that the agent has.
        """
        count, came, overtime = len(self._start), shifts.came, shifts.left - shifts.paid_until
        worked = np.bincount(
            work.duty * self.skills + skill,
            weights=work.ends - work.begins,
            minlength=count * self.skills,
        ).reshape(count, self.skills)
        total = worked.sum(axis=1, keepdims=True)
        shares = np.divide(worked, total, out=self._even_shares.copy(), where=total > 0)
        rested = np.bincount(rest.duty, weights=rest.ends - rest.begins, minlength=count)[came]
        by_skill = {name: values @ shares[self._week.breaks.duty] for name, values in breaks.items()}
        return AgentTime(
            in_service=(shifts.left - shifts.begun - rested) @ shares[came],
            busy=worked.sum(axis=0),
            overtime=overtime @ shares[came],
            breaks=by_skill,
            called=shifts.called @ shares[came],
            cost=(shifts.cost + self._overtime_rate[came] * overtime) @ shares[came]
            + by_skill["meals_not_granted_cost"],
        )


def _even_shares(week: Week, skills: int) -> FloatArray:
    """By duty and skill: the same for each skill that the agent has, or for all if there is none."""
    held = np.array([[skill in duty.skills for skill in range(skills)] for duty in week.duties])
    held = held.reshape(len(week.duties), skills).astype(np.float64)
    held[held.sum(axis=1) == 0] = 1.0
    return np.asarray(held / held.sum(axis=1, keepdims=True))
