"""Rosters played before the customers of a requirement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.model import Duty, Roster, Scenario
from optimizer.requirement.played_day import DayPlayer, Stretches
from optimizer.requirement.requirement import Request, day_tasks, search_day
from optimizer.requirement.rostered_day import RosteredDay, RosterPlayer
from optimizer.requirement.service import ServiceTarget
from tests.requirement.small_days import CLOSES, OPENS, expecting

ON_TIME = Scenario(agent_absence=0.0, login_late_probability=0.0)
REQUEST = Request((ServiceTarget.parse("wait_over_10<=2%"),))


def test_duties_without_breaks_serve_like_the_staffing_that_they_are() -> None:
    """Two agents from opening to closing: every customer waits as long as under a staffing of two."""
    case = expecting({"pf": 4.0}, ("pf", "pf"))
    duties = tuple(Duty(name, OPENS, CLOSES, ()) for name in case.agents.agent_id.tolist())
    task = day_tasks(case, ON_TIME, REQUEST, 1.0)[0]
    staffing = np.full(task.frame.intervals, 2)
    one, other = (
        DayPlayer(task.frame, task.customers, ON_TIME, 7),
        RosterPlayer(task.frame, task.customers, ON_TIME, 7),
    )
    day = RosteredDay.of(case.with_roster(Roster(duties)), task.frame)
    stretches = Stretches.of(staffing, task.frame)
    waits = []
    for replication in range(30):
        expected, found = one.play(stretches, replication), other.play(day, replication)
        assert np.array_equal(expected.wait, found.wait, equal_nan=True)
        assert np.array_equal(expected.interval, found.interval)
        assert np.array_equal(expected.rebooked, found.rebooked)
        waits.append(np.nan_to_num(found.wait).max())
    assert max(waits) > 0.0


def test_agents_serve_only_for_their_own_skills() -> None:
    """Somebody without the skill serves nobody, and is not there for the day."""
    case = expecting({"pf": 2.0, "pj": 2.0}, ("pf", "libras"))
    duties = tuple(Duty(name, OPENS, CLOSES, ()) for name in case.agents.agent_id.tolist())
    tasks = day_tasks(case, ON_TIME, REQUEST, 1.0)
    for task in tasks:
        day = RosteredDay.of(case.with_roster(Roster(duties)), task.frame)
        assert len(day.duties) == int("pf" in task.frame.skills)


def test_an_agent_who_never_comes_serves_nobody() -> None:
    """With certain absence all customers who come are rebooked or leave."""
    case = expecting({"pf": 4.0}, ("pf", "pf"))
    duties = tuple(Duty(name, OPENS, CLOSES, ()) for name in case.agents.agent_id.tolist())
    task = day_tasks(case, ON_TIME, REQUEST, 1.0)[0]
    absent = ON_TIME.model_copy(update={"agent_absence": 1.0})
    day = RosteredDay.of(replace(case.with_roster(Roster(duties))), task.frame)
    played = RosterPlayer(task.frame, task.customers, absent, 7).play(day, 0)
    assert np.isnan(played.delay).all()


def test_a_day_to_which_nobody_comes_is_a_day() -> None:
    """Where few bookings are expected, some replications have none: nobody is served badly in them."""
    case = expecting({"pf": 0.1}, ("pf",))
    duties = (Duty("A0", OPENS, CLOSES, ()),)
    task = day_tasks(case, ON_TIME, REQUEST, 1.0)[0]
    day = RosteredDay.of(case.with_roster(Roster(duties)), task.frame)
    stretches = Stretches.of(np.ones(task.frame.intervals, dtype=np.int64), task.frame)
    one, other = (
        DayPlayer(task.frame, task.customers, ON_TIME, 7),
        RosterPlayer(task.frame, task.customers, ON_TIME, 7),
    )
    came = [(one.play(stretches, r).wait.size, other.play(day, r).wait.size) for r in range(20)]
    assert all(expected == found for expected, found in came)
    assert {min(expected, 1) for expected, _ in came} == {0, 1}
    assert search_day(task).staffing.max() <= 2
