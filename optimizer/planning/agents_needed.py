"""The fewest agents for fixed sessions: searched, judged, and told as a document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from data.model import Case, FixedTasks, TaskAssignment
from data.progress import Progress, no_progress
from data.referee import agent_days, judge_agents, judge_assignment, judge_roster
from optimizer.agents_needed import AgentsNeeded, DayNeed, fewest_agents, fewest_workers
from optimizer.planning.faults import (
    IllegalRosterError,
    IllegalSessionsError,
    NoSessionsError,
    RefereeDisagreesError,
    sentences,
)
from optimizer.planning.summaries import outcome
from optimizer.solve_result import SolveLimits, SolveResult


def judged_workers(
    tasks: FixedTasks, limits: SolveLimits, progress: Progress = no_progress
) -> SolveResult[TaskAssignment]:
    """Find the fewest workers for fixed tasks and have the assignment judged.

    Raises:
        RefereeDisagreesError: when it breaks a rule, or uses other than the stated number of workers.
    """
    result = fewest_workers(tasks, limits, progress)
    if result.answer is not None:
        faults = sentences(judge_assignment(tasks, result.answer, result.levels[0].objective))
        if faults:
            raise RefereeDisagreesError(faults)
    return result


def judged_agents(
    case: Case, limits: SolveLimits, progress: Progress = no_progress
) -> tuple[Case, SolveResult[AgentsNeeded]]:
    """Find the fewest agents for each day's sessions and have the changed sessions judged.

    Returns the case with the changed sessions, and the result.

    Raises:
        NoSessionsError: when the case brings no sessions.
        IllegalRosterError, IllegalSessionsError: when what the case brings breaks a hard rule.
        RefereeDisagreesError: when the changed sessions do, or use other than the stated number of agents.
    """
    if not len(case.sessions):
        raise NoSessionsError("there are no sessions; make them first: pontual allocate")
    unlawful = sentences(judge_roster(case))
    if unlawful:
        raise IllegalRosterError(unlawful)
    faults = sentences(judge_agents(case))
    if faults:
        raise IllegalSessionsError(faults)
    result = fewest_agents(case, limits, progress)
    if result.answer is None:
        return case, result
    changed = replace(case, sessions=result.answer.sessions)
    faults = sentences(judge_agents(changed)) + _moved(case, changed)
    counted = agent_days(changed)
    stated = {need.day: need.agents_needed for need in result.answer.days}
    if counted != stated or result.levels[0].objective != sum(counted.values()):
        faults.append(f"OBJECTIVE agent_days: the solver states {stated}, the sessions hold {counted}")
    if faults:
        raise RefereeDisagreesError(faults)
    return changed, result


def _moved(before: Case, after: Case) -> list[str]:
    """What has changed beside the agents of the sessions."""
    same = replace(after.sessions, agent_id=before.sessions.agent_id)
    return [] if same.same_as(before.sessions) else ["OBJECTIVE agent_days: sessions have moved"]


def workers_summary(tasks: FixedTasks, result: SolveResult[TaskAssignment]) -> dict[str, Any]:
    """The document of a file of fixed tasks; `assignment` holds the worker of each task, from 0."""
    used = None if result.answer is None else result.answer.workers_used
    document = {"tasks": tasks.tasks, "workers": tasks.workers, "workers_needed": used}
    assignment = None if result.answer is None else list(result.answer.worker_of)
    return document | outcome(result) | {"assignment": assignment}


def agents_summary(case: Case, result: SolveResult[AgentsNeeded]) -> dict[str, Any]:
    """The document of a plan folder; `case` carries the sessions with the agents found for them."""
    document: dict[str, Any] = {"agents": len(case.agents), "sessions": len(case.sessions)}
    document |= {"agent_days": None, "agent_days_now": None, "days": [], "assignment": []}
    if result.answer is not None:
        days = result.answer.days
        document |= {
            "agent_days": sum(need.agents_needed for need in days),
            "agent_days_now": sum(need.agents_now for need in days),
            "days": [_day(case, need.day) | _figures(need) for need in days],
            "assignment": [
                {"booking_id": booking, "agent_id": agent}
                for booking, agent in zip(
                    case.sessions.booking_id.tolist(), case.sessions.agent_id.tolist(), strict=True
                )
            ],
        }
    return document | outcome(result)


def _day(case: Case, day: int) -> dict[str, Any]:
    first, end = case.axis.midnight(day), case.axis.midnight(day + 1)
    on_duty = {duty.agent_id for duty in case.roster.duties if duty.start < end and duty.end > first}
    return {"day": case.axis.date_of(day).isoformat(), "rostered": len(on_duty)}


def _figures(need: DayNeed) -> dict[str, Any]:
    return {
        "sessions": need.sessions,
        "agents_now": need.agents_now,
        "agents_needed": need.agents_needed,
        "bound": need.bound,
        "gap": (need.agents_needed - need.bound) / need.agents_needed,
        "status": need.status.value,
    }
