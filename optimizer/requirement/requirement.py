"""The requirement of a horizon: each day searched by itself, and confirmed on chance of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from data.calendars import opening_intervals
from data.model import Case, Scenario
from data.model.columns import FloatArray, IntArray
from data.progress import Progress, no_progress
from optimizer.requirement.appointments import Customers, ExpectedCustomers, ScheduledCustomers
from optimizer.requirement.by_skill import counted_by_skill, rostered
from optimizer.requirement.days import Workers
from optimizer.requirement.formulas import FormulaStaffing
from optimizer.requirement.frame import Frame, TeamMix, separate_teams
from optimizer.requirement.load import OfferedLoad
from optimizer.requirement.mix import BookingMix
from optimizer.requirement.played_day import DayPlayer, Stretches
from optimizer.requirement.search import CONFIRMING_FROM, DaySearch, OutOfReachError
from optimizer.requirement.service import Counts, Periods, ServiceTarget, shares
from optimizer.requirement.worth import Worth, worth_of
from simulation import Cause, Kpi, Week, stable_keys, uniform
from simulation.distributions import student_t_quantile
from simulation.draws import Chances
from simulation.week import NOBODY, OpenHours

Source = Literal["demand", "schedule"]


class NothingExpectedError(Exception):
    """A case that says nothing of the bookings to serve."""


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes:
        targets: of service, one or more.
        source: bookings expected (`demand.expected_bookings`), or the sessions of the schedule.
        shrinkage: share of the rostered time in service in which an agent does something else.
        replications: of the confirmation, >= 2.
        seed: of all random numbers.
        with_worth: whether to find what one agent more, or one fewer, is worth.
    """

    targets: tuple[ServiceTarget, ...]
    source: Source = "demand"
    shrinkage: float = 0.0
    replications: int = 300
    seed: int = 1
    with_worth: bool = True


@dataclass(frozen=True, eq=False)
class DayRequirement:
    """The requirement of one day.

    Attributes:
        frame: of the day.
        expected: bookings, or sessions, that start in each interval; shape (intervals, skills).
        load: that they bring.
        periods: over which targets are judged.
        staffing: agents who must be there; shape (intervals,).
        on_the_floor: the same by the skill for which they count; shape (intervals, skills).
        rostered: agents to roster, by the skill for which they count; shape (intervals, skills).
        served_badly: by target and period, the share of customers in the confirmation, with interval.
        by_skill: the same by target and skill, over the day.
        with_absences: the share by period with the agents rostered, of whom some are missing by chance.
        formulas: what formulas ask for.
        worth: of agents; None: was not asked for.
        out_of_reach: targets that no number of agents keeps: target, period and share served badly at best;
            there is no staffing then.
        played: replications in all.
    """

    frame: Frame
    expected: FloatArray
    load: OfferedLoad
    periods: Periods
    staffing: IntArray
    on_the_floor: IntArray
    rostered: IntArray
    served_badly: tuple[tuple[Kpi, ...], ...]
    by_skill: tuple[tuple[Kpi, ...], ...]
    with_absences: tuple[tuple[Kpi, ...], ...]
    formulas: FormulaStaffing
    worth: Worth | None
    out_of_reach: tuple[tuple[int, int, float], ...]
    played: int


@dataclass(frozen=True, eq=False)
class Requirement:
    """The requirement of a horizon.

    Attributes:
        request: what was asked for.
        present: share of the rostered time that an agent is in service.
        days: those with bookings, in order.
    """

    request: Request
    present: float
    days: tuple[DayRequirement, ...]

    @property
    def is_reached(self) -> bool:
        """Whether each day has a staffing that keeps the targets."""
        return not any(day.out_of_reach for day in self.days)


@dataclass(frozen=True, eq=False)
class DayTask:
    """One day to search."""

    frame: Frame
    expected: FloatArray
    customers: Customers
    scenario: Scenario
    request: Request
    present: float


@dataclass(frozen=True)
class ChancesUnder:
    """The chances of sessions under a scenario."""

    scenario: Scenario

    def __call__(self, week: Week) -> Chances:
        """Of these sessions."""
        return Chances.of(week, self.scenario)


def find_requirement(
    case: Case,
    scenario: Scenario,
    request: Request,
    workers: int = 1,
    progress: Progress = no_progress,
) -> Requirement:
    """Agents for each interval of the horizon; the same for any number of workers.

    Args:
        case: with agents, whose skills are those of the floor, and demand or sessions.
        scenario: what happens on the day; absences are those of `Requirement.present` only.
        request: what is asked for.
        workers: processes.
        progress: told after each day; may raise to stop.

    Raises:
        ValueError: when there is no target, or shrinkage and absence leave nobody.
        NothingExpectedError: when no booking is expected, or no session planned.
    """
    if not request.targets or request.replications < 2:
        raise ValueError("expected a target or more, and two replications or more")
    present = (1.0 - request.shrinkage) * (1.0 - scenario.agent_absence)
    if not 0.0 < present <= 1.0:
        raise ValueError(f"expected a share of time in service above 0 and up to 1, got {present:g}")
    tasks = day_tasks(case, scenario, request, present)
    if not tasks:
        what = "bookings are expected" if request.source == "demand" else "sessions are planned"
        raise NothingExpectedError(f"no {what} in the opening hours")
    days = Workers(min(workers, len(tasks))).map(search_day, tasks, progress)
    return Requirement(request, present, tuple(days))


def day_tasks(case: Case, scenario: Scenario, request: Request, present: float) -> list[DayTask]:
    """The days with bookings."""
    if request.source == "schedule":
        return list(_scheduled_days(case, scenario, request, present))
    return list(_expected_days(case, scenario, request, present))


def _expected_days(case: Case, scenario: Scenario, request: Request, present: float) -> Iterator[DayTask]:
    demand, length = case.demand, case.plan.demand_interval_minutes
    wanted = tuple(sorted(set(demand.skill[demand.expected_bookings > 0.0].tolist())))
    for skills in separate_teams(case, wanted):
        team, mix = TeamMix.of(case, skills), BookingMix.of(case, skills, scenario)
        column = {skill: place for place, skill in enumerate(skills)}
        mine = np.isin(demand.skill.astype(str), skills) & (demand.expected_bookings > 0.0)
        for opens, closes in filter(None, opening_intervals(case.plan)):
            first = opens // length * length
            frame = Frame(first, length, -(-(closes - first) // length), team)
            expected = np.zeros(frame.shape)
            inside = mine & (demand.starts_at >= first) & (demand.starts_at < frame.end)
            for row in np.flatnonzero(inside).tolist():
                interval = (int(demand.starts_at[row]) - first) // length
                expected[interval, column[str(demand.skill[row])]] += float(demand.expected_bookings[row])
            if expected.any():
                hours = _hours_of(case, opens, closes)
                customers = ExpectedCustomers(
                    frame, expected, mix, ChancesUnder(scenario), case.plan.grid_minutes, hours
                )
                yield DayTask(frame, expected, customers, scenario, request, present)


def _scheduled_days(case: Case, scenario: Scenario, request: Request, present: float) -> Iterator[DayTask]:
    length = case.plan.demand_interval_minutes
    days = case.axis.days_of(case.sessions.starts_at)
    position = case.bookings.position
    skill = np.array([case.bookings.skill[position[name]] for name in case.sessions.booking_id.tolist()])
    for skills in separate_teams(case, sorted(set(skill.tolist()))):
        team = TeamMix.of(case, skills)
        mine = np.isin(skill, skills)
        for day in sorted(set(days[mine].tolist())):
            week = Week.of(replace(case, sessions=case.sessions.take(np.flatnonzero(mine & (days == day)))))
            first = int((week.appointed - week.set_up).min()) // length * length
            last = int(np.ceil((week.appointed + week.planned + week.wrap_up).max()))
            frame = Frame(first, length, -(-(last - first) // length), team)
            number = np.array([skills.index(name) for name in week.skill_name.tolist()], dtype=np.int64)
            week = _without_agents(week, number, _hours_of(case, first, frame.end))
            expected = np.zeros(frame.shape)
            np.add.at(expected, ((week.appointed.astype(np.int64) - first) // length, number), 1.0)
            customers = ScheduledCustomers(week, Chances.of(week, scenario))
            yield DayTask(frame, expected, customers, scenario, request, present)


def _without_agents(week: Week, skill: IntArray, hours: OpenHours) -> Week:
    """The sessions in one pool, with skills by their number in the day's frame."""
    return replace(
        week,
        skill=skill,
        pool=np.zeros(len(week), dtype=np.int64),
        duty=np.full(len(week), NOBODY, dtype=np.int64),
        duties=(),
        duty_key=np.zeros(0, dtype=np.uint64),
        pools=((),),
        open_hours=hours,
    )


def _hours_of(case: Case, first: int, end: int) -> OpenHours:
    hours = OpenHours.of(case)
    inside = (hours.start >= first) & (hours.start < end)
    return OpenHours(hours.start[inside], hours.minutes[inside], hours.hour[inside], hours.key[inside])


def search_day(task: DayTask, watch: Callable[[], None] = lambda: None) -> DayRequirement:
    """Search one day, and confirm what was found."""
    frame, request = task.frame, task.request
    load = OfferedLoad.of(frame, task.customers, task.scenario, request.seed)
    player = DayPlayer(frame, task.customers, task.scenario, request.seed)
    search = DaySearch(player, request.targets, load, watch=watch)
    formulas = FormulaStaffing.of(load, request.targets, task.scenario)
    out_of_reach: tuple[tuple[int, int, float], ...] = ()
    try:
        staffing = search.fewest(formulas.erlang_c)
    except OutOfReachError as error:
        out_of_reach = error.missed
        staffing = np.zeros(frame.intervals, dtype=np.int64)
    player.forget()
    more = rostered(staffing, task.present)
    served, by_skill, absent = (tuple[tuple[Kpi, ...], ...]() for _ in range(3))
    worth = None
    if not out_of_reach:
        confirmed = search.measure(staffing, CONFIRMING_FROM, request.replications)
        served = _by_period(confirmed, search.periods)
        by_skill = shares_with_intervals(confirmed.bad.sum(axis=2), confirmed.whole.sum(axis=2))
        counts = _with_absences(search, player, more, task)
        absent = _by_period(counts, search.periods)
        if request.with_worth:
            worth = worth_of(search, staffing, confirmed)
    return DayRequirement(
        frame=frame,
        expected=task.expected,
        load=load,
        periods=search.periods,
        staffing=staffing,
        on_the_floor=counted_by_skill(staffing, load.busy, frame),
        rostered=counted_by_skill(more, load.busy, frame),
        served_badly=served,
        by_skill=by_skill,
        with_absences=absent,
        formulas=formulas,
        worth=worth,
        out_of_reach=out_of_reach,
        played=search.played,
    )


def _with_absences(search: DaySearch, player: DayPlayer, staffing: IntArray, task: DayTask) -> Counts:
    """The agents rostered, each missing from a stretch with the probability that makes up shrinkage."""
    stretches = Stretches.of(staffing, task.frame)
    keys = stable_keys(
        ("stretch", *row) for row in zip(stretches.agent.tolist(), stretches.start.tolist(), strict=True)
    )
    days = []
    for replication in range(CONFIRMING_FROM, CONFIRMING_FROM + task.request.replications):
        chance = uniform(task.request.seed, replication, Cause.ABSENCE, keys)
        days.append(player.play(stretches, replication, np.asarray(chance >= task.present)))
    search.played += len(days)
    return Counts.of(days, task.request.targets, task.frame)


def shares_with_intervals(
    bad: FloatArray, whole: FloatArray, together: int = 1
) -> tuple[tuple[Kpi, ...], ...]:
    """Shares with 95 % intervals (ratio estimator); from shape (replications, targets, groups).

    So many of the intervals hold together (Bonferroni).
    """
    number = len(bad)
    mean = shares(bad.sum(axis=0), whole.sum(axis=0))
    spread = ((bad - mean * whole) ** 2).sum(axis=0) / (number * (number - 1.0))
    error = np.sqrt(spread) / np.maximum(whole.mean(axis=0), 1e-12)
    half = student_t_quantile(1.0 - 0.025 / together, number - 1) * error
    return tuple(
        tuple(Kpi(m, max(0.0, m - h), m + h) for m, h in zip(means, halves, strict=True))
        for means, halves in zip(mean.tolist(), half.tolist(), strict=True)
    )


def _by_period(counts: Counts, periods: Periods) -> tuple[tuple[Kpi, ...], ...]:
    return shares_with_intervals(periods.sums(counts.bad), periods.sums(counts.whole))


class Misses(NamedTuple):
    """Of the periods of all targets: how many, how many miss by their mean, and how many surely."""

    periods: int
    missed: int
    surely: int


def misses(served_badly: Sequence[Sequence[Kpi]], limits: Sequence[float]) -> Misses:
    """Count the periods that are served worse than the limits allow.

    Args:
        served_badly: by target and period.
        limits: of each target, the largest share.
    """
    cells = [
        (figure, limit) for figures, limit in zip(served_badly, limits, strict=False) for figure in figures
    ]
    return Misses(
        len(cells),
        sum(figure.mean > limit for figure, limit in cells),
        sum(figure.low > limit for figure, limit in cells),
    )
