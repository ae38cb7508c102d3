"""A day with a staffing, played by the compiled twin on common random numbers.

Agent j is in service in the intervals whose staffing is j or more. Nobody begins what would, by
planned minutes, end after the agent's stretch of such intervals, so that the staffing holds all planned work
and an agent who goes leaves none behind. Only at the end of the day is whoever came in time served whatever
it takes. Sessions that last longer than planned are ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.model import Scenario
from data.model.columns import BoolArray, FloatArray, IntArray
from optimizer.requirement.appointments import Customers
from optimizer.requirement.frame import Frame
from simulation import Draws, Week
from simulation.break_shifting import BREAK_SHIFTING, HoldBack
from simulation.records import Outcome
from simulation.twin.layout import (
    DUTY,
    EARLIEST,
    LATEST,
    LONGEST_STRETCH,
    MINUTES,
    START,
    Calendar,
    Layout,
)
from simulation.twin.play import play
from simulation.twin.queue import ARRIVING, BY_NATURE, CLOCK, DUTY_START, key_of

_HOLD_BACK = BREAK_SHIFTING.index(HoldBack())
_GONE = 1e5
"""Minutes that no day lasts."""


@dataclass(frozen=True, eq=False)
class Stretches:
    """The agents of a staffing: arrays of equal length.

    Attributes:
        agent: number of each, from 0.
        start, end: minutes on the planning axis.
        skills: shape (stretches, skills).
    """

    agent: IntArray
    start: IntArray
    end: IntArray
    skills: BoolArray

    @classmethod
    def of(cls, staffing: IntArray, frame: Frame) -> Stretches:
        """Agent j is there while more than j are required."""
        found: list[tuple[int, int, int]] = []
        begun: list[int] = []
        for interval, count in enumerate([*staffing.tolist(), 0]):
            while len(begun) > count:
                found.append((begun.pop(), interval, len(begun)))
            begun += [interval] * (count - len(begun))
        rows = np.array(sorted(found), dtype=np.int64).reshape(-1, 3)
        team = frame.team.first(int(staffing.max(initial=0)))
        return cls(
            agent=rows[:, 2],
            start=frame.first + frame.length * rows[:, 0],
            end=frame.first + frame.length * rows[:, 1],
            skills=frame.team.sets[team[rows[:, 2]]],
        )

    def __len__(self) -> int:
        return len(self.agent)


@dataclass(frozen=True, eq=False)
class PlayedDay:
    """What became of the customers of one replication; arrays by customer, walk-ups last.

    Attributes:
        interval, skill: of the appointment, or of the arrival of a walk-up.
        wait: minutes; nan for those who did not come in time.
        delay: minutes from the appointment to the start; nan without either.
        rebooked: by the issuer's cause.
        appointed: whether the customer has an appointment.
    """

    interval: IntArray
    skill: IntArray
    wait: FloatArray
    delay: FloatArray
    rebooked: BoolArray
    appointed: BoolArray


NOBODY_CAME = PlayedDay(
    interval=np.zeros(0, dtype=np.int64),
    skill=np.zeros(0, dtype=np.int64),
    wait=np.zeros(0),
    delay=np.zeros(0),
    rebooked=np.zeros(0, dtype=np.bool_),
    appointed=np.zeros(0, dtype=np.bool_),
)
"""A replication without bookings, which also has no walk-ups: those are like one of the bookings."""


@dataclass(frozen=True, eq=False)
class _Prepared:
    """One replication, but for the agents."""

    layout: Layout
    draws: Draws
    interval: IntArray
    skill: IntArray


class DayPlayer:
    """Plays a day with any staffing; replication r brings the same customers to all of them.

    Args:
        frame: of the day.
        customers: who comes.
        scenario: the rules of the day.
        seed: of all random numbers.
    """

    def __init__(self, frame: Frame, customers: Customers, scenario: Scenario, seed: int) -> None:
        self.frame = frame
        self._customers, self._scenario, self._seed = customers, scenario, seed
        self._prepared: dict[int, _Prepared | None] = {}

    def play(self, stretches: Stretches, replication: int, absent: BoolArray | None = None) -> PlayedDay:
        """One replication with the agents of a staffing.

        Args:
            stretches: of the staffing.
            replication: its number.
            absent: of each stretch, whether its agent does not come; None: all do.
        """
        ready = self._ready(replication)
        if ready is None:
            return NOBODY_CAME
        missing = np.zeros(len(stretches), dtype=np.bool_) if absent is None else absent
        layout = _with_agents(ready.layout, stretches, self.frame)
        draws = replace(ready.draws, absent=missing, login_delay=np.zeros(len(stretches)))
        floor = layout.floor(self._scenario, draws, True, (_HOLD_BACK, _HOLD_BACK), False, False)
        play(floor, layout.calendar, np.inf)
        return _outcome(floor.sessions, len(ready.layout.sessions), ready.interval, ready.skill)

    def forget(self) -> None:
        """Free the memory of what is prepared."""
        self._prepared.clear()

    def _ready(self, replication: int) -> _Prepared | None:
        if replication not in self._prepared:
            week, draws = self._customers.draw(self._seed, replication)
            self._prepared[replication] = _prepared(week, draws, self.frame) if len(week) else None
        return self._prepared[replication]


def _prepared(week: Week, draws: Draws, frame: Frame) -> _Prepared:
    interval, skill = _interval_and_skill(week, draws, frame)
    return _Prepared(layout=Layout.of(week), draws=draws, interval=interval, skill=skill)


def _interval_and_skill(week: Week, draws: Draws, frame: Frame) -> tuple[IntArray, IntArray]:
    """Of each customer, walk-ups last."""
    moments = np.concatenate([week.appointed, draws.walk_ups.arrival])
    interval = np.floor((moments - frame.first) / frame.length).astype(np.int64)
    skill = np.concatenate([week.skill, week.skill[draws.walk_ups.like]])
    return np.clip(interval, 0, frame.intervals - 1), skill


def played_day(sessions: Any, week: Week, draws: Draws, frame: Frame) -> PlayedDay:
    """What became of the customers of a week on the twin's floor, once it is played."""
    interval, skill = _interval_and_skill(week, draws, frame)
    return _outcome(sessions, len(week), interval, skill)


def _outcome(sessions: Any, appointments: int, interval: IntArray, skill: IntArray) -> PlayedDay:
    appointed = np.arange(len(sessions)) < appointments
    return PlayedDay(
        interval=interval,
        skill=skill,
        wait=sessions["wait"].copy(),
        delay=np.where(appointed, sessions["begun"] - sessions["promised"], np.nan),
        rebooked=sessions["outcome"] == int(Outcome.REBOOKED_BY_ISSUER),
        appointed=appointed,
    )


def _with_agents(layout: Layout, stretches: Stretches, frame: Frame) -> Layout:
    """The layout with the agents of a staffing, all in one pool.

    A stretch ends with a break that outlasts the day: under `HoldBack` nothing is begun that runs into it.
    Those that end with the day have none.
    """
    count = len(stretches)
    goes = stretches.end < frame.end
    duties = np.zeros(count, dtype=DUTY)
    duties["start"] = stretches.start
    duties["end"] = np.where(goes, frame.end + 2.0 * _GONE, stretches.end)
    duties["skills"] = stretches.skills.sum(axis=1)
    duties["end_break"] = np.cumsum(goes)
    duties["first_break"] = duties["next_break"] = duties["end_break"] - goes
    duties["came_at"] = duties["left_at"] = np.nan
    breaks = np.zeros((int(goes.sum()), 5))
    breaks[:, START] = breaks[:, EARLIEST] = breaks[:, LATEST] = stretches.end[goes]
    breaks[:, MINUTES], breaks[:, LONGEST_STRETCH] = _GONE, np.inf
    return replace(
        layout,
        duties=duties,
        breaks=breaks,
        has_skill=stretches.skills,
        first=np.array([layout.first[0], [0, count]]),
        calendar=_calendar(layout, stretches),
    )


def _calendar(layout: Layout, stretches: Stretches) -> Calendar:
    """The sessions' events, and the beginnings and ends of the agents' stretches among them."""
    count, order = len(stretches), 3 * len(layout.sessions)
    number = np.arange(count)
    old = layout.calendar
    moments = np.concatenate([old.moments, stretches.start, stretches.end]).astype(np.float64)
    starts = np.stack(
        [key_of(BY_NATURE, order) + 2 * number, np.full(count, DUTY_START), number], axis=1
    ).astype(np.int64)
    ends = np.stack([key_of(ARRIVING, order) + 2 * number + 1, np.full(count, CLOCK), number], axis=1).astype(
        np.int64
    )
    events = np.concatenate([old.events, starts, ends])
    rank = np.lexsort((events[:, 0], moments))
    return Calendar(moments[rank], events[rank], old.by_appointment)
