"""The floor in arrays that compiled code reads and writes; the meaning of a field is that of `Floor`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from data.model import Scenario
from data.model.columns import FloatArray, IntArray
from simulation.draws import Draws, quantised_at
from simulation.policies import left_waiting
from simulation.twin.queue import APPOINTMENT, ARRIVING, BY_NATURE, CLOCK, DUTY_START, SET_UP, key_of
from simulation.walk_ups import WalkUps
from simulation.week import NOBODY, Week

SESSION = np.dtype(
    [
        (name, np.float64)
        for name in ("appointed", "set_up", "wrap_up", "after_start", "arrival", "cancelled_at")
    ]
    + [
        (name, np.float64)
        for name in ("return_after", "patience", "service", "ready", "arrived", "begun", "ended", "wait")
    ]
    + [(name, np.float64) for name in ("promised", "put_off", "waits_since", "there_since", "rebooked_at")]
    + [(name, np.int64) for name in ("nominal", "pool", "skill", "first_companion", "end_companion")]
    + [(name, np.int64) for name in ("result", "state", "agent", "outcome")]
    + [(name, np.bool_) for name in ("prepared", "taken", "walk_up")],
    align=True,
)
"""One session: what is planned, what chance brings, where it stands, what became of it."""

DUTY = np.dtype(
    [(name, np.float64) for name in ("start", "end", "free_at", "since", "busy", "rested", "login_delay")]
    + [(name, np.float64) for name in ("came_at", "left_at", "in_service_since")]
    + [(name, np.int64) for name in ("pool", "skills", "next_break", "end_break", "first_open", "end_own")]
    + [(name, np.int64) for name in ("doing", "session", "step", "first_break")]
    + [(name, np.bool_) for name in ("absent", "idle", "on_break", "on_call", "coming")],
    align=True,
)
"""One duty. `doing` is the activity that ends at the duty's next event, begun at `since`; `step` is what an
agent who was idle has been told to do; `next_break` to `end_own`, and `first_break`, are places in `breaks`
and `own`."""

CLOCK_RECORD = np.dtype(
    [(name, np.float64) for name in ("now", "tolerance", "rebooking_after", "left_waiting")]
    + [(name, np.float64) for name in ("walk_up_limit", "longest_set_up", "standby_delay")]
    + [(name, np.float64) for name in ("standby_minutes", "standby_delay_exact", "standby_threshold")]
    + [(name, np.int64) for name in ("order", "queued", "notes", "arrived", "planned")]
    + [
        (name, np.int64)
        for name in ("appointments", "walk_up_pool", "shifting_of_lists", "shifting_of_pools")
    ]
    + [(name, np.bool_) for name in ("begun", "early", "pooled", "standby", "with_notes", "down")],
    align=True,
)
"""The time, the rules of the day and counters; walk-ups have the numbers from `appointments` on.
`left_waiting` and `standby_delay_exact` are not quantised: policies use them so. `begun`: play has; of the
arrivals, and of the planned events, as many as `arrived` and `planned` say are past; `down`: the platform
is."""

START, MINUTES, EARLIEST, LATEST, LONGEST_STRETCH = range(5)
"""Columns of `breaks`."""

WAITING, UNPREPARED, IDLE, ON_DUTY, FIRST_OPEN, END_OPEN = range(6)
"""Rows of `counts`: members of groups, and where the sessions of a pool that may be open are in `own`."""


class TwinFloor(NamedTuple):
    """State of one replication, and what it refers to.

    Attributes:
        clock: one `CLOCK_RECORD`.
        companions: sessions.
        own: the sessions of each duty's own list, and then those of each pool, in order of appointment.
        breaks: what is planned of each, and what the regime demands; shape (breaks, 5).
        has_skill: by duty and skill.
        waiting, unprepared, idle, on_duty: members of the pools' groups (row 0, each pool at its first place)
            and the place of each member, -1 outside (row 1); see `groups`.
        counts: by pool; the last pool is that of the walk-ups.
        first: first place of each pool among sessions (row 0) and duties (row 1).
        queue_time, queue: moments, and (key, event) of what is to come; see `queue`.
        arrival_times, arrivals: moments, and (key, session), of arrivals, cancellations or ends of the
            tolerance, in order.
        frames: those who decide at the moment; see `play`.
        break_times: how late each break began, and minutes taken; shape (breaks, 2).
        break_faults: what was broken of each.
        note_times, notes: (begins, ends) and (duty, activity, session) of agents' time.
    """

    clock: Any
    sessions: Any
    duties: Any
    companions: IntArray
    own: IntArray
    breaks: FloatArray
    has_skill: np.ndarray[Any, np.dtype[np.bool_]]
    waiting: IntArray
    unprepared: IntArray
    idle: IntArray
    on_duty: IntArray
    counts: IntArray
    first: IntArray
    queue_time: FloatArray
    queue: IntArray
    arrival_times: FloatArray
    arrivals: IntArray
    frames: IntArray
    break_times: FloatArray
    break_faults: IntArray
    note_times: FloatArray
    notes: IntArray


class Calendar(NamedTuple):
    """Events whose moments are planned, in order; and the sessions in order of appointment."""

    moments: FloatArray
    events: IntArray
    by_appointment: IntArray


@dataclass(frozen=True, eq=False)
class Layout:
    """A week in arrays, from which the floor of any number of replications is made."""

    sessions: Any
    duties: Any
    companions: IntArray
    own: IntArray
    breaks: FloatArray
    has_skill: np.ndarray[Any, np.dtype[np.bool_]]
    first: IntArray
    calendar: Calendar

    @classmethod
    def of(cls, week: Week) -> Layout:
        """The week in arrays."""
        pools = len(week.pools) + 1
        sessions, duties = _sessions(week), _duties(week)
        skills = 1 + max([int(week.skill.max()), *(s for duty in week.duties for s in duty.skills)])
        has_skill = np.zeros((len(week.duties), skills), dtype=np.bool_)
        for number, duty in enumerate(week.duties):
            has_skill[number, sorted(duty.skills)] = True
        breaks = [
            (b.start, b.minutes, b.earliest, b.latest, b.longest_stretch)
            for duty in week.duties
            for b in duty.breaks
        ]
        return cls(
            sessions=sessions,
            duties=duties,
            companions=_joined(week.companions),
            own=np.concatenate([_joined(duty.own_list for duty in week.duties), _by_pool(week)]),
            breaks=np.array(breaks, dtype=np.float64).reshape(-1, 5),
            has_skill=has_skill,
            first=np.array([_first_of(sessions["pool"], pools), _first_of(duties["pool"], pools)]),
            calendar=_calendar(week),
        )

    def floor(
        self,
        scenario: Scenario,
        draws: Draws,
        pooled: bool,
        shifting: tuple[int, int],
        with_notes: bool,
        calls_standby: bool = True,
    ) -> TwinFloor:
        """The floor before the first event of a replication.

        `shifting` numbers how breaks are shifted by agents with their own list, and by those of pools.
        """
        sessions, duties = self.sessions.copy(), self.duties.copy()
        for name in ("arrival", "cancelled_at", "return_after", "patience", "service", "result"):
            sessions[name] = getattr(draws, name)
        if len(draws.walk_ups):
            sessions = np.concatenate([sessions, self._walk_ups(draws.walk_ups)])
        duties["absent"] = draws.absent
        duties["on_call"] &= ~draws.absent
        duties["login_delay"] = np.minimum(draws.login_delay, duties["end"] - duties["start"])
        clock = np.zeros(1, dtype=CLOCK_RECORD)
        for name, minutes in (
            ("tolerance", scenario.late_tolerance),
            ("rebooking_after", scenario.rebooking_after),
            ("walk_up_limit", scenario.walk_up_limit),
            ("standby_delay", scenario.standby_delay),
            ("standby_minutes", scenario.standby_minutes),
        ):
            clock[name] = quantised_at(minutes)
        clock["standby_delay_exact"] = scenario.standby_delay
        clock["standby_threshold"] = scenario.standby_threshold
        clock["standby"] = pooled and calls_standby and bool(duties["on_call"].any())
        clock["longest_set_up"] = self.sessions["set_up"].max()
        clock["appointments"], clock["walk_up_pool"] = len(self.sessions), self.first.shape[1] - 1
        clock["left_waiting"] = left_waiting(scenario)
        clock["early"], clock["pooled"] = scenario.allow_early_start, pooled
        clock["shifting_of_lists"], clock["shifting_of_pools"] = shifting
        clock["with_notes"] = with_notes
        count, agents = len(sessions), len(duties)
        most_queued = 3 * count + len(self.companions) + 2 * agents + 1
        most_noted = 3 * count + len(self.breaks) if with_notes else 0
        return TwinFloor(
            clock=clock,
            sessions=sessions,
            duties=duties,
            companions=self.companions,
            own=self.own,
            breaks=self.breaks,
            has_skill=self.has_skill,
            waiting=np.full((2, len(self.sessions) + count), NOBODY),
            unprepared=np.full((2, count), NOBODY),
            idle=np.full((2, agents), NOBODY),
            on_duty=np.full((2, agents), NOBODY),
            counts=self._counts(),
            first=self.first,
            queue_time=np.empty(most_queued),
            queue=np.empty((most_queued, 2), dtype=np.int64),
            arrival_times=np.empty(len(self.sessions)),
            arrivals=np.empty((len(self.sessions), 2), dtype=np.int64),
            frames=np.empty((agents + 1, 3), dtype=np.int64),
            break_times=np.full((len(self.breaks), 2), np.nan),
            break_faults=np.zeros(len(self.breaks), dtype=np.int64),
            note_times=np.empty((most_noted, 2)),
            notes=np.empty((most_noted, 3), dtype=np.int64),
        )

    def _counts(self) -> IntArray:
        """Empty groups, and all sessions of the pools still open."""
        counts = np.zeros((6, self.first.shape[1]), dtype=np.int64)
        counts[FIRST_OPEN] = len(self.own) - self.first[0, -1] + self.first[0]
        counts[END_OPEN, :-1] = counts[FIRST_OPEN, 1:]
        counts[END_OPEN, -1] = counts[FIRST_OPEN, -1]
        return counts

    def _walk_ups(self, walk_ups: WalkUps) -> Any:
        """Rows for walk-ups: sessions without an appointment, a nominal agent, a pool or companions."""
        rows = self.sessions[walk_ups.like]
        for name in ("arrival", "patience", "service", "result"):
            rows[name] = getattr(walk_ups, name)
        for name in ("appointed", "ready", "promised", "waits_since", "there_since"):
            rows[name] = walk_ups.arrival
        rows["nominal"], rows["pool"] = NOBODY, self.first.shape[1] - 1
        rows["first_companion"] = rows["end_companion"] = 0
        rows["walk_up"] = True
        return rows


def _sessions(week: Week) -> Any:
    sessions = np.zeros(len(week), dtype=SESSION)
    for name in ("appointed", "set_up", "wrap_up", "pool", "skill"):
        sessions[name] = getattr(week, name)
    sessions["after_start"] = week.planned + week.wrap_up
    sessions["nominal"] = week.duty
    for name in ("ready", "promised", "waits_since", "there_since"):
        sessions[name] = week.appointed
    ends = np.cumsum([len(others) for others in week.companions])
    sessions["end_companion"] = ends
    sessions["first_companion"][1:] = ends[:-1]
    for name in ("arrived", "begun", "ended", "wait", "rebooked_at"):
        sessions[name] = np.nan
    sessions["agent"] = sessions["outcome"] = NOBODY
    return sessions


def _duties(week: Week) -> Any:
    duties = np.zeros(len(week.duties), dtype=DUTY)
    for name in ("start", "end", "pool"):
        duties[name] = [getattr(duty, name) for duty in week.duties]
    duties["on_call"] = [duty.on_call for duty in week.duties]
    duties["skills"] = [len(duty.skills) for duty in week.duties]
    duties["end_break"] = np.cumsum([len(duty.breaks) for duty in week.duties])
    duties["end_own"] = np.cumsum([len(duty.own_list) for duty in week.duties])
    duties["first_break"][1:] = duties["end_break"][:-1]
    duties["next_break"] = duties["first_break"]
    duties["first_open"][1:] = duties["end_own"][:-1]
    duties["came_at"] = duties["left_at"] = np.nan
    return duties


def _joined(lists: Iterable[tuple[int, ...]]) -> IntArray:
    return np.array([number for listed in lists for number in listed], dtype=np.int64)


def _by_pool(week: Week) -> IntArray:
    order = np.lexsort((week.appointed, week.pool)).astype(np.int64)
    return np.asarray(order[week.pool[order] != NOBODY])


def _first_of(pool: IntArray, pools: int) -> IntArray:
    sizes = np.bincount(pool[pool != NOBODY], minlength=pools)
    return np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)


def _calendar(week: Week) -> Calendar:
    """Planned events in SimPy's order: by moment, by priority, by when the reference engine sets them."""
    rows: list[tuple[float, int, int, int]] = []
    order = 3 * len(week)
    for number, duty in enumerate(week.duties):
        if duty.on_call:
            continue
        rows.append((duty.start, key_of(BY_NATURE, order), DUTY_START, number))
        for moment in [*(planned.start for planned in duty.breaks), duty.end]:
            order += 1
            rows.append((moment, key_of(ARRIVING, order), CLOCK, number))
        order += 1
    session = np.arange(len(week), dtype=np.int64)
    appointments, set_ups = (
        np.stack([key_of(ARRIVING, nth) + 3 * session, np.full(len(week), kind), session], axis=1)
        for nth, kind in ((1, APPOINTMENT), (2, SET_UP))
    )
    of_duties = np.array([row[1:] for row in rows], dtype=np.int64).reshape(-1, 3)
    moments = np.concatenate([week.appointed, week.appointed - week.set_up, [row[0] for row in rows]])
    events = np.concatenate([appointments, set_ups, of_duties])
    rank = np.lexsort((events[:, 0], moments))
    return Calendar(
        moments=moments[rank],
        events=events[rank],
        by_appointment=np.argsort(week.appointed, kind="stable").astype(np.int64),
    )
