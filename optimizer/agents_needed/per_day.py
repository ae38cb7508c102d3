"""The sessions of a schedule as fixed tasks of a day, and the agents on the roster as the workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from data.model import Case, FixedTasks, Sessions, TaskAssignment
from data.progress import Progress, no_progress
from optimizer.agents_needed.engine import DEFAULT_LIMITS, ENGINE, peak, solve
from optimizer.allocation.problem import NOBODY
from optimizer.allocation.translation import build_problem
from optimizer.budget import Budget
from optimizer.solve_result import Level, SolveLimits, SolveResult, SolveStatus

LEVEL = "agent_days"


@dataclass(frozen=True)
class DayOfSessions:
    """One day's sessions.

    Attributes:
        day: number of the day.
        rows: rows of the sessions, in the order of the tasks.
        agents: rows of the agents on duty who may hold one of the sessions, in the order of the workers.
        tasks: the agent's occupation by each session, in slots of the grid.
        now: who holds which session now.
    """

    day: int
    rows: tuple[int, ...]
    agents: tuple[int, ...]
    tasks: FixedTasks
    now: TaskAssignment


@dataclass(frozen=True)
class DayNeed:
    """How many agents a day's sessions need.

    Attributes:
        day: number of the day.
        sessions: sessions of the day.
        agents_now: agents who hold them now.
        agents_needed: agents who hold them in the assignment found.
        bound: no assignment uses fewer.
        status: how the search of the day ended.
    """

    day: int
    sessions: int
    agents_now: int
    agents_needed: int
    bound: int
    status: SolveStatus


@dataclass(frozen=True, eq=False)
class AgentsNeeded:
    """The sessions with the agents that were found for them, and each day's figures."""

    sessions: Sessions
    days: tuple[DayNeed, ...]


def days_of_sessions(case: Case) -> Iterator[DayOfSessions]:
    """Each day with sessions, in order of time.

    An agent may hold a session when the agent has the skill, a valid credential, and a segment of a duty
    around the whole occupation; a fixed pin that names its agent leaves that one only. A session whose
    occupation meets one of another day, about midnight, stays where it is: days are solved apart. The case's
    schedule and roster break no rule.
    """
    problem = build_problem(case)
    sessions, grid = case.sessions, case.axis.grid_minutes
    booking = [case.bookings.position[name] for name in sessions.booking_id.tolist()]
    holder = [case.agents.position[name] for name in sessions.agent_id.tolist()]
    starts = (sessions.starts_at // grid).tolist()
    begins = [slot - int(problem.set_up[b]) for slot, b in zip(starts, booking, strict=True)]
    ends = [begin + int(problem.occupied[b]) for begin, b in zip(begins, booking, strict=True)]
    days = case.axis.days_of(sessions.starts_at).tolist()
    stay = _at_midnight(days, begins, ends)
    rows_of_day: defaultdict[int, list[int]] = defaultdict(list)
    for row, day in enumerate(days):
        rows_of_day[day].append(row)
    for day, rows in sorted(rows_of_day.items()):
        able: defaultdict[int, set[int]] = defaultdict(set)
        for task, row in enumerate(rows):
            kind = (int(problem.set_up[booking[row]]), int(problem.occupied[booking[row]]))
            allowed = (holder[row],) if row in stay else problem.allowed_agents(booking[row])
            for agent in allowed:
                if problem.may_start(agent, starts[row], *kind):
                    able[agent].add(task)
        agents = tuple(sorted(able))
        place = {agent: number for number, agent in enumerate(agents)}
        yield DayOfSessions(
            day=day,
            rows=tuple(rows),
            agents=agents,
            tasks=FixedTasks(
                tuple(begins[row] for row in rows),
                tuple(ends[row] for row in rows),
                tuple(frozenset(able[agent]) for agent in agents),
            ),
            now=TaskAssignment(tuple(place.get(holder[row], NOBODY) for row in rows)),
        )


def _at_midnight(days: list[int], begins: list[int], ends: list[int]) -> set[int]:
    """Sessions that occupy their agents at the same time as a session of another day."""
    stay: set[int] = set()
    alive: list[int] = []
    for row in sorted(range(len(days)), key=lambda row: begins[row]):
        alive = [other for other in alive if ends[other] > begins[row]]
        meets = [other for other in alive if days[other] != days[row]]
        if meets:
            stay.update((row, *meets))
        alive.append(row)
    return stay


def fewest_agents(
    case: Case, limits: SolveLimits = DEFAULT_LIMITS, progress: Progress = no_progress
) -> SolveResult[AgentsNeeded]:
    """Give each day's sessions to as few of the agents on the roster as possible; nothing else changes.

    The search begins with the agents who hold the sessions now, so there is always an answer. The one level,
    `agent_days`, sums over days the agents with a session; its gap is (objective - bound) / objective. What
    the days before have left of the limits is shared equally among those that are left. After a
    KeyboardInterrupt the days that were not searched stay as they are; the bound of such a day is the number
    of sessions at its busiest moment.
    """
    days = list(days_of_sessions(case))
    agent_id = case.sessions.agent_id.copy()
    needs: list[DayNeed] = []
    ended: list[SolveResult[TaskAssignment]] = []
    work_left, seconds = limits.work, 0.0
    for number, day in enumerate(days):
        answer, bound, status = day.now, peak(day.tasks), SolveStatus.INTERRUPTED
        if not any(result.status is SolveStatus.INTERRUPTED for result in ended):
            budget = Budget(_share(limits, len(days) - number, work_left, seconds))
            result = solve(day.tasks, budget, _part(progress, number, len(days)), day.now)
            work_left, seconds = work_left - budget.work_used, seconds + result.seconds
            ended.append(result)
            status, bound = result.status, round(result.levels[0].bound)
            answer = result.answer or day.now
        for row, worker in zip(day.rows, answer.worker_of, strict=True):
            agent_id[row] = case.agents.agent_id[day.agents[worker]]
        needs.append(
            DayNeed(day.day, len(day.rows), day.now.workers_used, answer.workers_used, bound, status)
        )
    sessions = replace(case.sessions, agent_id=agent_id)
    return _together(AgentsNeeded(sessions, tuple(needs)), ended, seconds)


def _share(limits: SolveLimits, days_left: int, work_left: float, seconds: float) -> SolveLimits:
    """An equal share of what is left of the limits."""
    clock = None if limits.seconds is None else max(0.01, limits.seconds - seconds) / days_left
    return replace(limits, work=max(0.01, work_left / days_left), seconds=clock)


def _part(progress: Progress, number: int, days: int) -> Progress:
    def report(fraction: float, what: str) -> None:
        progress((number + fraction) / days, f"day {number + 1} of {days}: {what}")

    return report


def _together(
    answer: AgentsNeeded, ended: list[SolveResult[TaskAssignment]], seconds: float
) -> SolveResult[AgentsNeeded]:
    """The result of all days: as good as the worst of them."""
    objective = sum(need.agents_needed for need in answer.days)
    bound = sum(need.bound for need in answer.days)
    statuses = {need.status for need in answer.days}
    worst = (SolveStatus.INTERRUPTED, SolveStatus.FEASIBLE)
    return SolveResult(
        status=next((status for status in worst if status in statuses), SolveStatus.OPTIMAL),
        answer=answer,
        levels=(Level(LEVEL, objective, bound, (objective - bound) / objective if objective else 0.0),),
        engine=ENGINE,
        seconds=seconds,
        reproducible=all(result.reproducible for result in ended),
        limited_by=", ".join(sorted({result.limited_by for result in ended} - {""})),
    )
