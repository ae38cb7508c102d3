"""The demand that the planted roster covers exactly, without a surplus."""

from __future__ import annotations

import numpy as np

from data.generator.planted_roster import PlantedRoster
from data.generator.requests import Requests
from data.generator.seasonality import intraday_weights
from data.generator.team import SKILL_SETS, SKILLS, Team, has_skill
from data.generator.workdays import Workdays
from data.model import Demand, Plan
from data.model.columns import BoolArray, FloatArray, IntArray

HOUR = 60


def derive_demand(
    plan: Plan, workdays: Workdays, team: Team, roster: PlantedRoster, planted: Requests, asked: Requests
) -> Demand:
    """Require in each interval just the agents who are in service for all of it, each for one skill.

    An agent counts for the skill on which the planted sessions keep the agent busiest in that hour; so the
    requirement follows the bookings, and changes no more often than once an hour for an agent. Intervals are
    listed for all skills in the opening hours, and elsewhere where somebody is in service.
    """
    serving = _in_service(plan, roster, len(team.agents))
    skill = _skill_by_hour(plan, team, planted)
    interval = plan.demand_interval_minutes
    agent, at = np.nonzero(serving)
    required = np.zeros((serving.shape[1], len(SKILLS)), dtype=np.int64)
    np.add.at(required, (at, skill[agent, at * interval // HOUR]), 1)
    expected = _expected_bookings(plan, workdays, asked, serving.shape[1])
    listed = np.flatnonzero(required.any(axis=1) | _open(plan, workdays, serving.shape[1]))
    return Demand.from_columns(
        {
            "starts_at": np.repeat(listed * interval, len(SKILLS)),
            "skill": np.tile(np.array(SKILLS, dtype=object), len(listed)),
            "required": required[listed].ravel(),
            "expected_bookings": expected[listed].ravel(),
        },
        rows=len(listed) * len(SKILLS),
    )


def _in_service(plan: Plan, roster: PlantedRoster, agents: int) -> BoolArray:
    """Whether each agent is in service for all of each demand interval: agents x intervals."""
    grid = plan.grid_minutes
    points = plan.axis.end // grid
    edges = np.zeros((agents, points + 1), dtype=np.int8)
    np.add.at(edges, (roster.segment_agent, roster.segment_start // grid), 1)
    np.add.at(edges, (roster.segment_agent, roster.segment_end // grid), -1)
    on = np.cumsum(edges[:, :-1], axis=1, dtype=np.int8) > 0
    whole: BoolArray = np.asarray(
        on.reshape(agents, -1, plan.demand_interval_minutes // grid).all(axis=2), dtype=np.bool_
    )
    return whole


def _skill_by_hour(plan: Plan, team: Team, planted: Requests) -> IntArray:
    """The skill for which each agent counts in each hour: agents x hours, positions in SKILLS."""
    hours = plan.axis.end // HOUR + 1
    busy = np.zeros((len(team.agents), hours, len(SKILLS)), dtype=np.int32)
    np.add.at(busy, (planted.agent, planted.start // HOUR, planted.skill), planted.occupied)
    held = np.stack([has_skill(np.arange(len(SKILL_SETS)), each) for each in range(len(SKILLS))], axis=1)
    usual = np.argmax(held, axis=1)[team.skill_set]
    skill: IntArray = np.where(busy.any(axis=2), np.argmax(busy, axis=2), usual[:, None])
    return skill


def _open(plan: Plan, workdays: Workdays, intervals: int) -> BoolArray:
    """Whether each demand interval lies in the opening hours."""
    at = np.arange(intervals) * plan.demand_interval_minutes
    day = np.maximum(workdays.rank_of(at), 0)
    inside: BoolArray = np.logical_and(workdays.opens[day] <= at, at < workdays.closes[day])
    return inside


def _expected_bookings(plan: Plan, workdays: Workdays, asked: Requests, intervals: int) -> FloatArray:
    """Bookings expected to start in each interval: those asked for, spread by the seasonality."""
    at = np.arange(intervals) * plan.demand_interval_minutes
    day = np.maximum(workdays.rank_of(at), 0)
    middle = at - workdays.midnight[day] + plan.demand_interval_minutes // 2
    weight = np.where(_open(plan, workdays, intervals), workdays.weights[day] * intraday_weights(middle), 0.0)
    totals = np.bincount(asked.skill, minlength=len(SKILLS))
    expected: FloatArray = np.round(weight[:, None] / weight.sum() * totals, 3)
    return expected
