"""Requests planted into the intervals in service, so that a schedule that places them all exists."""

from __future__ import annotations

from math import ceil
from typing import Final

import numpy as np

from data.generator.chance import Streams, pick
from data.generator.planted_roster import PlantedRoster
from data.generator.requests import JOINT, JUDICIAL, LIBRAS, PF, PJ, SKILL_SHARES, Menu, Requests
from data.generator.seasonality import intraday_weights
from data.generator.team import SKILL_SETS, SKILLS, Team, has_skill
from data.generator.workdays import Workdays
from data.model.columns import BoolArray, FloatArray, IntArray

GRID: Final = 5

FEWEST_JOINT: Final = 0.10
"""Least share of joint bookings, among all."""


def fill_segments(roster: PlantedRoster, team: Team, menu: Menu, streams: Streams) -> Requests:
    """Pack every interval in service with requests, leaving as little as possible unused.

    All intervals advance in step: each takes one request at a time, drawn from those after which the rest of
    the interval can still be filled exactly.
    """
    rng = streams.of("packing")
    skill_set = team.skill_set[roster.segment_agent]
    left = roster.segment_end - roster.segment_start
    tables = _choice_tables(roster, team, menu, int(left.max()))
    active = np.arange(len(left))
    filled = _none()
    while len(active):
        chances = tables[skill_set[active], left[active] // GRID]
        possible = chances[:, -1] > 0
        active, chances = active[possible], chances[possible]
        choice = (chances <= (rng.random(len(active)) * chances[:, -1])[:, None]).sum(axis=1)
        begin = roster.segment_end[active] - left[active]
        filled = filled.followed_by(
            Requests(
                start=begin + menu.set_up[choice],
                duration=menu.duration[choice],
                occupied=menu.occupied[choice],
                skill=menu.skill[choice],
                agent=roster.segment_agent[active],
            )
        )
        left[active] -= menu.occupied[choice]
    return filled


def _none() -> Requests:
    return Requests(*(np.empty(0, dtype=np.int64) for _ in range(5)))


def _choice_tables(roster: PlantedRoster, team: Team, menu: Menu, longest: int) -> FloatArray:
    """Cumulative chance of each request of the menu: skill sets x grid points left x menu.

    Rare skills weigh more with the agents who have them, so that requests come in the shares wanted overall.
    """
    minutes = np.bincount(
        team.skill_set[roster.segment_agent],
        weights=roster.segment_end - roster.segment_start,
        minlength=len(SKILL_SETS),
    )
    sets = np.arange(len(SKILL_SETS))
    holders = np.array([minutes[has_skill(sets, skill)].sum() for skill in range(len(SKILLS))])
    wanted = np.array(SKILL_SHARES) * minutes.sum() / np.maximum(holders, 1)
    tables = np.zeros((len(SKILL_SETS), longest // GRID + 1, len(menu.skill)))
    for skill_set in sets:
        offered = np.array([has_skill(sets, int(skill))[skill_set] for skill in menu.skill])
        weights = np.where(offered, wanted[menu.skill] * menu.share, 0.0)
        fillable = _fillable(menu.occupied[offered], longest)
        for points in range(longest // GRID + 1):
            rest = points * GRID - menu.occupied
            fits = weights * (rest >= 0)
            exact = fits * fillable[np.maximum(rest, 0) // GRID]
            tables[skill_set, points] = np.cumsum(exact if exact.any() else fits)
    return tables


def _fillable(lengths: IntArray, longest: int) -> BoolArray:
    """Which multiples of the grid are sums of these lengths."""
    fillable = np.zeros(longest // GRID + 1, dtype=np.bool_)
    fillable[0] = True
    for points in range(1, len(fillable)):
        fillable[points] = any(
            length // GRID <= points and fillable[points - length // GRID] for length in lengths.tolist()
        )
    return fillable


def thinned(filled: Requests, workdays: Workdays, streams: Streams, minutes: float, count: int) -> Requests:
    """Keep requests up to so many minutes of agents and so many requests, rather those at busy times."""
    rng = streams.of("thinning")
    day = workdays.rank_of(filled.start)
    busy = workdays.weights[day] * np.sqrt(intraday_weights(filled.start - workdays.midnight[day]))
    order = np.argsort(-(rng.random(len(filled)) ** (1.0 / np.maximum(busy, 0.05))), kind="stable")
    used = np.cumsum(filled.occupied[order]) - filled.occupied[order] / 2
    kept = min(count, int(np.searchsorted(used, minutes)))
    return filled.take(np.sort(order[:kept]))


def surplus_of(filled: Requests, streams: Streams, minutes: float, count: int) -> Requests:
    """Further requests like the planted ones, but without a place: so many minutes, and so many at most."""
    rng = streams.of("surplus")
    most = min(count, int(minutes // int(filled.occupied.min())) + 1) if minutes > 0 else 0
    drawn = filled.take(pick(rng, most, np.ones(len(filled))))
    used = np.cumsum(drawn.occupied) - drawn.occupied / 2
    kept = drawn.take(np.arange(int(np.searchsorted(used, minutes))))
    return Requests(kept.start, kept.duration, kept.occupied, kept.skill, np.full(len(kept), -1))


def with_rare_kinds(planted: Requests, team: Team, menu: Menu, streams: Streams, bookings: int) -> Requests:
    """Turn some plain requests into joint, judicial and libras ones where chance gave too few of these.

    A request only becomes one that occupies its agent for just as long, and only with an agent who has the
    skill; so the planted schedule stays as it is.
    """
    rng = streams.of("rare kinds")
    skill, duration = planted.skill.copy(), planted.duration.copy()
    for rare, least in ((JUDICIAL, 1), (LIBRAS, 1), (JOINT, ceil(bookings * FEWEST_JOINT))):
        lacking = least - int((skill == rare).sum())
        fitting = menu.duration_of(rare, planted.occupied)
        able = np.isin(skill, (PF, PJ)) & (fitting > 0) & has_skill(team.skill_set[planted.agent], rare)
        rows = rng.permutation(np.flatnonzero(able))[: max(0, lacking)]
        skill[rows], duration[rows] = rare, fitting[rows]
    return Requests(planted.start, duration, planted.occupied, skill, planted.agent)
